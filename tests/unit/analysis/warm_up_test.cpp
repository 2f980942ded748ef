#include "analysis/warm_up.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/trace/recorder.hpp"

using namespace spate;
using analysis::find_process;
using analysis::process_series;
using sim::Cell;
using sim::ColumnType;

namespace {

using Sample = std::vector<double>;

sim::Column column(const char* name) {
    return {name, ColumnType::i64, "1", name, {}, "", 1.0};
}

/// A trace with three samples of two sites, two desks and five accounts; without stages.
struct SeriesTrace {
    std::string path = "/tmp/spate-warm-up-" + std::to_string(getpid()) + ".h5";

    SeriesTrace() {
        sim::Recorder recorder(path);
        const auto add = [&](const char* table, std::vector<sim::Column> columns, std::uint32_t entities) {
            return recorder.add_table({table, "test", std::move(columns), entities, "/network/accounts"});
        };
        const auto sites = add("/series/sites", {column("on_hand"), column("stock_value")}, 2);
        const auto desks = add("/series/desks", {column("placed"), column("open"), column("returns")}, 2);
        const auto ledger = add("/series/ledger", {column("balance")}, 5);
        recorder.set_attribute({"expense_accounts", "freight,lost sale penalty", 0, true});
        recorder.add_static({"/network/accounts",
                             "test",
                             {{"name", "", {"in transit", "in delivery", "cash", "freight", "lost sale penalty"}}},
                             {}});
        auto& writer = recorder.add_writer();
        recorder.open();
        for (std::int64_t i = 0; i < 3; ++i) {
            const sim::Time at{i * sim::hour.us};
            for (std::uint32_t entity = 0; entity < 2; ++entity) {
                const auto row = [&](auto table, std::vector<Cell> cells) { writer.row(table, at, entity, cells); };
                row(sites, {Cell{10 * i + entity}, Cell{100 * i}});
                row(desks, {Cell{i}, Cell{i + entity}, Cell{std::int64_t{0}}});
            }
            const std::array<std::int64_t, 5> balances{7 * i, i, -50 * i * i, 1000 + 10 * i * i, i};
            for (std::uint32_t account = 0; account < 5; ++account) {
                const std::array cells{Cell{balances.at(account)}};
                writer.row(ledger, at, account, cells);
            }
        }
        recorder.close();
    }

    ~SeriesTrace() { std::remove(path.c_str()); }
};

}  // namespace

TEST_CASE("a process is the sum over all sites, desks or accounts, without the sample of time zero") {
    const SeriesTrace file;
    const sim::TraceReader trace(file.path);
    CHECK(process_series(trace, "stock on hand") == Sample{21, 41});
    CHECK(process_series(trace, "stock value") == Sample{200, 400});
    CHECK(process_series(trace, "orders placed") == Sample{2, 4});
    CHECK(process_series(trace, "orders open") == Sample{3, 5});
    CHECK(process_series(trace, "units under way") == Sample{8, 16});
    CHECK(process_series(trace, "jobs at stages").empty());
}

TEST_CASE("costs are what came to the accounts in each period") {
    const SeriesTrace file;
    const sim::TraceReader trace(file.path);
    CHECK(process_series(trace, "costs of freight") == Sample{10, 30});
    CHECK(process_series(trace, "costs of lost sale penalty") == Sample{1, 1});
    CHECK(process_series(trace, "costs") == Sample{11, 31});
    CHECK_THROWS_AS(process_series(trace, "costs of cash"), std::logic_error);  // no expense
}

TEST_CASE("every figure has the process that biases it") {
    CHECK(find_process("cost_per_order_total") == "costs");
    CHECK(find_process("cost_per_order_lost_sale_penalty") == "costs of lost sale penalty");
    CHECK(find_process("turnover_days") == "stock value");
    CHECK(find_process("delivered_within_48h") == "orders open");
    CHECK_THROWS_AS(find_process("luck"), std::logic_error);
    const std::vector<std::string> figures{"order_fill_rate", "turnover_days", "lost_share"};
    CHECK(analysis::find_processes(figures) == std::vector<std::string>{"stock on hand", "stock value"});
}

TEST_CASE("series are averaged observation by observation") {
    const std::vector<Sample> replications{{1, 2, 3}, {3, 2, 0}};
    CHECK(analysis::mean_series(replications) == Sample{2, 2, 1.5});
    const std::vector<Sample> uneven{{1, 2}, {1}};
    CHECK_THROWS_AS(analysis::mean_series(uneven), std::logic_error);
}
