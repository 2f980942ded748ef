#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model.hpp"

namespace spate::test {

/// The first attribute or dataset in which two traces differ, bit by bit; nothing if they say the same.
std::optional<std::string> first_difference(const std::string& path, const std::string& other);

/// What is wrong with the traces of a fork at time `at` of the run with the trace `before`: its own must begin with
/// that one's rows and go on with those of `rest`, the trace of the same fork without the past. Orders that no desk had
/// released are drawn anew, so the demand by the minute may differ. Empty: nothing.
std::vector<std::string> check_fork(const std::string& before,
                                    const std::string& fork,
                                    const std::string& rest,
                                    sim::Time at);

/// What is wrong with the trace of a finished run: units, orders, lanes and queues must balance exactly, and what was
/// written one by one must agree with what was counted. Empty: nothing.
std::vector<std::string> check_trace(const std::string& path,
                                     const models::ModelSpec& spec,
                                     const models::RunResult& result);

}  // namespace spate::test
