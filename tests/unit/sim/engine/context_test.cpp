#include "sim/engine/context.hpp"

#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/engine/clock_text.hpp"
#include "sim/engine/engine.hpp"

#include "tests/support/back_ends.hpp"
#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

/// Runs `act` in a process at a given time and returns the error it ends with.
template <class Act>
std::string error_at(Time now, Act act) {
    Engine engine;
    auto& site = engine.add(std::make_unique<Scripted>("site rdc-wuhan"));
    auto& desk = engine.add(std::make_unique<Scripted>("desk east/live"));
    site.outputs.resize(2);
    desk.outputs.resize(1);
    engine.connect(site, site.outputs[0], desk, minute * 2);
    engine.connect(desk, desk.outputs[0], site, minute);
    site.on_start = [now](Context& context) { context.schedule(now, Tick{}); };
    site.on_message = [&](Context& context, Event&) { act(context, site, desk); };
    try {
        engine.run_until(end_of_time);
    } catch (const InvariantError& error) {
        return error.what();
    }
    return "no InvariantError";
}

}  // namespace

TEST_CASE("clock text counts days, hours, minutes, seconds and microseconds") {
    CHECK(clock_text(Time{}) == "0d 00:00:00.000000");
    CHECK(clock_text(Time{} + day * 3 + hour * 4 + minute * 5 + second * 6 + microsecond * 7) == "3d 04:05:06.000007");
    CHECK(clock_text(Duration{-1}) == "-0d 00:00:00.000001");
    CHECK(clock_text(Duration{INT64_MIN}) == "-106751991d 04:00:54.775808");
    CHECK(clock_text(end_of_time) == "106751991d 04:00:54.775807");
}

TEST_CASE("a sent event carries the whole key and the message") {
    Engine engine;
    auto& a = engine.add(std::make_unique<Scripted>("a"));
    auto& b = engine.add(std::make_unique<Scripted>("b"));
    b.outputs.resize(1);
    engine.connect(b, b.outputs[0], a, Duration{5});
    b.on_start = [&](Context& context) {
        context.send(b.outputs[0], Duration{105}, Token{42, 1});
        context.schedule(Time{100}, Urgent{7});
    };
    engine.run_until(Time{200});
    REQUIRE(a.handled.size() == 1);
    const Event& sent = a.handled[0];
    CHECK(sent.time == Time{105});
    CHECK(sent.source == b.id());
    CHECK(std::uint64_t{sent.sequence} == 0);
    CHECK(std::uint64_t{sent.priority} == Token::priority);
    CHECK(sent.as<Token>().value == 42);
    CHECK_THROWS_AS(sent.as<Urgent>(), std::logic_error);
    REQUIRE(b.handled.size() == 1);
    CHECK(b.handled[0].source == b.id());
    CHECK(std::uint64_t{b.handled[0].sequence} == 1);
    CHECK(b.handled[0].words == std::array<std::uint64_t, 3>{7, 0, 0});
}

TEST_CASE("errors of sending name the process, the time, the delay and the lookahead") {
    const Time now = Time{} + day * 3 + hour * 4;
    const std::string where = "site rdc-wuhan at 3d 04:00:00.000000: ";
    CHECK(error_at(now, [](Context& c, Scripted& s, Scripted&) { c.send(s.outputs[0], minute, Token{}); })
          == where + "sent a message with a delay of 0d 00:01:00.000000, below the declared lookahead of 0d 00:02:00.000000");
    CHECK(error_at(now, [](Context& c, Scripted& s, Scripted&) { c.send(s.outputs[1], minute, Token{}); })
          == where + "sent on an output that is not connected");
    CHECK(error_at(now, [](Context& c, Scripted&, Scripted& d) { c.send(d.outputs[0], minute * 5, Token{}); })
          == where + "sent on a link of another process (number 1)");
    CHECK(error_at(now, [](Context& c, Scripted& s, Scripted&) { c.send(s.outputs[0], Duration{INT64_MAX}, Token{}); })
          == where + "sent a message with a delay of 106751991d 04:00:54.775807, beyond the end of time");
    CHECK(error_at(now, [](Context& c, Scripted&, Scripted&) { c.schedule(c.now() - microsecond, Token{}); })
          == where + "scheduled an event into the past, at 3d 03:59:59.999999");
}

TEST_CASE("nobody but an engine makes links") {
    CHECK_FALSE(std::is_constructible_v<Link, ProcessId, ProcessId, Duration>);
    CHECK_FALSE(std::is_aggregate_v<Link>);
    CHECK_FALSE(std::is_constructible_v<Broadcast, ProcessId, Duration>);
}

TEST_CASE("a broadcast to a process that does not exist is an invariant error") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& caller = engine.add(std::make_unique<Scripted>("caller"));
        engine.add(std::make_unique<Scripted>("other"));
        const Broadcast all = engine.connect_to_all(caller, second);
        caller.on_start = [](Context& context) { context.schedule(Time{} + minute, Tick{}); };
        caller.on_message = [&](Context& context, Event&) {
            context.send(Output<Token>{all.to(ProcessId(99))}, minute, Token{});
        };
        CHECK_THROWS_MATCHES(engine.run_until(Time{} + hour),
                             InvariantError,
                             Catch::Message("caller at 0d 00:01:00.000000: sent a message to process number 99 for 0d "
                                            "00:02:00.000000, but there is none of that number or it may be ahead of "
                                            "that time"));
    }
}

TEST_CASE("a payload whose sending fails is freed") {
    const auto before = Load::alive.load();
    Engine engine;
    auto& site = engine.add(std::make_unique<Scripted>("site"));
    auto& desk = engine.add(std::make_unique<Scripted>("desk"));
    site.load_outputs.resize(1);
    engine.connect(site, site.load_outputs[0], desk, Duration{5});
    bool was_empty_refused = false;
    site.on_start = [&](Context& context) {
        CHECK_THROWS_AS(context.send(site.load_outputs[0], Duration{4}, context.make<Load>()), InvariantError);
        CHECK(Load::alive == before);
        CHECK_THROWS_AS(context.send(site.load_outputs[0], Duration{5}, std::unique_ptr<Load>()), std::logic_error);
        was_empty_refused = true;
    };
    engine.run_until(Time{10});
    CHECK(was_empty_refused);
}

TEST_CASE("a recycled payload is handed out again, empty and with its capacity") {
    Context context;
    auto load = context.make<Load>();
    load->items.assign(100, 1);
    const Load* const address = load.get();
    context.recycle(std::move(load));
    context.recycle(std::unique_ptr<Load>());
    load = context.make<Load>();
    CHECK(load.get() == address);
    CHECK(load->items.empty());
    CHECK(load->items.capacity() >= 100);
}

TEST_CASE("levelling shares the free payloads and loses none") {
    const auto before = Load::alive.load();
    {
        PayloadPools rich;
        PayloadPools poor;
        for (int i = 0; i < 10; ++i)
            rich.recycle(Load::type, std::make_unique<Load>());
        PayloadPools* const pools[] = {&rich, &poor};
        PayloadPools::level(pools);
        CHECK(Load::alive == before + 10);
        std::vector<std::unique_ptr<Load>> taken;
        for (int i = 0; i < 4; ++i)
            taken.push_back(poor.make<Load>());
        for (int i = 0; i < 6; ++i)
            taken.push_back(rich.make<Load>());
        CHECK(Load::alive == before + 10);
    }
    CHECK(Load::alive == before);
}

TEST_CASE("what is still under way at the end is shown before the processes finish, by process and key") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        std::vector<Scripted*> all;
        for (int i = 0; i < 3; ++i)
            all.push_back(&engine.add(std::make_unique<Scripted>("p" + std::to_string(i))));
        auto& sender = *all[0];
        sender.outputs.resize(2);
        engine.connect(sender, sender.outputs[0], *all[1], minute);
        engine.connect(sender, sender.outputs[1], *all[2], minute);
        sender.on_start = [&](Context& context) {
            context.send(sender.outputs[1], hour * 3, Token{31});
            context.send(sender.outputs[0], hour * 4, Token{41});
            context.send(sender.outputs[0], hour * 3, Token{32});
            context.send(sender.outputs[0], minute, Token{1});  // arrives
        };
        std::vector<std::pair<std::uint32_t, std::uint64_t>> seen;
        engine.at_end([&](std::span<const Event> pending) {
            for (const auto& event : pending)
                seen.emplace_back(event.slot, event.as<Token>().value);
            CHECK(all[1]->finished_at.empty());
        });
        engine.run_until(Time{} + hour);
        CHECK(seen == decltype(seen){{1, 32}, {1, 41}, {2, 31}});
        CHECK(all[1]->handled.size() == 1);
        CHECK(all[1]->finished_at.size() == 1);
    }
}

}  // namespace spate::test
