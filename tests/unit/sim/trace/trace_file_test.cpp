#include <csignal>
#include <functional>
#include <sstream>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "sim/trace/partial_file.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "sim/trace/recover.hpp"

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

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Numbers that cannot be compressed.
class Noise {
  public:
    std::int64_t next() {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::int64_t>(state_ >> 8);
    }

  private:
    std::uint64_t state_ = 1;
};

/// Records rows of noise in /rows, sealing now and then; the caller closes.
class NoiseRecorder {
  public:
    explicit NoiseRecorder(const std::string& path)
        : recorder_(path)
        , table_(recorder_.add_table(table("/rows", {column("a", ColumnType::i64), column("b", ColumnType::i64)})))
        , writer_(recorder_.add_writer()) {
        recorder_.open();
    }

    void write(std::int64_t rows) {
        for (std::int64_t i = 0; i < rows; ++i) {
            writer_.row(table_, {written_++}, {noise_.next(), noise_.next()});
        }
    }

    Recorder& recorder() { return recorder_; }

  private:
    Recorder recorder_;
    TableId table_;
    TraceWriter& writer_;
    Noise noise_;
    std::int64_t written_ = 0;
};

/// Writes about 3 MB of noise in rows and 1 MB of results; exit code says how it ended.
int write_noise(const std::string& path) {
    try {
        NoiseRecorder rows(path);
        rows.write(200'000);
        Noise noise;
        NumberColumn results{column("n", ColumnType::i64), {}};
        for (int i = 0; i < 130'000; ++i) {
            results.values.emplace_back(noise.next());
        }
        rows.recorder().add_static({"/results", "known at the end", {}, {results}});
        rows.recorder().close();
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
        NoiseRecorder rows(path);
        rows.write(2'000'000);
        rows.recorder().flush({2'000'000});
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

TEST_CASE("of a killed run everything before its last seal can be recovered") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    const auto run_and_kill = [&](bool is_sealed) {
        run_child([&] {
            NoiseRecorder rows(path);
            rows.write(150'000);
            if (is_sealed) {
                std::ostringstream nowhere;
                StateWriter archive(nowhere);
                rows.recorder().save_state(archive, {100'000}, folder.file("snapshot"));
            }
            rows.write(1'500'000);
            rows.recorder().flush({1'650'000});
            return std::raise(SIGKILL);
        });
    };
    const auto recover = [&](bool overwrite) { recover_trace(path, overwrite); };
    CHECK(message_of<FileError>([&] { recover(false); })
          == "cannot write trace " + path + " (there is no " + path + ".partial to make it of)");
    run_and_kill(false);
    CHECK(message_of<FileError>([&] { recover(false); })
          == "cannot recover trace " + path + " (" + path
                 + ".partial: the run was killed before its rows were first sealed)");
    CHECK(std::filesystem::exists(path + ".partial"));
    run_and_kill(true);
    std::ofstream(path + ".partial", std::ios::app) << std::string(100, 'x');  // a record that was torn
    CHECK(recover_trace(path, false).us == 100'000);
    CHECK_FALSE(std::filesystem::exists(path + ".partial"));
    const TraceReader recovered(path);
    CHECK(recovered.integer_attribute("rows_until") == 100'000);
    Noise noise;
    std::vector<std::int64_t> a(100'000);
    std::vector<std::int64_t> b(100'000);
    for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = noise.next();
        b[i] = noise.next();
    }
    CHECK((recovered.integers("/rows/a") == a));
    CHECK((recovered.integers("/rows/b") == b));
    CHECK(recovered.integers("/rows/time").back() == 99'999);

    NoiseRecorder alive(path);
    CHECK(message_of<FileError>([&] { recover(true); })
          == "cannot write trace " + path + " (process " + std::to_string(getpid())
                 + " is writing it). wait for it, or give another name?");
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
    NoiseRecorder first(path);
    first.write(100'000);
    const auto start_second = [&] {
        Recorder second(path);
        second.open();
    };
    const std::string refusal = "cannot write trace " + path + " (process " + std::to_string(getpid())
                                + " is writing it). wait for it, or give another name?";
    CHECK(message_of<FileError>(start_second) == refusal);
    const int status =
        run_child([&] { return message_of<FileError>(start_second) == refusal ? exit_refused : exit_wrong; });
    CHECK(WEXITSTATUS(status) == exit_refused);
    first.write(100'000);
    first.recorder().close();
    CHECK(TraceReader(path).find("/rows")->columns[1].shape == std::vector<std::uint64_t>{200'000});
}

TEST_CASE("a place is taken from the start, and given back where nothing came of it") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5");
    {
        const Recorder first(path);
        CHECK_THROWS_AS(Recorder(path), FileError);
    }
    CHECK(folder.names().empty());
    const Recorder second(path);
}

TEST_CASE("what a killed writer had begun to make is removed, and what others made is left alone") {
    const TestFolder folder;
    const std::string path = folder.file("t.h5"), fresh = path + ".new";
    const auto refusal = [&] { return message_of<FileError>([&] { const PartialFile file(path, true); }); };
    run_child([&] {
        PartialFile file(path, true);
        std::ofstream(file.make_new()) << "half";
        return std::raise(SIGKILL);
    });
    CHECK(folder.names() == std::vector<std::string>{"t.h5.new", "t.h5.partial"});
    PartialFile(path, true).publish("whole");
    CHECK(folder.names() == std::vector<std::string>{"t.h5"});

    const std::string in_the_way =
        "cannot write trace " + path + " (" + fresh + " is in the way, and was not left by a run. move it away?)";
    std::ofstream(fresh) << "mine";
    std::ofstream(path + ".partial").close();  // empty: says nothing of who made it
    CHECK(refusal() == in_the_way);
    CHECK(file_text(fresh) == "mine");
    std::filesystem::remove(fresh);
    std::filesystem::create_symlink(path, fresh);
    CHECK(refusal() == in_the_way);
    CHECK(file_text(path) == "whole");
    std::filesystem::remove(fresh);
    {
        PartialFile file(path, true);
        std::filesystem::create_directory(fresh);  // not there when the writing began
        CHECK(message_of<FileError>([&] { file.publish("other"); }) == in_the_way);
    }
    CHECK(refusal() == in_the_way);
    CHECK(file_text(path) == "whole");
    CHECK(std::filesystem::remove(fresh));
    std::filesystem::create_directory(path + ".partial");
    CHECK(refusal() == "cannot write trace " + path + " (" + path + ".partial: Is a directory)");
}

TEST_CASE("the rows of a snapshot take the place of rows only") {
    const TestFolder folder;
    NoiseRecorder rows(folder.file("t.h5"));
    const auto save = [&](const std::string& to) {
        std::ostringstream nowhere;
        StateWriter archive(nowhere);
        rows.recorder().save_state(archive, {0}, to);
    };
    const std::string to = folder.file("rows");
    save(to);
    const auto log = std::filesystem::file_size(to);
    save(to);
    CHECK(std::filesystem::file_size(to) > log);
    std::filesystem::remove(to);
    std::ofstream(to) << "mine";
    CHECK(message_of<FileError>([&] { save(to); })
          == "cannot write " + to + " (it is there, and is not of a snapshot)");
    CHECK(file_text(to) == "mine");
}

TEST_CASE("a place that cannot be written is named with the reason") {
    const TestFolder folder;
    const std::string missing = folder.file("no/such/t.h5");
    const auto start = [](const std::string& path) {
        return message_of<FileError>([&] {
            Recorder recorder(path);
            recorder.open();
        });
    };
    CHECK(start(missing) == "cannot write trace " + missing + " (No such file or directory)");
    const std::string itself = folder.file(".");
    CHECK(start(itself) == "cannot write trace " + itself + " (it is a folder)");
}

TEST_CASE("a static table without rows, an empty text and a table without columns are stored") {
    const TestFolder folder;
    Recorder writer(folder.file("t.h5"));
    const TableId ticks = writer.add_table(table("/ticks", {}));
    TraceWriter& rows = writer.add_writer();
    writer.add_static({"/empty", "", {{"name", "", {}}}, {{column("n", ColumnType::u32), {}}}});
    writer.add_static({"/nothing", "", {}, {}});
    writer.add_text("/run/note", "", "");
    writer.open();
    rows.row(ticks, {5}, {});
    rows.row(ticks, {6}, {});
    writer.close();
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
    Recorder writer(folder.file("t.h5"));
    writer.add_static({"/products", "", {{"name", "", names}}, {{column("n", ColumnType::u32), numbers}}});
    writer.open();
    writer.close();
    const TraceReader reader(folder.file("t.h5"));
    CHECK(reader.texts("/products/name") == names);
    CHECK(reader.integers("/products/n").back() == 99'999);
}
