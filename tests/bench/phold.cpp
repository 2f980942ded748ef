// PHOLD through the public interface of the engine, beside the same work written straight down.

#include "sim/engine/context.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/process.hpp"

#include "tests/bench/benchmark.hpp"
#include "tests/bench/phold_node.hpp"
#include "tests/bench/reference/phold_heap.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

struct Token {
    static constexpr std::uint16_t type = 1, priority = 10;
    std::uint64_t value = 0;
};

class PholdProcess final : public sim::Process {
  public:
    PholdProcess(std::uint32_t number, const PholdSettings& settings)
        : Process("node " + std::to_string(number))
        , node(number)
        , settings_(settings) {}

    void start(sim::Context& context) override { context.schedule(sim::Time{} + node.hold(settings_), Token{}); }

    void on_event(sim::Context& context, sim::Event& event) override {
        node.note(context.now());
        const auto [target, delay] = node.next(settings_, id().value());
        if (target == id().value()) {
            context.schedule(context.now() + delay, event.as<Token>());
        } else {
            context.send(sim::Output<Token>{anyone.to(sim::ProcessId(target))}, delay, event.as<Token>());
        }
    }

    void finish(sim::Time) override {}

    PholdNode node;
    sim::Broadcast anyone;

  private:
    const PholdSettings& settings_;
};

std::uint64_t digest_of_times(const auto& nodes, const auto& node_of) {
    sim::Digest digest;
    for (const auto& node : nodes) {
        digest.add(node_of(node).digest());
    }
    return digest.value();
}

Run run_engine(unsigned workers) {
    const PholdSettings settings;
    sim::EngineOptions options;
    options.workers = workers;
    sim::Engine engine(options);
    std::vector<PholdProcess*> processes;
    for (std::uint32_t n = 0; n < settings.nodes; ++n) {
        processes.push_back(&engine.add(std::make_unique<PholdProcess>(n, settings)));
    }
    for (std::uint32_t n = 0; n < settings.nodes; ++n) {
        processes[n]->anyone = engine.connect_to_all(*processes[n], settings.lookahead);
    }
    const Stopwatch watch;
    const auto report = engine.run_until(settings.end);
    const double seconds = watch.seconds();
    const auto digest = digest_of_times(processes, [](const auto* process) { return process->node; });
    return {static_cast<double>(report.events), seconds, digest};
}

Run run_reference() {
    const PholdSettings settings;
    reference::PholdHeap heap(settings);
    const Stopwatch watch;
    const std::uint64_t events = heap.run();
    const double seconds = watch.seconds();
    const auto digest = digest_of_times(heap.nodes(), [](const auto& node) { return node; });
    return {static_cast<double>(events), seconds, digest};
}

}  // namespace

Benchmark phold() {
    return {"phold",
            "one heap, no engine",
            {{"phold-reference", 1, "events/s", run_reference},
             {"phold", 1, "events/s", [] { return run_engine(1); }},
             {"phold", 2, "events/s", [] { return run_engine(2); }}}};
}

}  // namespace spate::bench
