#include "sim/engine/executive.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/back_ends.hpp"
#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

/// Groups that tick once a second and are linked in a ring with a lookahead of a minute.
std::vector<Scripted*> add_ring(Engine& engine, int size) {
    std::vector<Scripted*> ring;
    for (int i = 0; i < size; ++i) {
        auto& process = engine.add(std::make_unique<Scripted>("ring " + std::to_string(i)));
        process.on_start = [](Context& context) { context.schedule(Time{} + second, Tick{}); };
        process.on_message = [](Context& context, Event&) { context.schedule(context.now() + second, Tick{}); };
        ring.push_back(&process);
    }
    for (std::size_t i = 0; i < ring.size(); ++i) {
        ring[i]->outputs.resize(1);
        engine.connect(*ring[i], ring[i]->outputs[0], *ring[(i + 1) % ring.size()], minute);
    }
    return ring;
}

}  // namespace

TEST_CASE("shards of one round are run by two workers at the same time") {
    for (const Workers backend : tested_back_ends()) {
        if (!can_run_two_at_once(backend))
            continue;
        Engine engine(parallel_options(backend, 2, 2));
        const auto ring = add_ring(engine, 2);
        Meeting meeting(2);
        for (Scripted* process : ring) {
            process->on_message = [&](Context&, Event&) { meeting.arrive_and_wait(); };
        }
        const auto report = engine.run_until(Time{} + minute);
        CHECK(meeting.took_place());
        CHECK(report.worker_events == std::vector<std::uint64_t>{1, 1});
    }
}

TEST_CASE("the events of all workers add up") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        add_ring(engine, 50);
        const auto report = engine.run_until(Time{} + minute * 3);
        std::uint64_t sum = 0;
        for (const auto events : report.worker_events)
            sum += events;
        CHECK(report.worker_events.size() == options.workers);
        CHECK(report.events == 50 * 179);
        CHECK(sum == report.events);
    }
}

TEST_CASE("small rounds are not shared and give the same digest") {
    EngineOptions patient = parallel_options(default_workers(), 2);
    patient.share_rounds_above_ns = UINT32_MAX;
    RunDigest digests[2];
    for (const bool is_patient : {false, true}) {
        Engine engine(is_patient ? patient : parallel_options(default_workers(), 2));
        add_ring(engine, 40);
        const auto report = engine.run_until(Time{} + minute * 10);
        digests[is_patient ? 1 : 0] = report.digest;
        if (is_patient)
            CHECK(report.worker_events == std::vector<std::uint64_t>{40 * 599, 0});
    }
    CHECK(digests[0].total == digests[1].total);
}

TEST_CASE("unequal groups are all run, the busiest and the idle ones") {
    for (const Workers backend : tested_back_ends()) {
        Engine engine(parallel_options(backend, 3));
        const auto ring = add_ring(engine, 200);
        for (const std::size_t busy : {0U, 77U, 199U}) {
            ring[busy]->on_message = [](Context& context, Event&) {
                context.schedule(context.now() + second * 1 - microsecond * 990'000, Tick{});
            };
        }
        const auto report = engine.run_until(Time{} + minute * 2);
        CHECK(report.events == 197 * 119 + 3 * 11'900);
    }
}

TEST_CASE("one short link among long ones does not shorten the rounds of the rest") {
    const auto rounds = [](Duration lookahead_of_one) {
        Engine engine(parallel_options(default_workers(), 1, 4));
        const auto ring = add_ring(engine, 100);
        ring[3]->outputs.resize(2);
        engine.connect(*ring[3], ring[3]->outputs[1], *ring[4], lookahead_of_one);
        engine.connect(*ring[4], ring[4]->outputs[0], *ring[3], lookahead_of_one);
        return engine.run_until(Time{} + hour).rounds;
    };
    CHECK(rounds(second) <= rounds(minute) + 2);
}

TEST_CASE("a one-way short link does not shorten the rounds of the rest") {
    const auto rounds = [](Duration lookahead_of_one) {
        Engine engine(parallel_options(default_workers(), 1, 4));
        const auto ring = add_ring(engine, 100);
        ring[3]->outputs.resize(2);
        engine.connect(*ring[3], ring[3]->outputs[1], *ring[90], lookahead_of_one);
        return engine.run_until(Time{} + hour).rounds;
    };
    CHECK(rounds(Duration{0}) <= rounds(minute) * 3);
    CHECK(rounds(second) <= rounds(minute) * 3);
}

TEST_CASE("a process runs to the earliest time anything can reach it, not to a common one") {
    // Fast exchanges between a and b; c is an hour away from both and may be ahead of them by as much.
    Engine engine(parallel_options(default_workers(), 1, 3));
    auto& a = engine.add(std::make_unique<PingPong>("a", true));
    auto& b = engine.add(std::make_unique<PingPong>("b", false));
    auto& c = engine.add(std::make_unique<Scripted>("c"));
    engine.connect(a, a.output, b, second);
    engine.connect(b, b.output, a, second);
    engine.connect(b, c, hour);
    c.on_start = [](Context& context) { context.schedule(Time{}, Tick{}); };
    Duration longest_lead{0};
    c.on_message = [&](Context& context, Event&) {
        const Time of_a = Time{} + second * 2 * static_cast<std::int64_t>(a.received);
        longest_lead = std::max(longest_lead, context.now() - of_a);
        context.schedule(context.now() + second, Tick{});
    };
    const auto report = engine.run_until(Time{} + hour * 3);
    CHECK(longest_lead > minute * 59);
    CHECK(longest_lead < minute * 61);
    CHECK(a.received + b.received + c.handled.size() == report.events);
    CHECK(c.handled.size() == 10'800);
}

TEST_CASE("the cut is reviewed by measured load, and the digest stays the same") {
    const auto run = [](const EngineOptions& options) {
        Engine engine(options);
        const auto ring = add_ring(engine, 60);
        for (std::size_t i = 0; i < 6; ++i) {  // a tenth of the processes do nearly all
            ring[i]->on_message = [i, &ring](Context& context, Event& event) {
                if (event.type != Tick::type)
                    return;
                context.schedule(context.now() + microsecond * 20'000, Tick{});
                if (context.now().us % 500'000 == 0)
                    context.send(ring[i]->outputs[0], minute, Token{});
            };
        }
        return engine.run_until(Time{} + hour);
    };
    const auto expected = run(one_heap());
    for (const Workers backend : tested_back_ends()) {
        // On a busy machine a round may seem to have enough to do for the 16 shards of the start, four for each worker.
        std::size_t shards = 16;
        for (int attempt = 0; attempt < 8 && shards == 16; ++attempt) {
            const auto report = run(parallel_options(backend, 4));
            CHECK(report.digest.total == expected.digest.total);
            CHECK(report.events == expected.events);
            shards = report.shards;
        }
        CHECK(shards != 16);
    }
}

TEST_CASE("where rounds are too short to be shared all shards are joined, and part again when there is more to do") {
    // A sparse night, then a busy day.
    const auto run = [](EngineOptions options, Time end) {
        options.share_rounds_above_ns = UINT32_MAX;
        options.longest_window = hour;
        Engine engine(options);
        std::vector<Scripted*> ring = add_ring(engine, 40);
        for (Scripted* process : ring) {
            process->on_message = [](Context& context, Event&) {
                const bool is_night = context.now() < Time{} + hour * 100;
                context.schedule(context.now() + (is_night ? hour * 2 : second), Tick{});
            };
        }
        return engine.run_until(end);
    };
    for (const Workers backend : tested_back_ends()) {
        const auto night = run(parallel_options(backend, 2), Time{} + hour * 99);
        CHECK(night.shards == 1);
        const auto day = run(parallel_options(backend, 2), Time{} + hour * 102);
        CHECK(day.shards > 1);
        CHECK(day.digest.total == run(one_heap(), Time{} + hour * 102).digest.total);
    }
}

}  // namespace spate::test
