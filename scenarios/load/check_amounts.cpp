#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/demand/broadcasts.hpp"
#include "models/demand/customer_order.hpp"
#include "models/demand/demand_shape.hpp"
#include "models/demand/pulse_train.hpp"
#include "scenarios/load/load_sections.hpp"

/// What customers of the whole run come to: too much, or nothing at all.
namespace spate::scenarios {

namespace {

using models::DemandSpec;
using models::Index;
using models::ModelSpec;
using models::SessionSpec;

constexpr double most_orders = 1e11;  ///< of a run: a day on a fast machine
constexpr double most_money = 4e18;   ///< micro-currency; 64 bits hold 9e18

struct Amounts {
    double orders = 0;  ///< and carts
    double money = 0;   ///< [micro-currency]

    bool are_too_much() const { return orders > most_orders || money > most_money; }
};

bool is_among(const std::vector<Index>& list, Index item) {
    return std::binary_search(list.begin(), list.end(), item);
}

bool has_own_streams(const DemandSpec& demand) {
    return demand.each || demand.kind == DemandSpec::Kind::periodic;
}

double run_seconds(const ModelSpec& spec) {
    return std::max((spec.warm_up + spec.horizon).seconds(), 1.0);
}

/// Orders a second that an entry states, of each of its channels where it counts for each.
double stated_rate(const DemandSpec& demand) {
    const double rate =
        demand.kind == DemandSpec::Kind::periodic ? 1 / demand.every.seconds() : demand.orders_per_second;
    return has_own_streams(demand) ? rate * static_cast<double>(demand.channels.size()) : rate;
}

/// What customers pay for a unit, on average over products.
double mean_price(const ModelSpec& spec, const std::vector<Index>& products, bool is_each) {
    double sum = 0, weights = 0;
    for (const Index p : products) {
        const double weight = is_each ? 1 : spec.products[p].popularity;
        sum += weight * static_cast<double>(spec.products[p].price);
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
}

Amounts of_entry(const ModelSpec& spec, const DemandSpec& entry, const models::DemandShape* shape) {
    Amounts sum;
    for (const auto& row : entry.recorded) {
        sum.money +=
            entry.scale * static_cast<double>(row.quantity) * static_cast<double>(spec.products[row.product].price);
    }
    if (entry.kind == DemandSpec::Kind::recorded) {
        return sum;
    }
    const double places = has_own_streams(entry)
                              ? static_cast<double>(entry.markets.size()) * static_cast<double>(entry.products.size())
                              : 1;
    sum.orders = stated_rate(entry) * places * run_seconds(spec) * (shape != nullptr ? shape->mean() : 1);
    sum.money = sum.orders * entry.quantity.mean() * mean_price(spec, entry.products, has_own_streams(entry));
    return sum;
}

/// Orders a second that recorded rows bring for a session's products in its markets, more or less.
double recorded_rate(const ModelSpec& spec, const DemandSpec& demand, const SessionSpec& session) {
    const auto rows = std::count_if(demand.recorded.begin(), demand.recorded.end(), [&](const auto& row) {
        const bool is_in_run = row.at.us >= 0 && row.at.us < (spec.warm_up + spec.horizon).us;
        return (is_in_run || demand.bootstrap) && is_among(session.markets, row.market)
               && is_among(session.products, row.product);
    });
    return demand.scale * static_cast<double>(rows) / run_seconds(spec);
}

/// Weights of all selected items, and of those that a session has too.
template <class Weight>
std::pair<double, double> weights_of(const std::vector<Index>& all, const std::vector<Index>& chosen, Weight&& weight) {
    double sum = 0, part = 0;
    for (const Index item : all) {
        sum += weight(item);
        part += is_among(chosen, item) ? weight(item) : 0;
    }
    return {sum, part};
}

/// Mean of a shape over a session's markets and products, by weights.
template <class Market, class Product>
double mean_shape(const models::DemandShape& shape,
                  const DemandSpec& demand,
                  const SessionSpec& session,
                  Market&& of_market,
                  Product&& of_product) {
    double sum = 0, weights = 0;
    for (const Index m : session.markets) {
        for (const Index p : session.products) {
            if (is_among(demand.markets, m) && is_among(demand.products, p)) {
                weights += of_market(m) * of_product(p);
                sum += of_market(m) * of_product(p) * shape.mean(m, p);
            }
        }
    }
    return weights > 0 ? sum / weights : 0;
}

/// Orders a second that an entry brings for a session's products in its markets.
double rate_among(const ModelSpec& spec,
                  const DemandSpec& demand,
                  const models::DemandShape* shape,
                  const SessionSpec& session) {
    if (demand.kind == DemandSpec::Kind::recorded) {
        return recorded_rate(spec, demand, session);
    }
    const bool each = has_own_streams(demand);
    const auto of_market = [&](Index m) { return each ? 1 : spec.markets[m].weight; };
    const auto of_product = [&](Index p) { return each ? 1 : spec.products[p].popularity; };
    const auto [markets, here] = weights_of(demand.markets, session.markets, of_market);
    const auto [products, these] = weights_of(demand.products, session.products, of_product);
    if (here <= 0 || these <= 0) {
        return 0;
    }
    const double part = each ? here * these : here / markets * (these / products);
    return stated_rate(demand) * part
           * (shape != nullptr ? mean_shape(*shape, demand, session, of_market, of_product) : 1);
}

/// Seconds of full strength that the events of a script add, each at its mean time. Factors of events that overlap are
/// multiplied.
double seconds_of_script(const SessionSpec& session) {
    const auto from = [&](const models::ScriptSpec& event) { return std::clamp(event.at.mean(), 0.0, 1e10); };
    const auto to = [&](const models::ScriptSpec& event) {
        return from(event) + std::min(event.lasts, session.lasts).seconds();
    };
    std::vector<double> times;
    for (const auto& event : session.script) {
        times.push_back(from(event));
        times.push_back(to(event));
    }
    std::sort(times.begin(), times.end());
    double seconds = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
        double rate = 1;
        for (const auto& event : session.script)
            rate *= from(event) < times[i] && to(event) >= times[i] ? event.rate : 1;
        seconds += std::max(rate - 1, 0.0) * (times[i] - times[i - 1]);
    }
    return seconds;
}

/// Seconds of full strength that all broadcasts of a session are worth, more or less.
double pulse_seconds(const ModelSpec& spec, const SessionSpec& session) {
    const models::PulseTrain one({session.rise, session.lasts, session.decay}, session.start, {}, 1);
    const double seconds = one.per_pulse() + seconds_of_script(session);
    double audience = session.hosts.empty() ? 1 : 0;
    for (const Index host : session.hosts) {
        audience = std::max(audience, models::audience_of(spec.hosts[host]));
    }
    const sim::Time end = sim::Time{0} + spec.warm_up + spec.horizon;
    double times = 1;
    if (session.repeat_times > 1 && session.repeat_every) {
        times = std::min(std::ceil((end - session.start).seconds() / session.repeat_every->seconds()),
                         static_cast<double>(session.repeat_times));
    }
    return seconds * audience * times;
}

/// `base`: orders a second of its products in its markets.
Amounts of_session(const ModelSpec& spec, const SessionSpec& session, double base) {
    const models::PulseTrain one({session.rise, session.lasts, session.decay}, session.start, {}, 1);
    const double rate = session.orders ? *session.orders / one.per_pulse() : (session.lift - 1) * base;
    Amounts sum;
    sum.orders = rate * pulse_seconds(spec, session);
    const double price = session.price ? static_cast<double>(*session.price)
                                       : mean_price(spec, session.products, false) * (1 - session.discount);
    const double most = session.cap ? static_cast<double>(*session.cap) * session.repeat_times : INFINITY;
    sum.money = std::min(sum.orders * session.quantity.mean(), most) * price;
    if (session.carts) {
        sum.orders /= session.carts->conversion;
    }
    return sum;
}

void refuse(Draft& draft, Place place, const Amounts& all, const std::string& what) {
    if (all.orders > most_orders) {
        draft.problems.add(place,
                           fmt::format("the run would have {:.2g} {}; up to {:g} are possible. ask for fewer?",
                                       all.orders,
                                       what,
                                       most_orders));
    } else {
        draft.problems.add(place,
                           fmt::format("customers would pay {:.2g} {}; up to {:g} can be counted. ask for fewer "
                                       "orders, or lower prices?",
                                       all.money * 1e-6,
                                       draft.spec.currency,
                                       most_money * 1e-6));
    }
}

/// Whether the orders of a session are known without those of the base: it states them, and they can be shared out.
bool is_sized(const ModelSpec& spec, const SessionSpec& session) {
    const auto has_any = [](const std::vector<Index>& chosen, auto&& weight) {
        return std::any_of(chosen.begin(), chosen.end(), [&](Index i) { return weight(i) > 0; });
    };
    return session.orders
           && (*session.orders == 0
               || (has_any(session.markets, [&](Index m) { return spec.markets[m].weight; })
                   && has_any(session.products, [&](Index p) { return spec.products[p].popularity; })));
}

/// Orders a second of a session's products in its markets; 0 if they do not matter. A problem if nobody would ever
/// order in it.
double base_of(Draft& draft, Index number, const DemandShapes& shapes) {
    const auto& spec = draft.spec;
    const SessionSpec& session = spec.sessions[number];
    double base = 0;
    if (is_sized(spec, session)) {
        return base;
    }
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        base += rate_among(spec, spec.demand[d], shapes[d].get(), session);
    }
    if (base <= 0) {
        draft.problems.add(draft.sessions.place(number),
                           "session " + in_quotes(session.id)
                               + (session.orders ? " sells products of popularity 0, or in markets of weight 0, and "
                                                   "`demand` has no orders of them. give them some?"
                                                 : " lifts nothing: `demand` has no orders of its products in its "
                                                   "markets. write for example orders: 10k instead of `lift`?"));
    }
    return base;
}

}  // namespace

void check_amounts(Draft& draft, const DemandShapes& shapes) {
    const auto& spec = draft.spec;
    Amounts all;
    const auto add = [&all](const Amounts& more) {
        all.orders += more.orders;
        all.money += more.money;
    };
    for (std::size_t d = 0; d < spec.demand.size(); ++d)
        add(of_entry(spec, spec.demand[d], shapes[d].get()));
    if (all.are_too_much()) {
        refuse(draft, draft.demand_place, all, "orders");
        return;
    }
    for (Index s = 0; s < spec.sessions.size(); ++s) {
        add(of_session(spec, spec.sessions[s], base_of(draft, s, shapes)));
        if (all.are_too_much()) {
            refuse(draft, draft.sessions.place(s), all, "orders and carts");
            return;
        }
    }
}

void refuse_no_units(Reader& reader, const sim::Distribution& quantity) {
    if (quantity.mean() < 0.5 && models::whole_units_of(quantity).positive <= 0) {
        reader.problem("quantity",
                       fmt::format("nobody orders ({:g} units on average, rounded, are never one). write at least 1?",
                                   quantity.mean()));
    }
}

}  // namespace spate::scenarios
