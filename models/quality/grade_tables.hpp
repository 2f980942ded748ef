#pragma once

#include "sim/trace/recorder.hpp"
#include "models/record/tables.hpp"

namespace spate::models {

/// The tables of grades and of the black list. Requires: spec.grades.
void declare_grade_tables(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables);

}  // namespace spate::models
