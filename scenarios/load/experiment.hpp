#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec.hpp"
#include "scenarios/load/scenario.hpp"

/// From an experiment file to its arms, each a complete scenario. Nothing is run here.
namespace spate::scenarios {

/// A number that a key figure is compared with.
struct FigureValue {
    double value = 0;    ///< [unit]; a share 0…1 where per cent are written
    std::string unit;    ///< as written, "1" for per cent; empty: a plain number, in the unit of the figure
    Problem origin;      ///< where it is written; `text` is the value as written
    std::string figure;  ///< name of the key figure
};

/// Goes on until the interval of the deciding figure's difference from the baseline is narrow enough.
struct Precision {
    FigureValue half_width;     ///< above 0
    std::uint32_t at_most = 0;  ///< replications of every arm, 2 or more
};

/// What an arm must keep to be chosen; one or both.
struct Constraint {
    std::string figure;
    std::optional<FigureValue> at_least, at_most;
};

enum class Better : std::uint8_t { lower, higher };

struct DecidingRule {
    std::string figure;
    Better better = Better::lower;
    std::vector<Constraint> subject_to;
};

/// One variant of the base.
struct Arm {
    std::string id, name;              ///< name: the id if none is given
    std::vector<std::string> changes;  ///< for people, in order: "set seed: 7", "drop sites rdc-*", "change policies"
    models::ModelSpec spec;            ///< `scenario_text` is the merged YAML
};

struct Experiment {
    std::string id, title;
    std::string scenario;  ///< path of the base, relative to the current folder or absolute
    /// Exactly one of these two.
    std::optional<std::uint32_t> replications;
    std::optional<Precision> precision;
    bool common_random_numbers = true;
    /// `warm_up: mser-5`. The arms then have the warm-up of the base, or the one that load_experiment() was given.
    bool finds_warm_up = false;
    std::size_t baseline = 0;  ///< index in `arms`
    DecidingRule decide;
    std::vector<Arm> arms;  ///< two or more, in the order written
};

struct LoadedExperiment {
    Experiment experiment;          ///< valid only if `problems` is empty
    std::vector<Problem> problems;  ///< all of them, up to 100, by file, line and column
    std::vector<Problem> warnings;  ///< possible, but hardly meant; complete only without problems
};

/// Reads an experiment, its base and all arms. `overrides` change the base, and so every arm that does not say
/// otherwise; `figures` are the names that key figures can have. With `found_warm_up` an experiment that says `warm_up:
/// mser-5` is read as if it said this duration (a multiple of a microsecond, 0 or more). A problem that an arm brings
/// about names the arm; one of the base is told once. Never throws because of its input, never prints. Threads: any.
LoadedExperiment load_experiment(const std::string& path,
                                 const std::vector<Override>& overrides,
                                 std::span<const std::string_view> figures,
                                 std::optional<sim::Duration> found_warm_up = {});

/// The text of an arm's scenario (Arm::spec.scenario_text) with another seed.
std::string with_seed(const std::string& scenario_text, std::uint64_t seed);

/// Values whose unit is not that of their figure, and plain shares that are not from 0 to 1. `unit_of`: unit of a key
/// figure ("1" for shares), empty if unknown.
std::vector<Problem> unit_problems(const Experiment& experiment,
                                   const std::function<std::string(std::string_view figure)>& unit_of);

/// Whether a line of the file begins with the key `experiment`. False if it cannot be read. Cost: reads up to that
/// line, at most 1 MB.
bool is_experiment(const std::string& path);

}  // namespace spate::scenarios
