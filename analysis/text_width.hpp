#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spate::analysis {

/// Number of terminal columns a UTF-8 text takes: 2 for an East Asian wide character (CJK, Hangul, kana, full-width
/// forms, emoji), 0 for a combining mark or control character, 1 for everything else. A byte that is not UTF-8
/// counts 1.
std::size_t display_width(std::string_view text);

/// The text followed (or preceded) by blanks up to `width` columns; unchanged if it is wider.
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

/// The text if it fits, else its beginning and "…", at most `width` columns. Characters are never cut in two.
std::string fit_width(std::string_view text, std::size_t width);

/// The text with every control character (tab, newline, escape …) replaced by a blank: safe to print on a terminal
/// line.
std::string one_line(std::string_view text);

}  // namespace spate::analysis
