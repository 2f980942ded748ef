#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/base/math.hpp"
#include "sim/base/random.hpp"
#include "sim/snapshot/archive_fwd.hpp"

namespace spate::sim {

/// A probability distribution of a real number in the unit its owner states. A value type; sampled by our own code so
/// that results do not depend on the standard library. Parameters are the moments users state; see each maker.
/// Every maker throws std::logic_error if its requirements are not met; all parameters must be finite.
/// Threads: immutable, so one object may be sampled by many threads, each with its own stream.
class Distribution {
  public:
    enum class Kind : std::uint8_t {
        constant,
        uniform,
        exponential,
        gamma,
        lognormal,
        normal,
        triangular,
        poisson,
        negative_binomial,
        empirical
    };

    /// Constant 0.
    Distribution() = default;
    /// Always `value`.
    static Distribution constant(double value);
    /// Uniform on [low, high). Requires: low <= high.
    static Distribution uniform(double low, double high);
    /// Requires: mean > 0.
    static Distribution exponential(double mean);
    /// Gamma with mean and coefficient of variation (shape 1/cv², scale mean·cv²). Requires: mean > 0, cv > 0.
    static Distribution gamma(double mean, double cv);
    /// Lognormal with mean and coefficient of variation of the variable itself. Requires: mean > 0, cv > 0.
    static Distribution lognormal(double mean, double cv);
    /// Requires: sd >= 0.
    static Distribution normal(double mean, double sd);
    /// Requires: low <= mode <= high, low < high.
    static Distribution triangular(double low, double mode, double high);
    /// Requires: 0 <= mean <= 1e15.
    static Distribution poisson(double mean);
    /// Number of failures with the given mean and variance > mean. Requires: 0 < mean <= 1e12, variance > mean.
    static Distribution negative_binomial(double mean, double variance);
    /// Value i with probability weight_i / sum. Requires: same non-zero length, weights >= 0, sum > 0.
    static Distribution empirical(std::vector<double> values, std::vector<double> weights);

    /// One draw. Uniform, exponential, lognormal, normal, triangular and empirical take two words of the stream,
    /// constant none; the others take a number that varies.
    double sample(RandomStream& stream) const;
    /// values[i] is the first draw of the stream of entities[i]: as sample() of a new stream, for several at once.
    /// Requires: as many entities as values.
    void sample_first(RunSeed run,
                      std::span<const std::uint64_t> entities,
                      std::uint16_t purpose,
                      std::span<double> values) const;
    /// A copy with every value multiplied by `factor` >= 0 (for unit changes); factor 0 gives constant 0.
    /// Requires: not poisson or negative binomial.
    Distribution scaled(double factor) const;

    /// True if a draw takes at most two words of the stream.
    bool takes_two_words() const;

    Kind kind() const { return kind_; }

    bool is_constant() const { return kind_ == Kind::constant; }

    double mean() const { return mean_; }

    double standard_deviation() const { return sd_; }

    /// Largest value that no draw is below (0 for exponential, gamma, lognormal, poisson, negative binomial; -inf for
    /// normal unless its deviation is 0).
    double minimum() const;
    /// For messages and traces, for example "gamma(mean 22, cv 0.25)".
    std::string describe() const;

    /// For archives, see sim/snapshot/archive.hpp.
    template <class Archive>
    void serialize(Archive& archive) {
        archive(kind_, mean_, sd_, a_, b_, c_, d_, table_, values_);
    }

  private:
    Distribution(Kind kind, double mean, double sd)
        : kind_(kind)
        , mean_(mean)
        , sd_(sd) {}

    Kind kind_ = Kind::constant;
    double mean_ = 0, sd_ = 0;
    /// The kind's own parameters, prepared for sampling; `a_` is the least value of uniform, triangular and empirical.
    double a_ = 0, b_ = 0, c_ = 0, d_ = 0;
    std::shared_ptr<const class AliasTable> table_;
    std::shared_ptr<const std::vector<double>> values_;
};

/// Draws index i with probability weight_i / sum in constant time (Walker 1977; Vose 1991). Each probability is kept to
/// 2^-32 / size; weight 0 is never drawn. Two words of the stream a draw. Immutable, so it may be shared between
/// threads.
class AliasTable {
  public:
    /// Requires: weights not empty, all >= 0 and finite, sum > 0 and finite.
    explicit AliasTable(const std::vector<double>& weights);

    std::uint32_t sample(RandomStream& stream) const {
        const std::uint32_t i = stream.below(static_cast<std::uint32_t>(cells_.size()));
        return stream.bits32() < cells_[i].threshold ? i : cells_[i].alias;
    }

    /// The same from 64 uniform bits. Without rejection: an index's probability is kept to size / 2^64.
    std::uint32_t pick(std::uint64_t bits) const {
        __extension__ using Bits128 = unsigned __int128;
        const Bits128 product = Bits128{bits} * cells_.size();
        const auto i = static_cast<std::uint32_t>(product >> 64);
        const auto within = static_cast<std::uint32_t>(product >> 32);
        return within < cells_[i].threshold ? i : cells_[i].alias;
    }

    std::size_t size() const { return cells_.size(); }

    AliasTable() = default;  ///< for archives only: nothing to draw

    template <class Archive>
    void serialize(Archive& archive) {
        sim::block(archive, cells_);
    }

  private:
    /// Index i keeps the share threshold / 2^32 of cell i, the alias has the rest. One cache line serves a draw.
    struct Cell {
        std::uint32_t threshold;
        std::uint32_t alias;
    };

    std::vector<Cell> cells_;
};

/// Weights of a Zipf law: weight of rank k = 1 / k^exponent for k = 1..count.
std::vector<double> zipf_weights(std::size_t count, double exponent);

/// Natural logarithm of the Poisson probability of the whole number k; error at most 5e-15·(1 + |value|) as measured,
/// also for large means. Requires: k >= 0, mean > 0.
double log_poisson_probability(double k, double mean);

/// One standard normal draw (inverse of the distribution function; one uniform each, so equal uniforms give ordered
/// draws).
inline double sample_standard_normal(RandomStream& stream) {
    return inverse_normal(stream.uniform_open());
}

/// One unit exponential draw, -log of a uniform in (0, 1].
inline double sample_unit_exponential(RandomStream& stream) {
    return 0.0 - log(stream.uniform_positive());
}

/// What sample_unit_exponential() gives for streams at the first words of these blocks, bit for bit.
/// Requires: as many values as blocks.
void unit_exponentials(std::span<const std::array<std::uint32_t, 4>> blocks, std::span<double> values);

}  // namespace spate::sim
