#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "models/base/units.hpp"

/// Defective units, inspections, recalls, the fund that refunds are paid from, and tickets. Parts of ModelSpec
/// (models/spec.hpp). Formulas: docs/models/quality.md, docs/models/returns.md.
namespace spate::models {

/// Defective units in what a supplier delivers. A batch is a product line of one delivery.
struct DefectSpec {
    std::uint32_t site = 0;               ///< supplier
    std::vector<std::uint32_t> products;  ///< ascending
    double share = 0;                     ///< mean of the batches' shares of defective units, 0..1
    double alike = 20;         ///< a + b of their beta distribution, > 0; the larger, the more batches are alike
    double found = 0;          ///< part of these that the supplier finds while making them, and replaces, 0..1
    Money check_per_unit = 0;  ///< cost of that, for each unit delivered [micro-currency]
};

/// How a site inspects the batches that suppliers deliver: a sample of each, and a rule.
struct InspectionSpec {
    std::uint32_t site = 0;
    double sample_share = 0;  ///< part of a batch that is tested, rounded up; 0..1
    Units sample_units = 0;   ///< instead, where above 0: so many units, or all if there are fewer
    double accept_share = 0;  ///< a batch passes with at most this part of the sample defective, rounded down; 0..1
    Units accept_units = 0;   ///< and this many more
    sim::Distribution time = sim::Distribution::constant(0);  ///< of a delivery at a test bench [seconds], >= 0
    std::uint32_t benches = 0;    ///< deliveries that can be tested at a time, first come, first served; 0: any number
    std::uint32_t admission = 0;  ///< so many first batches of a supplier's product are tested whole
    Money cost_per_unit = 0;      ///< of a unit tested [micro-currency]
    Money cost_per_batch = 0;     ///< [micro-currency]
    bool sends_back = true;       ///< what fails goes back to its supplier, who pays for it; else it is scrapped
    std::uint32_t screen_after =
        0;                     ///< so many failed batches of a supplier in a row: the next are tested whole; 0: never
    sim::Duration screen_for;  ///< for this long
};

/// When and how goods are called back because a batch of them is bad.
struct RecallSpec {
    bool by_batch = true;            ///< goods are known by their batch; else all goods of the product are called back
    std::uint32_t at_least = 0;      ///< units returned for bad quality that lead to a recall; 0: returns never do
    double share = 0;                ///< and this part of all returned units of the batch, or the product; 0..1
    sim::Duration every = sim::day;  ///< how often returns are looked at, > 0
    sim::Duration news = sim::hour;  ///< from a site or desk to the quality office, and from there to them; > 0
    bool sends_back = true;          ///< stock goes back to its supplier, who pays for it; else it is scrapped
    double answers = 0;    ///< share of the units sold whose customers take part: refunded, thrown away there; 0..1
    double bad_share = 0;  ///< a batch with at least this share of defective units is a bad one, in the figures; 0..1

    /// A recall at a date, whatever customers say.
    struct Dated {
        sim::Time at;
        std::vector<std::uint32_t> products;  ///< ascending
        sim::Time from, to;                   ///< batches delivered in [from, to)
    };

    std::vector<Dated> dated;  ///< by time
};

/// Grades of products by what inspections find, and the black list of suppliers: who is shown a product, how much of it
/// is tested, and whose orders pass stages by priority first.
struct GradesSpec {
    struct Level {
        std::string id;
        double most_defective = 1;  ///< of the units tested; the last level takes all the rest; 0..1
        double seen = 1;            ///< part of the customers who are shown the product; 0..1
        double sample = 1;          ///< times the sample of an inspection; > 0
        std::uint8_t priority = 5;  ///< at stages by priority, among orders of channels with the same; 1..9
    };

    std::vector<Level> levels;       ///< the best first; 1..15
    std::uint32_t first = 0;         ///< level of a product of which nothing has been tested
    std::uint32_t over = 10;         ///< the last tested batches of a product that count, > 0
    sim::Duration every = sim::day;  ///< how often products are graded, > 0
    sim::Duration news = sim::hour;  ///< from a site to the grading office, and from there to sites and desks; > 0
    std::uint32_t black_after = 0;   ///< so many failed batches of a supplier in a row: it is listed; 0: never
    sim::Duration black_for;         ///< for this long
    double black_seen = 0;           ///< meanwhile, times `seen` of all its products; 0..1
};

/// Money that a return centre has put aside for refunds.
struct RefundFundSpec {
    Money opening = 0;                  ///< [micro-currency]
    double share = 0;                   ///< of the turnover with the centre's markets, put aside; 0..1
    bool pays[3] = {true, true, true};  ///< reasons (ReturnReason) for which it pays as soon as the return begins
};

/// How the service of a return centre answers customers who begin a return, beside its agents.
struct TicketSpec {
    double bot = 0;                           ///< share of the tickets that a bot answers, at once; 0..1
    sim::Duration answer_within = sim::hour;  ///< a later answer is not in time, > 0
    double supplier_pays = 0;  ///< part of the standard cost claimed for its fault, 0..1; 0: nobody decides on that
    double accuracy = 1;       ///< share of the tickets put down to the right side, 0..1
};

}  // namespace spate::models
