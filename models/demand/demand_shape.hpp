#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/demand/rate_curve.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// The rate of one demand entry in absolute time, in each market: the weekly profile times trend, launch, calendar and
/// noise, and what customers choose while prices are changed. Of what a product has in the long run (ModelSpec), its
/// rate at time t is
///
///     profile(t) / mean · trend(t) · launch(t) · calendar(t) · noise(t) · price effect(t)
///
/// Immutable once built: may be shared between threads.
class DemandShape {
  public:
    /// Whether an entry needs a shape: without one, its customers follow the profile alone.
    static bool is_needed(const ModelSpec& spec, std::size_t entry);

    /// The specification must outlive the shape. Requires: is_needed(). `with_curves`: false: only fault() and mean()
    /// will be asked for.
    DemandShape(const ModelSpec& spec, std::size_t entry, bool with_curves = true);

    /// What is impossible about the numbers; empty if nothing is. Then the curves mean nothing.
    const std::string& fault() const { return fault_; }

    /// Mean of product / market over the run, relative to the entry's stated rate. Noise counts as its mean, 1.
    double mean(Index market, Index product) const;

    /// Mean of the whole entry, by the weights of markets and products.
    double mean() const;

    /// All customers of a market. Their mixes are null where nobody comes.
    const std::shared_ptr<const RateCurve>& together(Index market) const { return curves_.at(market).together; }

    /// What all customers of a market choose from at `t`; null where nobody comes. For baskets.
    const ProductMix* choice(Index market, Time t) const;

    /// The customers for one product, all of its mean rate.
    const std::shared_ptr<const RateCurve>& of_product(Index market, Index product) const {
        return curves_.at(market).single[class_of_.at(product)];
    }

  private:
    /// Products whose rates change alike: those of one category in the same price changes.
    struct Class {
        std::string category;
        std::vector<std::size_t> changes;  ///< price changes they are part of
        std::vector<Index> products;
        double weight = 0;  ///< rate of all of them, relative
    };

    struct Pieces;

    struct Curves {
        std::shared_ptr<const RateCurve> together;
        std::vector<std::shared_ptr<const RateCurve>> single;  ///< by class; only where asked for
    };

    void find_classes();
    std::vector<Time> cuts() const;
    void add_price_cuts(std::vector<Time>& at) const;
    Pieces pieces_of(const std::vector<std::size_t>& rows) const;
    void fill_piece(Pieces& pieces, std::size_t piece, const std::vector<std::size_t>& rows) const;
    double trend_between(Time from, Time to) const;
    double launch_between(Time from, Time to) const;
    void change_prices(Pieces& pieces);
    void cannibalise(Pieces& pieces, const PriceChangeSpec& change, std::size_t number, const std::string& category);
    void pull_forward(Pieces& pieces, const PriceChangeSpec& change, std::size_t number);
    std::vector<double> means(const Pieces& pieces) const;
    Curves curves_of(const Pieces& pieces, Index market, std::map<std::vector<double>, std::uint32_t>& known);
    std::shared_ptr<const ProductMix> mix_of(const std::vector<double>& factors) const;
    std::shared_ptr<const RateCurve> curve_of(std::vector<RateCurve::Step> steps,
                                              Index market,
                                              Time end,
                                              RateCurve::Mixes mixes) const;

    const ModelSpec& spec_;
    const DemandSpec& demand_;
    std::size_t entry_;
    bool is_single_;              ///< every product is a stream of its own
    bool has_together_;           ///< somebody asks what all customers choose from
    Time begin_, run_end_, end_;  ///< of the curves, of the run, of what matters
    std::vector<Class> classes_;  ///< products whose rates change alike
    std::map<Index, std::size_t> class_of_;
    std::map<Index, std::size_t> means_of_;   ///< by market: position in means_
    std::vector<std::vector<double>> means_;  ///< by class
    std::map<Index, Curves> curves_;
    RateCurve::Mixes mixes_;
    std::string fault_;
};

}  // namespace spate::models
