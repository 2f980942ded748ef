// Gifts of another product that orders go without where they have run out.
#include "models/demand/session_gifts.hpp"

#include "tests/unit/models/model_runs.hpp"
#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

/// Five evenings in which a soap comes with every tea, as long as there is any.
ModelSpec soaps_while_they_last() {
    ModelSpec spec = test::evenings(5, 700).spec;
    spec.sessions[0].products = {0, 1};
    spec.sessions[0].quantity = Distribution::poisson(2);
    spec.sessions[0].gift = GiftSpec{2, 1, 2, GiftSpec::WhenOut::without};
    spec.sites[1].initial_units = {8000, 8000, 400};
    spec.replenish.clear();
    spec.channels[1].view = StockView::cached;
    spec.channels[1].release_every = sim::minute * 20;
    return spec;
}

std::int64_t of(const Run& run, const char* column) {
    return run.integers(std::string("/summary/sessions/") + column).at(0);
}

}  // namespace

TEST_CASE("a gift belongs to a session's own gift or to what is said, and so does what happens when it is out") {
    using WhenOut = GiftSpec::WhenOut;
    const Time noon = test::at_seconds(43'200);
    const SessionGifts::Span spans[] = {{noon, noon + sim::hour, {1, 1, 2, WhenOut::stop}}};
    const SessionGifts gifts({2, 1, 1, WhenOut::without}, spans);
    CHECK(gifts.goes_without(noon - sim::microsecond));
    CHECK_FALSE(gifts.goes_without(noon));
    CHECK(gifts.goes_without(noon + sim::hour));
    SessionSpec session;
    session.products = {1};
    session.gift = GiftSpec{2, 1, 1, WhenOut::without};
    CHECK_FALSE(has_dispensable_gifts(session));  // it sells nothing else
    session.products = {0, 1};
    CHECK(has_dispensable_gifts(session));
    session.gift->when_out = WhenOut::stop;
    CHECK_FALSE(has_dispensable_gifts(session));
    CHECK(has_further_gifts(session));
}

TEST_CASE("orders go on when the gift has run out, and the demand is the same") {
    ModelSpec spec = soaps_while_they_last();
    const Run without(spec);
    spec.sessions[0].gift->when_out = GiftSpec::WhenOut::stop;
    const Run stop(spec);
    CHECK(without.result.demand_digest == stop.result.demand_digest);
    CHECK(of(without, "units_placed") == of(stop, "units_placed"));
    CHECK(of(without, "orders_shipped") == of(without, "orders_placed"));
    CHECK(of(stop, "orders_shipped") < of(stop, "orders_placed"));
    CHECK(of(without, "units_shipped") + of(without, "gifts_missed") == of(without, "units_placed"));
    CHECK(of(without, "gifts_missed") > 300);
    CHECK(of(without, "gift_promises_broken") <= of(without, "orders_without_gift"));
}

TEST_CASE("gifts that run out are the same for any number of workers, and from any snapshot on") {
    const ModelSpec spec = soaps_while_they_last();
    const auto first = Run(spec).all_numbers();
    for (const std::uint32_t workers : {2U, 4U}) {
        sim::EngineOptions options;
        options.workers = workers;
        CHECK((Run(spec, options).all_numbers() == first));
    }
    const auto states = test::check_resumed(spec, sim::hour * 5, 20);
    ModelSpec other = spec;
    other.sessions[0].gift->when_out = GiftSpec::WhenOut::stop;
    CHECK_THROWS_WITH(Run(other, {}, nullptr, states[0]), Catch::Contains("are not those of the scenario"));
}
