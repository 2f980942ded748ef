#include "models/demand/session_book.hpp"

#include <algorithm>
#include <tuple>

#include "models/demand/session_offers.hpp"
#include "models/demand/session_streams.hpp"

namespace spate::models {

namespace {

/// Gives a stream's customers before `end`, with the number of their broadcast.
template <class Visit>
void for_each_customer(const SessionSpec& session, SessionStream stream, Time end, Visit&& visit) {
    const Time first = session.start + session.repeat_every.value_or(Duration{}) * stream.first;
    const Duration every = session.repeat_every.value_or(Duration{}) * stream.step;
    CustomerStream customers(std::move(stream.seeds), stream.key, std::move(stream.law));
    std::vector<CustomerOrder> orders;
    for (Time until = customers.next(); until < end; until = customers.next()) {
        orders.clear();
        customers.take_before(std::min(until + sim::minute, end), orders);
        for (const auto& order : orders) {
            const auto turn = every.us > 0 ? static_cast<std::uint32_t>((order.placed - first) / every) : 0;
            visit(order, std::min(stream.first + turn * stream.step, session.repeat_times - 1));
        }
    }
}

/// Carts that never become orders: made and filled as those that do, (1 - conversion) / conversion times as many.
SessionStream left_carts(const SessionStream& stream, const CartSpec& carts) {
    SessionStream left;
    left.key = sim::mix(stream.key, sim::hash_name("left cart"));
    left.first = stream.first;
    left.step = stream.step;
    left.law.pulses = std::make_unique<const PulseTrain>(*stream.law.pulses);
    left.law.per_gap = stream.law.per_gap * carts.conversion / (1 - carts.conversion);
    left.law.products = stream.law.products;
    left.law.quantity = stream.law.quantity;
    left.seeds = stream.seeds;
    return left;
}

Time cart_time(const CartSpec& carts, const CustomerOrder& order, const SessionSeeds& seeds) {
    sim::RandomStream random(seeds.at(order.placed), order.key, purpose_cart);
    const double lead = std::clamp(carts.lead.sample(random), 0.0, 1e10);
    return std::max(order.placed - sim::from_seconds(lead), seeds.fork_before(order.placed));
}

}  // namespace

void for_each_cart(const ModelSpec& spec,
                   const BaseDemand& base,
                   std::size_t number,
                   Time end,
                   const std::function<void(const Cart&)>& visit) {
    const SessionSpec& session = spec.sessions[number];
    const SessionSeeds seeds(spec, session);
    const Time last = end + longest_lead(session);
    const auto tell = [&](const Cart& cart) {
        if (cart.made < end)
            visit(cart);
    };
    for (const Index market : session.markets) {
        for (auto& stream : session_streams(spec, base, number, market)) {
            if (session.carts && session.carts->conversion < 1) {
                for_each_customer(
                    session, left_carts(stream, *session.carts), last, [&](const auto& order, auto broadcast) {
                        tell({cart_time(*session.carts, order, seeds), sim::end_of_time, broadcast, 0});
                    });
            }
            for_each_customer(session, std::move(stream), last, [&](const auto& order, auto broadcast) {
                const Time made = session.carts ? cart_time(*session.carts, order, seeds) : order.placed;
                tell({made, order.placed, broadcast, order.quantity});
            });
        }
    }
}

SessionBook::SessionBook(const ModelSpec& spec, const BaseDemand& base) {
    if (!has_rich_sessions(spec))
        return;
    every_ = spec.trace.series_every;
    const Time end{(spec.warm_up + spec.horizon).us};
    const auto periods = static_cast<std::size_t>((end.us - 1) / every_.us + 1);
    const bool is_followed = spec.alerts || is_prepared_for(spec);
    for (std::size_t s = 0; s < spec.sessions.size(); ++s) {
        periods_.emplace_back(periods);
        broadcasts_.emplace_back(spec.sessions[s].repeat_times);
        Added added(is_followed ? spec.sessions[s].repeat_times : 0);
        for_each_cart(spec, base, s, end, [&](const Cart& cart) { count(base, s, cart, end, added); });
        auto& sums = sums_.emplace_back();
        for (const auto& of_broadcast : added)
            sums.push_back(summed(of_broadcast));
        count_moved(spec, base, s);
    }
}

void SessionBook::count(const BaseDemand& base, std::size_t session, const Cart& cart, Time end, Added& added) {
    Counts& of = broadcasts_[session][cart.broadcast];
    const auto at = [&](Time t) -> Counts& { return periods_[session][static_cast<std::size_t>(t.us / every_.us)]; };
    ++at(cart.made).carts;
    ++of.carts;
    if (!added.empty())
        ++added[cart.broadcast][cart.made.us / sim::minute.us].carts;
    if (cart.ordered >= end)
        return;
    const bool is_open = cart.ordered < base.closes(session, cart.broadcast);
    for (Counts* counts : {&at(cart.ordered), &of}) {
        ++(is_open ? counts->orders : counts->turned_away);
        counts->units += is_open ? cart.units : 0;
    }
    if (!added.empty() && is_open)
        ++added[cart.broadcast][cart.ordered.us / sim::minute.us].orders;
}

std::vector<SessionBook::Sum> SessionBook::summed(const std::map<std::int64_t, Progress>& added) {
    std::vector<Sum> sums;
    Progress so_far;
    for (const auto& [minute, more] : added) {
        so_far.carts += more.carts;
        so_far.orders += more.orders;
        sums.push_back({minute, so_far});
    }
    return sums;
}

void SessionBook::count_moved(const ModelSpec& spec, const BaseDemand& base, std::size_t number) {
    const SessionSpec& session = spec.sessions[number];
    const Time end{(spec.warm_up + spec.horizon).us};
    for (const Index market : session.markets) {
        for (auto& stream : base_streams_instead(spec, base, number, market)) {
            for_each_customer(session, std::move(stream), end, [&](const auto& order, auto broadcast) {
                ++periods_[number][static_cast<std::size_t>(order.placed.us / every_.us)].moved;
                ++broadcasts_[number][broadcast].moved;
            });
        }
    }
}

const SessionBook::Counts& SessionBook::period(std::size_t session, std::int64_t number) const {
    return periods_[session][static_cast<std::size_t>(number)];
}

SessionBook::Progress SessionBook::progress(std::size_t session, std::uint32_t broadcast, Time to) const {
    const auto& sums = sums_[session][broadcast];
    const auto after = std::partition_point(sums.begin(), sums.end(), [&](const Sum& sum) { return sum.end() <= to; });
    return after == sums.begin() ? Progress{} : std::prev(after)->so_far;
}

Time SessionBook::when_carts(std::size_t session, std::uint32_t broadcast, double carts) const {
    const auto& sums = sums_[session][broadcast];
    const auto found = std::partition_point(
        sums.begin(), sums.end(), [&](const Sum& sum) { return static_cast<double>(sum.so_far.carts) < carts; });
    return found == sums.end() ? sim::end_of_time : found->end();
}

bool is_prepared_for(const ModelSpec& spec) {
    return std::any_of(spec.replenish.begin(), spec.replenish.end(), [](const ReplenishSpec& rule) {
        return rule.prepare.has_value();
    });
}

double placed_rate(const ModelSpec& spec, const BaseDemand& base, std::size_t session) {
    double rate = 0;
    std::vector<double> weights;
    for (const Index market : spec.sessions[session].markets)
        rate += base.pulse_rate(spec, session, market, weights);
    return rate * whole_units_of(spec.sessions[session].quantity).positive;
}

bool has_rich_sessions(const ModelSpec& spec) {
    if ((spec.alerts || is_prepared_for(spec)) && !spec.sessions.empty())
        return true;
    return std::any_of(spec.sessions.begin(), spec.sessions.end(), [](const SessionSpec& session) {
        return !session.hosts.empty() || session.luck_cv > 0 || !session.script.empty() || session.cap || session.carts
               || has_offers(session);
    });
}

std::vector<Time> closing_times(const ModelSpec& spec, const BaseDemand& base, std::size_t number) {
    const SessionSpec& session = spec.sessions[number];
    std::vector<std::vector<std::pair<Time, std::uint32_t>>> wanted(session.repeat_times);
    const Time end{(spec.warm_up + spec.horizon).us};
    for (const Index market : session.markets) {
        for (auto& stream : session_streams(spec, base, number, market)) {
            for_each_customer(session, std::move(stream), end, [&](const auto& order, auto broadcast) {
                wanted[broadcast].emplace_back(order.placed, order.quantity);
            });
        }
    }
    std::vector<Time> closing;
    for (auto& orders : wanted) {
        std::sort(orders.begin(), orders.end());
        Units left = *session.cap;
        const auto first =
            std::find_if(orders.begin(), orders.end(), [&](const auto& order) { return (left -= order.second) < 0; });
        closing.push_back(first != orders.end() ? first->first : sim::end_of_time);
    }
    return closing;
}

}  // namespace spate::models
