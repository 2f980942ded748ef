#pragma once

#include <string>

#include "sim/trace/recorder.hpp"
#include "models/record/tables.hpp"

namespace spate::models {

/// The tables of prices that follow the stock, with money in `currency`. Requires: there are rules of prices.
void declare_price_tables(sim::Recorder& recorder, const std::string& currency, TraceTables& tables);

}  // namespace spate::models
