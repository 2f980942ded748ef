#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "models/base/messages.hpp"

namespace spate::models {

/// The line by which one site tells one channel of its stock: when a message arrives, which messages are lost, what
/// the channel therefore believes, and what checks of that have found.
///
/// Messages pass a server with a constant service time, first come, first served (ChannelSpec::view_updates_per_second;
/// with Poisson messages this is the queue M/D/1), then take the time of the view's lag. None overtakes another.
/// No events: each arrival follows from the one before.
class StockFeed {
  public:
    /// What happened in the measured time.
    struct Counts {
        std::int64_t messages = 0, lost = 0;
        std::int64_t delay_us = 0;  ///< of the messages that were not lost, from the change to the channel
        std::int64_t checks = 0;
        std::int64_t incidents = 0;  ///< products found outside the tolerance of the check; once each until put right
        std::int64_t repaired = 0;   ///< of these, put right by a message
    };

    /// `key`: the site's and the channel's, from their names.
    StockFeed(const ChannelSpec& channel, const sim::RunSeed& seed, std::uint64_t key)
        : channel_(channel)
        , seed_(seed)
        , key_(key) {}

    /// Sends a message now: how long it will take. None: it is lost.
    std::optional<Duration> send(Time now);
    /// The same for a message that is sure to arrive: of a repair.
    Duration send_surely(Time now);

    /// The channel was sent a copy of the whole stock, or some changes of it, that did not get lost, or that did.
    void note_copy(std::shared_ptr<const StockSnapshot> copy);
    void note_lost(std::span<const StockChange> changes, Time now);

    /// Compares what the channel was told with the stock: `available` by position. True if it has found products that
    /// are to be put right and were not before, or if a roll-back may help those found before. Changes still under way
    /// count as told.
    bool check(std::span<const std::int32_t> available);
    /// What a pushed view must be told so that the products found are right; forgets that it was wrong.
    std::vector<StockChange> take_repairs();

    /// The same for a view that is rolled back (ViewCheckSpec::roll_back): what was lost since that long before the
    /// check that has found something, of any product. What is found and older stays found.
    std::vector<StockChange> take_roll_back(Time now);

    /// The same for one product, found without a check; 0 if it was right.
    std::int32_t take_repair(std::int32_t position);

    bool needs_repair() const { return !found_.empty(); }

    const ChannelSpec& channel() const { return channel_; }

    const Counts& counts() const { return counts_; }

    void start_measuring() { counts_ = {}; }

    Time check_at{sim::end_of_time};   ///< its tick; end_of_time: none is pending
    Time repair_at{sim::end_of_time};  ///< likewise

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Loss {
        Time at;
        StockChange change;
    };

    Time arrival(Time now, sim::RandomStream& random);
    /// Units that the channel believes in too many (above 0) or too few.
    std::int64_t gap(std::int32_t position, std::span<const std::int32_t> available) const;
    void add_lost(std::int32_t position, std::int64_t units);
    void look_at(std::int32_t position, std::span<const std::int32_t> available, bool& has_new);

    const ChannelSpec& channel_;
    sim::RunSeed seed_;
    std::uint64_t key_;
    std::uint64_t messages_ = 0;   ///< ever
    std::int64_t free_at_ns_ = 0;  ///< when the server is free [ns]
    Time last_arrival_;
    std::map<std::int32_t, std::int64_t> lost_;  ///< pushed: units by position, not 0
    std::shared_ptr<const StockSnapshot> copy_;  ///< cached, with a check: what the channel was last sent
    std::set<std::int32_t> found_;               ///< outside the tolerance, not yet put right
    /// With a roll-back: what was lost, and when, as far back as a roll-back can still go. Oldest first.
    std::deque<Loss> losses_;
    Counts counts_;
};

}  // namespace spate::models
