// One warm-up for many arms: what it costs to fork a national run, against warming every arm up by itself.

#include <fmt/format.h>

#include "tests/bench/model_runs.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

/// The state of a run after its warm-up, and what it took [seconds of wall time].
struct WarmedUp {
    std::string state;
    double set_up = 0, run = 0, save = 0;
};

struct Stop {};

/// Runs to the first snapshot.
WarmedUp warm_up(const models::ModelSpec& spec, const sim::EngineOptions& options) {
    WarmedUp result;
    const Stopwatch set_up;
    sim::Recorder recorder;
    models::Model model(spec, options, recorder);
    result.set_up = set_up.seconds();
    const Stopwatch run;
    models::RunHooks hooks;
    hooks.on_snapshot = [&](sim::Time) {
        result.run = run.seconds();
        const Stopwatch save;
        result.state = model.save_state();
        result.save = save.seconds();
        throw Stop{};
    };
    try {
        model.run(hooks);
    } catch (const Stop&) {
    }
    return result;
}

/// Every other arm has another seed, the others have another policy.
models::ModelSpec arm(const models::ModelSpec& spec, int number) {
    models::ModelSpec other = spec;
    if (number % 2 == 0) {
        other.seed += static_cast<std::uint64_t>(number) + 1;
        return other;
    }
    for (auto& rule : other.replenish) {
        if (rule.max.cover)
            *rule.max.cover = *rule.max.cover + sim::hour * number;
    }
    return other;
}

}  // namespace

bool print_forks(Size size, unsigned workers) {
    const bool is_quick = size == Size::quick;
    const int arms = is_quick ? 2 : 10;
    const Spec spec = load("scenarios/bench-national-10m.yaml",
                           {{"time.start", is_quick ? "2025-11-10T19:50:00+08:00" : "2025-11-10T00:00:00+08:00"},
                            {"time.horizon", is_quick ? "20 min" : "2 d"},
                            {"snapshot.every", is_quick ? "10 min" : "1 d"}});
    sim::EngineOptions options;
    options.workers = workers;
    const WarmedUp warm = warm_up(*spec, options);
    double set_up = 0, load = 0;
    for (int number = 0; number < arms; ++number) {
        const models::ModelSpec other = arm(*spec, number);
        const Stopwatch begin;
        sim::Recorder recorder;
        models::Model model(models::Model::forked(other, warm.state), options, recorder);
        const double ready = begin.seconds();
        model.load_state(warm.state, sim::PastRows::left_out);
        set_up += ready;
        load += begin.seconds() - ready;
    }
    const double one = warm.set_up + warm.run;
    fmt::print("one warm-up         {:8.3f} s  (set-up {:.3f} s, {} simulated {:.3f} s)\n",
               one,
               warm.set_up,
               is_quick ? "10 min" : "1 d",
               warm.run);
    fmt::print("saving the state    {:8.3f} s  ({:.1f} MB)\n", warm.save, static_cast<double>(warm.state.size()) / 1e6);
    fmt::print(
        "{} forks            {:8.3f} s  (loading {:.3f} s, set-up {:.3f} s)\n", arms, load + set_up, load, set_up);
    fmt::print("share of {} warm-ups {:7.1f} %  with set-up, {:.1f} % without\n",
               arms,
               100 * (warm.save + load + set_up) / (arms * one),
               100 * (warm.save + load) / (arms * warm.run));
    return !warm.state.empty();
}

}  // namespace spate::bench
