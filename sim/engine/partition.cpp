#include "sim/engine/partition.hpp"

#include <algorithm>
#include <numeric>

namespace spate::sim {

namespace {

/// The links shorter than a threshold, by source.
struct Arcs {
    std::vector<std::uint32_t> first;  ///< of each process in `targets`, and the end
    std::vector<std::uint32_t> targets;

    Arcs(const LinkTable& table, Duration below)
        : first(table.processes + 1) {
        for (const LinkTable::Row& link : table.links)
            first[link.source.index() + 1] += link.lookahead < below;
        std::partial_sum(first.begin(), first.end(), first.begin());
        targets.resize(first.back());
        std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
        for (const LinkTable::Row& link : table.links) {
            if (link.lookahead < below)
                targets[next[link.source.index()]++] = link.target.value();
        }
    }
};

/// Sets of processes; `count` of them.
struct Components {
    std::vector<std::uint32_t> of;  ///< by process
    std::uint32_t count = 0;

    explicit Components(std::size_t processes)
        : of(processes) {}
};

/// Strongly connected components (Tarjan 1972), without recursion. Numbered so that every arc between two components
/// leads from a higher number to a lower one.
class StrongComponents {
  public:
    explicit StrongComponents(const Arcs& arcs)
        : arcs_(arcs)
        , index_(arcs.first.size() - 1, unseen)
        , low_(index_.size())
        , result_(index_.size()) {}

    Components find() {
        for (std::uint32_t process = 0; process < index_.size(); ++process) {
            if (index_[process] == unseen)
                visit(process);
        }
        return std::move(result_);
    }

  private:
    static constexpr std::uint32_t unseen = UINT32_MAX, closed = UINT32_MAX - 1;

    struct Step {
        std::uint32_t process, arc;
    };

    void enter(std::uint32_t process) {
        index_[process] = low_[process] = next_++;
        open_.push_back(process);
        path_.push_back({process, arcs_.first[process]});
    }

    void visit(std::uint32_t root) {
        enter(root);
        while (!path_.empty()) {
            const auto [process, arc] = path_.back();
            if (arc < arcs_.first[process + 1]) {
                ++path_.back().arc;
                const std::uint32_t target = arcs_.targets[arc];
                if (index_[target] == unseen) {
                    enter(target);
                } else if (index_[target] != closed) {
                    low_[process] = std::min(low_[process], index_[target]);
                }
                continue;
            }
            path_.pop_back();
            if (!path_.empty())
                low_[path_.back().process] = std::min(low_[path_.back().process], low_[process]);
            if (low_[process] == index_[process])
                close(process);
        }
    }

    void close(std::uint32_t root) {
        std::uint32_t member = unseen;
        do {
            member = open_.back();
            open_.pop_back();
            index_[member] = closed;
            result_.of[member] = result_.count;
        } while (member != root);
        ++result_.count;
    }

    const Arcs& arcs_;
    std::vector<std::uint32_t> index_, low_, open_;
    std::vector<Step> path_;
    std::uint32_t next_ = 0;
    Components result_;
};

/// Longest way to each component over arcs between components.
std::vector<std::uint32_t> depths(const Arcs& arcs, const Components& components) {
    std::vector<std::vector<std::uint32_t>> members(components.count);
    for (std::uint32_t process = 0; process < components.of.size(); ++process)
        members[components.of[process]].push_back(process);
    std::vector<std::uint32_t> depth(components.count);
    for (std::uint32_t component = components.count; component-- > 0;) {  // senders have higher numbers
        for (const std::uint32_t process : members[component]) {
            for (std::uint32_t arc = arcs.first[process]; arc < arcs.first[process + 1]; ++arc) {
                const std::uint32_t target = components.of[arcs.targets[arc]];
                if (target != component)
                    depth[target] = std::max(depth[target], depth[component] + 1);
            }
        }
    }
    return depth;
}

/// Components without regard to the direction of the arcs.
Components weak_components(const Arcs& arcs) {
    const std::size_t processes = arcs.first.size() - 1;
    std::vector<std::uint32_t> parent(processes);
    std::iota(parent.begin(), parent.end(), 0U);
    const auto root = [&](std::uint32_t member) {
        while (parent[member] != member)
            member = parent[member] = parent[parent[member]];
        return member;
    };
    for (std::uint32_t process = 0; process < processes; ++process) {
        for (std::uint32_t arc = arcs.first[process]; arc < arcs.first[process + 1]; ++arc) {
            const std::uint32_t a = root(process), b = root(arcs.targets[arc]);
            parent[std::max(a, b)] = std::min(a, b);
        }
    }
    Components components(processes);
    for (std::uint32_t process = 0; process < processes; ++process) {
        const std::uint32_t top = root(process);
        components.of[process] = top == process ? components.count++ : components.of[top];
    }
    return components;
}

/// The clusters at one threshold, and their layers.
struct Layers {
    Components clusters;
    std::vector<std::uint32_t> layer;  ///< by cluster
    std::uint32_t count = 1;

    /// Chains longer than `most` are fused.
    Layers(const LinkTable& table, Duration below, std::uint32_t most)
        : clusters(0) {
        const Arcs arcs(table, below);
        clusters = arcs.targets.empty() ? Components(table.processes) : StrongComponents(arcs).find();
        if (arcs.targets.empty()) {
            std::iota(clusters.of.begin(), clusters.of.end(), 0U);
            clusters.count = static_cast<std::uint32_t>(table.processes);
            layer.assign(clusters.count, 0);
            return;
        }
        layer = depths(arcs, clusters);
        count = layer.empty() ? 1 : *std::max_element(layer.begin(), layer.end()) + 1;
        if (count <= most)
            return;
        clusters = weak_components(arcs);
        layer.assign(clusters.count, 0);
        count = 1;
    }
};

constexpr std::uint32_t most_depths = 16, most_layers = 8;

/// The processes' order of handling within one instant, see Event::depth. Follows from the links alone.
Layers zero_lookahead_layers(const LinkTable& table) {
    return Layers(table, microsecond, most_depths);
}

double largest_share(const Layers& layers, std::span<const std::uint64_t> weights) {
    std::vector<double> sums(layers.clusters.count);
    double total = 0;
    for (std::size_t process = 0; process < layers.clusters.of.size(); ++process) {
        const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[process] + 1);
        sums[layers.clusters.of[process]] += weight;
        total += weight;
    }
    return *std::max_element(sums.begin(), sums.end()) / total;
}

/// All declared lookaheads above zero that may serve as threshold, ascending.
std::vector<Duration> thresholds(const LinkTable& table) {
    std::vector<Duration> levels;
    Duration broadcast = never;
    for (const auto& set : table.broadcasts)
        broadcast = std::min(broadcast, set.lookahead);
    for (const LinkTable::Row& link : table.links) {
        if (link.lookahead > Duration{0} && link.lookahead < broadcast && link.source != link.target)
            levels.push_back(link.lookahead);
    }
    levels.push_back(broadcast);
    std::sort(levels.begin(), levels.end());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    return levels;
}

Layers choose_clusters(const LinkTable& table, const CutOptions& options) {
    const std::vector<Duration> levels = thresholds(table);
    Layers zero = zero_lookahead_layers(table);
    const double allowed = std::max(options.largest_cluster, largest_share(zero, options.weights));
    std::size_t good = 0, bad = levels.size();
    while (bad - good > 1) {
        const std::size_t middle = (good + bad) / 2;
        const Layers layers(table, levels[middle], most_layers);
        (largest_share(layers, options.weights) <= allowed ? good : bad) = middle;
    }
    return good == 0 ? std::move(zero) : Layers(table, levels[good], most_layers);
}

/// Cuts the clusters of each layer into runs of about equal weight; gives every process its slot.
class Cutter {
  public:
    Cutter(const LinkTable& table, const CutOptions& options, const Layers& layers)
        : table_(table)
        , options_(options)
        , layers_(layers)
        , weight_(layers.clusters.count)
        , members_(table.processes) {
        std::vector<std::uint32_t> first_member(layers.clusters.count, UINT32_MAX);
        for (std::uint32_t process = 0; process < table.processes; ++process) {
            const std::uint32_t cluster = layers.clusters.of[process];
            weight_[cluster] += options.weights.empty() ? 1 : options.weights[process] + 1;
            first_member[cluster] = std::min(first_member[cluster], process);
        }
        for (std::uint32_t process = 0; process < table.processes; ++process)
            members_[process] = process;
        std::sort(members_.begin(), members_.end(), [&](std::uint32_t a, std::uint32_t b) {
            const std::uint32_t ca = layers.clusters.of[a], cb = layers.clusters.of[b];
            if (ca == cb)
                return a < b;
            if (layers.layer[ca] != layers.layer[cb])
                return layers.layer[ca] < layers.layer[cb];
            return first_member[ca] < first_member[cb];
        });
    }

    Cut cut() {
        fill_roster();
        fill_shards();
        fill_reach();
        return std::move(cut_);
    }

  private:
    std::uint32_t cluster_at(std::size_t slot) const { return layers_.clusters.of[members_[slot]]; }

    void fill_roster() {
        Roster& roster = cut_.roster;
        roster.records.resize(table_.processes);
        if (!std::is_sorted(members_.begin(), members_.end()))
            roster.slots.resize(table_.processes);
        const Layers zero = zero_lookahead_layers(table_);
        for (std::uint32_t slot = 0; slot < members_.size(); ++slot) {
            ProcessRecord& record = roster.records[slot];
            record.id = ProcessId(members_[slot]);
            record.slot = slot;
            record.depth = zero.layer[zero.clusters.of[members_[slot]]] & 15U;
            if (!roster.slots.empty())
                roster.slots[members_[slot]] = slot;
        }
        if (zero.count > 1) {
            for (const ProcessRecord& record : roster.records)
                roster.depths.push_back(static_cast<std::uint8_t>(record.depth));
        }
        if (layers_.clusters.count == table_.processes)
            return;
        std::uint32_t number = 0;
        for (std::size_t slot = 0; slot < members_.size(); ++slot) {
            number += slot > 0 && cluster_at(slot) != cluster_at(slot - 1);
            roster.clusters.push_back(number);
        }
    }

    /// A shard ends where a layer ends, or where it has its share of what is left.
    void fill_shards() {
        Roster& roster = cut_.roster;
        double left = 0;
        for (const std::uint64_t weight : weight_)
            left += static_cast<double>(weight);
        std::size_t shards_left = std::max<std::size_t>(options_.shards, layers_.count);
        double weight = 0;
        roster.first_slot.push_back(0);
        for (std::size_t slot = 0; slot < members_.size(); ++slot) {
            const bool is_new = slot == 0 || cluster_at(slot) != cluster_at(slot - 1);
            if (!is_new)
                continue;
            const auto next = static_cast<double>(weight_[cluster_at(slot)]);
            const bool is_other_layer =
                slot > 0 && layers_.layer[cluster_at(slot)] != layers_.layer[cluster_at(slot - 1)];
            const bool is_full = weight + next / 2 > left / static_cast<double>(shards_left) && shards_left > 1;
            if (slot > 0 && !options_.is_one_heap && (is_other_layer || is_full)) {
                roster.first_slot.push_back(static_cast<std::uint32_t>(slot));
                left -= weight;
                weight = 0;
                shards_left = std::max<std::size_t>(shards_left - 1, 1);
            }
            weight += next;
        }
        roster.first_slot.push_back(static_cast<std::uint32_t>(members_.size()));
    }

    void note(std::uint32_t from, std::uint32_t to, Duration lookahead) {
        Duration& least = from == to ? cut_.windows[from] : cut_.reach[from * cut_.windows.size() + to];
        least = std::min(least, lookahead);
    }

    void fill_reach() {
        const Roster& roster = cut_.roster;
        const std::size_t shards = roster.first_slot.size() - 1;
        cut_.windows.assign(shards, never);
        cut_.reach.assign(shards * shards, never);
        for (const LinkTable::Row& link : table_.links) {
            const std::uint32_t from = roster.slot_of(link.source), to = roster.slot_of(link.target);
            if (roster.cluster_of(from) != roster.cluster_of(to))
                note(roster.shard_of(from), roster.shard_of(to), link.lookahead);
        }
        for (const auto& [lookahead, sources] : table_.broadcasts) {
            std::vector<bool> is_source(shards);
            for (const ProcessId source : sources)
                is_source[roster.shard_of(roster.slot_of(source))] = true;
            for (std::uint32_t way = 0; way < shards * shards; ++way) {
                if (is_source[way / shards])
                    note(static_cast<std::uint32_t>(way / shards), static_cast<std::uint32_t>(way % shards), lookahead);
            }
        }
        close_reach(shards);
    }

    /// Shortest ways (Floyd 1962), those back to the start included.
    void close_reach(std::size_t shards) {
        for (std::size_t via = 0; via < shards; ++via) {
            for (std::size_t from = 0; from < shards; ++from) {
                const Duration first = cut_.reach[from * shards + via];
                if (first == never)
                    continue;
                for (std::size_t to = 0; to < shards; ++to) {
                    const Duration second = cut_.reach[via * shards + to];
                    Duration& least = cut_.reach[from * shards + to];
                    if (second != never && second < never - first)
                        least = std::min(least, first + second);
                }
            }
        }
    }

    const LinkTable& table_;
    const CutOptions& options_;
    const Layers& layers_;
    std::vector<std::uint64_t> weight_;   ///< by cluster
    std::vector<std::uint32_t> members_;  ///< by slot
    Cut cut_;
};

}  // namespace

std::vector<ProcessGroup> make_groups(const LinkTable& table) {
    const Layers layers = zero_lookahead_layers(table);
    std::vector<std::uint32_t> number(layers.clusters.count, UINT32_MAX);
    std::vector<ProcessGroup> groups;
    for (std::size_t process = 0; process < table.processes; ++process) {
        std::uint32_t& group = number[layers.clusters.of[process]];
        if (group == UINT32_MAX) {
            group = static_cast<std::uint32_t>(groups.size());
            groups.emplace_back();
        }
        groups[group].members.emplace_back(process);
    }
    const auto group_of = [&](ProcessId process) { return number[layers.clusters.of[process.index()]]; };
    for (const LinkTable::Row& link : table.links) {
        Duration& least = groups[group_of(link.source)].lookahead;
        if (group_of(link.source) != group_of(link.target))
            least = std::min(least, link.lookahead);
    }
    for (const auto& [lookahead, sources] : table.broadcasts) {
        for (const ProcessId source : sources) {
            Duration& least = groups[group_of(source)].lookahead;
            least = std::min(least, lookahead);
        }
    }
    return groups;
}

Cut make_cut(const LinkTable& table, const CutOptions& options) {
    if (table.processes == 0)
        return {{{}, {}, {}, {0, 0}, {}}, {never}, {never}};
    for (const LinkTable::Row& link : table.links)
        SPATE_EXPECT(link.source.index() < table.processes && link.target.index() < table.processes);
    const Layers layers = choose_clusters(table, options);
    return Cutter(table, options, layers).cut();
}

}  // namespace spate::sim
