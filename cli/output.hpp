#pragma once

#include <string_view>

#include "sim/base/check.hpp"

namespace spate::cli {

/// Exit codes of the program; listed in `spate --help`. Stable.
namespace exit_code {
inline constexpr int done = 0, failed = 1, wrong_input = 2, file = 5, invariant = 6, internal = 7;
}  // namespace exit_code

/// A wrong command line or scenario. Exit code 2.
class UsageError : public sim::RunError {
  public:
    explicit UsageError(const std::string& message)
        : RunError(message, exit_code::wrong_input) {}
};

/// A wrong scenario whose problems have been printed: nothing is left to say. Exit code 2.
class ProblemsPrinted : public sim::RunError {
  public:
    ProblemsPrinted()
        : RunError("", 2) {}
};

/// Writes a result to stdout. A reader that has gone away (`spate show … | head`) is no error.
/// Throws: FileError if it cannot be written.
void print(std::string_view text);

/// Writes one line "spate: message" to stderr.
void complain(std::string_view message);

/// Writes one line to stderr as it is: `file:line:column: problem`, where editors find it.
void print_problem(std::string_view line);

}  // namespace spate::cli
