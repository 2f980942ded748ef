#include "cli/trace_target.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "sim/base/check.hpp"

namespace spate::cli {
namespace {

namespace fs = std::filesystem;

fs::path default_path(std::string name) {
    std::replace(name.begin(), name.end(), '/', '_');
    if (name.empty() || name[0] == '.') {
        name = "run";
    }
    std::error_code error;
    fs::create_directory("out", error);
    if (error) {
        throw sim::FileError(fmt::format("cannot make the folder 'out' ({}); name a trace with -o?", error.message()));
    }
    return fs::path("out") / (name + ".h5");
}

/// An empty file begins as anything.
bool begins_as(const fs::path& path, std::string_view wanted) {
    std::ifstream file(path, std::ios::binary);
    std::string begin(wanted.size(), '\0');
    file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(file.gcount()));
    return begin.empty() || begin == wanted;
}

}  // namespace

std::string TraceTarget::resolve() const {
    const fs::path path = output.empty() ? default_path(scenario_name) : fs::path(output);
    const char* const what = is_page ? "page" : "trace";
    const auto refuse = [&](const std::string& why) {
        throw sim::FileError(fmt::format("cannot write {} '{}' ({})", what, path.string(), why));
    };
    std::error_code error;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) {
        refuse("there is no folder '" + folder.string() + "'");
    }
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
        return path.string();
    }
    if (fs::is_directory(status)) {
        refuse("it is a folder");
    }
    if (!fs::is_regular_file(status)) {
        refuse("it is not a regular file");
    }
    if (fs::equivalent(path, scenario_path, error)) {
        refuse("it is what is read");
    }
    if (!output.empty() && !force) {
        refuse("the file exists; overwrite it with --force?");
    }
    if (!begins_as(path, is_page ? "<!doctype html" : "\x89HDF")) {
        refuse(fmt::format("the file exists and is no {}; give another name?", what));
    }
    return path.string();
}

}  // namespace spate::cli
