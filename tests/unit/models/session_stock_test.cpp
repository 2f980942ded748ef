#include "models/demand/session_stock.hpp"

#include <iostream>

#include <catch2/catch.hpp>

#include "tests/unit/models/model_runs.hpp"
#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::evenings;
using test::Run;

namespace {

PrepareSpec usual() {
    return {sim::day * 5, 0.3, 0.5, sim::hour * 48, 0.2, sim::hour * 72, 1.5};
}

/// One super session on the tenth day, with carts, at a site that serves all markets.
ModelSpec super_show(double luck_cv) {
    ModelSpec spec = evenings(1, 10'000).spec;
    auto& session = spec.sessions[0];
    session.start = Time{(sim::day * 10 + sim::hour * 20).us};
    session.tier = SessionTier::super;
    session.quantity = Distribution::constant(2);
    session.luck_cv = luck_cv;
    session.carts = CartSpec{0.2, Distribution::lognormal(80 * 3600, 0.6)};
    spec.horizon = sim::day * 14;
    spec.replenish[0].review = {false, sim::day, sim::hour * 2};
    spec.replenish[0].prepare = usual();
    return spec;
}

double normal_share_above(double log_mean, double log_sd, double x) {
    return 0.5 * std::erfc((std::log(x) - log_mean) / log_sd / std::sqrt(2));
}

}  // namespace

TEST_CASE("what is prepared follows the tier and the carts") {
    const auto parts = [](SessionTier tier, std::optional<double> call, std::optional<double> replan) {
        const auto p = prepared_parts(usual(), tier, call, replan);
        return std::vector<double>{p.locked, p.called, p.planned};
    };
    CHECK(parts(SessionTier::daily, 9.0, 9.0) == std::vector<double>{0, 0, 0});
    CHECK(parts(SessionTier::theme, 9.0, 1.7) == std::vector<double>{0.3, 0.3, 1.7});
    CHECK(parts(SessionTier::theme, 0.1, 0.1) == std::vector<double>{0.3, 0.3, 0.3});
    CHECK(parts(SessionTier::super, 1.4, 0.6) == std::vector<double>{0.5, 0.5, 0.6});
    CHECK(parts(SessionTier::super, 1.5, 0.6) == std::vector<double>{0.5, 0.7, 0.7});
    CHECK(parts(SessionTier::super, std::nullopt, std::nullopt) == std::vector<double>{0.5, 0.5, 1});
}

TEST_CASE("no part passes the cap, and carts know nothing of it") {
    const auto parts = [](std::optional<double> call, std::optional<double> replan, double cap) {
        const auto p = prepared_parts(usual(), SessionTier::super, call, replan, cap);
        return std::vector<double>{p.locked, p.called, p.planned};
    };
    CHECK(parts(1.5, 0.25, 0.5) == std::vector<double>{0.5, 0.7, 0.7});   // of the cap, which is half of what is asked
    CHECK(parts(1.5, 0.4, 0.5) == std::vector<double>{0.5, 0.7, 0.8});    // 0.4 of what is asked is 0.8 of the cap
    CHECK(parts(1.5, 3.0, 0.5) == std::vector<double>{0.5, 0.7, 1});      // all of the cap
    CHECK(parts(1.5, 3.0, 1.25) == std::vector<double>{0.5, 0.7, 1.25});  // more than is asked
}

TEST_CASE("what a broadcast is expected to sell is at most the cap, gifts of the same product included") {
    ModelSpec spec = super_show(0);
    spec.sessions[0].cap = 10'000;  // of 20,000
    const std::vector<double> all(spec.products.size(), 1);
    const auto units = [&] {
        const BaseDemand base(spec);
        const auto expected = expected_units(spec, base, base.broadcasts().of(0)[0], mean_units(spec.sessions[0]), all);
        double sum = 0;
        for (const auto& [product, part] : expected)
            sum += part;
        return sum;
    };
    CHECK(units() == Approx(10'000));
    spec.sessions[0].gift = GiftSpec{1, 1, std::nullopt};
    CHECK(units() == Approx(10'000));
    spec.sessions[0].cap = 50'000;
    CHECK(units() == Approx(40'000));
}

TEST_CASE("the part of early carts is that of the lead's law") {
    ModelSpec spec = super_show(0);
    auto& session = spec.sessions[0];
    session.rise = session.decay = Duration{};
    session.lasts = sim::second;  // as good as one moment
    const double s = std::sqrt(std::log(1 + 0.36)), mu = std::log(80 * 3600) - s * s / 2;
    for (const int hours : {24, 48, 72, 150}) {
        const double p = normal_share_above(mu, s, hours * 3600.0);
        const double found = early_carts(session, sim::hour * hours);
        std::cout << "carts " << hours << " h ahead: " << found << " of " << p << "\n";
        CHECK(std::abs(found - p) < 4 * std::sqrt(p * (1 - p) / 20'000));
    }
}

TEST_CASE("carts tell how lucky a broadcast will be, and the stock follows") {
    double squares = 0, luck_squares = 0;
    constexpr int runs = 40;
    for (std::uint32_t replication = 0; replication < runs; ++replication) {
        ModelSpec spec = super_show(0.6);
        spec.replication = replication;
        const BaseDemand base(spec);
        const SessionBook book(spec, base);
        prepare_sessions(spec, base, book, {{0, 0, 0}, {1, 1, 1}});
        const double luck = base.broadcasts().of(0)[0].luck;
        double planned = 0;
        for (const auto& part : spec.replenish[0].prepared) {
            REQUIRE((part.product == 0 || part.product == 2));
            if (part.from == spec.sessions[0].start - sim::hour * 48)
                planned += static_cast<double>(part.quantity);
            if (part.from == spec.sessions[0].start - sim::day * 5)
                CHECK(part.quantity == 5000);  // half of 10,000 orders of 2 units, shared by two products
        }
        const double expected = 20'000 * std::max(luck, luck >= 1.5 ? 0.7 : 0.5);
        squares += (planned / expected - 1) * (planned / expected - 1) / runs;
        luck_squares += (luck - 1) * (luck - 1) / runs;
    }
    std::cout << "error of the plan by carts " << std::sqrt(squares) << ", without " << std::sqrt(luck_squares) << "\n";
    CHECK(std::sqrt(squares) < 0.05);
    CHECK(std::sqrt(luck_squares) > 0.3);
}

TEST_CASE("a site orders what is prepared on top of its level, and lets it go after the broadcast") {
    ModelSpec spec = super_show(0);
    spec.sessions[0].orders = 1e-9;  // nobody comes: all that changes is the level
    spec.demand[0].orders_per_second = 1e-9;
    spec.sites[1].initial_units = {3000, 3000, 3000};
    const Run none(spec);
    CHECK(none.sum("/decisions/ordered") == 0);
    spec = super_show(0);
    const Run run(spec);
    std::int64_t ordered = 0;
    const auto times = run.integers("/decisions/time"), units = run.integers("/decisions/ordered"),
               products = run.integers("/decisions/product");
    for (std::size_t i = 0; i < times.size(); ++i) {
        const bool is_locked = times[i] == (sim::day * 6 + sim::hour * 2).us;  // the first review 5 d ahead
        if (is_locked && products[i] == 0)
            ordered = units[i];
    }
    CHECK(ordered >= 5000);
    CHECK(ordered < 5000 + 300);  // a day of base orders
}
