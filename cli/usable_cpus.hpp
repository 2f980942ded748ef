#pragma once

#include <optional>
#include <string_view>

namespace spate::cli {

/// Number of processors this program may really use: its affinity mask, cut down by the quota of its control groups
/// (containers). At least 1.
unsigned usable_cpus();

/// Processors granted by the text of a cgroup-v2 `cpu.max` file ("200000 100000" is 2). None: no limit, or not such a
/// text.
std::optional<double> quota_in_cpu_max(std::string_view text);

}  // namespace spate::cli
