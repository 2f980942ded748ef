#include "sim/engine/partition.hpp"

#include <algorithm>
#include <numeric>

namespace spate::sim {

namespace {

/// Sets of processes; the root of a set is its smallest member.
class DisjointSets {
  public:
    explicit DisjointSets(std::size_t size)
        : parent_(size) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }

    std::size_t root(std::size_t member) {
        while (parent_[member] != member) {
            parent_[member] = parent_[parent_[member]];
            member = parent_[member];
        }
        return member;
    }

    void unite(std::size_t a, std::size_t b) {
        const std::size_t first = root(a);
        const std::size_t second = root(b);
        parent_[std::max(first, second)] = std::min(first, second);
    }

  private:
    std::vector<std::size_t> parent_;
};

}  // namespace

Partition make_partition(std::size_t processes, std::span<const DeclaredLink> links) {
    DisjointSets sets(processes);
    for (const auto& [source, link] : links) {
        SPATE_EXPECT(source.index() < processes && link.target.index() < processes);
        if (link.lookahead <= Duration{0})
            sets.unite(source.index(), link.target.index());
    }

    Partition partition;
    partition.group_of.resize(processes);
    for (std::size_t process = 0; process < processes; ++process) {
        const std::size_t root = sets.root(process);
        if (root == process) {
            partition.group_of[process] = static_cast<std::uint32_t>(partition.groups.size());
            partition.groups.emplace_back();
        }
        const std::uint32_t group = partition.group_of[root];
        partition.group_of[process] = group;
        partition.groups[group].members.emplace_back(process);
    }

    for (const auto& [source, link] : links) {
        const std::uint32_t group = partition.group_of[source.index()];
        if (partition.group_of[link.target.index()] == group)
            continue;
        Duration& lookahead = partition.groups[group].lookahead;
        lookahead = std::min(lookahead, link.lookahead);
    }
    return partition;
}

}  // namespace spate::sim
