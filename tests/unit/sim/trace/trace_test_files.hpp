#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "sim/trace/recorder.hpp"

namespace spate::test {

/// A folder of its own for one test, removed at its end.
class TestFolder {
  public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "spate-trace-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no folder for the test");
        }
        path_ = name;
    }

    ~TestFolder() { std::filesystem::remove_all(path_); }

    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

    /// Names of all files in the folder, sorted.
    std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            result.push_back(entry.path().filename().string());
        }
        std::sort(result.begin(), result.end());
        return result;
    }

  private:
    std::filesystem::path path_;
};

inline sim::Column column(std::string name,
                          sim::ColumnType type,
                          std::string unit = "1",
                          std::string description = {}) {
    sim::Column result;
    result.name = std::move(name);
    result.type = type;
    result.unit = std::move(unit);
    result.description = std::move(description);
    return result;
}

inline sim::TableSchema table(std::string path, std::vector<sim::Column> columns) {
    sim::TableSchema result;
    result.path = std::move(path);
    result.columns = std::move(columns);
    return result;
}

inline sim::TableSchema grid(std::string path, std::uint32_t entities, std::vector<sim::Column> columns) {
    sim::TableSchema result = table(std::move(path), std::move(columns));
    result.entities = entities;
    result.entity_reference = "/network/sites";
    return result;
}

/// What `action` threw, or "" if nothing.
template <class Error = std::exception, class Action>
std::string message_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// A file with an enumeration, a reference, scaled money, Chinese names, a grid and an empty table.
inline void write_sample_trace(const std::string& path) {
    sim::Recorder recorder(path);
    sim::Column state = column("state", sim::ColumnType::u8, "", "state of the order");
    state.codes = {"placed", "shipped", "退货"};
    sim::Column site = column("site", sim::ColumnType::u32, "1", "site that ships");
    site.reference = "/network/sites";
    sim::Column price = column("price", sim::ColumnType::i64, "CNY", "price of all units");
    price.scale = 1e-6;
    sim::TableSchema orders =
        table("/orders", {state, site, price, column("weight", sim::ColumnType::f64, "kg", "gross")});
    orders.description = "one row per event of an order";
    const sim::TableId order_table = recorder.add_table(orders);
    const sim::TableId stock =
        recorder.add_table(grid("/series/sites",
                                2,
                                {column("on_hand", sim::ColumnType::i64, "units", "库存"),
                                 column("fill_rate", sim::ColumnType::f64, "1", "share of demand served")}));
    recorder.add_table(table("/alerts", {column("level", sim::ColumnType::u8, "1", "severity")}));
    recorder.add_text("/run/scenario", "name: 双十一\n", "merged scenario");
    recorder.add_static({"/network/sites",
                         "places that hold stock",
                         {{"name", "name of the site", {"上海总仓", "rdc-north"}}},
                         {{column("lon", sim::ColumnType::f64, "degrees_east", "longitude"), {121.47, 116.4}}}});
    sim::TraceWriter& writer = recorder.add_writer();
    recorder.set_attribute({"scenario_name", "双十一", 0, true});
    recorder.set_attribute({"seed", "", 42, false});
    recorder.open();
    for (std::int64_t k = 0; k < 3; ++k) {
        writer.row(
            order_table, {k * 10}, {k, k == 2 ? std::int64_t{UINT32_MAX} : k, 1'500'000 * (k + 1), 0.5 * double(k)});
        for (std::uint32_t entity = 0; entity < 2; ++entity) {
            const std::array<sim::Cell, 2> cells = {sim::Cell(100 * k + entity), sim::Cell(0.25 * double(k))};
            writer.row(stock, {k * 60'000'000}, entity, cells);
        }
    }
    recorder.set_attribute({"events", "", 6, false});
    recorder.close();
}

}  // namespace spate::test
