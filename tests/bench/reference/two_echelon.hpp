#pragma once

#include <cstdint>
#include <deque>
#include <stdexcept>
#include <vector>

#include "sim/base/digest.hpp"

#include "tests/bench/draws.hpp"

/// A supplier that never runs out, one warehouse and R retailers written straight down. Customers buy one unit each and
/// wait for it if they must. Everybody orders up to S when his position (on hand + on order - waiting) is at or below
/// s. The warehouse fills orders whole and in order of arrival: one that waits holds up those behind it.
namespace spate::bench::reference {

struct TwoEchelonSettings {
    std::uint32_t retailers = 10;
    sim::Time end;

    static constexpr std::int64_t s = 60, S = 160;                      ///< of a retailer [units]
    static constexpr std::int64_t warehouse_s = 40, warehouse_S = 160;  ///< for each retailer [units]
    static constexpr sim::Duration lead = sim::day * 2, warehouse_lead = sim::day * 5;
    static constexpr sim::Duration gap{sim::day.us / 20};  ///< mean time between customers
};

struct ChainEntry {
    enum class Kind : std::uint32_t { customer, delivery, warehouse_delivery };

    std::int64_t time;
    std::uint32_t sequence;
    Kind kind;
    std::uint32_t retailer;
    std::uint32_t units;

    friend bool comes_before(const ChainEntry& a, const ChainEntry& b) {
        return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
    }
};

template <template <class> class Heap>
class TwoEchelon {
  public:
    explicit TwoEchelon(const TwoEchelonSettings& settings)
        : settings_(settings)
        , stock_(settings.warehouse_S * settings.retailers)
        , position_(stock_) {
        for (std::uint32_t r = 0; r < settings.retailers; ++r) {
            retailers_.push_back({Draws(r)});
            schedule(retailers_[r].draws.exponential(settings.gap), Kind::customer, r, 0);
        }
    }

    /// Handles every event before the end. Returns the number of customers.
    std::uint64_t run() {
        while (pending_.top().time < settings_.end.us) {
            const ChainEntry entry = pending_.top();
            pending_.pop();
            now_ = entry.time;
            times_.add(now_);
            switch (entry.kind) {
                case Kind::customer: sell(entry.retailer); break;
                case Kind::delivery:
                    retailers_[entry.retailer].stock += entry.units;
                    moving_ -= entry.units;
                    break;
                case Kind::warehouse_delivery:
                    stock_ += entry.units;
                    moving_ -= entry.units;
                    fill();
                    break;
            }
        }
        return customers_;
    }

    /// Throws: std::logic_error if units have been lost or made, or a retailer's position is out of its bounds.
    void check() const {
        std::int64_t units = stock_ + moving_ + static_cast<std::int64_t>(customers_);
        for (const auto& retailer : retailers_) {
            if (retailer.position <= settings_.s || retailer.position > settings_.S)
                throw std::logic_error("two-echelon reference: a position is wrong");
            units += retailer.stock;
        }
        if (units != (settings_.warehouse_S + settings_.S) * settings_.retailers + bought_)
            throw std::logic_error("two-echelon reference: units are lost");
    }

    std::uint64_t digest() const { return times_.value(); }

  private:
    using Kind = ChainEntry::Kind;

    struct Retailer {
        Draws draws;
        std::int64_t stock = TwoEchelonSettings::S;  ///< on hand, or waited for if negative
        std::int64_t position = TwoEchelonSettings::S;
    };

    struct Order {
        std::uint32_t retailer, units;
    };

    void sell(std::uint32_t r) {
        Retailer& retailer = retailers_[r];
        ++customers_;
        --retailer.stock;
        schedule(retailer.draws.exponential(settings_.gap), Kind::customer, r, 0);
        if (--retailer.position > settings_.s)
            return;
        const std::int64_t units = settings_.S - retailer.position;
        retailer.position = settings_.S;
        waiting_.push_back({r, static_cast<std::uint32_t>(units)});
        position_ -= units;
        fill();
        if (position_ > settings_.warehouse_s * settings_.retailers)
            return;
        const std::int64_t bought = settings_.warehouse_S * settings_.retailers - position_;
        position_ += bought;
        bought_ += bought;
        moving_ += bought;
        schedule(settings_.warehouse_lead, Kind::warehouse_delivery, 0, static_cast<std::uint32_t>(bought));
    }

    void fill() {
        for (; !waiting_.empty() && waiting_.front().units <= stock_; waiting_.pop_front()) {
            stock_ -= waiting_.front().units;
            moving_ += waiting_.front().units;
            schedule(settings_.lead, Kind::delivery, waiting_.front().retailer, waiting_.front().units);
        }
    }

    void schedule(sim::Duration delay, Kind kind, std::uint32_t retailer, std::uint32_t units) {
        pending_.push({now_ + delay.us, sent_++, kind, retailer, units});
    }

    TwoEchelonSettings settings_;
    std::int64_t stock_, position_;
    std::vector<Retailer> retailers_;
    std::deque<Order> waiting_;
    sim::Digest times_;
    std::int64_t now_ = 0;
    std::uint32_t sent_ = 0;
    std::uint64_t customers_ = 0;
    std::int64_t bought_ = 0;  ///< from the supplier
    std::int64_t moving_ = 0;  ///< on the way to the warehouse or to retailers
    Heap<ChainEntry> pending_;
};

}  // namespace spate::bench::reference
