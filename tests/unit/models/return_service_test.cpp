#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/queue_theory.hpp"
#include "tests/unit/models/return_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

constexpr std::size_t service_row = 1;  ///< of /summary/return_stages: an inspection is in front of it

/// Of independent replications.
struct Sample {
    void add(double value) {
        sum += value;
        squares += value * value;
        ++count;
    }

    double mean() const { return sum / count; }

    /// 99.9 %, for 20 of them.
    double half_width() const {
        return 3.883 * std::sqrt((squares / count - mean() * mean()) / (count - 1));  // t(19, 0.9995)
    }

    double sum = 0, squares = 0, count = 0;
};

/// Waits in hours for an agent: of all, and of those whose goods are bad; then of the others.
struct Waits {
    Sample all, complaints, others;
};

constexpr double rate = 0.004, bot = 0.25, work = 700;  // 70 % busy

/// Three agents; half of the returns are of bad goods.
Waits waits(bool complaints_first) {
    Waits waits;
    for (std::uint32_t replication = 0; replication < 20; ++replication) {
        auto builder = test::returning_shop(rate * 2, 0.5);
        auto& spec = builder.spec;
        spec.replication = replication;
        spec.trace.orders_share = 0;
        spec.channels[0].return_after = Distribution::gamma(4 * 86'400, 0.2);
        spec.warm_up = sim::day * 15;
        spec.horizon = sim::day * 60;
        auto& centre = spec.return_centres[0];
        centre.service = test::stage("service", 3, Distribution::exponential(work));
        centre.service->by_priority = complaints_first;
        centre.tickets.bot = bot;
        const Run run(spec);
        waits.all.add(run.numbers("/summary/return_stages/mean_wait").at(service_row) * 3600);
        // Answers of the bot take no time, those of agents a wait and the work.
        const auto of = [&](const char* column) { return run.numbers(std::string("/summary/tickets/") + column)[0]; };
        const auto wait = [&](double hours, double answers) { return hours * 3600 / answers / (1 - bot) - work; };
        waits.complaints.add(wait(of("complaint_hours"), of("complaints")));
        waits.others.add(wait(of("answer_hours") - of("complaint_hours"), of("answered") - of("complaints")));
    }
    return waits;
}

void check(const Sample& got, double expected, const char* what) {
    INFO(what << ": " << got.mean() << " s +- " << got.half_width() << ", expected " << expected << " s");
    CHECK(std::abs(got.mean() - expected) < got.half_width());
    CHECK(got.half_width() < expected * 0.15);
}

/// Everything, and a service with too much to do by day.
test::SpecBuilder served_returns() {
    auto builder = test::everything_returns(0.02);
    auto& centre = builder.spec.return_centres[0];
    centre.service = test::stage("service", 2, Distribution::gamma(400, 0.5));
    centre.service->by_priority = true;
    centre.service->calendar = WeeklyProfile({{Duration{}, 0}, {sim::hour * 9, 1}}, Duration{});
    centre.tickets = {0.3, sim::hour, 0.6, 0.9};
    centre.refund_after = ReturnCentreSpec::Moment::answered;
    builder.spec.horizon = sim::day * 12;
    return builder;
}

/// When each return of the sample was answered, refunded and graded.
auto times_of(const Run& run) {
    std::map<std::int64_t, std::tuple<std::int64_t, std::int64_t, std::int64_t>> times;
    const auto id = run.integers("/returns/id"), answered = run.integers("/returns/answered"),
               refunded = run.integers("/returns/refunded"), inspected = run.integers("/returns/inspected");
    for (std::size_t i = 0; i < id.size(); ++i)
        times[id[i]] = {answered[i], refunded[i], inspected[i]};
    return times;
}

}  // namespace

TEST_CASE("waits for agents are those of M/M/c, and of its two classes with complaints first") {
    const double load = rate * (1 - bot) * work / 3, alone = work * test::erlang_wait(3, load) * (1 - load);
    const Waits in_order = waits(false), by_class = waits(true);
    check(in_order.all, alone / (1 - load), "first come, first served");
    check(in_order.complaints, alone / (1 - load), "complaints, first come, first served");
    check(by_class.all, alone / (1 - load), "all");
    check(by_class.complaints, alone / (1 - load / 2), "complaints first");
    check(by_class.others, alone / (1 - load / 2) / (1 - load), "others then");
}

TEST_CASE("Little's law holds to the microsecond for tickets") {
    auto builder = served_returns();
    auto& spec = builder.spec;
    spec.channels[0].return_after = Distribution::constant(86'400);  // the news is there before
    spec.return_centres[0].tickets.bot = 0;
    spec.warm_up = sim::day * 3;
    const Run run(spec);
    const std::int64_t from = spec.warm_up.us, end = (spec.warm_up + spec.horizon).us;
    const auto started = run.integers("/returns/started"), answered = run.integers("/returns/answered");
    std::int64_t time = 0, jobs = 0, open = 0;
    for (std::size_t i = 0; i < started.size(); ++i) {
        const std::int64_t until = answered[i] == no_time ? end : std::min(answered[i], end);
        time += std::max<std::int64_t>(until - std::max(started[i], from), 0);
        jobs += started[i] >= from;
        open += answered[i] == no_time;
    }
    REQUIRE(jobs > 3000);
    CHECK(open > 0);
    const auto at = [&](const char* name) {
        const auto column = run.integers(std::string("/summary/return_stages/") + name);
        return column.back();
    };
    CHECK(run.integers("/summary/return_stages/stage").back() == 3);
    CHECK(at("waiting_us") + at("service_us") == time);
    CHECK(at("arrivals") == jobs);
    CHECK(run.sum("/summary/tickets/tickets") == jobs);
    CHECK(at("waiting_us") > 0);
    // Between the last sample and the end tickets came and were answered.
    CHECK(run.sum("/series/tickets/answered") <= static_cast<std::int64_t>(started.size()) - open);
}

TEST_CASE("times of answers and refunds do not depend on how often a centre looks") {
    for (const bool has_fund : {false, true}) {
        auto builder = served_returns();
        auto& centre = builder.spec.return_centres[0];
        centre.refund_plus = {};
        if (has_fund)
            centre.fund = RefundFundSpec{100 * currency_unit, 0.12, {true, false, false}};
        const auto reference = times_of(Run(builder.spec));
        REQUIRE(reference.size() > 3000);
        for (const Duration wave : {sim::minute, sim::minute * 37}) {
            centre.wave = wave;
            CHECK((times_of(Run(builder.spec)) == reference));
        }
    }
}

TEST_CASE("tickets are the same with any number of workers, and after a stop") {
    auto builder = served_returns();
    auto& spec = builder.spec;
    spec.return_centres[0].fund = RefundFundSpec{500 * currency_unit, 0.2, {true, false, false}};
    const Run reference(spec);
    REQUIRE(reference.sum("/summary/tickets/by_bot") > 1000);
    REQUIRE(reference.sum("/series/tickets/waiting") > 1000);
    test::check_workers(spec, reference);
    test::check_resumed(spec, sim::hour * 41, 6);
}

TEST_CASE("with a service a return has the goods, the state and the reason that it has without") {
    const auto facts = [](const Run& run) {
        std::map<std::int64_t, std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>> all;
        const auto id = run.integers("/returns/id"), started = run.integers("/returns/started"),
                   received = run.integers("/returns/received"), grade = run.integers("/returns/grade"),
                   reason = run.integers("/returns/reason");
        for (std::size_t i = 0; i < id.size(); ++i)
            all[id[i]] = {started[i], received[i], grade[i], reason[i]};
        return all;
    };
    auto builder = served_returns();
    const auto with = facts(Run(builder.spec));
    builder.spec.return_centres[0].service.reset();
    builder.spec.return_centres[0].refund_after = ReturnCentreSpec::Moment::inspected;
    CHECK((facts(Run(builder.spec)) == with));
}
