#pragma once

#include <cstdint>
#include <string>

namespace spate::sim {

enum class LockResult : std::uint8_t { taken, held_by_another, impossible };

/// Locks an open file against all others, also of this process, until its descriptor is closed: by whoever holds it, or
/// by the system when that process ends, however it ends. Sets errno where it is impossible.
LockResult lock_whole_file(int descriptor);

/// Who has locked the file: "process 4711", or "another process" where it cannot be seen (another user's, another
/// machine's).
std::string lock_holder(int descriptor);

}  // namespace spate::sim
