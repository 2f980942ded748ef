#include "scenarios/load/text_guard.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace spate::scenarios {

namespace {

using Byte = unsigned char;

bool is_continuation(char c) {
    return (static_cast<Byte>(c) & 0xC0U) == 0x80;
}

/// Length of the valid UTF-8 character at `i`, 0 if there is none (Unicode 15, table 3-7: no overlong forms, no
/// surrogates).
std::size_t character_length(std::string_view text, std::size_t i) {
    const auto b0 = static_cast<Byte>(text[i]);
    if (b0 < 0x80) {
        return 1;
    }
    const std::size_t length = b0 >= 0xC2 && b0 <= 0xDF   ? 2
                               : (b0 & 0xF0U) == 0xE0     ? 3
                               : b0 >= 0xF0 && b0 <= 0xF4 ? 4
                                                          : 0;
    if (length == 0 || i + length > text.size()) {
        return 0;
    }
    const auto b1 = static_cast<Byte>(text[i + 1]);
    const Byte low = b0 == 0xE0 ? 0xA0 : b0 == 0xF0 ? 0x90 : 0x80;
    const Byte high = b0 == 0xED ? 0x9F : b0 == 0xF4 ? 0x8F : 0xBF;
    if (b1 < low || b1 > high) {
        return 0;
    }
    for (std::size_t k = 2; k < length; ++k) {
        if (!is_continuation(text[i + k])) {
            return 0;
        }
    }
    return length;
}

/// Whether all bytes above 127 come in pairs as GBK and GB18030 write them.
bool looks_like_gbk(std::string_view text) {
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto lead = static_cast<Byte>(text[i]);
        if (lead < 0x80) {
            continue;
        }
        const auto trail = i + 1 < text.size() ? static_cast<Byte>(text[i + 1]) : Byte{0};
        if (lead == 0x80 || lead == 0xFF || trail < 0x30 || trail == 0x7F || trail == 0xFF) {
            return false;
        }
        ++pairs;
        ++i;
    }
    return pairs > 0;
}

/// What is wrong with the character at `i` of length `length`, or null.
const char* character_fault(std::string_view text, std::size_t i, std::size_t length) {
    const auto b0 = static_cast<Byte>(text[i]);
    if (b0 == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) {
        return "a carriage return alone (line breaks are LF or CR LF). save the file with Unix or Windows line ends?";
    }
    if (b0 == 0) {
        return "a NUL character (this is not a text file)";
    }
    const bool c0 = b0 < 0x20 && b0 != '\t' && b0 != '\n' && b0 != '\r';
    const bool c1 = length == 2 && b0 == 0xC2 && static_cast<Byte>(text[i + 1]) < 0xA0;
    if (c0 || b0 == 0x7F || c1) {
        return "a control character (only text, tabs and line breaks are allowed)";
    }
    return nullptr;
}

Place place_of(std::string_view text, std::size_t position, std::uint32_t file) {
    return Locator(text).locate(position, file);
}

/// Follows the brackets of flow style: one that begins a value opens it, and then all count until it is closed; those
/// in quotes, comments and plain or block text are text.
class BracketScan {
  public:
    explicit BracketScan(std::string_view text)
        : text_(text) {
        begin_line(0);
        for (std::size_t i = 0; i < text.size() && !too_deep_; ++i) {
            step(i);
            if (depth_ > max_depth) {
                too_deep_ = i;
            }
        }
    }

    /// Position of the bracket that opens one level too many, if any.
    std::optional<std::size_t> too_deep() const { return too_deep_; }

    std::optional<std::size_t> unclosed_quote() const { return unclosed_; }

  private:
    bool is_blank(std::size_t i) const { return i >= text_.size() || std::strchr(" \t\r\n", text_[i]) != nullptr; }

    void begin_line(std::size_t i) {
        unclosed_ = quote_ != 0 && !unclosed_ ? std::optional(opened_) : unclosed_;
        quote_ = token_ = 0;
        skip_ = 0;
        begins_ = true;
        comment_ = is_tag_ = false;
        line_ = i;
        parent_.reset();
        const std::size_t content = std::min(text_.find_first_not_of(" \r", i), text_.size());
        if (block_ && content < text_.size() && text_[content] != '\n') {
            comment_ = content - i > *block_;
            block_ = comment_ ? block_ : std::nullopt;
        }
    }

    void step(std::size_t i) {
        const char c = text_[i];
        if (c == '\n') {
            begin_line(i + 1);
        } else if (skip_ > 0) {
            --skip_;
        } else if (quote_ != 0) {
            step_quoted(i);
        } else if (c == '#' && (i == line_ || is_blank(i - 1))) {
            comment_ = true;
        } else if (!comment_ && !is_blank(i)) {
            depth_ > 0 ? step_flow(i) : step_block(i);
            token_ = c;
        } else {
            is_tag_ = false;
        }
    }

    void step_quoted(std::size_t i) {
        const char c = text_[i];
        const bool is_pair = c == '\'' && i + 1 < text_.size() && text_[i + 1] == c;
        if (quote_ == '"' ? c == '\\' : is_pair) {
            skip_ = 1;
        } else if (c == quote_) {
            quote_ = 0;
            begins_ = false;
            token_ = c;
        }
    }

    void open_quote(std::size_t i) {
        quote_ = text_[i];
        opened_ = i;
    }

    void step_flow(std::size_t i) {
        const char c = text_[i];
        if ((c == '"' || c == '\'') && (token_ == 0 || std::strchr("[{,:-?", token_) != nullptr)) {
            open_quote(i);
        } else if (c == '[' || c == '{') {
            ++depth_;
        } else if (c == ']' || c == '}') {
            --depth_;
            begins_ = false;
        }
    }

    void step_block(std::size_t i) {
        const char c = text_[i];
        const bool is_indicator =
            is_blank(i + 1) || (c == ':' && token_ != 0 && std::strchr("\"']}", token_) != nullptr);
        if (!begins_) {
            begins_ = c == ':' && is_indicator;
        } else if (i == line_ && text_.substr(i, 3) == "---" && is_blank(i + 3)) {
            skip_ = 2;
        } else if ((c == '-' || c == '?' || c == ':') && is_indicator) {
            parent_ = i - line_;
        } else if (c == '[' || c == '{') {
            ++depth_;
        } else if ((c == '|' || c == '>') && parent_) {
            block_ = parent_;
            begins_ = false;
        } else if (c == '!' || c == '&' || is_tag_) {
            is_tag_ = true;
        } else {
            parent_ = i - line_;
            begins_ = false;
            if (c == '"' || c == '\'') {
                open_quote(i);
            }
        }
    }

    std::string_view text_;
    std::optional<std::size_t> too_deep_, unclosed_;
    std::optional<std::size_t> parent_;  ///< column of the key or dash before a value on this line
    std::optional<std::size_t> block_;  ///< column of what block text belongs to: it goes on while lines are further in
    std::size_t opened_ = 0, line_ = 0, skip_ = 0;
    int depth_ = 0;
    char quote_ = 0, token_ = 0;
    bool begins_ = true;  ///< outside of brackets: a value or key may begin here
    bool comment_ = false, is_tag_ = false;
};

/// Checks one line's beginning; a message if it is wrong, and where.
const char* line_fault(std::string_view line, std::size_t& at) {
    at = line.find_first_not_of(' ');
    if (at == std::string_view::npos) {
        return nullptr;
    }
    const auto content = line.find_first_not_of(" \t\r");
    if (line[at] == '\t' && content != std::string_view::npos && line[content] != '#') {
        return "a tab in the indentation (YAML indents with spaces). replace it by spaces?";
    }
    if (line[0] == '%') {
        at = 0;
        return "a YAML directive (not allowed in a scenario). remove the line?";
    }
    int levels = 0;
    for (std::size_t i = at;
         i + 1 < line.size() && (line[i] == '-' || line[i] == '?' || line[i] == ':') && line[i + 1] == ' ';
         i += 2) {
        if (++levels > max_depth) {
            at = i;
            return "lists nested too deeply (at most 64 levels)";
        }
    }
    return nullptr;
}

}  // namespace

std::optional<std::string> read_text_file(const std::string& path,
                                          std::size_t max_bytes,
                                          Place named_at,
                                          Problems& problems) {
    const auto fail = [&](const std::string& why) {
        problems.add(named_at, "cannot read " + in_quotes(path) + " (" + why + ")");
        return std::nullopt;
    };
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) {
        return fail(error && status.type() != std::filesystem::file_type::not_found ? error.message() : "no such file");
    }
    if (std::filesystem::is_directory(status)) {
        return fail("it is a folder");
    }
    std::ifstream in(path, std::ios::binary);
    std::string text;
    std::string block(1U << 16U, '\0');
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
        text.append(block, 0, static_cast<std::size_t>(in.gcount()));
        if (text.size() > max_bytes) {
            return fail("larger than " + std::to_string(max_bytes >> 20U) + " MB. put bulk data into CSV files?");
        }
    }
    if (!in.eof()) {
        return fail(std::strerror(errno));
    }
    return text;
}

bool check_text(std::string& text, std::uint32_t file, Problems& problems) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        problems.add({file, 1, 1}, "the file is UTF-16 (a byte order mark says so). save it as UTF-8?");
        return false;
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.erase(0, 3);
    }
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_length(text, i);
        if (length == 0) {
            const Place place = place_of(text, i, file);
            problems.add(place,
                         looks_like_gbk(text) ? "not UTF-8 (it looks like GBK or GB18030). save the file as UTF-8?"
                                              : "not UTF-8 (invalid bytes). save the file as UTF-8?");
            return false;
        }
        if (const char* fault = character_fault(text, i, length)) {
            problems.add(place_of(text, i, file), fault);
            return false;
        }
        i += length;
    }
    return true;
}

bool check_yaml_text(std::string_view text, std::uint32_t file, Problems& problems) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        problems.add({file, 1, 1},
                     "the file is empty. start with `spate: 1`; `spate defaults` prints a complete scenario");
        return false;
    }
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        std::size_t at = 0;
        if (const char* fault = line_fault(text.substr(begin, end - begin), at)) {
            problems.add(place_of(text, begin + at, file), fault);
            return false;
        }
        begin = end + 1;
    }
    if (const auto deep = BracketScan(text).too_deep()) {
        problems.add(place_of(text, *deep, file), "brackets nested too deeply (at most 64 levels)");
        return false;
    }
    if (text.back() != '\n') {
        problems.add(place_of(text, text.size(), file),
                     "the last line does not end (the file may be cut off). add a line break at the end?");
        return false;
    }
    return true;
}

std::optional<std::size_t> find_unclosed_quote(std::string_view text) {
    return BracketScan(text).unclosed_quote();
}

Place Locator::locate(std::size_t position, std::uint32_t file) {
    position = std::min(position, text_.size());
    if (position < position_) {
        const auto newline = text_.substr(position, position_ - position).find('\n');
        if (newline == std::string_view::npos) {
            for (; position_ > position; --position_) {
                column_ -= is_continuation(text_[position_ - 1]) ? 0 : 1;
            }
            return {file, line_, column_};
        }
        *this = Locator(text_);
    }
    for (; position_ < position; ++position_) {
        if (text_[position_] == '\n') {
            ++line_;
            column_ = 1;
        } else {
            column_ += is_continuation(text_[position_]) ? 0 : 1;
        }
    }
    return {file, line_, column_};
}

std::string full_width_hint(std::string_view text) {
    constexpr std::string_view marks[][2] = {{"：", ": "},
                                             {"，", ", "},
                                             {"［", "["},
                                             {"］", "]"},
                                             {"｛", "{"},
                                             {"｝", "}"},
                                             {"＂", "\""},
                                             {"“", "\""},
                                             {"”", "\""},
                                             {"＃", "#"}};
    for (const auto& mark : marks) {
        if (text.find(mark[0]) != std::string_view::npos) {
            return " (full-width '" + std::string(mark[0]) + "' is not '" + std::string(mark[1]) + "')";
        }
    }
    return "";
}

}  // namespace spate::scenarios
