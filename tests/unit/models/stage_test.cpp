#include "models/sites/stage.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/distribution.hpp"
#include "sim/snapshot/archive.hpp"

#include "tests/support/queue_theory.hpp"
#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;

namespace {

struct Passed {
    Time ready, start, end;
};

using Journal = std::map<std::uint64_t, Passed>;  ///< by order key

Job job(std::uint64_t key, Time ready, std::uint32_t quantity) {
    Job job;
    job.order.key = key;
    job.order.quantity = quantity;
    job.released = job.ready = ready;
    return job;
}

bool comes_first(const Job& a, const Job& b) {
    return a.ready != b.ready ? a.ready < b.ready : a.order.key < b.order.key;
}

/// Until this time there are so many servers.
struct Before {
    Time until{INT64_MIN};
    std::uint32_t servers = 0;
};

/// The queue as one would play it with pebbles: every instant at which something happens, servers freed before they are
/// taken. The work of a job is its pieces times the constant work of the stage.
Journal play(const StageSpec& spec, std::vector<Job> jobs, Before before = {}) {
    std::sort(jobs.begin(), jobs.end(), comes_first);
    Journal journal;
    std::set<Time> instants{before.until};
    for (const auto& each : jobs)
        instants.insert(each.ready);
    std::deque<Job> queue;
    std::multiset<Time> busy;
    std::size_t next = 0;
    while (!instants.empty()) {
        const Time now = *instants.begin();
        const std::uint32_t servers = now < before.until ? before.servers : spec.servers;
        while (next < jobs.size() && jobs[next].ready == now)
            queue.push_back(jobs[next++]);
        for (;;) {
            busy.erase(busy.begin(), busy.upper_bound(now));
            if (queue.empty() || (servers != 0 && busy.size() >= servers))
                break;
            const Job& first = queue.front();
            const double pieces = spec.per == StageSpec::Per::unit ? first.order.quantity : 1;
            const Time end = spec.calendar.advance(now, spec.work.mean() * pieces);
            journal[first.order.key] = {first.ready, now, end};
            busy.insert(end);
            instants.insert(end);
            queue.pop_front();
        }
        instants.erase(now);
    }
    return journal;
}

struct Case {
    StageSpec spec;
    std::vector<Job> jobs;
    Journal expected;
    Time end;  ///< all is done before
};

/// Up to 80 jobs in four hours, some at one instant, some of no work, with servers that rest some of the hours.
Case random_case(std::uint64_t number) {
    sim::RandomStream random({5, 0}, number, 1);
    Case result;
    result.spec = test::stage("pick", random.below(5), Distribution::constant(50));
    result.spec.per = random.below(4) == 0 ? StageSpec::Per::order : StageSpec::Per::unit;
    if (random.below(2) == 0) {
        std::vector<WeeklyProfile::Segment> segments{{Duration{0}, 1}};
        for (int h = 1; h < 24; ++h)
            segments.push_back({sim::minute * (30 * h), random.below(3) == 0 ? 0 : 0.5 * (1 + random.below(3))});
        result.spec.calendar = WeeklyProfile(segments, sim::hour);
    }
    const bool is_coarse = random.below(2) == 0;
    for (std::uint32_t n = 1 + random.below(80); n > 0; --n) {
        const Time ready{is_coarse ? (sim::minute * (10 * random.below(24))).us : sim::second.us * random.below(14400)};
        result.jobs.push_back(job(sim::mix(number, n), ready, 1 + random.below(8)));
    }
    result.expected = play(result.spec, result.jobs);
    for (const auto& [key, passed] : result.expected)
        result.end = std::max(result.end, passed.end + sim::second);
    return result;
}

/// Gives the stage every job that comes before `until`, or a little later, in the order of the list (which is any), and
/// works them off.
class Feeder {
  public:
    explicit Feeder(const Case& c, Duration early = {})
        : stage(c.spec, {1, 0}, 99)
        , jobs_(c.jobs)
        , is_given_(c.jobs.size())
        , early_(early) {}

    void advance(Time until) {
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            if (is_given_[i] || jobs_[i].ready > until + early_)
                continue;
            is_given_[i] = true;
            stage.push(jobs_[i]);
        }
        stage.advance(until, [&](const Job& done) { ends[done.order.key] = done.ready; });
    }

    /// Goes on at `now` with the state of another, which may be of another scenario.
    void go_on_from(Feeder& other, Time now) {
        std::stringstream stream;
        {
            sim::StateWriter writer(stream);
            other.stage.serialize(writer);
        }
        sim::StateReader reader(stream);
        stage.serialize(reader);
        stage.resume(now);
        is_given_ = other.is_given_;
        ends = other.ends;
    }

    Stage stage;
    std::map<std::uint64_t, Time> ends;

  private:
    const std::vector<Job>& jobs_;
    std::vector<bool> is_given_;
    Duration early_;
};

std::int64_t clipped(Time from, Time to, Time low, Time high) {
    return std::max<std::int64_t>((std::min(to, high) - std::max(from, low)).us, 0);
}

/// What the totals of [from, end) must be, from the journal alone.
StageTotals totals_of(const Journal& journal, Time from, Time end) {
    StageTotals totals;
    for (const auto& [key, passed] : journal) {
        if (passed.ready >= end)
            continue;
        totals.waiting_us += clipped(passed.ready, passed.start, from, end);
        totals.service_us += clipped(passed.start, passed.end, from, end);
        const bool is_done = passed.end < end, is_started = passed.start < end;
        totals.completed += is_done && passed.end >= from;
        if (passed.ready < from)
            continue;
        ++totals.arrivals;
        totals.starts += is_started;
        totals.waited += is_started && passed.start > passed.ready;
        totals.wait_of_started_us += is_started ? (passed.start - passed.ready).us : 0;
        totals.time_of_completed_us += is_done ? (passed.end - passed.ready).us : 0;
    }
    return totals;
}

/// Integral of the calendar over the times of service within [from, end), in seconds, from the journal alone.
double work_of(const Case& c, Time from, Time end) {
    double seconds = 0;
    for (const auto& [key, passed] : c.expected) {
        const Time low = std::max(passed.start, from), high = std::min(passed.end, end);
        seconds += low < high ? c.spec.calendar.integral(low, high) : 0;
    }
    return seconds;
}

/// The number in the queue just after the events of instant `t`.
std::int64_t queue_at(const Journal& journal, Time t) {
    std::int64_t number = 0;
    for (const auto& [key, passed] : journal)
        number += passed.ready <= t && passed.start > t;
    return number;
}

std::int64_t longest_queue(const Journal& journal, Time end) {
    std::int64_t longest = 0;
    for (const auto& [key, passed] : journal) {
        if (passed.ready < end)
            longest = std::max(longest, queue_at(journal, passed.ready));
    }
    return longest;
}

/// The area under the number in the queue, as a step function between the instants at which it changes.
Wide area_of_queue(const Journal& journal, Time from, Time end) {
    std::set<Time> instants{from, end};
    for (const auto& [key, passed] : journal) {
        for (const Time t : {passed.ready, passed.start}) {
            if (t > from && t < end)
                instants.insert(t);
        }
    }
    Wide area = 0;
    for (auto t = instants.begin(); std::next(t) != instants.end(); ++t)
        area += static_cast<Wide>(queue_at(journal, *t)) * (*std::next(t) - *t).us;
    return area;
}

bool is_equal(const StageTotals& a, const StageTotals& b) {
    return a.arrivals == b.arrivals && a.starts == b.starts && a.completed == b.completed && a.waited == b.waited
           && a.waiting_us == b.waiting_us && a.service_us == b.service_us
           && a.wait_of_started_us == b.wait_of_started_us && a.time_of_completed_us == b.time_of_completed_us;
}

/// Waits of a queue with Poisson arrivals and exponential work, in units of the mean work: mean over all jobs and share
/// that waited.
struct Waits {
    double mean = 0, share = 0;
};

Waits simulate_markov_queue(std::uint32_t servers, double load, int jobs) {
    const auto spec = test::stage("serve", servers, Distribution::exponential(60));
    Stage stage(spec, {2025, 0}, 1);
    sim::RandomStream random({2025, 0}, 77, 1);
    Time ready{0};
    for (int i = 0; i < jobs; ++i) {
        ready += sim::from_seconds(60 * sim::sample_unit_exponential(random) / (load * servers));
        stage.push(job(static_cast<std::uint64_t>(i), ready, 1));
        stage.advance(ready, [](const Job&) {});
    }
    const Time end = ready + sim::week;
    stage.advance(end - sim::microsecond, [](const Job&) {});
    const auto totals = stage.totals(end);
    REQUIRE(totals.completed == jobs);
    return {static_cast<double>(totals.wait_of_started_us) / 60e6 / jobs, static_cast<double>(totals.waited) / jobs};
}

}  // namespace

TEST_CASE("jobs end exactly when an event by event simulation says, whatever the steps of advance") {
    for (std::uint64_t number = 0; number < 400; ++number) {
        const Case c = random_case(number);
        sim::RandomStream random({5, 0}, number, 2);
        for (int attempt = 0; attempt < 4; ++attempt) {
            Feeder feeder(c);
            for (Time t{0}; attempt > 0 && t < c.end;
                 t += Duration{random.below(attempt == 1 ? 900'000'000 : 90'000'000)}) {
                feeder.advance(t);
                for (const auto& [key, passed] : c.expected)
                    REQUIRE(feeder.ends.count(key) == (passed.start <= t));
            }
            feeder.advance(c.end);
            REQUIRE(feeder.ends.size() == c.expected.size());
            for (const auto& [key, end] : feeder.ends)
                REQUIRE(end == c.expected.at(key).end);
            REQUIRE(feeder.stage.is_empty());
            REQUIRE(feeder.stage.completed() == static_cast<std::int64_t>(c.jobs.size()));
        }
    }
}

TEST_CASE("a stage knows how many wait and are served just before any instant") {
    for (std::uint64_t number = 0; number < 200; ++number) {
        const Case c = random_case(number);
        sim::RandomStream random({5, 0}, number, 3);
        Feeder feeder(c, sim::minute * random.below(20));
        Time at{0};
        while (at < c.end) {
            at += random.below(2) == 0 ? sim::minute * 10 - Duration{at.us % (sim::minute * 10).us}
                                       : Duration{1 + random.below(900'000'000)};
            feeder.advance(at - sim::microsecond);
            std::int64_t waiting = 0, serving = 0, completed = 0;
            for (const auto& [key, passed] : c.expected) {
                waiting += passed.ready < at && passed.start >= at;
                serving += passed.start < at && passed.end >= at;
                completed += passed.end < at;
            }
            REQUIRE(feeder.stage.waiting(at) == waiting);
            REQUIRE(feeder.stage.in_service(at) == serving);
            REQUIRE(feeder.stage.completed() == completed);
        }
    }
}

TEST_CASE("the totals of a stage are those of its jobs, whenever the measured time begins and ends") {
    for (std::uint64_t number = 0; number < 300; ++number) {
        const Case c = random_case(number);
        sim::RandomStream random({5, 0}, number, 4);
        Feeder feeder(c, sim::minute * random.below(20));
        Time from{0};
        if (random.below(3) > 0) {
            from = Time{sim::second.us * random.below(9000)};
            feeder.advance(from - sim::microsecond);
            feeder.stage.start_measuring(from);
        }
        for (Time end = from + sim::microsecond; end < c.end; end += sim::second * (1 + random.below(3000))) {
            feeder.advance(end - sim::microsecond);
            REQUIRE(is_equal(feeder.stage.totals(end), totals_of(c.expected, from, end)));
        }
        feeder.advance(c.end - sim::microsecond);
        REQUIRE(is_equal(feeder.stage.totals(c.end), totals_of(c.expected, from, c.end)));
    }
}

TEST_CASE("the work of a stage is the open time of its servers' jobs, and no more than the capacity") {
    for (std::uint64_t number = 0; number < 300; ++number) {
        const Case c = random_case(number);
        sim::RandomStream random({5, 0}, number, 8);
        Feeder feeder(c);
        const Time from{sim::second.us * random.below(9000)};
        const Time end = from + sim::second * (1 + random.below(9000));
        feeder.advance(from - sim::microsecond);
        feeder.stage.start_measuring(from);
        feeder.advance(end - sim::microsecond);
        const double work = feeder.stage.totals(end).work_seconds;
        // Ends of jobs are rounded up to the microsecond.
        REQUIRE(work == Approx(work_of(c, from, end)).margin(1e-5 * static_cast<double>(c.jobs.size())));
        if (c.spec.servers > 0)
            REQUIRE(work <= c.spec.servers * c.spec.calendar.integral(from, end) + 1e-5);
    }
}

TEST_CASE("Little's law holds as an identity of whole numbers") {
    for (std::uint64_t number = 0; number < 200; ++number) {
        const Case c = random_case(number);
        sim::RandomStream random({5, 0}, number, 5);
        Feeder feeder(c);
        const Time from{sim::second.us * random.below(7200)};
        const Time end = from + sim::second * (1 + random.below(14400));
        feeder.advance(from - sim::microsecond);
        feeder.stage.start_measuring(from);
        feeder.advance(end - sim::microsecond);
        REQUIRE(feeder.stage.totals(end).waiting_us == area_of_queue(c.expected, from, end));
        if (end < c.end)
            continue;
        // Nothing is left over: the area is the sum of the waits of those that came, λ·W·T = L·T.
        Wide carried = 0;
        for (const auto& [key, passed] : c.expected)
            carried += passed.ready < from ? clipped(passed.ready, passed.start, from, end) : 0;
        REQUIRE(feeder.stage.totals(end).waiting_us == feeder.stage.totals(end).wait_of_started_us + carried);
    }
}

TEST_CASE("the longest queue of a stage that has worked all off is that of the event by event simulation") {
    for (std::uint64_t number = 0; number < 300; ++number) {
        const Case c = random_case(number);
        Feeder feeder(c);
        for (Time t{0}; number % 2 == 0 && t < c.end; t += sim::minute * 7)
            feeder.advance(t);
        feeder.advance(c.end - sim::microsecond);
        REQUIRE(feeder.stage.totals(c.end).max_waiting == longest_queue(c.expected, c.end));
    }
}

TEST_CASE("the longest queue counts jobs that still wait at the end") {
    for (std::uint64_t number = 0; number < 300; ++number) {
        const Case c = random_case(number);
        const Time end = at_seconds(7200);
        Feeder feeder(c);
        feeder.advance(end - sim::microsecond);
        REQUIRE(feeder.stage.totals(end).max_waiting == longest_queue(c.expected, end));
    }
}

TEST_CASE("a stage without a limit of servers never lets a job wait") {
    auto spec = test::stage("pick", 0, Distribution::constant(100));
    Stage stage(spec, {1, 0}, 1);
    for (std::uint64_t i = 0; i < 1000; ++i)
        stage.push(job(i, Time{static_cast<std::int64_t>(i / 100)}, 1));
    std::size_t done = 0;
    stage.advance(at_seconds(50), [&](const Job& each) {
        REQUIRE(each.ready == Time{static_cast<std::int64_t>(each.order.key / 100)} + sim::second * 100);
        ++done;
    });
    CHECK(done == 1000);
    CHECK(stage.in_service(at_seconds(50)) == 1000);
    stage.advance(at_seconds(200), [](const Job&) {});
    const auto totals = stage.totals(at_seconds(200));
    CHECK(totals.waiting_us == 0);
    CHECK(totals.waited == 0);
    CHECK(totals.max_waiting == 0);
    CHECK(totals.service_us == Wide{1000} * 100'000'000);
}

TEST_CASE("a stage that goes on with another number of servers has them from then on") {
    int changed = 0;
    for (std::uint64_t number = 0; number < 3000; ++number) {
        sim::RandomStream random({5, 0}, number, 2);
        const Case after = random_case(number);
        Case before = after;
        before.spec.servers = random.below(5);
        const Time fork{sim::second.us * random.below(20'000)};
        const Journal expected = play(after.spec, after.jobs, {fork, before.spec.servers});
        Feeder first(before), second(after);
        first.advance(Time{static_cast<std::int64_t>(static_cast<double>(fork.us) * random.uniform())});
        second.go_on_from(first, fork);
        for (Time now = fork; now < after.end + sim::hour * 2; now += sim::second * (1 + random.below(3000)))
            second.advance(now);
        second.advance(sim::end_of_time - sim::day);
        INFO(number << ": " << before.spec.servers << ", then " << after.spec.servers);
        for (const auto& [key, passed] : expected)
            REQUIRE(second.ends.at(key) == passed.end);
        changed += after.spec.servers != before.spec.servers && fork < after.end;
    }
    CHECK(changed > 1500);
}

TEST_CASE("random work belongs to the order and the stage, not to the queue") {
    auto spec = test::stage("pick", 0, Distribution::exponential(60));
    spec.per = StageSpec::Per::unit;
    const auto time_of = [&](std::uint64_t stage_key, std::uint64_t order, std::uint32_t quantity, bool is_busy) {
        Stage stage(spec, {1, 0}, stage_key);
        if (is_busy)
            stage.push(job(1000, {0}, 3));
        stage.push(job(order, {5}, quantity));
        std::int64_t took = 0;
        stage.advance({5}, [&](const Job& done) {
            if (done.order.key == order)
                took = (done.ready - Time{5}).us;
        });
        return took;
    };
    CHECK(time_of(1, 7, 2, false) == time_of(1, 7, 2, true));
    CHECK(time_of(1, 7, 2, false) != time_of(2, 7, 2, false));
    CHECK(time_of(1, 7, 2, false) != time_of(1, 8, 2, false));
    CHECK(time_of(1, 7, 3, false) > time_of(1, 7, 2, false));  // the same pieces and one more
    double sum = 0;
    for (std::uint64_t order = 0; order < 10'000; ++order)
        sum += static_cast<double>(time_of(3, order, 4, false)) / 1e6;
    CHECK(std::abs(sum / 10'000 - 240) < 4 * 60 * std::sqrt(4.0 / 10'000));  // 4 standard errors
}

TEST_CASE("waits in M/M/1 and M/M/c are those of theory") {
    // Error of the means: 400,000 jobs, correlated over about 2/(1-√ρ)² of them: below 1.5 % (one standard error).
    const auto single = simulate_markov_queue(1, 0.7, 400'000);
    CHECK(single.mean == Approx(0.7 / 0.3).epsilon(0.04));
    CHECK(single.share == Approx(0.7).epsilon(0.01));
    const auto triple = simulate_markov_queue(3, 0.75, 400'000);
    CHECK(triple.share == Approx(test::erlang_c(3, 0.75)).epsilon(0.02));
    CHECK(triple.mean == Approx(test::erlang_c(3, 0.75) / (3 * 0.25)).epsilon(0.04));
    CHECK(test::erlang_c(1, 0.7) == Approx(0.7));
}

TEST_CASE("a job queue gives its jobs by time, then by key, in whatever order they came") {
    sim::RandomStream random({5, 0}, 1, 6);
    JobQueue queue;
    std::vector<Job> model;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        if (random.below(100) < 52) {
            const Time ready{static_cast<std::int64_t>(i) * (random.below(10) > 0) + random.below(30)};
            model.push_back(job(random.bits32(), ready, 1));
            queue.push(model.back());
        } else if (!model.empty()) {
            const auto first = std::min_element(model.begin(), model.end(), comes_first);
            REQUIRE(queue.top().ready == first->ready);
            REQUIRE(queue.top().order.key == first->order.key);
            queue.pop();
            model.erase(first);
        }
        REQUIRE(queue.size() == model.size());
        REQUIRE(queue.is_empty() == model.empty());
    }
    std::size_t visited = 0;
    queue.for_each([&](const Job&) { ++visited; });
    CHECK(visited == model.size());
}
