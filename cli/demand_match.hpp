#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/load/experiment.hpp"

#include "cli/replication_store.hpp"

namespace spate::cli {

/// How an arm's customers compare with those of the baseline, order by order in every replication.
enum class DemandMatch {
    same,       ///< the same orders
    other,      ///< others, and the arm changes something that makes demand
    unexpected  ///< others, though nothing was changed that makes demand: a fault of the program
};

/// "same", "other", "unexpected".
std::string_view name_of(DemandMatch match);

/// By arm; none for the baseline, and without common random numbers.
std::vector<std::optional<DemandMatch>> match_demand(const scenarios::Experiment& experiment,
                                                     const std::vector<std::vector<Replication>>& results);

/// For the terminal: a line for all arms or for each; empty without common random numbers.
std::string demand_text(const scenarios::Experiment& experiment,
                        const std::vector<std::optional<DemandMatch>>& matches);

}  // namespace spate::cli
