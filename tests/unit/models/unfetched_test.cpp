#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <catch2/catch.hpp>

#include "tests/unit/models/return_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

/// Goods wait three days at a pick-up point for customers who come after two days on average; then they go back.
test::SpecBuilder unfetched() {
    auto builder = test::returning_shop(0.05, 0);
    auto& spec = builder.spec;
    spec.horizon = sim::day * 40;
    PickupSpec pickup;
    pickup.collect = Distribution::exponential(2 * 86'400);
    pickup.expires = sim::day * 3;
    spec.channels[0].pickup = pickup;
    spec.return_centres[0].refund_only = 0.5;  // nobody who has not even come asks for money only
    return builder;
}

}  // namespace

TEST_CASE("goods that nobody has fetched go to the return centre, and their customers are refunded") {
    const Run run(unfetched().spec);
    const auto expired = static_cast<double>(run.sum("/summary/pickup/expired"));
    const auto settled = expired + static_cast<double>(run.sum("/summary/pickup/collected"));
    REQUIRE(settled > 100'000);
    const boost::math::binomial law(settled, std::exp(-1.5));
    INFO("not fetched " << expired << " of " << settled << ", expected a part of " << std::exp(-1.5));
    // Of the last three days those who came early are counted, and none who come too late: 6200 customers.
    CHECK(expired >= boost::math::quantile(law, 0.0005) - 6300 * std::exp(-1.5));
    CHECK(expired <= boost::math::quantile(law, 0.9995));
    CHECK(run.sum("/summary/returns/started_other") == run.sum("/summary/pickup/expired"));
    CHECK(run.sum("/summary/returns/claims") == 0);
    const auto closing = run.integers("/summary/ledger/closing");
    const auto returning = closing[static_cast<std::size_t>(UnitAccount::returning)];
    CHECK(run.sum("/summary/returns/units_received") + returning == run.sum("/summary/pickup/expired"));
    CHECK(run.sum("/summary/returns/refunds") == run.sum("/summary/returns/orders_graded"));
    CHECK(run.sum("/summary/returns/orders_graded") > 15'000);
}

TEST_CASE("what is re-shelved or sold as seconds counts with what the customer paid") {
    for (const double paid : {1.0, 0.6}) {
        auto builder = test::returning_shop(0.02, 0.3);
        auto& spec = builder.spec;
        spec.horizon = sim::day * 20;
        if (paid < 1) {
            PriceChangeSpec change;
            change.products = {0};
            change.to = Time{spec.horizon.us};
            change.share = paid;
            spec.price_changes = {change};
        }
        const Run run(spec);
        const auto of = [&](const char* column) {
            return static_cast<double>(run.sum(std::string("/summary/returns/") + column));
        };
        REQUIRE(of("units_closed") > 3000);
        const double price = 30e6 * paid;
        CHECK(of("price_closed") == of("units_closed") * price);
        const double worth = of("units_reshelved") + 0.8 * of("units_special") + 0.3 * of("units_outlet");
        CHECK(of("value") == Approx(price * worth).epsilon(1e-9));
    }
}

TEST_CASE("unfetched goods are the same with any number of workers, and after a stop") {
    auto spec = unfetched().spec;
    spec.horizon = sim::day * 12;
    const Run reference(spec);
    REQUIRE(reference.sum("/summary/returns/orders_closed") > 100);
    test::check_workers(spec, reference);
    test::check_resumed(spec, sim::hour * 50, 4);
}
