#include "analysis/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "analysis/number_text.hpp"

namespace spate::analysis {
namespace {

constexpr double largest_value = 1e150;  // squares and their sums stay finite
constexpr std::size_t batch_size = 5;
constexpr std::size_t fewest_batches = 10;
constexpr std::size_t fewest_left = 5;  ///< batches after the cut: the very last ones must not decide

bool are_usable(std::span<const double> sample) {
    return std::all_of(sample.begin(), sample.end(), [](double x) { return std::fabs(x) < largest_value; });
}

std::string too_few(std::size_t count) {
    return count == 0 ? "no replications" : "one replication; at least two are needed";
}

/// The t quantile of a two-sided interval.
double critical_value(double confidence, double degrees_of_freedom) {
    SPATE_EXPECT(confidence > 0 && confidence < 1);
    return student_t_quantile(0.5 + confidence / 2, degrees_of_freedom);
}

Estimate with_interval(double mean, double standard_error, double degrees_of_freedom, double confidence) {
    const double half_width = critical_value(confidence, degrees_of_freedom) * standard_error;
    return {mean, standard_error, degrees_of_freedom, Interval{mean - half_width, mean + half_width}, {}};
}

std::vector<double> differences(std::span<const double> arm, std::span<const double> baseline) {
    SPATE_EXPECT(arm.size() == baseline.size());
    std::vector<double> result(arm.size());
    std::transform(arm.begin(), arm.end(), baseline.begin(), result.begin(), std::minus<>());
    return result;
}

/// The least n >= first for which is_enough(n), which holds for all above it too. None: above most_replications.
template <typename Condition>
std::optional<std::uint64_t> least(std::uint64_t first, const Condition& is_enough) {
    if (is_enough(first)) {
        return first;
    }
    std::uint64_t below = first;
    std::uint64_t enough = first;
    do {
        if (enough >= most_replications) {
            return std::nullopt;
        }
        below = enough;
        enough = std::min(2 * enough, most_replications);
    } while (!is_enough(enough));
    while (enough - below > 1) {
        const std::uint64_t middle = below + (enough - below) / 2;
        (is_enough(middle) ? enough : below) = middle;
    }
    return enough;
}

std::vector<double> batch_means(std::span<const double> series) {
    std::vector<double> means(series.size() / batch_size);
    for (std::size_t i = 0; i < means.size(); ++i) {
        means[i] = mean(series.subspan(i * batch_size, batch_size));
    }
    return means;
}

/// The d in 0…last at which the MSER statistic is least, the smallest of several.
std::size_t least_mser(std::span<const double> values, std::size_t last) {
    double mean = 0;  // of values[d…], and the sum of squares about it, by Welford's recursion from the end
    double squares = 0;
    double best = std::numeric_limits<double>::infinity();
    std::size_t cut = 0;
    for (std::size_t d = values.size(); d-- > 0;) {
        const auto count = static_cast<double>(values.size() - d);
        const double step = values[d] - mean;
        mean += step / count;
        squares += step * (values[d] - mean);
        const double statistic = squares / (count * count);
        if (d <= last && statistic <= best) {
            best = statistic;
            cut = d;
        }
    }
    return cut;
}

}  // namespace

double mean(std::span<const double> sample) {
    SPATE_EXPECT(!sample.empty());
    SPATE_EXPECT(are_usable(sample));
    double sum = 0;  // relative to the first value, so that equal values have an exact mean
    for (const double x : sample) {
        sum += x - sample[0];
    }
    return sample[0] + sum / static_cast<double>(sample.size());
}

double sample_variance(std::span<const double> sample) {
    SPATE_EXPECT(sample.size() >= 2);
    const double center = mean(sample);
    double squares = 0;
    for (const double x : sample) {
        squares += (x - center) * (x - center);
    }
    return squares / static_cast<double>(sample.size() - 1);
}

double student_t_quantile(double p, double degrees_of_freedom) {
    SPATE_EXPECT(p > 0 && p < 1);
    SPATE_EXPECT(degrees_of_freedom > 0);
    return boost::math::quantile(boost::math::students_t(degrees_of_freedom), p);
}

Estimate estimate_mean(std::span<const double> sample, double confidence) {
    Estimate result;
    if (!sample.empty()) {
        result.mean = mean(sample);
    }
    if (sample.size() < 2) {
        result.reason = too_few(sample.size());
        return result;
    }
    const auto n = static_cast<double>(sample.size());
    return with_interval(*result.mean, std::sqrt(sample_variance(sample) / n), n - 1, confidence);
}

Estimate paired_difference(std::span<const double> arm, std::span<const double> baseline, double confidence) {
    return estimate_mean(differences(arm, baseline), confidence);
}

Estimate welch_difference(std::span<const double> arm, std::span<const double> baseline, double confidence) {
    Estimate result;
    if (!arm.empty() && !baseline.empty()) {
        result.mean = mean(arm) - mean(baseline);
    }
    if (arm.size() < 2 || baseline.size() < 2) {
        result.reason = too_few(std::min(arm.size(), baseline.size()));
        return result;
    }
    const auto n_arm = static_cast<double>(arm.size());
    const auto n_baseline = static_cast<double>(baseline.size());
    const double v_arm = sample_variance(arm) / n_arm;
    const double variance = v_arm + sample_variance(baseline) / n_baseline;
    // The formula divided by (v_a + v_b)², which must not underflow. Without any variance the share does not matter.
    const double share = variance > 0 ? v_arm / variance : 0.5;
    const double degrees = 1 / (share * share / (n_arm - 1) + (1 - share) * (1 - share) / (n_baseline - 1));
    return with_interval(*result.mean, std::sqrt(variance), degrees, confidence);
}

Ratio variance_ratio(std::span<const double> arm, std::span<const double> baseline) {
    const auto paired = differences(arm, baseline);
    if (paired.size() < 2) {
        return {std::nullopt, too_few(paired.size())};
    }
    const double variance = sample_variance(paired);
    if (variance <= 0) {
        return {std::nullopt, "all paired differences are equal"};
    }
    return {(sample_variance(arm) + sample_variance(baseline)) / variance, {}};
}

ReplicationCount replications_for_half_width(const Pilot& pilot, double half_width, double confidence) {
    return replications_to_show(pilot, half_width, 0.5, confidence);
}

ReplicationCount replications_to_show(const Pilot& pilot, double size, double power, double confidence) {
    SPATE_EXPECT(size > 0);
    SPATE_EXPECT(pilot.variance >= 0);
    SPATE_EXPECT(power >= 0.5 && power < 1);
    if (pilot.replications < 2) {
        return {std::nullopt, too_few(pilot.replications)};
    }
    const auto value = least(pilot.replications, [&](std::uint64_t n) {
        const auto degrees = static_cast<double>(n - 1);
        const double multiple = critical_value(confidence, degrees) + student_t_quantile(power, degrees);
        return multiple * std::sqrt(pilot.variance / static_cast<double>(n)) <= size;
    });
    return {value, value ? std::string() : "more than " + with_thousands(most_replications) + " replications"};
}

Truncation mser5(std::span<const double> series) {
    const auto means = batch_means(series);
    if (means.size() < fewest_batches) {
        return {std::nullopt,
                false,
                fmt::format("{} observations; MSER-5 needs at least {}", series.size(), fewest_batches * batch_size)};
    }
    const std::size_t cut = least_mser(means, means.size() - fewest_left) * batch_size;
    if (2 * cut > means.size() * batch_size) {
        return {cut,
                true,
                fmt::format("the least is after {} of {} observations, beyond half of them: there may be nothing but "
                            "the transient; a longer series would tell",
                            cut,
                            series.size())};
    }
    return {cut, false, {}};
}

}  // namespace spate::analysis
