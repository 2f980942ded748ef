// Networks that are hard to run in parallel: one link is much shorter than all others, or the load is uneven.

#include "sim/base/digest.hpp"
#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"

#include "tests/bench/benchmark.hpp"
#include "tests/bench/draws.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

struct Ring {
    std::uint32_t processes = 0;
    sim::Duration lane;          ///< least time from each process to the next
    sim::Duration gap;           ///< mean time between the jobs of the busiest process
    bool is_uneven = false;      ///< process k has 1/k of the jobs of the first (Zipf); else all have the same
    std::uint32_t rounds = 0;    ///< of work for each job
    sim::Duration short_link{};  ///< from the first process to the second, beside the lane; 0: none
    sim::Time end{};
};

struct Job {
    static constexpr std::uint16_t type = 1, priority = 10;
    std::uint64_t unused = 0;
};

struct Parcel {
    static constexpr std::uint16_t type = 2, priority = 5;
    std::uint64_t unused = 0;
};

/// Does jobs of its own one after the other; now and then sends something on.
class Station final : public sim::Process {
  public:
    Station(std::uint32_t number, const Ring& ring)
        : Process("s" + std::to_string(number))
        , ring_(ring)
        , gap_(ring.is_uneven ? ring.gap * (number + 1) : ring.gap)
        , draws_(number) {}

    void start(sim::Context& context) override { schedule_job(context); }

    void on_event(sim::Context& context, sim::Event& event) override {
        work(draws_.bits(), ring_.rounds);
        if (event.type == Parcel::type)
            return;
        if (++jobs_ % jobs_per_parcel == 0) {
            context.send(lane, lane.link.lookahead() + draws_.exponential(gap_), Parcel{});
            if (shortcut.is_connected())
                context.send(shortcut, shortcut.link.lookahead() + draws_.exponential(gap_), Parcel{});
        }
        schedule_job(context);
    }

    void finish(sim::Time) override {}

    sim::Output<Parcel> lane, shortcut;

  private:
    static constexpr std::uint64_t jobs_per_parcel = 100;

    void schedule_job(sim::Context& context) { context.schedule(context.now() + draws_.exponential(gap_), Job{}); }

    const Ring& ring_;
    sim::Duration gap_;
    Draws draws_;
    std::uint64_t jobs_ = 0;
};

Run run_ring(const Ring& ring, unsigned workers) {
    sim::EngineOptions options;
    options.workers = workers;
    sim::Engine engine(options);
    std::vector<Station*> stations;
    for (std::uint32_t n = 0; n < ring.processes; ++n)
        stations.push_back(&engine.add(std::make_unique<Station>(n, ring)));
    for (std::uint32_t n = 0; n < ring.processes; ++n)
        engine.connect(*stations[n], stations[n]->lane, *stations[(n + 1) % ring.processes], ring.lane);
    if (ring.short_link > sim::Duration{})
        engine.connect(*stations[0], stations[0]->shortcut, *stations[1], ring.short_link);
    const Stopwatch watch;
    const auto report = engine.run_until(ring.end);
    return watch.stop(static_cast<double>(report.events), report.digest.total);
}

Benchmark short_link(Size size) {
    Ring without{200, sim::day, sim::second * 4};
    without.end = sim::Time{} + (size == Size::quick ? sim::minute * 10 : sim::day);
    Ring with = without;
    with.short_link = sim::second;
    const auto run = [](const Ring& ring, unsigned workers) { return [=] { return run_ring(ring, workers); }; };
    return {"short-link",
            {{"long-links", 1, "events/s", run(without, 1), 0, 0},
             {"long-links", 2, "events/s", run(without, 2), 0, 0},
             {"short-link", 1, "events/s", run(with, 1), 0, 1},
             {"short-link", 2, "events/s", run(with, 2), 1, 1}},
            "200 processes with links of a day; one link of a second among them or not"};
}

Benchmark uneven(Size size) {
    Ring ring{64, sim::second, sim::Duration{500}, true, rounds_for(300)};
    ring.end = sim::Time{} + sim::second * (size == Size::quick ? 2 : 150);
    const auto run = [ring](unsigned workers) { return [=] { return run_ring(ring, workers); }; };
    return {"uneven-load",
            {{"uneven-load", 1, "events/s", run(1)}, {"uneven-load", 2, "events/s", run(2)}},
            "64 processes, process k has 1/k of the work of the first; links of a second, handlers of 300 ns"};
}

}  // namespace

std::vector<Entry> network_benchmarks() {
    return {{"short-link", short_link}, {"uneven-load", uneven}};
}

}  // namespace spate::bench
