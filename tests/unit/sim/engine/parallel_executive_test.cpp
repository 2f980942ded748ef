#include "sim/engine/parallel_executive.hpp"

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

TEST_CASE("a window ends at the smallest sum of earliest event and lookahead") {
    Scripted near("near");
    Scripted far("far");
    Engine engine(parallel_options(Workers::std, 2));
    auto& a = engine.add(std::make_unique<Scripted>("a"));
    auto& b = engine.add(std::make_unique<Scripted>("b"));
    a.outputs.resize(1);
    b.outputs.resize(1);
    engine.connect(a, a.outputs[0], b, Duration{100});
    engine.connect(b, b.outputs[0], a, Duration{10});
    a.on_start = [](Context& context) { context.schedule(Time{5}, Tick{}); };
    b.on_start = [](Context& context) { context.schedule(Time{50}, Tick{}); };
    std::vector<Time> boundaries;
    engine.at_window_end([&](Time boundary) { boundaries.push_back(boundary); });
    engine.run_until(Time{1000});
    CHECK(boundaries == std::vector{Time{60}});
}

TEST_CASE("groups of one window are run by two workers at the same time") {
    for (const Workers backend : tested_back_ends()) {
        if (!can_run_two_at_once(backend))
            continue;
        Engine engine(parallel_options(backend, 2));
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

TEST_CASE("small windows do not wake the workers and give the same digest") {
    EngineOptions patient = parallel_options(default_workers(), 2);
    patient.wake_workers_above_us = UINT32_MAX;
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

TEST_CASE("an event below the window end from another group is an invariant error") {
    // The sender claims a link that was never declared, so the receiver may be ahead of it.
    for (const auto& options : all_executives()) {
        Engine engine(options);
        const auto ring = add_ring(engine, 3);
        ring[1]->on_message = [](Context& context, Event&) {
            context.send(Output<Token>{{ProcessId(2), Duration{0}}}, second * 2, Token{});
        };
        CHECK_THROWS_MATCHES(
            engine.run_until(Time{} + minute),
            InvariantError,
            Catch::Message("ring 1 at 0d 00:00:01.000000: sent a message to ring 2 with a delay of "
                           "0d 00:00:02.000000, which no declared link allows (the receiver may be ahead "
                           "of it)"));
    }
}

TEST_CASE("an event to a process that does not exist is an invariant error") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        const auto ring = add_ring(engine, 3);
        ring[1]->on_message = [](Context& context, Event&) {
            context.send(Output<Token>{{ProcessId(99), Duration{0}}}, minute, Token{});
        };
        CHECK_THROWS_MATCHES(engine.run_until(Time{} + minute),
                             InvariantError,
                             Catch::Message("ring 1 at 0d 00:00:01.000000: sent a message to a process that does not "
                                            "exist (number 99 of 3)"));
    }
}

TEST_CASE("the window check catches an event that a wrong window end would lose") {
    // Drives the executive itself beyond its safe time, as a wrong window calculation would.
    Scripted sender("sender");
    Roster roster;
    Engine engine;
    auto& a = engine.add(std::make_unique<Scripted>("a"));
    auto& b = engine.add(std::make_unique<Scripted>("b"));
    const Output<Token> output{engine.connect(a, b, Duration{10})};
    a.on_start = [](Context& context) { context.schedule(Time{5}, Tick{}); };
    a.on_message = [&](Context& context, Event&) { context.send(output, Duration{10}, Token{}); };
    const DeclaredLink declared[] = {{a.id(), output.link}};
    roster.partition = make_partition(2, declared);
    for (Scripted* process : {&a, &b}) {
        auto& record = roster.records.emplace_back();
        record.process = process;
        record.name = process->name().c_str();
    }
    ParallelExecutive executive(roster, parallel_options(Workers::std, 2));
    executive.start();
    CHECK(executive.safe_time() == Time{15});
    CHECK_THROWS_AS(executive.advance_to(Time{16}), InvariantError);
}

}  // namespace spate::test
