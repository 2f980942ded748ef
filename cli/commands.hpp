#pragma once

#include <functional>
#include <vector>

namespace CLI {
class App;
}

namespace spate::cli {

/// One sub-command: its options, and what it does once they are read. Errors are thrown as RunError.
struct Command {
    CLI::App* app;
    std::function<void()> action;
};

// Each adds its sub-command to the program.
Command add_run(CLI::App& program);
Command add_resume(CLI::App& program);
Command add_check(CLI::App& program);
Command add_compare(CLI::App& program);
Command add_report(CLI::App& program);
Command add_show(CLI::App& program);
Command add_recover(CLI::App& program);
Command add_defaults(CLI::App& program);

}  // namespace spate::cli
