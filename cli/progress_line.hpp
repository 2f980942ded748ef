#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "models/model.hpp"

#include "cli/calendar.hpp"

namespace spate::cli {

/// Says on stderr how far a run is: on a terminal one line that is rewritten, elsewhere one plain line every ten
/// seconds. Nothing at all if quiet.
class ProgressLine {
  public:
    enum class Style { silent, rewritten, plain };
    /// What fits where stderr goes.
    static Style style_of_stderr(bool is_quiet);

    ProgressLine(Style style, Calendar calendar);
    ~ProgressLine();  ///< clears the line
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// Requires: called at most ten times a second.
    void show(const models::Progress& progress);
    /// Shows how far something else is that takes `left` more seconds (less than zero: nobody knows).
    void show(std::string text, double left);
    double seconds_so_far() const;

  private:
    bool is_due() const;
    void show_line(const std::string& line);
    std::string text(const models::Progress& progress, double seconds) const;

    Style style_;
    Calendar calendar_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double next_plain_line_ = 10;  ///< [s since the start]
    bool is_shown_ = false;
};

}  // namespace spate::cli
