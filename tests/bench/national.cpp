// National networks from their scenario files, and what they cost as they grow.

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "tests/bench/measure.hpp"
#include "tests/bench/model_runs.hpp"
#include "tests/bench/stopwatch.hpp"

namespace spate::bench {

namespace {

constexpr const char* national = "scenarios/bench-national-10m.yaml";

Benchmark model(const std::string& name, const Spec& spec) {
    return {name,
            {{name, 1, "orders/s", [spec] { return run_model(*spec, 1); }},
             {name, 2, "orders/s", [spec] { return run_model(*spec, 2); }}},
            ""};
}

/// Two days of the national network with the show on the evening of the second.
Benchmark double_eleven(Size size) {
    const bool is_quick = size == Size::quick;
    return model("double-eleven-2d",
                 load("scenarios/double-eleven.yaml",
                      {{"time.start", is_quick ? "2025-11-10T19:56:00+08:00" : "2025-11-09T00:00:00+08:00"},
                       {"time.horizon", is_quick ? "8 min" : "2 d"}}));
}

/// Everything but what is sold by name is in four catalogues; three of them share what the first leaves.
Overrides with_products(unsigned products) {
    constexpr unsigned first_catalogue = 6, others = 305;
    Overrides overrides;
    for (unsigned n = 0; n < 3; ++n) {
        overrides.push_back({fmt::format("products[{}].generate.count", first_catalogue + n),
                             fmt::format("{}", (products - others) / 3)});
    }
    return overrides;
}

/// A folder for the files of one run, removed with all that is in it.
class TemporaryFolder {
  public:
    TemporaryFolder()
        : path(std::filesystem::temp_directory_path() / fmt::format("spate-bench-{}", getpid())) {
        std::filesystem::create_directories(path);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    const std::filesystem::path path;
};

/// What `spate run` does with the scenario: reads it, runs it, writes its trace. Quick: some minutes, few products.
Run run_national(Size size, unsigned workers) {
    Overrides overrides;
    if (size == Size::quick) {
        overrides = with_products(605);
        overrides.push_back({"time.start", "2025-11-10T19:50:00+08:00"});
        overrides.push_back({"time.horizon", "12 min"});
    }
    const TemporaryFolder folder;
    sim::EngineOptions options;
    options.workers = workers;
    const Stopwatch watch;
    const Spec spec = load(national, overrides);
    sim::Recorder recorder(folder.path / "trace.h5");
    models::Model model(*spec, options, recorder);
    const auto result = model.run();
    return watch.stop(static_cast<double>(result.orders), result.report.digest.total);
}

Benchmark national_day(Size size) {
    Benchmark benchmark{"national-10m", {}, ""};
    for (const unsigned workers : {1U, 2U}) {
        benchmark.contenders.push_back(
            {"national-10m", workers, "orders/s", [=] { return run_national(size, workers); }});
    }
    return benchmark;
}

/// The national day of another size.
struct DaySize {
    double million_orders = 10;
    unsigned sites = 1215, products = 20'000;
};

/// Copies the first `rows` rows of a table of scenarios/data.
void write_head(const std::filesystem::path& to, const std::string& table, unsigned rows) {
    std::ifstream from(std::string(SPATE_SOURCE_DIR) + "/scenarios/data/" + table);
    std::ofstream file(to);
    std::string line;
    for (unsigned n = 0; n <= rows && std::getline(from, line); ++n)
        file << line << '\n';
    if (!file.flush())
        throw std::runtime_error("cannot write " + to.string());
}

/// Orders, and the capacities that go with them.
void add_volume(double million_orders, Overrides& overrides) {
    const double times = million_orders / 10;
    overrides.push_back({"demand[0].orders", fmt::format("{}k/day", 8300 * times)});
    overrides.push_back({"demand[1].orders", fmt::format("{}k/day", 1570 * times)});
    overrides.push_back({"sessions[0].orders", fmt::format("{}k", 600 * times)});
    overrides.push_back({"sites[3].stages.receive", fmt::format("{}k units/h", 300 * times)});
    overrides.push_back({"sites[3].stages.pick", fmt::format("{}k units/h", 70 * times)});
    overrides.push_back({"sites[3].stages.pack", fmt::format("{}k orders/h", 55 * times)});
    overrides.push_back({"sites[4].stages.pick", fmt::format("{}k units/h", 30 * times)});
    overrides.push_back({"sites[4].stages.pack", fmt::format("{}k orders/h", 24 * times)});
    overrides.push_back({"sites[5].stages.pick.servers", fmt::format("{:.0f}", std::ceil(8 * times))});
    overrides.push_back({"sites[5].stock.units", fmt::format("{:.0f}", std::ceil(12 * times))});
    overrides.push_back(
        {"policies.replenish[4].use.base_stock.units", fmt::format("{:.0f} units", std::ceil(12 * times))});
}

/// Five pickup points for each front warehouse, as in the scenario; suppliers and RDCs stay.
Run run_day(DaySize day, Size size, unsigned workers) {
    if (size == Size::quick)
        day = {day.million_orders / 100, std::min(day.sites, 200U), std::max(day.products / 20, 605U)};
    constexpr unsigned suppliers_and_rdcs = 15;
    const unsigned fronts = (day.sites - suppliers_and_rdcs) / 6;
    const TemporaryFolder folder;
    const auto fronts_file = folder.path / "fronts.csv", pickups_file = folder.path / "pickups.csv";
    write_head(fronts_file, "national-fronts.csv", fronts);
    write_head(pickups_file, "national-pickups.csv", day.sites - suppliers_and_rdcs - fronts);
    Overrides overrides = with_products(day.products);
    overrides.push_back({"sites[4].from", fronts_file.string()});
    overrides.push_back({"sites[5].from", pickups_file.string()});
    add_volume(day.million_orders, overrides);
    if (size == Size::quick) {
        overrides.push_back({"time.start", "2025-11-10T19:56:00+08:00"});
        overrides.push_back({"time.horizon", "8 min"});
    }
    const Stopwatch watch;
    const Spec spec = load(national, overrides);
    const double loading = watch.seconds();
    Run run = run_model(*spec, workers);
    run.loading_seconds = loading;
    return run;
}

struct Cost {
    double size = 0;
    Isolated run;
};

/// Exponent of the growth between two sizes: 1 is proportional.
double growth(double before, double after, const Cost& from, const Cost& to) {
    return std::log(after / before) / std::log(to.size / from.size);
}

/// Prints one line; returns whether time and memory grew at most in proportion to the size since the line before.
bool print_cost(const DaySize& day, const Cost& cost, const Cost* before) {
    const auto& [run, peak_mb] = cost.run;
    fmt::print("{:>8} {:>6} {:>9} {:>12.0f} {:>8.1f} {:>8.1f} {:>8.1f} {:>10.2f} {:>9.0f} {:>10.0f}",
               fmt::format("{} M", day.million_orders),
               day.sites,
               day.products,
               run.amount,
               run.loading_seconds,
               run.seconds,
               run.cpu_seconds,
               run.cpu_seconds / run.amount * 1e6,
               peak_mb,
               peak_mb * 1e6 / run.amount);
    constexpr double most = 1.1;
    bool is_linear = true;
    if (before != nullptr) {
        const double time = growth(before->run.run.cpu_seconds, run.cpu_seconds, *before, cost);
        const double memory = growth(before->run.peak_mb, peak_mb, *before, cost);
        is_linear = time <= most && memory <= most;
        fmt::print("  time ^{:.2f}, memory ^{:.2f}{}", time, memory, is_linear ? "" : "  FASTER THAN THE SIZE");
    }
    fmt::print("\n");
    std::fflush(stdout);
    return is_linear;
}

}  // namespace

std::vector<Entry> national_benchmarks() {
    return {{"double-eleven-2d", double_eleven}, {"national-10m", national_day}};
}

bool print_scaling(Size size, unsigned workers) {
    fmt::print("{:>8} {:>6} {:>9} {:>12} {:>8} {:>8} {:>8} {:>10} {:>9} {:>10}  growth with the size\n",
               "orders",
               "sites",
               "products",
               "placed",
               "load s",
               "run s",
               "CPU s",
               "CPU us/o",
               "peak MB",
               "bytes/o");
    const std::vector<std::vector<DaySize>> columns = {
        {{1, 1215, 20'000}, {3, 1215, 20'000}, {10, 1215, 20'000}, {30, 1215, 20'000}},
        {{10, 50, 20'000}, {10, 200, 20'000}, {10, 800, 20'000}},
        {{10, 1215, 5'000}, {10, 1215, 20'000}, {10, 1215, 100'000}}};
    bool is_linear = true;
    for (std::size_t column = 0; column < columns.size(); ++column) {
        std::optional<Cost> before;
        for (const DaySize& day : columns[column]) {
            const std::array sizes = {
                day.million_orders, static_cast<double>(day.sites), static_cast<double>(day.products)};
            const Cost cost{sizes[column], run_isolated([&] { return run_day(day, size, workers); })};
            is_linear = print_cost(day, cost, before ? &*before : nullptr) && is_linear;
            before = cost;
        }
    }
    return is_linear || size == Size::quick;
}

}  // namespace spate::bench
