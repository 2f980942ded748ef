#include "models/demand/demand_shape.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/base/math.hpp"
#include "models/demand/baskets.hpp"
#include "models/demand/market_noise.hpp"

namespace spate::models {

/// The shape in one group of markets, from cut to cut: without noise.
struct DemandShape::Pieces {
    std::vector<Time> from;  ///< and the end
    std::vector<double> common;
    std::vector<Duration> like;
    std::vector<double> profile;                ///< integral of the profile by its mean [s]
    std::vector<std::vector<double>> category;  ///< by class
    std::vector<std::vector<double>> price;     ///< by class

    std::size_t size() const { return common.size(); }

    /// Whether a piece lies in [a, b).
    bool is_in(std::size_t i, Time a, Time b) const { return from[i] >= a && from[i] < b; }

    /// Integral of a class's shape over a piece, prices apart [s].
    double plain(std::size_t i, std::size_t k) const { return common[i] * category[i][k] * profile[i]; }
};

namespace {

bool is_part(const std::vector<std::size_t>& list, std::size_t item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

/// (share^-elasticity) - 1: the extra demand, by the plain one.
double extra_of(const PriceChangeSpec& change) {
    return sim::pow(change.share, -change.elasticity) - 1;
}

/// Whether anything but a price changes with it.
bool moves_demand(const PriceChangeSpec& change) {
    return change.elasticity > 0 && change.share != 1;
}

/// How long before time zero the orders that bring about others begin: until then e^-25 of the effect is left.
Duration run_in(const DemandSpec& demand) {
    if (demand.branching <= 0)
        return {};
    return sim::from_seconds(25 * demand.branching_delay.seconds() / (1 - demand.branching));
}

/// When the first price change began whose sales ahead are missing within the run.
Time earliest_pulled(const ModelSpec& spec) {
    Time earliest{0};
    for (const auto& change : spec.price_changes) {
        if (moves_demand(change) && change.pull_forward > 0 && (change.to + change.pull_over).us > 0)
            earliest = std::min(earliest, change.from);
    }
    return earliest;
}

}  // namespace

bool DemandShape::is_needed(const ModelSpec& spec, std::size_t entry) {
    const DemandSpec& demand = spec.demand[entry];
    if (demand.kind != DemandSpec::Kind::renewal)
        return false;
    if (!demand.shape.is_flat() || demand.branching > 0)
        return true;
    return std::any_of(spec.price_changes.begin(), spec.price_changes.end(), [&](const PriceChangeSpec& change) {
        return moves_demand(change) && std::any_of(change.products.begin(), change.products.end(), [&](Index p) {
                   return std::binary_search(demand.products.begin(), demand.products.end(), p);
               });
    });
}

DemandShape::DemandShape(const ModelSpec& spec, std::size_t entry, bool with_curves)
    : spec_(spec)
    , demand_(spec.demand[entry])
    , entry_(entry)
    , is_single_(demand_.each || demand_.gap.kind() != sim::Distribution::Kind::exponential)
    , has_together_(!is_single_ || has_baskets(demand_))
    , begin_(std::min(Time{0} - run_in(demand_), earliest_pulled(spec)))
    , run_end_(Time{std::max<std::int64_t>((spec.warm_up + spec.horizon).us, 1)})
    , end_(run_end_) {
    find_classes();
    for (const auto& change : spec.price_changes)
        end_ = std::max(end_, change.to + change.pull_over);
    std::map<std::vector<std::size_t>, std::pair<std::size_t, Pieces>> groups;  // markets with the same calendar
    std::map<std::vector<double>, std::uint32_t> known_mixes;
    const bool has_noise = demand_.shape.noise.cv > 0;
    for (const Index market : demand_.markets) {
        std::vector<std::size_t> rows;
        for (std::size_t r = 0; r < demand_.shape.calendar.size(); ++r) {
            if (demand_.shape.calendar[r].market.value_or(market) == market)
                rows.push_back(r);
        }
        const auto [group, is_new] = groups.try_emplace(rows);
        auto& [number, pieces] = group->second;
        if (is_new) {
            pieces = pieces_of(rows);
            change_prices(pieces);
            number = means_.size();
            means_.push_back(means(pieces));
        }
        means_of_[market] = number;
        if (!with_curves || !fault_.empty())
            continue;
        const auto same = std::find_if(
            means_of_.begin(), means_of_.end(), [n = number](const auto& item) { return item.second == n; });
        curves_[market] = is_new || has_noise ? curves_of(pieces, market, known_mixes) : curves_.at(same->first);
    }
}

double DemandShape::mean(Index market, Index product) const {
    const auto group = means_of_.find(market);
    const auto kind = class_of_.find(product);
    return group == means_of_.end() || kind == class_of_.end() ? 0 : means_[group->second][kind->second];
}

const ProductMix* DemandShape::choice(Index market, Time t) const {
    const auto found = curves_.find(market);
    if (found == curves_.end() || found->second.together == nullptr || !found->second.together->has_mixes())
        return nullptr;
    return found->second.together->mix_at(t);
}

double DemandShape::mean() const {
    double sum = 0, weights = 0;
    for (const auto& [market, group] : means_of_) {
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            const double weight = classes_[k].weight * (demand_.each ? 1 : spec_.markets[market].weight);
            weights += weight;
            sum += weight * means_[group][k];
        }
    }
    return weights > 0 ? sum / weights : 0;
}

void DemandShape::find_classes() {
    std::set<std::string> categories;
    for (const auto& row : demand_.shape.calendar)
        categories.insert(row.category);
    std::map<Index, std::vector<std::size_t>> changes;
    for (std::size_t c = 0; c < spec_.price_changes.size(); ++c) {
        if (!moves_demand(spec_.price_changes[c]))
            continue;
        for (const Index p : spec_.price_changes[c].products) {
            changes[p].push_back(c);
            categories.insert(spec_.products[p].category);
        }
    }
    std::map<std::pair<std::string, std::vector<std::size_t>>, std::size_t> numbers;
    for (const Index p : demand_.products) {
        const auto& category = spec_.products[p].category;
        std::pair<std::string, std::vector<std::size_t>> key{categories.count(category) > 0 ? category : "", {}};
        if (const auto found = changes.find(p); found != changes.end())
            key.second = found->second;
        const auto [it, is_new] = numbers.try_emplace(key, classes_.size());
        if (is_new)
            classes_.push_back({key.first, key.second, {}, 0});
        class_of_[p] = it->second;
        classes_[it->second].products.push_back(p);
        classes_[it->second].weight += demand_.each ? 1 : spec_.products[p].popularity;
    }
}

void DemandShape::add_price_cuts(std::vector<Time>& at) const {
    for (const auto& change : spec_.price_changes) {
        if (moves_demand(change))
            at.insert(at.end(), {change.from, change.to, change.to + change.pull_over});
    }
}

/// Where anything but profile and noise changes, the beginning and the end among them.
std::vector<Time> DemandShape::cuts() const {
    const ShapeSpec& shape = demand_.shape;
    std::vector<Time> at{begin_, Time{0}, run_end_, end_};
    const Duration midnight{-spec_.week_time_at_start.us};
    for (const auto& row : shape.calendar) {
        at.insert(at.end(), {row.from, row.to});
        for (Time t = sim::next_on_grid(std::max(row.from, begin_), sim::day, midnight);
             row.like && t < std::min(row.to, end_);
             t += sim::day)
            at.push_back(t);  // each day is like another one
    }
    add_price_cuts(at);
    const bool has_launch = shape.launch.kind != LaunchSpec::Kind::none;
    if (has_launch)
        at.insert(at.end(), {shape.launch.starts, shape.launch.starts + shape.launch.ramp});
    if (has_launch || shape.trend != 0) {
        const Duration grid = has_launch ? sim::hour : sim::day;
        // The trend begins at time zero, a launch may have begun before.
        const Time first = has_launch ? std::min(Time{0}, std::max(begin_, shape.launch.starts)) : Time{0};
        for (Time t = sim::next_on_grid(first, grid, midnight); t < end_; t += grid)
            at.push_back(t);
    }
    std::sort(at.begin(), at.end());
    at.erase(std::unique(at.begin(), at.end()), at.end());
    at.erase(std::remove_if(at.begin(), at.end(), [&](Time t) { return t < begin_ || t > end_; }), at.end());
    return at;
}

/// Mean of the trend between two times, exactly: (1 + g)^(t / T) at time t, with the rate of time zero before.
double DemandShape::trend_between(Time from, Time to) const {
    const double growth = demand_.shape.trend;
    if (growth == 0 || to.us <= 0)
        return 1;
    const double rate = sim::log(1 + growth) / demand_.shape.trend_every.seconds();
    const double a = rate * Duration{from.us}.seconds(), b = rate * Duration{to.us}.seconds();
    return (sim::exp(b) - sim::exp(a)) / (b - a);
}

/// Mean of the launch factor between two times, exactly.
double DemandShape::launch_between(Time from, Time to) const {
    const LaunchSpec& launch = demand_.shape.launch;
    if (launch.kind == LaunchSpec::Kind::none)
        return 1;
    const auto integral = [&](Time t) {
        const double x = std::max((t - launch.starts).seconds(), 0.0);
        if (launch.kind == LaunchSpec::Kind::ramp) {
            const double ramp = launch.ramp.seconds();
            return x < ramp ? x * x / (2 * ramp) : x - ramp / 2;
        }
        // F = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t): Bass, "A new product growth for model consumer durables", 1969.
        const double sum = launch.innovation + launch.imitation, per = launch.per.seconds();
        const double left = sim::exp(-std::min(sum * x / per, 600.0));
        return per * (1 - left) / (1 + launch.imitation / launch.innovation * left);
    };
    return (integral(to) - integral(from)) / (to - from).seconds();
}

void DemandShape::fill_piece(Pieces& pieces, std::size_t piece, const std::vector<std::size_t>& rows) const {
    const Time from = pieces.from[piece], to = pieces.from[piece + 1];
    double common = trend_between(from, to) * launch_between(from, to);
    Duration like;
    std::vector<double> category(classes_.size(), 1);
    for (const std::size_t r : rows) {
        const CalendarFactor& row = demand_.shape.calendar[r];
        if (from < row.from || from >= row.to)
            continue;
        if (row.like) {
            const std::int64_t today =
                ((from.us + spec_.week_time_at_start.us) % sim::week.us + sim::week.us) % sim::week.us / sim::day.us;
            like = sim::day * (*row.like - today);
        }
        if (row.category.empty())
            common *= row.factor;
        for (std::size_t k = 0; k < classes_.size() && !row.category.empty(); ++k)
            category[k] *= classes_[k].category == row.category ? row.factor : 1;
    }
    pieces.common.push_back(common);
    pieces.like.push_back(like);
    pieces.profile.push_back(demand_.profile.integral(from + like, to + like) / demand_.profile.mean());
    pieces.category.push_back(std::move(category));
    pieces.price.emplace_back(classes_.size(), 1);
}

DemandShape::Pieces DemandShape::pieces_of(const std::vector<std::size_t>& rows) const {
    Pieces pieces;
    pieces.from = cuts();
    for (std::size_t i = 0; i + 1 < pieces.from.size(); ++i)
        fill_piece(pieces, i, rows);
    return pieces;
}

/// What happens to the rates while prices are changed and after, as a factor for each class. What is taken from others
/// or from later adds up to a share of the extra demand, exactly.
void DemandShape::change_prices(Pieces& pieces) {
    for (std::size_t c = 0; c < spec_.price_changes.size(); ++c) {
        const PriceChangeSpec& change = spec_.price_changes[c];
        if (!moves_demand(change))
            continue;
        std::set<std::string> categories;
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            if (!is_part(classes_[k].changes, c))
                continue;
            categories.insert(classes_[k].category);
            for (std::size_t i = 0; i < pieces.size(); ++i)
                pieces.price[i][k] += pieces.is_in(i, change.from, change.to) ? extra_of(change) : 0;
        }
        if (change.cannibalise > 0) {
            for (const auto& category : categories)
                cannibalise(pieces, change, c, category);
        }
        if (change.pull_forward > 0)
            pull_forward(pieces, change, c);
    }
    for (auto& factors : pieces.price) {
        for (double& factor : factors) {
            if (factor < -1e-9 && fault_.empty())
                fault_ =
                    "price changes take more than the whole demand of a product: less `cannibalise` or "
                    "`pull_forward`?";
            factor = std::max(factor, 0.0);
        }
    }
}

void DemandShape::cannibalise(Pieces& pieces,
                              const PriceChangeSpec& change,
                              std::size_t number,
                              const std::string& category) {
    double cheaper = 0, others = 0;
    for (const auto& kind : classes_) {
        if (kind.category == category)
            (is_part(kind.changes, number) ? cheaper : others) += kind.weight;
    }
    if (cheaper > 0 && others <= 0) {
        fault_ = "there are no other products of the category '" + category + "' to take demand from";
        return;
    }
    for (std::size_t k = 0; k < classes_.size(); ++k) {
        if (classes_[k].category != category || is_part(classes_[k].changes, number) || others <= 0)
            continue;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (pieces.is_in(i, change.from, change.to))
                pieces.price[i][k] -= change.cannibalise * extra_of(change) * cheaper / others;
        }
    }
}

void DemandShape::pull_forward(Pieces& pieces, const PriceChangeSpec& change, std::size_t number) {
    const Time until = change.to + change.pull_over;
    for (std::size_t k = 0; k < classes_.size(); ++k) {
        if (!is_part(classes_[k].changes, number) || classes_[k].weight <= 0)
            continue;
        double during = 0, after = 0;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            during += pieces.is_in(i, change.from, change.to) ? pieces.plain(i, k) : 0;
            after += pieces.is_in(i, change.to, until) ? pieces.plain(i, k) : 0;
        }
        if (during > 0 && after <= 0) {
            fault_ = "nobody orders in the time that `pull_forward` takes demand from";
            return;
        }
        for (std::size_t i = 0; i < pieces.size() && during > 0; ++i) {
            if (pieces.is_in(i, change.to, until))
                pieces.price[i][k] -= change.pull_forward * extra_of(change) * during / after;
        }
    }
}

/// Mean over the run of each class's shape, by what the profile alone has there.
std::vector<double> DemandShape::means(const Pieces& pieces) const {
    std::vector<double> sums(classes_.size());
    double profile = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (!pieces.is_in(i, Time{0}, run_end_))
            continue;
        profile += demand_.profile.integral(pieces.from[i], pieces.from[i + 1]) / demand_.profile.mean();
        for (std::size_t k = 0; k < classes_.size(); ++k)
            sums[k] += pieces.plain(i, k) * pieces.price[i][k];
    }
    for (double& sum : sums)
        sum = profile > 0 ? sum / profile : 0;
    return sums;
}

/// What is normal where nobody chooses anything; null if nothing is ever chosen.
std::shared_ptr<const ProductMix> DemandShape::mix_of(const std::vector<double>& factors) const {
    std::vector<double> weights;
    double sum = 0;
    for (const Index p : demand_.products) {
        weights.push_back(spec_.products[p].popularity * factors[class_of_.at(p)]);
        sum += weights.back();
    }
    if (sum > 0)
        return std::make_shared<const ProductMix>(demand_.products, weights);
    const std::vector<double> normal(classes_.size(), 1);
    return factors == normal ? nullptr : mix_of(normal);
}

DemandShape::Curves DemandShape::curves_of(const Pieces& pieces,
                                           Index market,
                                           std::map<std::vector<double>, std::uint32_t>& known) {
    std::vector<std::vector<RateCurve::Step>> single(is_single_ ? classes_.size() : 0);
    std::vector<RateCurve::Step> together;
    double all = 0;
    for (const auto& kind : classes_)
        all += kind.weight;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        std::vector<double> factors(classes_.size());
        double sum = 0;
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            factors[k] = pieces.category[i][k] * pieces.price[i][k];
            sum += classes_[k].weight * factors[k];
        }
        for (std::size_t k = 0; k < single.size(); ++k)
            single[k].push_back({pieces.from[i], pieces.common[i] * factors[k], 0, pieces.like[i]});
        if (!has_together_)
            continue;
        const auto [mix, is_new] = known.try_emplace(factors, static_cast<std::uint32_t>(mixes_.size()));
        if (is_new)
            mixes_.push_back(mix_of(factors));
        together.push_back({pieces.from[i], all > 0 ? pieces.common[i] * sum / all : 0, mix->second, pieces.like[i]});
    }
    Curves curves;
    if (has_together_)
        curves.together = curve_of(std::move(together), market, pieces.from.back(), mixes_);
    for (auto& steps : single)
        curves.single.push_back(curve_of(std::move(steps), market, pieces.from.back(), {}));
    return curves;
}

std::shared_ptr<const RateCurve> DemandShape::curve_of(std::vector<RateCurve::Step> steps,
                                                       Index market,
                                                       Time end,
                                                       RateCurve::Mixes mixes) const {
    if (demand_.shape.noise.cv > 0) {
        const MarketNoise noise(spec_, entry_, market);
        steps = with_factor(
            steps, end, noise.every(), noise.offset(), [&](Time t) { return noise.factor(noise.period_of(t)); });
    }
    return std::make_shared<const RateCurve>(steps, demand_.profile, end, std::move(mixes));
}

}  // namespace spate::models
