#pragma once

#include <string>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// Why a state of a run of `saved` cannot go on in a model of `other`: the first difference in what states are keyed
/// by. Empty: it can. Start, warm-up, horizon and sample period must be the same, and sites, markets, channels,
/// products, lanes, assortments, stages, rules, demand entries and sessions must be the same ones in the same order; so
/// must the kind of a channel's view and the times of sessions. All other parameters, policies and seeds may differ.
std::string why_unfit(const ModelSpec& saved, const ModelSpec& other);

/// The same where the rows before the snapshot are kept: both are one table.
std::string why_rows_unfit(const ModelSpec& saved, const ModelSpec& other);

/// Throws FileError where one of these says why. `keeps_rows`: the rows before the snapshot are kept.
void refuse_unfit(const ModelSpec& saved, const ModelSpec& other, bool keeps_rows);

/// ModelSpec::earlier_seeds of a fork at this time: nothing to be told apart where sessions are plain, whose customers
/// are in the state.
std::vector<EarlierSeed> seeds_of_fork(const ModelSpec& spec, const ModelSpec& saved, Time at);

}  // namespace spate::models
