#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "models/model.hpp"

namespace spate::test {

using models::ModelSpec;
using models::RunResult;
using sim::EngineOptions;
using sim::Workers;

/// A folder for traces, removed at the end.
class TemporaryFolder {
  public:
    TemporaryFolder()
        : path_(std::filesystem::temp_directory_path() / fmt::format("spate-soak-{}", getpid())) {
        std::filesystem::create_directories(path_);
    }

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

/// What was done.
struct Tally {
    std::uint64_t models = 0, failed = 0, runs = 0, orders = 0, events = 0;
};

/// For messages.
std::string name_of(const EngineOptions& options);

/// One worker more or less, both back ends, windows of other lengths: none of it may change a result.
std::vector<EngineOptions> draw_executives(std::uint64_t seed, const sim::RunReport& reference);

RunResult run_model(const ModelSpec& spec, const EngineOptions& options, const std::string& trace);

/// What differs between two runs that should be the same; empty: nothing.
std::vector<std::string> compare(const RunResult& reference, const RunResult& result);

}  // namespace spate::test
