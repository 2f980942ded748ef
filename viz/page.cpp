#include "viz/page.hpp"

#include <cstddef>
#include <stdexcept>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>

// The built page is part of the program: there is no file to find, and none to be of another version.
__asm__(
    ".pushsection .rodata\n"
    ".global spate_page_begin\n"
    ".global spate_page_end\n"
    "spate_page_begin:\n"
    ".incbin \"" SPATE_PAGE
    "\"\n"
    "spate_page_end:\n"
    ".popsection\n");

extern "C" {
extern const char spate_page_begin[];  // NOLINT(readability-identifier-naming): symbols of the assembler
extern const char spate_page_end[];    // NOLINT(readability-identifier-naming): as above
}

namespace spate::viz {
namespace {

constexpr std::string_view marker = "<!-- spate:data -->";

std::string base64(std::string bytes) {
    using boost::archive::iterators::base64_from_binary;
    using boost::archive::iterators::transform_width;
    using Digits = base64_from_binary<transform_width<const char*, 6, 8>>;
    const std::size_t padding = (3 - bytes.size() % 3) % 3;
    bytes.append(padding, '\0');
    std::string text(Digits(bytes.data()), Digits(bytes.data() + bytes.size()));
    text.replace(text.size() - padding, padding, padding, '=');
    return text;
}

/// As the value of an attribute.
std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '"': result += "&quot;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            default: result += c;
        }
    }
    return result;
}

}  // namespace

std::string_view empty_page() {
    return {spate_page_begin, static_cast<std::size_t>(spate_page_end - spate_page_begin)};
}

std::string make_page(const std::vector<PageData>& data) {
    std::string elements;
    for (const auto& [name, bytes] : data) {
        elements +=
            R"(<script class="spate-data" type="application/x-hdf5;base64" data-file=")" + escaped(name) + "\">";
        elements += base64(bytes);
        elements += "</script>\n";
    }
    std::string page(empty_page());
    const std::size_t at = page.find(marker);
    if (at == std::string::npos)
        throw std::logic_error("the built page has no place for data");
    return page.replace(at, marker.size(), elements);
}

}  // namespace spate::viz
