#include "sim/engine/partition.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

DeclaredLink link(std::size_t from, std::size_t to, std::int64_t lookahead) {
    return {ProcessId(from), {ProcessId(to), Duration{lookahead}}};
}

}  // namespace

TEST_CASE("without zero-lookahead links every process is its own group") {
    const std::vector links{link(0, 1, 5), link(1, 2, 7), link(1, 0, 3)};
    const auto partition = make_partition(4, links);
    CHECK(partition.group_of == std::vector<std::uint32_t>{0, 1, 2, 3});
    CHECK(partition.groups[0].lookahead == Duration{5});
    CHECK(partition.groups[1].lookahead == Duration{3});
    CHECK(partition.groups[2].lookahead == Duration{INT64_MAX});
    CHECK(partition.groups[3].lookahead == Duration{INT64_MAX});
}

TEST_CASE("a chain of zero-lookahead links becomes one group") {
    const std::vector links{link(4, 2, 0), link(2, 0, 0), link(1, 3, 0)};
    const auto partition = make_partition(5, links);
    CHECK(partition.group_of == std::vector<std::uint32_t>{0, 1, 0, 1, 0});
    CHECK(partition.groups[0].members == std::vector{ProcessId(0), ProcessId(2), ProcessId(4)});
    CHECK(partition.groups[1].members == std::vector{ProcessId(1), ProcessId(3)});
}

TEST_CASE("links inside a group do not limit its lookahead") {
    const std::vector links{link(0, 1, 0), link(1, 0, 2), link(0, 0, 1), link(1, 2, 9), link(0, 2, 8)};
    const auto partition = make_partition(3, links);
    CHECK(partition.groups[0].lookahead == Duration{8});
}

TEST_CASE("the numbering of groups does not depend on the order of the links") {
    ToyDraws draws(7);
    std::vector<DeclaredLink> links;
    for (int i = 0; i < 60; ++i) {
        links.push_back(link(draws.below(80), draws.below(80), static_cast<std::int64_t>(draws.below(3))));
    }
    const auto partition = make_partition(80, links);
    for (int round = 0; round < 20; ++round) {
        for (std::size_t i = links.size() - 1; i > 0; --i)
            std::swap(links[i], links[draws.below(i + 1)]);
        const auto shuffled = make_partition(80, links);
        CHECK(shuffled.group_of == partition.group_of);
        for (std::size_t group = 0; group < partition.groups.size(); ++group) {
            CHECK(shuffled.groups[group].members == partition.groups[group].members);
            CHECK(shuffled.groups[group].lookahead == partition.groups[group].lookahead);
        }
    }
}

TEST_CASE("a link to an unknown process is refused") {
    CHECK_THROWS_AS(make_partition(2, std::vector{link(0, 2, 1)}), std::logic_error);
    CHECK_THROWS_AS(make_partition(2, std::vector{link(2, 0, 1)}), std::logic_error);
}

}  // namespace spate::test
