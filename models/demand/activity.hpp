#pragma once

#include <utility>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

using Spans = std::vector<std::pair<Time, Time>>;  ///< [from, to), by `from`; they may overlap

/// Spans of time in which a channel places orders: until `end` if it has base demand, else around its sessions; if they
/// wait for a cut-off or a payment, from then until `end`. They begin before the first order, so that the desk has seen
/// the stock by then.
Spans activity_of(const ModelSpec& spec, Index channel, Time end);

}  // namespace spate::models
