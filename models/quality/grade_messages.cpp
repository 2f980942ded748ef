#include "models/quality/grade_messages.hpp"

#include "sim/snapshot/archive.hpp"

namespace spate::models {

void VerdictNews::digest(sim::Digest& digest) const {
    for (const auto& each : verdicts) {
        const std::uint64_t units =
            static_cast<std::uint64_t>(each.tested) << 20 ^ static_cast<std::uint64_t>(each.defective);
        digest.add(
            sim::mix(std::uint64_t{each.supplier} << 32 | each.product, units << 2 | each.failed << 1 | each.counts));
    }
}

void VerdictNews::save_state(sim::StateWriter& archive) {
    sim::block(archive, verdicts);
}

void VerdictNews::load_state(sim::StateReader& archive) {
    sim::block(archive, verdicts);
}

void GradeNotice::digest(sim::Digest& digest) const {
    for (const auto& each : changes)
        digest.add(
            sim::mix(std::uint64_t{each.product} << 8 | each.level, static_cast<std::uint64_t>(each.seen * 1e9)));
}

void GradeNotice::save_state(sim::StateWriter& archive) {
    sim::block(archive, changes);
}

void GradeNotice::load_state(sim::StateReader& archive) {
    sim::block(archive, changes);
}

}  // namespace spate::models
