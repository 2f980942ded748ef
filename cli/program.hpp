#pragma once

namespace spate::cli {

/// Reads the command line and does what it says. Throws: RunError with the exit code of what went wrong.
void run_program(int argc, const char* const* argv);

}  // namespace spate::cli
