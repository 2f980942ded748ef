#pragma once

namespace spate::models {

/// 128-bit integer for sums of quantity × microseconds, which leave 64 bits within a year of a million units.
__extension__ using Wide = __int128;

}  // namespace spate::models
