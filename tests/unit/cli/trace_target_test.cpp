#include "cli/trace_target.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/base/check.hpp"
#include "sim/trace/recorder.hpp"

using namespace spate;
using cli::TargetKind;
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

/// A complete file as `spate run` writes, or `spate compare`.
void write_hdf5(const std::string& file, bool is_experiment) {
    sim::Recorder recorder(file, true, 0);
    if (is_experiment) {
        recorder.set_attribute({"kind", "experiment", 0, true});
    }
    recorder.open();
    recorder.close();
}

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
    CHECK(TraceTarget{"s.yaml", "", "run.h5", true, TargetKind::page}.resolve() == "run.h5");
    touch("run.h5", "<!doctype html>");
    CHECK(TraceTarget{"s.yaml", "", "run.h5", true, TargetKind::page}.resolve() == "run.h5");
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

TEST_CASE("a run does not overwrite the results of an experiment unless forced, nor the other way round") {
    const TemporaryFolder folder;
    fs::create_directory("out");
    const auto resolve = [](TargetKind kind, bool force) {
        return TraceTarget{"s.yaml", "peak", "", force, kind}.resolve();
    };
    CHECK(resolve(TargetKind::experiment, false) == "out/peak.compare.h5");
    CHECK(resolve(TargetKind::trace, false) == "out/peak.h5");
    write_hdf5("out/peak.h5", true);
    CHECK(resolve(TargetKind::trace, true) == "out/peak.h5");
    CHECK_THROWS_WITH(resolve(TargetKind::trace, false),
                      "cannot write trace 'out/peak.h5' (the file holds the results of an experiment; name another one "
                      "with -o, or overwrite it with --force?)");
    write_hdf5("out/peak.h5", false);
    CHECK(resolve(TargetKind::trace, false) == "out/peak.h5");
    write_hdf5("out/peak.compare.h5", true);
    CHECK(resolve(TargetKind::experiment, false) == "out/peak.compare.h5");
    write_hdf5("out/peak.compare.h5", false);
    CHECK(resolve(TargetKind::experiment, true) == "out/peak.compare.h5");
    CHECK_THROWS_WITH(resolve(TargetKind::experiment, false), Catch::Contains("holds the trace of a run"));
}

TEST_CASE("the table beside the results overwrites only a table of an experiment") {
    const TemporaryFolder folder;
    const auto csv = [](const std::string& output, bool force) {
        return TraceTarget{"s.csv", "peak", output, force, TargetKind::experiment}.resolve_csv(output, "arm,name,");
    };
    CHECK(csv("mine.h5", false) == "mine.csv");
    CHECK(csv("mine", false) == "mine.csv");
    touch("mine.csv", "arm,name,figure\n");
    CHECK(csv("mine.h5", false) == "mine.csv");
    touch("mine.csv", "time,market\n");
    CHECK_THROWS_WITH(csv("mine.h5", false), Catch::Contains("is not the table of an experiment"));
    CHECK(csv("mine.h5", true) == "mine.csv");
    touch("s.csv", "arm,name,figure\n");
    CHECK_THROWS_WITH(csv("s.h5", true), Catch::Contains("it is what is read"));
    fs::create_directory("sub.csv");
    CHECK_THROWS_WITH(csv("sub.h5", true), Catch::Contains("it is a folder"));
}
