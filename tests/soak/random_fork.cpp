#include "tests/soak/random_fork.hpp"

#include "models/demand/session_book.hpp"

#include "tests/soak/dice.hpp"
#include "tests/soak/random_purchase_prices.hpp"
#include "tests/soak/random_shelf_life.hpp"
#include "tests/soak/random_views.hpp"

namespace spate::test {

namespace {

using namespace models;

class ForkMaker {
  public:
    ForkMaker(const ModelSpec& spec, std::uint64_t seed)
        : spec_(spec)
        , dice_(seed) {}

    ModelSpec make() {
        for (auto& channel : spec_.channels)
            change_channel(channel);
        for (auto& rule : spec_.replenish)
            change_rule(rule);
        for (auto& site : spec_.sites)
            change_site(site);
        for (auto& lane : spec_.lanes)
            change_lane(lane);
        change_demand();
        spec_.seed += dice_.chance(0.6) ? 1000 + dice_.whole(0, 100) : 0;
        spec_.replication += dice_.chance(0.2) ? 1 : 0;
        if (dice_.chance(0.3))
            spec_.max_sources = dice_.whole(1, 5);
        if (dice_.chance(0.5))
            change_view_faults(spec_, dice_);
        change_shelf_lives(spec_, dice_);
        change_purchase_prices(spec_, dice_);
        if (spec_.grades)
            change_grades(*spec_.grades);
        for (auto& rule : spec_.price_rules) {
            const std::uint32_t times = dice_.whole(1, 3);
            for (auto& step : rule.steps) {
                for (auto* from : {&step.cover, &step.age, &step.left})
                    *from = *from ? std::optional(**from * times) : std::nullopt;
            }
            if (rule.follow)
                rule.follow->ratio *= dice_.real(0.8, 1.2);
        }
        for (auto& inspection : spec_.inspections)
            inspection.benches = dice_.chance(0.3) ? dice_.whole(0, 3) : inspection.benches;
        return std::move(spec_);
    }

  private:
    void change_channel(ChannelSpec& channel) {
        if (channel.view == StockView::cached && dice_.chance(0.3))
            change_lags(channel);
        if (dice_.chance(0.3))
            channel.unmet = dice_.one_of({Unmet::lose, Unmet::backorder});
        if (channel.unmet == Unmet::lose) {
            channel.patience.reset();
        } else if (dice_.chance(0.3)) {
            channel.patience = dice_.span(sim::minute, sim::day);
        }
        if (dice_.chance(0.3))
            channel.promise = dice_.span(sim::hour, sim::day * 4);
        if (dice_.chance(0.3)) {
            channel.return_share = dice_.real(0, 1);
            channel.return_after = Distribution::gamma(dice_.magnitude(600, 400'000), 0.7);
        }
        channel.lost_sale_penalty += dice_.whole(0, 2) * currency_unit;
    }

    void change_lags(ChannelSpec& channel) {
        channel.view_every = dice_.span(sim::minute * 5, sim::hour * 12);
        channel.view_lag = dice_.span(sim::second, sim::hour);
        channel.release_every = dice_.chance(0.25) ? Duration{} : dice_.span(sim::minute, sim::hour * 6);
        channel.release_lag = dice_.span(sim::second, sim::hour);
    }

    void change_rule(ReplenishSpec& rule) {
        if (rule.split && dice_.chance(0.4))
            std::swap(rule.split->sources.front().share, rule.split->sources.back().share);
        if (rule.split && rule.split->score && dice_.chance(0.3))
            rule.split->score->every = dice_.span(sim::hour, sim::day * 4);
        if (rule.kind == ReplenishSpec::Kind::plan)
            return;
        if (dice_.chance(0.4)) {
            rule.kind = dice_.one_of({ReplenishSpec::Kind::base_stock, ReplenishSpec::Kind::min_max});
            rule.service.reset();
            rule.min = {dice_.whole(0, 30), {}};
            rule.max = {dice_.whole(30, 300), {}};
        }
        if (dice_.chance(0.3))
            rule.review.continuous = !rule.review.continuous;
        if (dice_.chance(0.3))
            rule.review.every = dice_.span(sim::hour, sim::day * 2);
        if (dice_.chance(0.3))
            rule.forecast.kind = dice_.one_of(
                {ForecastSpec::Kind::expected, ForecastSpec::Kind::moving_average, ForecastSpec::Kind::linear});
        if (dice_.chance(0.3))
            rule.forecast.window = dice_.whole(1, 9);
        if (dice_.chance(0.2))
            rule.forecast.period = dice_.span(sim::hour, sim::day * 2);
    }

    void change_site(SiteSpec& site) {
        for (auto& stage : site.outbound)
            change_stage(stage);
        if (site.receive)
            change_stage(*site.receive);
        if (site.production && dice_.chance(0.5)) {
            site.production->lines = dice_.whole(1, 5);
            site.production->units_per_second *= dice_.magnitude(0.3, 3);
            site.production->batch = dice_.whole(1, 200);
        }
        if (dice_.chance(0.3))
            site.wave = dice_.span(sim::minute, sim::hour * 6);
        if (dice_.chance(0.2))
            site.fill = dice_.one_of({SiteSpec::Fill::partial, SiteSpec::Fill::whole});
        site.handling_per_order += dice_.whole(0, 2) * currency_unit;
        site.holding_per_unit_second += dice_.chance(0.3) ? 1.5 : 0;
    }

    void change_grades(GradesSpec& grades) {
        for (auto& level : grades.levels) {
            level.seen = dice_.chance(0.5) ? dice_.real(0, 1) : level.seen;
            level.sample = dice_.chance(0.3) ? dice_.magnitude(0.1, 5) : level.sample;
            level.priority = static_cast<std::uint8_t>(dice_.whole(1, 9));
        }
        grades.first = dice_.whole(0, static_cast<std::uint32_t>(grades.levels.size()) - 1);
        grades.over = dice_.whole(1, 6);
        grades.every = dice_.span(sim::hour, sim::day);
        grades.black_after = dice_.whole(0, 3);
        grades.black_for = dice_.span(sim::hour, sim::day * 3);
        grades.black_seen = dice_.real(0, 1);
    }

    void change_stage(StageSpec& stage) {
        if (dice_.chance(0.4))
            stage.servers = dice_.one_of({0U, 1U, 2U, 5U});
        if (dice_.chance(0.3))
            stage.work = Distribution::exponential(dice_.magnitude(1, 300));
        if (dice_.chance(0.2))
            stage.calendar = {};
    }

    void change_lane(LaneSpec& lane) {
        if (dice_.chance(0.3)) {
            lane.min_transit = dice_.span(sim::minute, sim::hour);
            lane.transit = dice_.chance(0.5) ? Distribution::constant(dice_.span(sim::minute, sim::day).seconds())
                                             : Distribution::gamma(dice_.magnitude(60, 200'000), 0.5);
        }
        if (dice_.chance(0.2))
            lane.departures = {};
        lane.cost_per_order += dice_.whole(0, 2) * currency_unit;
    }

    /// Rich sessions are counted for the whole run, and sell as the base orders do: a fork keeps both.
    void change_demand() {
        const bool is_rich = has_rich_sessions(spec_);
        for (auto& demand : spec_.demand) {
            if (demand.kind == DemandSpec::Kind::renewal && dice_.chance(0.4) && !is_rich)
                demand.orders_per_second *= dice_.magnitude(0.2, 3);
            if (dice_.chance(0.2) && !is_rich)
                demand.quantity = Distribution::poisson(1.5);
            if (dice_.chance(0.2) && !is_rich)
                demand.profile = {};
        }
        for (auto& session : spec_.sessions) {
            const double factor = session.orders ? dice_.magnitude(0.3, 3) : 1;
            if (session.orders && !is_rich)
                *session.orders *= factor;
        }
    }

    ModelSpec spec_;
    Dice dice_;
};

}  // namespace

ModelSpec random_fork(const ModelSpec& spec, std::uint64_t seed) {
    return ForkMaker(spec, seed).make();
}

}  // namespace spate::test
