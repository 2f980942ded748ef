// Who orders outside of a session because a broadcast of it is cancelled.
#include <iostream>

#include <catch2/catch.hpp>

#include "models/demand/activity.hpp"
#include "models/demand/order_source.hpp"

#include "tests/unit/models/model_runs.hpp"
#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::Run;

namespace {

/// Six evenings of a host who misses the third and the fourth; three tenths of their customers come within two days.
ModelSpec missed_evenings(double orders) {
    ModelSpec spec = test::evenings(6, orders).spec;
    spec.hosts = {test::host("star", HostSpec::Tier::s, 4e6, {})};
    spec.hosts[0].absent_at = {at_seconds(2 * 86'400)};
    spec.hosts[0].absent_for = sim::day * 2;
    auto& session = spec.sessions[0];
    session.hosts = {0};
    session.quantity = Distribution::empirical({1, 3}, {1, 1});
    session.to_base = 0.3;
    session.to_base_channel = 1;
    session.to_base_over = sim::day * 2;
    spec.horizon = sim::day * 8;
    return spec;
}

std::vector<CustomerOrder> customers(const ModelSpec& spec, Index channel) {
    const BaseDemand base(spec);
    std::vector<CustomerOrder> orders;
    for (Index market = 0; market < spec.markets.size(); ++market) {
        OrderSource source(spec, base, market, channel);
        source.take_before(test::end_of(spec), orders);
    }
    return orders;
}

Money closing_of(const Run& run, MoneyAccount account) {
    return run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(account)];
}

std::vector<CustomerOrder> outside(const std::vector<CustomerOrder>& all) {
    std::vector<CustomerOrder> orders;
    std::copy_if(all.begin(), all.end(), std::back_inserter(orders), [](const auto& o) { return o.session == 0; });
    return orders;
}

}  // namespace

TEST_CASE("the stated share of a cancelled broadcast comes evenly over the stated time, outside of the session") {
    const ModelSpec spec = missed_evenings(20'000);
    const auto moved = outside(customers(spec, 1));
    const double mean = 2 * 20'000 * 2 * 0.3;  // two broadcasts, an audience of two, three tenths
    const auto n = static_cast<double>(moved.size());
    const double first = 72'000 + 2 * 86'400.0, day = 86'400;
    // Spans of two days that begin a day apart: of the time from `first` on, 1/4, 1/2 and 1/4 in each of three days.
    std::vector<double> times;
    double units = 0, soap = 0;
    for (const auto& order : moved) {
        const double u = (Duration{order.placed.us}.seconds() - first) / day;
        CHECK((u >= 0 && u < 3));
        times.push_back(u < 1 ? u / 4 : u < 2 ? 0.25 + (u - 1) / 2 : 0.75 + (u - 2) / 4);
        units += order.quantity;
        soap += order.product == 2;
        CHECK((order.product == 0 || order.product == 2));
    }
    const double distance = test::kolmogorov(times, [](double x) { return std::clamp(x, 0.0, 1.0); });
    std::cout << "moved " << n << " (" << mean << "), units each " << units / n << ", Kolmogorov " << distance << "\n";
    CHECK(std::abs(n - mean) < 4 * std::sqrt(mean));
    CHECK(std::abs(units / n - 2) < 4 / std::sqrt(n));
    CHECK(std::abs(soap / n - 0.5) < 4 * 0.5 / std::sqrt(n));
    CHECK(distance < test::kolmogorov_limit);
    const BaseDemand base(spec);
    const SessionBook book(spec, base);
    for (std::uint32_t b = 0; b < 6; ++b)
        CHECK((book.broadcast(0, b).moved > 0) == (b == 2 || b == 3));
    CHECK(book.broadcast(0, 2).moved + book.broadcast(0, 3).moved == static_cast<std::int64_t>(moved.size()));
}

TEST_CASE("nobody else is moved by those who come outside of the session") {
    ModelSpec spec = missed_evenings(2000);
    const auto with = customers(spec, 1), others = customers(spec, 0);
    spec.sessions[0].to_base = 0;
    const auto without = customers(spec, 1);
    CHECK((customers(spec, 0) == others));
    CHECK(outside(without).empty());
    std::vector<CustomerOrder> in_session;
    std::copy_if(with.begin(), with.end(), std::back_inserter(in_session), [](const auto& o) { return o.session > 0; });
    CHECK((in_session == without));
    spec = missed_evenings(2000);
    spec.sessions[0].to_base_channel = 0;
    CHECK((customers(spec, 1) == without));
    const auto shelf = customers(spec, 0);
    const auto moved = static_cast<std::ptrdiff_t>(shelf.size() - others.size());
    CHECK(moved == static_cast<std::ptrdiff_t>(outside(with).size()));
    CHECK(std::all_of(others.begin(), others.end(), [&](const CustomerOrder& order) {
        return std::find(shelf.begin(), shelf.end(), order) != shelf.end();
    }));
}

TEST_CASE("nobody comes instead where a substitute does") {
    ModelSpec spec = missed_evenings(2000);
    spec.hosts.push_back(test::host("other", HostSpec::Tier::b, 1e6, {}));
    CHECK(!outside(customers(spec, 1)).empty());
    spec.host_policy.substitutes = 1;
    CHECK(outside(customers(spec, 1)).empty());
}

TEST_CASE("a desk that sells in sessions only is sent views while those who were moved order") {
    const ModelSpec spec = missed_evenings(2000);
    const Spans spans = activity_of(spec, 1, test::end_of(spec));
    for (const auto& order : outside(customers(spec, 1))) {
        CHECK(std::any_of(spans.begin(), spans.end(), [&](const auto& span) {
            return span.first <= order.placed && order.placed < span.second;
        }));
    }
}

TEST_CASE("a desk that sells in sessions only looks at its views until the last cut-off or payment") {
    ModelSpec spec = missed_evenings(2000);
    const Time end = test::end_of(spec);
    CHECK(activity_of(spec, 1, end).back().second < end);
    spec.channels[1].group.emplace();
    CHECK(activity_of(spec, 1, end).back().second == end);
    spec.channels[1].group.reset();
    spec.channels[1].presale.emplace();
    CHECK(activity_of(spec, 1, end).back().second == end);
    spec.channels[1].presale->locks_stock = true;  // the site is chosen with the deposit
    CHECK(activity_of(spec, 1, end).back().second < end);
}

TEST_CASE("orders instead of a broadcast are in the trace without a session and pay the catalogue's price") {
    ModelSpec spec = missed_evenings(300);
    spec.sessions[0].price = 5 * currency_unit;
    spec.sites[1].initial_units.assign(3, 1'000'000);
    const Run run(spec);
    const auto desks = run.integers("/network/desks/channel"), desk = run.integers("/orders/desk"),
               session = run.integers("/orders/session");
    const auto quantity = run.integers("/orders/quantity"), shipped = run.integers("/orders/shipped");
    std::int64_t moved = 0;
    Money revenue = 0;
    for (std::size_t i = 0; i < desk.size(); ++i) {
        moved += desks[static_cast<std::size_t>(desk[i])] == 1 && session[i] == no_row;
        if (shipped[i] != no_time)
            revenue += quantity[i] * (session[i] == no_row ? 30 : 5) * currency_unit;
    }
    CHECK(moved > 250);
    CHECK(moved == run.sum("/broadcasts/moved"));
    CHECK(closing_of(run, MoneyAccount::revenue) == -revenue);
    CHECK(run.integers("/summary/sessions/orders_placed").at(0) == run.sum("/broadcasts/orders"));
}
