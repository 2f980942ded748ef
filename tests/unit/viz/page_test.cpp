#include "viz/page.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace spate;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

}  // namespace

TEST_CASE("the built page has one place for data, and is replaced there") {
    const std::string empty(viz::empty_page());
    CHECK(count_of(empty, "<!-- spate:data -->") == 1);
    const std::string page = viz::make_page({{"a.h5", "Man"}, {"b.h5", "Ma"}, {"c.h5", "M"}, {"d.h5", ""}});
    CHECK(page.find("<!-- spate:data -->") == std::string::npos);
    // RFC 4648, section 4: groups of three bytes, the last one filled up.
    CHECK(page.find("data-file=\"a.h5\">TWFu</script>") != std::string::npos);
    CHECK(page.find("data-file=\"b.h5\">TWE=</script>") != std::string::npos);
    CHECK(page.find("data-file=\"c.h5\">TQ==</script>") != std::string::npos);
    CHECK(page.find("data-file=\"d.h5\"></script>") != std::string::npos);
}

TEST_CASE("bytes above 127 and zero survive") {
    const std::string page = viz::make_page({{"x", std::string("\xff\x00\xfe\x80", 4)}});
    CHECK(page.find(">/wD+gA==</script>") != std::string::npos);
}

TEST_CASE("a file name cannot leave its attribute") {
    const std::string page = viz::make_page({{"\"><script>alert(1)</script>&双11.h5", "x"}});
    CHECK(page.find("data-file=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;双11.h5\"") != std::string::npos);
}
