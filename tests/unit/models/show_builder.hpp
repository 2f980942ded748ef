#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/demand/session_book.hpp"

#include "tests/unit/models/spec_builder.hpp"

/// Live-stream sessions with hosts, scripts and carts, for the tests of models/.
namespace spate::test {

using models::HostSpec;
using models::ScriptSpec;
using models::SessionSpec;

/// Two markets, three products, a supplier and a warehouse; a session each evening in a channel of its own.
inline SpecBuilder evenings(std::uint32_t times, double orders) {
    SpecBuilder builder;
    for (const char* id : {"tea", "rice", "soap"})
        builder.product(id);
    builder.market("east", 2);
    builder.market("west", 1);
    builder.channel("web");
    builder.demand(0.01, false);
    builder.channel("live");
    const Index supplier = builder.supplier("supplier"), shop = builder.site("shop", SiteKind::cdc, 400);
    builder.base_stock(shop, builder.lane_to_site(supplier, shop, 40'000), 3000, sim::hour * 6);
    for (Index m = 0; m < 2; ++m)
        builder.lane_to_market(shop, m, 20'000);
    SessionSpec session;
    session.id = "evening";
    session.channel = 1;
    session.products = {0, 2};
    session.markets = {0, 1};
    session.start = at_seconds(72'000);
    session.rise = sim::minute * 10;
    session.lasts = sim::hour;
    session.decay = sim::minute * 20;
    session.orders = orders;
    session.repeat_every = sim::day;
    session.repeat_times = times;
    builder.spec.sessions.push_back(session);
    builder.spec.horizon = sim::day * (times + 1);
    return builder;
}

inline HostSpec host(const std::string& id, HostSpec::Tier tier, double followers, std::vector<std::string> style) {
    HostSpec host;
    host.id = host.name = id;
    host.tier = tier;
    host.followers = followers;
    host.style = std::move(style);
    host.absent_for = sim::week;
    return host;
}

inline Time end_of(const ModelSpec& spec) {
    return Time{(spec.warm_up + spec.horizon).us};
}

/// Largest distance between the distribution function of a sample and a given one, times √n; above 1.95 with
/// probability 0.1 % if the sample is of that law (Kolmogorov 1933).
template <class Law>
double kolmogorov(std::vector<double> sample, const Law& law) {
    std::sort(sample.begin(), sample.end());
    const auto n = static_cast<double>(sample.size());
    double most = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double p = law(sample[i]);
        most = std::max({most, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
    }
    return most * std::sqrt(n);
}

inline constexpr double kolmogorov_limit = 1.95;

}  // namespace spate::test
