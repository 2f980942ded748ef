#include <cstdint>
#include <utility>

#include "scenarios/load/experiment_parts.hpp"
#include "scenarios/load/overrides.hpp"

/// `warm_up` of an experiment: a duration, or to be found by MSER-5.
namespace spate::scenarios {

namespace {

/// MSER-5 takes means of five samples and wants ten of them. The first sample is that of time zero; one at the very end
/// is not taken.
constexpr std::int64_t fewest_periods = 51;

/// A duration as scenarios write it, exactly: "12 d", "36 h", "1500 ms".
std::string duration_value(sim::Duration duration) {
    constexpr std::pair<sim::Duration, const char*> units[] = {{sim::day, " d"},
                                                               {sim::hour, " h"},
                                                               {sim::minute, " min"},
                                                               {sim::second, " s"},
                                                               {sim::microsecond * 1000, " ms"}};
    for (const auto& [size, word] : units) {
        if (duration.us % size.us == 0) {
            return std::to_string(duration / size) + word;
        }
    }
    return std::to_string(duration.us) + " us";
}

const Node* warm_up_in_time(const Node* parts) {
    const Node* time = parts == nullptr ? nullptr : parts->find("time");
    return time == nullptr ? nullptr : time->find("warm_up");
}

/// Whether somebody who wrote this meant mser-5.
bool is_misspelt(const std::string& text) {
    return text.starts_with("mser") || text.starts_with("MSER");
}

/// Where an arm sets a warm-up of its own; null if it does not.
const Node* warm_up_of(const ArmDraft& arm) {
    if (arm.set != nullptr) {
        if (const Node* value = arm.set->find("time.warm_up")) {
            return value;
        }
    }
    const Node* in_set = warm_up_in_time(arm.set);
    return in_set != nullptr ? in_set : warm_up_in_time(arm.change);
}

void warn_of_sessions(Reader& experiment, LoadedExperiment& result) {
    const Node* key = experiment.node("warm_up");
    for (const auto& arm : result.experiment.arms) {
        if (!arm.spec.sessions.empty()) {
            const Place& at = key->place;
            result.warnings.push_back({experiment.draft().problems.file_name(at.file),
                                       at.line,
                                       at.column,
                                       "arm " + in_quotes(arm.id)
                                           + " has sessions, so it never settles down, and where they lie in the "
                                             "measured time depends on the "
                                             "warm-up that is found. write a duration?"});
            return;
        }
    }
}

}  // namespace

void set_warm_up(Reader& experiment, std::optional<sim::Duration> found, Node& base, Experiment& result) {
    const Node* warm_up = experiment.node("warm_up");
    if (warm_up == nullptr) {
        return;
    }
    Draft& draft = experiment.draft();
    result.finds_warm_up = warm_up->text == "mser-5";
    Node value = *warm_up;
    if (result.finds_warm_up) {
        if (!found) {
            return;
        }
        value.text = duration_value(*found);
    } else if (is_misspelt(warm_up->text)) {
        experiment.problem("warm_up", in_quotes(warm_up->text) + " is not possible. did you mean 'mser-5'?");
        return;
    } else if (!read_quantity(draft, *warm_up, Measure::duration, ">= 0")) {
        return;
    }
    set_value(base, "time.warm_up", warm_up->place, std::move(value), draft.problems);
}

void check_warm_up_can_be_found(Reader& experiment, const std::vector<ArmDraft>& drafts, LoadedExperiment& result) {
    Draft& draft = experiment.draft();
    if (!result.experiment.finds_warm_up || !draft.problems.empty()) {
        return;
    }
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        if (const Node* own = warm_up_of(drafts[i])) {
            draft.problems.add(
                own->place,
                "arm " + in_quotes(drafts[i].id)
                    + " has a warm-up of its own ('warm_up: mser-5' finds one for all arms). remove it?");
        }
        const auto& spec = result.experiment.arms[i].spec;
        const std::int64_t periods = (spec.warm_up + spec.horizon) / spec.trace.series_every;
        if (periods < fewest_periods) {
            experiment.problem("warm_up",
                               "'mser-5' needs at least " + std::to_string(fewest_periods) + " sample periods (arm "
                                   + in_quotes(drafts[i].id) + " has " + std::to_string(periods) + " of "
                                   + duration_value(spec.trace.series_every) + "). shorten trace.series, or lengthen "
                                     "time.horizon?");
            return;
        }
    }
    warn_of_sessions(experiment, result);
}

}  // namespace spate::scenarios
