#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/load/draft.hpp"
#include "scenarios/load/experiment.hpp"
#include "scenarios/load/reader.hpp"

/// The steps of load_experiment(); included by its parts and their tests only.
namespace spate::scenarios {

using FigureNames = std::span<const std::string_view>;

/// An arm as written.
struct ArmDraft {
    std::string id, name;
    Place place;
    const Node *set = nullptr, *drop = nullptr, *change = nullptr;  ///< null: not written
};

/// load_experiment() into a draft of the caller, which knows afterwards which fields were asked for.
void load_experiment_into(Draft& draft,
                          const std::string& path,
                          const std::vector<Override>& overrides,
                          FigureNames figures,
                          LoadedExperiment& result);

/// `decide` and `precision`.
void read_decision(Reader& experiment, FigureNames figures, Experiment& result);

/// The arms as written; that ids are not unique or arms less than two is a problem.
std::vector<ArmDraft> read_arms(Reader& experiment, Registry& ids);

/// Removes items from the lists of a scenario, as section `drop` says.
void drop_items(Draft& draft, const Node& drop, Node& scenario);

/// Loads every arm as a scenario. Problems of arms are added to draft.problems, once each, with the arms they are of.
void load_arms(Draft& draft, const Node& base, const std::vector<ArmDraft>& drafts, LoadedExperiment& result);

}  // namespace spate::scenarios
