#include "analysis/kpi.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/base/check.hpp"
#include "sim/trace/recorder.hpp"
#include "analysis/kpi_table.hpp"
#include "analysis/text_width.hpp"

using namespace spate;
using analysis::KeyFigures;
using sim::Cell;
using sim::ColumnType;

namespace {

/// Counts of one desk, in the order of the columns of /summary/desks.
struct DeskCounts {
    std::int64_t placed, units, filled, backordered, lost, cancelled, refused, shipped, delivered, promised, late, open,
        waiting;
    std::int64_t delivery_time_sum;  ///< [us]
    std::int64_t units_filled = 0, units_known = 0;
};

/// What a trace of the test holds; the names are those of the tables.
struct Facts {
    std::vector<DeskCounts> desks;
    std::vector<std::array<double, 3>> delivery_time;  ///< from, to [h], orders
    std::vector<double> mean_stock_value;              ///< by site [CNY]
    std::vector<double> co2;                           ///< by lane [g]
    /// name, kind, opening, closing
    std::vector<std::tuple<std::string, std::string, std::int64_t, std::int64_t>> accounts;
    std::string expense_accounts = "freight,handling, lost sale penalty";
    std::int64_t horizon_days = 4;
};

sim::Column column(std::string name, ColumnType type, std::string unit) {
    sim::Column result;
    result.name = std::move(name);
    result.type = type;
    result.unit = std::move(unit);
    return result;
}

sim::TableId add_table(sim::Recorder& recorder, const std::string& path, const std::vector<sim::Column>& columns) {
    sim::TableSchema schema;
    schema.path = path;
    schema.columns = columns;
    return recorder.add_table(std::move(schema));
}

sim::TableId add_desk_table(sim::Recorder& recorder) {
    std::vector<sim::Column> columns{column("desk", ColumnType::u32, "1")};
    for (const char* name : {"orders_placed",
                             "units_placed",
                             "orders_filled",
                             "orders_backordered",
                             "orders_lost",
                             "orders_cancelled",
                             "orders_refused",
                             "orders_shipped",
                             "orders_delivered",
                             "orders_promised",
                             "orders_late",
                             "orders_open",
                             "orders_waiting",
                             "delivery_time_sum",
                             "units_filled",
                             "units_known"}) {
        columns.push_back(column(name, ColumnType::i64, "orders"));
    }
    return add_table(recorder, "/summary/desks", columns);
}

void add_accounts(sim::Recorder& recorder, const Facts& facts) {
    sim::StaticTable accounts{.path = "/network/accounts", .description = "test", .texts = {}, .numbers = {}};
    accounts.texts = {{"name", "test", {}}, {"kind", "test", {}}};
    for (const auto& account : facts.accounts) {
        accounts.texts[0].values.push_back(std::get<0>(account));
        accounts.texts[1].values.push_back(std::get<1>(account));
    }
    recorder.add_static(std::move(accounts));
}

void write_desks(sim::TraceWriter& writer, sim::TableId table, const Facts& facts) {
    std::uint32_t number = 0;
    for (const auto& d : facts.desks) {
        writer.row(table,
                   sim::Time{},
                   {number++,
                    d.placed,
                    d.units,
                    d.filled,
                    d.backordered,
                    d.lost,
                    d.cancelled,
                    d.refused,
                    d.shipped,
                    d.delivered,
                    d.promised,
                    d.late,
                    d.open,
                    d.waiting,
                    d.delivery_time_sum,
                    d.units_filled,
                    d.units_known});
    }
}

/// Writes the trace to `path`.
void write_trace(const std::string& path, const Facts& facts) {
    sim::Recorder recorder(path);
    const auto desks = add_desk_table(recorder);
    const auto times = add_table(recorder,
                                 "/summary/delivery_time",
                                 {column("from", ColumnType::f64, "h"),
                                  column("to", ColumnType::f64, "h"),
                                  column("orders", ColumnType::i64, "orders")});
    const auto sites = add_table(recorder, "/summary/sites", {column("mean_stock_value", ColumnType::f64, "CNY")});
    const auto lanes = add_table(recorder, "/summary/lanes", {column("co2", ColumnType::f64, "g")});
    const auto ledger = add_table(recorder,
                                  "/summary/ledger",
                                  {column("account", ColumnType::u32, "1"),
                                   column("opening", ColumnType::i64, ""),
                                   column("closing", ColumnType::i64, "")});
    add_accounts(recorder, facts);
    recorder.set_attribute({"currency", "CNY"});
    recorder.set_attribute({"expense_accounts", facts.expense_accounts});
    recorder.set_attribute(
        {.name = "horizon_us", .text = "", .number = facts.horizon_days * sim::day.us, .is_text = false});
    auto& writer = recorder.add_writer();
    recorder.open();
    write_desks(writer, desks, facts);
    for (const auto& bin : facts.delivery_time) {
        writer.row(times, sim::Time{}, {bin[0], bin[1], static_cast<std::int64_t>(bin[2])});
    }
    for (const double value : facts.mean_stock_value) {
        writer.row(sites, sim::Time{}, {value});
    }
    for (const double grams : facts.co2) {
        writer.row(lanes, sim::Time{}, {grams});
    }
    std::uint32_t account = 0;
    for (const auto& [name, kind, opening, closing] : facts.accounts) {
        writer.row(ledger, sim::Time{}, {account++, opening, closing});
    }
    recorder.close();
}

KeyFigures figures_of(const Facts& facts) {
    const std::string path = "kpi_test_" + std::to_string(getpid()) + ".h5";
    write_trace(path, facts);
    KeyFigures figures = analysis::compute_key_figures(sim::TraceReader(path));
    std::remove(path.c_str());
    return figures;
}

double value(const KeyFigures& figures, const std::string& name) {
    const auto* figure = figures.find(name);
    INFO(name);
    REQUIRE(figure != nullptr);
    INFO(figure->reason);
    REQUIRE(figure->value.has_value());
    return *figure->value;
}

/// Two desks, 200 orders; 100 delivered in 2,000 h together.
Facts small_shop() {
    Facts facts;
    facts.desks = {{150, 300, 100, 20, 15, 5, 10, 110, 80, 40, 10, 40, 6, 1'500 * sim::hour.us, 150, 280},
                   {50, 60, 40, 0, 5, 0, 5, 40, 20, 10, 5, 20, 4, 500 * sim::hour.us, 60, 70}};
    facts.delivery_time = {{0, 12, 40}, {12, 24, 20}, {24, 36, 40}};
    facts.mean_stock_value = {6'000, 2'000};
    facts.co2 = {30'000, 10'000};
    facts.accounts = {{"available", "units", 5, 900},
                      {"cost of goods sold", "money", 1'000'000'000, 5'000'000'000},  // 4,000 CNY in 4 days
                      {"freight", "money", 100'000'000, 700'000'000},                 // 600 CNY
                      {"handling", "money", 50'000'000, 50'000'000},                  // did not move
                      {"lost sale penalty", "money", 0, 50'000'000},
                      {"revenue", "money", 0, -9'000'000'000}};
    return facts;
}

}  // namespace

TEST_CASE("shares of orders are taken of all orders placed") {
    const auto figures = figures_of(small_shop());
    CHECK(value(figures, "orders") == 200);
    CHECK(value(figures, "units") == 360);
    CHECK(value(figures, "order_fill_rate")
          == Approx(140.0 / 200));  // 150 shipped, 40 lost, cancelled or refused, 10 waiting
    CHECK(value(figures, "unit_fill_rate") == Approx(210.0 / 350));
    CHECK(value(figures, "lost_share") == Approx(0.1));
    CHECK(value(figures, "cancelled_share") == Approx(0.025));
    CHECK(value(figures, "oversold_share") == Approx(0.075));
    CHECK(value(figures, "backordered_share") == Approx(0.1));
    CHECK(value(figures, "unshipped_share") == Approx(10.0 / 200));  // 150 shipped, 20 lost, 5 cancelled, 15 refused
}

TEST_CASE("late is counted among delivered orders with a promise") {
    CHECK(value(figures_of(small_shop()), "late_share") == Approx(15.0 / 50));
}

TEST_CASE("delivery times come from the sum and from the histogram") {
    const auto figures = figures_of(small_shop());
    CHECK(value(figures, "delivery_time_mean") == Approx(20));
    CHECK(value(figures, "delivery_time_p50") == Approx(12 + 12 * 10.0 / 20));
    CHECK(value(figures, "delivery_time_p95") == Approx(24 + 12 * 35.0 / 40));
    CHECK(value(figures, "delivered_within_24h") == Approx(0.6));
    CHECK(value(figures, "delivered_within_48h") == Approx(1.0));
}

TEST_CASE("turnover days are the stock's value over the goods sold in a day") {
    const auto figures = figures_of(small_shop());
    CHECK(value(figures, "stock_value_mean") == Approx(8'000));
    CHECK(figures.find("stock_value_mean")->unit == "CNY");
    CHECK(value(figures, "turnover_days") == Approx(8));
}

TEST_CASE("every expense account that moved is a cost per order") {
    const auto figures = figures_of(small_shop());
    CHECK(value(figures, "cost_per_order_freight") == Approx(3.0));
    CHECK(value(figures, "cost_per_order_lost_sale_penalty") == Approx(0.25));
    CHECK(value(figures, "cost_per_order_total") == Approx(3.25));
    CHECK(figures.find("cost_per_order_handling") == nullptr);
    CHECK(figures.find("cost_per_order_freight")->unit == "CNY/order");
    CHECK(value(figures, "co2_per_order") == Approx(200));
}

TEST_CASE("goods are not part of the cost per order even where they are an expense") {
    Facts facts = small_shop();
    facts.expense_accounts = "cost of goods sold,freight";
    CHECK(value(figures_of(facts), "cost_per_order_total") == Approx(3.0));
}

TEST_CASE("without orders nothing but the counts is defined") {
    Facts facts = small_shop();
    facts.desks = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
    facts.delivery_time = {{0, 12, 0}};
    const auto figures = figures_of(facts);
    CHECK(value(figures, "orders") == 0);
    for (const char* name : {"order_fill_rate",
                             "unit_fill_rate",
                             "lost_share",
                             "late_share",
                             "delivery_time_mean",
                             "delivery_time_p95",
                             "delivered_within_24h",
                             "cost_per_order_freight",
                             "cost_per_order_total",
                             "co2_per_order"}) {
        const auto* figure = figures.find(name);
        INFO(name);
        REQUIRE(figure != nullptr);
        CHECK_FALSE(figure->value.has_value());
        CHECK_FALSE(figure->reason.empty());
    }
}

TEST_CASE("without a promise there is no late share, without sales no turnover") {
    Facts facts = small_shop();
    for (auto& desk : facts.desks) {
        desk.promised = desk.late = 0;
    }
    std::get<3>(facts.accounts[1]) = std::get<2>(facts.accounts[1]);
    const auto figures = figures_of(facts);
    CHECK(figures.find("late_share")->reason == "no order with a promise was delivered");
    CHECK(figures.find("turnover_days")->reason == "after warm-up no more goods were sold than came back");
}

TEST_CASE("a trace without summary tables leaves every figure undefined") {
    const std::string path = "kpi_bare_test_" + std::to_string(getpid()) + ".h5";
    {
        sim::Recorder recorder(path);
        recorder.open();
        recorder.close();
    }
    const auto figures = analysis::compute_key_figures(sim::TraceReader(path));
    std::remove(path.c_str());
    CHECK_FALSE(figures.figures.empty());
    for (const auto& figure : figures.figures) {
        INFO(figure.name);
        CHECK_FALSE(figure.value.has_value());
        CHECK_FALSE(figure.reason.empty());
    }
}

TEST_CASE("the table of key figures is aligned and says why a figure is missing") {
    Facts facts = small_shop();
    facts.desks[0].placed = 1'234'567;
    facts.desks[0].promised = facts.desks[1].promised = 0;
    const std::string table = analysis::key_figure_table(figures_of(facts), 100);
    CHECK(table.find("1,234,617  orders") != std::string::npos);
    CHECK(table.find("(no order with a promise was delivered)") != std::string::npos);
    CHECK(table.find("nan") == std::string::npos);
    for (std::size_t at = 0; at < table.size();) {
        const std::size_t end = table.find('\n', at);
        CHECK(analysis::display_width(table.substr(at, end - at)) <= 100);
        at = end + 1;
    }
}
