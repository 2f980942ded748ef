#include "analysis/verdict.hpp"

#include <algorithm>
#include <cstddef>

#include "sim/base/check.hpp"
#include "analysis/verdict_text.hpp"

namespace spate::analysis {
namespace {

bool has_too_few(const ArmSample& arm) {
    return arm.deciding.size() < 2;
}

std::vector<ConstraintFinding> check_all(const ArmSample& arm,
                                         const ArmSample& baseline,
                                         const ComparisonRules& rules) {
    SPATE_EXPECT(arm.constraints.size() == rules.constraints.size());
    SPATE_EXPECT(baseline.constraints.size() == rules.constraints.size());
    std::vector<ConstraintFinding> findings;
    for (std::size_t i = 0; i < rules.constraints.size(); ++i) {
        findings.push_back(
            {check_constraint(rules.constraints[i], arm.constraints[i], rules.confidence_of_means),
             check_constraint(rules.constraints[i], baseline.constraints[i], rules.confidence_of_means)});
    }
    return findings;
}

bool is_lost(const ConstraintFinding& finding) {
    return finding.baseline == ConstraintState::met && finding.arm != ConstraintState::met;
}

bool is_gained(const ConstraintFinding& finding) {
    return finding.arm == ConstraintState::met && finding.baseline != ConstraintState::met;
}

Outcome judge(const Interval& difference, Better better, const std::vector<ConstraintFinding>& findings) {
    if (difference.contains(0)) {
        return Outcome::no_difference_shown;
    }
    const bool improves = (better == Better::lower) == (difference.high < 0);
    const bool is_paid_for = std::any_of(findings.begin(), findings.end(), improves ? is_lost : is_gained);
    if (is_paid_for) {
        return Outcome::trade_off;
    }
    return improves ? Outcome::better : Outcome::worse;
}

/// The spread of the difference, as if both arms had as many replications as the smaller.
Pilot pilot_of(const ArmSample& arm, const ArmSample& baseline, const Verdict& verdict, Pairing pairing) {
    const std::size_t count = std::min(arm.deciding.size(), baseline.deciding.size());
    if (has_too_few(arm) || has_too_few(baseline)) {
        return {0, count};
    }
    const double error = *verdict.difference.standard_error;
    const double variance = pairing == Pairing::by_replication
                                ? error * error * static_cast<double>(count)
                                : sample_variance(arm.deciding) + sample_variance(baseline.deciding);
    return {variance, count};
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
    switch (outcome) {
        case Outcome::better: return "better";
        case Outcome::worse: return "worse";
        case Outcome::trade_off: return "trade_off";
        case Outcome::no_difference_shown: return "no_difference_shown";
        case Outcome::too_few: return "too_few";
    }
    SPATE_ASSERT(false);
}

ConstraintState check_constraint(const Constraint& constraint, std::span<const double> sample, double confidence) {
    SPATE_EXPECT(confidence > 0 && confidence < 1);
    const auto interval = estimate_mean(sample, confidence).interval;
    if (!interval) {
        return ConstraintState::not_shown;
    }
    const bool is_floor = constraint.kind == Bound::at_least;
    if (is_floor ? interval->low >= constraint.bound : interval->high <= constraint.bound) {
        return ConstraintState::met;
    }
    const bool is_missed = is_floor ? interval->high < constraint.bound : interval->low > constraint.bound;
    return is_missed ? ConstraintState::missed : ConstraintState::not_shown;
}

Verdict compare(const ArmSample& arm, const ArmSample& baseline, const ComparisonRules& rules) {
    Verdict verdict;
    verdict.constraints = check_all(arm, baseline, rules);
    verdict.difference = rules.pairing == Pairing::by_replication
                             ? paired_difference(arm.deciding, baseline.deciding, rules.confidence)
                             : welch_difference(arm.deciding, baseline.deciding, rules.confidence);
    if (verdict.difference.interval) {
        verdict.outcome = judge(*verdict.difference.interval, rules.figure.better, verdict.constraints);
    }
    if (rules.size) {
        const Pilot pilot = pilot_of(arm, baseline, verdict, rules.pairing);
        verdict.replications_to_show = replications_to_show(pilot, *rules.size, rules.power, rules.confidence);
    }
    verdict.text = verdict_text(verdict, arm, baseline, rules);
    return verdict;
}

}  // namespace spate::analysis
