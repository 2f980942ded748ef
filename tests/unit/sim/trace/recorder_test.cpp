#include "sim/trace/recorder.hpp"

#include <array>
#include <random>

#include <catch2/catch.hpp>

#include "sim/base/check.hpp"
#include "sim/trace/reader.hpp"

#include "tests/unit/sim/trace/trace_test_files.hpp"

using namespace spate::sim;
using namespace spate::test;

namespace {

/// One row that waits to be written in a random order of flushes.
struct Planned {
    std::int64_t time;
    std::size_t writer;
    std::int64_t number;  ///< position within its writer
};

std::vector<Planned> plan_rows(std::mt19937& random, std::size_t writers, std::size_t rows_each) {
    std::vector<Planned> rows;
    for (std::size_t writer = 0; writer < writers; ++writer) {
        std::int64_t time = 0;
        for (std::size_t i = 0; i < rows_each; ++i) {
            time += static_cast<std::int64_t>(random() % 4) * 1000;
            rows.push_back({time, writer, static_cast<std::int64_t>(i)});
        }
    }
    return rows;
}

/// Writes the rows window by window, a writer running ahead of the boundary if `is_ahead`; returns "writer/number" in
/// file order.
std::vector<std::pair<std::int64_t, std::int64_t>> record(const std::string& path,
                                                          const std::vector<Planned>& rows,
                                                          std::size_t writers,
                                                          std::int64_t window,
                                                          std::size_t pad) {
    Recorder recorder(path);
    std::vector<Column> columns = {column("writer", ColumnType::u32), column("number", ColumnType::i64)};
    for (std::size_t i = 0; i < pad; ++i) {
        columns.push_back(column("pad" + std::to_string(i), ColumnType::i64));
    }
    const TableId id = recorder.add_table(table("/rows", columns));
    std::vector<TraceWriter*> all;
    for (std::size_t i = 0; i < writers; ++i) {
        all.push_back(&recorder.add_writer());
    }
    recorder.open();
    std::vector<Cell> cells(columns.size(), Cell(std::int64_t{7}));
    std::vector<bool> is_written(rows.size());
    for (std::int64_t boundary = window; std::count(is_written.begin(), is_written.end(), false) > 0;
         boundary += window) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::int64_t ahead = rows[i].writer % 2 == 0 ? window : 0;  // even writers run a window ahead
            if (!is_written[i] && rows[i].time < boundary + ahead) {
                cells[0] = Cell(static_cast<std::int64_t>(rows[i].writer));
                cells[1] = Cell(rows[i].number);
                all[rows[i].writer]->row(id, {rows[i].time}, 0, cells);
                is_written[i] = true;
            }
        }
        recorder.flush({boundary});
    }
    recorder.close();
    const TraceReader reader(path);
    const auto from = reader.integers("/rows/writer");
    const auto number = reader.integers("/rows/number");
    std::vector<std::pair<std::int64_t, std::int64_t>> order;
    for (std::size_t i = 0; i < from.size(); ++i) {
        order.emplace_back(from[i], number[i]);
    }
    return order;
}

std::vector<std::pair<std::int64_t, std::int64_t>> expected_order(std::vector<Planned> rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const Planned& a, const Planned& b) {
        return std::pair(a.time, a.writer) < std::pair(b.time, b.writer);
    });
    std::vector<std::pair<std::int64_t, std::int64_t>> order;
    for (const Planned& row : rows) {
        order.emplace_back(static_cast<std::int64_t>(row.writer), row.number);
    }
    return order;
}

/// Records one grid of 3 entities with the given (time, entity) rows; returns the message of close().
std::string record_grid(const std::vector<std::pair<std::int64_t, std::uint32_t>>& rows) {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"));
    const TableId id = recorder.add_table(grid("/series/sites", 3, {column("on_hand", ColumnType::i64)}));
    TraceWriter& writer = recorder.add_writer();
    recorder.open();
    const std::array<Cell, 1> cells = {Cell(std::int64_t{1})};
    for (const auto& [time, entity] : rows) {
        writer.row(id, {time}, entity, cells);
    }
    const std::string message = message_of<std::logic_error>([&] { recorder.close(); });
    CHECK((message.empty() || !std::filesystem::exists(folder.file("t.h5"))));
    return message;
}

}  // namespace

TEST_CASE("rows of several writers come in order of time, writer and writing, whatever the windows") {
    std::mt19937 random(7);
    const TestFolder folder;
    const std::size_t writers = GENERATE(1U, 2U, 7U);
    const std::vector<Planned> rows = plan_rows(random, writers, 300);
    const auto expected = expected_order(rows);
    for (const std::int64_t window : {2'500, 50'000, 10'000'000}) {
        CHECK(record(folder.file("t.h5"), rows, writers, window, 0) == expected);
    }
}

TEST_CASE("rows stay in order when they are handed over in many batches") {
    std::mt19937 random(8);
    const TestFolder folder;
    const std::vector<Planned> rows = plan_rows(random, 3, 1'000);
    // 18 kB a row: a batch is handed over every 900 rows or so, with rows left behind that ran ahead
    CHECK(record(folder.file("t.h5"), rows, 3, 100'000, 6'000 / 8 * 3) == expected_order(rows));
}

TEST_CASE("a row older than one already handed over is an error") {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"));
    std::vector<Column> columns(100, column("", ColumnType::i64));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        columns[i].name = "c" + std::to_string(i);
    }
    const TableId id = recorder.add_table(table("/rows", columns));
    TraceWriter& early = recorder.add_writer();
    TraceWriter& late = recorder.add_writer();
    recorder.open();
    const std::vector<Cell> cells(100, Cell(std::int64_t{0}));
    for (int i = 0; i < 30'000; ++i) {
        early.row(id, {5000 + i}, 0, cells);
    }
    recorder.flush({1'000'000});
    late.row(id, {4'999}, 0, cells);
    CHECK(message_of<std::logic_error>([&] { recorder.close(); })
          == "table /rows: a row of time 4999 us was written after time 34999 us was handed over");
}

TEST_CASE("a writer's rows must not go back in time and must fit the table") {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"));
    const TableId id = recorder.add_table(table("/rows", {column("a", ColumnType::i64), column("b", ColumnType::i64)}));
    TraceWriter& writer = recorder.add_writer();
    recorder.open();
    writer.row(id, {10}, {1, 2});
    CHECK_THROWS_AS(writer.row(id, {9}, {1, 2}), std::logic_error);
    CHECK_THROWS_AS(writer.row(id, {11}, {1}), std::logic_error);
    CHECK_THROWS_AS(writer.row(TableId{1}, {11}, {1, 2}), std::logic_error);
}

TEST_CASE("rows written before opening the file are kept") {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"));
    TraceWriter& writer = recorder.add_writer();
    const TableId id = recorder.add_table(table("/rows", {column("a", ColumnType::i64)}));
    writer.row(id, {0}, {5});
    recorder.open();
    recorder.close();
    CHECK(TraceReader(folder.file("t.h5")).integers("/rows/a") == std::vector<std::int64_t>{5});
}

TEST_CASE("a grid is put together from writers that hold different entities") {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"));
    const TableId id = recorder.add_table(grid("/series/sites", 4, {column("on_hand", ColumnType::i64)}));
    TraceWriter& odd = recorder.add_writer();
    TraceWriter& even = recorder.add_writer();
    recorder.open();
    for (std::int64_t sample = 0; sample < 40'000; ++sample) {
        for (std::uint32_t entity = 0; entity < 4; ++entity) {
            const std::array<Cell, 1> cells = {Cell(10 * sample + entity)};
            (entity % 2 == 0 ? even : odd).row(id, {sample * 60}, 3 - entity, cells);
        }
        recorder.flush({sample * 60});
    }
    recorder.close();
    const TraceReader reader(folder.file("t.h5"));
    const std::vector<double> values = reader.numbers("/series/sites/on_hand");
    REQUIRE(values.size() == 160'000);
    bool is_right = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
        is_right = is_right && values[i] == double(10 * (i / 4) + 3 - i % 4);
    }
    CHECK(is_right);
    CHECK(reader.find("/series/sites")->columns[2].shape == std::vector<std::uint64_t>{40'000, 4});
    CHECK(reader.numbers("/series/sites/on_hand", 39'999, 1)
          == std::vector<double>{399'993, 399'992, 399'991, 399'990});
}

TEST_CASE("a sample of a grid that is not complete is an error that names table, time and entity") {
    CHECK(record_grid({{0, 0}, {0, 1}, {0, 2}, {60, 2}, {60, 0}, {60, 1}}) == "");
    CHECK(record_grid({{0, 0}, {0, 1}, {0, 2}, {60, 0}, {60, 2}})
          == "table /series/sites: sample at time 60 us: entity 1 is missing (a grid of 3 entities needs each exactly once)");
    CHECK(record_grid({{0, 0}, {0, 1}, {0, 2}, {0, 1}})
          == "table /series/sites: sample at time 0 us: entity 1 is written twice (a grid of 3 entities needs each exactly "
             "once)");
    CHECK(record_grid({{5, 0}, {5, 1}, {5, 3}})
          == "table /series/sites: sample at time 5 us: entity 3 is outside the grid (a grid of 3 entities needs each "
             "exactly once)");
}

TEST_CASE("a value that does not fit its column is an error, not another value") {
    const auto message_for = [](Column small, std::int64_t value) {
        const TestFolder folder;
        Recorder recorder(folder.file("t.h5"));
        const TableId id = recorder.add_table(table("/rows", {small}));
        TraceWriter& writer = recorder.add_writer();
        recorder.open();
        writer.row(id, {0}, {value});
        return message_of<std::logic_error>([&] { recorder.close(); });
    };
    CHECK(message_for(column("a", ColumnType::u32), -1)
          == "table /rows, column a: value -1 does not fit (0 to 4294967295)");
    CHECK(message_for(column("a", ColumnType::u32), UINT32_MAX).empty());
    CHECK(message_for(column("a", ColumnType::u8), 256) == "table /rows, column a: value 256 does not fit (0 to 255)");
    Column state = column("state", ColumnType::u8);
    state.codes = {"open", "closed"};
    CHECK(message_for(state, 2) == "table /rows, column state: value 2 does not fit (0 to 1)");
}

TEST_CASE("a schema that cannot be stored is refused where it is declared") {
    Recorder recorder;
    const auto problem = [&](TableSchema schema) {
        return message_of<std::logic_error>([&] { recorder.add_table(schema); });
    };
    const Column a = column("a", ColumnType::i64);
    CHECK(problem(table("orders", {a})) == "table 'orders': not a path like /orders");
    CHECK(problem(table("/orders", {a, a})) == "table /orders: column name 'a' is used twice");
    CHECK(problem(table("/orders", {column("time", ColumnType::i64)}))
          == "table /orders: column name 'time' is used twice");
    CHECK(problem(grid("/g", 2, {column("sites", ColumnType::i64)})) == "table /g: column name 'sites' is used twice");
    Column state = column("state", ColumnType::u32);
    state.codes = {"open"};
    CHECK(problem(table("/orders", {state})) == "table /orders: enumeration state must be u8");
    CHECK_THROWS_AS(recorder.set_attribute({"complete", "", 1, false}), std::logic_error);
    CHECK_THROWS_AS(recorder.add_static({"/s", "", {{"a", "", {"x"}}, {"b", "", {"x", "y"}}}, {}}), std::logic_error);
}

TEST_CASE("a table declared twice is refused when the file is opened") {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"));
    recorder.add_table(table("/orders", {column("a", ColumnType::i64)}));
    recorder.add_table(table("/orders", {column("a", ColumnType::i64)}));
    CHECK(message_of<std::logic_error>([&] { recorder.open(); }) == "table /orders: declared twice");
}

TEST_CASE("a recorder without a path drops all rows and makes no file") {
    Recorder recorder;
    const TableId id = recorder.add_table(table("/rows", {column("a", ColumnType::i64)}));
    TraceWriter& writer = recorder.add_writer();
    recorder.open();
    for (int i = 0; i < 1000; ++i) {
        writer.row(id, {i}, {i});
        recorder.flush({i});
    }
    CHECK_FALSE(recorder.is_writing());
    recorder.close();
}

TEST_CASE("a recorder destroyed without closing leaves no file") {
    const TestFolder folder;
    {
        Recorder recorder(folder.file("t.h5"));
        const TableId id = recorder.add_table(table("/rows", {column("a", ColumnType::i64)}));
        TraceWriter& writer = recorder.add_writer();
        recorder.open();
        writer.row(id, {0}, {1});
        CHECK(folder.names() == std::vector<std::string>{"t.h5.partial"});
    }
    CHECK(folder.names().empty());
}

TEST_CASE("an existing file is kept unless it may be overwritten") {
    const TestFolder folder;
    write_sample_trace(folder.file("t.h5"));
    const std::string message = message_of<FileError>([&] { Recorder(folder.file("t.h5"), false); });
    CHECK(message == "cannot write trace " + folder.file("t.h5") + " (it exists). Overwrite it?");
    write_sample_trace(folder.file("t.h5"));
    CHECK(folder.names() == std::vector<std::string>{"t.h5"});
}

TEST_CASE("a file that appears during a run is kept if it must not be overwritten") {
    const TestFolder folder;
    Recorder recorder(folder.file("t.h5"), false);
    recorder.open();
    std::ofstream(folder.file("t.h5")) << "precious";
    CHECK(message_of<FileError>([&] { recorder.close(); })
          == "cannot write trace " + folder.file("t.h5") + " (it appeared while this run was going on)");
    CHECK(std::filesystem::file_size(folder.file("t.h5")) == 8);
}

TEST_CASE("a million rows of several writers arrive whole") {
    const TestFolder folder;
    constexpr std::int64_t rows = 1'000'000;
    constexpr std::size_t writers = 10;
    Recorder recorder(folder.file("t.h5"));
    std::vector<Column> columns;
    for (int i = 0; i < 12; ++i) {
        columns.push_back(column("c" + std::to_string(i), i % 3 == 0 ? ColumnType::u32 : ColumnType::i64));
    }
    const TableId id = recorder.add_table(table("/rows", columns));
    std::vector<TraceWriter*> all;
    for (std::size_t i = 0; i < writers; ++i) {
        all.push_back(&recorder.add_writer());
    }
    recorder.open();
    for (std::int64_t i = 0; i < rows; ++i) {
        all[static_cast<std::size_t>(i) % writers]->row(id, {i}, {i, i, i, i, i, i, i, i, i, i, i, i * 3});
        if (i % 1000 == 0) {
            recorder.flush({i});
        }
    }
    recorder.close();
    const TraceReader reader(folder.file("t.h5"));
    const std::vector<std::int64_t> last = reader.integers("/rows/c11");
    REQUIRE(last.size() == rows);
    bool is_right = true;
    for (std::int64_t i = 0; i < rows; ++i) {
        is_right = is_right && last[static_cast<std::size_t>(i)] == i * 3;
    }
    CHECK(is_right);
    CHECK(reader.integers("/rows/time").back() == rows - 1);
}
