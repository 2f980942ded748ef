#pragma once

#include "sim/snapshot/archive.hpp"
#include "models/spec_prices.hpp"

/// How rules of prices are archived; see models/spec_archive.hpp.
namespace spate::models {

template <class Archive>
void serialize(Archive& archive, PriceRuleSpec::Step& s) {
    archive(s.cover, s.share);
}

template <class Archive>
void serialize(Archive& archive, PriceRuleSpec& s) {
    archive(s.products, s.every, s.offset, s.steps, s.elasticity);
}

}  // namespace spate::models
