#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "models/base/messages.hpp"
#include "models/sites/quota_calendar.hpp"
#include "models/sites/stock.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Which part of one site's stock is whose: dedicated stock, quotas, and what is left for all
/// (docs/models/channel-stock.md).
///
/// The stock itself is one number (StockRoom); of its available units `kept` are set apart for channels, the rest is
/// shared:  a channel may take  own part + shared, but no more than is left of its quota.  All units. Threads: owned by
/// one process. Costs nothing for products without a part or quota but one look at a table.
class ChannelStock {
  public:
    /// Of one channel, over the measured time.
    struct Counts {
        Units opening = 0;  ///< set apart when it began
        Units set_apart = 0, sold_own = 0, sold_shared = 0, released = 0, recalled = 0;
        std::int64_t refused = 0;   ///< orders for which the site had enough, but not for the channel
        std::int64_t at_quota = 0;  ///< of these, because of the quota alone
    };

    ChannelStock(const ModelSpec& spec, Index site, const Assortment& assortment);

    /// A channel has a part or a quota of something that this site keeps.
    static bool is_needed(const ModelSpec& spec, Index site);

    /// True if a part or a quota of this product is anybody's.
    bool has(std::int32_t position) const { return row_of_[static_cast<std::size_t>(position)] >= 0; }

    /// What a channel may take of `available` units now.
    Units free_to(Index channel, std::int32_t position, Units available) const;
    /// What it may take for an order, of the quota that this is charged to.
    Units free_to(Index channel, std::int32_t position, Units available, const Order& order) const;
    /// Its quota has not so many units left now.
    bool is_at_quota(Index channel, std::int32_t position, Units quantity) const;
    /// What belongs to nobody, for other sites.
    Units shared(std::int32_t position, Units available) const;
    /// Units set apart for a channel now.
    Units own(Index channel, std::int32_t position) const;

    /// An order of a channel has been refused though `available` units were there.
    void note_refused(Index channel, std::int32_t position, Units available, Units quantity);
    /// A channel takes the units of an order: its own first, those set apart longest ago before others. Requires: it
    /// may.
    void take(Index channel, std::int32_t position, const Order& order);
    /// Units have been put on the shelf: parts of them are set apart.
    void arrive(std::int32_t position, Units quantity, Time now);

    /// Units were called back, and `available` are left: shared ones first, then of the parts, in proportion to them.
    void recall(std::int32_t position, Units available);

    /// When something becomes shared, or a quota begins or ends, after a time; sim::end_of_time: never.
    Time next(Time after) const;
    /// What is due becomes shared; quotas begin anew. Returns the positions where a channel may now take more or less.
    std::span<const std::int32_t> release(Time now);

    void start_measuring();
    /// Throws: InvariantError, if the parts of a product are more than is available or do not add up.
    void audit(std::span<const std::int32_t> available) const;

    /// The channels with a part or quota here, ascending.
    std::span<const Index> channels() const { return channels_; }

    /// Requires: one of channels().
    const Counts& counts(Index channel) const { return counts_[slot_of_[channel]]; }

    /// Units set apart now.
    Units left(Index channel) const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Lot {
        Units units = 0;
        Time until;  ///< sim::end_of_time: for good
    };

    struct Sold {
        std::uint64_t broadcast = 0;
        Units units = 0;
    };

    /// Of one channel in one product.
    struct Part {
        const DedicatedSpec* dedicated = nullptr;
        const QuotaSpec* quota = nullptr;
        std::vector<Lot> lots;      ///< oldest first; `until` ascending
        Units kept = 0, given = 0;  ///< now; ever
        Units sold = 0;             ///< of a quota by the calendar, in its running period
        std::vector<Sold> sold_in;  ///< of quotas of broadcasts, by broadcast, ascending: none is ever closed
    };

    /// Of one product with parts.
    struct Row {
        std::int32_t position = 0;
        Units kept = 0;
        Units arrived = 0;  ///< ever, less what was set apart in fixed numbers
    };

    void find_channels(const ModelSpec& spec, Index site);

    std::size_t row_at(std::int32_t position) const {
        return static_cast<std::size_t>(row_of_[static_cast<std::size_t>(position)]);
    }

    Part* part(Index channel, std::int32_t position);
    const Part* part(Index channel, std::int32_t position) const;
    std::uint64_t charged(const Part& part, std::size_t slot, const Order& order) const;
    static std::size_t first_from(const Part& part, std::uint64_t broadcast);
    static Units left_of_quota(const Part& part, std::uint64_t broadcast);
    static void charge(Part& part, std::uint64_t broadcast, Units quantity);
    void set_apart(std::size_t row, std::size_t slot, Units units, Time now);
    void take_from(std::size_t row, std::size_t slot, Units units);
    void release_row(std::size_t row, Time now);
    void begin_quotas(std::size_t slot, Time now);

    std::vector<Index> channels_;
    std::vector<std::uint32_t> slot_of_;  ///< by channel; UINT32_MAX: none
    std::vector<std::int32_t> row_of_;    ///< by position; -1: none
    std::vector<Row> rows_;
    std::vector<Part> parts_;                          ///< by row and slot
    std::vector<QuotaCalendar> calendars_;             ///< by slot
    std::vector<std::array<bool, 3>> periods_;         ///< by slot: quotas of these kinds
    std::vector<std::uint64_t> on_air_;                ///< by slot: the channel's broadcast that is on; 0: none
    std::vector<std::pair<Time, std::uint32_t>> due_;  ///< min-heap: when to look at the lots of a row
    std::vector<Counts> counts_;                       ///< by slot
    std::vector<std::int32_t> touched_;
};

}  // namespace spate::models
