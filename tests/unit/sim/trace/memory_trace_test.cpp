#include "sim/trace/memory_trace.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/check.hpp"
#include "sim/trace/recorder.hpp"

#include "tests/unit/sim/trace/trace_test_files.hpp"

using namespace spate::sim;
using namespace spate::test;

namespace {

/// Everything a trace can hold: two writers, a plain table and a grid, texts before and after the rows.
void fill(Recorder& recorder) {
    const TableId events = recorder.add_table({"/orders",
                                               "events",
                                               {{"money", ColumnType::i64, "CNY", "paid", {}, "", 1e-6},
                                                {"share", ColumnType::f64, "1", "a measure", {}, "", 1.0},
                                                {"status", ColumnType::u8, "1", "code", {"open", "lost"}, "", 1.0},
                                                {"site", ColumnType::u32, "1", "where", {}, "/network/sites", 1.0}}});
    const TableId grid = recorder.add_table({"/series/sites",
                                             "samples",
                                             {{"on_hand", ColumnType::i64, "units", "stock", {}, "", 1.0}},
                                             3,
                                             "/network/sites"});
    const TableId empty = recorder.add_table({"/summary/none", "no rows", {column("x", ColumnType::i64)}});
    std::vector<TraceWriter*> writers{&recorder.add_writer(), &recorder.add_writer()};
    recorder.add_static({"/network/sites",
                         "sites",
                         {{"name", "display name", {"武汉", "", "c"}}},
                         {{{"lon", ColumnType::f64, "degrees_east", "longitude", {}, "", 1.0}, {1.5, -2.0, 0.1}}}});
    recorder.add_text("/run/scenario", "name: 测试\n", "scenario");
    recorder.set_attribute({"currency", "CNY", 0, true});
    recorder.set_attribute({"horizon_us", "", 77, false});
    recorder.open();
    static_cast<void>(empty);
    for (std::int64_t i = 0; i < 4; ++i) {
        for (std::size_t w = 0; w < 2; ++w) {
            const auto key = static_cast<std::int64_t>(w);
            writers[w]->row(events,
                            Time{i * (3 - key)},
                            {Cell(1'234'567 * i - key),
                             Cell(i == 2 ? std::nan("") : 0.1 * static_cast<double>(i)),
                             Cell(key),
                             Cell(key)});
        }
        for (std::uint32_t entity = 3; entity-- > 0;) {
            const Cell cells[] = {Cell(std::int64_t{10 * i + entity})};
            writers[entity % 2]->row(grid, Time{i * 100}, entity, cells);
        }
        recorder.flush(Time{i});
    }
    recorder.add_static(
        {"/summary/late", "known at the end", {}, {{column("y", ColumnType::i64), {Cell(std::int64_t{5})}}}});
    recorder.set_attribute({"digest", "00ff", 0, true});
    recorder.close();
}

/// All that a reader can be asked, as text.
std::vector<std::string> content(const TraceReader& trace) {
    std::vector<std::string> result;
    const auto add = [&](const auto& values) {
        std::string text;
        for (const auto& value : values) {
            if constexpr (std::is_convertible_v<decltype(value), std::string>) {
                text += value + "|";
            } else {
                text += std::to_string(value) + "|";
            }
        }
        result.push_back(text);
    };
    for (const TableInfo& table : trace.tables()) {
        result.push_back(table.path + ": " + table.description);
        for (const DatasetInfo& info : table.columns) {
            const std::string path = table.path + "/" + info.name;
            result.push_back(info.name + " " + info.type + " " + info.unit + " " + info.description + " "
                             + info.reference + " " + std::to_string(info.scale));
            add(info.shape);
            add(info.codes);
            if (info.type == "text" || info.type == "enum") {
                add(trace.texts(path));
            }
            if (info.type != "text") {
                add(trace.numbers(path));
                add(trace.numbers(path, info.shape[0] / 2, info.shape[0] - info.shape[0] / 2));
            }
            if (info.type != "text" && info.type != "float64") {
                add(trace.integers(path));
            }
        }
    }
    for (const char* name : {"currency", "digest", "nothing"}) {
        result.push_back(trace.text_attribute(name).value_or("none"));
    }
    result.push_back(std::to_string(trace.integer_attribute("horizon_us").value_or(-1)));
    result.push_back(trace.text("/run/scenario"));
    return result;
}

Recorder::InMemory everything() {
    return {{"/"}};
}

}  // namespace

TEST_CASE("a trace in memory answers as its file does") {
    const TestFolder folder;
    Recorder to_file(folder.file("trace.h5"));
    fill(to_file);
    Recorder in_memory(everything());
    fill(in_memory);
    const TraceReader file(folder.file("trace.h5"));
    const TraceReader memory(in_memory);
    CHECK(content(memory) == content(file));
    CHECK(memory.numbers("/orders/money") == file.numbers("/orders/money"));  // to the last bit
    CHECK_FALSE(in_memory.is_writing());
}

TEST_CASE("a trace in memory keeps the rows that are wanted") {
    Recorder recorder(Recorder::InMemory{{"/series/"}});
    fill(recorder);
    const TraceReader trace(recorder);
    CHECK(trace.find("/orders") == nullptr);
    CHECK(trace.find("/summary/none") == nullptr);
    CHECK(trace.numbers("/series/sites/on_hand").size() == 12);
    CHECK(trace.texts("/network/sites/name").size() == 3);
    CHECK(trace.numbers("/summary/late/y").size() == 1);  // static
}

TEST_CASE("what a trace in memory does not have") {
    Recorder recorder(everything());
    CHECK_THROWS_AS(TraceReader(recorder), std::logic_error);  // not closed
    fill(recorder);
    const TraceReader trace(recorder);
    CHECK_THROWS_AS(trace.numbers("/orders/nothing"), FileError);
    CHECK_THROWS_AS(trace.numbers("/network/sites/name"), FileError);
    CHECK_THROWS_AS(trace.texts("/orders/money"), FileError);
    CHECK_THROWS_AS(trace.integers("/orders/share"), FileError);
    CHECK_THROWS_AS(trace.text("/network/sites/name"), FileError);
    const Recorder nothing;
    CHECK_THROWS_AS(TraceReader(nothing), std::logic_error);
}

TEST_CASE("a sample that is incomplete is told in memory too") {
    Recorder recorder(everything());
    const TableId grid = recorder.add_table({"/series/sites", "", {column("x", ColumnType::i64)}, 2, "/network/sites"});
    TraceWriter& writer = recorder.add_writer();
    recorder.open();
    const Cell cells[] = {Cell(std::int64_t{1})};
    writer.row(grid, Time{0}, 1, cells);
    CHECK_THROWS_WITH(recorder.close(), Catch::Contains("entity 0 is missing"));
}
