#include "sim/trace/hdf5_writer.hpp"

#include <csignal>
#include <functional>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sim/base/check.hpp"
#include "sim/trace/reader.hpp"

#include "tests/unit/sim/trace/trace_test_files.hpp"

using namespace spate::sim;
using namespace spate::test;

namespace {

constexpr int exit_written = 0;
constexpr int exit_refused = 10;
constexpr int exit_wrong = 11;

/// Runs `action` in a child process; returns its wait status.
int run_child(const std::function<int()>& action) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(action());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

RowBatch noise(TableId table, std::int64_t first, std::size_t rows, std::size_t width) {
    RowBatch batch;
    batch.table = table;
    std::uint64_t state = static_cast<std::uint64_t>(first) + 1;
    for (std::size_t i = 0; i < rows; ++i) {
        batch.times.push_back({first + static_cast<std::int64_t>(i)});
        for (std::size_t c = 0; c < width; ++c) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            batch.cells.emplace_back(static_cast<std::int64_t>(state >> 8));
        }
    }
    return batch;
}

/// Writes about 3 MB of noise; exit code says how it ended.
int write_noise(const std::string& path) {
    try {
        Hdf5Writer writer(path, true);
        const TableId id =
            writer.add_table(table("/rows", {column("a", ColumnType::i64), column("b", ColumnType::i64)}));
        for (std::int64_t k = 0; k < 10; ++k) {
            writer.append(noise(id, k * 20'000, 20'000, 2));
        }
        writer.finish({});
        return exit_written;
    } catch (const FileError& error) {
        return error.what() == "cannot write trace " + path + " (File too large)" ? exit_refused : exit_wrong;
    }
}

int write_noise_limited(const std::string& path, rlim_t limit) {
    return run_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit bytes = {limit, limit};
        setrlimit(RLIMIT_FSIZE, &bytes);
        return write_noise(path);
    });
}

}  // namespace

TEST_CASE("a run that is killed leaves no file under the final name") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    const int status = run_child([&] {
        Hdf5Writer writer(path, true);
        const TableId id = writer.add_table(table("/rows", {column("a", ColumnType::i64)}));
        writer.append(noise(id, 0, 200'000, 1));
        return std::raise(SIGKILL);
    });
    REQUIRE(WIFSIGNALED(status));
    CHECK(folder.names() == std::vector<std::string>{"t.h5.partial"});
    CHECK(message_of<FileError>([&] { TraceReader reader(path + ".partial"); })
          == path + ".partial is incomplete (the run that wrote it did not finish)");
    CHECK(message_of<FileError>([&] { TraceReader reader(path); })
          == "cannot read trace " + path + " (only " + path
                 + ".partial exists: the run that writes it has not finished)");

    // the next run takes the remains over
    CHECK(write_noise(path) == exit_written);
    CHECK(folder.names() == std::vector<std::string>{"t.h5"});
}

TEST_CASE("a write error at any point is reported and leaves nothing behind") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    REQUIRE(write_noise(path) == exit_written);
    const auto whole = static_cast<rlim_t>(std::filesystem::file_size(path));
    std::filesystem::remove(path);
    int refused = 0;
    for (int step = 0; step < 60; ++step) {
        const rlim_t limit =
            step < 20 ? static_cast<rlim_t>(step) * 256 : whole * static_cast<rlim_t>(step - 19) / 40 - 1;
        const int status = write_noise_limited(path, limit);
        INFO("limit " << limit << " bytes");
        REQUIRE(WIFEXITED(status));  // no crash
        REQUIRE(WEXITSTATUS(status) == exit_refused);
        REQUIRE(folder.names().empty());
        ++refused;
    }
    CHECK(refused == 60);
    CHECK(write_noise_limited(path, whole + 4096) == exit_written);
}

TEST_CASE("a write error of the recorder's thread comes out of flush or close") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    const int status = run_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit bytes = {200'000, 200'000};
        setrlimit(RLIMIT_FSIZE, &bytes);
        Recorder recorder(path);
        const TableId id = recorder.add_table(table("/rows", {column("a", ColumnType::i64)}));
        TraceWriter& writer = recorder.add_writer();
        recorder.open();
        std::uint64_t value = 1;
        try {
            for (std::int64_t i = 0; i < 10'000'000; ++i) {
                value = value * 6364136223846793005U + 1442695040888963407U;
                writer.row(id, {i}, {static_cast<std::int64_t>(value >> 8)});
                recorder.flush({i});
            }
        } catch (const FileError&) {
            const std::string again = message_of<FileError>([&] { recorder.close(); });
            return again == "cannot write trace " + path + " (File too large)" ? exit_refused : exit_wrong;
        }
        return exit_written;
    });
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == exit_refused);
    CHECK(folder.names().empty());
}

TEST_CASE("a second writer of the same file is refused and the first is not disturbed") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    Hdf5Writer first(path, true);
    const TableId id = first.add_table(table("/rows", {column("a", ColumnType::i64)}));
    first.append(noise(id, 0, 100'000, 1));
    const std::string refusal = "cannot write trace " + path + " (another run is writing " + path + ".partial)";
    CHECK(message_of<FileError>([&] { Hdf5Writer second(path, true); }) == refusal);
    const int status = run_child([&] {
        return message_of<FileError>([&] { Hdf5Writer second(path, true); }) == refusal ? exit_refused : exit_wrong;
    });
    CHECK(WEXITSTATUS(status) == exit_refused);
    first.append(noise(id, 100'000, 100'000, 1));
    first.finish({});
    CHECK(TraceReader(path).find("/rows")->columns[1].shape == std::vector<std::uint64_t>{200'000});
}

TEST_CASE("a place that cannot be written is named with the reason") {
    const TestFolder folder;
    const std::string missing = folder.file("no/such/t.h5");
    CHECK(message_of<FileError>([&] { Hdf5Writer writer(missing, true); })
          == "cannot write trace " + missing + " (No such file or directory)");
    const std::string itself = folder.file(".");
    CHECK(message_of<FileError>([&] { Hdf5Writer writer(itself, true); })
          == "cannot write trace " + itself + " (it is a folder)");
}

TEST_CASE("a static table without rows, an empty text and a table without columns are stored") {
    const TestFolder folder;
    Hdf5Writer writer(folder.file("t.h5"), true);
    writer.add_static({"/empty", "", {{"name", "", {}}}, {{column("n", ColumnType::u32), {}}}});
    writer.add_static({"/nothing", "", {}, {}});
    writer.add_text("/run/note", "", "");
    const TableId ticks = writer.add_table(table("/ticks", {}));
    writer.append(noise(ticks, 5, 2, 0));
    writer.finish({});
    const TraceReader reader(folder.file("t.h5"));
    CHECK(reader.texts("/empty/name").empty());
    CHECK(reader.numbers("/empty/n").empty());
    CHECK(reader.text("/run/note").empty());
    CHECK(reader.integers("/ticks/time") == std::vector<std::int64_t>{5, 6});
}

TEST_CASE("long texts and large static tables span several chunks") {
    const TestFolder folder;
    std::vector<std::string> names;
    std::vector<Cell> numbers;
    for (std::int64_t i = 0; i < 100'000; ++i) {
        names.push_back("商品 " + std::to_string(i));
        numbers.emplace_back(i);
    }
    names[50'000] = std::string(100, 'x');
    Hdf5Writer writer(folder.file("t.h5"), true);
    writer.add_static({"/products", "", {{"name", "", names}}, {{column("n", ColumnType::u32), numbers}}});
    writer.finish({});
    const TraceReader reader(folder.file("t.h5"));
    CHECK(reader.texts("/products/name") == names);
    CHECK(reader.integers("/products/n").back() == 99'999);
}
