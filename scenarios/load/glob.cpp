#include "scenarios/load/glob.hpp"

#include <algorithm>
#include <cstddef>

namespace spate::scenarios {

namespace {

constexpr std::size_t max_length = 1000;
constexpr std::size_t max_alternatives = 1000;

/// Replaces the first {a,b} by each of its words; false if there is none left.
bool expand_first(const std::string& pattern, std::vector<std::string>& out) {
    const auto open = pattern.find('{');
    const auto close = open == std::string::npos ? open : pattern.find('}', open);
    if (close == std::string::npos) {
        return false;
    }
    for (std::size_t begin = open + 1; begin <= close;) {
        const auto end = std::min(pattern.find(',', begin), close);
        out.push_back(pattern.substr(0, open) + pattern.substr(begin, end - begin) + pattern.substr(close + 1));
        begin = end + 1;
    }
    return true;
}

std::size_t next_character(std::string_view text, std::size_t i) {
    do {
        ++i;
    } while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80);
    return i;
}

/// Linear in practice, at worst length times length; no recursion.
bool match(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == '?') {
            ++p;
            t = next_character(text, t);
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

Glob::Glob(std::string_view pattern)
    : is_plain_(pattern.find_first_of("*?{") == std::string_view::npos) {
    if (pattern.size() > max_length) {
        return;
    }
    std::vector<std::string> open{std::string(pattern)};
    while (!open.empty() && alternatives_.size() + open.size() <= max_alternatives) {
        const std::string next = std::move(open.back());
        open.pop_back();
        if (!expand_first(next, open)) {
            alternatives_.push_back(next);
        }
    }
    if (!open.empty()) {
        alternatives_.clear();
    }
}

bool Glob::matches(std::string_view id) const {
    return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const std::string& a) { return match(a, id); });
}

}  // namespace spate::scenarios
