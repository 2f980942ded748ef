// Stages that serve by class: the lowest first, nobody is interrupted.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/distribution.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/sites/stage.hpp"

#include "tests/support/queue_theory.hpp"
#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::SpecBuilder;

namespace {

constexpr Duration work = sim::second * 100;

/// Of one order; times in seconds. Leaves at `gone` if it has not started by then.
struct Stay {
    std::int64_t ready = 0, gone = 0;
    std::uint8_t job_class = 0;
    std::int64_t start = -1;  ///< as played by hand

    std::int64_t end() const { return start >= 0 ? start : gone; }  ///< of the wait
};

bool comes_first(const Stay& a, const Stay& b) {
    return a.job_class != b.job_class ? a.job_class < b.job_class : a.ready < b.ready;
}

/// Second by second: who leaves goes first, then servers get free, then the best of those that wait is taken.
std::vector<Stay> play(std::vector<Stay> stays, std::uint32_t servers, std::int64_t end) {
    std::vector<std::int64_t> busy;
    for (std::int64_t now = 0; now < end; ++now) {
        std::erase_if(busy, [&](std::int64_t until) { return until <= now; });
        while (servers == 0 || busy.size() < servers) {
            Stay* next = nullptr;
            for (Stay& stay : stays) {
                const bool waits = stay.start < 0 && stay.ready <= now && stay.gone > now;
                if (waits && (next == nullptr || comes_first(stay, *next)))
                    next = &stay;
            }
            if (next == nullptr)
                break;
            next->start = now;
            busy.push_back(now + work.us / sim::second.us);
        }
    }
    return stays;
}

std::int64_t waiting_at(const std::vector<Stay>& stays, std::int64_t t) {
    return std::count_if(stays.begin(), stays.end(), [&](const Stay& s) { return s.ready <= t && s.end() > t; });
}

Time at(std::int64_t seconds) {
    return Time{seconds * sim::second.us};
}

StageSpec classes(std::uint32_t servers, const Distribution& time) {
    StageSpec spec = test::stage("pick", servers, time);
    spec.by_priority = true;
    return spec;
}

Job job_of(const std::vector<Stay>& stays, std::size_t i) {
    Job job;
    job.order.key = i + 1;
    job.order.placed = job.released = job.ready = at(stays[i].ready);
    job.order.quantity = 1;
    return job;
}

/// All ready at times of their own; some leave, some of them before they are ready.
std::vector<Stay> random_stays(sim::RandomStream& random, bool may_leave) {
    std::vector<std::int64_t> times(2000);
    for (std::size_t i = 0; i < times.size(); ++i)
        times[i] = static_cast<std::int64_t>(i);
    std::vector<Stay> stays(1 + random.below(60));
    for (std::size_t i = 0; i < stays.size(); ++i) {
        std::swap(times[i], times[i + random.below(static_cast<std::uint32_t>(times.size() - i))]);
        const bool leaves = may_leave && random.below(3) == 0;
        const auto gone = leaves ? times[i] + std::int64_t{random.below(700)} - 50 : INT64_MAX;
        stays[i] = {times[i], std::max<std::int64_t>(gone, 0), static_cast<std::uint8_t>(random.below(4)), -1};
    }
    return stays;
}

struct Case {
    std::vector<Stay> stays;
    std::uint32_t servers = 0;
};

/// Works it off in steps; somewhere on the way the stage is saved and read back.
struct Played {
    explicit Played(const Case& c, sim::RandomStream& random)
        : stage(classes(c.servers, Distribution::constant(work.seconds())), {1, 0}, 1)
        , stays(c.stays) {
        const std::int64_t from = random.below(1500);
        for (std::int64_t now = 0; now < 9000; now += 1 + random.below(400)) {
            if (!is_measuring && now >= from) {
                advance(from);
                stage.start_measuring(at(from));
                is_measuring = true;
                measured_from = from;
            }
            advance(now);
            if (random.below(8) == 0)
                save_and_load(c.servers);
        }
        advance(9000);
    }

    void advance(std::int64_t now) {
        for (; given < stays.size(); ++given)
            stage.push(job_of(stays, given), stays[given].job_class);
        stage.advance_or_leave(
            at(now),
            [&](const Job& job, Time, Duration waited) {
                REQUIRE(job.ready - work - waited == at(stays[job.order.key - 1].ready));
                starts[job.order.key] = job.ready - work;
            },
            [&](const Order& order) {
                const auto gone = stays[order.key - 1].gone;
                return gone == INT64_MAX ? sim::end_of_time : at(gone);
            },
            [&](const Job& job) { left[job.order.key] = job.ready; });
    }

    void save_and_load(std::uint32_t servers) {
        std::stringstream stream;
        {
            sim::StateWriter writer(stream);
            stage.serialize(writer);
        }
        stage = Stage(classes(servers, Distribution::constant(work.seconds())), {1, 0}, 1);
        sim::StateReader reader(stream);
        stage.serialize(reader);
    }

    Stage stage;
    const std::vector<Stay>& stays;
    std::size_t given = 0;
    bool is_measuring = false;
    std::int64_t measured_from = 0;
    std::map<std::uint64_t, Time> starts, left;
};

/// Mean waits by class, in units of the mean work, of many customers.
std::vector<double> waits_of(std::uint32_t servers, const std::vector<double>& loads, int customers) {
    Stage stage(classes(servers, Distribution::exponential(1)), {7, 0}, 1);
    sim::RandomStream random({7, 0}, 2, 3);
    double all = 0;
    for (const double load : loads)
        all += load;
    std::vector<double> sum(loads.size());
    std::vector<double> count(loads.size());
    std::vector<std::uint8_t> class_of;
    Time now;
    const auto next = [&](const Job& job, Time, Duration waited) {
        const std::size_t k = class_of[job.order.key];
        sum[k] += waited.seconds();
        ++count[k];
    };
    for (int i = 0; i < customers; ++i) {
        now += sim::from_seconds(sim::sample_unit_exponential(random) / (all * servers));
        double u = random.uniform() * all;
        std::uint8_t k = 0;
        for (; k + 1U < loads.size() && u >= loads[k]; ++k)
            u -= loads[k];
        Job job;
        job.order.key = class_of.size();
        job.order.quantity = 1;
        job.released = job.ready = now;
        class_of.push_back(k);
        stage.push(job, k);
        stage.advance(now, next);
    }
    for (std::size_t k = 0; k < loads.size(); ++k)
        sum[k] /= count[k];
    return sum;
}

}  // namespace

TEST_CASE("a stage by classes starts whom one who looks every second would start, and knows its longest queue") {
    int waited = 0;
    for (std::uint64_t number = 0; number < 400; ++number) {
        INFO(number);
        sim::RandomStream random({11, 0}, number, 1);
        Case c{random_stays(random, number % 2 == 1), random.below(4)};
        const auto expected = play(c.stays, c.servers, 9000);
        Played played(c, random);
        // Who waits when the measuring begins counts.
        std::int64_t longest = played.is_measuring ? waiting_at(expected, played.measured_from) : 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const bool starts = expected[i].start >= 0;
            REQUIRE(played.starts.contains(i + 1) == starts);
            REQUIRE(played.left.contains(i + 1) == !starts);
            if (starts)
                REQUIRE(played.starts.at(i + 1) == at(expected[i].start));
            waited += expected[i].start > expected[i].ready;
            if (expected[i].ready >= played.measured_from)
                longest = std::max(longest, waiting_at(expected, expected[i].ready));
        }
        REQUIRE(played.stage.totals(at(9000)).max_waiting == longest);
    }
    CHECK(waited > 3000);
}

TEST_CASE("mean waits by class are Cobham's for one server, and Kella and Yechiali's for several") {
    // W of class k = C(c, load) / c / ((1 - loads of the better) (1 - these and its own)), in units of the mean work.
    for (const std::uint32_t servers : {1U, 3U}) {
        const std::vector<double> loads{0.3, 0.2, 0.3};
        const auto got = waits_of(servers, loads, 1'500'000);
        double better = 0;
        for (std::size_t k = 0; k < loads.size(); ++k) {
            const double expected = test::erlang_c(servers, 0.8) / servers / ((1 - better) * (1 - better - loads[k]));
            INFO("class " << k << " of " << servers << " servers: " << got[k] << ", expected " << expected);
            CHECK(got[k] == Approx(expected).epsilon(0.04));
            better += loads[k];
        }
    }
}

namespace {

/// A shop with one server and two channels with these loads of it; work of 10 s on average.
SpecBuilder shop_of_two(const std::array<double, 2>& loads) {
    SpecBuilder builder;
    builder.product("tea");
    builder.market("east");
    builder.channel("express");
    builder.channel("web");
    builder.spec.channels[0].priority = 2;
    for (auto& channel : builder.spec.channels)
        channel.release_every = channel.release_lag = Duration{};
    const Index shop = builder.supplier("shop");
    builder.lane_to_market(shop, 0, 3600);
    auto& spec = builder.spec;
    spec.sites[shop].outbound = {classes(1, Distribution::exponential(10))};
    spec.sites[shop].wave = sim::second;
    spec.horizon = sim::day * 40;
    spec.trace.shipments = spec.trace.decisions = false;
    for (const Index c : {0U, 1U})
        builder.demand(loads[c] / 10, false).channels = {c};
    return builder;
}

}  // namespace

TEST_CASE("orders of an urgent channel pass a stage as Cobham's first class does") {
    const test::Run run(shop_of_two({0.3, 0.4}).spec);
    const auto placed = run.integers("/orders/placed"), shipped = run.integers("/orders/shipped"),
               desk = run.integers("/orders/desk");
    double sum[2] = {}, count[2] = {};
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (shipped[i] == no_time)
            continue;
        sum[desk[i]] += static_cast<double>(shipped[i] - placed[i]) / 1e6;
        ++count[desk[i]];
    }
    // 10 s of work, and half a wave of a second. Of 100,000 and 140,000 orders, correlated: about 2 % (one standard
    // error).
    CHECK(count[0] > 90'000);
    CHECK(sum[0] / count[0] - 10.5 == Approx(10 * 0.7 / 0.7).epsilon(0.06));
    CHECK(sum[1] / count[1] - 10.5 == Approx(10 * 0.7 / (0.7 * 0.3)).epsilon(0.08));
}
