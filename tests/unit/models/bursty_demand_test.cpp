#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "models/demand/order_source.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::SpecBuilder;

namespace {

std::size_t orders_before(const ModelSpec& spec, Time end) {
    const BaseDemand base(spec);
    OrderSource source(spec, base, 0, 0);
    std::vector<CustomerOrder> orders;
    source.take_before(end, orders);
    return orders.size();
}

}  // namespace

TEST_CASE("bursty orders come at their rate from the first moment on") {
    SpecBuilder builder;
    for (int p = 0; p < 400; ++p)
        builder.product(("p" + std::to_string(p)).c_str());
    builder.market("east");
    builder.channel("web");
    builder.demand(1.0 / 1000, true).gap = Distribution::gamma(1, 3);
    std::size_t early = 0, late = 0;
    for (std::uint32_t replication = 0; replication < 20; ++replication) {
        builder.spec.replication = replication;
        early += orders_before(builder.spec, at_seconds(500));
        late += orders_before(builder.spec, at_seconds(4000));
    }
    // 8000 streams with 0.5 and 4 orders each, standard deviation 1.5 and 5.3: 3.4 % and 1.5 % of the sums. With first
    // gaps like the others it would be 2.8 and 7.4 orders.
    CHECK(static_cast<double>(early) == Approx(4000).epsilon(0.14));
    CHECK(static_cast<double>(late) == Approx(32000).epsilon(0.06));
}
