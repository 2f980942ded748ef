#include "tests/soak/snapshot_checks.hpp"

#include "tests/soak/dice.hpp"
#include "tests/soak/random_fork.hpp"
#include "tests/soak/trace_checks.hpp"

namespace spate::test {

namespace {

/// The state of a run at one instant.
struct Saved {
    sim::Time at;
    std::string archive;
    std::string rows;  ///< file of the rows; empty: they are in the archive
};

class SnapshotChecks {
  public:
    SnapshotChecks(std::uint64_t seed, const ModelSpec& spec, const TemporaryFolder& folder, Tally& tally)
        : dice_(sim::mix(seed, 3))
        , seed_(seed)
        , spec_(spec)
        , folder_(folder)
        , tally_(tally)
        , reference_trace_(folder.file("reference.h5")) {}

    std::vector<std::string> run() {
        const sim::Duration length = spec_.warm_up + spec_.horizon;
        spec_.snapshot.every = dice_.span(sim::Duration{length.us / 12}, sim::Duration{length.us / 2});
        EngineOptions one_heap;
        one_heap.queue = sim::QueueKind::heap;
        sim::Recorder recorder(reference_trace_);
        reference_ = models::Model(spec_, one_heap, recorder).run();
        note(reference_);
        const auto saved = save();
        for (const Saved& state : saved) {
            resume(state);
            fork(state);
        }
        return std::move(faults_);
    }

  private:
    void fault(const std::string& what, const std::string& text) { faults_.push_back(what + ": " + text); }

    void note(const RunResult& result) {
        ++tally_.runs;
        tally_.orders += result.orders;
        tally_.events += result.report.events;
    }

    EngineOptions executive() {
        ++drawn_;
        EngineOptions options = draw_executives(sim::mix(seed_, drawn_), reference_.report)[drawn_ % 2];
        if (dice_.chance(0.1))
            options.queue = sim::QueueKind::heap;
        return options;
    }

    void expect_reference(const std::string& what, const RunResult& result, const std::string& trace) {
        for (const auto& text : compare(reference_, result))
            fault(what, text);
        if (const auto text = first_difference(reference_trace_, trace))
            fault(what, *text);
    }

    /// A run that saves its state now and then, at sample times of its own and at ends of windows.
    std::vector<Saved> save() {
        std::vector<Saved> all;
        const EngineOptions options = executive();
        const std::string trace = folder_.file("saving.h5");
        sim::Recorder recorder(trace);
        models::Model model(spec_, options, recorder);
        const auto keep = [&](sim::Time) {
            Saved state{model.now(), {}, {}};
            if (dice_.chance(0.5))
                state.rows = folder_.file(fmt::format("rows-{}", all.size()));
            state.archive = model.save_state(state.rows);
            all.push_back(std::move(state));
        };
        models::RunHooks hooks;
        hooks.on_snapshot = [&](sim::Time at) {
            if (all.size() < 3 && dice_.chance(0.3))
                keep(at);
        };
        hooks.on_progress = [&](const models::Progress& progress) {
            if (all.empty() || dice_.chance(0.2))
                keep(progress.now);
        };
        const RunResult result = model.run(hooks);
        note(result);
        expect_reference("while saving, " + name_of(options), result, trace);
        return all;
    }

    std::string name_of_state(const Saved& state) const {
        return fmt::format(
            "at {:.6f} of {:.1f} h", sim::Duration{state.at.us}.hours(), (spec_.warm_up + spec_.horizon).hours());
    }

    RunResult go_on(const ModelSpec& spec,
                    const EngineOptions& options,
                    const Saved& state,
                    sim::PastRows past,
                    const std::string& trace) {
        sim::Recorder recorder(trace);
        models::Model model(models::Model::forked(spec, state.archive), options, recorder);
        model.load_state(state.archive, past, state.rows);
        const RunResult result = model.run();
        note(result);
        return result;
    }

    void resume(const Saved& state) {
        const std::string trace = folder_.file("resumed.h5");
        const bool is_own = dice_.chance(0.5);
        const EngineOptions options = executive();
        const std::string what = fmt::format(
            "resumed {} with {}{}", name_of_state(state), name_of(options), is_own ? "" : ", archived spec");
        try {
            const ModelSpec spec = is_own ? spec_ : models::Model::spec_of(state.archive);
            expect_reference(what, go_on(spec, options, state, sim::PastRows::kept, trace), trace);
        } catch (const std::exception& error) {
            fault(what, error.what());
        }
    }

    void fork(const Saved& state) {
        const std::string trace = folder_.file("fork.h5"), rest = folder_.file("rest.h5");
        const EngineOptions options = executive(), others = executive();
        const std::string what = fmt::format("fork {} {} with {}", drawn_, name_of_state(state), name_of(options));
        try {
            const ModelSpec spec = random_fork(spec_, sim::mix(seed_, ++drawn_));
            const RunResult whole = go_on(spec, options, state, sim::PastRows::kept, trace);
            const RunResult part = go_on(spec, others, state, sim::PastRows::left_out, rest);
            for (const auto& text : compare(whole, part))
                fault(what, "without the past " + text);
            for (const auto& text : check_fork(reference_trace_, trace, rest, state.at))
                fault(what, text);
        } catch (const std::exception& error) {
            fault(what, error.what());
        }
    }

    Dice dice_;
    std::uint64_t seed_;
    ModelSpec spec_;
    const TemporaryFolder& folder_;
    Tally& tally_;
    std::string reference_trace_;
    RunResult reference_;
    std::uint64_t drawn_ = 0;
    std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> check_snapshots(std::uint64_t seed,
                                         const ModelSpec& spec,
                                         const TemporaryFolder& folder,
                                         Tally& tally) {
    return SnapshotChecks(seed, spec, folder, tally).run();
}

}  // namespace spate::test
