#include <exception>
#include <new>
#include <string>

#include "sim/base/check.hpp"

#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
    using namespace spate;
    cli::install_signals();
    try {
        cli::run_program(argc, argv);
        return cli::exit_code::done;
    } catch (const cli::ProblemsPrinted& error) {
        return error.exit_code();
    } catch (const sim::RunError& error) {
        cli::complain(error.what());
        return error.exit_code();
    } catch (const std::bad_alloc&) {
        cli::complain("out of memory");
        return cli::exit_code::internal;
    } catch (const std::exception& error) {
        cli::complain(std::string("internal error: ") + error.what());
        return cli::exit_code::internal;
    }
}
