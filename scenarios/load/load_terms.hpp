#pragma once

#include "models/spec.hpp"
#include "scenarios/load/reader.hpp"

namespace spate::scenarios {

/// Presale, group buying and pick-up of a channel whose other keys have been read.
void read_terms(Reader& reader, models::ChannelSpec& channel);

}  // namespace spate::scenarios
