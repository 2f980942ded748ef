// States of an engine: saved at any instant, loaded by any executive, the run goes on as if it had never stopped.

#include <catch2/catch.hpp>

#include "sim/base/check.hpp"
#include "sim/snapshot/memory_stream.hpp"

#include "tests/support/back_ends.hpp"
#include "tests/support/random_network.hpp"

namespace spate::test {

namespace {

constexpr Time end{1'500};

struct State {
    Time at;
    std::string bytes;
    std::size_t regular = 0;  ///< calls of the regular observer so far
};

/// A random network with observers that note when they are called.
class Net {
  public:
    Net(std::uint64_t seed, const EngineOptions& options, Time saves_at = Time{2'000})
        : engine(options) {
        build_random_network(engine, seed, nodes);
        engine.at_times(
            Time{7}, Duration{211}, [this](Time at) { regular.push_back(at); }, "regular");
        engine.at_times(
            Time{600}, Duration{}, [this](Time at) { once.push_back(at); }, "once");
        engine.at_times(
            saves_at, Duration{}, [this](Time at) { keep(at); }, "save");
    }

    std::string saved() {
        MemoryOutput out;
        StateWriter archive(out);
        engine.save_state(archive);
        return out.take();
    }

    void keep(Time at) { states_saved.push_back({at, saved(), regular.size()}); }

    std::vector<Time> rest_of_regular(const State& state) const {
        return {regular.begin() + static_cast<std::ptrdiff_t>(state.regular), regular.end()};
    }

    void load(const std::string& state) {
        MemoryInput in(state);
        StateReader archive(in);
        engine.load_state(archive);
        CHECK(in.left() == 0);
    }

    std::vector<std::uint64_t> states() const {
        std::vector<std::uint64_t> all;
        for (const Busybody* node : nodes)
            all.push_back(node->state_hash());
        return all;
    }

    Engine engine;
    std::vector<Busybody*> nodes;
    std::vector<Time> regular, once;
    std::vector<State> states_saved;
};

/// One of the executives, another for every number.
EngineOptions executive(std::uint64_t number) {
    const auto all = all_executives();
    EngineOptions options = all[mix(number, 5) % all.size()];
    if (number % 3 == 0)
        options.longest_window = Duration{static_cast<std::int64_t>(1 + number % 97)};
    return options;
}

void check_equal(const RunReport& expected, const Net& a, const RunReport& report, const Net& b) {
    CHECK(report.events == expected.events);
    CHECK(report.process_digests == expected.process_digests);
    CHECK(report.digest.total == expected.digest.total);
    CHECK(b.states() == a.states());
}

Time some_instant(std::uint64_t seed) {
    return Time{static_cast<std::int64_t>(mix(seed, 9) % 1'400)};
}

/// The states of a run, saved by an observer of a random time and at some ends of windows.
std::vector<State> save_some(Net& net, std::uint64_t seed) {
    net.engine.at_window_end([&](Time boundary) {
        if (net.states_saved.size() < 3 && mix(seed, static_cast<std::uint64_t>(boundary.us)) % 4 == 0)
            net.keep(boundary);
    });
    net.engine.run_until(end);
    return net.states_saved;
}

}  // namespace

TEST_CASE("a run goes on from any saved state, on any executive, as if it had never stopped") {
    const auto before = Load::alive.load();
    std::uint64_t goes_on = 0, with_loads = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        Net whole(seed, one_heap());
        const RunReport expected = whole.engine.run_until(end);
        Net saving(seed, executive(seed), some_instant(seed));
        for (const State& state : save_some(saving, seed)) {
            INFO("saved at " << state.at.us);
            const auto alive = Load::alive.load();
            Net rest(seed, executive(seed * 7 + ++goes_on), some_instant(seed));
            rest.load(state.bytes);
            with_loads += Load::alive > alive ? 1 : 0;
            CHECK(rest.engine.now() == state.at);
            CHECK((rest.saved() == state.bytes));  // unreadable if they differ
            check_equal(expected, whole, rest.engine.run_until(end), rest);
            CHECK(rest.regular == saving.rest_of_regular(state));
        }
    }
    CHECK(goes_on >= 120);
    CHECK(with_loads >= 60);
    CHECK(Load::alive == before);
}

TEST_CASE("saving a state changes nothing") {
    for (std::uint64_t seed = 100; seed < 110; ++seed) {
        Net whole(seed, executive(seed)), saving(seed, executive(seed + 1));
        saving.engine.at_window_end([&](Time) { static_cast<void>(saving.saved()); });
        const RunReport expected = whole.engine.run_until(end);
        check_equal(expected, whole, saving.engine.run_until(end), saving);
    }
}

TEST_CASE("a state that was loaded can be saved again and go on elsewhere") {
    Net whole(3, one_heap()), first(3, executive(1), Time{300}), second(3, executive(2));
    const RunReport expected = whole.engine.run_until(end);
    first.engine.run_until(end);
    second.load(first.states_saved.front().bytes);
    std::string state;
    second.engine.at_window_end([&](Time boundary) {
        if (boundary >= Time{900} && state.empty())
            state = second.saved();
    });
    second.engine.run_until(end);
    Net third(3, executive(3));
    third.load(state);
    CHECK(third.engine.now() >= Time{900});
    check_equal(expected, whole, third.engine.run_until(end), third);
}

TEST_CASE("timed observers go on where they were, new ones begin after the state") {
    Net first(4, executive(4), Time{640});
    first.engine.run_until(end);
    Net rest(4, executive(5));
    std::vector<Time> fresh, missed;
    rest.engine.at_times(
        Time{100}, Duration{90}, [&](Time at) { fresh.push_back(at); }, "fresh");
    rest.engine.at_times(
        Time{200}, Duration{}, [&](Time at) { missed.push_back(at); }, "missed");
    rest.load(first.states_saved.front().bytes);
    rest.engine.run_until(Time{1'000});
    CHECK(rest.regular == std::vector<Time>{Time{851}});
    CHECK(rest.once.empty());
    CHECK(fresh == std::vector<Time>{Time{640}, Time{730}, Time{820}, Time{910}});
    CHECK(missed.empty());
}

TEST_CASE("the state of another model is refused") {
    Net first(5, EngineOptions{}, Time{10});
    first.engine.run_until(Time{20});
    const std::string state = first.states_saved.front().bytes;
    const auto load = [&](Engine& engine) {
        MemoryInput in(state);
        StateReader archive(in);
        engine.load_state(archive);
    };
    Engine fewer;
    fewer.add(std::make_unique<Busybody>("n0", 1, Duration{1}));
    CHECK_THROWS_WITH(load(fewer), Catch::Contains("another model") && Catch::Contains("1"));
    CHECK_THROWS_AS(load(fewer), FileError);
    Engine other;
    for (std::size_t i = 0; i < first.nodes.size(); ++i)
        other.add(std::make_unique<Busybody>(i == 0 ? "stranger" : "n" + std::to_string(i), i, Duration{1}));
    CHECK_THROWS_WITH(load(other), Catch::Contains("'n0'") && Catch::Contains("'stranger'"));
}

TEST_CASE("a process without an archive is named") {
    Engine engine;
    auto& plain = engine.add(std::make_unique<Scripted>("mute"));
    plain.on_start = [](Context& context) { context.schedule(Time{5}, Tick{1}); };
    MemoryOutput out;
    StateWriter archive(out);
    engine.at_window_end([&](Time) { engine.save_state(archive); });
    CHECK_THROWS_WITH(engine.run_until(Time{10}), Catch::Contains("mute"));
}

}  // namespace spate::test
