#include "models/record/session_record.hpp"

#include <algorithm>
#include <cstdio>

#include "tests/unit/models/model_runs.hpp"
#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::Run;

namespace {

/// Ten evenings with hosts of whom one is absent, luck, a script, carts, a cap and alerts.
ModelSpec rich_evenings() {
    ModelSpec spec = test::evenings(10, 1500).spec;
    spec.hosts = {test::host("star", HostSpec::Tier::s, 4e6, {"beauty"}),
                  test::host("other", HostSpec::Tier::a, 1e6, {"beauty", "loud"})};
    spec.hosts[0].absent_at = {at_seconds(5 * 86'400)};
    spec.hosts[0].absent_for = sim::day * 2;
    spec.host_policy.substitutes = 1;
    auto& session = spec.sessions[0];
    session.hosts = {0};
    session.luck_cv = 0.4;
    session.carts = CartSpec{0.3, Distribution::gamma(30'000, 0.7)};
    session.cap = 3500;
    ScriptSpec event;
    event.at = Distribution::uniform(0, 3000);
    event.lasts = sim::minute * 10;
    event.rate = 2;
    session.script = {event, event};
    spec.alerts = AlertSpec{};
    spec.alerts->turnover_days = sim::day;
    spec.alerts->turnover_over = sim::day * 2;
    return spec;
}

std::int64_t placed_by_live_desks(const Run& run) {
    const auto channels = run.integers("/network/desks/channel"), placed = run.integers("/series/desks/placed");
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < placed.size(); ++i)
        sum += channels[i % channels.size()] == 1 ? placed[i] : 0;
    return sum;
}

}  // namespace

TEST_CASE("the orders of sessions in the trace are those that desks were given") {
    ModelSpec spec = rich_evenings();
    spec.demand[0].channels = {0};  // the live channel sells in sessions only
    const Run run(spec);
    CHECK(run.sum("/series/sessions/orders") == placed_by_live_desks(run));
    CHECK(run.sum("/broadcasts/orders") == placed_by_live_desks(run));
    CHECK(run.sum("/series/sessions/carts") == run.sum("/broadcasts/carts"));
    CHECK(run.sum("/series/sessions/turned_away") == run.sum("/broadcasts/turned_away"));
    CHECK(run.sum("/broadcasts/turned_away") > 100);
    for (const auto units : run.integers("/broadcasts/units"))
        CHECK(units <= 3500);
    const auto planned = run.integers("/broadcasts/planned"), host = run.integers("/broadcasts/host");
    for (std::size_t n = 0; n < 10; ++n) {
        CHECK(planned[n] == 0);
        CHECK(host[n] == (n == 5 || n == 6 ? 1 : 0));
    }
    CHECK(run.integers("/script/broadcast").size() == 20);
}

TEST_CASE("carts are seen hours before the orders they become") {
    ModelSpec spec = rich_evenings();
    spec.sessions[0].cap.reset();
    spec.sessions[0].orders = 10'000;
    const Run run(spec);
    const auto carts = run.numbers("/series/sessions/carts"), orders = run.numbers("/series/sessions/orders");
    const auto centre = [&](const std::vector<double>& counts) {
        double sum = 0, moment = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            sum += counts[i];
            moment += counts[i] * static_cast<double>(i);
        }
        return moment / sum;
    };
    CHECK(centre(orders) - centre(carts) == Approx(30'000.0 / 3600).epsilon(0.1));
}

TEST_CASE("alerts say what the tables of the trace say") {
    ModelSpec spec = rich_evenings();
    spec.sessions[0].cap.reset();
    spec.sessions[0].luck_cv = 1;
    const Run run(spec);
    const auto kinds = run.integers("/alerts/kind"), times = run.integers("/alerts/at");
    const auto values = run.numbers("/alerts/value"), limits = run.numbers("/alerts/limit");
    const auto start = run.integers("/broadcasts/start");
    const BaseDemand base(spec);
    std::vector<Cart> all_carts;
    for_each_cart(spec, base, 0, test::end_of(spec), [&](const Cart& cart) { all_carts.push_back(cart); });
    const auto carts = [&](std::size_t broadcast, std::int64_t to) {
        return static_cast<double>(std::count_if(all_carts.begin(), all_carts.end(), [&](const Cart& cart) {
            return cart.broadcast == broadcast && cart.made.us < to;
        }));
    };
    const auto orders = [&](std::size_t broadcast, std::int64_t to) {
        return static_cast<double>(std::count_if(all_carts.begin(), all_carts.end(), [&](const Cart& cart) {
            return cart.broadcast == broadcast && cart.ordered.us < to;
        }));
    };
    const auto said_until = [&](std::size_t n) { return start[n] + sim::hour.us; };
    std::vector<std::size_t> counts(3);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        ++counts[static_cast<std::size_t>(kinds[i])];
        CHECK(times[i] % (kinds[i] == 2 ? sim::hour : sim::minute).us == 0);
        CHECK((kinds[i] == 2 ? values[i] < limits[i] : values[i] >= limits[i]));
        std::size_t n = 0;
        while (kinds[i] == 0 && times[i] > said_until(n))
            ++n;
        while (kinds[i] == 1 && n + 1 < start.size() && times[i] > start[n + 1])
            ++n;
        if (kinds[i] == 0) {
            double most = 0;
            for (std::size_t before = 0; before < n; ++before)
                most = std::max(most, carts(before, said_until(before)));
            CHECK(values[i] == carts(n, times[i]));
            CHECK(limits[i] == Approx(0.8 * most));
            const bool is_first_look = n > 0 && times[i] == said_until(n - 1) + sim::minute.us;
            CHECK((is_first_look || carts(n, times[i] - sim::minute.us) < limits[i]));
        } else if (kinds[i] == 1) {
            const PulseTrain pulse({sim::minute * 10, sim::hour, sim::minute * 20}, Time{start[n]}, {}, 1);
            const auto expected = [&](std::int64_t to) {
                return 1500 * 2 * pulse.integral(Time{to}) / pulse.per_pulse();
            };
            CHECK(values[i] == orders(n, times[i]));
            CHECK(limits[i] == Approx(1.2 * expected(times[i])));
            const std::int64_t before = times[i] - sim::minute.us;
            CHECK((orders(n, before) < 1.2 * expected(before) || expected(before) < 0.05 * 1500 * 2));
        }
    }
    CHECK(counts[0] > 1);
    CHECK(counts[1] > 0);
    CHECK(counts[2] > 0);
    const auto all = run.integers("/summary/alerts/alerts");
    for (std::size_t kind = 0; kind < 3; ++kind)
        CHECK(all[kind] == static_cast<std::int64_t>(counts[kind]));
}

TEST_CASE("turnover around an absence is that of the ledger") {
    ModelSpec spec = test::evenings(70, 300).spec;
    spec.hosts = {test::host("star", HostSpec::Tier::s, 1e6, {})};
    spec.hosts[0].absent_at = {at_seconds(35 * 86'400)};
    spec.sessions[0].hosts = {0};
    const Run run(spec);
    const auto times = run.integers("/series/ledger/time"), balances = run.integers("/series/ledger/balance");
    const std::size_t accounts = unit_accounts + money_accounts;
    const auto money = [&](MoneyAccount account, std::size_t sample) {
        return static_cast<double>(balances[sample * accounts + unit_accounts + static_cast<std::size_t>(account)]);
    };
    const std::int64_t at = run.integers("/summary/absences/at").at(0);
    CHECK(at == 35 * sim::day.us + 72'000'000'000);
    double stock = 0, samples = 0, sold = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
        if (times[i] <= at - 30 * sim::day.us || times[i] > at)
            continue;
        stock += money(MoneyAccount::inventory, i);
        sold += money(MoneyAccount::cost_of_goods_sold, i) - money(MoneyAccount::cost_of_goods_sold, i - 1);
        ++samples;
    }
    CHECK(run.numbers("/summary/absences/mean_stock_before").at(0) == Approx(stock / samples * 1e-6));
    CHECK(run.numbers("/summary/absences/sold_before").at(0) == Approx(sold * 1e-6));
    // A week without broadcasts: 300 orders a day of 1164 are missing.
    CHECK(run.numbers("/summary/absences/sold_after").at(0) / (sold * 1e-6)
          == Approx(1 - 7 * 300 / (30 * 1164.0)).epsilon(0.02));
}

TEST_CASE("sessions with hosts, carts, caps and alerts are the same for any number of workers") {
    const ModelSpec spec = rich_evenings();
    const auto first = Run(spec, {}).all_numbers();
    for (const std::uint32_t workers : {2U, 4U}) {
        sim::EngineOptions options;
        options.workers = workers;
        CHECK((Run(spec, options).all_numbers() == first));
    }
}

TEST_CASE("a run with sessions of all kinds goes on from any snapshot to the same trace") {
    const ModelSpec spec = rich_evenings();
    const auto states = test::check_resumed(spec, sim::hour * 31, 8);
    ModelSpec other = spec;
    other.sessions[0].luck_cv = 0.5;
    CHECK_THROWS_WITH(Run(other, {}, nullptr, states[0]), Catch::Contains("sessions, hosts or alerts"));
}
