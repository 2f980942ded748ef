#include "sim/engine/context.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/engine/clock_text.hpp"

#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

class Recorder final : public EventSink {
  public:
    ~Recorder() override {
        for (const Event& event : events)
            delete event.payload;
    }

    void accept(const Event& event) override {
        if (refuses)
            throw InvariantError("refused");
        events.push_back(event);
    }

    std::vector<Event> events;
    bool refuses = false;
};

struct Desk {
    Recorder sink;
    PayloadPools pools;
    Context context{sink, pools};
    std::uint64_t sequence = 0;

    explicit Desk(Time now) { context.enter(ProcessId(3), "site rdc-wuhan", now, sequence); }
};

template <class Call>
std::string message_of(Call call) {
    try {
        call();
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
    Desk desk(Time{100});
    const Output<Token> output{{ProcessId(8), Duration{5}}};
    desk.context.send(output, Duration{5}, Token{42, 1});
    desk.context.schedule(Time{100}, Urgent{7});
    REQUIRE(desk.sink.events.size() == 2);
    const Event& sent = desk.sink.events[0];
    CHECK(sent.time == Time{105});
    CHECK(sent.source == ProcessId(3));
    CHECK(sent.target == ProcessId(8));
    CHECK(sent.sequence == 0);
    CHECK(sent.priority == Token::priority);
    CHECK(sent.as<Token>().value == 42);
    CHECK_THROWS_AS(sent.as<Urgent>(), std::logic_error);
    const Event& scheduled = desk.sink.events[1];
    CHECK(scheduled.target == ProcessId(3));
    CHECK(scheduled.sequence == 1);
    CHECK(scheduled.words == std::array<std::uint64_t, 3>{7, 0, 0});
}

TEST_CASE("errors of sending name the process, the time, the delay and the lookahead") {
    Desk desk(Time{} + day * 3 + hour * 4);
    const Output<Token> output{{ProcessId(8), minute * 2}};
    CHECK(message_of([&] { desk.context.send(output, minute, Token{}); })
          == "site rdc-wuhan at 3d 04:00:00.000000: sent a message with a delay of 0d 00:01:00.000000, below the declared "
             "lookahead of 0d 00:02:00.000000");
    CHECK(message_of([&] { desk.context.send(Output<Token>{}, minute, Token{}); })
          == "site rdc-wuhan at 3d 04:00:00.000000: sent on an output that is not connected");
    CHECK(message_of([&] { desk.context.send(output, Duration{INT64_MAX}, Token{}); })
          == "site rdc-wuhan at 3d 04:00:00.000000: sent a message with a delay of 106751991d 04:00:54.775807, beyond the "
             "end of time");
    CHECK(message_of([&] { desk.context.schedule(desk.context.now() - microsecond, Token{}); })
          == "site rdc-wuhan at 3d 04:00:00.000000: scheduled an event into the past, at 3d 03:59:59.999999");
    CHECK(desk.sink.events.empty());
    CHECK(desk.sequence == 0);
}

TEST_CASE("a payload whose sending fails is freed") {
    const auto before = Load::alive.load();
    {
        Desk desk(Time{0});
        const Output<Load> output{{ProcessId(8), Duration{5}}};
        CHECK_THROWS_AS(desk.context.send(output, Duration{4}, desk.context.make<Load>()), InvariantError);
        desk.sink.refuses = true;
        CHECK_THROWS_AS(desk.context.send(output, Duration{5}, desk.context.make<Load>()), InvariantError);
        CHECK(Load::alive == before);
        CHECK_THROWS_AS(desk.context.send(output, Duration{5}, std::unique_ptr<Load>()), std::logic_error);
    }
    CHECK(Load::alive == before);
}

TEST_CASE("a recycled payload is handed out again, empty and with its capacity") {
    Desk desk(Time{0});
    auto load = desk.context.make<Load>();
    load->items.assign(100, 1);
    const Load* const address = load.get();
    desk.context.recycle(std::move(load));
    desk.context.recycle(std::unique_ptr<Load>());
    load = desk.context.make<Load>();
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

}  // namespace spate::test
