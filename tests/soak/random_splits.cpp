#include "tests/soak/random_splits.hpp"

#include <algorithm>

#include "tests/soak/dice.hpp"

namespace spate::test {

namespace {

using namespace models;

SupplyScoreSpec make_score(Dice& dice, sim::Duration run) {
    SupplyScoreSpec score;
    score.every = dice.span(sim::hour, run);
    score.offset = sim::Duration{dice.moment(sim::day).us};
    score.over = dice.whole(1, 12);
    score.defective = {dice.real(0, 1), dice.real(0.01, 1)};
    score.late = {dice.real(0.1, 1), dice.real(0.01, 1)};
    score.within = dice.span(sim::minute, sim::day * 3);
    score.trial = dice.chance(0.5) ? dice.real(0, 0.6) : 0;
    score.drop_below = dice.chance(0.5) ? dice.real(0, 1) : 0;
    score.drop_failed = dice.whole(0, 2);
    score.drop_for = dice.chance(0.5) ? dice.span(sim::hour, run) : sim::Duration{};
    return score;
}

}  // namespace

void add_supply_splits(ModelSpec& spec, std::uint64_t seed) {
    Dice dice(seed ^ 0x51);
    for (auto& rule : spec.replenish) {
        std::vector<Index> lanes{rule.lane};
        for (Index lane = 0; lane < spec.lanes.size(); ++lane) {
            const auto& kept = spec.sites[spec.lanes[lane].from].assortment;
            const bool is_source =
                lane != rule.lane && !spec.lanes[lane].to_market && spec.lanes[lane].to == rule.site
                && std::includes(kept.begin(), kept.end(), rule.products.begin(), rule.products.end());
            if (is_source)
                lanes.push_back(lane);
        }
        if (rule.sense || lanes.size() < 2 || dice.chance(0.2))
            continue;
        auto& split = rule.split.emplace();
        double sum = 0;
        for (const Index lane : lanes)
            sum += split.sources.emplace_back(SupplySplitSpec::Source{lane, dice.real(0.05, 1)}).share;
        for (auto& source : split.sources)
            source.share /= sum;
        if (dice.chance(0.7))
            split.score = make_score(dice, spec.warm_up + spec.horizon);
    }
}

}  // namespace spate::test
