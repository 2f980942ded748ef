#include "analysis/verdict_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "analysis/number_text.hpp"

namespace spate::analysis {
namespace {

bool is_share(const std::string& unit) {
    return unit == "1";
}

/// A blank and the unit, or nothing.
std::string after_number(const std::string& unit) {
    return unit.empty() ? "" : " " + unit;
}

/// As the user wrote it: no more digits than needed.
std::string given_number(double value) {
    return std::fabs(value) < 1000 ? fmt::format("{:g}", value) : readable_number(value);
}

/// A bound: "95 %", "3.5 CNY/order".
std::string amount(double value, const std::string& unit) {
    return is_share(unit) ? given_number(value * 100) + " %" : given_number(value) + after_number(unit);
}

std::string difference_unit(const std::string& unit) {
    return is_share(unit) ? " percentage points" : after_number(unit);
}

/// A size of a difference: "0.1 CNY/order", "0.5 percentage points".
std::string size_of_difference(double size, const std::string& unit) {
    return given_number(is_share(unit) ? size * 100 : size) + difference_unit(unit);
}

/// Numbers about a difference, with two digits of the interval's half width.
class DifferenceNumbers {
  public:
    DifferenceNumbers(const Interval& interval, const std::string& unit)
        : factor_(is_share(unit) ? 100 : 1) {
        const double half_width = (interval.high - interval.low) / 2 * factor_;
        if (half_width >= 1e-6) {
            decimals_ = std::max(0, 1 - static_cast<int>(std::floor(std::log10(half_width))));
        }
    }

    std::string size(double value) const {
        const double shown = std::fabs(value) * factor_;
        return decimals_ && shown < 1e15 ? number_with_decimals(shown, *decimals_) : readable_number(shown);
    }

  private:
    double factor_;
    std::optional<int> decimals_;  ///< none: the interval is too narrow
};

const char* direction(double difference) {
    return difference < 0 ? "lower" : "higher";
}

/// "5.90 to 6.34 lower", "0.30 lower to 0.20 higher".
std::string interval_text(const Interval& interval, const DifferenceNumbers& numbers) {
    const auto [low, high] = interval;
    if (low < 0 && high > 0) {
        return fmt::format("{} lower to {} higher", numbers.size(low), numbers.size(high));
    }
    const bool is_lower = low < 0;
    return fmt::format("{} to {} {}",
                       numbers.size(is_lower ? high : low),
                       numbers.size(is_lower ? low : high),
                       is_lower ? "lower" : "higher");
}

/// "cost per order 6.12 CNY/order lower (95 % interval 5.90 to 6.34 lower)". Requires: an interval.
std::string difference_text(const Estimate& difference, const ComparisonRules& rules) {
    const Interval& interval = *difference.interval;
    if (interval.low == 0 && interval.high == 0) {
        return rules.figure.name + " is the same in all";
    }
    const DifferenceNumbers numbers(interval, rules.figure.unit);
    return fmt::format("{} {}{} {} ({:.4g} % interval {})",
                       rules.figure.name,
                       numbers.size(*difference.mean),
                       difference_unit(rules.figure.unit),
                       direction(*difference.mean),
                       rules.confidence * 100,
                       interval_text(interval, numbers));
}

/// "20 replications", "20 and 25 replications".
std::string replications_text(const ArmSample& arm, const ArmSample& baseline) {
    const std::size_t count = arm.deciding.size();
    if (count != baseline.deciding.size()) {
        return fmt::format("{} and {} replications", count, baseline.deciding.size());
    }
    return fmt::format("{} {}", count, count == 1 ? "replication" : "replications");
}

const char* state_words(ConstraintState state) {
    switch (state) {
        case ConstraintState::met: return "met by";
        case ConstraintState::missed: return "missed by";
        case ConstraintState::not_shown: return "not shown for";
    }
    return "";
}

/// "; order fill rate of at least 95 %: missed by cdc-rdc, met by one-warehouse". Empty where both meet it.
std::string constraint_text(const Constraint& constraint,
                            const ConstraintFinding& finding,
                            const std::string& arm,
                            const std::string& baseline) {
    if (finding.arm == ConstraintState::met && finding.baseline == ConstraintState::met) {
        return {};
    }
    const std::string who =
        finding.arm == finding.baseline
            ? fmt::format("{} both", state_words(finding.arm))
            : fmt::format("{} {}, {} {}", state_words(finding.arm), arm, state_words(finding.baseline), baseline);
    return fmt::format("; {} of {} {}: {}",
                       constraint.name,
                       constraint.kind == Bound::at_least ? "at least" : "at most",
                       amount(constraint.bound, constraint.unit),
                       who);
}

/// What more replications would bring where no difference is shown. Empty without a size.
std::string hint(const Verdict& verdict, std::size_t replications, const ComparisonRules& rules) {
    if (!rules.size) {
        return {};
    }
    const Interval& interval = *verdict.difference.interval;
    const std::string size = size_of_difference(*rules.size, rules.figure.unit);
    if (-*rules.size < interval.low && interval.high < *rules.size) {
        return "; any difference is smaller than " + size;
    }
    const ReplicationCount& needed = verdict.replications_to_show;
    if (needed.value && *needed.value <= replications) {
        return {};
    }
    const std::string count =
        needed.value ? fmt::format("about {} replications", with_thousands(static_cast<std::int64_t>(*needed.value)))
                     : needed.reason;
    return fmt::format("; {} would show one of {} with a chance of {:g} %", count, size, rules.power * 100);
}

/// "cdc-rdc is better than one-warehouse".
std::string headline(Outcome outcome, const std::string& arm, const std::string& baseline) {
    switch (outcome) {
        case Outcome::better: return fmt::format("{} is better than {}", arm, baseline);
        case Outcome::worse: return fmt::format("{} is worse than {}", arm, baseline);
        case Outcome::trade_off: return fmt::format("{} is a trade-off against {}", arm, baseline);
        case Outcome::no_difference_shown: return fmt::format("no difference shown between {} and {}", arm, baseline);
        case Outcome::too_few: return fmt::format("too few replications to compare {} with {}", arm, baseline);
    }
    return {};
}

}  // namespace

std::string verdict_text(const Verdict& verdict,
                         const ArmSample& arm,
                         const ArmSample& baseline,
                         const ComparisonRules& rules) {
    const std::string count = replications_text(arm, baseline);
    std::string text = headline(verdict.outcome, arm.name, baseline.name) + ": ";
    if (verdict.outcome == Outcome::too_few) {
        return text + count + ", at least 2 are needed";
    }
    const Interval& interval = *verdict.difference.interval;
    const bool is_same = interval.low == 0 && interval.high == 0;
    text += difference_text(verdict.difference, rules) + (is_same ? " " : ", ") + count;
    if (verdict.outcome == Outcome::no_difference_shown) {
        text += hint(verdict, std::min(arm.deciding.size(), baseline.deciding.size()), rules);
    }
    for (std::size_t i = 0; i < rules.constraints.size(); ++i) {
        text += constraint_text(rules.constraints[i], verdict.constraints[i], arm.name, baseline.name);
    }
    return text;
}

}  // namespace spate::analysis
