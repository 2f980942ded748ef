#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/recorder.hpp"
#include "analysis/statistics.hpp"
#include "analysis/verdict.hpp"
#include "scenarios/load/experiment.hpp"

#include "cli/demand_match.hpp"
#include "cli/replication_store.hpp"
#include "cli/warm_up.hpp"

namespace spate::cli {

/// One key figure of one arm.
struct ArmFigure {
    analysis::Estimate mean;                       ///< over the replications in which the figure is defined
    std::uint64_t replications = 0;                ///< in which it is
    std::optional<analysis::Estimate> difference;  ///< from the baseline; none for the baseline itself
    analysis::Ratio variance_ratio;                ///< what common random numbers bring for the difference
};

/// One key figure of all arms.
struct ComparedFigure {
    std::string name, unit, meaning;
    std::vector<std::vector<std::optional<double>>> values;  ///< by arm and replication
    std::vector<ArmFigure> arms;
};

/// A figure's name as people read it: spaces for underlines.
std::string plain_words(std::string name);

/// What an experiment showed.
struct Comparison {
    double confidence = analysis::usual_confidence;                 ///< of each interval of a mean
    double confidence_of_differences = analysis::usual_confidence;  ///< higher where several arms are compared
    std::vector<ComparedFigure> figures;
    std::vector<std::optional<analysis::Verdict>> verdicts;  ///< by arm; none for the baseline
    std::vector<std::optional<DemandMatch>> demand;          ///< by arm: its customers and the baseline's
    std::size_t deciding = 0;                                ///< index in `figures`
    /// Of the arms that are shown to keep every constraint, the one with the best mean of the deciding figure; the
    /// first of equal ones.
    std::optional<std::size_t> choice;
    std::optional<FoundWarmUp> warm_up;  ///< none: the warm-up is as written
};

/// What a run lacks of what an experiment decides by; empty: nothing.
std::string why_undecided(const scenarios::DecidingRule& decide, const analysis::KeyFigures& figures);

/// Compares all arms with the baseline. All verdicts together hold with `confidence`: with k arms to compare each
/// interval of a difference has 1 − (1 − confidence)/k (Bonferroni). Constraints are judged by the intervals of means,
/// each with `confidence`: whether an arm keeps its bounds does not depend on the others. `size`: the least difference
/// that matters. The cost by an account that moved in a run of any arm, or that decides, is 0 where it did not move.
/// Throws: RunError where the deciding figure or that of a constraint is undefined in a replication.
Comparison compare_arms(const scenarios::Experiment& experiment,
                        const std::vector<std::vector<Replication>>& results,
                        std::optional<double> size);

/// Half the width of the interval of the deciding figure's difference, and how many replications would bring it to
/// `target`, for the arm where that is most.
struct PrecisionState {
    bool is_reached = false;
    std::uint64_t wanted = 0;  ///< replications
};

PrecisionState check_precision(const Comparison& comparison, double target, std::uint64_t replications);

/// For the terminal.
std::string comparison_text(const scenarios::Experiment& experiment, const Comparison& comparison);
/// One object.
std::string comparison_json(const scenarios::Experiment& experiment, const Comparison& comparison);

/// How every such table begins.
inline constexpr std::string_view csv_begin =
    "\xEF\xBB\xBF"
    "arm,name,figure,unit,replications,mean,";
/// One row for each arm and figure (UTF-8 with byte order mark, for spreadsheets). Throws: FileError.
std::string comparison_csv(const scenarios::Experiment& experiment, const Comparison& comparison);
/// Everything: arms with their scenarios and networks, every replication, estimates, differences, verdicts. `networks`:
/// files of arms (ReplicationStore::save_network()). The same content gives the same bytes. Opens and closes `file`.
/// Throws: FileError.
void write_hdf5(sim::Recorder& file,
                const scenarios::Experiment& experiment,
                const std::vector<std::vector<Replication>>& results,
                const Comparison& comparison,
                const std::vector<std::string>& networks = {});

}  // namespace spate::cli
