// Prices and gifts of sessions: what an order pays, what it gets, and what the books say of it.
#include "models/demand/session_offers.hpp"

#include <iostream>

#include "models/demand/order_source.hpp"

#include "tests/unit/models/model_runs.hpp"
#include "tests/unit/models/return_runs.hpp"
#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::Run;

namespace {

constexpr Money yuan = currency_unit;

/// Three evenings with more than enough in stock, delivered in some hours.
ModelSpec three_evenings(double orders) {
    ModelSpec spec = test::evenings(3, orders).spec;
    spec.sites[1].initial_units.assign(3, 1'000'000);
    spec.horizon = sim::day * 5;
    return spec;
}

ScriptSpec said(double after_seconds, Duration lasts, std::optional<GiftSpec> gift) {
    ScriptSpec event;
    event.at = Distribution::constant(after_seconds);
    event.lasts = lasts;
    event.gift = gift;
    return event;
}

/// An order in the trace, read again by the test alone.
struct Row {
    std::int64_t session, product, quantity, placed, shipped;
};

std::vector<Row> rows_of(const Run& run) {
    const auto session = run.integers("/orders/session"), product = run.integers("/orders/product"),
               quantity = run.integers("/orders/quantity"), placed = run.integers("/orders/placed"),
               shipped = run.integers("/orders/shipped");
    std::vector<Row> rows;
    for (std::size_t i = 0; i < session.size(); ++i)
        rows.push_back({session[i], product[i], quantity[i], placed[i], shipped[i]});
    return rows;
}

Money closing_of(const Run& run, MoneyAccount account) {
    return run.integers("/summary/ledger/closing")[unit_accounts + static_cast<std::size_t>(account)];
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

constexpr std::int64_t no_session = no_row;

/// The units that were paid when so many were got, one by one.
std::int64_t at_the_till(std::int64_t units, std::int64_t each, std::int64_t gift) {
    if (each == 0)
        return units;
    std::int64_t paid = 0;
    for (std::int64_t got = 0; got < units; got += 1 + (paid % each == 0 ? gift : 0))
        ++paid;
    return paid;
}

}  // namespace

TEST_CASE("who buys gets the gift once for every so many units, and what was paid follows from what was got") {
    for (std::uint32_t each = 1; each <= 5; ++each) {
        for (std::uint32_t given = 0; given <= 5; ++given) {
            const SessionGifts gifts({each, given}, {});
            std::uint32_t got = 0;
            for (std::uint32_t paid = 1; paid <= 200; ++paid) {
                got += 1 + (paid % each == 0 ? given : 0);  // unit by unit at the till
                CHECK(gifts.with_gift(Time{}, 0, paid) == got);
                CHECK(gifts.paid(Time{}, 0, got) == paid);
            }
        }
    }
    const SessionGifts most({1, 1000}, {});
    CHECK(most.with_gift(Time{}, 0, 4'000'000'000) == SessionGifts::most_units);
}

TEST_CASE("a gift of another product is a line of its own, but for those who buy that product") {
    constexpr Index bag = 7, coat = 3;
    const SessionGifts gifts({2, 3, bag}, {});
    for (std::uint32_t paid = 1; paid <= 100; ++paid) {
        CHECK(gifts.with_gift(Time{}, coat, paid) == paid);
        CHECK(gifts.paid(Time{}, coat, paid) == paid);
        const auto line = gifts.further(Time{}, coat, paid);
        CHECK(line.product == bag);
        CHECK(line.units == 3 * (paid / 2));
        const auto bags = gifts.with_gift(Time{}, bag, paid);
        CHECK(bags == paid + 3 * (paid / 2));
        CHECK(gifts.paid(Time{}, bag, bags) == paid);
        CHECK(gifts.further(Time{}, bag, bags).units == 0);
    }
}

TEST_CASE("the gift said last counts while it works, then the one before, then the session's own") {
    const auto at = [](int minute) { return Time{} + sim::minute * minute; };
    const SessionGifts::Span spans[] = {
        {at(10), at(60), {2, 1}}, {at(20), at(30), {1, 1}}, {at(25), at(40), {1, 0}}, {at(50), at(50), {9, 9}}};
    const SessionGifts gifts({3, 1}, spans);
    const std::pair<int, GiftSpec> expected[] = {{0, {3, 1}},
                                                 {10, {2, 1}},
                                                 {19, {2, 1}},
                                                 {20, {1, 1}},
                                                 {25, {1, 0}},
                                                 {39, {1, 0}},
                                                 {40, {2, 1}},
                                                 {50, {2, 1}},
                                                 {60, {3, 1}}};
    for (const auto& [minute, gift] : expected) {
        INFO("minute " << minute);
        CHECK(gifts.at(at(minute)) == gift);
    }
    CHECK(gifts.at(at(10) - sim::microsecond) == GiftSpec{3, 1});
}

TEST_CASE("planned units of an order include the planned gift") {
    SessionSpec session;
    session.quantity = Distribution::constant(5);
    CHECK(mean_units(session).paid == 5);
    session.gift = GiftSpec{2, 1};
    CHECK(mean_units(session).paid + mean_units(session).given == 7);
    session.quantity = Distribution::empirical({1, 2, 5}, {5, 3, 2});  // with gifts 1, 3, 7: mean 2.8, deviation 2.27
    const auto [paid, given] = mean_units(session);                    // given 0, 1, 2: mean 0.7, deviation 0.78
    std::cout << "mean units " << paid << " + " << given << " (2.1 + 0.7)\n";
    CHECK(std::abs(paid + given - 2.8) < 4 * 2.27 / std::sqrt(20'000.0));
    CHECK(std::abs(given - 0.7) < 4 * 0.78 / std::sqrt(20'000.0));
}

TEST_CASE("a gift moves no customer and changes nothing but the units") {
    ModelSpec spec = three_evenings(3000);
    spec.sessions[0].quantity = Distribution::empirical({1, 2, 5}, {6, 3, 1});
    const auto plain = customers(spec, 1);
    spec.sessions[0].script = {said(1800, sim::hour, GiftSpec{1, 1})};
    const auto with = customers(spec, 1);
    REQUIRE(plain.size() == with.size());
    REQUIRE(plain.size() > 8000);
    std::size_t doubled = 0;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const double u = static_cast<double>((plain[i].placed.us - 72'000'000'000) % sim::day.us) * 1e-6;
        const bool is_free = u >= 1800 && u < 3600;
        CustomerOrder expected = plain[i];
        expected.quantity *= is_free ? 2 : 1;
        CHECK((with[i] == expected));
        CHECK(plain[i].session == 1);
        doubled += is_free;
    }
    CHECK(doubled > 2000);
    CHECK(customers(spec, 0).at(0).session == 0);
}

TEST_CASE("the revenue of a session is its orders times its price, to the last digit; a gift doubles the units alone") {
    ModelSpec spec = three_evenings(4000);
    spec.sessions[0].price = 9 * yuan + 900'000;
    const Run plain(spec);
    spec.sessions[0].gift = GiftSpec{1, 1};
    const Run with(spec);
    const auto of = [](const Run& run, const char* column) {
        return run.integers(std::string("/summary/sessions/") + column).at(0);
    };
    const std::int64_t orders = of(plain, "orders_shipped");
    REQUIRE(orders > 11'000);
    CHECK(of(plain, "orders_placed") == plain.sum("/broadcasts/orders"));
    CHECK(of(plain, "units_shipped") == orders);
    CHECK(of(plain, "units_given") == 0);
    CHECK(of(plain, "revenue") == orders * 9'900'000);
    CHECK(of(plain, "cost_of_goods") == orders * 10 * yuan);
    CHECK(of(with, "orders_shipped") == orders);
    CHECK(of(with, "units_shipped") == 2 * orders);
    CHECK(of(with, "units_given") == orders);
    CHECK(of(with, "revenue") == of(plain, "revenue"));
    CHECK(of(with, "cost_of_goods") == 2 * of(plain, "cost_of_goods"));
    CHECK(closing_of(with, MoneyAccount::revenue) == closing_of(plain, MoneyAccount::revenue));
    std::cout << orders << " session orders at 9.90: " << of(plain, "revenue") << ", with gifts " << of(with, "revenue")
              << ", units " << of(plain, "units_shipped") << " and " << of(with, "units_shipped") << "\n";
}

TEST_CASE("the books hold what every order in the trace pays: prices, discounts, gifts and price changes together") {
    ModelSpec spec = three_evenings(1500);
    spec.products[1].price = 17 * yuan + 330'000;
    SessionSpec second = spec.sessions[0], third = spec.sessions[0];
    spec.sessions[0].price = 9 * yuan + 900'000;
    spec.sessions[0].quantity = Distribution::empirical({1, 2, 5}, {6, 3, 1});
    spec.sessions[0].script = {said(600, sim::minute * 20, GiftSpec{1, 1}), said(1500, sim::hour, GiftSpec{2, 1})};
    second.id = "reduced";
    second.discount = 0.3;
    second.products = {1, 2};
    second.gift = GiftSpec{3, 2};
    second.quantity = Distribution::constant(4);
    third.id = "plain";
    spec.sessions.push_back(second);
    spec.sessions.push_back(third);
    PriceChangeSpec change;
    change.products = {0, 1, 2};
    change.from = at_seconds(86'400);
    change.to = at_seconds(2 * 86'400);
    change.share = 0.5;
    spec.price_changes = {change};
    const Run run(spec);
    Money all = 0;
    std::vector<Money> revenue(3);
    std::vector<std::int64_t> given(3);
    for (const Row& row : rows_of(run)) {
        if (row.shipped == no_time)
            continue;
        const double u = static_cast<double>((row.placed - 72'000'000'000) % sim::day.us) * 1e-6;
        const bool is_changed = row.placed >= sim::day.us && row.placed < 2 * sim::day.us;
        const Money catalogue = spec.products[static_cast<std::size_t>(row.product)].price;
        const Money usual = is_changed ? catalogue / 2 : catalogue;
        std::int64_t each = 0, gift = 0;
        Money price = usual;
        if (row.session == 0) {
            price = 9'900'000;
            each = u < 600 ? 0 : u < 1500 ? 1 : u < 3600 ? 2 : 0;
            gift = 1;
        } else if (row.session == 1) {
            price = to_money(static_cast<double>(catalogue) * 0.7);
            each = 3;
            gift = 2;
        }
        const std::int64_t paid = at_the_till(row.quantity, each, gift);
        all += price * paid;
        if (row.session != no_session) {
            revenue[static_cast<std::size_t>(row.session)] += price * paid;
            given[static_cast<std::size_t>(row.session)] += row.quantity - paid;
        }
    }
    CHECK(closing_of(run, MoneyAccount::revenue) == -all);
    CHECK((run.integers("/summary/sessions/revenue") == revenue));
    CHECK((run.integers("/summary/sessions/units_given") == given));
    CHECK(given[0] > 1000);
    CHECK(given[1] > 1000);
    CHECK(given[2] == 0);
    std::cout << "revenue " << all << ", of sessions " << revenue[0] << " " << revenue[1] << " " << revenue[2]
              << ", given " << given[0] << " " << given[1] << "\n";
}

TEST_CASE("deposits are a part of the session's price") {
    ModelSpec spec = three_evenings(1000);
    spec.demand[0].channels = {0};
    PresaleSpec presale;
    presale.deposit = 0.1;
    presale.opens_after = sim::hour * 6;
    presale.within = sim::hour;
    auto& channel = spec.channels[1];
    channel.presale = presale;
    spec.sessions[0].price = 20 * yuan;
    spec.sessions[0].gift = GiftSpec{1, 1};
    const Run run(spec);
    const std::int64_t deposits = run.sum("/summary/presale/deposits");
    REQUIRE(deposits > 2500);
    CHECK(run.sum("/summary/presale/deposit_money") == deposits * 2 * yuan);
    CHECK(run.integers("/summary/sessions/revenue").at(0)
          == run.integers("/summary/sessions/orders_shipped").at(0) * 20 * yuan);
}

TEST_CASE("who returns an order of a session gets what was paid for it, gifts aside") {
    auto builder = test::returning_shop(0.001, 0.4);
    ModelSpec& spec = builder.spec;
    builder.channel("live");
    spec.channels[1] = spec.channels[0];
    spec.channels[1].id = "live";
    SessionSpec session;
    session.id = "show";
    session.channel = 1;
    session.products = session.markets = {0};
    session.start = at_seconds(40'000);
    session.lasts = sim::hour;
    session.orders = 3000;
    session.price = 11 * yuan;
    session.gift = GiftSpec{1, 1};
    spec.sessions.push_back(session);
    spec.demand[0].channels = {0};
    spec.horizon = sim::day * 40;
    const Run run(spec);
    const auto refunded = run.integers("/returns/refunded"), desk = run.integers("/returns/desk");
    Money refunds = 0;
    std::int64_t of_session = 0;
    for (std::size_t i = 0; i < refunded.size(); ++i) {
        refunds += refunded[i] == no_time ? 0 : desk[i] == 1 ? 11 * yuan : 30 * yuan;
        of_session += refunded[i] != no_time && desk[i] == 1;
    }
    CHECK(of_session > 1000);
    CHECK(closing_of(run, MoneyAccount::refunds) == refunds);
}

TEST_CASE("a cap counts gifts: fewer orders sell it") {
    ModelSpec spec = three_evenings(3000);
    spec.sessions[0].cap = 2000;
    spec.sessions[0].gift = GiftSpec{1, 1};
    const BaseDemand base(spec);
    const SessionBook book(spec, base);
    for (std::uint32_t n = 0; n < 3; ++n) {
        CHECK(book.broadcast(0, n).orders == 1000);
        CHECK(book.broadcast(0, n).units == 2000);
    }
}

TEST_CASE("buy one, get one in the middle of a session empties a stock that was enough for the plan") {
    ModelSpec spec = test::evenings(1, 10'000).spec;
    spec.sessions[0].products = {0};
    constexpr double stocked = 11'500;
    spec.sites[1].initial_units.assign(3, static_cast<Units>(stocked));
    spec.replenish.clear();
    spec.horizon = sim::day * 2;
    spec.sessions[0].price = 10 * yuan;
    const Run plan(spec);
    spec.sessions[0].script = {said(1200, sim::hour, GiftSpec{1, 1})};
    const Run bogo(spec);
    const auto of = [](const Run& run, const char* column) {
        return static_cast<double>(run.integers(std::string("/summary/sessions/") + column).at(0));
    };
    CHECK(of(plan, "units_shipped") == of(plan, "units_placed"));
    CHECK(of(bogo, "orders_placed") == of(plan, "orders_placed"));
    // 2,100 of 4,500 seconds of full strength at one unit (Poisson), 2,400 at two: mean 15,333, deviation 161.
    const double wanted = of(bogo, "units_placed");
    CHECK(std::abs(wanted - 10'000 * (1 + 2400.0 / 4500)) < 4 * std::sqrt(10'000 * (2100 + 4 * 2400) / 4500.0));
    CHECK(wanted / stocked > 1.25);
    CHECK(of(bogo, "units_shipped") < wanted - 3000);
    CHECK(of(bogo, "units_shipped") <= stocked);
    CHECK(bogo.integers("/summary/stock/final").at(0) == 0);
    CHECK(bogo.sum("/summary/desks/orders_lost") + bogo.sum("/summary/desks/orders_refused") > 1500);
    CHECK(of(bogo, "revenue") < of(plan, "revenue"));
    std::cout << "buy one, get one: " << wanted << " units wanted, " << wanted / stocked << " of those stocked, "
              << of(bogo, "units_shipped") << " shipped, revenue " << of(bogo, "revenue") / of(plan, "revenue")
              << " of the plan's\n";
}

TEST_CASE("sessions with prices and gifts are the same for any number of workers") {
    ModelSpec spec = three_evenings(1500);
    spec.sessions[0].discount = 0.25;
    spec.sessions[0].quantity = Distribution::poisson(2);
    spec.sessions[0].script = {said(600, sim::hour, GiftSpec{2, 1})};
    const auto first = Run(spec).all_numbers();
    for (const std::uint32_t workers : {2U, 4U}) {
        sim::EngineOptions options;
        options.workers = workers;
        CHECK((Run(spec, options).all_numbers() == first));
    }
}

TEST_CASE(
    "a run with prices, gifts and customers of cancelled broadcasts goes on from any snapshot to the same trace") {
    ModelSpec spec = test::evenings(6, 800).spec;
    spec.hosts = {test::host("star", HostSpec::Tier::s, 1e6, {})};
    spec.hosts[0].absent_at = {at_seconds(2 * 86'400)};
    spec.hosts[0].absent_for = sim::day * 2;
    spec.sessions[0].hosts = {0};
    spec.sessions[0].price = 8 * yuan;
    spec.sessions[0].quantity = Distribution::poisson(2);
    spec.sessions[0].script = {said(600, sim::hour, GiftSpec{2, 1})};
    spec.sessions[0].to_base = 0.5;
    spec.sessions[0].to_base_over = sim::day * 2;
    spec.channels[1].release_every = sim::minute * 20;
    const auto states = test::check_resumed(spec, sim::hour * 7, 20);
    ModelSpec other = spec;
    other.sessions[0].price = 7 * yuan;
    CHECK_THROWS_WITH(Run(other, {}, nullptr, states[0]), Catch::Contains("are not those of the scenario"));
}
