#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/load/problems.hpp"

namespace spate::scenarios {

/// The whole file, or nothing and a problem at `named_at` (missing, a folder, too large).
std::optional<std::string> read_text_file(const std::string& path,
                                          std::size_t max_bytes,
                                          Place named_at,
                                          Problems& problems);

/// Checks that hold for every text file: UTF-8 (saying so when it looks like GBK or UTF-16), no control characters, no
/// lone carriage returns. Removes a byte order mark. False after adding a problem.
bool check_text(std::string& text, std::uint32_t file, Problems& problems);

/// Checks on YAML text that are needed before a parser may see it: no tabs in indentation, no directives, brackets not
/// nested too deeply, a line break at the end. False after adding a problem.
bool check_yaml_text(std::string_view text, std::uint32_t file, Problems& problems);

/// The first quote that opens a text and is not closed on its line, if any. A guess: inside block text it may be none.
std::optional<std::size_t> find_unclosed_quote(std::string_view text);

/// Turns byte positions into lines and columns; fast when asked in about ascending order.
class Locator {
  public:
    explicit Locator(std::string_view text)
        : text_(text) {}

    Place locate(std::size_t position, std::uint32_t file);

  private:
    std::string_view text_;
    std::size_t position_ = 0;
    int line_ = 1, column_ = 1;
};

/// A hint when `text` holds full-width punctuation that looks like YAML's own: " (…)" or empty.
std::string full_width_hint(std::string_view text);

inline constexpr int max_depth = 64;

}  // namespace spate::scenarios
