#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "models/base/messages.hpp"
#include "models/base/wide.hpp"
#include "models/sites/lot_shelf.hpp"
#include "models/sites/stock.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Goods have to leave the shelf; a site to itself.
using ExpiryTick = Tick<114, priority::expiry>;

/// Products of one site that do not keep for ever: when their goods leave the shelf, and how fresh customers get them.
/// Docs: docs/models/shelf-life.md.
class ShelfLife {
  public:
    /// Of one product, over the measured time.
    struct Counts {
        Units expired = 0;    ///< off the shelf because their time was over
        Units stopped = 0;    ///< delivered to this site when it already was
        Units sold = 0;       ///< left for customers
        Units sold_late = 0;  ///< of these, reached the customer after the end of their shelf life
        Wide left_us = 0;     ///< Σ units × shelf life left when they reached the customer, at least 0
        Wide life_us = 0;     ///< Σ units × their shelf life
    };

    /// Requires: `spec` outlives this.
    ShelfLife(const ModelSpec& spec, const Assortment& assortment);

    static bool is_needed(const ModelSpec& spec, const Assortment& assortment);

    bool has(std::int32_t position) const { return products_.count(position) > 0; }

    // Requires of all positions below: has(position).

    /// What was made then or before may not be sold at `now`.
    Time made_by(std::int32_t position, Time now) const { return now - products_.at(position).sells_for; }

    /// Goods made at `made` have been put on the shelf.
    void note_came(std::int32_t position, Time made);

    /// When goods of some product may have to leave the shelf; sim::end_of_time: never.
    Time next() const { return due_.empty() ? sim::end_of_time : due_.front().first; }

    /// The positions where that is so by now, ascending, each once. Valid until the next call.
    std::span<const std::int32_t> take_due(Time now);

    void note_expired(std::int32_t position, Units units) { products_.at(position).counts.expired += units; }

    void note_stopped(std::int32_t position, Units units) { products_.at(position).counts.stopped += units; }

    /// Parts of an order, or a line of one, that reaches its customer at `delivered`.
    void note_sold(std::int32_t position, std::span<const LotShelf::Part> parts, Time delivered);

    /// Units that are expected to leave the shelf unsold within `days`, if so many are wanted a day and the first
    /// expiring are sold first, to the nearest unit. `lots`: what is not reserved. (Broekmeulen and van Donselaar 2009,
    /// Computers & Operations Research 36, section 3: estimated withdrawal and aging, in continuous time.)
    Units expected_to_expire(
        std::int32_t position, std::vector<LotShelf::Part> lots, Time now, double wanted_per_day, double days) const;

    /// Number of the next draw of defective units among those that expire.
    std::uint64_t next_draw() { return draws_++; }

    void start_measuring();

    /// visit(position, counts), by position.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const auto& [position, product] : products_)
            visit(position, product.counts);
    }

    /// A snapshot was read in which goods may be sold for another time: note_came() is due for all on the shelf.
    bool has_other_lives() const { return has_other_lives_; }

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Product {
        Duration life, sells_for;  ///< from when goods are made: to their end, and for how long they may be sold
        Counts counts;
        Time last_made{INT64_MIN};  ///< of the goods that came last: others of that age need no second look
    };

    std::map<std::int32_t, Product> products_;        ///< by position
    std::vector<std::pair<Time, std::int32_t>> due_;  ///< min-heap
    std::vector<std::int32_t> taken_;
    std::uint64_t draws_ = 0;
    bool has_other_lives_ = false;
};

}  // namespace spate::models
