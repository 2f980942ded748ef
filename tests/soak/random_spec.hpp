#pragma once

#include <cstdint>
#include <string>

#include "models/spec.hpp"

namespace spate::test {

/// A random model without problems: a pure function of `seed`, equal on every machine.
///
/// Range: 2–40 sites in one to three tiers, 1–20 markets, 1–3 channels, 1–50 products, some hundreds or thousands of
/// orders. All kinds of demand, stock, stage, timetable, policy and view occur. In half of the models every time is a
/// multiple of one step, so that much happens at the same instant; now and then a lag is zero.
models::ModelSpec random_spec(std::uint64_t seed);

/// One line for messages: the numbers of things and the length of the run.
std::string outline(const models::ModelSpec& spec);

}  // namespace spate::test
