#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model.hpp"

namespace spate::test {

/// The first attribute or dataset in which two traces differ, bit by bit; nothing if they say the same.
std::optional<std::string> first_difference(const std::string& path, const std::string& other);

/// What is wrong with the trace of a finished run: units, orders, lanes and queues must balance exactly, and what was
/// written one by one must agree with what was counted. Empty: nothing.
std::vector<std::string> check_trace(const std::string& path,
                                     const models::ModelSpec& spec,
                                     const models::RunResult& result);

}  // namespace spate::test
