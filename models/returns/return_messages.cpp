#include "models/returns/return_messages.hpp"

#include "sim/snapshot/archive.hpp"

namespace spate::models {

void ReturnBatch::digest(sim::Digest& digest) const {
    for (const auto& notice : returns) {
        digest.add(notice.order.fingerprint() + static_cast<std::uint64_t>(notice.reason));
        const auto started = static_cast<std::uint64_t>(notice.started.us) * 0x9E3779B97F4A7C15ULL;
        digest.add(std::uint64_t{static_cast<std::uint64_t>(notice.delivered.us) + started});
    }
    if (turnover != 0)
        digest.add(static_cast<std::uint64_t>(turnover));
}

void ReturnBatch::save_state(sim::StateWriter& archive) {
    sim::block(archive, returns);
    archive(turnover);
}

void ReturnBatch::load_state(sim::StateReader& archive) {
    sim::block(archive, returns);
    archive(turnover);
}

}  // namespace spate::models
