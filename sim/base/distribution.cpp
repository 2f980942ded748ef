#include "sim/base/distribution.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <utility>

#include "sim/base/wide.hpp"

namespace spate::sim {

namespace {

/// log(1 + y) for y >= 0 without losing the low digits of y (Kahan's correction of the rounding of 1 + y).
double log_one_plus(double y) {
    const double u = 1.0 + y;
    return u == 1.0 ? y : log(u) * (y / (u - 1.0));
}

/// What Marsaglia and Tsang's gamma sampler needs to know of the shape.
struct GammaShape {
    double d;        ///< shape - 1/3, of shape + 1 if shape < 1
    double c;        ///< 1 / sqrt(9 d)
    double inverse;  ///< 1 / shape if shape < 1, else 0
};

GammaShape gamma_shape(double shape) {
    SPATE_EXPECT(shape > 0 && std::isfinite(shape) && std::isfinite(1.0 / shape));
    const double d = (shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0;
    return {d, 1.0 / std::sqrt(9.0 * d), shape < 1.0 ? 1.0 / shape : 0.0};
}

/// One gamma draw of scale 1. Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000)
/// 363-372; for a shape below 1 the draw for shape + 1 times U^(1/shape), with U^(1/shape) = exp(-E/shape).
double sample_unit_gamma(const GammaShape& shape, RandomStream& stream) {
    for (;;) {
        const double x = sample_standard_normal(stream);
        const double root = 1.0 + shape.c * x;
        if (root <= 0.0) {
            continue;
        }
        const double v = root * root * root;
        const double u = stream.uniform_positive();
        const double square = x * x;
        if (u >= 1.0 - 0.0331 * square * square && log(u) >= 0.5 * square + shape.d * (1.0 - v + log(v))) {
            continue;
        }
        if (shape.inverse == 0.0) {
            return shape.d * v;
        }
        const double exponent = -sample_unit_exponential(stream) * shape.inverse;
        return exponent > -700.0 ? shape.d * v * exp(exponent) : 0.0;
    }
}

/// log(k!) for k = 0..15, each the nearest double.
constexpr std::array<double, 16> log_small_factorial = {0.0,
                                                        0.0,
                                                        0x1.62e42fefa39efp-1,
                                                        0x1.cab0bfa2a2002p+0,
                                                        0x1.96ca77c922cf9p+1,
                                                        0x1.326643c4479c9p+2,
                                                        0x1.a51273acf01cap+2,
                                                        0x1.10ce1f32dcc30p+3,
                                                        0x1.5358e82fcb70dp+3,
                                                        0x1.99a8921a7f7cfp+3,
                                                        0x1.e357590954d15p+3,
                                                        0x1.180973f3a8d74p+4,
                                                        0x1.3fcba16d50143p+4,
                                                        0x1.68d5a9c3b32cep+4,
                                                        0x1.930f3df162a42p+4,
                                                        0x1.be636a63fd346p+4};

/// Constants of Hörmann's sampler for one mean.
struct PoissonHat {
    double a, b, inverse_alpha, v_r;
};

constexpr double least_mean_of_hat = 10.0;

PoissonHat poisson_hat(double mean) {
    const double b = 0.931 + 2.53 * std::sqrt(mean);
    return {-0.059 + 0.02483 * b, b, 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2.0)};
}

/// One Poisson draw by sequential search; `none` is exp(-mean). Requires: mean < 10.
double sample_small_poisson(double mean, double none, RandomStream& stream) {
    constexpr double beyond = 128.0;  // probability below 1e-90; ends the search when rounding leaves u > 0
    double u = stream.uniform();
    double probability = none;
    double k = 0.0;
    while (u >= probability && k < beyond) {
        u -= probability;
        k += 1.0;
        probability *= mean / k;
    }
    return k;
}

/// One Poisson draw: algorithm PTRS of Hörmann, "The transformed rejection method for generating Poisson random
/// variables", Insurance: Mathematics and Economics 12 (1993) 39-45. Requires: mean >= 10.
double sample_large_poisson(double mean, const PoissonHat& hat, RandomStream& stream) {
    for (;;) {
        const double u = stream.uniform_open() - 0.5;
        const double v = stream.uniform_positive();
        const double us = 0.5 - (u < 0 ? -u : u);
        const double x = (2.0 * hat.a / us + hat.b) * u + mean + 0.43;
        if (x < 0.0 || (us < 0.013 && v > us)) {
            continue;
        }
        const double k = x < 0x1p53 ? static_cast<double>(static_cast<std::int64_t>(x)) : x;
        if (us >= 0.07 && v <= hat.v_r) {
            return k;
        }
        if (log(v * hat.inverse_alpha / (hat.a / (us * us) + hat.b)) <= log_poisson_probability(k, mean)) {
            return k;
        }
    }
}

double sample_poisson(double mean, RandomStream& stream) {
    return mean < least_mean_of_hat ? sample_small_poisson(mean, exp(-mean), stream)
                                    : sample_large_poisson(mean, poisson_hat(mean), stream);
}

double sample_triangular(double low, double mode, double high, double u) {
    const double width = high - low;
    const double x = u * width < mode - low ? low + std::sqrt(u * width * (mode - low))
                                            : high - std::sqrt((1.0 - u) * width * (high - mode));
    return std::clamp(x, low, high);  // rounding may step over an end
}

/// Requires: all weights >= 0 and finite, their sum > 0 and finite.
double sum_of_weights(const std::vector<double>& weights) {
    double sum = 0;
    for (const double weight : weights) {
        SPATE_EXPECT(weight >= 0 && std::isfinite(weight));
        sum += weight;
    }
    SPATE_EXPECT(sum > 0 && std::isfinite(sum));
    return sum;
}

struct Parameter {
    const char* name;
    double value;
};

/// "name(first 22, second 0.25)", numbers with at most ten digits and a point whatever the locale.
std::string describe_parameters(const char* name, std::initializer_list<Parameter> parameters) {
    std::string text = name;
    const char* before = "(";
    for (const auto& parameter : parameters) {
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, parameter.value, std::chars_format::general, 10);
        text.append(before).append(parameter.name).append(" ").append(digits, end.ptr);
        before = ", ";
    }
    return text + ")";
}

}  // namespace

double log_poisson_probability(double k, double mean) {
    SPATE_EXPECT(k >= 0 && mean > 0);
    // From 16 on by Stirling's series with the large terms cancelled by hand (Loader, "Fast and accurate computation of
    // binomial probabilities", 2000).
    if (k < 16.0) {
        return k * log(mean) - mean - log_small_factorial[static_cast<std::size_t>(k)];
    }
    const double v = (k - mean) / (k + mean);
    const bool is_near = v > -0.17 && v < 0.17;
    const double deviance =
        is_near ? (k - mean) * v + k * v * detail::log_series(v * v) : k * log(k / mean) - (k - mean);
    const double r = 1.0 / k;
    const double z = r * r;
    const double stirling = r * (1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0))));
    return -deviance - stirling - 0.5 * log(6.283185307179586 * k);
}

namespace {

/// A logarithm without a branch and without conversions that only some processors have for several numbers at once;
/// the same steps as log(), so the same bits. Requires: 2^-64 < x <= 1.
[[gnu::always_inline]] inline double log_up_to_1(double x) {
    constexpr std::uint64_t lift = 1024;  // keeps the exponent above 0
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const std::uint64_t above = bits - 0x3FE6A09E667F3BCDULL + (lift << 52);
    // A whole number below 2^52 in the low bits of 2^52 is 2^52 and that number.
    const double k = std::bit_cast<double>(0x4330000000000000ULL | above >> 52) - (0x1p52 + static_cast<double>(lift));
    const double f = std::bit_cast<double>(bits - ((above - (lift << 52)) & 0xFFF0000000000000ULL)) - 1.0;
    const double s = f / (2.0 + f);
    const double half_square = 0.5 * f * f;
    const double correction = s * (half_square + detail::log_series(s * s));
    return k * detail::ln2_high - ((half_square - (correction + k * detail::ln2_low)) - f);
}

using Block = std::array<std::uint32_t, 4>;

/// unit_exponentials(), in steps that processors can do for several numbers at once.
[[gnu::always_inline]] inline void exponentials_of(const Block* block, double* to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bits = std::uint64_t{block[i][0]} << 32 | block[i][1];
        // The 53 bits of uniform(): 52 of them in a number in [1, 2), and the last.
        const double whole = std::bit_cast<double>(0x3FF0000000000000ULL | bits >> 12) - 1.0;
        const double last = std::bit_cast<double>((0 - (bits >> 11 & 1)) & 0x3CA0000000000000ULL);
        to[i] = 0.0 - log_up_to_1(1.0 - (whole + last));
    }
}

void exponentials(const Block* block, double* to, std::size_t count) {
    exponentials_of(block, to, count);
}

#ifdef SPATE_HAS_WIDE
SPATE_WIDE void exponentials_wide(const Block* block, double* to, std::size_t count) {
    exponentials_of(block, to, count);
}
#endif

}  // namespace

void unit_exponentials(std::span<const std::array<std::uint32_t, 4>> blocks, std::span<double> values) {
    SPATE_EXPECT(blocks.size() == values.size());
    SPATE_CALL_WIDE(exponentials, blocks.data(), values.data(), blocks.size());
}

Distribution Distribution::constant(double value) {
    SPATE_EXPECT(std::isfinite(value));
    return {Kind::constant, value, 0.0};
}

Distribution Distribution::uniform(double low, double high) {
    SPATE_EXPECT(low <= high && std::isfinite(high - low));
    Distribution result(Kind::uniform, low + 0.5 * (high - low), (high - low) / std::sqrt(12.0));
    result.a_ = low;
    result.b_ = high;
    return result;
}

Distribution Distribution::exponential(double mean) {
    SPATE_EXPECT(mean > 0 && std::isfinite(mean));
    return {Kind::exponential, mean, mean};
}

Distribution Distribution::gamma(double mean, double cv) {
    SPATE_EXPECT(mean > 0 && cv > 0 && std::isfinite(mean * cv * cv));
    const GammaShape shape = gamma_shape(1.0 / (cv * cv));
    Distribution result(Kind::gamma, mean, mean * cv);
    result.a_ = shape.d;
    result.b_ = shape.c;
    result.c_ = mean * cv * cv;
    result.d_ = shape.inverse;
    return result;
}

Distribution Distribution::lognormal(double mean, double cv) {
    SPATE_EXPECT(mean > 0 && cv > 0 && std::isfinite(mean) && std::isfinite(mean * cv) && std::isfinite(cv * cv));
    Distribution result(Kind::lognormal, mean, mean * cv);
    result.a_ = mean / std::sqrt(1.0 + cv * cv);  // the median
    result.b_ = std::sqrt(log_one_plus(cv * cv));
    return result;
}

Distribution Distribution::normal(double mean, double sd) {
    SPATE_EXPECT(std::isfinite(mean) && sd >= 0 && std::isfinite(sd));
    return {Kind::normal, mean, sd};
}

Distribution Distribution::triangular(double low, double mode, double high) {
    SPATE_EXPECT(low <= mode && mode <= high && low < high && std::isfinite(high - low));
    const double left = mode - low;
    const double right = high - mode;
    const double variance = (left * left + left * right + right * right) / 18.0;
    Distribution result(Kind::triangular, mode + (right - left) / 3.0, std::sqrt(variance));
    result.a_ = low;
    result.b_ = mode;
    result.c_ = high;
    return result;
}

Distribution Distribution::poisson(double mean) {
    SPATE_EXPECT(mean >= 0 && mean <= 1e15);
    Distribution result(Kind::poisson, mean, std::sqrt(mean));
    if (mean < least_mean_of_hat) {
        result.a_ = exp(-mean);
    } else {
        const PoissonHat hat = poisson_hat(mean);
        result.a_ = hat.a;
        result.b_ = hat.b;
        result.c_ = hat.inverse_alpha;
        result.d_ = hat.v_r;
    }
    return result;
}

Distribution Distribution::negative_binomial(double mean, double variance) {
    SPATE_EXPECT(mean > 0 && mean <= 1e12 && variance > mean && std::isfinite(variance));
    const GammaShape shape = gamma_shape(mean / (variance - mean) * mean);
    Distribution result(Kind::negative_binomial, mean, std::sqrt(variance));
    result.a_ = shape.d;
    result.b_ = shape.c;
    result.c_ = (variance - mean) / mean;
    result.d_ = shape.inverse;
    return result;
}

Distribution Distribution::empirical(std::vector<double> values, std::vector<double> weights) {
    SPATE_EXPECT(!values.empty() && values.size() == weights.size());
    auto table = std::make_shared<const AliasTable>(weights);
    double total = 0, mean = 0, least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < values.size(); ++i) {
        SPATE_EXPECT(std::isfinite(values[i]));
        total += weights[i];
        mean += (values[i] - mean) * (total > 0 ? weights[i] / total : 0.0);
        least = weights[i] > 0 ? std::min(least, values[i]) : least;
    }
    double variance = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        variance += weights[i] / total * (values[i] - mean) * (values[i] - mean);
    }
    Distribution result(Kind::empirical, mean, std::sqrt(variance));
    result.a_ = least;
    result.table_ = std::move(table);
    result.values_ = std::make_shared<const std::vector<double>>(std::move(values));
    return result;
}

double Distribution::sample(RandomStream& stream) const {
    switch (kind_) {
        case Kind::constant: return mean_;
        case Kind::uniform: {
            const double x = a_ + (b_ - a_) * stream.uniform();
            return x < b_ ? x : a_;  // rounding may reach the open end
        }
        case Kind::exponential: return mean_ * sample_unit_exponential(stream);
        case Kind::gamma: return c_ * sample_unit_gamma({a_, b_, d_}, stream);
        case Kind::lognormal: return a_ * exp(b_ * sample_standard_normal(stream));
        case Kind::normal: return mean_ + sd_ * sample_standard_normal(stream);
        case Kind::triangular: return sample_triangular(a_, b_, c_, stream.uniform());
        case Kind::poisson:
            return mean_ < least_mean_of_hat ? sample_small_poisson(mean_, a_, stream)
                                             : sample_large_poisson(mean_, {a_, b_, c_, d_}, stream);
        case Kind::negative_binomial: return sample_poisson(c_ * sample_unit_gamma({a_, b_, d_}, stream), stream);
        case Kind::empirical: return (*values_)[table_->sample(stream)];
    }
    return mean_;
}

void Distribution::sample_first(RunSeed run,
                                std::span<const std::uint64_t> entities,
                                std::uint16_t purpose,
                                std::span<double> values) const {
    SPATE_EXPECT(entities.size() == values.size());
    constexpr std::size_t most = 8;
    std::array<std::array<std::uint32_t, 4>, most> blocks;
    for (std::size_t from = 0; from < entities.size(); from += most) {
        const std::size_t count = std::min(most, entities.size() - from);
        const auto some = entities.subspan(from, count);
        first_blocks(run, some, purpose, {blocks.data(), count});
        if (kind_ == Kind::exponential) {
            unit_exponentials({blocks.data(), count}, values.subspan(from, count));
            for (double& value : values.subspan(from, count))
                value *= mean_;
            continue;
        }
        for (std::size_t i = 0; i < count; ++i) {
            RandomStream stream(run, some[i], purpose, 0, blocks[i]);
            values[from + i] = sample(stream);
        }
    }
}

Distribution Distribution::scaled(double factor) const {
    SPATE_EXPECT(factor >= 0 && std::isfinite(mean_ * factor) && std::isfinite(sd_ * factor));
    SPATE_EXPECT(kind_ != Kind::poisson && kind_ != Kind::negative_binomial);
    if (factor == 0.0) {
        return constant(0.0);
    }
    Distribution result = *this;
    result.mean_ *= factor;
    result.sd_ *= factor;
    if (kind_ == Kind::gamma) {
        result.c_ *= factor;
        return result;
    }
    result.a_ *= factor;
    if (kind_ != Kind::lognormal) {  // b_ there is the deviation of the logarithm
        result.b_ *= factor;
        result.c_ *= factor;
    }
    if (values_) {
        auto values = *values_;
        for (double& value : values) {
            value *= factor;
        }
        result.values_ = std::make_shared<const std::vector<double>>(std::move(values));
    }
    return result;
}

bool Distribution::takes_two_words() const {
    return kind_ != Kind::gamma && kind_ != Kind::poisson && kind_ != Kind::negative_binomial;
}

double Distribution::minimum() const {
    switch (kind_) {
        case Kind::constant: return mean_;
        case Kind::uniform:
        case Kind::triangular:
        case Kind::empirical: return a_;
        case Kind::normal: return sd_ > 0 ? -std::numeric_limits<double>::infinity() : mean_;
        case Kind::exponential:
        case Kind::gamma:
        case Kind::lognormal:
        case Kind::poisson:
        case Kind::negative_binomial: return 0.0;
    }
    return 0.0;
}

std::string Distribution::describe() const {
    switch (kind_) {
        case Kind::constant: return describe_parameters("constant", {{"value", mean_}});
        case Kind::uniform: return describe_parameters("uniform", {{"low", a_}, {"high", b_}});
        case Kind::exponential: return describe_parameters("exponential", {{"mean", mean_}});
        case Kind::gamma: return describe_parameters("gamma", {{"mean", mean_}, {"cv", sd_ / mean_}});
        case Kind::lognormal: return describe_parameters("lognormal", {{"mean", mean_}, {"cv", sd_ / mean_}});
        case Kind::normal: return describe_parameters("normal", {{"mean", mean_}, {"sd", sd_}});
        case Kind::triangular: return describe_parameters("triangular", {{"low", a_}, {"mode", b_}, {"high", c_}});
        case Kind::poisson: return describe_parameters("poisson", {{"mean", mean_}});
        case Kind::negative_binomial:
            return describe_parameters("negative_binomial", {{"mean", mean_}, {"variance", sd_ * sd_}});
        case Kind::empirical:
            return describe_parameters(
                "empirical", {{"values", static_cast<double>(values_->size())}, {"mean", mean_}, {"sd", sd_}});
    }
    return {};
}

AliasTable::AliasTable(const std::vector<double>& weights) {
    SPATE_EXPECT(!weights.empty() && weights.size() < UINT32_MAX);
    const double sum = sum_of_weights(weights);
    // Vose's pairing of cells that have too little with cells that have too much. The shares left always add up to the
    // number of cells left but for rounding, so while a cell of weight 0 is left, so is one with too much.
    std::vector<double> share(weights.size());
    std::vector<std::uint32_t> little, much;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        share[i] = weights[i] / sum * static_cast<double>(weights.size());
        (share[i] < 1.0 ? little : much).push_back(i);
        cells_.push_back({UINT32_MAX, i});
    }
    while (!little.empty() && !much.empty()) {
        const std::uint32_t poor = little.back();
        const std::uint32_t rich = much.back();
        little.pop_back();
        const double threshold = std::min(share[poor] * 0x1p32 + 0.5, 0x1.fffffffep31);
        cells_[poor] = {weights[poor] == 0 ? 0 : std::max(1U, static_cast<std::uint32_t>(threshold)), rich};
        share[rich] -= 1.0 - share[poor];
        if (share[rich] < 1.0) {
            much.pop_back();
            little.push_back(rich);
        }
    }
}

std::vector<double> zipf_weights(std::size_t count, double exponent) {
    SPATE_EXPECT(exponent >= 0 && std::isfinite(exponent));
    std::vector<double> weights(count);
    for (std::size_t i = 0; i < count; ++i) {
        weights[i] = pow(static_cast<double>(i + 1), -exponent);
    }
    return weights;
}

}  // namespace spate::sim
