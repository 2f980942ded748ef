#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "models/demand/base_demand.hpp"

namespace spate::models {

/// A cart of a session that was filled, and what became of it.
struct Cart {
    Time made;                    ///< not before time zero
    Time ordered;                 ///< sim::end_of_time: it never became an order
    std::uint32_t broadcast = 0;  ///< number of the one it was made for
    std::uint32_t units = 0;      ///< of the order
};

/// Calls `visit` for every cart of a session, of all its markets, by stream and not by time. Every order of the session
/// comes from one cart, made `lead` before it (or at time zero); carts that never become orders are made by the same
/// law. Without `carts` a cart is made when it is ordered, and none is left. Orders are followed until the mean lead
/// and eight standard deviations after `end`; carts made at `end` or later are left out.
void for_each_cart(const ModelSpec& spec,
                   const BaseDemand& base,
                   std::size_t session,
                   Time end,
                   const std::function<void(const Cart&)>& visit);

/// What the customers of all sessions do, counted before the run: nothing that happens in the network changes it.
/// Empty where has_rich_sessions() is false. Immutable: may be shared.
class SessionBook {
  public:
    struct Counts {
        std::int64_t carts = 0, orders = 0, units = 0, turned_away = 0;  ///< turned away: orders beyond the cap
        std::int64_t moved = 0;  ///< orders that came as base orders, for the broadcast was cancelled
    };

    SessionBook() = default;
    /// Requires: the sample period of the run > 0.
    SessionBook(const ModelSpec& spec, const BaseDemand& base);

    bool is_empty() const { return broadcasts_.empty(); }

    /// Of one sample period, counted from 0. Requires: not empty.
    const Counts& period(std::size_t session, std::int64_t number) const;

    /// Of one broadcast, within the run.
    const Counts& broadcast(std::size_t session, std::uint32_t number) const { return broadcasts_[session][number]; }

    /// What one broadcast has brought by a time.
    struct Progress {
        std::int64_t carts = 0, orders = 0;
    };

    /// In the whole minutes that are over at `to`. Requires: the scenario has alerts, or rules that prepare.
    Progress progress(std::size_t session, std::uint32_t broadcast, Time to) const;

    /// The end of the minute in which there were as many carts as `carts` for the first time; sim::end_of_time: never.
    /// Requires: as above.
    Time when_carts(std::size_t session, std::uint32_t broadcast, double carts) const;

  private:
    /// The sum of a broadcast until the end of a minute in which something was added.
    struct Sum {
        std::int64_t minute = 0;
        Progress so_far{};

        Time end() const { return Time{(minute + 1) * sim::minute.us}; }
    };

    /// By broadcast and minute.
    using Added = std::vector<std::map<std::int64_t, Progress>>;

    void count(const BaseDemand& base, std::size_t session, const Cart& cart, Time end, Added& added);
    void count_moved(const ModelSpec& spec, const BaseDemand& base, std::size_t session);
    static std::vector<Sum> summed(const std::map<std::int64_t, Progress>& added);

    Duration every_{1};
    std::vector<std::vector<Counts>> periods_, broadcasts_;  ///< by session
    std::vector<std::vector<std::vector<Sum>>> sums_;        ///< by session and broadcast; empty where nobody asks
};

/// Whether a scenario says more of its sessions than their pulses: hosts, luck, a script, carts, a cap, a
/// price, gifts, alerts or rules that prepare for them.
bool has_rich_sessions(const ModelSpec& spec);

/// Whether a rule prepares for sessions.
bool is_prepared_for(const ModelSpec& spec);

/// Mean orders placed in all markets of a session by an audience of factor 1, per second of the integral of its pulse
/// [1/s]; customers who want no unit do not count.
double placed_rate(const ModelSpec& spec, const BaseDemand& base, std::size_t session);

/// When each broadcast of a session with a cap has sold it: the moment of the first order that finds too little left;
/// sim::end_of_time: never.
std::vector<Time> closing_times(const ModelSpec& spec, const BaseDemand& base, std::size_t session);

}  // namespace spate::models
