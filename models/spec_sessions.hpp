#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

/// What live-stream sessions are made of: hosts, scripts, carts, tiers. Parts of ModelSpec (models/spec.hpp).
/// Formulas: docs/models/sessions.md.
namespace spate::models {

/// Somebody who hosts live-stream sessions.
struct HostSpec {
    enum class Tier : std::uint8_t { s, a, b };
    std::string id, name;
    Tier tier = Tier::b;
    double followers = 1e6;            ///< > 0; the audience is √(followers / 1 million)
    std::vector<std::string> style;    ///< tags, ascending, none twice
    double absences_per_year = 0;      ///< beginnings of absences, a Poisson process
    std::vector<sim::Time> absent_at;  ///< beginnings that are given, ascending
    sim::Duration absent_for;          ///< length of each absence, > 0
};

/// How broadcasts are shared out among hosts, and what happens when one is absent.
struct HostPolicySpec {
    double s_share = 1;  ///< most of the broadcasts so far that hosts of tier S may have; 0..1
    std::uint32_t substitutes =
        0;             ///< hosts that stand ready for each, best match first; 0: the broadcast is cancelled
    double keeps = 1;  ///< of the audience, with a perfect match; 0..1
};

/// A seed by which sessions were drawn until a time: that of the run that this one is a fork of.
struct EarlierSeed {
    sim::RunSeed run;
    sim::Time until;

    bool operator==(const EarlierSeed&) const = default;
};

/// Traffic of a session: how it is prepared.
enum class SessionTier : std::uint8_t { daily, theme, super };

/// Free units: for every `each` of a product that are paid, `units` on top.
struct GiftSpec {
    /// What a gift of another product that has run out does to the order: nobody has both, so it finds no stock; or it
    /// goes without.
    enum class WhenOut : std::uint8_t { stop, without };

    std::uint32_t each = 1;                  ///< > 0
    std::uint32_t units = 0;                 ///< 0: none
    std::optional<std::uint32_t> product{};  ///< of this one; none: of the product that is bought
    WhenOut when_out = WhenOut::stop;        ///< of another product than the one that is bought

    bool operator==(const GiftSpec&) const = default;
};

/// What a host says during a broadcast that changes the rate of orders for a while.
struct ScriptSpec {
    enum class Phrase : std::uint8_t { push, limited, bargain } phrase = Phrase::push;
    sim::Distribution at = sim::Distribution::constant(0);  ///< after the start of the broadcast [seconds]
    sim::Duration lasts;                                    ///< > 0
    double rate = 1;                                        ///< factor of the rate of orders, >= 0
    std::optional<GiftSpec> gift;                           ///< meanwhile, in place of the session's own
};

/// Carts that session orders come from.
struct CartSpec {
    double conversion = 1;                                    ///< part of the carts that becomes orders, in (0, 1]
    sim::Distribution lead = sim::Distribution::constant(0);  ///< from cart to order [seconds]; below 0 counts as 0
};

/// How a site prepares for sessions, on top of its order-up-to level: parts of what a broadcast is expected to sell.
struct PrepareSpec {
    sim::Duration ahead;          ///< before the start: the locked part is ordered, > 0
    double theme = 0, super = 0;  ///< locked part, by tier of the session; 0..1
    sim::Duration replan;         ///< before the start: the rest is planned anew from the carts; 0 < replan <= ahead
    double reserve = 0;           ///< part called for a super session whose carts are many; 0..1
    sim::Duration call;           ///< when that is decided; replan <= call <= ahead
    double carts = 1;             ///< many: at least this × the expected ones
};

/// How a site listens to broadcasts, and orders more at once when it hears certain words.
struct SenseSpec {
    std::optional<ScriptSpec::Phrase> phrase;  ///< none: whatever is said
    sim::Duration after;                       ///< from the words to the order, >= 0
    double hits = 1;                           ///< chance that the words are heard; 0..1
    double false_alarms = 0;                   ///< mean number of alarms in a broadcast that nobody gave cause for
    double order = 0;  ///< ordered at an alarm: this part of what the broadcast is expected to sell of each product

    bool operator==(const SenseSpec&) const = default;
};

/// When the observers of a run raise an alert.
struct AlertSpec {
    double carts = 0.8;                           ///< carts of a session by the most of its earlier broadcasts
    double orders = 1.2;                          ///< orders of a broadcast by what was expected so far
    double least = 0.05;                          ///< part of its orders that must be expected by then, 0..1
    sim::Duration every = sim::minute;            ///< they are looked at so often; whole minutes
    double turnover = 0.8;                        ///< turnover rate by the benchmark
    std::optional<sim::Duration> turnover_days;   ///< benchmark: days of sales in stock; none: no such alert
    sim::Duration turnover_over = sim::day * 30;  ///< the turnover is that of so long a past
};

}  // namespace spate::models
