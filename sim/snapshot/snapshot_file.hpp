#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"
#include "sim/trace/partial_file.hpp"

namespace spate::sim {

/// What a snapshot says about itself.
struct SnapshotHead {
    std::string scenario;             ///< name, for messages
    std::uint64_t scenario_hash = 0;  ///< fingerprint of the scenario that was run
    Time at;                          ///< everything before it has been simulated
    std::string trace = {};           ///< path of the run's trace, from the snapshot's folder; empty: it has none
};

/// Writes a snapshot in place of the one before: a file of that name is always whole.
/// Layout (little endian): "SPATESNP", format version, length and fingerprint of the rest; program version, fingerprint
/// of its sources, scenario, hash, time, trace; the archive. Throws: FileError.
void write_snapshot(PartialFile& file, const SnapshotHead& head, std::string_view archive);

/// Reads a snapshot. Throws: FileError, saying what does not fit: not a snapshot, of another format, version or build
/// of the program, cut short, changed.
std::string read_snapshot(const std::string& path, SnapshotHead& head);

/// Whether a file begins as a snapshot does, of whatever version, whole or not.
bool is_snapshot(const std::string& path);

/// Fingerprint of bytes; against accidents.
std::uint64_t fingerprint(std::string_view bytes);

}  // namespace spate::sim
