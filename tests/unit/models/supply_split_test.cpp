#include "models/policies/supply_split.hpp"

#include <cmath>
#include <memory>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

#include "sim/snapshot/archive.hpp"
#include "sim/snapshot/memory_stream.hpp"

using namespace spate;
using namespace spate::models;

namespace {

const auto day = [](std::int64_t n) { return sim::Time{sim::day.us * n}; };

SupplySplitSpec split_of(const std::vector<double>& shares) {
    SupplySplitSpec spec;
    for (std::uint32_t s = 0; s < shares.size(); ++s)
        spec.sources.push_back({s, shares[s]});
    return spec;
}

SupplyScoreSpec by_defects() {
    SupplyScoreSpec score;
    score.defective = {1, 0.1};
    score.every = sim::day;
    score.over = 4;
    return score;
}

std::vector<double> random_shares(std::mt19937_64& random) {
    std::vector<double> shares(2 + random() % 4);
    for (double& share : shares)
        share = 0.01 + static_cast<double>(random() % 1000);
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares)
        share /= sum;
    return shares;
}

/// Orders of two products on these days, half of each delivered at once; now and then a defective unit. Returns the
/// parts.
std::vector<Units> trade(SupplySplit& split, std::int64_t from, std::int64_t to) {
    std::vector<Units> all;
    for (std::int64_t d = from; d < to; ++d) {
        for (const std::size_t product : {0U, 1U}) {
            const auto parts = split.divide(product, 7 + d % 3);
            for (std::size_t s = 0; s < parts.size(); ++s) {
                split.note_order(s, product, parts[s], day(d));
                split.note_arrival(s, product, parts[s] / 2, day(d));
                split.note_test(s, {parts[s], s == 0 && d % 4 == 0 ? 1 : 0});
                all.push_back(parts[s]);
            }
        }
        split.judge(day(d), true);
    }
    return all;
}

template <class Archive, class Stream>
void archive_in(Stream& stream, SupplySplit& split) {
    Archive archive(stream);
    archive(split);
}

}  // namespace

TEST_CASE("parts of orders are whole, add up, and stay within a unit of the shares for ever") {
    std::mt19937_64 random(71);
    for (int round = 0; round < 50; ++round) {
        const std::vector<double> shares = random_shares(random);
        const SupplySplitSpec spec = split_of(shares);
        SupplySplit split(spec, 2);
        std::vector<Units> had(shares.size());
        Units all = 0;
        for (int order = 0; order < 400; ++order) {
            const Units quantity = static_cast<Units>(random() % (round % 2 == 0 ? 3 : 1'000'000));
            const auto parts = split.divide(1, quantity);
            all += quantity;
            REQUIRE(std::accumulate(parts.begin(), parts.end(), Units{0}) == quantity);
            for (std::size_t s = 0; s < parts.size(); ++s) {
                REQUIRE(parts[s] >= 0);
                had[s] += parts[s];
                const double due = shares[s] * static_cast<double>(all);
                REQUIRE(std::abs(static_cast<double>(had[s]) - due) < static_cast<double>(shares.size()));
            }
        }
    }
}

TEST_CASE("equal parts of decimal shares: who is written first gets the odd unit") {
    const SupplySplitSpec spec = split_of({0.4, 0.3, 0.3});
    SupplySplit split(spec, 1);
    const std::vector<std::vector<Units>> expected{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}};
    for (const auto& parts : expected) {
        const auto got = split.divide(0, 1);
        CHECK(std::vector<Units>(got.begin(), got.end()) == parts);
    }
    const auto ten = split.divide(0, 5);  // what is owed: 0, 0.5 more for the second, the third waits for its unit
    CHECK(std::vector<Units>(ten.begin(), ten.end()) == std::vector<Units>{2, 1, 2});
}

TEST_CASE("shares are agreed share times score, and nobody falls below the trial share") {
    SupplySplitSpec spec = split_of({0.5, 0.3, 0.18, 0.02});
    spec.score = by_defects();
    spec.score->trial = 0.1;
    SupplySplit split(spec, 1);
    CHECK_FALSE(split.judge(day(1), true));
    split.note_test(0, {100, 5});   // score 0.5
    split.note_test(1, {100, 20});  // score 0: the trial share
    split.note_test(3, {10, 9});    // its agreed share is below the trial share: that is the least
    CHECK(split.judge(day(2), true));
    CHECK(split.score(0, day(2)) == Approx(0.5));
    CHECK(split.share(1) == Approx(0.1));
    CHECK(split.share(3) == Approx(0.02));
    const double rest = 1 - 0.1 - 0.02;
    CHECK(split.share(0) == Approx(rest * 0.25 / (0.25 + 0.18)));
    CHECK(split.share(2) == Approx(rest * 0.18 / (0.25 + 0.18)));
}

TEST_CASE("old batches are forgotten, and if all sources are worth nothing the agreed shares hold") {
    SupplySplitSpec spec = split_of({0.5, 0.3, 0.18, 0.02});
    spec.score = by_defects();
    SupplySplit split(spec, 1);
    split.note_test(1, {100, 20});
    CHECK(split.score(1, day(1)) == 0);
    for (int batch = 0; batch < 4; ++batch)
        split.note_test(1, {50, 0});
    split.judge(day(3), true);
    CHECK(split.score(1, day(3)) == 1);
    for (std::size_t s = 0; s < 4; ++s) {
        for (int batch = 0; batch < 4; ++batch)
            split.note_test(s, {10, 10});
    }
    split.judge(day(4), true);
    for (std::size_t s = 0; s < 4; ++s)
        CHECK(split.share(s) == Approx(spec.sources[s].share));
}

TEST_CASE("what is ordered first arrives first; what is overdue is late before it comes") {
    SupplySplitSpec spec = split_of({0.5, 0.5});
    spec.score.emplace();
    spec.score->late = {1, 0.5};
    spec.score->within = sim::day * 2;
    spec.score->every = sim::day;
    SupplySplit split(spec, 2);
    split.note_order(0, 0, 10, day(0));
    split.note_order(0, 0, 10, day(1));
    split.note_order(0, 1, 30, day(1));
    CHECK(split.score(0, day(2)) == 1);  // due, not overdue
    CHECK(split.score(0, day(2) + sim::second) == 0);
    split.note_arrival(0, 0, 14, day(3));  // ten are late, four are not
    CHECK(split.totals(0, day(3)).late == 10);
    CHECK(split.score(0, day(3)) == 0);  // 10 of 14
    split.note_arrival(0, 1, 30, day(3));
    CHECK(split.score(0, day(3)) == Approx(1 - 10.0 / 44 / 0.5));
    CHECK(split.score(0, day(4)) == Approx(1 - 16.0 / 50 / 0.5));  // six are overdue
    split.note_arrival(0, 0, 100, day(9));                         // more than was ordered: the rest is no rule's
    CHECK(split.totals(0, day(9)).late == 16);
}

TEST_CASE("the worst are dropped first, one always stays, and who comes back begins anew") {
    SupplySplitSpec spec = split_of({0.5, 0.3, 0.2});
    spec.score = by_defects();
    spec.score->drop_failed = 2;
    spec.score->drop_for = sim::day * 10;
    SupplySplit split(spec, 1);
    split.note_test(0, {10, 1, true});
    split.note_test(0, {10, 0, true, false});  // tested whole: does not count
    CHECK_FALSE(split.is_dropped(0));
    for (std::size_t s = 0; s < 3; ++s) {
        split.note_test(s, {100, static_cast<Units>(s), true});
        split.note_test(s, {100, static_cast<Units>(s), true});
    }
    split.judge(day(5), true);
    CHECK_FALSE(split.is_dropped(0));  // 1 of 220 is the best, beside 2 of 200 and 4 of 200
    CHECK(split.is_dropped(1));
    CHECK(split.is_dropped(2));
    CHECK(split.share(0) == 1);
    split.start_measuring(day(8));
    CHECK(split.totals(2, day(9)).dropped == sim::day);
    split.judge(day(15), true);
    CHECK(split.totals(2, day(30)).dropped == sim::day * 7);
    CHECK(split.totals(2, day(30)).drops == 0);
    CHECK(split.score(2, day(15)) == 1);
}

TEST_CASE("a source that was dropped for lateness begins anew, whatever it still owes") {
    SupplySplitSpec spec = split_of({0.5, 0.5});
    spec.score.emplace();
    spec.score->late = {1, 0.5};
    spec.score->within = sim::day;
    spec.score->drop_below = 0.5;
    spec.score->drop_for = sim::day * 5 + sim::hour;
    SupplySplit split(spec, 1);
    split.note_order(1, 0, 30, day(0));
    CHECK(split.judge(day(2), true));
    CHECK(split.is_dropped(1));
    CHECK(split.next_return() == day(7) + sim::hour);
    CHECK_FALSE(split.judge(day(7), true));
    CHECK(split.judge(day(7) + sim::hour, false));
    CHECK(split.share(1) == Approx(0.5));
    CHECK(split.next_return() == sim::end_of_time);
    CHECK_FALSE(split.judge(day(8), true));
    split.note_order(1, 0, 10, day(8));
    split.note_arrival(1, 0, 35, day(10));  // thirty old ones, and five of the new ones, late
    CHECK(split.totals(1, day(10)).late == 5);
    CHECK(split.totals(1, day(10)).dropped == sim::day * 5 + sim::hour);
}

TEST_CASE("forks: lateness counts what is on order, and shares and drops are as is said now") {
    SupplySplitSpec plain = split_of({0.5, 0.5}), scored = plain;
    scored.score = by_defects();
    scored.score->late = {1, 0.5};
    scored.score->within = sim::day * 2;
    const auto fork = [](const SupplySplit& from, const SupplySplitSpec& to) {
        SupplySplit saved = from;
        sim::MemoryOutput out;
        archive_in<sim::StateWriter>(out, saved);
        const std::string text = out.take();
        sim::MemoryInput in(text);
        auto split = std::make_unique<SupplySplit>(to, 1);
        archive_in<sim::StateReader>(in, *split);
        split->resume(day(20));
        return split;
    };
    SupplySplit base(plain, 1);
    base.note_order(1, 0, 36, day(19));
    const auto judged = fork(base, scored);
    CHECK(judged->share(1) == 0.5);
    judged->note_arrival(1, 0, 36, day(22));
    CHECK(judged->totals(1, day(22)).late == 36);
    CHECK(judged->judge(day(22), true));
    CHECK(fork(*judged, plain)->share(0) == 0.5);

    scored.score->drop_failed = 1;
    SupplySplit strict(scored, 1);
    strict.note_test(1, {10, 0, true});
    strict.judge(day(5), true);
    CHECK(strict.next_return() == sim::end_of_time);
    SupplySplitSpec milder = scored;
    milder.score->drop_for = sim::day * 18;
    CHECK(fork(strict, milder)->next_return() == day(23));
    milder.score->drop_failed = 0;
    CHECK(fork(strict, milder)->next_return() == day(5));  // at once
    CHECK(fork(strict, scored)->next_return() == sim::end_of_time);
}

TEST_CASE("a split is saved and goes on as it was; other agreed shares hold at once") {
    SupplySplitSpec spec = split_of({0.7, 0.3});
    spec.score = by_defects();
    spec.score->late = {1, 0.5};
    spec.score->within = sim::day;
    SupplySplit whole(spec, 2), first(spec, 2), second(spec, 2);
    trade(whole, 0, 10);
    trade(first, 0, 10);
    sim::MemoryOutput out;
    archive_in<sim::StateWriter>(out, first);
    const std::string text = out.take();
    sim::MemoryInput in(text);
    archive_in<sim::StateReader>(in, second);
    second.resume(day(10));
    CHECK(trade(second, 10, 30) == trade(whole, 10, 30));

    SupplySplitSpec other = split_of({0.2, 0.8});
    SupplySplit fork(other, 2);
    sim::MemoryInput again(text);
    archive_in<sim::StateReader>(again, fork);
    fork.resume(day(10));
    CHECK(fork.share(0) == Approx(0.2));
    CHECK(fork.divide(0, 10)[1] == 8);
}
