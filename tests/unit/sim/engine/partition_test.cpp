#include "sim/engine/partition.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

LinkTable::Row link(std::size_t from, std::size_t to, std::int64_t lookahead) {
    return {ProcessId(from), ProcessId(to), Duration{lookahead}};
}

LinkTable table(std::size_t processes, std::vector<LinkTable::Row> links) {
    return {processes, std::move(links), {}};
}

std::vector<std::vector<ProcessId>> members_of(const LinkTable& links) {
    std::vector<std::vector<ProcessId>> members;
    for (const auto& group : make_groups(links))
        members.push_back(group.members);
    return members;
}

std::vector<ProcessId> ids(std::initializer_list<std::size_t> values) {
    std::vector<ProcessId> all;
    for (const std::size_t value : values)
        all.emplace_back(value);
    return all;
}

CutOptions into(std::size_t shards) {
    CutOptions options;
    options.shards = shards;
    return options;
}

std::uint32_t shard_of(const Cut& cut, std::size_t process) {
    return cut.roster.shard_of(cut.roster.slot_of(ProcessId(process)));
}

Duration reach(const Cut& cut, std::size_t from, std::size_t to) {
    return cut.reach[shard_of(cut, from) * cut.shards() + shard_of(cut, to)];
}

LinkTable ring(std::size_t size, std::int64_t lookahead) {
    LinkTable links{size, {}, {}};
    for (std::size_t i = 0; i < size; ++i)
        links.links.push_back(link(i, (i + 1) % size, lookahead));
    return links;
}

}  // namespace

TEST_CASE("without zero-lookahead links every process is its own group") {
    const auto groups = make_groups(table(4, {link(0, 1, 5), link(1, 2, 7), link(1, 0, 3)}));
    REQUIRE(groups.size() == 4);
    CHECK(groups[0].lookahead == Duration{5});
    CHECK(groups[1].lookahead == Duration{3});
    CHECK(groups[2].lookahead == Duration{INT64_MAX});
}

TEST_CASE("zero-lookahead links that lead back make a group, others do not") {
    CHECK(members_of(table(5, {link(4, 2, 0), link(2, 0, 0), link(0, 4, 0), link(1, 3, 0)}))
          == std::vector{ids({0, 2, 4}), ids({1}), ids({3})});
}

TEST_CASE("links inside a group do not limit its lookahead") {
    const auto groups = make_groups(
        table(3, {link(0, 1, 0), link(1, 0, 0), link(1, 0, 2), link(0, 0, 1), link(1, 2, 9), link(0, 2, 8)}));
    CHECK(groups[0].lookahead == Duration{8});
}

TEST_CASE("the numbering of groups does not depend on the order of the links") {
    ToyDraws draws(7);
    std::vector<LinkTable::Row> links;
    for (int i = 0; i < 90; ++i) {
        links.push_back(link(draws.below(60), draws.below(60), static_cast<std::int64_t>(draws.below(2))));
    }
    const auto members = members_of(table(60, links));
    CHECK(members.size() < 60);
    for (int round = 0; round < 20; ++round) {
        for (std::size_t i = links.size() - 1; i > 0; --i)
            std::swap(links[i], links[draws.below(i + 1)]);
        CHECK(members_of(table(60, links)) == members);
    }
}

TEST_CASE("a link to an unknown process is refused") {
    CHECK_THROWS_AS(make_cut(table(2, {link(0, 2, 1)}), {}), std::logic_error);
    CHECK_THROWS_AS(make_cut(table(2, {link(2, 0, 1)}), {}), std::logic_error);
}

TEST_CASE("depths count one-way zero-lookahead links, whatever the cut") {
    LinkTable links = ring(40, 1'000);
    links.links.push_back(link(5, 6, 0));
    links.links.push_back(link(6, 9, 0));
    links.links.push_back(link(7, 8, 0));
    links.links.push_back(link(8, 7, 0));
    for (const std::size_t shards : {1U, 7U}) {
        const Cut cut = make_cut(links, into(shards));
        const auto depth = [&](std::size_t process) {
            return std::uint64_t{cut.roster.record_of(ProcessId(process)).depth};
        };
        CHECK(depth(5) == 0);
        CHECK(depth(6) == 1);
        CHECK(depth(9) == 2);
        CHECK(depth(7) == 0);
        CHECK(depth(8) == 0);
    }
}

TEST_CASE("a chain of more zero-lookahead links than there are depths is fused") {
    LinkTable links{40, {}, {}};
    for (std::size_t i = 0; i + 1 < 30; ++i)
        links.links.push_back(link(i, i + 1, 0));
    CHECK(make_groups(links).size() == 11);
    CHECK(std::uint64_t{make_cut(links, {}).roster.record_of(ProcessId(29)).depth} == 0);
}

TEST_CASE("every process has one slot, and shards are of equal weight") {
    const LinkTable links = ring(100, 10);
    CutOptions options = into(4);
    options.weights.assign(100, 1'000);
    options.weights[0] = 33'000;
    options.largest_cluster = 0;
    const Cut cut = make_cut(links, options);
    REQUIRE(cut.shards() == 4);
    std::vector<double> weight(4);
    std::vector<bool> seen(100);
    for (std::size_t process = 0; process < 100; ++process) {
        const std::uint32_t slot = cut.roster.slot_of(ProcessId(process));
        CHECK_FALSE(seen[slot]);
        seen[slot] = true;
        CHECK(cut.roster.records[slot].id == ProcessId(process));
        CHECK(cut.roster.records[slot].slot == slot);
        weight[shard_of(cut, process)] += static_cast<double>(options.weights[process] + 1);
    }
    CHECK(shard_of(cut, 0) != shard_of(cut, 1));
    for (const double w : weight)
        CHECK(w == Approx(33'000).epsilon(0.05));
}

TEST_CASE("windows are the least lookahead inside a shard, reach the least on the way to another and back") {
    // Two pairs, cut apart: 0 and 1 exchange in 5, 2 and 3 in 11, 1 → 2 takes 7 and 3 → 0 takes 13.
    const LinkTable links =
        table(4, {link(0, 1, 5), link(1, 0, 5), link(1, 2, 7), link(2, 3, 11), link(3, 2, 11), link(3, 0, 13)});
    CutOptions options = into(2);
    options.largest_cluster = 0;
    const Cut cut = make_cut(links, options);
    REQUIRE(cut.shards() == 2);
    CHECK(shard_of(cut, 1) != shard_of(cut, 2));
    CHECK(cut.windows[shard_of(cut, 0)] == Duration{5});
    CHECK(cut.windows[shard_of(cut, 2)] == Duration{11});
    CHECK(reach(cut, 0, 2) == Duration{7});
    CHECK(reach(cut, 2, 0) == Duration{13});
    CHECK(reach(cut, 0, 0) == Duration{20});
}

TEST_CASE("a broadcast reaches every shard, and its own neighbours") {
    LinkTable links{30, {}, {{Duration{4}, {ProcessId(3)}}}};
    const Cut cut = make_cut(links, into(3));
    REQUIRE(cut.shards() == 3);
    CHECK(cut.windows[shard_of(cut, 3)] == Duration{4});
    CHECK(reach(cut, 3, 29) == Duration{4});
    CHECK(reach(cut, 29, 3) == never);
}

TEST_CASE("ends of short links among long ones are fused, or come in layers where they lead one way") {
    LinkTable both_ways = ring(100, 1'000);
    both_ways.links.push_back(link(3, 4, 1));
    both_ways.links.push_back(link(4, 3, 1));
    Cut cut = make_cut(both_ways, into(4));
    CHECK(cut.roster.cluster_of(cut.roster.slot_of(ProcessId(3)))
          == cut.roster.cluster_of(cut.roster.slot_of(ProcessId(4))));
    CHECK(*std::min_element(cut.windows.begin(), cut.windows.end()) == Duration{1'000});

    LinkTable one_way = ring(100, 1'000);
    one_way.links.push_back(link(3, 50, 0));
    cut = make_cut(one_way, into(4));
    CHECK(shard_of(cut, 3) != shard_of(cut, 50));
    CHECK(*std::min_element(cut.windows.begin(), cut.windows.end()) >= Duration{1'000});
    CHECK(reach(cut, 3, 50) == Duration{0});
}

TEST_CASE("short links do not fuse what is too much of the work") {
    const Cut cut = make_cut(ring(100, 1), into(4));
    CHECK(cut.roster.clusters.empty());
    CHECK(cut.shards() == 4);
}

TEST_CASE("one heap is one shard, whatever the layers") {
    LinkTable links = ring(20, 100);
    links.links.push_back(link(3, 9, 0));
    CutOptions options;
    options.is_one_heap = true;
    CHECK(make_cut(links, options).shards() == 1);
    CHECK(make_cut(LinkTable{}, {}).shards() == 1);
}

}  // namespace spate::test
