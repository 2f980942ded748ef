#include "analysis/bottleneck.hpp"

#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/trace/recorder.hpp"
#include "analysis/capacity.hpp"
#include "analysis/kpi.hpp"
#include "analysis/text_width.hpp"

using namespace spate;
using sim::Cell;
using sim::ColumnType;

namespace {

sim::TableId add_table(sim::Recorder& recorder, const std::string& path, const std::vector<std::string>& reals) {
    sim::TableSchema schema;
    schema.path = path;
    schema.columns.resize(reals.size() + 1);
    schema.columns[0].name = path == "/summary/stages" ? "stage" : "site";
    schema.columns[0].type = ColumnType::u32;
    for (std::size_t i = 0; i < reals.size(); ++i) {
        schema.columns[i + 1].name = reals[i];
        schema.columns[i + 1].type = ColumnType::f64;
    }
    return recorder.add_table(std::move(schema));
}

/// Two sites over ten hours: one with two limited stages, one with a stage without a limit.
class Trace {
  public:
    /// `last`: what the stage without a limit did.
    explicit Trace(std::initializer_list<Cell> last = {std::int64_t{2}, 50.0, 0.0, 0.0, 70.0, 0.0}) {
        sim::Recorder recorder(path_);
        const auto stages =
            add_table(recorder, "/summary/stages", {"arrivals", "mean_waiting", "mean_wait", "work", "capacity"});
        const auto sites = add_table(recorder, "/summary/sites", {"mean_orders_waiting", "mean_orders_finished"});
        recorder.add_static({"/network/sites", "test", {{"name", "test", {"武汉仓", "shop"}}}, {}});
        sim::Column site;
        site.name = "site";
        site.type = ColumnType::u32;
        recorder.add_static({"/network/stages",
                             "test",
                             {{"name", "test", {"pick", "pack", "wrap"}}},
                             {{site, {Cell{std::int64_t{0}}, Cell{std::int64_t{0}}, Cell{std::int64_t{1}}}}}});
        recorder.set_attribute({.name = "horizon_us", .text = "", .number = 10 * sim::hour.us, .is_text = false});
        auto& writer = recorder.add_writer();
        recorder.open();
        writer.row(stages, sim::Time{}, {std::int64_t{0}, 100.0, 3.0, 0.25, 4.0, 16.0});
        writer.row(stages, sim::Time{}, {std::int64_t{1}, 90.0, 20.0, 2.5, 9.0, 10.0});
        writer.row(stages, sim::Time{}, last);
        writer.row(sites, sim::Time{}, {std::int64_t{0}, 7.0, 0.5});
        writer.row(sites, sim::Time{}, {std::int64_t{1}, 0.0, 30.0});
        recorder.close();
    }

    ~Trace() { std::remove(path_.c_str()); }

    sim::TraceReader reader() const { return sim::TraceReader(path_); }

  private:
    std::string path_ = "bottleneck_test_" + std::to_string(getpid()) + ".h5";
};

}  // namespace

TEST_CASE("capacity used is the work of a stage over what its servers could do") {
    const Trace trace;
    const auto stages = analysis::stage_use(trace.reader());
    REQUIRE(stages.size() == 3);
    CHECK(stages[0].used == 0.25);
    CHECK(stages[1].used == 0.9);
    CHECK_FALSE(stages[2].used.has_value());
    CHECK(stages[2].site == "shop");
    CHECK(analysis::highest_use(stages) == 0.9);
    CHECK(analysis::compute_key_figures(trace.reader()).find("capacity_use_max")->value == 0.9);
    CHECK_FALSE(analysis::highest_use({stages[2]}).has_value());
}

TEST_CASE("hours waited are sorted, and places where nothing waited left out") {
    const auto waits = analysis::longest_waits(Trace().reader(), 10);
    std::vector<std::pair<std::string, double>> found;
    for (const auto& wait : waits) {
        found.emplace_back(wait.site + "/" + wait.place, wait.hours);
    }
    CHECK(found
          == std::vector<std::pair<std::string, double>>{{"shop/carrier", 300},
                                                         {"武汉仓/pack", 200},
                                                         {"武汉仓/stock", 70},
                                                         {"武汉仓/pick", 30},
                                                         {"武汉仓/carrier", 5}});
    CHECK(waits[1].jobs == 90);
    CHECK(waits[1].mean_h == 2.5);
    CHECK_FALSE(waits[0].jobs.has_value());
    CHECK(analysis::longest_waits(Trace().reader(), 2).size() == 2);
}

TEST_CASE("where jobs wait and none has started there is no mean wait") {
    const Trace trace({std::int64_t{2}, 50.0, 6.8, 0.0, 0.0, 0.0});
    CHECK_FALSE(analysis::stage_use(trace.reader())[2].mean_wait_h.has_value());
    const auto waits = analysis::longest_waits(trace.reader(), 10);
    const auto found = std::find_if(waits.begin(), waits.end(), [](const auto& wait) { return wait.place == "wrap"; });
    REQUIRE(found != waits.end());
    CHECK(found->hours == 68);
    CHECK_FALSE(found->mean_h.has_value());
    CHECK(analysis::stage_use(trace.reader())[0].mean_wait_h == 0.25);
}

TEST_CASE("the table of waits lines up with Chinese names") {
    const std::string table = analysis::wait_table(analysis::longest_waits(Trace().reader(), 5));
    std::set<std::size_t> widths;  // the last column ends where its heading does
    for (std::size_t at = 0; at < table.size();) {
        const std::size_t end = table.find('\n', at);
        widths.insert(analysis::display_width(table.substr(at, end - at)));
        at = end + 1;
    }
    CHECK(widths.size() == 1);
    CHECK(table.find("90.00 %") != std::string::npos);
}
