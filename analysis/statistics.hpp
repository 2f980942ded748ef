#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// Statistics of replications, for comparing the arms of an experiment. A sample has one value for each replication, in
/// any unit; results are in the same unit unless stated. All functions are pure: any number of threads may call them at
/// once. All values must be of magnitude below 1e150 (so neither infinite nor NaN) and confidences between 0 and 1,
/// both excluded; otherwise std::logic_error. A replication in which a figure is absent is for the caller to leave out,
/// in both arms where they are paired.
///
/// Law 2015: A. M. Law, Simulation Modeling and Analysis, 5th edition, McGraw-Hill.
namespace spate::analysis {

inline constexpr double usual_confidence = 0.95;

/// Exact where all values are equal. Requires: at least one value; otherwise std::logic_error.
double mean(std::span<const double> sample);

/// Σ (x - mean)² / (n - 1) [unit²] in two passes, with the mean taken relative to the first value, so that a mean that
/// is large against the deviations costs no digits (Chan, Golub and LeVeque, "Algorithms for computing the sample
/// variance", The American Statistician 37, 1983, 242-247). Exactly 0 where all values are equal.
/// Requires: at least two values; otherwise std::logic_error.
double sample_variance(std::span<const double> sample);

/// The value below which a variable with Student's t distribution lies with probability p.
/// Requires: 0 < p < 1, degrees_of_freedom > 0 (need not be whole); otherwise std::logic_error.
double student_t_quantile(double p, double degrees_of_freedom);

/// All numbers from low to high, both included.
struct Interval {
    double low = 0, high = 0;

    bool contains(double x) const { return low <= x && x <= high; }
};

/// A mean, or a difference of means, and how well it is known.
struct Estimate {
    std::optional<double> mean;                ///< none: no values
    std::optional<double> standard_error;      ///< standard deviation of `mean`; none: see `reason`
    std::optional<double> degrees_of_freedom;  ///< of the t distribution; none: see `reason`
    std::optional<Interval> interval;          ///< confidence interval of the mean; none: see `reason`
    std::string reason;                        ///< why there is no interval; empty if there is one
};

/// Mean ± t(n - 1, (1 + confidence)/2) · s/√n (Law 2015, section 4.5). No interval where n < 2.
/// Covers the true mean with the stated confidence if the values are independent and normal, nearly so if they are not
/// too skew.
Estimate estimate_mean(std::span<const double> sample, double confidence = usual_confidence);

/// Arm minus baseline where both ran with common random numbers: value i of either is from replication i. The interval
/// is that of the mean of the differences (paired t, Law 2015, section 10.2.1).
/// Requires: as many values in both; otherwise std::logic_error.
Estimate paired_difference(std::span<const double> arm,
                           std::span<const double> baseline,
                           double confidence = usual_confidence);

/// Arm minus baseline for arms with independent random numbers; their variances and sizes may differ. With v = s²/n the
/// degrees of freedom are (v_a + v_b)² / (v_a²/(n_a - 1) + v_b²/(n_b - 1)) (Welch, Biometrika 29, 1938; Law 2015,
/// section 10.2.2). No interval where either has fewer than two values.
Estimate welch_difference(std::span<const double> arm,
                          std::span<const double> baseline,
                          double confidence = usual_confidence);

/// A ratio that may be absent.
struct Ratio {
    std::optional<double> value;  ///< [1]; none: see `reason`
    std::string reason;           ///< why there is none; empty if there is one
};

/// What common random numbers bring: (s_a² + s_b²) / s_d², the variance of the difference of the arms as if they were
/// independent by that of the paired difference. As many times fewer replications are needed; below 1 they did harm.
/// Absent: n < 2, or all differences are equal. Law 2015, section 11.2.
/// Requires: as many values in both, value i from replication i; otherwise std::logic_error.
Ratio variance_ratio(std::span<const double> arm, std::span<const double> baseline);

/// What the replications so far say about the spread.
struct Pilot {
    double variance = 0;             ///< of one replication's value or paired difference [unit²]
    std::uint64_t replications = 0;  ///< from which it was estimated; n - 1 are its degrees of freedom
};

/// A number of replications that may be absent.
struct ReplicationCount {
    std::optional<std::uint64_t> value;  ///< in all, with those of the pilot; none: see `reason`
    std::string reason;                  ///< why there is none; empty if there is one
};

/// No more replications are ever proposed.
inline constexpr std::uint64_t most_replications = 1'000'000'000;

/// The least n, not below that of the pilot, with t(n - 1, (1 + confidence)/2) · s/√n <= half_width (Law 2015, section
/// 9.4.1). An approximation: the variance will change. Absent: a pilot of fewer than two, or more than
/// most_replications.
/// Requires: half_width > 0, variance >= 0; otherwise std::logic_error.
ReplicationCount replications_for_half_width(const Pilot& pilot,
                                             double half_width,
                                             double confidence = usual_confidence);

/// The least n, not below that of the pilot, with which a true difference of `size` is shown (the interval leaves out
/// 0) with probability `power`: (t(n - 1, (1 + confidence)/2) + t(n - 1, power)) · s/√n <= size (Zar, Biostatistical
/// Analysis, 5th edition, 2010, chapter 7: power and sample size in tests concerning the mean). A half width of `size`
/// alone would show it half of the time. Absent as above. Requires: size > 0, variance >= 0, 1/2 <= power < 1;
/// otherwise std::logic_error.
ReplicationCount replications_to_show(const Pilot& pilot,
                                      double size,
                                      double power,
                                      double confidence = usual_confidence);

/// Where the initial transient of a time series ends.
struct Truncation {
    std::optional<std::size_t> cut;  ///< observations to leave out at the start, a multiple of 5; none: see `reason`
    bool is_beyond_half = false;     ///< of the series: too little is left to tell; not to be used
    std::string reason;              ///< why there is none, or what is_beyond_half means here; empty if all is well
};

/// MSER-5: the d that minimises 1/(k - d)² · Σ_{i>d} (x_i - mean of x_{d+1}…x_k)² over the means x_1…x_k of batches of
/// five observations, 0 <= d <= k - 5; the smallest if there are several. An incomplete batch at the end is left out.
/// White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69, 1997, 323-334;
/// White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for simulation", WSC 2000, 755-760.
/// The last five batches stay, because their chance agreement must not decide, and a cut beyond half of the series is
/// to be refused (Hoad, Robinson and Davies, Journal of the Operational Research Society 61, 2010, 1389-1403). No cut
/// with fewer than 50 observations.
Truncation mser5(std::span<const double> series);

}  // namespace spate::analysis
