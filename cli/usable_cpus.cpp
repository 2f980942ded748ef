#include "cli/usable_cpus.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include <sched.h>

namespace spate::cli {
namespace {

unsigned cpus_in_affinity_mask() {
    constexpr int most = 8192;
    const std::size_t bytes = CPU_ALLOC_SIZE(most);
    const auto release = [](cpu_set_t* set) { CPU_FREE(set); };
    const std::unique_ptr<cpu_set_t, decltype(release)> set(CPU_ALLOC(most), release);
    if (set && sched_getaffinity(0, bytes, set.get()) == 0) {
        return static_cast<unsigned>(CPU_COUNT_S(bytes, set.get()));
    }
    return std::thread::hardware_concurrency();
}

std::string contents(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::optional<double> quota_of_group(const std::filesystem::path& group) {
    if (const auto quota = quota_in_cpu_max(contents(group / "cpu.max"))) {
        return quota;
    }
    const std::string quota = contents(group / "cpu.cfs_quota_us");  // version 1
    return quota_in_cpu_max(quota.substr(0, quota.find('\n')) + " " + contents(group / "cpu.cfs_period_us"));
}

/// The smallest quota of the program's groups and the groups that hold them.
std::optional<double> smallest_quota() {
    std::optional<double> smallest;
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {  // number:controllers:/path
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) {
            continue;
        }
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const bool is_version_2 = controllers.empty();
        if (!is_version_2 && controllers.find("cpu") == std::string::npos) {
            continue;
        }
        const std::filesystem::path root = std::filesystem::path("/sys/fs/cgroup") / (is_version_2 ? "" : controllers);
        std::filesystem::path inner = std::filesystem::path(line.substr(second + 1)).relative_path();
        for (bool is_root = false; !is_root; inner = inner.parent_path()) {
            is_root = inner.empty();
            const auto quota = quota_of_group(root / inner);
            if (quota && (!smallest || *quota < *smallest)) {
                smallest = quota;
            }
        }
    }
    return smallest;
}

}  // namespace

std::optional<double> quota_in_cpu_max(std::string_view text) {
    std::istringstream stream{std::string(text)};
    double quota = 0, period = 0;
    if (!(stream >> quota >> period) || quota <= 0 || period <= 0) {
        return std::nullopt;
    }
    return quota / period;
}

unsigned usable_cpus() {
    unsigned cpus = cpus_in_affinity_mask();
    if (const auto quota = smallest_quota(); quota && *quota < cpus) {
        cpus = static_cast<unsigned>(*quota);
    }
    return std::max(1U, cpus);
}

}  // namespace spate::cli
