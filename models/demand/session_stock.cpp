#include "models/demand/session_stock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spate::models {

namespace {

constexpr double fewest_carts = 30;  ///< expected: below that a count says little

/// Mean orders that a broadcast is asked for, by position of the session's products.
std::vector<double> asked_orders(const ModelSpec& spec, const BaseDemand& base, const Broadcast& show) {
    const SessionSpec& session = spec.sessions[show.session];
    const PulseTrain pulse({session.rise, session.lasts, session.decay}, session.start, {}, 1);
    std::vector<double> orders(session.products.size()), weights;
    for (const Index market : session.markets) {
        const double rate = base.pulse_rate(spec, show.session, market, weights);
        double sum = 0;
        for (const double weight : weights)
            sum += weight;
        for (std::size_t i = 0; i < orders.size() && sum > 0; ++i)
            orders[i] += rate * weights[i] / sum * pulse.per_pulse() * show.planned_audience;
    }
    return orders;
}

/// What one rule has to prepare.
class Preparation {
  public:
    Preparation(const ModelSpec& spec, const BaseDemand& base, const SessionBook& book)
        : spec_(spec)
        , base_(base)
        , book_(book) {
        for (std::size_t s = 0; s < spec.sessions.size(); ++s) {
            units_.push_back(mean_units(spec.sessions[s]));
            rates_.push_back(placed_rate(spec, base, s));
        }
    }

    /// `shares`: the site's part of the expected demand, by product.
    void add(ReplenishSpec& rule, const std::vector<double>& shares) {
        rule.prepared.clear();
        for (std::size_t s = 0; s < spec_.sessions.size(); ++s) {
            for (const auto& show : base_.broadcasts().of(s)) {
                if (spec_.sessions[s].tier != SessionTier::daily)
                    add_broadcast(rule, show, shares);
            }
        }
    }

  private:
    void add_broadcast(ReplenishSpec& rule, const Broadcast& show, const std::vector<double>& shares) {
        const PrepareSpec& prepare = *rule.prepare;
        const SessionSpec& session = spec_.sessions[show.session];
        const auto units = expected_units(spec_, base_, show, units_[show.session], shares);
        const PreparedParts parts = prepared_parts(prepare,
                                                   session.tier,
                                                   carts_by_expected(show, prepare.call),
                                                   carts_by_expected(show, prepare.replan),
                                                   cap_by_asked(spec_, base_, show, units_[show.session]));
        const std::pair<Duration, double> steps[] = {
            {prepare.ahead, parts.locked}, {prepare.call, parts.called}, {prepare.replan, parts.planned}};
        for (std::size_t i = 0; i < rule.products.size(); ++i) {
            const auto found = units.find(rule.products[i]);
            if (found == units.end())
                continue;
            const double all = found->second;
            for (std::size_t k = 0; k < std::size(steps); ++k) {
                const Time from = show.start - steps[k].first;
                const Time to = k + 1 < std::size(steps) ? show.start - steps[k + 1].first : show.end;
                const auto quantity = static_cast<Units>(std::ceil(all * steps[k].second - 1e-9));
                if (quantity > 0 && from < to)
                    rule.prepared.push_back({from, to, rule.products[i], quantity});
            }
        }
    }

    /// Carts made for a broadcast until so long before it, by the expected ones.
    std::optional<double> carts_by_expected(const Broadcast& show, Duration before) {
        const SessionSpec& session = spec_.sessions[show.session];
        if (!session.carts || book_.is_empty())
            return std::nullopt;
        const PulseTrain pulse({session.rise, session.lasts, session.decay}, session.start, {}, 1);
        const double orders = rates_[show.session] * pulse.per_pulse() * show.planned_audience;
        const double expected = orders / session.carts->conversion * early_share(show.session, before);
        if (expected < fewest_carts)
            return std::nullopt;
        const Time until = show.start - before;
        if (until < Time{0} + sim::minute)
            return std::nullopt;
        return static_cast<double>(book_.progress(show.session, show.number, until).carts) / expected;
    }

    double early_share(std::size_t session, Duration before) {
        const auto [found, is_new] = early_.try_emplace({session, before.us}, 0);
        if (is_new)
            found->second = early_carts(spec_.sessions[session], before);
        return found->second;
    }

    const ModelSpec& spec_;
    const BaseDemand& base_;
    const SessionBook& book_;
    std::vector<MeanUnits> units_;  ///< by session
    std::vector<double> rates_;     ///< placed_rate(), by session
    std::map<std::pair<std::size_t, std::int64_t>, double> early_;
};

}  // namespace

std::map<Index, double> expected_units(const ModelSpec& spec,
                                       const BaseDemand& base,
                                       const Broadcast& show,
                                       const MeanUnits& by_order,
                                       const std::vector<double>& shares) {
    const SessionSpec& session = spec.sessions[show.session];
    const std::vector<double> orders = asked_orders(spec, base, show);
    const double sold = std::min(cap_by_asked(spec, base, show, by_order), 1.0);
    std::map<Index, double> units;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const Index product = session.products[i];
        const double here = orders[i] * sold * shares[product];
        units[product] += here * by_order.paid;
        if (by_order.given > 0)
            units[session.gift->product.value_or(product)] += here * by_order.given;
    }
    return units;
}

double cap_by_asked(const ModelSpec& spec, const BaseDemand& base, const Broadcast& show, const MeanUnits& by_order) {
    const SessionSpec& session = spec.sessions[show.session];
    double asked = 0;
    if (session.cap) {
        const std::vector<double> orders = asked_orders(spec, base, show);
        for (std::size_t i = 0; i < orders.size(); ++i) {
            const bool is_same =
                session.gift && session.gift->product.value_or(session.products[i]) == session.products[i];
            asked += orders[i] * (by_order.paid + (is_same ? by_order.given : 0));
        }
    }
    return asked > 0 ? static_cast<double>(*session.cap) / asked : std::numeric_limits<double>::infinity();
}

PreparedParts prepared_parts(const PrepareSpec& prepare,
                             SessionTier tier,
                             std::optional<double> carts_at_call,
                             std::optional<double> carts_at_replan,
                             double cap) {
    if (tier == SessionTier::daily)
        return {};
    const double most = std::max(cap, 1.0);
    PreparedParts parts;
    parts.locked = parts.called = std::min(tier == SessionTier::theme ? prepare.theme : prepare.super, most);
    if (tier == SessionTier::super && carts_at_call && *carts_at_call >= prepare.carts)
        parts.called = std::min(parts.called + prepare.reserve, most);
    const double by_carts = carts_at_replan ? *carts_at_replan / std::min(cap, 1.0) : 1;  // carts know of no cap
    parts.planned = std::clamp(by_carts, parts.called, most);
    return parts;
}

double early_carts(const SessionSpec& session, Duration before) {
    constexpr int draws = 20'000;
    const PulseTrain pulse({session.rise, session.lasts, session.decay}, Time{}, {}, 1);
    const Distribution lead = session.carts ? session.carts->lead : Distribution::constant(0);
    int early = 0;
    for (int i = 0; i < draws; ++i) {
        sim::RandomStream random(
            {1, 0}, sim::hash_name("early carts"), purpose_cart, static_cast<std::uint64_t>(i) * 64);
        const Time ordered = pulse.inverse((i + 0.5) / draws * pulse.per_pulse());
        early += lead.sample(random) >= (ordered - Time{} + before).seconds();
    }
    return static_cast<double>(early) / draws;
}

std::vector<double> shares_of_site(const ModelSpec& spec, Index site, const std::vector<std::vector<double>>& parts) {
    const auto& kept = spec.sites[site].assortment;
    std::vector<double> shares(spec.products.size());
    for (std::size_t position = 0; position < kept.size(); ++position)
        shares[kept[position]] = parts[site][position];
    return shares;
}

void prepare_sessions(ModelSpec& spec,
                      const BaseDemand& base,
                      const SessionBook& book,
                      const std::vector<std::vector<double>>& parts) {
    if (!is_prepared_for(spec))
        return;
    Preparation preparation(spec, base, book);
    for (auto& rule : spec.replenish) {
        if (rule.prepare)
            preparation.add(rule, shares_of_site(spec, rule.site, parts));
    }
}

}  // namespace spate::models
