#pragma once

#include "sim/trace/recorder.hpp"
#include "models/record/tables.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Declares the tables of recalls (/recalls, /summary/recalls, /summary/recall_sites, /summary/recall_desks) and notes
/// them in `tables`. Requires: before Recorder::open(); the scenario has recalls.
void declare_recall_tables(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables);

}  // namespace spate::models
