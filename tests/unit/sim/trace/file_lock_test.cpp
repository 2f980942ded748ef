#include "sim/trace/file_lock.hpp"

#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/sim/trace/trace_test_files.hpp"

using namespace spate;
using namespace spate::sim;

namespace {

/// A descriptor of a file, closed at the end.
struct Opened {
    explicit Opened(const std::string& path)
        : number(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}

    ~Opened() { close(number); }

    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    int number;
};

}  // namespace

TEST_CASE("who has locked a file is said by its process, and nobody else can lock it") {
    const test::TestFolder folder;
    const std::string path = folder.file("file");
    Opened second(path);
    {
        Opened first(path);
        REQUIRE(lock_whole_file(first.number) == LockResult::taken);
        CHECK(lock_whole_file(second.number) == LockResult::held_by_another);
        CHECK(lock_holder(second.number) == "process " + std::to_string(getpid()));
    }
    CHECK(lock_holder(second.number) == "another process");
    CHECK(lock_whole_file(second.number) == LockResult::taken);
}

TEST_CASE("a lock that is given up while its holder is looked for is no error") {
    const test::TestFolder folder;
    const std::string path = folder.file("file");
    Opened file(path);
    std::jthread other([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            Opened one(path);
            lock_whole_file(one.number);
        }
    });
    for (int i = 0; i < 3000; ++i)
        lock_holder(file.number);
    other.request_stop();
    other.join();
    CHECK(lock_holder(file.number) == "another process");
}
