#include "sim/engine/sequential_executive.hpp"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/toy_processes.hpp"

namespace spate::test {

TEST_CASE("the sequential executive runs events in key order and stops at the boundary") {
    Engine engine;
    auto& first = engine.add(std::make_unique<Scripted>("first"));
    auto& second = engine.add(std::make_unique<Scripted>("second"));
    std::string log;
    first.on_start = [](Context& context) {
        context.schedule(Time{20}, Token{});
        context.schedule(Time{10}, Token{});
    };
    second.on_start = [](Context& context) {
        context.schedule(Time{10}, Token{});
        context.schedule(Time{10}, Urgent{});
    };
    first.on_message = [&](Context& context, Event&) { log += "first@" + std::to_string(context.now().us) + " "; };
    second.on_message = [&](Context&, Event& event) { log += event.type == Urgent::type ? "urgent " : "second "; };

    SECTION("all of it") {
        const auto report = engine.run_until(Time{21});
        CHECK(log == "urgent first@10 second first@20 ");
        CHECK(report.events == 4);
    }
    SECTION("without the events at the end") {
        const auto report = engine.run_until(Time{20});
        CHECK(log == "urgent first@10 second ");
        CHECK(report.events == 3);
    }
}

TEST_CASE("the safe time of the sequential executive is the earliest event and the smallest lookahead") {
    Scripted process("alone");
    Roster roster;
    roster.partition.groups.resize(2);
    roster.partition.groups[0].lookahead = Duration{9};
    roster.partition.groups[1].lookahead = Duration{4};
    SequentialExecutive executive(roster);
    CHECK(executive.next_event() == end_of_time);
    CHECK(executive.safe_time() == end_of_time);
}

TEST_CASE("an event to oneself at the same instant with a smaller priority number is next") {
    Engine engine;
    auto& process = engine.add(std::make_unique<Scripted>("alone"));
    process.on_start = [](Context& context) {
        context.schedule(Time{5}, Token{1, 0});
        context.schedule(Time{5}, Token{2, 0});
    };
    process.on_message = [](Context& context, Event& event) {
        if (event.type == Token::type && event.as<Token>().value == 1)
            context.schedule(context.now(), Urgent{});
    };
    engine.run_until(Time{6});
    REQUIRE(process.handled.size() == 3);
    CHECK(process.handled[1].type == Urgent::type);
}

}  // namespace spate::test
