#include "scenarios/load/encoding.hpp"

#include <algorithm>
#include <memory>
#include <type_traits>

#include <iconv.h>

namespace spate::scenarios {

namespace {

struct CloseConverter {
    void operator()(iconv_t converter) const { iconv_close(converter); }
};

using Converter = std::unique_ptr<std::remove_pointer_t<iconv_t>, CloseConverter>;

/// Line of a byte: no byte of a longer character is a line break in GB18030.
int line_of(const std::string& text, std::size_t at) {
    return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

}  // namespace

bool to_utf8(std::string& text, Encoding from, std::uint32_t file, Problems& problems) {
    if (from == Encoding::utf8) {
        return true;
    }
    iconv_t const opened = iconv_open("UTF-8", "GB18030");
    if (opened == reinterpret_cast<iconv_t>(-1)) {
        problems.add({file, 1, 1}, "this system cannot read GB18030. save the file as UTF-8?");
        return false;
    }
    const Converter converter(opened);
    std::string result(text.size() * 2 + 16, '\0');  // two bytes become three, four become four
    char* in = text.data();
    char* out = result.data();
    std::size_t in_left = text.size(), out_left = result.size();
    if (iconv(converter.get(), &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1)) {
        problems.add({file, line_of(text, text.size() - in_left), 1},
                     "not GB18030 (as `encoding` says). save the file as UTF-8 and leave `encoding` out?");
        return false;
    }
    result.resize(result.size() - out_left);
    text = std::move(result);
    return true;
}

}  // namespace spate::scenarios
