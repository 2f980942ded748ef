#include "models/sites/stock_feed.hpp"

#include <cmath>
#include <cstdio>
#include <sstream>
#include <vector>

#include "sim/snapshot/archive.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

ChannelSpec pushed(double lag) {
    ChannelSpec channel;
    channel.id = channel.name = "web";
    channel.view = StockView::pushed;
    channel.push_lag = Distribution::constant(lag);
    channel.view_lag = sim::from_seconds(lag);
    return channel;
}

}  // namespace

TEST_CASE("messages through a limited line wait like customers of M/D/1") {
    // Mean wait in front of a server with constant service 1/mu: rho / (2 mu (1 - rho)) (Pollaczek 1930, Khinchine
    // 1932).
    for (const double load : {0.5, 0.8, 0.9}) {
        constexpr double rate = 1000;  // messages/s that the line can take
        constexpr int messages = 2'000'000, parts = 40;
        ChannelSpec channel = pushed(0.25);
        channel.view_updates_per_second = rate;
        StockFeed feed(channel, {1, 0}, 77);
        sim::RandomStream random({3, 0}, 5, 1);
        std::vector<double> means;
        double now = 0;
        for (int part = 0; part < parts; ++part) {
            double sum = 0;
            for (int i = 0; i < messages / parts; ++i) {
                now -= std::log(1 - random.uniform()) / (load * rate);
                const auto delay = feed.send(at_seconds(now));
                REQUIRE(delay);
                sum += delay->seconds() - 0.25 - 1 / rate;
            }
            means.push_back(sum / (messages / parts));
        }
        double mean = 0, squares = 0;
        for (const double value : means)
            mean += value / parts;
        for (const double value : means)
            squares += (value - mean) * (value - mean);
        const double half_width = 2.0227 * std::sqrt(squares / (parts - 1) / parts);  // Student's t, 39 degrees, 95 %
        const double expected = load / (2 * rate * (1 - load));
        std::printf("M/D/1, load %.1f: expected wait %.6f s, got %.6f +- %.6f\n", load, expected, mean, half_width);
        // Times are whole microseconds, arrivals rounded up: up to 1 us.
        CHECK(std::abs(mean - expected) < half_width + 1e-6);
        CHECK(half_width < 0.1 * expected);
        CHECK(feed.counts().messages == messages);
        CHECK(static_cast<double>(feed.counts().delay_us) * 1e-6 / messages == Approx(mean + 0.25 + 1 / rate));
    }
}

TEST_CASE("an overloaded line falls behind by what it cannot take") {
    ChannelSpec channel = pushed(0.2);
    channel.view_updates_per_second = 50'000;
    StockFeed feed(channel, {1, 0}, 77);
    Duration last{};
    for (int i = 0; i < 100'000; ++i)
        last = *feed.send(Time{i * 10});  // 100,000 a second
    // 100,000 take 2 s; the last one comes after 0.99999 s.
    CHECK(last.seconds() == Approx(2 - 0.99999 + 0.2).margin(1e-6));
}

TEST_CASE("messages with random lags do not overtake each other and keep the shortest lag") {
    ChannelSpec channel = pushed(0.02);
    channel.push_lag = Distribution::exponential(0.5);
    StockFeed feed(channel, {1, 0}, 77);
    Time before;
    for (int i = 0; i < 10'000; ++i) {
        const Time now{i * 50'000};
        const auto delay = feed.send(now);
        REQUIRE(delay);
        REQUIRE(now + *delay >= before);
        REQUIRE(*delay >= channel.view_lag);
        before = now + *delay;
    }
    // Few and far between, the lags are those drawn: mean m exp(-f/m) + f for an exponential raised to the floor f.
    StockFeed slow(channel, {1, 0}, 78);
    double sum = 0;
    for (int i = 0; i < 40'000; ++i)
        sum += slow.send(Time{i * sim::minute.us})->seconds();
    const double expected = 0.02 + 0.5 * std::exp(-0.02 / 0.5);
    CHECK(std::abs(sum / 40'000 - expected) < 2.576 * 0.5 / 200);  // 99 %
}

TEST_CASE("the share of messages that is said is lost") {
    ChannelSpec channel = pushed(0.2);
    channel.view_loss = 0.01;
    StockFeed feed(channel, {1, 0}, 77);
    std::int64_t lost = 0;
    for (int i = 0; i < 200'000; ++i)
        lost += !feed.send(Time{i});
    CHECK(feed.counts().lost == lost);
    CHECK(std::abs(static_cast<double>(lost) - 2000) < 2.576 * std::sqrt(2000 * 0.99));  // 99 %
    CHECK(feed.send_surely(Time{300'000}) == channel.view_lag);
}

TEST_CASE("a check counts a product outside the tolerance once, until it is put right or comes back") {
    ChannelSpec channel = pushed(0.2);
    channel.view_check = ViewCheckSpec{sim::hour, 0.05, sim::minute};
    StockFeed feed(channel, {1, 0}, 77);
    const std::vector<std::int32_t> there{100, 100, 0};
    CHECK_FALSE(feed.check(there));
    const std::vector<StockChange> lost{{0, -5}, {1, -6}, {2, -1}};
    feed.note_lost(lost, Time{});
    CHECK(feed.check(there));  // 6 of 100 and 1 of 0 are too many, 5 of 100 are not
    CHECK(feed.counts().incidents == 2);
    CHECK_FALSE(feed.check(there));
    const std::vector<StockChange> found_again{{1, 1}};
    feed.note_lost(found_again, Time{});
    CHECK_FALSE(feed.check(there));  // back within the tolerance
    const std::vector<StockChange> lost_again{{1, -2}};
    feed.note_lost(lost_again, Time{});
    CHECK(feed.check(there));
    CHECK(feed.counts().incidents == 3);
    const auto repairs = feed.take_repairs();
    REQUIRE(repairs.size() == 2);
    CHECK(repairs[0].position == 1);
    CHECK(repairs[0].units == -7);
    CHECK(repairs[1].units == -1);
    CHECK(feed.counts().repaired == 2);
    CHECK_FALSE(feed.check(there));
    CHECK_FALSE(feed.needs_repair());
    CHECK(feed.take_repair(0) == -5);
    CHECK(feed.take_repair(0) == 0);
    CHECK(feed.counts().checks == 6);
}

TEST_CASE("a view that is rolled back is right as to what happened since, and as wrong as it was before") {
    ChannelSpec channel = pushed(0.2);
    channel.view_check = ViewCheckSpec{sim::hour, 0.05, sim::minute, sim::minute * 30};
    StockFeed feed(channel, {1, 0}, 77);
    const std::vector<std::int32_t> there{100, 100, 100, 100};
    const auto lose = [&](double minutes, std::int32_t position, std::int32_t units) {
        const StockChange change{position, units};
        feed.note_lost({&change, 1}, at_seconds(minutes * 60));
    };
    lose(29, 0, -10);  // too long ago when the check at 60 goes back to 30
    lose(31, 1, -20);
    lose(40, 2, -1);  // within the tolerance: no incident, but rolled back like all the rest
    lose(45, 3, -9);
    lose(50, 3, 9);
    CHECK(feed.check(there));
    CHECK(feed.counts().incidents == 2);
    lose(60.5, 1, -3);
    const auto repairs = feed.take_roll_back(at_seconds(61 * 60));
    REQUIRE(repairs.size() == 2);
    CHECK((repairs[0].position == 1 && repairs[0].units == -23));
    CHECK((repairs[1].position == 2 && repairs[1].units == -1));
    CHECK(feed.counts().repaired == 1);
    CHECK(feed.needs_repair());  // the first product is as wrong as it was
    CHECK_FALSE(feed.check(there));
    CHECK(feed.take_roll_back(at_seconds(121 * 60)).empty());
    CHECK(feed.take_repair(0) == -10);
    CHECK_FALSE(feed.check(there));
    CHECK_FALSE(feed.needs_repair());
}

TEST_CASE("a check of copies compares the last one sent") {
    ChannelSpec channel = pushed(0.2);
    channel.view = StockView::cached;
    channel.view_check = ViewCheckSpec{sim::hour, 0.1, sim::minute};
    StockFeed feed(channel, {1, 0}, 77);
    CHECK_FALSE(feed.check(std::vector<std::int32_t>{10, 10}));  // no copy was sent yet
    auto copy = std::make_shared<StockSnapshot>();
    copy->available = {10, 20};
    feed.note_copy(copy);
    CHECK_FALSE(feed.check(std::vector<std::int32_t>{10, 19}));
    CHECK(feed.check(std::vector<std::int32_t>{8, 19}));
    CHECK(feed.counts().incidents == 1);
    CHECK(feed.take_repairs().empty());
    CHECK_FALSE(feed.needs_repair());
}

TEST_CASE("a line goes on from its archived state as if nothing had happened") {
    ChannelSpec channel = pushed(0.02);
    channel.push_lag = Distribution::gamma(0.5, 2);
    channel.view_updates_per_second = 30;
    channel.view_loss = 0.2;
    channel.view_check = ViewCheckSpec{sim::hour, 0.05, sim::second, sim::second * 2};
    StockFeed whole(channel, {1, 0}, 77), other(channel, {1, 0}, 77);
    const std::vector<std::int32_t> there{1, 100};
    const auto send = [&](StockFeed& feed, int i) {
        const auto delay = feed.send(Time{i * 20'000});
        const StockChange change{i % 2, -1};
        if (!delay)
            feed.note_lost({&change, 1}, Time{i * 20'000});
        if (i % 50 == 0)
            static_cast<void>(feed.check(there));
        if (i % 90 == 0)
            static_cast<void>(i % 180 == 0 ? feed.take_roll_back(Time{i * 20'000}) : feed.take_repairs());
        return delay ? delay->us : -1;
    };
    for (int i = 0; i < 333; ++i)
        send(whole, i);
    std::stringstream text;
    {
        sim::StateWriter writer(text);
        whole.serialize(writer);
    }
    sim::StateReader reader(text);
    other.serialize(reader);
    for (int i = 333; i < 1000; ++i)
        REQUIRE(send(whole, i) == send(other, i));
    CHECK(whole.counts().incidents == other.counts().incidents);
    CHECK(whole.counts().incidents > 3);
    CHECK(whole.counts().delay_us == other.counts().delay_us);
}
