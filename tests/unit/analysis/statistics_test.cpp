#include "analysis/statistics.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/analysis/normal_samples.hpp"

using namespace spate::analysis;
using Sample = std::vector<double>;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Law 2015, table of mean costs of an inventory system under two policies, 5 independent replications each.
const Sample policy_one{126.97, 124.31, 126.68, 122.66, 127.23};
const Sample policy_two{118.21, 120.22, 122.45, 122.68, 119.40};

/// Law 2015, table 9.1: average delay of a bank's customers, 10 replications.
const Sample bank_delays{1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60};

/// The share of `repetitions` in which is_covered().
template <typename Repetition>
double share_of(int repetitions, const Repetition& is_covered) {
    int covered = 0;
    for (int i = 0; i < repetitions; ++i) {
        covered += is_covered() ? 1 : 0;
    }
    return static_cast<double>(covered) / repetitions;
}

/// x_0 = start, x_t = 0.8 · x_{t-1} + noise: mean 0, deviation 1/0.6 once the start is forgotten.
Sample autoregression(NormalSamples& normal, std::size_t length, double start) {
    Sample series(length, start);
    for (std::size_t i = 1; i < length; ++i) {
        series[i] = 0.8 * series[i - 1] + normal.one();
    }
    return series;
}

}  // namespace

TEST_CASE("mean and variance of equal values are exact") {
    for (const double x : {0.1, -7.3, 1e149, 1e-300, 0.0}) {
        const Sample sample(7, x);
        CHECK(mean(sample) == x);
        CHECK(sample_variance(sample) == 0);
    }
    CHECK(mean(Sample{3}) == 3);
    CHECK(sample_variance(Sample{1, 2, 3, 4}) == Approx(5.0 / 3).epsilon(1e-15));
}

TEST_CASE("variance does not suffer from a mean that is large against it") {
    // NIST Statistical Reference Datasets, univariate, NumAcc4: mean 10000000.2 and standard deviation 0.1 are exact.
    Sample sample(1001, 10000000.2);
    for (std::size_t i = 1; i < sample.size(); ++i) {
        sample[i] = i % 2 == 1 ? 10000000.1 : 10000000.3;
    }
    CHECK(mean(sample) == Approx(10000000.2).epsilon(1e-15));
    CHECK(std::sqrt(sample_variance(sample)) == Approx(0.1).epsilon(2e-8));  // the values themselves are rounded
}

TEST_CASE("quantiles of Student's t are those of the tables") {
    // Law 2015, table T.1 (three decimals); the last digits by Simpson integration of the density and bisection.
    const std::vector<std::tuple<double, double, double>> rows{{0.975, 4, 2.77644511},
                                                               {0.975, 9, 2.26215716},
                                                               {0.95, 9, 1.83311293},
                                                               {0.975, 19, 2.09302405},
                                                               {0.995, 10, 3.16927267},
                                                               {0.975, 7.99, 2.3065066},
                                                               {0.95, 2.5, 2.55821861}};
    for (const auto& [p, degrees, expected] : rows) {
        CHECK(student_t_quantile(p, degrees) == Approx(expected).epsilon(1e-8));
        CHECK(student_t_quantile(1 - p, degrees) == Approx(-expected).epsilon(1e-8));
    }
    CHECK(student_t_quantile(0.975, 1e12) == Approx(1.959963985).epsilon(1e-9));
    CHECK_THROWS_AS(student_t_quantile(0, 3), std::logic_error);
    CHECK_THROWS_AS(student_t_quantile(1, 3), std::logic_error);
    CHECK_THROWS_AS(student_t_quantile(0.5, 0), std::logic_error);
}

TEST_CASE("the interval of a mean is that of the textbook") {
    // Law 2015, section 4.5: ten normal observations, 90 % interval 1.34 ± 0.24.
    const Sample sample{1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09};
    const Estimate estimate = estimate_mean(sample, 0.9);
    CHECK(estimate.mean.value() == Approx(1.343));
    CHECK(estimate.standard_error.value() == Approx(std::sqrt(0.16751222 / 10)));
    CHECK(estimate.degrees_of_freedom.value() == 9);
    CHECK(estimate.interval.value().low == Approx(1.343 - 0.23725341));
    CHECK(estimate.interval.value().high == Approx(1.343 + 0.23725341));
    CHECK(estimate.reason.empty());
}

TEST_CASE("fewer than two replications have no interval and say so") {
    const Estimate none = estimate_mean(Sample{});
    CHECK_FALSE(none.mean);
    CHECK_FALSE(none.interval);
    CHECK(none.reason == "no replications");
    const Estimate one = estimate_mean(Sample{4});
    CHECK(one.mean.value() == 4);
    CHECK_FALSE(one.interval);
    CHECK_FALSE(one.standard_error);
    CHECK_FALSE(one.degrees_of_freedom);
    CHECK(one.reason == "one replication; at least two are needed");
    const Estimate unpaired = welch_difference(Sample{4}, Sample{1, 2, 3});
    CHECK(unpaired.mean.value() == 2);
    CHECK_FALSE(unpaired.interval);
    CHECK(unpaired.reason == one.reason);
    CHECK_FALSE(welch_difference(Sample{1, 2}, Sample{}).mean);
}

TEST_CASE("equal values have an interval of one point") {
    const Estimate estimate = estimate_mean(Sample{0.1, 0.1, 0.1});
    CHECK(estimate.interval.value().low == 0.1);
    CHECK(estimate.interval.value().high == 0.1);
    const Estimate difference = welch_difference(Sample{3, 3}, Sample{1, 1, 1});
    CHECK(difference.interval.value().low == 2);
    CHECK(difference.interval.value().high == 2);
}

TEST_CASE("a value that is no number is refused") {
    for (const double x : {infinity, -infinity, std::nan(""), 1e150}) {
        CHECK_THROWS_AS(estimate_mean(Sample{1, x}), std::logic_error);
        CHECK_THROWS_AS(paired_difference(Sample{1, x}, Sample{1, 2}), std::logic_error);
    }
    CHECK_THROWS_AS(mean(Sample{}), std::logic_error);
    CHECK_THROWS_AS(sample_variance(Sample{1}), std::logic_error);
    CHECK_THROWS_AS(estimate_mean(Sample{1, 2}, 1), std::logic_error);
    CHECK_THROWS_AS(estimate_mean(Sample{1, 2}, 0), std::logic_error);
}

TEST_CASE("the paired difference of two inventory policies is that of the textbook") {
    // Law 2015, section 10.2.1: mean 4.98, variance of the mean 2.44, 90 % interval 1.65 to 8.31.
    const Estimate difference = paired_difference(policy_one, policy_two, 0.9);
    CHECK(difference.mean.value() == Approx(4.978));
    CHECK(std::pow(difference.standard_error.value(), 2) == Approx(2.438274));
    CHECK(difference.interval.value().low == Approx(4.978 - 3.32887313));
    CHECK(difference.interval.value().high == Approx(4.978 + 3.32887313));
    CHECK(paired_difference(policy_two, policy_one, 0.9).interval.value().low == -difference.interval.value().high);
    CHECK_THROWS_AS(paired_difference(policy_one, Sample{1, 2}), std::logic_error);
}

TEST_CASE("the Welch difference of two inventory policies is that of the textbook") {
    // Law 2015, section 10.2.2: 7.99 degrees of freedom; the other digits by numpy from the same formula.
    const Estimate difference = welch_difference(policy_one, policy_two, 0.9);
    CHECK(difference.degrees_of_freedom.value() == Approx(7.992385930));
    CHECK(difference.interval.value().low == Approx(2.6607856));
    CHECK(difference.interval.value().high == Approx(7.2952144));
    const Estimate uneven = welch_difference(policy_one, std::span(policy_two).first(3));
    CHECK(uneven.mean.value() == Approx(5.2766667));
    CHECK(uneven.degrees_of_freedom.value() == Approx(4.117762555));
    CHECK(uneven.standard_error.value() == Approx(1.516458960));
    CHECK(uneven.interval.value().high == Approx(5.2766667 + 4.1632999));
    // An arm without variance adds no degrees of freedom, and tiny variances do not underflow.
    CHECK(welch_difference(policy_one, Sample{1, 1, 1}).degrees_of_freedom.value() == Approx(4));
    CHECK(welch_difference(Sample{0, 1e-120}, Sample{0, 1e-120}).degrees_of_freedom.value() == Approx(2));
}

TEST_CASE("the variance ratio says what common random numbers bring") {
    CHECK(variance_ratio(policy_one, policy_two).value.value() == Approx(0.63668972));  // independent arms: noise
    NormalSamples normal(1);
    const auto [arm, baseline] = normal.pair(20000, 0.8, 1);  // (1 + 1) / (1 + 1 - 2 · 0.8) = 5
    CHECK(variance_ratio(arm, baseline).value.value() == Approx(5).epsilon(0.05));
    const Ratio equal = variance_ratio(Sample{1, 2, 5}, Sample{2, 3, 6});
    CHECK_FALSE(equal.value);
    CHECK(equal.reason == "all paired differences are equal");
    CHECK(variance_ratio(Sample{1}, Sample{2}).reason == "one replication; at least two are needed");
    CHECK_THROWS_AS(variance_ratio(Sample{1, 2}, Sample{2}), std::logic_error);
}

TEST_CASE("95 % intervals cover the truth in 95 % of experiments") {
    for (const std::size_t n : {5, 10, 20}) {
        NormalSamples normal(static_cast<std::uint16_t>(100 + n));
        const double paired = share_of(4000, [&] {
            const auto [arm, baseline] = normal.pair(n, 0.7, 0.3);
            return paired_difference(arm, baseline).interval.value().contains(0.3);
        });
        const double unpaired = share_of(4000, [&] {
            return welch_difference(normal.many(n, 1.3, 3), normal.many(2 * n, 1)).interval.value().contains(0.3);
        });
        CAPTURE(n, paired, unpaired);
        CHECK(std::fabs(paired - 0.95) <= 0.015);
        CHECK(std::fabs(unpaired - 0.95) <= 0.015);
    }
}

TEST_CASE("the number of replications for a half width is that of the textbook") {
    // Law 2015, section 9.4.1: for a 90 % interval of ± 0.25 the bank needs 16 replications.
    const Pilot bank{sample_variance(bank_delays), bank_delays.size()};
    CHECK(bank.variance == Approx(0.31).epsilon(0.01));
    CHECK(replications_for_half_width(bank, 0.25, 0.9).value.value() == 16);
    CHECK(replications_for_half_width(bank, 10, 0.9).value.value() == 10);
    CHECK(replications_for_half_width({0, 5}, 1e-9).value.value() == 5);
    for (const double half_width : {0.5, 0.05, 0.001}) {
        const auto n = static_cast<double>(replications_for_half_width({1, 2}, half_width).value.value());
        CHECK(student_t_quantile(0.975, n - 1) / std::sqrt(n) <= half_width);
        CHECK(student_t_quantile(0.975, n - 2) / std::sqrt(n - 1) > half_width);
    }
}

TEST_CASE("a number of replications that cannot be stated has a reason") {
    const ReplicationCount endless = replications_for_half_width({1, 10}, 1e-9);
    CHECK_FALSE(endless.value);
    CHECK(endless.reason == "more than 1,000,000,000 replications");
    CHECK_FALSE(replications_for_half_width({0, 1}, 1).value);
    CHECK(replications_for_half_width({0, 0}, 1).reason == "no replications");
    CHECK_THROWS_AS(replications_for_half_width({1, 10}, 0), std::logic_error);
    CHECK_THROWS_AS(replications_for_half_width({-1, 10}, 1), std::logic_error);
    CHECK_THROWS_AS(replications_to_show({1, 10}, 1, 0.4), std::logic_error);
    CHECK_THROWS_AS(replications_to_show({1, 10}, 1, 1), std::logic_error);
}

TEST_CASE("the number of replications to show a difference does so with the stated probability") {
    const std::uint64_t n = replications_to_show({1, 10}, 0.5, 0.8).value.value();
    CHECK(n == 34);  // by numpy from the formula, one n after the other
    NormalSamples normal(2);
    const double shown =
        share_of(4000, [&] { return !estimate_mean(normal.many(n, 0.5)).interval.value().contains(0); });
    CAPTURE(shown);
    CHECK(std::fabs(shown - 0.8) < 0.025);
}

TEST_CASE("MSER-5 cuts where the statistic is least") {
    // By numpy from the definition.
    Sample decay(503);
    for (std::size_t i = 0; i < decay.size(); ++i) {
        const auto t = static_cast<double>(i);
        decay[i] = static_cast<double>((i * 37) % 101) + 300 * std::exp(-t / 25);
    }
    CHECK(mser5(decay).cut.value() == 80);
    Sample step(100);
    for (std::size_t i = 0; i < step.size(); ++i) {
        step[i] = i < 35 ? 50 : static_cast<double>(i % 2);
    }
    const Truncation truncation = mser5(step);
    CHECK(truncation.cut.value() == 35);
    CHECK_FALSE(truncation.is_beyond_half);
    CHECK(truncation.reason.empty());
    CHECK(mser5(Sample(60, 0.1)).cut.value() == 0);  // all cuts are as good: the smallest
}

TEST_CASE("MSER-5 says so when the transient may last longer than half of the series") {
    Sample ramp(200);
    for (std::size_t i = 0; i < ramp.size(); ++i) {
        ramp[i] = static_cast<double>(i);
    }
    const Truncation truncation = mser5(ramp);
    CHECK(truncation.is_beyond_half);
    CHECK(truncation.cut.value() == 175);
    CHECK(truncation.reason.find("after 175 of 200 observations") != std::string::npos);
    Sample late(80);  // settles after 50: within the first half no cut is better than none
    for (std::size_t i = 0; i < late.size(); ++i) {
        late[i] = i < 50 ? 0 : 20 + static_cast<double>(i % 2);
    }
    CHECK(mser5(late).is_beyond_half);
    CHECK(mser5(late).cut.value() == 50);
}

TEST_CASE("MSER-5 has no answer for a short series") {
    const Truncation truncation = mser5(Sample(49, 1));
    CHECK_FALSE(truncation.cut);
    CHECK_FALSE(truncation.is_beyond_half);
    CHECK(truncation.reason == "49 observations; MSER-5 needs at least 50");
    CHECK(mser5(Sample(50, 1)).cut);
    CHECK_FALSE(mser5(Sample{}).cut);
}

TEST_CASE("MSER-5 cuts a transient and leaves a stationary series nearly whole") {
    constexpr int repetitions = 200;
    constexpr std::size_t length = 2000;
    NormalSamples normal(3);
    // 100 · 0.8^t is below a tenth of the deviation from t = 29, and above three deviations until t = 13.
    const double transient_cut = share_of(repetitions, [&] {
        const std::size_t cut = mser5(autoregression(normal, length, 100)).cut.value();
        return cut >= 15 && cut <= length / 4;
    });
    const double little_cut = share_of(repetitions, [&] {
        const double start = normal.one() / 0.6;
        return mser5(autoregression(normal, length, start)).cut.value() <= length / 10;
    });
    CAPTURE(transient_cut, little_cut);
    CHECK(transient_cut >= 0.98);
    CHECK(little_cut >= 0.95);
}
