#include <catch2/catch.hpp>

#include "sim/snapshot/archive.hpp"
#include "sim/snapshot/memory_stream.hpp"
#include "models/model.hpp"
#include "models/spec_archive.hpp"

namespace spate::models {

namespace {

// Whoever adds a member must list it in spec_archive.hpp, and flip it below.
static_assert(sizeof(void*) != 8 || sizeof(SupplySplitSpec) == 128);
static_assert(sizeof(void*) != 8 || sizeof(SupplyScoreSpec) == 96);

/// A rule with another value of one member, archived and read back.
template <class Change>
void check(Change&& change) {
    ModelSpec spec;
    spec.replenish.resize(1);
    spec.replenish[0].split = SupplySplitSpec{{{1, 0.5}, {2, 0.5}}, SupplyScoreSpec{}};
    const std::string before = archived(spec);
    change(*spec.replenish[0].split);
    const std::string after = archived(spec);
    CHECK(after != before);
    sim::MemoryInput in(after);
    sim::StateReader archive(in);
    ModelSpec read;
    archive(read);
    CHECK(archived(read) == after);
}

template <class Change>
void check_score(Change&& change) {
    check([&](SupplySplitSpec& split) { change(*split.score); });
}

}  // namespace

TEST_CASE("every part of a rule with several sources is archived") {
    check([](SupplySplitSpec& s) { s.sources[1].lane = 9; });
    check([](SupplySplitSpec& s) { s.sources[1].share = 9; });
    check([](SupplySplitSpec& s) { s.score.reset(); });
    check_score([](SupplyScoreSpec& s) { s.defective.weight = 9; });
    check_score([](SupplyScoreSpec& s) { s.defective.worst = 9; });
    check_score([](SupplyScoreSpec& s) { s.late.weight = 9; });
    check_score([](SupplyScoreSpec& s) { s.late.worst = 9; });
    check_score([](SupplyScoreSpec& s) { s.within = Duration{9}; });
    check_score([](SupplyScoreSpec& s) { s.over = 9; });
    check_score([](SupplyScoreSpec& s) { s.every = Duration{9}; });
    check_score([](SupplyScoreSpec& s) { s.offset = Duration{9}; });
    check_score([](SupplyScoreSpec& s) { s.trial = 9; });
    check_score([](SupplyScoreSpec& s) { s.drop_below = 9; });
    check_score([](SupplyScoreSpec& s) { s.drop_failed = 9; });
    check_score([](SupplyScoreSpec& s) { s.drop_for = Duration{9}; });
}

}  // namespace spate::models
