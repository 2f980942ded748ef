#pragma once

#include <string>

namespace spate::cli {

/// Where a command writes its result, and what it may overwrite.
///
/// Without -o it is out/<name of the scenario>.h5 in the current folder (the folder is made): a later run of the same
/// scenario overwrites it. A file named with -o is never overwritten unless `force`, and its folder must exist.
/// Never overwritten, whatever is said: what is read, and anything but a trace, or a page where it is one. Throws:
/// FileError if the result cannot go there.
struct TraceTarget {
    std::string scenario_path, scenario_name;
    std::string output;  ///< of -o, or empty
    bool force = false;
    bool is_page = false;  ///< else a trace

    std::string resolve() const;
};

}  // namespace spate::cli
