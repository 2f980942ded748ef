#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "scenarios/load/node.hpp"
#include "scenarios/load/problems.hpp"

namespace spate::scenarios {

/// Limits of one YAML file. Bulk data belong into CSV files.
struct YamlLimits {
    std::size_t max_bytes = std::size_t{64} << 20U;
    std::size_t max_nodes = 5'000'000;
    std::size_t max_scalar_bytes = std::size_t{1} << 20U;
};

/// Parses the text of one YAML file into our own tree. A subset on purpose: one document, no anchors, aliases, tags or
/// directives, no key twice, quotes close on their line. Nothing after adding a problem with line and column.
/// Threads: any. Cost: about 0.5 µs a byte.
std::optional<Node> parse_yaml(std::string text, std::uint32_t file, Problems& problems, const YamlLimits& limits = {});

}  // namespace spate::scenarios
