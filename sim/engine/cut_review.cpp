// The cut follows the load: an executive begins with a cut by number of processes and looks at it again after a few
// tens, hundreds, … of windows, when it knows what a round costs and which processes are busy. Results do not depend on
// it.
#include <algorithm>

#include "sim/engine/executive.hpp"

namespace spate::sim {

/// When the cut is reviewed for the n-th time: after some tens, hundreds, … of the shortest windows.
Time Executive::next_review(int number) const {
    constexpr int most_reviews = 4;
    if (workers_.size() == 1 || options_.shards > 0 || number >= most_reviews)
        return end_of_time;
    Duration shortest = never;
    for (const Duration window : cut_.windows)
        shortest = std::min(shortest, window);
    for (const Duration reach : cut_.reach)
        shortest = std::min(shortest, reach);
    const std::int64_t windows = std::int64_t{32} << (4 * number);
    return shortest > day ? end_of_time : saturating_add(first_event_, shortest * windows);
}

void Executive::review() {
    ++reviews_;
    const std::size_t wanted = joined_density_ > 0 ? 1 : wanted_shards();
    const double density = density_.until(reached_, events());
    density_ = {reached_, events()};
    if (wanted == 1 && shards_.size() > 1) {
        joined_density_ = std::max(density, 1e-300);
        recut(1);
    } else if (is_better(wanted)) {
        recut(wanted);
    } else {
        order_shards();
    }
}

/// All shards were joined because rounds were too short to be shared: with several times as many events they no longer
/// are.
void Executive::part_again() {
    constexpr double busier = 4;
    if (density_.until(reached_, events()) > busier * joined_density_) {
        joined_density_ = 0;
        recut(std::min(workers_.size() * 4, most_shards));
    }
    density_ = {reached_, events()};
}

/// Some shards had more work than others, so that workers have to help each other: with small shards they can.
bool Executive::is_uneven() const {
    constexpr double tolerance = 1.25;
    double most = 0, all = 0;
    for (const Turn& turn : turns_) {
        most = std::max(most, turn.ns);
        all += turn.ns;
    }
    return most * static_cast<double>(turns_.size()) > tolerance * all;
}

/// As many shards as have enough to do in a round. One where not even two have.
std::size_t Executive::wanted_shards() const {
    constexpr double margin = 2;  // what is measured on a busy machine is a rough guess
    const double worthwhile_ns = is_uneven() ? 25'000 : 200'000;
    if (round_ns_ < margin * options_.share_rounds_above_ns)
        return 1;
    const std::size_t workers = workers_.size();
    const std::size_t most = std::max<std::size_t>(std::min<std::size_t>(8, most_shards / workers), 1);
    const double shards = round_ns_ / worthwhile_ns;  // of all workers together
    return workers * std::clamp<std::size_t>(static_cast<std::size_t>(shards / static_cast<double>(workers)), 1, most);
}

/// By what has been sent, which is what a new cut would go by; several shards for each worker even out by themselves.
bool Executive::is_better(std::size_t wanted) const {
    const std::size_t shards = shards_.size();
    if (wanted * 2 <= shards)
        return true;
    std::vector<double> sent(shards);
    double all = 0;
    for (const ProcessRecord& record : cut_.roster.records) {
        sent[cut_.roster.shard_of(record.slot)] += static_cast<double>(record.sequence);
        all += static_cast<double>(record.sequence);
    }
    const double busiest = *std::max_element(sent.begin(), sent.end()) * static_cast<double>(shards) / all;
    return busiest > (wanted >= 2 * shards ? 1.1 : shards >= 3 * workers_.size() ? 1.5 : 1.2);
}

/// Cuts anew, by what each process has sent so far; everything pending moves to its new shard.
void Executive::recut(std::size_t shards) {
    std::vector<std::uint64_t> sequences(processes_.size()), digests(processes_.size());
    for (const ProcessRecord& record : cut_.roster.records) {
        sequences[record.id.index()] = record.sequence;
        digests[record.id.index()] = record.digest;
    }
    std::vector<Event> events;
    collect_mail();
    std::size_t size = 0;
    for (const auto& shard : shards_)
        size += shard->pending();
    events.reserve(size);
    for (auto& shard : shards_) {
        shard->drain([&](const Event& event) { events.push_back(event); });
        shard.reset();
    }
    for (Event& event : events)
        event.slot = cut_.roster.records[event.slot].id.value();
    CutOptions options;
    options.shards = shards;
    options.weights = sequences;
    cut(options);
    restore(reached_, sequences, digests, events);
}

}  // namespace spate::sim
