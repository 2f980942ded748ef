#include "sim/snapshot/snapshot_file.hpp"

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "sim/snapshot/memory_stream.hpp"

namespace spate::test {

namespace {

using namespace sim;
using Catch::Contains;

/// A snapshot in a folder of its own.
class SnapshotFolder {
  public:
    SnapshotFolder() { std::filesystem::create_directories(folder_); }

    ~SnapshotFolder() { std::filesystem::remove_all(folder_); }

    SnapshotFolder(const SnapshotFolder&) = delete;
    SnapshotFolder& operator=(const SnapshotFolder&) = delete;

    std::string path(const std::string& name = "a.snapshot") const { return (folder_ / name).string(); }

    std::string bytes() const {
        std::ifstream file(path(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    void put(const std::string& bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }

    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
    }

    std::string read() const {
        SnapshotHead head;
        return read_snapshot(path(), head);
    }

  private:
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("spate-snapshot-test-" + std::to_string(getpid()));
};

const SnapshotHead head{"peak week", 0x1234567890ABCDEF, Time{} + day * 3, "../peak.h5"};

void write(const std::string& path, std::string_view archive) {
    PartialFile file(path, true, "snapshot");
    write_snapshot(file, head, archive);
}

/// The bytes with a number in another place, where the preamble is not covered by the checksum.
std::string with_number(std::string bytes, std::size_t at, std::uint32_t number) {
    std::memcpy(bytes.data() + at, &number, sizeof number);
    return bytes;
}

}  // namespace

TEST_CASE("a snapshot is read as it was written and takes the place of the last one") {
    const SnapshotFolder folder;
    for (const std::size_t size : {0, 1, 15, 16, 17, 100'000}) {
        std::string archive(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            archive[i] = static_cast<char>(i * 7);
        write(folder.path(), archive);
        SnapshotHead found;
        CHECK((read_snapshot(folder.path(), found) == archive));
        CHECK(found.scenario == head.scenario);
        CHECK(found.scenario_hash == head.scenario_hash);
        CHECK(found.at == head.at);
        CHECK(found.trace == head.trace);
        CHECK(folder.files() == 1);
    }
}

TEST_CASE("a snapshot that was cut short, has grown or was changed is refused at any byte") {
    const SnapshotFolder folder;
    write(folder.path(), "the state of a run");
    const std::string whole = folder.bytes();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        folder.put(whole.substr(0, size));
        CHECK_THROWS_AS(folder.read(), FileError);
    }
    CHECK_THROWS_WITH(folder.read(), Contains("a.snapshot") && Contains("cut short"));
    folder.put(whole + "x");
    CHECK_THROWS_WITH(folder.read(), Contains("has grown"));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 0x10);
        folder.put(changed);
        INFO("byte " << i);
        CHECK_THROWS_AS(folder.read(), FileError);
    }
    CHECK_THROWS_WITH(folder.read(), Contains("damaged"));
    folder.put(whole);
    CHECK(folder.read() == "the state of a run");
}

TEST_CASE("what is no snapshot, or one of another program, is told apart") {
    const SnapshotFolder folder;
    CHECK_THROWS_WITH(folder.read(), Contains("No such file"));
    folder.put("");
    CHECK_THROWS_WITH(folder.read(), Contains("is not a snapshot"));
    folder.put(std::string(1000, 'x'));
    CHECK_THROWS_WITH(folder.read(), Contains("is not a snapshot"));
    write(folder.path(), "state");
    const std::string whole = folder.bytes();
    folder.put(with_number(whole, 8, 99));
    CHECK_THROWS_WITH(folder.read(), Contains("format 99"));
    folder.put(with_number(whole, 12, 0x04030201));
    CHECK_THROWS_WITH(folder.read(), Contains("byte order"));
    SnapshotHead found;
    CHECK_THROWS_WITH(read_snapshot(folder.path("."), found), Contains("folder"));
    CHECK_THROWS_WITH(read_snapshot("/dev/null", found), Contains("not a regular file"));
}

TEST_CASE("a snapshot of another version of the program names both versions") {
    const SnapshotFolder folder;
    write(folder.path(), "state");
    std::string bytes = folder.bytes();
    constexpr std::size_t preamble = 32, size_of_version = 8;
    bytes[preamble + size_of_version] = '9';  // of the text of the version
    const std::uint64_t sum = fingerprint(std::string_view(bytes).substr(preamble));
    std::memcpy(bytes.data() + 24, &sum, sizeof sum);
    folder.put(bytes);
    CHECK_THROWS_WITH(folder.read(), Contains("version 9") && Contains("this is "));
}

TEST_CASE("a snapshot of a program that was built of other sources is refused") {
    const SnapshotFolder folder;
    write(folder.path(), "state");
    std::string bytes = folder.bytes();
    constexpr std::size_t preamble = 32, size_of_version = 8;
    std::uint64_t version = 0;
    std::memcpy(&version, bytes.data() + preamble, sizeof version);
    bytes[preamble + size_of_version + version] ^= 1;
    const std::uint64_t sum = fingerprint(std::string_view(bytes).substr(preamble));
    std::memcpy(bytes.data() + 24, &sum, sizeof sum);
    folder.put(bytes);
    CHECK_THROWS_WITH(folder.read(), Contains("built of other sources"));
}

TEST_CASE("a block whose size lies meets the end of the archive, not of the memory") {
    for (const std::uint64_t size : {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
        std::string text(sizeof size + 16, 'x');
        std::memcpy(text.data(), &size, sizeof size);
        MemoryInput in(text);
        StateReader reader(in);
        std::vector<std::uint64_t> values;
        CHECK_THROWS_AS(block(reader, values), cereal::Exception);
        CHECK(values.capacity() < 10'000'000);
    }
}

TEST_CASE("a snapshot that cannot be written leaves the last one and no other file") {
    const SnapshotFolder folder;
    write(folder.path(), "old");
    CHECK_THROWS_AS(write(folder.path("missing/a.snapshot"), "new"), FileError);
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small = {10'000, before.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    {
        PartialFile file(folder.path(), true, "snapshot");
        setrlimit(RLIMIT_FSIZE, &small);
        CHECK_THROWS_WITH(write_snapshot(file, head, std::string(100'000, 'n')),
                          Contains("a.snapshot (File too large; 100") && Contains("bytes are needed)"));
        setrlimit(RLIMIT_FSIZE, &before);
        CHECK(folder.read() == "old");
        CHECK(folder.files() == 2);
        write_snapshot(file, head, "new");  // there is room again
        CHECK(folder.read() == "new");
    }
    CHECK(folder.files() == 1);
}

TEST_CASE("memory streams give back what they took and notice the end") {
    MemoryOutput out;
    out << "text " << 42;
    out.put('!');
    CHECK(out.take() == "text 42!");
    MemoryInput in("12345678abc");
    StateReader archive(in);
    std::uint64_t number = 0;
    archive(number);
    CHECK(in.left() == 3);
    CHECK_THROWS_AS(archive(number), cereal::Exception);
}

}  // namespace spate::test
