#include "cli/trace_target.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "sim/trace/reader.hpp"

namespace spate::cli {
namespace {

namespace fs = std::filesystem;

fs::path default_path(std::string name, TargetKind kind) {
    std::replace(name.begin(), name.end(), '/', '_');
    if (name.empty() || name[0] == '.') {
        name = "run";
    }
    std::error_code error;
    fs::create_directory("out", error);
    if (error) {
        throw sim::FileError(fmt::format("cannot make the folder 'out' ({}); name a trace with -o?", error.message()));
    }
    return fs::path("out") / (name + (kind == TargetKind::experiment ? ".compare.h5" : ".h5"));
}

/// An empty file begins as anything.
bool begins_as(const fs::path& path, std::string_view wanted) {
    std::ifstream file(path, std::ios::binary);
    std::string begin(wanted.size(), '\0');
    file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(file.gcount()));
    return begin.empty() || begin == wanted;
}

/// A trace or the results of an experiment; a file that cannot be read back is none worth keeping.
bool is_of_kind(const fs::path& path, TargetKind kind) {
    try {
        const bool is_experiment = sim::TraceReader(path.string()).text_attribute("kind") == "experiment";
        return is_experiment == (kind == TargetKind::experiment);
    } catch (const sim::FileError&) {
        return true;
    }
}

const char* name_of(TargetKind kind) {
    switch (kind) {
        case TargetKind::trace: return "trace";
        case TargetKind::experiment: return "results";
        case TargetKind::page: return "page";
    }
    return "";
}

[[noreturn]] void refuse_path(const char* what, const fs::path& path, const std::string& why) {
    throw sim::FileError(fmt::format("cannot write {} '{}' ({})", what, path.string(), why));
}

/// Whether there is a file already. Refuses what is none, and what is read.
bool is_there(const char* what, const fs::path& path, const std::string& read_path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
        return false;
    }
    if (fs::is_directory(status)) {
        refuse_path(what, path, "it is a folder");
    }
    if (!fs::is_regular_file(status)) {
        refuse_path(what, path, "it is not a regular file");
    }
    if (fs::equivalent(path, read_path, error)) {
        refuse_path(what, path, "it is what is read");
    }
    return true;
}

}  // namespace

void refuse_working_name(const char* what, const std::string& path) {
    for (const std::string_view ending : {".partial", ".new", ".rows"}) {
        if (path.ends_with(ending)) {
            refuse_path(what, path, fmt::format("files in the making have names with {}; give another name?", ending));
        }
    }
}

std::string TraceTarget::resolve() const {
    const fs::path path = output.empty() ? default_path(scenario_name, kind) : fs::path(output);
    const char* const what = name_of(kind);
    const auto refuse = [&](const std::string& why) { refuse_path(what, path, why); };
    refuse_working_name(what, path.string());
    std::error_code error;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) {
        refuse("there is no folder '" + folder.string() + "'");
    }
    if (!is_there(what, path, scenario_path)) {
        return path.string();
    }
    if (!output.empty() && !force) {
        refuse("the file exists; overwrite it with --force?");
    }
    const bool is_page = kind == TargetKind::page;
    if (!begins_as(path, is_page ? "<!doctype html" : "\x89HDF")) {
        refuse(fmt::format("the file exists and is no {}; give another name?", is_page ? what : "trace"));
    }
    if (!is_page && !force && !is_of_kind(path, kind)) {
        refuse(fmt::format("the file holds {}; name another one with -o, or overwrite it with --force?",
                           kind == TargetKind::trace ? "the results of an experiment" : "the trace of a run"));
    }
    return path.string();
}

std::string TraceTarget::resolve_csv(const std::string& resolved, std::string_view begin) const {
    const bool has_ending = resolved.size() > 3 && resolved.ends_with(".h5");
    const std::string csv = (has_ending ? resolved.substr(0, resolved.size() - 3) : resolved) + ".csv";
    if (is_there("table", csv, scenario_path) && !force && !begins_as(csv, begin)) {
        refuse_path("table",
                    csv,
                    "the file exists and is not the table of an experiment; give another name with -o, or overwrite it "
                    "with --force?");
    }
    return csv;
}

}  // namespace spate::cli
