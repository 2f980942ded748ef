#include "tests/soak/random_sessions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tests/soak/dice.hpp"

namespace spate::test {

namespace {

using namespace models;

class SessionMaker {
  public:
    explicit SessionMaker(ModelSpec& spec)
        : spec_(spec)
        , dice_(sim::mix(spec.seed, 0x5E5510))
        , run_(spec.warm_up + spec.horizon) {}

    void make() {
        if (spec_.sessions.empty() || dice_.chance(0.3))
            return;
        if (dice_.chance(0.6))
            make_hosts();
        for (auto& session : spec_.sessions)
            enrich(session);
        if (dice_.chance(0.5))
            make_alerts();
        for (auto& rule : spec_.replenish) {
            if (rule.kind == ReplenishSpec::Kind::base_stock && !rule.review.continuous && dice_.chance(0.4))
                prepare(rule);
        }
        if (dice_.chance(0.5))
            listen();
    }

  private:
    /// Some sites order at words in a broadcast, from where they always do.
    void listen() {
        const std::size_t rules = spec_.replenish.size();
        for (std::size_t r = 0; r < rules; ++r) {
            if (dice_.chance(0.5))
                continue;
            ReplenishSpec heard;
            heard.site = spec_.replenish[r].site;
            heard.lane = spec_.replenish[r].lane;
            heard.products = spec_.replenish[r].products;
            heard.order_lag = spec_.replenish[r].order_lag;
            heard.kind = ReplenishSpec::Kind::plan;
            auto& sense = heard.sense.emplace();
            sense.after = dice_.span(sim::minute, sim::day);
            sense.hits = dice_.real(0, 1);
            sense.false_alarms = dice_.chance(0.5) ? dice_.magnitude(0.1, 5) : 0;
            sense.order = dice_.real(0, 2);
            spec_.replenish.push_back(std::move(heard));
        }
    }

    void make_hosts() {
        const std::uint32_t count = dice_.whole(1, 4);
        for (std::uint32_t i = 0; i < count; ++i) {
            HostSpec host;
            host.id = host.name = fmt::format("host-{}", i);
            host.tier = dice_.one_of({HostSpec::Tier::s, HostSpec::Tier::a, HostSpec::Tier::b});
            host.followers = dice_.magnitude(1e4, 1e8);
            for (const char* tag : {"beauty", "food", "funny"}) {
                if (dice_.chance(0.5))
                    host.style.emplace_back(tag);
            }
            host.absences_per_year = dice_.chance(0.5) ? dice_.magnitude(1, 1000) : 0;
            while (dice_.chance(0.3))
                host.absent_at.push_back(dice_.moment(run_));
            std::sort(host.absent_at.begin(), host.absent_at.end());
            host.absent_for = dice_.span(sim::hour, run_);
            spec_.hosts.push_back(std::move(host));
        }
        spec_.host_policy.s_share = dice_.chance(0.5) ? 1 : dice_.real(0, 1);
        spec_.host_policy.substitutes = dice_.whole(0, 2);
        spec_.host_policy.keeps = dice_.real(0, 1);
    }

    void enrich(SessionSpec& session) {
        choose_hosts(session);
        session.tier = dice_.one_of({SessionTier::daily, SessionTier::theme, SessionTier::super});
        session.luck_cv = dice_.chance(0.4) ? dice_.magnitude(0.05, 2) : 0;
        while (dice_.chance(0.4))
            session.script.push_back(make_event(session));
        if (dice_.chance(0.3))
            session.cap = static_cast<Units>(dice_.magnitude(1, 3000));
        if (dice_.chance(0.4))
            session.carts = CartSpec{dice_.magnitude(0.05, 1), Distribution::exponential(dice_.magnitude(60, 200'000))};
        if (dice_.chance(0.3)) {
            session.price = dice_.whole(0, 50) * currency_unit;
        } else if (dice_.chance(0.3)) {
            session.discount = dice_.real(0, 1);
        }
        if (dice_.chance(0.3))
            session.gift = make_gift(session);
    }

    void choose_hosts(SessionSpec& session) {
        if (spec_.hosts.empty() || dice_.chance(0.2))
            return;
        session.host.clear();
        for (Index h = 0; h < spec_.hosts.size(); ++h) {
            if (session.hosts.empty() || dice_.chance(0.5))
                session.hosts.push_back(h);
        }
        if (dice_.chance(0.4)) {
            session.to_base = dice_.real(0, 1);
            session.to_base_channel = dice_.whole(0, static_cast<Index>(spec_.channels.size()) - 1);
            session.to_base_over = dice_.span(sim::hour, run_);
        }
    }

    /// Of the product that is bought, or of any where orders may have several lines.
    GiftSpec make_gift(const SessionSpec& session) {
        GiftSpec gift{dice_.whole(1, 3), dice_.whole(1, 3), {}};
        const ChannelSpec& channel = spec_.channels[session.channel];
        if (!channel.presale && !channel.group && !channel.pickup && dice_.chance(0.6)) {
            gift.product = dice_.whole(0, static_cast<Index>(spec_.products.size()) - 1);
            gift.when_out = dice_.chance(0.5) ? GiftSpec::WhenOut::without : GiftSpec::WhenOut::stop;
        }
        return gift;
    }

    ScriptSpec make_event(const SessionSpec& session) {
        ScriptSpec event;
        event.phrase =
            dice_.one_of({ScriptSpec::Phrase::push, ScriptSpec::Phrase::limited, ScriptSpec::Phrase::bargain});
        event.at = dice_.chance(0.5) ? Distribution::constant(dice_.real(0, session.lasts.seconds()))
                                     : Distribution::uniform(0, session.lasts.seconds() * 1.2);
        event.lasts = dice_.span(sim::minute, session.lasts);
        event.rate = dice_.chance(0.2) ? 0 : dice_.magnitude(0.2, 5);
        if (dice_.chance(0.4))
            event.gift = dice_.chance(0.2) ? GiftSpec{1, 0} : make_gift(session);
        return event;
    }

    void make_alerts() {
        auto& alerts = spec_.alerts.emplace();
        alerts.carts = dice_.magnitude(0.1, 3);
        alerts.orders = dice_.magnitude(0.1, 3);
        alerts.turnover = dice_.real(0.1, 2);
        alerts.least = dice_.real(0, 1);
        alerts.every = sim::minute * dice_.whole(1, 90);
        if (dice_.chance(0.6))
            alerts.turnover_days = dice_.span(sim::hour, sim::day * 60);
        alerts.turnover_over = dice_.span(sim::hour, run_);
    }

    void prepare(ReplenishSpec& rule) {
        auto& prepare = rule.prepare.emplace();
        prepare.ahead = dice_.span(sim::hour, run_);
        prepare.call = dice_.span(sim::hour, prepare.ahead);
        prepare.replan = dice_.span(sim::hour, prepare.call);
        prepare.call = std::min(prepare.call, prepare.ahead);
        prepare.replan = std::min(prepare.replan, prepare.call);
        prepare.theme = dice_.real(0, 1);
        prepare.super = dice_.real(0, 1);
        prepare.reserve = dice_.real(0, 1);
        prepare.carts = dice_.magnitude(0.2, 5);
    }

    ModelSpec& spec_;
    Dice dice_;
    Duration run_;
};

}  // namespace

void enrich_sessions(ModelSpec& spec) {
    SessionMaker(spec).make();
}

}  // namespace spate::test
