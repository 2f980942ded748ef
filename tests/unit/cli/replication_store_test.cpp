#include "cli/replication_store.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace spate;
using cli::Replication;
using cli::ReplicationStore;

namespace {

/// A store in a folder that is removed at the end.
struct TemporaryStore {
    std::string folder =
        (std::filesystem::temp_directory_path() / ("spate-store-" + std::to_string(getpid()))).string();
    ReplicationStore store{folder};

    ~TemporaryStore() { store.remove(); }
};

Replication example() {
    Replication replication;
    replication.number = 3;
    replication.digest = 0xFEDCBA9876543210ULL;
    replication.orders = 12'345;
    replication.figures.figures = {{"order_fill_rate", 0.1 + 0.2, "1", "served \"at once\" 现货", ""},
                                   {"turnover_days", std::nullopt, "d", "days", "no goods were sold"}};
    replication.series = {{"stock value", {0.1, -1e300, 0.1 + 0.2}}, {"costs", {}}};
    return replication;
}

}  // namespace

TEST_CASE("what is saved is found again to the last bit") {
    TemporaryStore temporary;
    temporary.store.save("lean", 7, example());
    const auto found = ReplicationStore(temporary.folder).find("lean", 7, 3);
    REQUIRE(found);
    CHECK(found->number == 3);
    CHECK(found->digest == 0xFEDCBA9876543210ULL);
    CHECK(found->orders == 12'345);
    REQUIRE(found->figures.figures.size() == 2);
    CHECK(found->figures.figures[0].value == 0.1 + 0.2);
    CHECK(found->figures.figures[0].meaning == "served \"at once\" 现货");
    CHECK_FALSE(found->figures.figures[1].value);
    CHECK(found->figures.figures[1].reason == "no goods were sold");
    REQUIRE(found->series.size() == 2);
    CHECK(found->series[0].process == "stock value");
    CHECK(found->series[0].values == std::vector<double>{0.1, -1e300, 0.1 + 0.2});
    CHECK(found->series[1].values.empty());
}

TEST_CASE("runs of another scenario, arm or number are not found") {
    TemporaryStore temporary;
    temporary.store.save("lean", 7, example());
    CHECK_FALSE(temporary.store.find("lean", 8, 3));
    CHECK_FALSE(temporary.store.find("base", 7, 3));
    CHECK_FALSE(temporary.store.find("lean", 7, 2));
}

TEST_CASE("a damaged file counts as absent and can be written again") {
    TemporaryStore temporary;
    temporary.store.save("lean", 7, example());
    const std::string path = temporary.folder + "/lean-3.json";
    const auto size = std::filesystem::file_size(path);
    for (const auto cut : {size / 2, size - 3, std::uintmax_t{1}, std::uintmax_t{0}}) {
        std::filesystem::resize_file(path, cut);
        CHECK_FALSE(temporary.store.find("lean", 7, 3));
    }
    std::ofstream(path) << "[1, 2]";
    CHECK_FALSE(temporary.store.find("lean", 7, 3));
    temporary.store.save("lean", 7, example());
    CHECK(temporary.store.find("lean", 7, 3));
}

TEST_CASE("a folder that cannot be made is told") {
    CHECK_THROWS_WITH(ReplicationStore("/proc/no-such-folder"), Catch::Contains("/proc/no-such-folder"));
}
