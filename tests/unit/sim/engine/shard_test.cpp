#include "sim/engine/shard.hpp"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/engine/engine.hpp"

#include "tests/support/back_ends.hpp"
#include "tests/support/toy_processes.hpp"

namespace spate::test {

TEST_CASE("one heap runs events in key order and stops at the boundary") {
    Engine engine(one_heap());
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

TEST_CASE("an event to oneself at the same instant with a smaller priority number is next") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
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
}

TEST_CASE("between instants, receivers of one-way zero-lookahead links come after their senders") {
    // The sender's token at 5 is later by priority than the receiver's own urgent message, and still there before it.
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& receiver = engine.add(std::make_unique<Scripted>("receiver"));
        auto& sender = engine.add(std::make_unique<Scripted>("sender"));
        sender.urgent_outputs.resize(1);
        engine.connect(sender, sender.urgent_outputs[0], receiver, Duration{0});
        receiver.on_start = [](Context& context) { context.schedule(Time{5}, Token{}); };
        sender.on_start = [](Context& context) { context.schedule(Time{5}, Tick{}); };
        sender.on_message = [&](Context& context, Event&) {
            context.send(sender.urgent_outputs[0], Duration{0}, Urgent{});
        };
        engine.run_until(Time{6});
        REQUIRE(receiver.handled.size() == 2);
        CHECK(receiver.handled[0].type == Urgent::type);
        CHECK(receiver.handled[1].type == Token::type);
    }
}

}  // namespace spate::test
