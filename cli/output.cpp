#include "cli/output.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "analysis/text_width.hpp"

namespace spate::cli {
namespace {

void write_line(const std::string& line) {
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void print(std::string_view text) {
    errno = 0;
    const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (is_written || errno == EPIPE) {
        return;
    }
    throw sim::FileError("cannot write the result to standard output (" + std::generic_category().message(errno) + ")");
}

void complain(std::string_view message) {
    write_line("spate: " + analysis::one_line(message) + "\n");
}

void print_problem(std::string_view line) {
    write_line(analysis::one_line(line) + "\n");
}

}  // namespace spate::cli
