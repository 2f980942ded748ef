#pragma once

#include "sim/trace/recorder.hpp"
#include "models/spec.hpp"

namespace spate::models {

struct TraceSizes;

/// Tables of what channels with terms of their own record: presale, group buying, pick-up, cancellations, substitutes.
/// Declared only where a channel has such terms; docs/trace-format.md lists their columns.
struct TermTables {
    sim::TableId presale_series, presale_summary, lock_series, lock_summary;
    sim::TableId group_summary;
    sim::TableId pickup_series, pickup_summary;
    sim::TableId cancellation_summary, substitute_summary;
};

bool has_presale(const ModelSpec& spec);
/// Some channel has goods set aside from the deposit on.
bool has_locks(const ModelSpec& spec);
bool has_groups(const ModelSpec& spec);
bool has_pickup(const ModelSpec& spec);
/// Customers of some channel cancel.
bool has_cancellation(const ModelSpec& spec);

TermTables declare_term_tables(sim::Recorder& recorder, const ModelSpec& spec, const TraceSizes& sizes);

}  // namespace spate::models
