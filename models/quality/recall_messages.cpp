#include "models/quality/recall_messages.hpp"

#include "models/base/list_message_archive.hpp"

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

template struct ListMessage<Recalled, 104>;

}  // namespace spate::models
