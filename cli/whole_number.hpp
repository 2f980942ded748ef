#pragma once

#include <CLI/CLI.hpp>

namespace spate::cli {

/// Refuses what would silently wrap around: "-1" is no number of anything here.
CLI::Validator whole_number();

}  // namespace spate::cli
