#include "models/demand/cart_curve.hpp"

#include <iostream>
#include <map>

#include "tests/unit/models/model_runs.hpp"
#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

ModelSpec minute_by_minute() {
    ModelSpec spec = test::evenings(4, 4000).spec;
    spec.sessions[0].carts = CartSpec{0.25, Distribution::exponential(6 * 3600)};
    spec.sessions[0].cap = 3500;
    spec.trace.carts_every = sim::minute;
    return spec;
}

}  // namespace

TEST_CASE("carts by the minute add up to those by sample period") {
    const Run run(minute_by_minute());
    const auto time = run.integers("/series/carts/time"), carts = run.integers("/series/carts/carts"),
               kept = run.integers("/series/carts/kept"), orders = run.integers("/series/carts/orders");
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> hours;
    for (std::size_t i = 0; i < time.size(); ++i) {
        CHECK(kept[i] <= carts[i]);
        CHECK((carts[i] > 0 || orders[i] > 0));
        auto& hour = hours[(time[i] - 1) / sim::hour.us];
        hour.first += carts[i];
        hour.second += orders[i];
    }
    const auto sample = run.integers("/series/sessions/time"), all_carts = run.integers("/series/sessions/carts"),
               all_orders = run.integers("/series/sessions/orders");
    for (std::size_t i = 1; i < sample.size(); ++i) {
        const auto& hour = hours[(sample[i] - 1) / sim::hour.us];
        CHECK(hour.first == all_carts[i]);
        CHECK(hour.second == all_orders[i]);
    }
    CHECK(run.sum("/series/carts/orders") == run.sum("/broadcasts/orders"));
    CHECK(time.size() > 2000);
}

TEST_CASE("carts come as the formula of their rate says, and convert as stated, minute by minute") {
    ModelSpec spec = minute_by_minute();
    spec.sessions[0].cap.reset();
    spec.sessions[0].orders = 40'000;
    spec.sessions[0].repeat_times = 1;
    spec.sessions[0].repeat_every.reset();
    spec.sessions[0].start = Time{(sim::day * 3).us};
    spec.sessions[0].rise = spec.sessions[0].decay = Duration{};  // evenly for an hour
    spec.horizon = sim::day * 4;
    const BaseDemand base(spec);
    double square = 0, cells = 0, carts = 0, kept = 0;
    std::map<std::int64_t, double> by_half_hour;
    const CartCurve curve(spec, base);
    for (const auto& step : curve.steps()) {
        by_half_hour[(step.end.us - 1) / (sim::minute * 30).us] += static_cast<double>(step.carts);
        carts += static_cast<double>(step.carts);
        kept += static_cast<double>(step.kept);
    }
    // Mean carts in [a, b) before the start: with L exponential of mean m, by the integral of the law over the hour.
    const double m = 6 * 3600, start = 3 * 86'400.0, hour = 3600, all = 40'000 / 0.25;
    const auto until = [&](double t) {  // carts made before t, t <= start
        return all * m / hour * (std::exp(-(start - t) / m) - std::exp(-(start + hour - t) / m));
    };
    for (std::int64_t k = 20; k < 144; ++k) {
        const double from = static_cast<double>(k) * 1800, mean = until(from + 1800) - until(from);
        if (mean < 20)
            continue;
        square += (by_half_hour[k] - mean) * (by_half_hour[k] - mean) / mean;
        ++cells;
    }
    std::cout << "carts " << carts << ", kept " << kept / carts << ", chi-square " << square << " over " << cells
              << "\n";
    CHECK(cells > 50);
    CHECK(square < cells + 4 * std::sqrt(2 * cells));  // Poisson counts: mean of the square, four deviations
    CHECK(std::abs(kept - 0.25 * carts) < 4 * std::sqrt(carts * 0.25 * 0.75));
}
