#include "cli/replication_store.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"
#include "sim/snapshot/snapshot_file.hpp"
#include "sim/trace/partial_file.hpp"
#include "sim/trace/recorder.hpp"
#include "viz/run_data.hpp"

#include "cli/whole_file.hpp"

namespace spate::cli {
namespace {

using nlohmann::ordered_json;

ordered_json to_json(const analysis::KeyFigure& figure) {
    ordered_json value = figure.value ? ordered_json(*figure.value) : ordered_json();
    return {{"name", figure.name},
            {"value", std::move(value)},
            {"unit", figure.unit},
            {"meaning", figure.meaning},
            {"reason", figure.reason}};
}

analysis::KeyFigure to_figure(const ordered_json& entry) {
    analysis::KeyFigure figure;
    figure.name = entry.at("name");
    if (!entry.at("value").is_null())
        figure.value = entry.at("value").get<double>();
    figure.unit = entry.at("unit");
    figure.meaning = entry.at("meaning");
    figure.reason = entry.at("reason");
    return figure;
}

std::string hexadecimal(std::uint64_t number) {
    return fmt::format("{:016x}", number);
}

/// Which program makes the runs: its version and a fingerprint of its file, since two builds of one version may differ
/// in what they compute.
const std::string& this_program() {
    static const std::string program =
        std::string(SPATE_VERSION) + " " + hexadecimal(sim::hash_name(read_whole_file("/proc/self/exe")));
    return program;
}

std::string text_of(const ordered_json& json) {
    return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// Of all that a file says besides.
std::string checksum_of(ordered_json json) {
    json.erase("checksum");
    return hexadecimal(sim::fingerprint(text_of(json)));
}

/// What a killed comparison left of runs that it was keeping; they may be whole already, and not be made again.
void remove_abandoned(const std::string& folder) {
    constexpr std::string_view ending = ".partial";
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().string().ends_with(ending))
            paths.push_back(entry.path().string());
    }
    for (const auto& path : paths)
        const sim::PartialFile taken(path.substr(0, path.size() - ending.size()), true, "run");
}

}  // namespace

ReplicationStore::ReplicationStore(std::string folder)
    : folder_(std::move(folder)) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error || !std::filesystem::is_directory(folder_))
        throw sim::FileError("cannot make the folder " + folder_ + " (" + error.message() + ")");
    remove_abandoned(folder_);
}

std::string ReplicationStore::path(const std::string& arm, std::uint32_t number) const {
    return fmt::format("{}/{}-{}.json", folder_, arm, number);
}

std::optional<Replication> ReplicationStore::find(const std::string& arm,
                                                  std::uint64_t scenario_hash,
                                                  std::uint32_t number) const {
    std::ifstream file(path(arm, number));
    if (!file)
        return std::nullopt;
    try {
        const auto json = ordered_json::parse(file);
        if (json.at("program") != this_program() || json.at("scenario") != hexadecimal(scenario_hash)
            || json.at("replication") != number || json.at("checksum") != checksum_of(json))
            return std::nullopt;
        Replication result;
        result.number = number;
        result.digest = std::stoull(json.at("digest").get<std::string>(), nullptr, 16);
        result.demand_digest = std::stoull(json.at("demand_digest").get<std::string>(), nullptr, 16);
        result.orders = json.at("orders");
        for (const auto& entry : json.at("figures"))
            result.figures.figures.push_back(to_figure(entry));
        if (const auto series = json.find("series"); series != json.end()) {
            for (const auto& [process, values] : series->items())
                result.series.push_back({process, values.get<std::vector<double>>()});
        }
        return result;
    } catch (const std::exception&) {
        return std::nullopt;  // not one of ours, or damaged: it is made again
    }
}

void ReplicationStore::save(const std::string& arm, std::uint64_t scenario_hash, const Replication& replication) const {
    ordered_json json{{"program", this_program()},
                      {"arm", arm},
                      {"scenario", hexadecimal(scenario_hash)},
                      {"replication", replication.number},
                      {"digest", hexadecimal(replication.digest)},
                      {"demand_digest", hexadecimal(replication.demand_digest)},
                      {"orders", replication.orders}};
    auto& figures = json["figures"] = ordered_json::array();
    for (const auto& figure : replication.figures.figures)
        figures.push_back(to_json(figure));
    for (const auto& [process, values] : replication.series)
        json["series"][process] = values;
    json["checksum"] = checksum_of(json);
    write_whole_file(path(arm, replication.number), text_of(json), "run");
}

std::string ReplicationStore::network_path(const std::string& arm) const {
    return fmt::format("{}/{}.network.h5", folder_, arm);
}

void ReplicationStore::save_network(const std::string& arm,
                                    std::uint64_t scenario_hash,
                                    const sim::TraceReader& trace) const {
    sim::Recorder file(network_path(arm), true, 0);
    file.set_created("");
    file.set_attribute({"program", this_program(), 0, true});
    file.set_attribute({"scenario", hexadecimal(scenario_hash), 0, true});
    file.open();
    viz::add_network_data(trace, file, "/arms/" + arm);
    file.close();
}

bool ReplicationStore::has_network(const std::string& arm, std::uint64_t scenario_hash) const {
    if (!std::filesystem::exists(network_path(arm)))
        return false;
    try {
        const sim::TraceReader file(network_path(arm));
        return file.text_attribute("program") == this_program()
               && file.text_attribute("scenario") == hexadecimal(scenario_hash);
    } catch (const sim::FileError&) {
        return false;
    }
}

void ReplicationStore::remove() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

}  // namespace spate::cli
