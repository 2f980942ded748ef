#pragma once

#include "sim/trace/recorder.hpp"
#include "models/record/tables.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// True if a return centre has a refund fund: /series/refund_funds and /summary/refund_funds are written.
bool has_refund_funds(const ModelSpec& spec);

/// True if a return centre has a customer service: /series/tickets and /summary/tickets are written.
bool has_services(const ModelSpec& spec);

/// Declares the tables of the return centres (/network/centres, /returns, /series/returns, /summary/returns,
/// /summary/return_stages) and notes them in `tables`. Requires: before Recorder::open(); there is a centre.
void declare_return_tables(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables);

}  // namespace spate::models
