#pragma once

#include "sim/snapshot/archive.hpp"
#include "models/spec_prices.hpp"

/// How rules of prices are archived; see models/spec_archive.hpp.
namespace spate::models {

template <class Archive>
void serialize(Archive& archive, CompetitorPriceSpec& s) {
    archive(s.product, s.from, s.price);
}

template <class Archive>
void serialize(Archive& archive, FollowSpec& s) {
    archive(s.ratio, s.floor, s.ceiling);
}

template <class Archive>
void serialize(Archive& archive, PriceRuleSpec::Step& s) {
    archive(s.cover, s.share, s.age, s.left);
}

template <class Archive>
void serialize(Archive& archive, PriceRuleSpec& s) {
    archive(s.products, s.every, s.offset, s.steps, s.elasticity, s.cross_elasticity, s.follow, s.clear_by);
}

}  // namespace spate::models
