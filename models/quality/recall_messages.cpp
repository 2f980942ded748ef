#include "models/quality/recall_messages.hpp"

#include "sim/snapshot/archive.hpp"

namespace spate::models {

void QualityNews::digest(sim::Digest& digest) const {
    for (const auto& facts : batches)
        digest.add(sim::mix(facts.batch, static_cast<std::uint64_t>(facts.quantity)));
    for (const auto& units : returns)
        digest.add(sim::mix(units.key + units.units, static_cast<std::uint64_t>(units.known.us)) + units.batch);
}

void QualityNews::save_state(sim::StateWriter& archive) {
    sim::block(archive, batches);
    sim::block(archive, returns);
}

void QualityNews::load_state(sim::StateReader& archive) {
    sim::block(archive, batches);
    sim::block(archive, returns);
}

void RecallNotice::digest(sim::Digest& digest) const {
    for (const auto& each : recalled)
        digest.add(sim::mix(each.batch, std::uint64_t{each.product}));
}

void RecallNotice::save_state(sim::StateWriter& archive) {
    sim::block(archive, recalled);
}

void RecallNotice::load_state(sim::StateReader& archive) {
    sim::block(archive, recalled);
}

}  // namespace spate::models
