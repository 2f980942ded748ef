#include "sim/engine/engine.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/back_ends.hpp"
#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

Scripted& add_scripted(Engine& engine, const std::string& name) {
    return engine.add(std::make_unique<Scripted>(name));
}

/// Runs a process whose only event at 1 h does `act`, on every executive, and expects one error.
template <class Error, class Act>
void check_error(Act act, const std::string& message) {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& process = add_scripted(engine, "site rdc-wuhan");
        auto& other = add_scripted(engine, "market east");
        process.outputs.resize(2);
        engine.connect(process, process.outputs[0], other, hour);
        process.on_start = [](Context& context) { context.schedule(Time{} + hour, Tick{}); };
        process.on_message = [&](Context& context, Event&) { act(context, process); };
        CHECK_THROWS_MATCHES(engine.run_until(Time{} + day), Error, Catch::Message(message));
        CHECK(process.finished_at.empty());
    }
}

/// Two processes that answer each other at once, for ever from 1 h on.
class Restless final : public Process {
  public:
    explicit Restless(const std::string& name)
        : Process(name) {}

    void start(Context& context) override {
        if (has_token)
            context.schedule(Time{} + hour, Token{});
    }

    void on_event(Context& context, Event&) override { context.send(other, Duration{0}, Token{}); }

    void finish(Time) override {}

    Output<Token> other;
    bool has_token = false;
};

}  // namespace

TEST_CASE("messages without delay and without end are an error, not a hang") {
    for (const auto& options : {EngineOptions{}, one_heap(), parallel_options(default_workers(), 2)}) {
        Engine engine(options);
        auto& a = engine.add(std::make_unique<Restless>("site a"));
        auto& b = engine.add(std::make_unique<Restless>("site b"));
        engine.connect(a, a.other, b, Duration{0});
        engine.connect(b, b.other, a, Duration{0});
        a.has_token = true;
        CHECK_THROWS_WITH(engine.run_until(Time{} + day),
                          Catch::StartsWith("site ")
                              && Catch::Contains(" at 0d 01:00:00.000000: time stands still after 10000000 events"));
    }
}

TEST_CASE("processes are numbered in the order they are added") {
    Engine engine;
    CHECK(add_scripted(engine, "a").id() == ProcessId(0));
    CHECK(add_scripted(engine, "b").id() == ProcessId(1));
    CHECK(engine.processes().size() == 2);
}

TEST_CASE("start and finish are called once on every process, in order") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        std::string log;
        for (const char* const name : {"a", "b", "c"}) {
            auto& process = add_scripted(engine, name);
            process.on_start = [&log, name](Context& context) {
                log += std::string("start ") + name + "@" + std::to_string(context.now().us) + " ";
            };
            process.on_finish = [&log, name](Time end) {
                log += std::string("finish ") + name + "@" + std::to_string(end.us) + " ";
            };
        }
        const auto report = engine.run_until(Time{7});
        CHECK(log == "start a@0 start b@0 start c@0 finish a@7 finish b@7 finish c@7 ");
        CHECK(report.events == 0);
        CHECK(report.windows == 0);
        CHECK(report.end == Time{7});
    }
}

TEST_CASE("messages sent at the start arrive, also at time zero") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& a = add_scripted(engine, "a");
        auto& b = add_scripted(engine, "b");
        a.outputs.resize(1);
        a.urgent_outputs.resize(1);
        engine.connect(a, a.outputs[0], b, Duration{0});
        engine.connect(a, a.urgent_outputs[0], b, Duration{3});
        a.on_start = [&a](Context& context) {
            context.send(a.outputs[0], Duration{0}, Token{1, 0});
            context.send(a.urgent_outputs[0], Duration{3}, Urgent{2});
        };
        engine.run_until(Time{4});
        REQUIRE(b.handled.size() == 2);
        CHECK(b.handled[0].time == Time{0});
        CHECK(b.handled[1].time == Time{3});
    }
}

TEST_CASE("ping and pong meet every lookahead") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& ping = engine.add(std::make_unique<PingPong>("ping", true));
        auto& pong = engine.add(std::make_unique<PingPong>("pong", false));
        engine.connect(ping, ping.output, pong, Duration{3});
        engine.connect(pong, pong.output, ping, Duration{4});
        const auto report = engine.run_until(Time{7'000});
        CHECK(pong.received == 1000);
        CHECK(ping.received == 999);
        CHECK(pong.last_hops == 1998);
        CHECK(report.events == 1999);
        CHECK(engine.events() == 1999);
    }
}

TEST_CASE("a ring of zero-lookahead links is one group and works") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        std::vector<Scripted*> ring;
        for (int i = 0; i < 5; ++i)
            ring.push_back(&add_scripted(engine, "ring " + std::to_string(i)));
        for (std::size_t i = 0; i < 5; ++i) {
            Scripted* const process = ring[i];
            process->outputs.resize(1);
            engine.connect(*process, process->outputs[0], *ring[(i + 1) % 5], Duration{0});
            process->on_message = [process](Context& context, Event& event) {
                const auto token = event.as<Token>();
                if (token.hops < 12)
                    context.send(process->outputs[0], Duration{0}, Token{0, token.hops + 1});
            };
        }
        ring[0]->on_start = [](Context& context) { context.schedule(Time{9}, Token{}); };
        REQUIRE(engine.groups().size() == 1);
        CHECK(engine.groups()[0].members.size() == 5);
        CHECK(engine.run_until(Time{10}).events == 13);
        CHECK(ring[2]->handled.size() == 3);
    }
}

TEST_CASE("observers see a growing boundary with every event before it handled and none after") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& ping = engine.add(std::make_unique<PingPong>("ping", true));
        auto& pong = engine.add(std::make_unique<PingPong>("pong", false));
        engine.connect(ping, ping.output, pong, second);
        engine.connect(pong, pong.output, ping, second);
        Time last;
        std::uint64_t calls = 0;
        engine.at_window_end([&](Time boundary) {
            ++calls;
            CHECK(boundary > last);
            last = boundary;
            const auto expected = static_cast<std::uint64_t>((boundary - Time{1}).us / second.us);
            CHECK(ping.received + pong.received == expected);
            CHECK(engine.events() == expected);
        });
        const auto report = engine.run_until(Time{} + minute);
        CHECK(calls == report.windows);
        CHECK(calls >= 5);
        CHECK(last <= Time{} + minute);
    }
}

TEST_CASE("without any lookahead limit the longest window still lets observers run") {
    for (auto options : all_executives()) {
        options.longest_window = hour;
        Engine engine(options);
        auto& process = add_scripted(engine, "alone");
        process.on_start = [](Context& context) { context.schedule(Time{}, Tick{}); };
        process.on_message = [](Context& context, Event&) { context.schedule(context.now() + minute, Tick{}); };
        CHECK(engine.run_until(Time{} + day).windows >= 24);
    }
}

TEST_CASE("an observer may stop the run") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& process = add_scripted(engine, "alone");
        process.on_start = [](Context& context) { context.schedule(Time{}, Tick{}); };
        engine.at_window_end([](Time) { throw FileError("disk full"); });
        CHECK_THROWS_MATCHES(engine.run_until(Time{} + day), FileError, Catch::Message("disk full"));
        CHECK(process.finished_at.empty());
    }
}

TEST_CASE("an event into the past is an error") {
    check_error<InvariantError>(
        [](Context& context, Scripted&) { context.schedule(Time{} + minute, Tick{}); },
        "site rdc-wuhan at 0d 01:00:00.000000: scheduled an event into the past, at 0d 00:01:00.000000");
}

TEST_CASE("a delay below the lookahead is an error") {
    check_error<InvariantError>(
        [](Context& context, Scripted& self) { context.send(self.outputs[0], minute * 59, Token{}); },
        "site rdc-wuhan at 0d 01:00:00.000000: sent a message with a delay of 0d 00:59:00.000000, below the declared "
        "lookahead of 0d 01:00:00.000000");
}

TEST_CASE("sending on an unconnected output is an error") {
    check_error<InvariantError>([](Context& context, Scripted& self) { context.send(self.outputs[1], hour, Token{}); },
                                "site rdc-wuhan at 0d 01:00:00.000000: sent on an output that is not connected");
}

TEST_CASE("an exception of a process becomes a run error that names it") {
    check_error<RunError>([](Context&, Scripted&) { throw std::out_of_range("no such item"); },
                          "site rdc-wuhan at 0d 01:00:00.000000: no such item");
    check_error<RunError>([](Context&, Scripted&) { throw 7; },
                          "site rdc-wuhan at 0d 01:00:00.000000: threw something that is not a std::exception");
    check_error<FileError>([](Context&, Scripted&) { throw FileError("cannot read orders"); }, "cannot read orders");
}

TEST_CASE("exceptions in start and finish are named too") {
    for (const auto& options : all_executives()) {
        Engine first(options);
        add_scripted(first, "a").on_start = [](Context&) { throw std::runtime_error("no plan"); };
        CHECK_THROWS_MATCHES(first.run_until(Time{5}), RunError, Catch::Message("a at 0d 00:00:00.000000: no plan"));
        Engine second(options);
        add_scripted(second, "b").on_finish = [](Time) { throw std::runtime_error("books do not balance"); };
        CHECK_THROWS_MATCHES(
            second.run_until(Time{5}), RunError, Catch::Message("b at 0d 00:00:00.000005: books do not balance"));
    }
}

TEST_CASE("of several errors the first in event order is reported, whoever ran it") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        for (int i = 0; i < 30; ++i) {
            auto& process = add_scripted(engine, "p" + std::to_string(i));
            process.on_start = [i](Context& context) { context.schedule(Time{100 + (i * 7) % 30 / 3}, Tick{}); };
            process.on_message = [](Context&, Event&) { throw std::runtime_error("broken"); };
        }
        // Time 100 belongs to i * 7 mod 30 in {0, 1, 2}: processes 0, 13 and 26.
        CHECK_THROWS_MATCHES(engine.run_until(Time{500}), RunError, Catch::Message("p0 at 0d 00:00:00.000100: broken"));
    }
}

TEST_CASE("an error in an urgent message to the present counts by its key") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        // a: Token at 5, then an Urgent (which sorts before every Token) at 5 fails. b: its Token at 5 fails.
        auto& b = add_scripted(engine, "b");
        auto& a = add_scripted(engine, "a");
        a.on_start = b.on_start = [](Context& context) { context.schedule(Time{5}, Token{}); };
        b.on_message = [](Context&, Event&) { throw std::runtime_error("b failed"); };
        a.on_message = [](Context& context, Event& event) {
            if (event.type == Urgent::type)
                throw std::runtime_error("a failed");
            context.schedule(context.now(), Urgent{});
        };
        CHECK_THROWS_MATCHES(engine.run_until(Time{9}), RunError, Catch::Message("a at 0d 00:00:00.000005: a failed"));
    }
}

TEST_CASE("a process on which an earlier error depends still gets there") {
    // The fast one fails late and first in real time; the slow one, far behind, fails earlier in simulated time.
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& fast = add_scripted(engine, "fast");
        auto& slow = add_scripted(engine, "slow");
        fast.on_start = [](Context& context) { context.schedule(Time{900}, Tick{}); };
        fast.on_message = [](Context&, Event&) { throw std::runtime_error("late"); };
        slow.on_start = [](Context& context) { context.schedule(Time{1}, Tick{}); };
        slow.on_message = [](Context& context, Event&) {
            if (context.now() > Time{500})
                throw std::runtime_error("early");
            context.schedule(context.now() + Duration{1}, Tick{});
        };
        CHECK_THROWS_MATCHES(
            engine.run_until(Time{1'000}), RunError, Catch::Message("slow at 0d 00:00:00.000501: early"));
    }
}

TEST_CASE("the first of two errors is reported when two workers fail at the same time") {
    for (const Workers backend : tested_back_ends()) {
        if (!can_run_two_at_once(backend))
            continue;
        for (const std::int64_t first : {0, 1}) {
            Engine engine(parallel_options(backend, 2));
            Meeting meeting(2);
            for (std::int64_t i = 0; i < 2; ++i) {
                auto& process = add_scripted(engine, "p" + std::to_string(i));
                process.on_start = [i, first](Context& context) { context.schedule(Time{i == first ? 4 : 5}, Tick{}); };
                process.on_message = [&](Context&, Event&) {
                    meeting.arrive_and_wait();
                    throw std::runtime_error("broken");
                };
            }
            CHECK_THROWS_MATCHES(engine.run_until(Time{9}),
                                 RunError,
                                 Catch::Message("p" + std::to_string(first) + " at 0d 00:00:00.000004: broken"));
            CHECK(meeting.took_place());
        }
    }
}

TEST_CASE("timed observers see every event before their time handled and none at or after it") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& process = add_scripted(engine, "alone");
        process.on_start = [](Context& context) { context.schedule(Time{}, Tick{}); };
        process.on_message = [](Context& context, Event&) {
            if (context.now() < Time{60})
                context.schedule(context.now() + Duration{5}, Tick{});
        };
        std::string log;
        const auto note = [&](const char* name) {
            return [&, name](Time t) {
                log += name + std::to_string(t.us) + ":" + std::to_string(process.handled.size()) + " ";
            };
        };
        engine.at_times(Time{0}, Duration{0}, note("once"));
        engine.at_times(Time{20}, Duration{30}, note("a"));
        engine.at_times(Time{20}, Duration{33}, note("b"));
        engine.run_until(Time{110});
        CHECK(log == "once0:0 a20:4 b20:4 a50:10 b53:11 a80:13 b86:13 ");
    }
}

TEST_CASE("no payload is lost when a run ends or fails") {
    const auto before = Load::alive.load();
    for (const bool fails : {false, true}) {
        for (const auto& options : all_executives()) {
            Engine engine(options);
            std::vector<Scripted*> ring;
            for (int i = 0; i < 6; ++i)
                ring.push_back(&add_scripted(engine, "p" + std::to_string(i)));
            for (std::size_t i = 0; i < ring.size(); ++i) {
                Scripted* const process = ring[i];
                process->load_outputs.resize(1);
                engine.connect(*process, process->load_outputs[0], *ring[(i + 1) % ring.size()], Duration{10});
                process->on_start = [](Context& context) { context.schedule(Time{0}, Tick{}); };
                process->on_message = [process, fails](Context& context, Event& event) {
                    if (event.type == Tick::type) {
                        context.schedule(context.now() + Duration{7}, Tick{});
                        for (int k = 0; k < 5; ++k) {
                            context.send(process->load_outputs[0], Duration{10 + 13 * k}, context.make<Load>());
                        }
                    }
                    if (fails && context.now() > Time{400} && event.payload() != nullptr)
                        throw std::runtime_error("broken");
                };
            }
            if (fails)
                CHECK_THROWS_AS(engine.run_until(Time{1000}), RunError);
            if (!fails)
                CHECK(engine.run_until(Time{1000}).events > 1000);
        }
        CHECK(Load::alive == before);
    }
}

TEST_CASE("free payloads do not pile up where one side only sends and the other only receives") {
    for (const Workers backend : tested_back_ends()) {
        Engine engine(parallel_options(backend, 2));
        auto& sender = add_scripted(engine, "sender");
        auto& receiver = add_scripted(engine, "receiver");
        sender.load_outputs.resize(1);
        engine.connect(sender, sender.load_outputs[0], receiver, Duration{10});
        receiver.outputs.resize(1);
        engine.connect(receiver, receiver.outputs[0], sender, Duration{10});
        std::int64_t most = 0;
        sender.on_start = [](Context& context) { context.schedule(Time{0}, Tick{}); };
        sender.on_message = [&](Context& context, Event&) {
            context.schedule(context.now() + Duration{10}, Tick{});
            for (int i = 0; i < 4; ++i)
                context.send(sender.load_outputs[0], Duration{10}, context.make<Load>());
            most = std::max(most, Load::alive.load());
        };
        engine.run_until(Time{50'000});
        CHECK(receiver.handled.size() == 19'996);
        CHECK(most < 1'000);
    }
}

TEST_CASE("links are checked when they are declared") {
    Engine engine;
    Engine foreign;
    auto& a = add_scripted(engine, "a");
    auto& b = add_scripted(engine, "b");
    auto& stranger = add_scripted(foreign, "stranger");
    const Scripted nobody("nobody");
    CHECK_THROWS_AS(engine.connect(a, b, Duration{-1}), std::logic_error);
    CHECK_THROWS_AS(engine.connect(a, stranger, Duration{1}), std::logic_error);
    CHECK_THROWS_AS(engine.connect(nobody, a, Duration{1}), std::logic_error);
    const Link link = engine.connect(a, b, Duration{4});
    CHECK(link.target() == b.id());
    CHECK(link.lookahead() == Duration{4});
    CHECK(engine.groups()[0].lookahead == Duration{4});
    engine.run_until(Time{1});
    CHECK_THROWS_AS(engine.connect(a, b, Duration{4}), std::logic_error);
}

TEST_CASE("an engine runs once and refuses changes afterwards") {
    Engine engine;
    CHECK_THROWS_AS(engine.run_until(Time{-1}), std::logic_error);
    engine.run_until(Time{1});
    CHECK_THROWS_AS(engine.run_until(Time{2}), std::logic_error);
    CHECK_THROWS_AS(engine.add(std::make_unique<Scripted>("late")), std::logic_error);
    CHECK_THROWS_AS(engine.at_window_end([](Time) {}), std::logic_error);
    EngineOptions none;
    none.workers = 0;
    CHECK_THROWS_AS(Engine(none), std::logic_error);
}

TEST_CASE("an unconnected process more leaves the digests of the others unchanged") {
    const auto run = [](bool has_more) {
        Engine engine;
        std::vector<Busybody*> nodes;
        for (std::uint64_t i = 0; i < 4; ++i) {
            nodes.push_back(&engine.add(std::make_unique<Busybody>("n" + std::to_string(i), i, Duration{10})));
        }
        for (auto* node : nodes) {
            node->tokens.resize(1);
            engine.connect(*node, node->tokens[0], *nodes[0], Duration{15});
        }
        if (has_more)
            engine.add(std::make_unique<Busybody>("more", 99, Duration{10}));
        return engine.run_until(Time{5'000});
    };
    auto with = run(true);
    const auto without = run(false);
    CHECK(with.digest.total != without.digest.total);
    REQUIRE(with.process_digests.size() == 5);
    with.process_digests.pop_back();
    CHECK(with.process_digests == without.process_digests);
}

TEST_CASE("the digest sees the content of inline and bulk messages") {
    const auto run = [](std::uint64_t value, std::uint64_t item) {
        Engine engine;
        auto& process = add_scripted(engine, "alone");
        process.load_outputs.resize(1);
        engine.connect(process, process.load_outputs[0], process, Duration{1});
        process.on_start = [&, value, item](Context& context) {
            context.schedule(Time{1}, Token{value, 0});
            auto load = context.make<Load>();
            load->items = {item};
            context.send(process.load_outputs[0], Duration{1}, std::move(load));
        };
        return engine.run_until(Time{5}).digest;
    };
    const auto base = run(1, 1);
    for (const auto& changed : {run(2, 1), run(1, 2)}) {
        CHECK(changed.total != base.total);
    }
}

TEST_CASE("the digest sees the number of a send even if nothing else differs") {
    const auto run = [](bool sends_more) {
        Engine engine;
        auto& process = add_scripted(engine, "alone");
        process.on_start = [sends_more](Context& context) {
            if (sends_more)
                context.schedule(Time{100}, Token{});  // beyond the end
            context.schedule(Time{1}, Token{});
        };
        return engine.run_until(Time{5});
    };
    CHECK(run(true).events == run(false).events);
    CHECK(run(true).digest.total != run(false).digest.total);
}

}  // namespace spate::test
