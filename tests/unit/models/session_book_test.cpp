#include "models/demand/session_book.hpp"

#include <iostream>

#include <catch2/catch.hpp>

#include "models/demand/order_source.hpp"

#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::evenings;

namespace {

std::vector<CustomerOrder> customers(const ModelSpec& spec) {
    const BaseDemand base(spec);
    std::vector<CustomerOrder> orders;
    for (Index market = 0; market < spec.markets.size(); ++market) {
        OrderSource source(spec, base, market, 1);
        std::vector<CustomerOrder> here;
        for (Time t = Time{0}; t < test::end_of(spec); t += sim::hour)
            source.take_before(std::min(t + sim::hour, test::end_of(spec)), here);
        orders.insert(orders.end(), here.begin(), here.end());
    }
    return orders;
}

}  // namespace

TEST_CASE("every order comes from a cart made its lead before, and the others are left, in the stated ratio") {
    ModelSpec spec = evenings(4, 40'000).spec;
    spec.sessions[0].start = Time{(sim::day * 20).us};
    spec.horizon = sim::day * 30;
    spec.sessions[0].carts = CartSpec{0.25, Distribution::lognormal(6 * 3600, 0.8)};
    const BaseDemand base(spec);
    std::vector<double> leads;
    double carts = 0;
    std::vector<std::int64_t> ordered;
    for_each_cart(spec, base, 0, test::end_of(spec), [&](const Cart& cart) {
        ++carts;
        if (cart.ordered == sim::end_of_time)
            return;
        leads.push_back((cart.ordered - cart.made).seconds());
        ordered.push_back(cart.ordered.us);
    });
    std::vector<std::int64_t> placed;
    for (const auto& order : customers(spec))
        placed.push_back(order.placed.us);
    std::sort(ordered.begin(), ordered.end());
    std::sort(placed.begin(), placed.end());
    CHECK((ordered == placed));  // the very orders, whose Poisson law other tests show
    const auto n = static_cast<double>(leads.size());
    REQUIRE(leads.size() > 100'000);
    const double s = std::sqrt(std::log(1 + 0.8 * 0.8)), mu = std::log(6 * 3600) - s * s / 2;
    const double distance = test::kolmogorov(
        leads, [&](double x) { return 0.5 * std::erfc(-(std::log(std::max(x, 1e-9)) - mu) / s / std::sqrt(2)); });
    std::cout << "carts " << carts << ", orders " << n << ", leads: Kolmogorov " << distance << "\n";
    CHECK(std::abs(n - 0.25 * carts) < 4 * std::sqrt(carts * 0.25 * 0.75));  // binomial, given the carts
    CHECK(distance < test::kolmogorov_limit);
}

TEST_CASE("carts change no order") {
    ModelSpec spec = evenings(3, 2000).spec;
    spec.sessions[0].quantity = Distribution::poisson(2);
    const auto without = customers(spec);
    spec.sessions[0].carts = CartSpec{0.1, Distribution::exponential(36'000)};
    CHECK((customers(spec) == without));
    REQUIRE(without.size() > 4000);
}

TEST_CASE("a cap is sold to the first who come and never exceeded") {
    ModelSpec spec = evenings(3, 5000).spec;
    spec.sessions[0].quantity = Distribution::empirical({1, 2, 5}, {6, 3, 1});
    const auto all = customers(spec);
    spec.sessions[0].cap = 4000;
    const BaseDemand base(spec);
    const SessionBook book(spec, base);
    const auto sold = customers(spec);
    for (std::uint32_t n = 0; n < 3; ++n) {
        const Time from = base.broadcasts().of(0)[n].start, to = base.broadcasts().of(0)[n].end;
        std::int64_t units = 0, orders = 0, wanted = 0, next = 0;
        Time last, first_away = sim::end_of_time;
        for (const auto& order : sold) {
            if (order.placed < from || order.placed > to)
                continue;
            ++orders;
            units += order.quantity;
            last = std::max(last, order.placed);
        }
        for (const auto& order : all) {
            if (order.placed < from || order.placed > to)
                continue;
            ++wanted;
            if (order.placed > last && order.placed < first_away) {
                first_away = order.placed;
                next = order.quantity;
            }
        }
        CHECK(units <= 4000);
        CHECK(units + next > 4000);  // the first who is turned away would have been too much
        CHECK(first_away == base.closes(0, n));
        CHECK(book.broadcast(0, n).orders == orders);
        CHECK(book.broadcast(0, n).units == units);
        CHECK(book.broadcast(0, n).turned_away == wanted - orders);
    }
}

TEST_CASE("a hundred thousand orders of one minute are the pulse of that minute") {
    ModelSpec spec = evenings(1, 100'000).spec;
    spec.sessions[0].products = {0};
    spec.sessions[0].rise = spec.sessions[0].decay = Duration{};
    spec.sessions[0].lasts = sim::minute;
    spec.sessions[0].cap = 60'000;
    const auto sold = customers(spec);
    CHECK(sold.size() == 60'000);
    const BaseDemand base(spec);
    const SessionBook book(spec, base);
    const auto wanted = static_cast<double>(book.broadcast(0, 0).turned_away + 60'000);
    CHECK(std::abs(wanted - 100'000) < 4 * std::sqrt(100'000.0));
    const double closed = (base.closes(0, 0) - spec.sessions[0].start).seconds();
    CHECK(std::abs(closed - 36) < 4 * std::sqrt(60'000.0) / 100'000 * 60);  // the 60,000th of a Poisson process
    std::cout << "one minute: " << wanted << " wanted, closed after " << closed << " s\n";
}

TEST_CASE("periods and broadcasts count the same") {
    ModelSpec spec = evenings(5, 800).spec;
    spec.sessions[0].carts = CartSpec{0.3, Distribution::exponential(36'000)};
    spec.horizon = sim::day * 4 + sim::minute * 20;  // the last broadcasts are cut off
    const BaseDemand base(spec);
    const SessionBook book(spec, base);
    SessionBook::Counts periods, broadcasts;
    for (std::int64_t p = 0; p < 97; ++p) {
        periods.carts += book.period(0, p).carts;
        periods.orders += book.period(0, p).orders;
    }
    for (std::uint32_t n = 0; n < 5; ++n) {
        broadcasts.carts += book.broadcast(0, n).carts;
        broadcasts.orders += book.broadcast(0, n).orders;
    }
    CHECK(periods.carts == broadcasts.carts);
    CHECK(periods.orders == broadcasts.orders);
    CHECK(periods.orders == static_cast<std::int64_t>(customers(spec).size()));
}

TEST_CASE("carts and orders of a broadcast are told from those of others at the same time") {
    ModelSpec spec = evenings(3, 800).spec;
    spec.sessions[0].repeat_every = sim::hour;  // they overlap
    spec.sessions[0].lasts = sim::hour * 3;
    spec.sessions[0].carts = CartSpec{0.3, Distribution::exponential(36'000)};
    spec.alerts.emplace();
    const BaseDemand base(spec);
    const SessionBook book(spec, base);
    for (const Time until : {spec.sessions[0].start - sim::hour * 2, spec.sessions[0].start + sim::hour * 2}) {
        std::vector<std::int64_t> carts(3), orders(3);
        for_each_cart(spec, base, 0, test::end_of(spec), [&](const Cart& cart) {
            carts[cart.broadcast] += cart.made < until;
            orders[cart.broadcast] += cart.ordered < until;
        });
        for (std::uint32_t n = 0; n < 3; ++n) {
            CHECK(book.progress(0, n, until).carts == carts[n]);
            CHECK(book.progress(0, n, until).orders == orders[n]);
        }
    }
    CHECK(book.progress(0, 0, Time{0}).carts == 0);
    CHECK(book.progress(0, 2, test::end_of(spec)).orders == book.broadcast(0, 2).orders);
}
