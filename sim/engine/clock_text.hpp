#pragma once

#include <string>

#include "sim/base/time.hpp"

namespace spate::sim {

/// A span of simulated time for messages: "3d 04:05:06.000007", exact to the microsecond.
std::string clock_text(Duration duration);
/// A point of simulated time, as the span since the start of the run.
std::string clock_text(Time time);

}  // namespace spate::sim
