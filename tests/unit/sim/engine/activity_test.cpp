#include "sim/engine/activity.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/engine/engine.hpp"

#include "tests/support/back_ends.hpp"
#include "tests/support/toy_processes.hpp"

namespace spate::test {

namespace {

/// Takes parts one after another, ten minutes each, and passes them on.
class Machine final : public Activity {
  public:
    using Activity::Activity;

    Output<Token> finished;
    std::vector<std::pair<std::int64_t, std::uint64_t>> log;  ///< (minute, part) at the end of the work

  protected:
    Steps live() override {
        for (;;) {
            const Event part = co_await message();
            co_await hold(minute * 10);
            log.emplace_back(context().now().us / minute.us, part.as<Token>().value);
            if (finished.is_connected())
                context().send(finished, minute, part.as<Token>());
        }
    }
};

/// Sends so many parts, one every four minutes, then is over.
class Feeder final : public Activity {
  public:
    Feeder(std::string name, std::uint64_t parts)
        : Activity(std::move(name))
        , parts_(parts) {}

    Output<Token> out;

  protected:
    Steps live() override {
        for (std::uint64_t part = 1; part <= parts_; ++part) {
            co_await hold(minute * 4);
            context().send(out, minute, Token{part, 0});
        }
    }

  private:
    std::uint64_t parts_;
};

/// Fails after an hour.
class Broken final : public Activity {
  public:
    using Activity::Activity;

  protected:
    Steps live() override {
        co_await hold(hour);
        throw std::runtime_error("out of order");
    }
};

/// Keeps the first bulk message for ever and never looks at the others.
class Hoarder final : public Activity {
  public:
    using Activity::Activity;

  protected:
    Steps live() override {
        Event first = co_await message();
        const auto load = first.take<Load>();
        co_await hold(day * 1'000);
    }
};

}  // namespace

TEST_CASE("activities hold, wait their turn and pass parts on, on every executive") {
    std::uint64_t digest = 0;
    for (const auto& options : all_executives()) {
        Engine engine(options);
        auto& feeder = engine.add(std::make_unique<Feeder>("feeder", 5));
        auto& first = engine.add(std::make_unique<Machine>("first"));
        auto& second = engine.add(std::make_unique<Machine>("second"));
        engine.connect(feeder, feeder.out, first, minute);
        engine.connect(first, first.finished, second, minute);
        const auto report = engine.run_until(Time{} + day);
        // Parts come at 5, 9, 13, 17, 21; each waits for the one before.
        CHECK(first.log == decltype(first.log){{15, 1}, {25, 2}, {35, 3}, {45, 4}, {55, 5}});
        CHECK(second.log == decltype(second.log){{26, 1}, {36, 2}, {46, 3}, {56, 4}, {66, 5}});
        CHECK(report.events == 5 + 5 * 2 + 5 * 2);
        if (digest == 0)
            digest = report.digest.total;
        CHECK(report.digest.total == digest);
    }
}

TEST_CASE("an activity that throws is named with its time") {
    for (const auto& options : all_executives()) {
        Engine engine(options);
        engine.add(std::make_unique<Broken>("press 3"));
        CHECK_THROWS_MATCHES(
            engine.run_until(Time{} + day), RunError, Catch::Message("press 3 at 0d 01:00:00.000000: out of order"));
    }
}

TEST_CASE("payloads that an activity never looked at are freed with it") {
    const auto before = Load::alive.load();
    {
        Engine engine;
        auto& sender = engine.add(std::make_unique<Scripted>("sender"));
        auto& hoarder = engine.add(std::make_unique<Hoarder>("hoarder"));
        sender.load_outputs.resize(1);
        engine.connect(sender, sender.load_outputs[0], hoarder, second);
        sender.on_start = [&](Context& context) {
            for (int i = 1; i <= 3; ++i)
                context.send(sender.load_outputs[0], second * i, context.make<Load>());
        };
        CHECK(engine.run_until(Time{} + minute).events == 3);
    }
    CHECK(Load::alive == before);
}

}  // namespace spate::test
