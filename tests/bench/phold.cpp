// PHOLD through the public interface of the engine, beside the same work written straight down.

#include "tests/bench/reference/phold.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"

#include "tests/bench/benchmark.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/phold_node.hpp"
#include "tests/bench/reference/heaps.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

std::uint32_t rounds_for(double nanoseconds) {
    constexpr std::uint32_t tried = 2'000'000;
    double fastest = 1e9;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const Stopwatch watch;
        work(1, tried);
        fastest = std::min(fastest, watch.seconds());
    }
    return static_cast<std::uint32_t>(std::lround(nanoseconds / (fastest * 1e9 / tried)));
}

namespace {

struct Token {
    static constexpr std::uint16_t type = 1, priority = 10;
    std::uint64_t value = 0;
};

class PholdProcess final : public sim::Process {
  public:
    PholdProcess(std::uint32_t number, const PholdSettings& settings)
        : Process("n" + std::to_string(number))
        , node_(number, settings) {}

    void start(sim::Context& context) override {
        for (std::uint32_t token = 0; token < node_.settings().tokens; ++token)
            context.schedule(sim::Time{} + node_.first(), Token{});
    }

    void on_event(sim::Context& context, sim::Event& event) override {
        const auto [delay, target] = node_.handle(context.now());
        if (target == node_.number()) {
            context.schedule(context.now() + delay, event.as<Token>());
        } else {
            context.send(sim::Output<Token>{anyone.to(sim::ProcessId(target))}, delay, event.as<Token>());
        }
    }

    void finish(sim::Time) override {}

    std::uint64_t digest() const { return node_.digest(); }

    sim::Broadcast anyone;

  private:
    PholdNode node_;
};

Run run_engine(const PholdSettings& settings, unsigned workers) {
    sim::EngineOptions options;
    options.workers = workers;
    sim::Engine engine(options);
    for (std::uint32_t n = 0; n < settings.nodes; ++n) {
        auto& process = engine.add(std::make_unique<PholdProcess>(n, settings));
        process.anyone = engine.connect_to_all(process, settings.lookahead);
    }
    const Stopwatch watch;
    const auto report = engine.run_until(settings.end);
    Run run = watch.stop(static_cast<double>(report.events), 0);
    sim::Digest digest;
    for (const auto& process : engine.processes())
        digest.add(static_cast<const PholdProcess&>(*process).digest());
    run.digest = digest.value();
    return run;
}

template <template <class> class Heap>
Run run_reference(const PholdSettings& settings) {
    reference::Phold<Heap> phold(settings);
    const Stopwatch watch;
    const std::uint64_t events = phold.run();
    Run run = watch.stop(static_cast<double>(events), 0);
    run.digest = phold.digest();
    return run;
}

/// Occupies one processor until it is destroyed.
class Neighbour {
  public:
    Neighbour()
        : child_(fork()) {
        if (child_ != 0)
            return;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        cpu_set_t processor;
        CPU_ZERO(&processor);
        CPU_SET(0, &processor);
        sched_setaffinity(0, sizeof processor, &processor);
        for (;;)
            work(1, 1000);
    }

    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;

    ~Neighbour() {
        if (child_ > 0) {
            kill(child_, SIGKILL);
            waitpid(child_, nullptr, 0);
        }
    }

  private:
    pid_t child_;
};

/// About `events` events.
PholdSettings with_events(PholdSettings settings, double events) {
    const double per_second = static_cast<double>(settings.nodes) * settings.tokens / settings.mean.seconds();
    settings.end = sim::Time{} + sim::from_seconds(events / per_second);
    return settings;
}

enum class References : std::uint8_t { one, both };

Benchmark phold(const std::string& name, const PholdSettings& settings, References references) {
    Benchmark benchmark{name, {}, ""};
    const auto add = [&](const std::string& suffix, unsigned workers, std::size_t base, std::function<Run()> run) {
        benchmark.contenders.push_back({name + suffix, workers, "events/s", std::move(run), base});
    };
    add("-heap4", 1, 0, [settings] { return run_reference<reference::QuaternaryHeap>(settings); });
    if (references == References::both)
        add("-std", 1, 0, [settings] { return run_reference<reference::StandardHeap>(settings); });
    const std::size_t one = benchmark.contenders.size();
    add("", 1, 0, [settings] { return run_engine(settings, 1); });
    add("", 2, one, [settings] { return run_engine(settings, 2); });
    add("-twice", 2, one, [settings] { return run_twice([settings] { return run_engine(settings, 1); }); });
    return benchmark;
}

Entry entry(const std::string& name, PholdSettings settings, double events, References references) {
    return {name, [=](Size size) {
                PholdSettings sized = settings;
                if (size == Size::quick)
                    sized.nodes = std::min(sized.nodes, 20'000U);
                return phold(name, with_events(sized, size == Size::quick ? 40'000 : events), references);
            }};
}

constexpr double handler_ns = 300;

Benchmark with_work(Size size) {
    PholdSettings settings;
    settings.rounds = rounds_for(handler_ns);
    auto benchmark =
        phold("phold-300ns", with_events(settings, size == Size::quick ? 20'000 : 6'000'000), References::one);
    benchmark.note = fmt::format("{} rounds of work take {} ns here", settings.rounds, handler_ns);
    return benchmark;
}

Benchmark with_neighbour(Size size) {
    PholdSettings settings;
    settings.tokens = 16;
    settings.rounds = rounds_for(handler_ns);
    settings = with_events(settings, size == Size::quick ? 20'000 : 1'500'000);
    const auto alone = [settings] { return run_engine(settings, 2); };
    const auto beside = [settings] {
        const Neighbour neighbour;
        return run_engine(settings, 2);
    };
    return {"phold-busy-neighbour",
            {{"phold-alone", 2, "events/s", alone}, {"phold-busy-neighbour", 2, "events/s", beside}},
            "300 ns handlers; another process keeps one processor busy"};
}

}  // namespace

std::vector<Entry> phold_benchmarks() {
    const PholdSettings usual;
    PholdSettings remote, many, many_remote, million, close;
    remote.remote = many_remote.remote = 1;
    many.tokens = many_remote.tokens = 16;
    million.nodes = 1'000'000;
    close.lookahead = sim::Duration{close.mean.us / 1000};
    return {entry("phold-10k", usual, 20e6, References::both),
            entry("phold-10k-remote", remote, 6e6, References::one),
            entry("phold-10k-16", many, 6e6, References::one),
            entry("phold-10k-16-remote", many_remote, 6e6, References::one),
            entry("phold-1m", million, 16e6, References::one),
            entry("phold-short-lookahead", close, 3e6, References::one),
            {"phold-300ns", with_work},
            {"phold-busy-neighbour", with_neighbour}};
}

}  // namespace spate::bench
