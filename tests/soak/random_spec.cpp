#include "tests/soak/random_spec.hpp"

#include <fmt/format.h>

#include "tests/soak/random_channel_stock.hpp"
#include "tests/soak/random_demand.hpp"
#include "tests/soak/random_purchase_prices.hpp"
#include "tests/soak/random_returns.hpp"
#include "tests/soak/random_sessions.hpp"
#include "tests/soak/random_shelf_life.hpp"
#include "tests/soak/random_splits.hpp"
#include "tests/soak/random_supply.hpp"
#include "tests/soak/random_terms.hpp"
#include "tests/soak/random_views.hpp"

namespace spate::test {

namespace {

using namespace models;

/// Makes one model; the order of the calls in make() is the order of the draws.
class SpecMaker : private SupplyMaker {
  public:
    explicit SpecMaker(std::uint64_t seed)
        : SupplyMaker(seed) {}

    ModelSpec make() {
        make_time();
        make_catalogue();
        make_markets();
        make_channels();
        make_sites();
        make_supply_lanes();
        make_market_lanes();
        make_demand();
        make_sessions();
        make_trace();
        make_returns(spec_, orders_);
        add_shapes(spec_, spec_.seed);
        make_views(spec_);
        make_channel_stock(spec_);
        enrich_sessions(spec_);
        return std::move(spec_);
    }

  private:
    void make_time() {
        spec_.name = fmt::format("random-{}", spec_.seed);
        spec_.start = "2025-11-03T00:00:00+08:00";
        spec_.scenario_text = spec_.name;
        spec_.replication = dice_.whole(0, 3);
        is_gridded_ = dice_.chance(0.5);
        if (is_gridded_) {
            dice_.set_step(dice_.one_of({sim::minute, sim::minute * 10, sim::hour}));
        }
        spec_.horizon = dice_.span(sim::hour * 3, sim::day * 12);
        spec_.warm_up = dice_.chance(0.5) ? zero : dice_.span(sim::hour, spec_.horizon);
        run_ = spec_.warm_up + spec_.horizon;
        spec_.week_time_at_start = dice_.chance(0.4) ? zero : Duration{dice_.moment(sim::week).us};
        orders_ = dice_.magnitude(50, 6000);
        spec_.max_sources = dice_.whole(1, 5);
    }

    void make_catalogue() {
        const std::uint32_t count = dice_.whole(1, dice_.chance(0.5) ? 5 : 50);
        for (std::uint32_t p = 0; p < count; ++p) {
            ProductSpec product;
            product.id = product.name = fmt::format("product-{}", p);
            product.category = p % 2 == 0 ? "even" : "odd";
            product.price = to_money(dice_.magnitude(1, 1000) * currency_unit);
            product.cost = dice_.chance(0.1) ? 0 : product.price / dice_.whole(1, 5);
            product.weight_mg = dice_.whole(0, 5'000'000);
            product.volume_ul = dice_.whole(0, 20'000'000);
            product.popularity = p > 0 && dice_.chance(0.1) ? 0 : dice_.magnitude(0.05, 20);
            spec_.products.push_back(std::move(product));
        }
    }

    void make_markets() {
        const std::uint32_t count = dice_.whole(1, dice_.chance(0.5) ? 4 : 20);
        for (std::uint32_t m = 0; m < count; ++m) {
            MarketSpec market;
            market.id = market.name = fmt::format("market-{}", m);
            market.lon = dice_.real(75, 130);
            market.lat = dice_.real(20, 50);
            market.population = dice_.whole(0, 20'000'000);
            market.weight = m > 0 && dice_.chance(0.05) ? 0 : dice_.magnitude(0.1, 20);
            spec_.markets.push_back(std::move(market));
        }
    }

    void make_channels() {
        const std::uint32_t count = dice_.whole(1, 3);
        for (std::uint32_t c = 0; c < count; ++c) {
            ChannelSpec channel;
            channel.id = channel.name = fmt::format("channel-{}", c);
            channel.share = c > 0 && dice_.chance(0.2) ? 0 : dice_.magnitude(0.1, 10);
            channel.view = dice_.chance(0.35) ? StockView::live : StockView::cached;
            make_lags(channel);
            channel.unmet = dice_.chance(0.5) ? Unmet::lose : Unmet::backorder;
            if (channel.unmet == Unmet::backorder && dice_.chance(0.6)) {
                channel.patience = dice_.chance(0.1) ? zero : dice_.span(sim::minute, run_);
            }
            if (dice_.chance(0.6)) {
                channel.promise = dice_.span(sim::hour, sim::day * 4);
            }
            channel.lost_sale_penalty = dice_.chance(0.5) ? dice_.whole(0, 9) * currency_unit : 0;
            if (dice_.chance(0.3)) {
                channel.return_share = dice_.magnitude(0.01, 1);
                channel.return_after = Distribution::gamma(dice_.magnitude(600, 400'000), 0.7);
            }
            make_terms(channel);
            spec_.channels.push_back(std::move(channel));
        }
    }

    /// Some channels take a deposit or gather orders in groups; some deliver to pick-up points.
    void make_terms(ChannelSpec& channel) {
        if (dice_.chance(0.2)) {
            PresaleSpec presale;
            presale.deposit = dice_.real(0, 1);
            if (dice_.chance(0.5)) {
                presale.opens = Time{dice_.span(sim::minute, run_).us};
                presale.closes = *presale.opens + dice_.span(sim::minute, run_);
            }
            presale.opens_after = dice_.chance(0.2) ? zero : dice_.span(sim::minute, run_);
            presale.within = dice_.span(sim::minute, run_);
            presale.paid = dice_.real(0, 1);
            presale.cancelled = dice_.real(0, 1 - presale.paid);
            if (dice_.chance(0.5))
                presale.pays_after = Distribution::exponential(dice_.magnitude(600, 100'000));
            presale.keeps_deposit = dice_.chance(0.5);
            presale.locks_stock = dice_.chance(0.6);
            presale.express = presale.locks_stock && dice_.chance(0.4);
            if (presale.locks_stock && channel.unmet == Unmet::backorder && dice_.chance(0.5))
                presale.capacity = dice_.real(0.01, 1);
            channel.presale = std::move(presale);
        } else if (dice_.chance(0.15)) {
            GroupSpec group;
            group.after = std::max(dice_.span(sim::minute, sim::day * 2), channel.release_every);
            if (dice_.chance(0.5))
                group.cut_off = {sim::day, {dice_.span(sim::minute, sim::hour * 23)}};
            group.at_least = dice_.whole(1, 9);
            group.counts_units = dice_.chance(0.5);
            channel.group = std::move(group);
        }
        if (channel.return_share == 0 && dice_.chance(0.15)) {
            channel.pickup = PickupSpec{Distribution::exponential(dice_.magnitude(600, 400'000)), {}};
            if (dice_.chance(0.7))
                channel.pickup->expires = dice_.span(sim::minute, sim::day * 4);
        }
    }

    /// A live view asks at no delay; a cached one needs some time in both directions.
    void make_lags(ChannelSpec& channel) {
        if (channel.view == StockView::live) {
            channel.release_every = channel.release_lag = zero;
            return;
        }
        channel.view_every = dice_.span(part_of_run(150), sim::hour * 12);
        channel.view_lag = make_lag();
        channel.release_every = dice_.chance(0.25) ? zero : dice_.span(sim::minute, sim::hour * 6);
        channel.release_lag = make_lag();
    }

    /// Some indices with a positive sum of weights.
    template <class Items, class Weight>
    std::vector<Index> select(const Items& items, Weight weight) {
        auto chosen = dice_.chance(0.6) ? all_below(items.size()) : dice_.some_of(all_below(items.size()), 0.5);
        const auto has_weight = [&](Index i) { return items[i].*weight > 0; };
        if (std::none_of(chosen.begin(), chosen.end(), has_weight)) {
            chosen = all_below(items.size());  // the first item always has some
        }
        return chosen;
    }

    void make_demand() {
        const std::uint32_t count = dice_.whole(1, 3);
        // Recorded orders that stop half-way let the queues run empty.
        const bool is_recorded = dice_.chance(0.25);
        for (std::uint32_t i = 0; i < count; ++i) {
            DemandSpec demand;
            demand.channels = select(spec_.channels, &ChannelSpec::share);
            demand.markets = select(spec_.markets, &MarketSpec::weight);
            demand.products = select(spec_.products, &ProductSpec::popularity);
            demand.quantity = make_quantity();
            demand.profile = make_profile();
            const double orders = orders_ / count;
            const auto kind = dice_.whole(0, 3);
            if (is_recorded || kind == 0) {
                make_recorded(demand, orders);
            } else if (kind == 1) {
                make_periodic(demand, orders);
            } else {
                make_renewal(demand, orders);
            }
            spec_.demand.push_back(std::move(demand));
        }
    }

    Distribution make_quantity() {
        switch (dice_.whole(0, 6)) {
            case 0: return Distribution::constant(dice_.whole(1, 4));
            case 1: return Distribution::empirical({0, 1, 2, 7}, {1, 6, 2, 1});
            case 2: return Distribution::poisson(dice_.magnitude(0.5, 5));
            case 3: return Distribution::normal(2, 2);
            case 4: return Distribution::negative_binomial(2, 6);
            default: return Distribution::constant(1);
        }
    }

    static double streams_of(const DemandSpec& demand) {
        return static_cast<double>(demand.channels.size() * demand.markets.size() * demand.products.size());
    }

    void make_renewal(DemandSpec& demand, double orders) {
        demand.kind = DemandSpec::Kind::renewal;
        demand.each = dice_.chance(0.3);
        demand.orders_per_second = orders / run_.seconds() / (demand.each ? streams_of(demand) : 1);
        switch (dice_.whole(0, 3)) {
            case 0: demand.gap = Distribution::constant(1); break;
            case 1: demand.gap = Distribution::gamma(1, dice_.real(0.2, 3)); break;
            default: break;
        }
    }

    void make_periodic(DemandSpec& demand, double orders) {
        demand.kind = DemandSpec::Kind::periodic;
        const Duration least = sim::from_seconds(run_.seconds() * streams_of(demand) / orders);
        demand.every = dice_.span(std::max(least, sim::minute), std::max(least * 3, sim::hour));
        demand.offset = dice_.chance(0.4) ? zero : Duration{dice_.moment(demand.every).us};
    }

    void make_recorded(DemandSpec& demand, double orders) {
        demand.kind = DemandSpec::Kind::recorded;
        const double share = dice_.one_of({0.3, 0.5, 1.1});
        const Duration until = sim::from_seconds(run_.seconds() * share);
        for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(orders) + 1; ++i) {
            const bool repeats = !demand.recorded.empty() && dice_.chance(0.1);
            const Time at = repeats ? demand.recorded.back().at : dice_.moment(until);
            demand.recorded.push_back(
                {at, dice_.one_of(demand.markets), dice_.one_of(demand.products), dice_.whole(0, 4)});
        }
        std::stable_sort(
            demand.recorded.begin(), demand.recorded.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    }

    void make_sessions() {
        const std::uint32_t count = dice_.chance(0.4) ? 0 : dice_.whole(1, 3);
        for (std::uint32_t i = 0; i < count; ++i) {
            SessionSpec session;
            session.id = session.name = fmt::format("session-{}", i);
            session.host = "host";
            session.channel = dice_.whole(0, static_cast<Index>(spec_.channels.size()) - 1);
            session.products = select(spec_.products, &ProductSpec::popularity);
            session.markets = select(spec_.markets, &MarketSpec::weight);
            session.start = dice_.moment(run_);
            session.lasts = dice_.span(sim::minute * 10, Duration{run_.us / 4});
            session.rise = dice_.chance(0.4) ? zero : std::min(dice_.span(sim::minute, session.lasts), session.lasts);
            session.decay = dice_.chance(0.3) ? zero : dice_.span(sim::minute, sim::hour * 2);
            session.quantity = make_quantity();
            if (dice_.chance(0.3)) {
                const Duration pulse = session.lasts + session.decay * 8;  // broadcasts do not overlap
                session.repeat_every = pulse + dice_.span(sim::hour, run_);
                session.repeat_times = dice_.whole(1, 4);
            }
            if (dice_.chance(0.5)) {
                session.orders = dice_.magnitude(1, orders_) / session.repeat_times;
            } else {
                session.lift = 1 + dice_.magnitude(0.1, 10) / session.repeat_times;
            }
            spec_.sessions.push_back(std::move(session));
        }
    }

    void make_trace() {
        spec_.trace.series_every = dice_.span(part_of_run(100), std::max(run_, sim::hour));
        if (dice_.chance(0.7)) {
            const std::int64_t steps = 1 + static_cast<std::int64_t>(dice_.real(0, 120));
            spec_.trace.peaks_every = Duration{spec_.trace.series_every.us / steps + 1};
            spec_.trace.series_every = *spec_.trace.peaks_every * steps;
        }
        spec_.trace.orders_share = dice_.chance(0.6) ? 1 : dice_.chance(0.3) ? 0 : dice_.real(0, 1);
        spec_.trace.shipments = dice_.chance(0.7);
        spec_.trace.decisions = dice_.chance(0.4);
    }
};

}  // namespace

ModelSpec random_spec(std::uint64_t seed) {
    ModelSpec spec = SpecMaker(seed).make();
    if (seed % 2 == 0)
        add_order_changes(spec, seed);
    add_supply_splits(spec, seed);
    add_shelf_lives(spec, seed);
    add_purchase_prices(spec, seed);
    return spec;
}

std::string outline(const ModelSpec& spec) {
    return fmt::format(
        "{} sites, {} markets, {} channels, {} products, {} demands, {} sessions, {} rules, {:.1f} + {:.1f} h",
        spec.sites.size(),
        spec.markets.size(),
        spec.channels.size(),
        spec.products.size(),
        spec.demand.size(),
        spec.sessions.size(),
        spec.replenish.size(),
        spec.warm_up.hours(),
        spec.horizon.hours());
}

}  // namespace spate::test
