#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/back_ends.hpp"
#include "tests/support/random_network.hpp"

namespace spate::test {

namespace {

struct Outcome {
    RunReport report;
    std::vector<std::uint64_t> states;
};

Outcome run(std::uint64_t seed, const EngineOptions& options) {
    Engine engine(options);
    std::vector<Busybody*> nodes;
    build_random_network(engine, seed, nodes);
    Outcome outcome{engine.run_until(Time{1'500}), {}};
    for (const Busybody* node : nodes)
        outcome.states.push_back(node->state_hash());
    return outcome;
}

}  // namespace

TEST_CASE("all executives give the same digests and states on random networks") {
    const auto before = Load::alive.load();
    std::uint64_t fused = 0;
    for (std::uint64_t seed = 1; seed <= 80; ++seed) {
        INFO("seed " << seed);
        const Outcome expected = run(seed, one_heap());
        CHECK(expected.report.events > 20);
        for (const auto& options : all_executives()) {
            INFO("workers " << options.workers << ", back end " << (options.backend == Workers::tbb ? "tbb" : "std"));
            const Outcome outcome = run(seed, options);
            CHECK(outcome.report.events == expected.report.events);
            CHECK(outcome.report.process_digests == expected.report.process_digests);
            CHECK(outcome.report.digest.total == expected.report.digest.total);
            CHECK(outcome.states == expected.states);
        }
        Engine engine;
        std::vector<Busybody*> nodes;
        build_random_network(engine, seed, nodes);
        if (engine.groups().size() < nodes.size())
            ++fused;
    }
    CHECK(fused >= 15);
    CHECK(Load::alive == before);
}

TEST_CASE("different seeds give different digests") {
    CHECK(run(1, EngineOptions{}).report.digest.total != run(2, EngineOptions{}).report.digest.total);
}

TEST_CASE("PHOLD gives one digest on all executives, sharing small rounds or not") {
    const auto run_phold = [](const EngineOptions& options) {
        const Phold::Settings settings{300, from_seconds(0.1), second, 0.1};
        Engine engine(options);
        std::vector<Phold*> all;
        for (std::uint64_t i = 0; i < settings.processes; ++i) {
            all.push_back(&engine.add(std::make_unique<Phold>("p" + std::to_string(i), i, settings)));
        }
        for (Phold* process : all)
            process->anyone = engine.connect_to_all(*process, settings.lookahead);
        return engine.run_until(Time{} + second * 30).digest.total;
    };
    const auto expected = run_phold(one_heap());
    for (auto options : all_executives()) {
        CHECK(run_phold(options) == expected);
        options.share_rounds_above_ns = 1'000;
        CHECK(run_phold(options) == expected);
    }
}

TEST_CASE("two runs of the same network are equal, so no address or clock has an influence") {
    for (std::uint64_t seed = 200; seed < 210; ++seed) {
        CHECK(run(seed, parallel_options(default_workers(), 3)).states == run(seed, EngineOptions{}).states);
    }
}

}  // namespace spate::test
