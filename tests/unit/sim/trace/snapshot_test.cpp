#include <array>
#include <random>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"
#include "sim/snapshot/archive.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"

#include "tests/unit/sim/trace/trace_test_files.hpp"

using namespace spate::sim;
using namespace spate::test;

namespace {

constexpr std::int64_t all_steps = 60;
constexpr std::uint32_t many_entities = 20'000;  // three samples fill a chunk

/// A run of which the rows of every step are known without the steps before: a busy table that fills chunks, a quiet
/// one, a small and a large grid. Odd writers are one to three steps ahead of the others.
class Run {
  public:
    explicit Run(const std::string& path, unsigned packing_threads = 1)
        : recorder_(path.empty() ? std::make_unique<Recorder>()
                                 : std::make_unique<Recorder>(path, true, packing_threads)) {
        Column kind = column("kind", ColumnType::u8, "");
        kind.codes = {"a", "b", "c"};
        busy_ = recorder_->add_table(
            table("/busy", {column("n", ColumnType::i64), column("x", ColumnType::f64), column("k", ColumnType::u32)}));
        quiet_ = recorder_->add_table(table("/quiet", {kind}));
        small_ = recorder_->add_table(grid("/series/small", 3, {column("v", ColumnType::f64)}));
        large_ = recorder_->add_table(grid("/series/large", many_entities, {column("v", ColumnType::u8)}));
        recorder_->add_text("/run/scenario", "name: x", "scenario");
        for (auto& writer : writers_) {
            writer = &recorder_->add_writer();
        }
        recorder_->set_attribute({"seed", "", 7, false});
        recorder_->open();
    }

    Recorder& recorder() { return *recorder_; }

    /// Handles the steps [first, end); every so often the rows before a step are handed over.
    void go(std::int64_t first, std::int64_t end) {
        for (std::int64_t step = first; step < end; ++step) {
            for (std::uint32_t w = 0; w < writers_.size(); ++w) {
                const std::int64_t ahead = w % 2 == 0 ? 0 : w;
                const std::int64_t begin = step == 0 ? 0 : step + ahead;
                for (std::int64_t s = begin; s <= std::min(step + ahead, all_steps - 1); ++s) {
                    write_step(w, s);
                }
            }
            recorder_->flush({(step + 1) * 1000});
        }
    }

    void finish() {
        recorder_->add_static({"/results", "at the end", {}, {{column("r", ColumnType::i64), {1, 2}}}});
        recorder_->set_attribute({"digest", "abc", 0, true});
        recorder_->close();
    }

  private:
    void write_step(std::uint32_t w, std::int64_t step) {
        TraceWriter& writer = *writers_[w];
        const std::uint64_t dice = mix(static_cast<std::uint64_t>(step), w);
        for (std::uint64_t i = 0; i < dice % 1500; ++i) {
            const auto number = static_cast<std::int64_t>(mix(dice, i) >> 20);
            writer.row(busy_,
                       {step * 1000 + static_cast<std::int64_t>(i / 2)},
                       {number, 0.5 * static_cast<double>(number), static_cast<std::uint32_t>(i)});
        }
        if (dice % 5 == 0) {
            writer.row(quiet_, {step * 1000 + 999}, {static_cast<std::int64_t>(dice % 3)});
        }
        const std::array<Cell, 1> real = {Cell(static_cast<double>(dice % 1000))};
        if (w < 3) {
            writer.row(small_, {step * 1000}, w, real);
        }
        const std::array<Cell, 1> byte = {Cell(static_cast<std::int64_t>(dice % 200))};
        for (std::uint32_t e = w; e < many_entities; e += static_cast<std::uint32_t>(writers_.size())) {
            writer.row(large_, {step * 1000}, e, byte);
        }
    }

    std::unique_ptr<Recorder> recorder_;
    TableId busy_, quiet_, small_, large_;
    std::array<TraceWriter*, 4> writers_ = {};
};

std::string whole_run(const std::string& path) {
    Run run(path);
    run.go(0, all_steps);
    run.finish();
    return path;
}

/// Names, types, rows and attributes of two traces, but for what a run from `from` [µs] on cannot have.
std::string difference(const std::string& path_a, const std::string& path_b, std::int64_t from = 0) {
    const TraceReader a(path_a), b(path_b);
    if (a.tables().size() != b.tables().size()) {
        return "number of tables";
    }
    for (std::size_t t = 0; t < a.tables().size(); ++t) {
        const TableInfo &left = a.tables()[t], &right = b.tables()[t];
        std::uint64_t skipped = 0;
        if (from > 0 && left.columns.front().name == "time") {
            const auto times = a.integers(left.path + "/time");
            skipped = static_cast<std::uint64_t>(std::lower_bound(times.begin(), times.end(), from) - times.begin());
        }
        for (std::size_t c = 0; c < left.columns.size(); ++c) {
            const std::string path = left.path + "/" + left.columns[c].name;
            if (left.columns[c].name != right.columns[c].name || left.columns[c].type != right.columns[c].type) {
                return path;
            }
            if (left.columns[c].type == "text" || left.columns[c].reference == "/network/sites") {
                continue;
            }
            const std::uint64_t rows = left.columns[c].shape.front() - skipped;
            if (a.numbers(path, skipped, rows) != b.numbers(path)) {
                return path;
            }
        }
    }
    const auto without_start = [](const TraceReader& reader) {
        auto attributes = reader.attributes();
        std::erase_if(attributes,
                      [](const auto& item) { return item.first == "created" || item.first == "rows_from"; });
        return attributes;
    };
    return without_start(a) == without_start(b) ? "" : "attributes";
}

std::string saved(Run& run, std::int64_t step, const std::string& rows_path = {}) {
    std::ostringstream text(std::ios::binary);
    StateWriter archive(text);
    run.recorder().save_state(archive, {step * 1000}, rows_path);
    archive(std::int64_t{4711});  // what others archive follows
    return std::move(text).str();
}

void load(Run& run, const std::string& bytes, PastRows past = PastRows::kept, const std::string& rows_path = {}) {
    std::istringstream text(bytes, std::ios::binary);
    StateReader archive(text);
    run.recorder().load_state(archive, past, rows_path);
    std::int64_t next = 0;
    archive(next);
    REQUIRE(next == 4711);
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::string created = *TraceReader(path).text_attribute("created");
    for (std::size_t at = bytes.find(created); at != std::string::npos; at = bytes.find(created)) {
        bytes.replace(at, created.size(), created.size(), 'x');
    }
    return bytes;
}

}  // namespace

TEST_CASE("a run cut into pieces, each in a recorder of its own, leaves the trace of the run in one piece") {
    const TestFolder folder;
    const std::string whole = whole_run(folder.file("whole.h5"));
    std::mt19937 random(11);
    const bool is_beside = GENERATE(false, true);
    for (int trial = 0; trial < 6; ++trial) {
        std::string state, rows_path;
        std::int64_t step = 0;
        for (int piece = 0; step < all_steps; ++piece) {
            const std::string path = folder.file("piece" + std::to_string(piece % 2) + ".h5");
            Run run(path, static_cast<unsigned>(random() % 3));
            if (piece > 0) {
                load(run, state, PastRows::kept, rows_path);
            }
            const std::int64_t end =
                std::min<std::int64_t>(all_steps, step + 1 + static_cast<std::int64_t>(random() % 40));
            run.go(step, end);
            step = end;
            if (step == all_steps) {
                run.finish();
                CHECK(difference(whole, path) == "");
                CHECK((bytes_of(whole) == bytes_of(path)));
            } else {
                rows_path = is_beside ? folder.file("rows" + std::to_string(piece)) : "";
                state = saved(run, step, rows_path);
            }
        }
    }
}

TEST_CASE("a snapshot outlives the run it was taken of, and later snapshots of that run") {
    const TestFolder folder;
    const std::string whole = folder.file("whole.h5");
    std::string early, late;
    {
        Run run(whole);
        run.go(0, 20);
        early = saved(run, 20, folder.file("rows"));
        run.go(20, 45);
        late = saved(run, 45, folder.file("rows"));  // the same name again
        run.go(45, all_steps);
        run.finish();
    }
    CHECK_FALSE(std::filesystem::exists(whole + ".partial"));
    for (const auto& [state, step] : {std::pair(early, 20), std::pair(late, 45)}) {
        Run run(folder.file("again.h5"));
        load(run, state, PastRows::kept, folder.file("rows"));
        run.go(step, all_steps);
        run.finish();
        CHECK(difference(whole, folder.file("again.h5")) == "");
    }
    CHECK(folder.names().size() == 3);
}

TEST_CASE("taking snapshots does not change the trace") {
    const TestFolder folder;
    const std::string whole = whole_run(folder.file("whole.h5"));
    Run run(folder.file("watched.h5"));
    for (std::int64_t step = 0; step < all_steps; ++step) {
        run.go(step, step + 1);
        saved(run, step + 1);
    }
    run.finish();
    CHECK((bytes_of(whole) == bytes_of(folder.file("watched.h5"))));
}

TEST_CASE("the bytes of a trace do not depend on the number of threads that compress") {
    const TestFolder folder;
    const std::string whole = bytes_of(whole_run(folder.file("whole.h5")));
    for (const unsigned threads : {0U, 3U}) {
        Run run(folder.file("t.h5"), threads);
        run.go(0, all_steps);
        run.finish();
        CHECK((bytes_of(folder.file("t.h5")) == whole));
    }
}

TEST_CASE("a fork may leave the past out: its trace starts at the snapshot and says so") {
    const TestFolder folder;
    const std::string whole = whole_run(folder.file("whole.h5"));
    std::string state, of_fork;
    {
        Run run(folder.file("first.h5"));
        run.go(0, 25);
        state = saved(run, 25);
    }
    {
        Run fork(folder.file("fork.h5"));
        load(fork, state, PastRows::left_out);
        fork.go(25, 40);
        of_fork = saved(fork, 40);
        fork.go(40, all_steps);
        fork.finish();
    }
    CHECK(difference(whole, folder.file("fork.h5"), 25'000) == "");
    CHECK(TraceReader(folder.file("fork.h5")).integer_attribute("rows_from") == 25'000);
    CHECK_FALSE(TraceReader(whole).integer_attribute("rows_from"));
    Run resumed(folder.file("resumed.h5"));
    load(resumed, of_fork);
    resumed.go(40, all_steps);
    resumed.finish();
    CHECK((bytes_of(folder.file("resumed.h5")) == bytes_of(folder.file("fork.h5"))));
}

TEST_CASE("a run without a trace takes any snapshot; a run with one needs the rows or leaves them out") {
    const TestFolder folder;
    std::string recorded, beside;
    {
        Run run(folder.file("t.h5"));
        run.go(0, 10);
        recorded = saved(run, 10);
        beside = saved(run, 10, folder.file("rows"));
    }
    Run silent("");
    load(silent, recorded);
    load(silent, beside);
    silent.go(10, 20);
    const std::string unrecorded = saved(silent, 20);
    Run late(folder.file("late.h5"));
    CHECK(message_of<FileError>([&] { load(late, unrecorded); })
          == "cannot resume trace " + folder.file("late.h5") + " (the run of the snapshot had no trace; its rows are not "
             "known)");
    load(late, unrecorded, PastRows::left_out);
    late.finish();
    CHECK(TraceReader(folder.file("late.h5")).integer_attribute("rows_from") == 20'000);
}

TEST_CASE("a snapshot that is damaged anywhere or cut off is refused") {
    const TestFolder folder;
    std::string state;
    {
        Run run(folder.file("t.h5"));
        run.go(0, 8);
        state = saved(run, 8);
    }
    const std::size_t own = state.size() - sizeof(std::int64_t);  // without the number that follows
    const auto refusal = [&](const std::string& bytes) {
        return message_of<FileError>([&] {
            Run run(folder.file("again.h5"));
            load(run, bytes);
        });
    };
    REQUIRE(refusal(state).empty());
    std::mt19937 random(5);
    for (int trial = 0; trial < 150; ++trial) {
        const std::size_t at = trial < 40 ? static_cast<std::size_t>(trial) : random() % own;
        std::string damaged = state;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
        INFO("byte " << at);
        CHECK(refusal(damaged).starts_with("cannot resume trace " + folder.file("again.h5") + " ("));
        CHECK(refusal(state.substr(0, at)).starts_with("cannot resume trace " + folder.file("again.h5") + " ("));
    }
}

TEST_CASE("rows beside a snapshot that are missing, cut off or of another run are refused") {
    const TestFolder folder;
    std::string state;
    {
        Run run(folder.file("t.h5"));
        run.go(0, 8);
        state = saved(run, 8, folder.file("rows"));
        Run other(folder.file("other.h5"));
        other.go(0, 9);
        saved(other, 9, folder.file("other-rows"));
    }
    const auto refusal = [&](const std::string& rows_path) {
        Run run(folder.file("again.h5"));
        return message_of<FileError>([&] { load(run, state, PastRows::kept, rows_path); });
    };
    const std::string start = "cannot resume trace " + folder.file("again.h5");
    CHECK(refusal(folder.file("nowhere")) == "cannot read " + folder.file("nowhere") + " (No such file or directory)");
    CHECK(refusal(folder.file("other-rows")).starts_with(start));
    std::filesystem::resize_file(folder.file("rows"), std::filesystem::file_size(folder.file("rows")) / 2);
    CHECK(refusal(folder.file("rows")) == start + " (its rows are damaged or end early)");
}

TEST_CASE("a snapshot of a run with other tables is refused by name") {
    const TestFolder folder;
    std::string state;
    {
        Run run(folder.file("t.h5"));
        run.go(0, 3);
        state = saved(run, 3);
    }
    Recorder other(folder.file("other.h5"));
    other.add_table(table("/busy", {column("n", ColumnType::i64)}));
    other.open();
    std::istringstream text(state, std::ios::binary);
    StateReader archive(text);
    CHECK(message_of<FileError>([&] { other.load_state(archive); })
          == "cannot resume trace " + folder.file("other.h5")
                 + " (table /busy is not the same in the snapshot and in this run)");
}
