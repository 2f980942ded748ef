// The hold model: one process with many pending events, so nothing but the event list counts.

#include "tests/bench/reference/hold.hpp"

#include "sim/engine/activity.hpp"
#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"

#include "tests/bench/benchmark.hpp"
#include "tests/bench/reference/heaps.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

constexpr sim::Duration mean = sim::second * 100;

struct Alarm {
    static constexpr std::uint16_t type = 1, priority = 10;
    std::uint64_t unused = 0;
};

class HoldProcess final : public sim::Process {
  public:
    explicit HoldProcess(std::uint32_t pending)
        : Process("hold")
        , pending_(pending) {}

    void start(sim::Context& context) override {
        for (std::uint32_t n = 0; n < pending_; ++n)
            context.schedule(sim::Time{} + draws_.exponential(mean), Alarm{});
    }

    void on_event(sim::Context& context, sim::Event&) override {
        times_.add(context.now().us);
        context.schedule(context.now() + draws_.exponential(mean), Alarm{});
    }

    void finish(sim::Time) override {}

    std::uint64_t digest() const { return times_.value(); }

  private:
    std::uint32_t pending_;
    Draws draws_{1};
    sim::Digest times_;
};

Run run_engine(std::uint32_t pending, sim::Time end) {
    sim::Engine engine;
    const auto& process = engine.add(std::make_unique<HoldProcess>(pending));
    const Stopwatch watch;
    const auto report = engine.run_until(end);
    return watch.stop(static_cast<double>(report.events), process.digest());
}

template <template <class> class Heap>
Run run_reference(std::uint32_t pending, sim::Time end) {
    reference::Hold<Heap> hold(pending, mean);
    const Stopwatch watch;
    const std::uint64_t events = hold.run(end);
    return watch.stop(static_cast<double>(events), hold.digest());
}

Entry entry(const std::string& name, std::uint32_t pending) {
    return {name, [name, pending](Size size) -> Benchmark {
                const std::uint32_t n = size == Size::quick ? pending / 50 : pending;
                const double events = size == Size::quick ? 20'000 : 2e6;
                const sim::Time end = sim::Time{} + sim::from_seconds(events / n * mean.seconds());
                return {
                    name,
                    {{name + "-heap4", 1, "events/s", [=] { return run_reference<reference::QuaternaryHeap>(n, end); }},
                     {name + "-std", 1, "events/s", [=] { return run_reference<reference::StandardHeap>(n, end); }},
                     {name, 1, "events/s", [=] { return run_engine(n, end); }}},
                    ""};
            }};
}

/// Ten thousand processes that do nothing but hold, each a reaction or a coroutine.
struct Holder final : sim::Process {
    explicit Holder(std::uint32_t number)
        : Process("h" + std::to_string(number))
        , draws(number) {}

    void start(sim::Context& context) override { context.schedule(context.now() + draws.exponential(mean), Alarm{}); }

    void on_event(sim::Context& context, sim::Event&) override {
        times.add(context.now().us);
        context.schedule(context.now() + draws.exponential(mean), Alarm{});
    }

    void finish(sim::Time) override {}

    Draws draws;
    sim::Digest times;
};

struct HoldActivity final : sim::Activity {
    explicit HoldActivity(std::uint32_t number)
        : Activity("h" + std::to_string(number))
        , draws(number) {}

    Steps live() override {
        for (;;) {
            co_await hold(draws.exponential(mean));
            times.add(context().now().us);
        }
    }

    Draws draws;
    sim::Digest times;
};

template <class P>
Run run_holders(std::uint32_t number, sim::Time end) {
    sim::Engine engine;
    std::vector<P*> holders;
    for (std::uint32_t n = 0; n < number; ++n)
        holders.push_back(&engine.add(std::make_unique<P>(n)));
    const Stopwatch watch;
    const auto report = engine.run_until(end);
    Run run = watch.stop(static_cast<double>(report.events), 0);
    sim::Digest digest;
    for (const P* holder : holders)
        digest.add(holder->times.value());
    run.digest = digest.value();
    return run;
}

Benchmark activities(Size size) {
    const std::uint32_t n = size == Size::quick ? 200 : 10'000;
    const double events = size == Size::quick ? 20'000 : 4e6;
    const sim::Time end = sim::Time{} + sim::from_seconds(events / n * mean.seconds());
    return {"activities",
            {{"holding-processes", 1, "events/s", [=] { return run_holders<Holder>(n, end); }},
             {"holding-activities", 1, "events/s", [=] { return run_holders<HoldActivity>(n, end); }}},
            "ten thousand processes that hold, as reactions and as coroutines"};
}

}  // namespace

std::vector<Entry> hold_benchmarks() {
    return {
        entry("hold-1k", 1'000), entry("hold-100k", 100'000), entry("hold-1m", 1'000'000), {"activities", activities}};
}

}  // namespace spate::bench
