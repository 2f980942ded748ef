#include "cli/trace_target.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/base/check.hpp"

using namespace spate;
using cli::TraceTarget;
namespace fs = std::filesystem;

namespace {

/// An empty folder that is the current one while it lives.
class TemporaryFolder {
  public:
    TemporaryFolder()
        : before_(fs::current_path())
        , path_(fs::temp_directory_path() / ("spate_target_" + std::to_string(getpid()))) {
        fs::create_directories(path_);
        fs::current_path(path_);
    }

    ~TemporaryFolder() {
        fs::current_path(before_);
        fs::remove_all(path_);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  private:
    fs::path before_, path_;
};

void touch(const fs::path& file, const char* text = "\x89HDF") {
    std::ofstream(file) << text;
}

}  // namespace

TEST_CASE("without -o the trace is named after the scenario and may be overwritten") {
    const TemporaryFolder folder;
    CHECK(TraceTarget{"s.yaml", "peak", "", false}.resolve() == "out/peak.h5");
    touch("out/peak.h5");
    CHECK(TraceTarget{"s.yaml", "peak", "", false}.resolve() == "out/peak.h5");
    CHECK(TraceTarget{"s.yaml", "a/../b", "", false}.resolve() == "out/a_.._b.h5");
}

TEST_CASE("a file named with -o is overwritten only by force") {
    const TemporaryFolder folder;
    CHECK(TraceTarget{"s.yaml", "peak", "run.h5", false}.resolve() == "run.h5");
    touch("run.h5");
    CHECK_THROWS_AS((TraceTarget{"s.yaml", "peak", "run.h5", false}.resolve()), sim::FileError);
    CHECK(TraceTarget{"s.yaml", "peak", "run.h5", true}.resolve() == "run.h5");
    touch("run.h5", "");
    CHECK(TraceTarget{"s.yaml", "peak", "run.h5", true}.resolve() == "run.h5");
    CHECK(TraceTarget{"s.yaml", "", "run.h5", true, true}.resolve() == "run.h5");
    touch("run.h5", "<!doctype html>");
    CHECK(TraceTarget{"s.yaml", "", "run.h5", true, true}.resolve() == "run.h5");
    CHECK_THROWS_WITH((TraceTarget{"s.yaml", "peak", "run.h5", true}.resolve()), Catch::Contains("is no trace"));
}

TEST_CASE("the scenario, folders, devices and missing folders are refused even by force") {
    const TemporaryFolder folder;
    touch("s.yaml");
    fs::create_directory("sub");
    for (const char* output : {"s.yaml", "./s.yaml", "sub", "/dev/null", "missing/run.h5"}) {
        INFO(output);
        CHECK_THROWS_AS((TraceTarget{"s.yaml", "peak", output, true}.resolve()), sim::FileError);
    }
}
