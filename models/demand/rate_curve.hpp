#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/weekly_profile.hpp"
#include "models/demand/product_mix.hpp"

namespace spate::models {

/// A piecewise constant, non-negative function of simulated time: the rate of a stream of customers, relative to its
/// mean. Each piece may have its own mix of products. Gives integrals and their inverse in closed form, so times by it
/// are exact (Çinlar 1975, chapter 4). The last piece goes on for ever. Immutable: may be shared between threads.
class RateCurve {
  public:
    /// From here to the next step the value is `factor` times the profile, divided by its mean.
    struct Step {
        sim::Time from;
        double factor = 1;
        std::uint32_t mix = 0;  ///< position in the mixes
        sim::Duration like;     ///< the profile is looked up this much later
    };

    using Mixes = std::vector<std::shared_ptr<const ProductMix>>;

    /// Requires: steps not empty, ascending, factors >= 0; `end`, after the last step: from there on the value stays.
    RateCurve(const std::vector<Step>& steps, const WeeklyProfile& profile, sim::Time end, Mixes mixes = {});

    sim::Time begin() const { return {pieces_.front().from_us}; }

    double at(sim::Time t) const { return pieces_[piece_at(t.us)].value; }

    /// Integral over [begin, t) in value·seconds. 0 before the beginning.
    double integral(sim::Time t) const;
    /// When the integral from the beginning reaches `amount`, to the microsecond below; sim::end_of_time if it never
    /// does. `piece` is where to look first and becomes where it was found; the result does not depend on it.
    sim::Time time_of(double amount, std::uint32_t& piece) const;
    /// The earliest t >= from with integral(from, t) = amount, to the microsecond above.
    sim::Time advance(sim::Time from, double amount) const;

    /// What customers of a moment choose from; null where nobody comes. Requires: has_mixes().
    const ProductMix* mix_at(sim::Time t) const { return mixes_[pieces_[piece_at(t.us)].mix].get(); }

    bool has_mixes() const { return !mixes_.empty(); }

  private:
    struct Piece {
        std::int64_t from_us;
        double value;
        double before;  ///< integral from the beginning to here
        std::uint32_t mix;
    };

    void append(const Piece& piece);
    std::size_t piece_at(std::int64_t us) const;
    bool is_within(std::size_t piece, double amount) const;
    double search(double amount, std::uint32_t& piece) const;

    std::vector<Piece> pieces_;
    Mixes mixes_;
};

/// The steps cut where `factor(t)` changes: at every time of the grid {.. + k · every}, multiplied by it.
template <class Factor>
std::vector<RateCurve::Step> with_factor(const std::vector<RateCurve::Step>& steps,
                                         sim::Time end,
                                         sim::Duration every,
                                         sim::Duration offset,
                                         Factor&& factor) {
    std::vector<RateCurve::Step> cut;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const sim::Time to = i + 1 < steps.size() ? steps[i + 1].from : end;
        for (sim::Time from = steps[i].from; from < to;) {
            RateCurve::Step step = steps[i];
            step.from = from;
            step.factor *= factor(from);
            cut.push_back(step);
            from = sim::next_on_grid(from + sim::microsecond, every, offset);
        }
    }
    return cut;
}

}  // namespace spate::models
