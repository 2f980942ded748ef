#include <catch2/catch.hpp>

#include "tests/unit/scenarios/scenario_text.hpp"

using namespace spate::scenarios;
using namespace spate::models;
namespace sim = spate::sim;
using test::LoadedText;
using test::Small;

namespace {

const char* const channel =
    "channels: {id: shop, returns: {share: 20 %, quality: 8 %, expectation: 9 %, after: 3 d}}\n";

/// A centre in `small` with `rest` in place of what it says of routes and money.
Small with_centre(const std::string& rest) {
    Small small;
    small.more = std::string(channel)
                 + "return_centres:\n"
                   "  - id: back\n"
                   "    at: wuhan\n"
                   "    transit: 3 d\n"
                   "    stages: {dock: 2k orders/h, inspect: {servers: 4, time: 10 min, per: unit}, repair: {time: 1 h}}\n"
                   "    grades: {quality: [10 %, 40 %, 30 %, 20 %], expectation: [70 %, 20 %, 6 %, 4 %], other: [1, 0, 0, 0]}\n"
                   "    reshelve: {to: rdc, transit: 6 h}\n"
                 + rest;
    return small;
}

}  // namespace

TEST_CASE("reasons of returns are parts of the share") {
    Small small;
    small.more = channel;
    const LoadedText loaded(small.text());
    REQUIRE(loaded.problems.empty());
    CHECK(loaded.spec().channels[0].return_share == 0.2);
    CHECK(loaded.spec().channels[0].return_quality == 0.08);
    CHECK(loaded.spec().channels[0].return_expectation == 0.09);
    CHECK(loaded.spec().return_centres.empty());
}

TEST_CASE("a return centre is read with its stages, grades, routes and money") {
    const LoadedText loaded(
        with_centre("    at_least: 2 d\n"
                    "    freight: 6 CNY\n"
                    "    accuracy: 92 %\n"
                    "    window: 7 d\n"
                    "    window_until: received\n"
                    "    routes: {B: special, C: repair, late: special}\n"
                    "    special: {every: 7 d, offset: 20 h, price: 80 %, loses: 1 %, sold: 90 %, tries: 3}\n"
                    "    repair: {cost: 9 CNY/unit, then: special}\n"
                    "    fixed: 864 CNY/day\n"
                    "    refund: {after: started, plus: 2 h}\n"
                    "    refund_only: {share: 5 %, up_to: 50 CNY, untrue: 10 %, caught: 80 %, wrongly_caught: 2 %}\n")
            .text());
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& centre = loaded.spec().return_centres.at(0);
    CHECK(centre.markets == std::vector<Index>{0, 1});
    CHECK(centre.lon == Approx(114.30));
    CHECK(centre.min_transit == sim::day * 2);
    CHECK(centre.freight_per_order == 6 * currency_unit);
    CHECK(centre.dock->name == "dock");
    CHECK(centre.inspect.servers == 4);
    CHECK(centre.inspect.per == StageSpec::Per::unit);
    CHECK(centre.accuracy == Approx(0.92));
    CHECK(centre.grades[0][2] == Approx(0.3));
    CHECK(centre.grades[2][0] == 1);
    CHECK(centre.window == sim::day * 7);
    CHECK(centre.window_until == ReturnCentreSpec::Moment::received);
    CHECK(centre.routes[0] == ReturnRoute::reshelve);
    CHECK(centre.routes[1] == ReturnRoute::special);
    CHECK(centre.routes[2] == ReturnRoute::repair);
    CHECK(centre.routes[3] == ReturnRoute::scrap);
    CHECK(centre.late_route == ReturnRoute::special);
    CHECK(centre.repaired == ReturnRoute::special);
    CHECK(centre.reshelve->site == 1);
    CHECK(centre.special->offset == sim::hour * 20);
    CHECK(centre.special->tries == 3);
    CHECK(centre.fixed_per_day == 864 * currency_unit);
    CHECK(centre.refund_after == ReturnCentreSpec::Moment::started);
    CHECK(centre.refund_only_up_to == 50 * currency_unit);
    CHECK(centre.wrongly_caught == Approx(0.02));
}

TEST_CASE("all that is wrong with a return centre is said at once") {
    const LoadedText loaded(with_centre("    routes: {B: special}\n"
                                        "    outlet: {every: 7 d, price: 30 %}\n"
                                        "    window_until: received\n")
                                .text());
    // No special sale, a stage of repair that nothing needs, a word that does nothing.
    CHECK(loaded.problems.count() == 3);
}

namespace {

/// A centre of which only these parts are of interest.
std::string service_problem(const std::string& rest) {
    const LoadedText loaded(
        with_centre("    outlet: {every: 7 d, price: 30 %}\n    routes: {C: repair}\n" + rest).text());
    return loaded.first_problem();
}

}  // namespace

TEST_CASE("a customer service is read") {
    const LoadedText loaded(with_centre("    outlet: {every: 7 d, price: 30 %}\n"
                                        "    routes: {C: repair}\n"
                                        "    service:\n"
                                        "      agents: {servers: 7, time: 8 min, hours: day}\n"
                                        "      bot: 80 %\n"
                                        "      answer_within: 15 min\n"
                                        "      liable: {supplier_pays: 60 %, accuracy: 95 %}\n"
                                        "    refund: {after: answered}\n")
                                .text());
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& centre = loaded.spec().return_centres.at(0);
    REQUIRE(centre.service.has_value());
    CHECK(centre.service->name == "service");
    CHECK(centre.service->servers == 7);
    CHECK(centre.service->work.mean() == Approx(480));
    CHECK_FALSE(centre.service->calendar.is_constant());
    CHECK(centre.service->by_priority);
    CHECK(centre.tickets.bot == Approx(0.8));
    CHECK(centre.tickets.answer_within == sim::minute * 15);
    CHECK(centre.tickets.supplier_pays == Approx(0.6));
    CHECK(centre.tickets.accuracy == Approx(0.95));
    CHECK(centre.refund_after == ReturnCentreSpec::Moment::answered);
}

TEST_CASE("a customer service by itself has no bot, puts complaints first, and claims nothing") {
    const LoadedText loaded(with_centre("    outlet: {every: 7 d, price: 30 %}\n"
                                        "    routes: {C: repair}\n"
                                        "    service: {agents: 40 orders/h, complaints_first: false}\n")
                                .text());
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& centre = loaded.spec().return_centres.at(0);
    CHECK(centre.service->work.mean() == Approx(90));
    CHECK_FALSE(centre.service->by_priority);
    CHECK(centre.tickets.bot == 0);
    CHECK(centre.tickets.answer_within == sim::hour);
    CHECK(centre.tickets.supplier_pays == 0);
    CHECK(centre.tickets.accuracy == 1);
    CHECK(centre.refund_after == ReturnCentreSpec::Moment::inspected);
}

TEST_CASE("a customer service that cannot be is refused where it is written") {
    using Catch::Contains;
    CHECK_THAT(service_problem("    refund: {after: answered}\n"),
               Contains("nobody answers customers who begin a return"));
    CHECK_THAT(service_problem("    service: {bot: 80 %}\n"), Contains("agents"));
    CHECK_THAT(service_problem("    service: {agents: {time: 1 h, queue: priority}}\n"), Contains("complaints_first"));
    CHECK_THAT(service_problem("    service: {agents: {time: 1 h}, liable: {supplier_pays: 0 %}}\n"),
               Contains("nothing is ever claimed"));
    CHECK_THAT(service_problem("    service: {agents: {time: 1 h}, liable: {}}\n"), Contains("supplier_pays"));
    CHECK_THAT(service_problem("    service: {agents: {time: 1 h}, bot: 120 %}\n"), Contains("120 %"));
    CHECK_THAT(service_problem("    service: {agents: {time: 1 h}, answer_within: 0 h}\n"), Contains("0 h"));
    CHECK_THAT(service_problem("    service: 5\n"), Contains("service"));
    CHECK_THAT(service_problem("    service: {agents: {time: 1 h}}\n    window: 7 d\n    window_until: answered\n"),
               Contains("answered"));
}

TEST_CASE("recalls, test benches and a refund fund are read") {
    Small small = with_centre(
        "    outlet: {every: 7 d, price: 30 %}\n    routes: {C: repair}\n    fund: {opening: 5k CNY, share: 1 %, pays: "
        "quality}\n");
    small.more +=
        "quality:\n"
        "  suppliers:\n"
        "    - {at: supplier, share: 2 %}\n"
        "  inspections:\n"
        "    - {at: rdc, units: 80 units, time: {exponential: 4 h}, benches: 2, admission: 3}\n"
        "  recall:\n"
        "    by: batch\n"
        "    returns: {at_least: 12 units, share: 40 %, every: 6 h}\n"
        "    news: 2 h\n"
        "    goods: scrap\n"
        "    customers: 30 %\n"
        "    bad: 15 %\n"
        "    dates:\n"
        "      - {at: 9 d, products: face-mask, from: 2 d, to: 3 d}\n"
        "      - {at: 8 d}\n";
    const LoadedText loaded(small.text());
    INFO(loaded.first_problem());
    REQUIRE(loaded.problems.empty());
    const auto& spec = loaded.spec();
    CHECK(spec.return_centres.at(0).fund->opening == 5000 * currency_unit);
    CHECK(spec.return_centres.at(0).fund->share == Approx(0.01));
    CHECK(spec.return_centres.at(0).fund->pays[0]);
    CHECK_FALSE(spec.return_centres.at(0).fund->pays[1]);
    CHECK(spec.inspections.at(0).time.mean() == Approx(4 * 3600));
    CHECK(spec.inspections.at(0).benches == 2);
    CHECK(spec.inspections.at(0).admission == 3);
    REQUIRE(spec.recall.has_value());
    CHECK(spec.recall->by_batch);
    CHECK(spec.recall->at_least == 12);
    CHECK(spec.recall->share == Approx(0.4));
    CHECK(spec.recall->every == sim::hour * 6);
    CHECK(spec.recall->news == sim::hour * 2);
    CHECK_FALSE(spec.recall->sends_back);
    CHECK(spec.recall->answers == Approx(0.3));
    CHECK(spec.recall->bad_share == Approx(0.15));
    REQUIRE(spec.recall->dated.size() == 2);
    CHECK(spec.recall->dated[0].at == sim::Time{} + sim::day * 8);
    CHECK(spec.recall->dated[0].products == std::vector<Index>{0, 1});
    CHECK(spec.recall->dated[0].to == spec.recall->dated[0].at);
    CHECK(spec.recall->dated[1].products == std::vector<Index>{1});
    CHECK(spec.recall->dated[1].from == sim::Time{} + sim::day * 2);
}

TEST_CASE("a recall lies in the simulated time") {
    const auto first_problem = [](const std::string& date) {
        Small small;
        small.more = "quality: {suppliers: [{at: supplier, share: 2 %}], recall: {dates: [" + date + "]}}\n";
        return LoadedText(small.text()).first_problem();
    };
    using Catch::Contains;
    CHECK(first_problem("{at: 9 d, from: 2 d, to: 3 d}").empty());
    CHECK_THAT(first_problem("{at: 2025-06-20T09:00+08:00, from: 2025-06-01T00:00+08:00, to: 2025-06-08T00:00+08:00}"),
               Contains("nothing can have come in before the start"));
    CHECK_THAT(first_problem("{at: 0 d}"), Contains("nothing can have come in before the start"));
    CHECK_THAT(first_problem("{at: 900 d, from: 2 d, to: 3 d}"), Contains("after the end of the simulated time"));
}
