#include "cli/interrupt.hpp"

#include <csignal>

namespace spate::cli {
namespace {

// A signal handler can reach nothing but a global.
volatile std::sig_atomic_t pending = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void note_signal(int signal) {
    pending = signal;
}

void catch_once(int signal) {
    struct sigaction current = {};
    if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) {
        return;  // as under nohup
    }
    struct sigaction action = {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    sigaction(signal, &action, nullptr);
}

}  // namespace

void install_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    catch_once(SIGINT);
    catch_once(SIGTERM);
}

int pending_interrupt() {
    return pending;
}

bool is_termination(int signal) {
    return signal == SIGTERM;
}

}  // namespace spate::cli
