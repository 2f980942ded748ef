#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/statistics.hpp"

/// Is an arm of an experiment better than the baseline? All functions are pure: any number of threads may call them at
/// once. Samples are as in analysis/statistics.hpp: one finite value for each replication.
namespace spate::analysis {

enum class Better { lower, higher };

/// The key figure by which arms are judged.
struct DecidingFigure {
    std::string name;  ///< in plain words: "cost per order"
    std::string unit;  ///< as KeyFigure::unit; "1" for a share, which texts show in per cent
    Better better = Better::lower;
};

enum class Bound { at_least, at_most };

/// What the mean of another key figure has to keep.
struct Constraint {
    std::string name;  ///< in plain words: "order fill rate"
    std::string unit;  ///< as in DecidingFigure
    Bound kind = Bound::at_least;
    double bound = 0;  ///< [unit]
};

/// What the confidence interval of a mean says about a bound. A mean on the bound keeps it.
enum class ConstraintState {
    met,       ///< the whole interval keeps the bound
    missed,    ///< no part of the interval does
    not_shown  ///< the bound is inside the interval, or there is no interval
};

/// Where the samples of two arms have their random numbers from.
enum class Pairing {
    by_replication,  ///< common random numbers: value i of either arm is from replication i
    none             ///< independent
};

/// How arms are compared.
struct ComparisonRules {
    DecidingFigure figure;
    std::vector<Constraint> constraints;
    Pairing pairing = Pairing::by_replication;
    double confidence = usual_confidence;  ///< of each interval; for k arms 1 - (1 - c)/k keeps c for all (Bonferroni)
    /// Of the intervals of means that constraints are judged by, those that are printed: it does not depend on k.
    double confidence_of_means = usual_confidence;
    std::optional<double> size;  ///< the least difference that matters [unit of the figure]
    double power = 0.8;          ///< probability with which a difference of that size is to be shown
};

/// What the replications of one arm gave.
struct ArmSample {
    std::string name;
    std::span<const double> deciding;  ///< values of the deciding figure
    std::vector<std::span<const double>>
        constraints;  ///< values of the constraints' figures, in the order of the rules
};

enum class Outcome {
    better,               ///< the deciding figure improves
    worse,                ///< the deciding figure gets worse
    trade_off,            ///< it improves, but a constraint met by the baseline is not met; or the other way round
    no_difference_shown,  ///< the interval of the difference contains 0, also where all differences are 0
    too_few               ///< an arm has fewer than two replications
};

/// "better", "worse", "trade_off", "no_difference_shown", "too_few": stable, for files.
std::string_view outcome_name(Outcome outcome);

/// Of one constraint.
struct ConstraintFinding {
    ConstraintState arm = ConstraintState::not_shown;
    ConstraintState baseline = ConstraintState::not_shown;
};

/// The answer, and what it rests on.
struct Verdict {
    Outcome outcome = Outcome::too_few;
    Estimate difference;                         ///< arm minus baseline [unit of the figure]
    std::vector<ConstraintFinding> constraints;  ///< in the order of the rules
    ReplicationCount replications_to_show;       ///< a difference of the size in the rules; neither part without a size
    std::string text;                            ///< in plain words, one line
};

/// Requires: 0 < confidence < 1; otherwise std::logic_error.
ConstraintState check_constraint(const Constraint& constraint, std::span<const double> sample, double confidence);

/// Judges an arm against the baseline. Swapping the two turns better into worse and leaves the other outcomes.
/// Requires: a sample for each constraint in both arms; with Pairing::by_replication as many values of the deciding
/// figure in both; size > 0, 0 < confidence < 1, 1/2 <= power < 1. Throws: std::logic_error otherwise.
Verdict compare(const ArmSample& arm, const ArmSample& baseline, const ComparisonRules& rules);

}  // namespace spate::analysis
