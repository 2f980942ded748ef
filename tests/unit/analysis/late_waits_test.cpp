#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/trace/recorder.hpp"
#include "analysis/bottleneck.hpp"

using namespace spate;
using sim::Cell;
using sim::ColumnType;

namespace {

sim::Column column(const std::string& name, ColumnType type) {
    sim::Column result;
    result.name = name;
    result.type = type;
    return result;
}

struct Row {
    std::int64_t id, placed, site, stage, kind;
    double hours;
};

/// What late_waits() says of a trace with these rows, after a warm-up of an hour.
analysis::LateWaits found(const std::vector<Row>& rows, const std::string& share, std::size_t count = 10) {
    const std::string path = "/tmp/spate_late_waits_" + std::to_string(getpid()) + ".h5";
    {
        sim::Recorder recorder(path);
        sim::TableSchema schema;
        schema.path = "/late_orders";
        schema.columns = {column("id", ColumnType::i64),
                          column("placed", ColumnType::i64),
                          column("site", ColumnType::u32),
                          column("stage", ColumnType::u32),
                          column("kind", ColumnType::u8),
                          column("hours", ColumnType::f64)};
        schema.columns[4].codes = {"desk", "stock", "stage", "carrier", "transit"};
        const auto table = recorder.add_table(std::move(schema));
        recorder.add_static({"/network/sites", "test", {{"name", "test", {"武汉仓", "shop"}}}, {}});
        recorder.add_static({"/network/stages", "test", {{"name", "test", {"pick", "pack"}}}, {}});
        recorder.set_attribute({.name = "warm_up_us", .text = "", .number = sim::hour.us, .is_text = false});
        recorder.set_attribute({.name = "orders_share", .text = share, .number = 0, .is_text = true});
        auto& writer = recorder.add_writer();
        recorder.open();
        for (const auto& row : rows)
            writer.row(table, sim::Time{}, {row.id, row.placed, row.site, row.stage, row.kind, row.hours});
        recorder.close();
    }
    auto late = analysis::late_waits(sim::TraceReader(path), count);
    std::remove(path.c_str());
    return late;
}

constexpr std::int64_t none = UINT32_MAX, later = sim::hour.us;

}  // namespace

TEST_CASE("hours that late orders lost are summed by place and divided by the share of the sample") {
    const std::vector<Row> rows{{1, later, 0, none, 0, 0.5},
                                {1, later, 0, 1, 2, 2.0},
                                {1, later, 0, none, 4, -3.0},
                                {2, later - 1, 0, 1, 2, 100.0},  // placed in the warm-up
                                {3, later, 0, none, 0, 0.0},
                                {3, later, 0, 1, 2, 1.0},
                                {3, later, 0, none, 4, 1.0},
                                {4, later, 1, none, 1, 4.0}};
    const auto late = found(rows, "0.25");
    CHECK(late.reason.empty());
    CHECK(late.orders == 3);
    CHECK(late.share == 0.25);
    std::vector<std::pair<std::string, double>> places;
    for (const auto& place : late.places)
        places.emplace_back(place.site + "/" + place.place, place.hours);
    CHECK(places
          == std::vector<std::pair<std::string, double>>{{"shop/stock", 16}, {"武汉仓/pack", 12}, {"武汉仓/desk", 2}});
    CHECK(found(rows, "0.25", 1).places.size() == 1);
    const std::string table = analysis::late_table(late);
    CHECK(table.find("from 3 late orders, a sample of 25.00 %") != std::string::npos);
    CHECK(table.find("pack") != std::string::npos);
}

TEST_CASE("where late orders lost time is absent with a reason") {
    CHECK(found({}, "0.25").reason == "no order in the sample was late");
    CHECK(found({{1, later - 1, 0, none, 0, 1.0}}, "0.25").reason == "no order in the sample was late");
    CHECK(found({}, "0").reason == "the trace has no single orders (trace: orders: 0 %)");
    CHECK(analysis::late_table(found({}, "0")) == "  – (the trace has no single orders (trace: orders: 0 %))\n");
}
