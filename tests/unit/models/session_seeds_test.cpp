#include "models/demand/session_seeds.hpp"

#include <functional>

#include "models/demand/broadcasts.hpp"
#include "models/fit.hpp"

#include "tests/unit/models/model_runs.hpp"
#include "tests/unit/models/show_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;
using test::Run;

namespace {

/// Evenings that customers come to and nobody else buys: hosts, luck, a script, carts and a cap.
ModelSpec evenings_alone(std::uint32_t times, double orders) {
    ModelSpec spec = test::evenings(times, orders).spec;
    spec.demand.clear();
    spec.hosts = {test::host("star", HostSpec::Tier::s, 4e6, {"beauty"}),
                  test::host("other", HostSpec::Tier::a, 1e6, {"beauty"})};
    for (auto& host : spec.hosts) {
        host.absences_per_year = 100;
        host.absent_for = sim::day;
    }
    spec.host_policy.substitutes = 1;
    auto& session = spec.sessions[0];
    session.hosts = {0, 1};
    session.luck_cv = 0.5;
    session.carts = CartSpec{0.4, Distribution::uniform(0, 20'000)};
    session.cap = static_cast<Units>(3.5 * orders);
    session.to_base = 0.3;
    session.to_base_over = sim::day;
    ScriptSpec event;
    event.at = Distribution::uniform(0, 3000);
    event.lasts = sim::minute * 10;
    event.rate = 3;
    session.script = {event};
    return spec;
}

/// States of a run at each of its snapshots.
std::vector<std::string> states_of(const ModelSpec& spec) {
    std::vector<std::string> states;
    const Run run(spec, {}, &states);
    return states;
}

/// With snapshots, some of them during a broadcast.
ModelSpec evenings_and_states() {
    ModelSpec spec = evenings_alone(8, 400);
    spec.snapshot.every = sim::hour * 31;
    return spec;
}

constexpr const char* customers[] = {"/series/sessions/carts",
                                     "/series/sessions/orders",
                                     "/series/sessions/turned_away",
                                     "/broadcasts/carts",
                                     "/broadcasts/orders",
                                     "/broadcasts/units",
                                     "/broadcasts/host",
                                     "/script/from"};

/// Over broadcasts drawn after a fork.
struct Sums {
    double luck = 0, square = 0, away = 0;
    int n = 0;

    void add(const Broadcast& show, Time fork) {
        // Carts are filled up to 10,000 + 8 · 5,774 s ahead, and absences of the day before are partly old.
        if (show.start < fork + sim::second * 56'000 + sim::day)
            return;
        ++n;
        luck += show.luck;
        square += (show.luck - 1) * (show.luck - 1);
        away += show.host != show.planned;
    }
};

void check_same_customers(const Run& a, const Run& b) {
    CHECK(a.result.demand_digest == b.result.demand_digest);
    for (const char* column : customers) {
        INFO(column);
        CHECK(a.numbers(column) == b.numbers(column));
    }
}

}  // namespace

TEST_CASE("earlier seeds hold until their fork, and longer where carts are filled ahead") {
    ModelSpec spec;
    spec.seed = 3;
    spec.earlier_seeds = {{{1, 0}, at_seconds(100)}, {{2, 5}, at_seconds(200)}};
    SessionSpec session;
    const SessionSeeds plain(spec, session);
    CHECK(plain.at(at_seconds(99.9)) == sim::RunSeed{1, 0});
    CHECK(plain.at(at_seconds(100)) == sim::RunSeed{2, 5});
    CHECK(plain.at(at_seconds(200)) == sim::RunSeed{3, 0});
    CHECK(plain.ends(at_seconds(100)) == at_seconds(200));
    CHECK(plain.ends(at_seconds(200)) == sim::end_of_time);
    session.carts = CartSpec{0.5, Distribution::constant(60)};
    const SessionSeeds ahead(spec, session);
    CHECK(ahead.at(at_seconds(159)) == sim::RunSeed{1, 0});
    CHECK(ahead.at(at_seconds(160)) == sim::RunSeed{2, 5});
    CHECK(ahead.fork_before(at_seconds(159)) == Time{});
    CHECK(ahead.fork_before(at_seconds(160)) == at_seconds(100));
    CHECK(ahead.fork_before(at_seconds(300)) == at_seconds(200));
    CHECK(SessionSeeds({9, 1}).at(at_seconds(1e6)) == sim::RunSeed{9, 1});
}

TEST_CASE("a fork with another seed has the customers of a run whose sessions had the old seed until then") {
    const ModelSpec spec = evenings_and_states();
    const auto states = states_of(spec);
    REQUIRE(states.size() == 6);
    const Run before(spec);
    for (std::size_t i = 0; i < states.size(); ++i) {
        INFO("state " << i);
        ModelSpec other = spec;
        other.seed = 77 + i;
        const Run fork(other, {}, nullptr, states[i]);
        check_same_customers(fork, Run(Model::forked(other, states[i])));  // from time zero
        const bool has_more = i < 5;  // broadcasts that no cart was filled for by then
        CHECK((fork.result.demand_digest != before.result.demand_digest) == has_more);
        const auto hours = static_cast<std::ptrdiff_t>(31 * (i + 1));
        const auto old = before.numbers("/series/sessions/carts"), now = fork.numbers("/series/sessions/carts");
        CHECK(std::equal(old.begin(), old.begin() + hours, now.begin()));
        const auto of_shows = fork.numbers("/broadcasts/carts");
        CHECK(std::accumulate(now.begin(), now.end(), 0.0) == std::accumulate(of_shows.begin(), of_shows.end(), 0.0));
    }
}

TEST_CASE("a fork with another seed is resumed, and forked again") {
    const ModelSpec spec = evenings_and_states();
    ModelSpec other = spec, third = spec;
    other.seed = 77;
    third.seed = 5;
    std::vector<std::string> later;
    const Run fork(other, {}, &later, states_of(spec)[1]);
    REQUIRE(later.size() == 4);
    check_same_customers(Run(Model::spec_of(later[0]), {}, nullptr, later[0]), fork);
    const Run again(third, {}, nullptr, later[0]);
    check_same_customers(again, Run(Model::forked(third, later[0])));
    CHECK(again.result.demand_digest != fork.result.demand_digest);
}

TEST_CASE("forks with other seeds draw other luck and absences from then on") {
    const auto fork = Time{(sim::day * 15).us};
    ModelSpec spec = evenings_alone(30, 100);
    spec.earlier_seeds = {{{spec.seed, 0}, fork}};
    const auto before = Broadcasts(spec).of(0).front();
    Sums sums;
    for (spec.seed = 100; spec.seed < 400; ++spec.seed) {
        const Broadcasts broadcasts(spec);
        CHECK(broadcasts.of(0).front().luck == before.luck);
        for (const auto& show : broadcasts.of(0))
            sums.add(show, fork);
    }
    REQUIRE(sums.n == 300 * 14);
    const double n = sums.n;
    CHECK(std::abs(sums.luck / n - 1) < 4 * 0.5 / std::sqrt(n));
    CHECK(std::sqrt(sums.square / n) == Approx(0.5).epsilon(0.1));
    // Away: an absence that began in the day before, 100 a year.
    const double p = 1 - std::exp(-100.0 / 365);
    std::printf("forks: absent %.4f, expected %.4f\n", sums.away / n, p);
    CHECK(std::abs(sums.away / n - p) < 4 * std::sqrt(p * (1 - p) / n));
}

TEST_CASE("a fork is refused where its rich sessions would have sold otherwise before") {
    ModelSpec spec = evenings_alone(3, 100);
    spec.demand = test::evenings(3, 100).spec.demand;
    ModelSpec other = spec;
    other.seed = 9;
    CHECK(why_unfit(spec, other).empty());
    other.demand[0].orders_per_second *= 2;  // shares of markets and products stay
    CHECK(why_unfit(spec, other).empty());
    other.products[0].popularity *= 2;
    CHECK_THAT(why_unfit(spec, other), Catch::Contains("'evening' sells as the base orders do"));
    spec.sessions[0].orders.reset();
    spec.sessions[0].lift = 3;
    other = spec;
    CHECK(why_unfit(spec, other).empty());
    other.demand[0].orders_per_second *= 2;
    CHECK_THAT(why_unfit(spec, other), Catch::Contains("'evening' sells as the base orders do"));
}
