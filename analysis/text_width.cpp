#include "analysis/text_width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace spate::analysis {
namespace {

struct Range {
    std::uint32_t first, last;
};

// Unicode 15, East_Asian_Width W and F (blocks merged where the gaps are unassigned).
constexpr std::array wide_ranges{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2329, 0x232A},   Range{0x23E9, 0x23EC},
    Range{0x2614, 0x2615},   Range{0x26A1, 0x26A1},   Range{0x2705, 0x2705},   Range{0x274C, 0x274C},
    Range{0x2E80, 0x303E},   Range{0x3041, 0x4DBF},   Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE10, 0xFE19},   Range{0xFE30, 0xFE6F},
    Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x16FE0, 0x18CFF}, Range{0x1B000, 0x1B2FF},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x1FA70, 0x1FAFF},
    Range{0x20000, 0x3FFFD}};

// Combining marks, joiners, variation selectors, directional marks and controls.
constexpr std::array zero_ranges{Range{0x0000, 0x001F},
                                 Range{0x007F, 0x009F},
                                 Range{0x0300, 0x036F},
                                 Range{0x1AB0, 0x1AFF},
                                 Range{0x1DC0, 0x1DFF},
                                 Range{0x200B, 0x200F},
                                 Range{0x202A, 0x202E},
                                 Range{0x2060, 0x2064},
                                 Range{0x20D0, 0x20FF},
                                 Range{0x302A, 0x302D},
                                 Range{0x3099, 0x309A},
                                 Range{0xFE00, 0xFE0F},
                                 Range{0xFE20, 0xFE2F},
                                 Range{0xFEFF, 0xFEFF},
                                 Range{0xE0100, 0xE01EF}};

template <std::size_t n>
bool is_in(const std::array<Range, n>& ranges, std::uint32_t code) {
    return std::any_of(ranges.begin(), ranges.end(), [&](Range r) { return r.first <= code && code <= r.last; });
}

std::size_t width_of(std::uint32_t code) {
    if (code >= 0x20 && code < 0x7F) {
        return 1;
    }
    if (is_in(zero_ranges, code)) {
        return 0;
    }
    return is_in(wide_ranges, code) ? 2 : 1;
}

struct Character {
    std::size_t bytes, width;
    std::uint32_t code;
};

/// The character that starts at `at`; a malformed byte is a character of its own.
Character character_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t lead = byte(at);
    const std::size_t bytes = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
    if (bytes == 0 || lead >= 0xF8 || at + bytes > text.size()) {
        return {1, 1, 0xFFFD};
    }
    std::uint32_t code = bytes == 1 ? lead : lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            return {1, 1, 0xFFFD};
        }
        code = code << 6 | (byte(at + i) & 0x3F);
    }
    return {bytes, width_of(code), code};
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character c = character_at(text, at);
        width += c.width;
        at += c.bytes;
    }
    return width;
}

std::string pad_right(std::string_view text, std::size_t width) {
    const std::size_t own = display_width(text);
    return std::string(text) + std::string(width > own ? width - own : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
    const std::size_t own = display_width(text);
    return std::string(width > own ? width - own : 0, ' ') + std::string(text);
}

std::string fit_width(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    if (width == 0) {
        return {};
    }
    std::size_t used = 0, at = 0;
    while (at < text.size()) {
        const Character c = character_at(text, at);
        if (used + c.width > width - 1) {
            break;
        }
        used += c.width;
        at += c.bytes;
    }
    return std::string(text.substr(0, at)) + "…";
}

std::string one_line(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const Character c = character_at(text, at);
        const bool is_control = c.code < 0x20 || (c.code >= 0x7F && c.code <= 0x9F);
        if (is_control) {
            result += ' ';
        } else {
            result += text.substr(at, c.bytes);
        }
        at += c.bytes;
    }
    return result;
}

}  // namespace spate::analysis
