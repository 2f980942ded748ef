#include "tests/soak/random_spec.hpp"

#include <map>
#include <numeric>

#include <fmt/format.h>

#include "tests/soak/dice.hpp"

namespace spate::test {

namespace {

using namespace models;

constexpr Duration zero{};

std::vector<Index> all_below(std::size_t count) {
    std::vector<Index> all(count);
    std::iota(all.begin(), all.end(), Index{0});
    return all;
}

bool contains(const std::vector<Index>& ascending, Index value) {
    return std::binary_search(ascending.begin(), ascending.end(), value);
}

/// Makes one model; the order of the calls in make() is the order of the draws.
class SpecMaker {
  public:
    explicit SpecMaker(std::uint64_t seed)
        : dice_(seed) {
        spec_.seed = seed;
    }

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
            product.weight_g = dice_.whole(0, 5000);
            product.volume_ml = dice_.whole(0, 20000);
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
            spec_.channels.push_back(std::move(channel));
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

    /// A short time above zero; now and then the shortest there is.
    Duration make_lag() {
        return !is_gridded_ && dice_.chance(0.1) ? sim::microsecond : dice_.span(sim::second, sim::hour * 2);
    }

    Duration part_of_run(std::int64_t parts) const { return std::max(Duration{run_.us / parts}, sim::minute); }

    /// Work speed or demand over the week; constant, office hours, or anything.
    WeeklyProfile make_profile() {
        if (dice_.chance(0.5)) {
            return {};
        }
        std::vector<WeeklyProfile::Segment> segments;
        if (dice_.chance(0.5)) {
            for (std::int64_t day = 0; day < 7; ++day) {
                segments.push_back({sim::day * day, 0});
                segments.push_back({sim::day * day + sim::hour * 8, 1});
                segments.push_back({sim::day * day + sim::hour * 20, 0});
            }
        } else {
            for (std::int64_t hour = 0; hour < 7 * 24; hour += dice_.whole(1, 60)) {
                segments.push_back({sim::hour * hour, dice_.one_of({0.0, 0.5, 1.0, 1.0, 3.0})});
            }
            segments.back().value = 1;
        }
        return {std::move(segments), spec_.week_time_at_start};
    }

    void make_sites() {
        const std::uint32_t count = dice_.whole(2, dice_.chance(0.6) ? 8 : 40);
        tiers_ = dice_.whole(1, std::min(3U, count));
        for (std::uint32_t s = 0; s < count; ++s) {
            tier_.push_back(s < tiers_ ? s : dice_.whole(0, tiers_ - 1));
        }
        for (std::uint32_t s = 0; s + 1 < count; ++s) {
            std::swap(tier_[s], tier_[dice_.whole(s, count - 1)]);
        }
        for (std::uint32_t s = 0; s < count; ++s) {
            SiteSpec site;
            site.id = site.name = fmt::format("site-{}", s);
            site.lon = dice_.real(75, 130);
            site.lat = dice_.real(20, 50);
            site.wave = dice_.span(part_of_run(500), sim::hour * 6);
            make_stages(site);
            make_costs(site);
            is_top(s) ? make_source(site) : make_warehouse(site);
            spec_.sites.push_back(std::move(site));
        }
    }

    bool is_top(std::uint32_t site) const { return tier_[site] + 1 == tiers_; }

    void make_costs(SiteSpec& site) {
        site.holding_per_unit_second = dice_.chance(0.3) ? dice_.real(0, 5) : 0;
        site.holding_share_per_second = dice_.chance(0.5) ? dice_.real(0, 1e-8) : 0;
        site.backorder_per_unit_second = dice_.chance(0.3) ? dice_.real(0, 50) : 0;
        site.handling_per_order = dice_.whole(0, 3) * currency_unit / 2;
        site.handling_per_unit = dice_.whole(0, 3) * currency_unit / 3;
        site.order_cost = dice_.whole(0, 50) * currency_unit;
        site.fixed_per_day = dice_.whole(0, 1000) * currency_unit;
    }

    /// A site that is replenished by nobody: it buys, makes, or lives on its opening stock.
    void make_source(SiteSpec& site) {
        site.assortment =
            dice_.chance(0.6) ? all_below(spec_.products.size()) : dice_.some_of(all_below(spec_.products.size()), 0.6);
        if (dice_.chance(0.5)) {
            site.kind = SiteKind::supplier;
            site.unlimited_stock = true;
            return;
        }
        make_opening_stock(site);
        if (dice_.chance(0.8)) {
            site.kind = SiteKind::factory;
            make_production(site);
        }
    }

    void make_warehouse(SiteSpec& site) {
        site.kind = dice_.one_of({SiteKind::cdc, SiteKind::rdc, SiteKind::front, SiteKind::store});
        site.unlimited_stock = dice_.chance(0.03);
        if (!site.unlimited_stock && dice_.chance(0.1)) {
            make_production(site);
        }
    }

    void make_production(SiteSpec& site) {
        ProductionSpec production;
        production.lines = dice_.whole(1, 4);
        production.units_per_second = dice_.magnitude(0.3, 30) * orders_ / run_.seconds();
        const double whole_run = production.units_per_second * run_.seconds();
        production.batch = static_cast<Units>(dice_.magnitude(std::max(whole_run / 300, 1.0), 500));
        production.set_up = dice_.chance(0.3) ? zero : dice_.span(sim::minute, sim::hour * 4);
        production.calendar = make_profile();
        site.production = std::move(production);
    }

    /// Requires: the assortment is known.
    void make_opening_stock(SiteSpec& site) {
        if (site.unlimited_stock) {
            return;
        }
        if (dice_.chance(0.5)) {
            site.initial_cover = dice_.chance(0.1) ? zero : dice_.span(sim::hour, run_);
            return;
        }
        const auto most = static_cast<std::uint32_t>(orders_ / static_cast<double>(site.assortment.size())) + 1;
        for (std::size_t i = 0; i < site.assortment.size(); ++i) {
            site.initial_units.push_back(dice_.chance(0.2) ? 0 : dice_.whole(0, most));
        }
    }

    void make_stages(SiteSpec& site) {
        const std::uint32_t count = dice_.chance(0.3) ? 0 : dice_.whole(1, 4);
        for (std::uint32_t i = 0; i < count; ++i) {
            site.outbound.push_back(make_stage(fmt::format("stage-{}", i)));
        }
        if (dice_.chance(0.5)) {
            site.receive = make_stage("receive");
            site.receive->per = StageSpec::Per::unit;
        }
    }

    StageSpec make_stage(std::string name) {
        StageSpec stage;
        stage.name = std::move(name);
        stage.per = dice_.one_of({StageSpec::Per::order, StageSpec::Per::unit});
        stage.servers = dice_.one_of({0U, 1U, 1U, 2U, 3U, 10U});
        stage.calendar = make_profile();
        // From idle to overloaded, by the mean gap between orders of the whole model.
        const double gap = run_.seconds() / orders_;
        const double mean =
            is_gridded_ ? std::max(60.0, std::floor(gap / 60) * 60) : dice_.magnitude(gap * 0.02, gap * 4);
        stage.work = make_work(mean);
        return stage;
    }

    Distribution make_work(double mean) {
        switch (dice_.whole(0, is_gridded_ ? 1 : 5)) {
            case 0: return Distribution::constant(mean);
            case 1: return Distribution::constant(0);
            case 2: return Distribution::exponential(mean);
            case 3: return Distribution::gamma(mean, dice_.real(0.1, 2));
            case 4: return Distribution::normal(mean, mean);  // below zero now and then
            default: return Distribution::empirical({0, mean, 3 * mean}, {1, 2, 1});
        }
    }

    void make_supply_lanes() {
        for (std::uint32_t tier = tiers_ - 1; tier-- > 0;) {
            for (Index s = 0; s < spec_.sites.size(); ++s) {
                if (tier_[s] == tier) {
                    supply(s);
                }
            }
        }
    }

    /// Lanes and rules of one warehouse; its sources are complete already.
    void supply(Index s) {
        std::vector<Index> above;
        for (Index other = 0; other < spec_.sites.size(); ++other) {
            if (tier_[other] == tier_[s] + 1) {
                above.push_back(other);
            }
        }
        std::vector<Index> sources{dice_.one_of(above)}, offered;
        if (const Index second = dice_.one_of(above); dice_.chance(0.4) && second != sources.front()) {
            sources.push_back(second);
        }
        std::map<Index, Index> lane_from;
        for (const Index source : sources) {
            lane_from[source] = static_cast<Index>(spec_.lanes.size());
            spec_.lanes.push_back(make_supply_lane(source, s));
            const auto& kept = spec_.sites[source].assortment;
            offered.insert(offered.end(), kept.begin(), kept.end());
        }
        std::sort(offered.begin(), offered.end());
        offered.erase(std::unique(offered.begin(), offered.end()), offered.end());
        SiteSpec& site = spec_.sites[s];
        site.assortment = dice_.chance(0.6) ? offered : dice_.some_of(offered, 0.5);
        make_opening_stock(site);
        share_products(s, sources, lane_from);
    }

    /// Every product gets one of the sources that keep it, or now and then none at all.
    void share_products(Index s, const std::vector<Index>& sources, const std::map<Index, Index>& lane_from) {
        std::map<Index, std::vector<Index>> parts;
        for (const Index p : spec_.sites[s].assortment) {
            std::vector<Index> keepers;
            for (const Index source : sources) {
                if (contains(spec_.sites[source].assortment, p)) {
                    keepers.push_back(source);
                }
            }
            if (!dice_.chance(0.03)) {
                parts[dice_.one_of(keepers)].push_back(p);
            }
        }
        for (auto& [source, products] : parts) {
            const std::size_t half = dice_.chance(0.2) ? products.size() / 2 : 0;  // two rules on one lane
            std::vector<Index> first(products.begin(), products.begin() + static_cast<std::ptrdiff_t>(half));
            products.erase(products.begin(), products.begin() + static_cast<std::ptrdiff_t>(half));
            for (auto* part : {&first, &products}) {
                if (!part->empty()) {
                    spec_.replenish.push_back(make_rule(s, lane_from.at(source), std::move(*part)));
                }
            }
        }
    }

    LaneSpec make_supply_lane(Index from, Index to) {
        LaneSpec lane = make_lane(from, "truck");
        lane.to = to;
        if (dice_.chance(0.5)) {
            lane.departures.period = dice_.one_of({sim::week, sim::day, sim::hour * 6, sim::hour});
            Duration offset{dice_.moment(lane.departures.period).us};
            while (offset < lane.departures.period) {
                lane.departures.offsets.push_back(offset);
                offset = offset + dice_.span(sim::hour, lane.departures.period);
            }
        }
        if (dice_.chance(0.5)) {
            lane.vehicle_g = dice_.whole(0, 1) * 1'000'000;
            lane.vehicle_ml = dice_.whole(0, 1) * 4'000'000;
        }
        lane.cost_per_vehicle = dice_.whole(0, 900) * currency_unit;
        lane.co2_g_per_vehicle = dice_.real(0, 1e5);
        return lane;
    }

    LaneSpec make_lane(Index from, std::string mode) {
        LaneSpec lane;
        lane.from = from;
        lane.mode = std::move(mode);
        lane.distance_km = dice_.chance(0.1) ? 100 : dice_.real(1, 3000);
        lane.transit = make_transit();
        lane.min_transit = is_gridded_ ? sim::minute : dice_.span(sim::microsecond, sim::hour);
        lane.cost_per_order = dice_.whole(0, 5) * currency_unit;
        lane.cost_per_unit = dice_.whole(0, 5) * currency_unit / 7;
        lane.cost_per_g = dice_.real(0, 2000);
        lane.co2_g_per_g = dice_.real(0, 0.1);
        lane.co2_g_per_order = dice_.real(0, 100);
        return lane;
    }

    Distribution make_transit() {
        const double mean = dice_.span(sim::minute, sim::day * 3).seconds();
        switch (dice_.whole(0, 7)) {
            case 0: return Distribution::gamma(mean, dice_.real(0.1, 1));
            case 1: return Distribution::lognormal(mean, 0.5);
            case 2: return Distribution::uniform(0, 2 * mean);
            case 3: return Distribution::triangular(0, mean, 2 * mean);
            case 4: return Distribution::constant(0);
            case 5: return Distribution::normal(mean, mean);  // below zero now and then
            default: return Distribution::constant(mean);
        }
    }

    ReplenishSpec make_rule(Index site, Index lane, std::vector<Index> products) {
        ReplenishSpec rule;
        rule.site = site;
        rule.lane = lane;
        rule.products = std::move(products);
        rule.order_lag = dice_.chance(0.15) ? zero : make_lag();
        rule.forecast = make_forecast();
        rule.review.continuous = dice_.chance(0.3);
        rule.review.every = dice_.chance(0.3) ? sim::day : dice_.span(part_of_run(60), sim::day * 3);
        rule.review.offset = Duration{dice_.moment(sim::day).us};
        switch (dice_.whole(0, 3)) {
            case 0: make_base_stock(rule); break;
            case 1: make_plan(rule); break;
            default: make_min_max(rule); break;
        }
        return rule;
    }

    ForecastSpec make_forecast() {
        using Kind = ForecastSpec::Kind;
        ForecastSpec forecast;
        forecast.kind = dice_.one_of({Kind::expected, Kind::moving_average, Kind::linear});
        forecast.period = dice_.span(part_of_run(60), sim::day * 2);
        forecast.window = dice_.whole(1, 9);
        forecast.intercept = dice_.real(-2, 5);
        forecast.slope = dice_.real(0, 1.2);
        forecast.trend_slope = dice_.real(0, 1);
        forecast.trend = dice_.real(-2, 2);
        return forecast;
    }

    LevelSpec make_level(bool by_units, Units least) {
        if (by_units) {
            return {least + dice_.whole(0, 60), {}};
        }
        return {{}, dice_.span(sim::hour, run_)};
    }

    void make_base_stock(ReplenishSpec& rule) {
        rule.kind = ReplenishSpec::Kind::base_stock;
        const bool by_units = dice_.chance(0.4);
        rule.max = make_level(by_units, 0);
        if (!by_units && dice_.chance(0.7)) {
            rule.service = dice_.real(0.3, 0.999);
        }
    }

    void make_min_max(ReplenishSpec& rule) {
        rule.kind = ReplenishSpec::Kind::min_max;
        const bool by_units = dice_.chance(0.5);
        rule.min = make_level(by_units, 0);
        rule.max = make_level(by_units, rule.min.units.value_or(0));
        if (!by_units && *rule.max.cover < *rule.min.cover) {
            std::swap(rule.min, rule.max);
        }
    }

    void make_plan(ReplenishSpec& rule) {
        rule.kind = ReplenishSpec::Kind::plan;
        const std::uint32_t count = dice_.whole(0, 30);
        for (std::uint32_t i = 0; i < count; ++i) {
            rule.plan.push_back({dice_.moment(run_), dice_.one_of(rule.products), dice_.whole(0, 80)});
        }
        std::stable_sort(rule.plan.begin(), rule.plan.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    }

    void make_market_lanes() {
        const auto sites = all_below(spec_.sites.size());
        for (Index m = 0; m < spec_.markets.size(); ++m) {
            std::vector<Index> from = dice_.some_of(sites, 2.0 / static_cast<double>(sites.size()));
            if (dice_.chance(0.05)) {
                from.push_back(from.front());  // a courier and a rider from one site
            }
            for (const Index site : from) {
                LaneSpec lane = make_lane(site, "courier");
                lane.to_market = true;
                lane.to = m;
                spec_.lanes.push_back(std::move(lane));
            }
        }
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
        spec_.trace.orders_share = dice_.chance(0.6) ? 1 : dice_.chance(0.3) ? 0 : dice_.real(0, 1);
        spec_.trace.shipments = dice_.chance(0.7);
        spec_.trace.decisions = dice_.chance(0.4);
    }

    Dice dice_;
    ModelSpec spec_;
    bool is_gridded_ = false;
    Duration run_;       ///< warm-up and horizon
    double orders_ = 0;  ///< about so many orders of base demand in all
    std::uint32_t tiers_ = 1;
    std::vector<std::uint32_t> tier_;  ///< by site; 0 is nearest to the customers
};

}  // namespace

ModelSpec random_spec(std::uint64_t seed) {
    return SpecMaker(seed).make();
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
