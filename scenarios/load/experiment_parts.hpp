#pragma once

#include <optional>
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
    std::optional<std::size_t> like;  ///< number of an arm before, which this one begins as; none: the base
    const Node *set = nullptr, *drop = nullptr, *change = nullptr, *add = nullptr;  ///< null: not written
};

/// load_experiment() into a draft of the caller, which knows afterwards which fields were asked for.
void load_experiment_into(Draft& draft,
                          const std::string& path,
                          const std::vector<Override>& overrides,
                          FigureNames figures,
                          std::optional<sim::Duration> found_warm_up,
                          LoadedExperiment& result);

/// `decide` and `precision`.
void read_decision(Reader& experiment, FigureNames figures, Experiment& result);

/// The arms as written; that ids are not unique or arms less than two is a problem.
std::vector<ArmDraft> read_arms(Reader& experiment, Registry& ids);

/// Sets the warm-up of the base as `warm_up` says; `found` stands for `mser-5`, which leaves the base as it is without.
void set_warm_up(Reader& experiment, std::optional<sim::Duration> found, Node& base, Experiment& result);

/// What keeps MSER-5 from finding one warm-up for all arms: arms with one of their own, runs of too few sample periods.
/// Requires: all arms are loaded.
void check_warm_up_can_be_found(Reader& experiment, const std::vector<ArmDraft>& drafts, LoadedExperiment& result);

/// Removes items from the lists of a scenario, as section `drop` says.
void drop_items(Draft& draft, const Node& drop, Node& scenario);

/// Appends items to the lists of a scenario that have no ids, as section `add` says.
void add_items(Draft& draft, const Node& add, Node& scenario);

/// Loads every arm as a scenario. Problems of arms are added to draft.problems, once each, with the arms they are of.
void load_arms(Draft& draft, const Node& base, const std::vector<ArmDraft>& drafts, LoadedExperiment& result);

}  // namespace spate::scenarios
