#pragma once

#include "sim/base/check.hpp"

namespace spate::cli {

/// The user stopped the program (Ctrl-C, kill). Exit code 128 + signal: 130 or 143.
class Interrupted : public sim::RunError {
  public:
    Interrupted(const std::string& message, int signal)
        : RunError(message, 128 + signal) {}
};

/// Signals as the program wants them: a closed pipe or a file that grew too large is an error of the write, not a
/// death; the first SIGINT or SIGTERM is only noted (see pending_interrupt), the second one kills.
void install_signals();

/// The signal that asked the program to stop; 0: none. Any thread.
int pending_interrupt();

/// True for SIGTERM: whoever sent it wants the state to be kept.
bool is_termination(int signal);

}  // namespace spate::cli
