#include <cstdio>

#include "models/record/peak_calendar.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using test::Run;

namespace {

constexpr std::int64_t minute_us = sim::minute.us;

/// The chain with a show on the second and the third day, a way of half an hour to one market, promises, short patience
/// and a lack of goods, recorded by the minute.
ModelSpec busy_chain() {
    auto builder = test::chain();
    auto& spec = builder.spec;
    spec.trace.peaks_every = sim::minute;
    spec.sessions[0].repeat_every = sim::hour * 25;
    spec.sessions[0].repeat_times = 2;
    spec.sessions[0].lift = 60;
    spec.channels[1].promise = sim::hour * 5;
    spec.channels[0].patience = sim::hour;
    for (auto& lane : spec.lanes) {
        if (lane.to_market && lane.to == 0)
            lane.transit = Distribution::gamma(1800, 0.4);
    }
    return builder.spec;
}

const char* const flows_of_sites[] = {"received", "shipped", "refused"};

std::string grid_of(const std::string& flow) {
    const bool is_site =
        std::find(std::begin(flows_of_sites), std::end(flows_of_sites), flow) != std::end(flows_of_sites);
    if (is_site)
        return "/series/sites/orders_" + flow;
    return "/series/desks/" + (flow == "released" ? "placed" : flow);
}

/// A column of a grid, summed over its entities: by sample.
std::map<std::int64_t, std::int64_t> national(const Run& run, const std::string& column) {
    const auto times = run.integers(column.substr(0, column.rfind('/')) + "/time"), cells = run.integers(column);
    const std::size_t entities = cells.size() / times.size();
    std::map<std::int64_t, std::int64_t> sums;
    for (std::size_t i = 0; i < cells.size(); ++i)
        sums[times[i / entities]] += cells[i];
    return sums;
}

/// Every minute of the peaks adds up to the grids, and every state is what the flows make of the one before.
void check_against_grids(const Run& run, Duration every, Duration step, Time end) {
    const auto times = run.integers("/series/minutes/time");
    const auto sample_of = [&](std::int64_t at) { return std::min(((at - 1) / every.us + 1) * every.us, end.us); };
    for (std::size_t i = 0; i < times.size(); ++i) {
        REQUIRE((times[i] % step.us == 0 || times[i] == end.us));
        REQUIRE((i == 0 || times[i] > times[i - 1]));
    }
    std::map<std::string, std::vector<std::int64_t>> columns;
    for (const std::string flow :
         {"released", "delivered", "lost", "cancelled", "late", "received", "shipped", "refused"}) {
        INFO(flow);
        columns[flow] = run.integers("/series/minutes/" + flow);
        std::map<std::int64_t, std::int64_t> sums;
        for (std::size_t i = 0; i < times.size(); ++i)
            sums[sample_of(times[i])] += columns[flow][i];
        const auto grid = national(run, grid_of(flow));
        for (const auto& [at, sum] : sums)
            CHECK(sum == grid.at(at));
        CHECK(std::any_of(columns[flow].begin(), columns[flow].end(), [](auto n) { return n > 0; }));
    }
    for (const auto& [state, grid] : {std::pair("open", "/series/desks/open"),
                                      std::pair("in_process", "/series/sites/in_process"),
                                      std::pair("backordered", "/series/sites/backordered")}) {
        INFO(state);
        const auto values = run.integers(std::string("/series/minutes/") + state);
        const auto samples = national(run, grid);
        for (std::size_t i = 0; i < times.size(); ++i) {
            REQUIRE(values[i] >= 0);
            if (times[i] == sample_of(times[i]))
                CHECK(values[i] == samples.at(times[i]));
            const std::int64_t before = times[i] - step.us;
            if (before > 0 && times[i] != end.us && (i == 0 || times[i - 1] != before)) {
                // The first minute of a peak goes on from the sample before.
                const std::int64_t change =
                    columns["released"][i] - columns["lost"][i] - columns["cancelled"][i] - columns["delivered"][i];
                if (state == std::string("open"))
                    CHECK(values[i] == samples.at(before) + change);
            }
        }
    }
}

}  // namespace

TEST_CASE("peaks are whole sample periods from half an hour before a broadcast to three hours after it") {
    ModelSpec spec;
    spec.horizon = sim::day * 2;
    spec.trace.peaks_every = sim::minute * 5;
    const auto periods = [&] {
        const PeakCalendar calendar(spec);
        std::vector<std::int64_t> found;
        for (std::int64_t period = -2; period < 60; ++period) {
            if (calendar.has(period))
                found.push_back(period);
        }
        CHECK(calendar.all_steps() == 12 * static_cast<std::int64_t>(found.size()));
        return found;
    };
    CHECK(PeakCalendar(spec).is_empty());
    SessionSpec session;
    session.start = Time{(sim::hour * 10 + sim::minute * 30).us};
    session.lasts = sim::minute * 30;
    session.decay = sim::hour;
    spec.sessions = {session};
    CHECK(periods() == std::vector<std::int64_t>{10, 11, 12, 13});
    spec.sessions[0].start += sim::microsecond;
    CHECK(periods() == std::vector<std::int64_t>{10, 11, 12, 13, 14});
    spec.sessions[0].start = Time{sim::hour.us};
    CHECK(periods() == std::vector<std::int64_t>{0, 1, 2, 3, 4});
    spec.sessions[0].start = Time{0};
    spec.sessions[0].repeat_every = sim::hour * 46;
    spec.sessions[0].repeat_times = 3;
    CHECK(periods() == std::vector<std::int64_t>{0, 1, 2, 3, 45, 46, 47});
    spec.sessions.push_back(session);  // the two overlap by an hour
    spec.sessions[1].start = Time{(sim::hour * 3 + sim::minute * 29).us};
    CHECK(periods() == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 45, 46, 47});
    spec.trace.peaks_every.reset();
    CHECK(PeakCalendar(spec).is_empty());
}

TEST_CASE("the minutes of a peak add up to the grids at every sample time") {
    ModelSpec spec = busy_chain();
    const Time end{spec.horizon.us};
    const Run run(spec);
    // 100,000 s, the second one 25 h later, an hour each: from 27:16 and 52:16 to 31:46 and 56:46.
    CHECK(run.integers("/series/minutes/time").size() == 2 * 5 * 60);
    CHECK(run.integers("/series/minutes/time").front() == 27 * 60 * minute_us + minute_us);
    check_against_grids(run, sim::hour, sim::minute, end);
}

TEST_CASE("the minutes of a peak add up where the run ends in one, and with other steps and periods") {
    ModelSpec spec = busy_chain();
    spec.horizon = sim::hour * 31 + sim::minute * 20 + sim::second * 7;
    for (const auto& [every, step] : {std::pair(sim::hour, sim::minute),
                                      std::pair(sim::minute * 35, sim::minute * 7),
                                      std::pair(sim::hour * 40, sim::minute * 60),
                                      std::pair(sim::minute * 10, sim::minute * 10)}) {
        INFO(every.us << " " << step.us);
        spec.trace.series_every = every;
        spec.trace.peaks_every = step;
        const Run run(spec);
        CHECK(run.integers("/series/minutes/time").back() == spec.horizon.us);
        check_against_grids(run, every, step, Time{spec.horizon.us});
    }
}

TEST_CASE("what happens to an order in a peak is in its minute") {
    const ModelSpec spec = busy_chain();
    const Run run(spec);
    const auto times = run.integers("/series/minutes/time");
    std::map<std::int64_t, std::size_t> row_of;
    for (std::size_t i = 0; i < times.size(); ++i)
        row_of[times[i] / minute_us - 1] = i;
    const auto status = run.integers("/orders/status");
    for (const std::string what : {"shipped", "delivered"}) {
        INFO(what);
        std::vector<std::int64_t> expected(times.size());
        const auto when = run.integers("/orders/" + what);
        for (std::size_t i = 0; i < when.size(); ++i) {
            const auto row = row_of.find(when[i] / minute_us);
            const bool is_known = when[i] != no_time && when[i] < spec.horizon.us;
            if (is_known && row != row_of.end())
                ++expected[row->second];
        }
        CHECK(run.integers("/series/minutes/" + what) == expected);
    }
}

TEST_CASE("an order is placed in the minute in which its customer ordered, whenever it is released") {
    ModelSpec spec = busy_chain();
    spec.horizon = sim::hour * 31 + sim::minute * 20 + sim::second * 7;
    for (const Duration wave : {sim::minute * 10, sim::minute * 150, sim::hour * 40, Duration{0}}) {
        INFO(wave.us);
        spec.channels[0].release_every = wave;
        const Run run(spec);
        std::map<std::int64_t, std::int64_t> expected;  // by the end of the minute
        for (const std::int64_t placed : run.integers("/orders/placed"))
            ++expected[std::min((placed / minute_us + 1) * minute_us, spec.horizon.us)];
        const auto times = run.integers("/series/minutes/time"), placed = run.integers("/series/minutes/placed"),
                   released = run.integers("/series/minutes/released");
        REQUIRE(times.size() == 4 * 60 + 21);
        std::vector<std::int64_t> counted;
        for (const std::int64_t at : times)
            counted.push_back(expected[at]);
        CHECK(placed == counted);
        CHECK((placed == released) == (wave.us == 0));
        if (wave < sim::hour * 31)  // else nothing has been released
            check_against_grids(run, sim::hour, sim::minute, Time{spec.horizon.us});
    }
}

TEST_CASE("recording peaks changes nothing else, and does not depend on workers") {
    ModelSpec spec = busy_chain();
    const Run fine(spec);
    spec.trace.peaks_every.reset();
    const Run coarse(spec);
    CHECK(fine.result.report.digest.total == coarse.result.report.digest.total);
    CHECK(fine.result.report.windows <= coarse.result.report.windows + 3);
    auto all = fine.all_numbers();
    spec.trace.peaks_every = sim::minute;
    for (const std::uint32_t workers : {2U, 3U}) {
        sim::EngineOptions options;
        options.workers = workers;
        options.shards = 4;
        options.share_rounds_above_ns = 0;
        CHECK(Run(spec, options).all_numbers() == all);
    }
    std::erase_if(all, [](const auto& column) { return column.first.starts_with("/series/minutes"); });
    CHECK(coarse.all_numbers() == all);
}

namespace {

struct Snapshot {
    Time at;
    std::string archive;
};

std::map<std::string, std::vector<double>> numbers_of(const std::string& path, bool only_minutes) {
    const sim::TraceReader reader(path);
    std::map<std::string, std::vector<double>> all;
    for (const auto& table : reader.tables()) {
        for (const auto& column : table.columns) {
            const std::string name = table.path + "/" + column.name;
            if (column.type != "text" && (!only_minutes || name.starts_with("/series/minutes")))
                all[name] = reader.numbers(name);
        }
    }
    return all;
}

}  // namespace

TEST_CASE("a run resumed in the middle of a peak leaves the same minutes") {
    ModelSpec spec = busy_chain();
    spec.snapshot.every = sim::minute * 307;
    const std::string path = fmt::format("/tmp/spate_peaks_{}.h5", ::getpid());
    std::vector<Snapshot> snapshots;
    {
        sim::Recorder recorder(path);
        Model model(spec, {}, recorder);
        RunHooks hooks;
        hooks.on_snapshot = [&](Time at) { snapshots.push_back({at, model.save_state()}); };
        model.run(hooks);
    }
    const auto whole = numbers_of(path, false), minutes = numbers_of(path, true);
    const PeakCalendar calendar(spec);
    int in_peaks = 0;
    for (const auto& snapshot : snapshots) {
        INFO(snapshot.at.us);
        const auto resumed = [&](sim::PastRows past) {
            sim::Recorder recorder(path);
            Model model(spec, {}, recorder);
            model.load_state(snapshot.archive, past);
            model.run();
        };
        in_peaks += calendar.has(snapshot.at.us / sim::hour.us);
        resumed(sim::PastRows::kept);
        CHECK((numbers_of(path, false) == whole));
        resumed(sim::PastRows::left_out);
        for (const auto& [name, tail] : numbers_of(path, true)) {
            const auto& all = minutes.at(name);
            const auto& times = minutes.at("/series/minutes/time");
            const auto from = std::lower_bound(times.begin(), times.end(), static_cast<double>(snapshot.at.us));
            CHECK((tail == std::vector<double>(all.begin() + (from - times.begin()), all.end())));
        }
    }
    CHECK(in_peaks >= 2);
    std::remove(path.c_str());
}
