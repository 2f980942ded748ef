#include "sim/base/digest.hpp"

#include <array>
#include <set>

#include <catch2/catch.hpp>

using namespace spate::sim;

namespace {

std::uint64_t digest_of(std::initializer_list<std::uint64_t> values) {
    Digest digest;
    for (const auto value : values) {
        digest.add(value);
    }
    return digest.value();
}

}  // namespace

TEST_CASE("a digest has the same value in every build") {
    CHECK(digest_of({}) == 0x2CB0F69F4ABEA221);
    CHECK(digest_of({1, 2, 3}) == 0xA3D50AE8D968E129);
}

TEST_CASE("a digest depends on the order of values") {
    CHECK(digest_of({1, 2}) != digest_of({2, 1}));
    CHECK(digest_of({0, 1}) != digest_of({1, 0}));
}

TEST_CASE("a digest counts zeros") {
    CHECK(digest_of({}) != digest_of({0}));
    CHECK(digest_of({0}) != digest_of({0, 0}));
}

TEST_CASE("a span is digested as its values one by one, a signed value as its bits") {
    const std::array<std::uint64_t, 3> values = {7, 0, UINT64_MAX};
    Digest whole;
    whole.add(values);
    CHECK(whole.value() == digest_of({7, 0, UINT64_MAX}));
    Digest negative;
    negative.add(std::int64_t{-1});
    CHECK(negative.value() == digest_of({UINT64_MAX}));
}

TEST_CASE("reading a digest does not change it") {
    Digest digest;
    digest.add(std::uint64_t{5});
    const auto first = digest.value();
    CHECK(digest.value() == first);
}

TEST_CASE("each bit at each place of a sequence changes the digest") {
    std::set<std::uint64_t> seen;
    for (std::size_t place = 0; place < 16; ++place) {
        for (int bit = 0; bit < 64; ++bit) {
            std::array<std::uint64_t, 16> values{};
            values[place] = std::uint64_t{1} << bit;
            Digest digest;
            digest.add(values);
            seen.insert(digest.value());
        }
    }
    CHECK(seen.size() == 16 * 64);
}
