// A stage whose jobs may leave the queue before they start.

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "models/sites/stage.hpp"

#include "tests/unit/models/spec_builder.hpp"

using namespace spate;
using namespace spate::models;
using test::at_seconds;

namespace {

constexpr Duration work = sim::second * 70;

/// A job's stay in the queue, as it ought to be.
struct Stay {
    Job job;
    Time leaves;  ///< if it has not started by then
    Time until;   ///< end of the stay: it starts or leaves
    bool starts = false;

    bool waits_at(Time at) const { return job.ready < at && until >= at && until > job.ready; }

    Duration wait() const { return std::max(until - job.ready, Duration{}); }

    bool has_left() const { return !starts && until > job.ready; }
};

/// Sixty jobs within fifty minutes, two of three of which leave at some time. In order of arrival each takes the server
/// that is free first, unless it has left by then.
std::vector<Stay> random_stays(sim::RandomStream& random, std::uint32_t servers) {
    std::vector<Stay> stays(60);
    for (std::uint64_t key = 0; key < stays.size(); ++key) {
        Stay& stay = stays[key];
        stay.job.order.key = key;
        stay.job.order.quantity = 1;
        stay.job.released = stay.job.ready = at_seconds(random.below(3000));
        stay.leaves = random.below(3) == 0 ? sim::end_of_time : at_seconds(random.below(3600));
    }
    // Keys ascend already.
    std::stable_sort(
        stays.begin(), stays.end(), [](const Stay& a, const Stay& b) { return a.job.ready < b.job.ready; });
    std::multiset<Time> free;
    for (std::uint32_t s = 0; s < servers; ++s)
        free.insert(Time{0});
    for (Stay& stay : stays) {
        const Time start = std::max(*free.begin(), stay.job.ready);
        stay.starts = start < stay.leaves;
        stay.until = std::min(start, stay.leaves);
        if (!stay.starts)
            continue;
        free.erase(free.begin());
        free.insert(start + work);
    }
    return stays;
}

std::int64_t waiting(const std::vector<Stay>& stays, Time at) {
    return std::count_if(stays.begin(), stays.end(), [at](const Stay& stay) { return stay.waits_at(at); });
}

/// The same with a stage, that is looked at now and then.
class Played {
  public:
    Played(const std::vector<Stay>& stays, std::uint32_t servers)
        : stage(test::stage("pack", servers, Distribution::constant(work.seconds())), {1, 0}, 1)
        , stays_(stays) {
        for (const Stay& stay : stays)
            leaves_[stay.job.order.key] = stay.leaves;
    }

    void advance(Time to) {
        for (; next_ < stays_.size() && stays_[next_].job.ready <= to; ++next_)
            stage.push(stays_[next_].job);
        stage.advance_or_leave(
            to,
            [&](const Job& done, Time, Duration) { started[done.order.key] = done.ready - work; },
            [&](const Order& order) { return leaves_[order.key]; },
            [&](const Job& gone) { CHECK(left.emplace(gone.order.key, gone.ready).second); });
    }

    Stage stage;
    std::map<std::uint64_t, Time> started, left;

  private:
    const std::vector<Stay>& stays_;
    std::map<std::uint64_t, Time> leaves_;
    std::size_t next_ = 0;
};

}  // namespace

TEST_CASE("a queue that jobs leave: its figures are those of the stays counted one by one") {
    sim::RandomStream random({9, 0}, 3, 1);
    std::int64_t all_left = 0;
    for (int trial = 0; trial < 300; ++trial) {
        const std::uint32_t servers = 1 + random.below(3);
        const auto stays = random_stays(random, servers);
        Played played(stays, servers);
        for (Time now{0}; now < at_seconds(9000); now = now + sim::second * (1 + random.below(300))) {
            played.advance(now - sim::microsecond);
            REQUIRE(played.stage.waiting(now) == waiting(stays, now));
        }
        std::map<std::uint64_t, Time> started, left;
        std::int64_t longest = 0, gone = 0;
        Wide waited = 0, waited_in_vain = 0;
        for (const Stay& stay : stays) {
            (stay.starts ? started : left)[stay.job.order.key] = stay.until;
            longest = std::max(longest, waiting(stays, stay.job.ready + sim::microsecond));
            gone += stay.has_left();
            waited += stay.wait().us;
            waited_in_vain += stay.has_left() ? stay.wait().us : 0;
        }
        CHECK(played.started == started);
        CHECK(played.left == left);
        const StageTotals totals = played.stage.totals(at_seconds(10'000));
        CHECK(totals.max_waiting == longest);
        CHECK(totals.left == gone);
        CHECK((totals.waiting_us == waited && totals.wait_of_left_us == waited_in_vain));
        CHECK(totals.arrivals == static_cast<std::int64_t>(started.size()) + gone);
        all_left += gone;
    }
    CHECK(all_left > 200);
}
