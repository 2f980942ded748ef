#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spate::cli {

/// What a command writes.
enum class TargetKind : std::uint8_t { trace, experiment, page };

/// Where a command writes its result, and what it may overwrite.
///
/// Without -o it is out/<name of the scenario>.h5, or out/<id of the experiment>.compare.h5, in the current folder (the
/// folder is made): a later run of the same one overwrites it. A file named with -o is never overwritten unless
/// `force`, and its folder must exist. The same holds for a trace where results of an experiment are to go, and the
/// other way round. Never overwritten, whatever is said: what is read, and anything but a trace or results, or a page
/// where it is one. Throws: FileError if the result cannot go there.
struct TraceTarget {
    std::string scenario_path, scenario_name;
    std::string output;  ///< of -o, or empty
    bool force = false;
    TargetKind kind = TargetKind::trace;

    std::string resolve() const;
    /// The table beside `resolved`: its name with .csv. What is there is overwritten unless `force` only if it begins
    /// as such a table, `begin`.
    std::string resolve_csv(const std::string& resolved, std::string_view begin) const;
};

/// Refuses a name that a command gives to a file while another is being made of it: it may write there at any time.
/// `what`: is to go there. Throws: FileError.
void refuse_working_name(const char* what, const std::string& path);

}  // namespace spate::cli
