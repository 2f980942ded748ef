#include "cli/progress_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "analysis/text_width.hpp"

namespace spate::cli {
namespace {

std::size_t terminal_width() {
    struct winsize size = {};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string clock(double seconds) {
    const auto whole = static_cast<long long>(std::ceil(seconds));
    if (whole < 3600) {
        return fmt::format("{}:{:02}", whole / 60, whole % 60);
    }
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

/// "950", "12.3 k", "4.56 M".
std::string short_number(double value) {
    constexpr std::array<const char*, 4> prefixes{"", " k", " M", " G"};
    std::size_t prefix = 0;
    while (value >= 999.5 && prefix + 1 < prefixes.size()) {
        value /= 1000;
        ++prefix;
    }
    const int digits = prefix == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}{}", value, digits, prefixes[prefix]);
}

void write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace

ProgressLine::Style ProgressLine::style_of_stderr(bool is_quiet) {
    if (is_quiet) {
        return Style::silent;
    }
    const char* terminal = std::getenv("TERM");
    const bool is_dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
    return isatty(STDERR_FILENO) != 0 && !is_dumb ? Style::rewritten : Style::plain;
}

ProgressLine::ProgressLine(Style style, Calendar calendar)
    : style_(style)
    , calendar_(std::move(calendar)) {}

ProgressLine::~ProgressLine() {
    if (is_shown_ && style_ == Style::rewritten) {
        write("\r\x1b[K");
    }
}

double ProgressLine::seconds_so_far() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void ProgressLine::show(const models::Progress& progress) {
    if (is_due()) {
        show_line(text(progress, seconds_so_far()));
    }
}

void ProgressLine::show(std::string text, double left) {
    if (is_due()) {
        show_line(left < 0 ? std::move(text) : text + "  " + clock(left) + " left");
    }
}

bool ProgressLine::is_due() const {
    return style_ == Style::rewritten || (style_ == Style::plain && seconds_so_far() >= next_plain_line_);
}

void ProgressLine::show_line(const std::string& line) {
    if (style_ == Style::plain) {
        write(line + "\n");
        next_plain_line_ = seconds_so_far() + 10;
    } else {
        write("\r" + analysis::fit_width(line, terminal_width() - 1) + "\x1b[K");
    }
    is_shown_ = true;
}

std::string ProgressLine::text(const models::Progress& progress, double seconds) const {
    const auto rate = [&](std::uint64_t count) {
        return short_number(static_cast<double>(count) / std::max(seconds, 1e-3));
    };
    const double done =
        progress.end.us > 0 ? static_cast<double>(progress.now.us) / static_cast<double>(progress.end.us) : 1.0;
    const bool can_tell = done > 0 && done < 1;
    return fmt::format("{}  {:3.0f} %  {}{} orders  {} orders/s  {} events/s",
                       calendar_.minute_text(progress.now),
                       std::floor(std::min(done, 1.0) * 100),
                       can_tell ? clock(seconds * (1 - done) / done) + " left  " : "",
                       short_number(static_cast<double>(progress.orders)),
                       rate(progress.orders),
                       rate(progress.events));
}

}  // namespace spate::cli
