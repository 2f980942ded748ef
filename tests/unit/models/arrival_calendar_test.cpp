#include "models/demand/arrival_calendar.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace spate;
using models::ArrivalCalendar;
using sim::Duration;
using sim::Time;

namespace {

using Arrival = std::pair<Time, std::uint32_t>;

/// A calendar and, beside it, the plainest thing that does the same.
class Pair {
  public:
    Pair(std::uint64_t number, std::uint32_t streams, Duration width)
        : number_(number)
        , width_(width)
        , calendar_(streams, width)
        , drawn_(streams) {
        for (std::uint32_t s = 0; s < streams; ++s)
            set(s, following(s, {0}));
    }

    /// Takes up to `end` from both; ended streams are set again now and then.
    void take_before(Time end) {
        std::vector<Arrival> taken, expected;
        auto drawn = drawn_;
        while (!model_.empty() && model_.begin()->first < end) {
            const auto [at, stream] = *model_.begin();
            expected.emplace_back(at, stream);
            model_.erase(model_.begin());
            insert(stream, following(stream, at));
        }
        drawn_.swap(drawn);
        Time bucket{0};
        calendar_.take_before(end, [&](std::uint32_t stream, Time at) {
            REQUIRE(at.us / width_.us >= bucket.us / width_.us);  // buckets come in the order of time
            bucket = at;
            taken.emplace_back(at, stream);
            return following(stream, at);
        });
        std::sort(taken.begin(), taken.end());
        std::sort(expected.begin(), expected.end());
        REQUIRE(taken == expected);
        check_next();
        for (std::uint32_t s = 0; s < drawn_.size(); ++s) {
            if (std::find(ended_.begin(), ended_.end(), s) != ended_.end() && draw(s, 3).below(4) == 0) {
                ended_.erase(std::find(ended_.begin(), ended_.end(), s));
                set(s, end + Duration{draw(s, 2).below(static_cast<std::uint32_t>(width_.us) * 3)});
            }
        }
        check_next();
    }

    void check_next() const {
        REQUIRE(calendar_.next() == (model_.empty() ? sim::end_of_time : model_.begin()->first));
    }

    std::size_t size() const { return model_.size(); }

  private:
    sim::RandomStream draw(std::uint32_t stream, std::uint16_t purpose) {
        return {{number_, 0}, stream, purpose, drawn_[stream]};
    }

    /// The same draw whichever of the two asks: zero, within the bucket, near, beyond the ring, or never.
    Time following(std::uint32_t stream, Time after) {
        ++drawn_[stream];
        auto random = draw(stream, 1);
        const auto width = static_cast<std::uint32_t>(width_.us);
        switch (random.below(8)) {
            case 0: return after + (drawn_[stream] % 4 == 0 ? width_ * 5000 : Duration{0});
            case 1:
            case 2: return after + Duration{random.below(width)};
            case 3:
            case 4: return after + Duration{random.below(20 * width)};
            case 5: return after + width_ * (1000 + random.below(60));
            case 6: return after + width_ * random.below(4000) + Duration{random.below(width)};
            default: return random.below(4) == 0 ? sim::end_of_time : after + width_;
        }
    }

    void insert(std::uint32_t stream, Time at) {
        if (at == sim::end_of_time) {
            ended_.push_back(stream);
        } else {
            model_.emplace(at, stream);
        }
    }

    void set(std::uint32_t stream, Time at) {
        calendar_.set(stream, at);
        insert(stream, at);
    }

    std::uint64_t number_;
    Duration width_;
    ArrivalCalendar calendar_;
    std::multimap<Time, std::uint32_t> model_;
    std::vector<std::uint32_t> drawn_, ended_;
};

}  // namespace

TEST_CASE("an arrival calendar gives the same arrivals as a sorted map") {
    for (std::uint64_t number = 0; number < 60; ++number) {
        sim::RandomStream random({11, 0}, number, 1);
        const Duration width{1 + random.below(number % 3 == 0 ? 4 : 1000)};
        Pair pair(number, 1 + random.below(60), width);
        pair.check_next();
        Time end{0};
        for (int step = 0; step < 60; ++step) {
            switch (random.below(5)) {
                case 0: end += Duration{random.below(3)}; break;
                case 1: end += width; break;
                case 2: end += Duration{random.below(static_cast<std::uint32_t>(width.us) * 50)}; break;
                case 3: end = Time{(end.us / width.us + 1) * width.us}; break;  // exactly the end of a bucket
                default: end += width * random.below(3000); break;
            }
            pair.take_before(end);
        }
    }
}

TEST_CASE("an arrival that follows in the same bucket is taken at once, later ones stay") {
    ArrivalCalendar calendar(1, Duration{100});
    calendar.set(0, {5});
    std::vector<std::int64_t> taken;
    const auto take = [&](std::uint32_t, Time at) {
        taken.push_back(at.us);
        return Time{at.us + 30};
    };
    calendar.take_before({66}, take);
    CHECK(taken == std::vector<std::int64_t>{5, 35, 65});
    CHECK(calendar.next() == Time{95});
    calendar.take_before({95}, take);  // the end itself is not taken
    CHECK(taken.size() == 3);
    calendar.take_before({96}, take);
    CHECK(taken.back() == 95);
    CHECK(calendar.next() == Time{125});
}

TEST_CASE("a calendar without streams or whose streams have ended has no next arrival") {
    CHECK(ArrivalCalendar(0, sim::minute).next() == sim::end_of_time);
    ArrivalCalendar calendar(2, sim::minute);
    calendar.set(0, sim::end_of_time);
    calendar.set(1, {1'000'000'000'000});
    CHECK(calendar.next() == Time{1'000'000'000'000});
    calendar.take_before({1'000'000'000'001}, [](std::uint32_t, Time) { return sim::end_of_time; });
    CHECK(calendar.next() == sim::end_of_time);
}

TEST_CASE("an arrival before what has been taken already is a caller's mistake") {
    ArrivalCalendar calendar(1, Duration{10});
    calendar.take_before({1000}, [](std::uint32_t, Time) { return sim::end_of_time; });
    CHECK_THROWS_AS(calendar.set(0, {900}), std::logic_error);
    CHECK_THROWS_AS(ArrivalCalendar(1, Duration{0}), std::logic_error);
}
