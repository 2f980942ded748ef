#pragma once

#include <vector>

#include "sim/engine/event.hpp"
#include "models/base/messages.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// An order that its customer has begun to return, or will.
struct ReturnNotice {
    Order order;
    Time delivered, started;
    std::uint32_t desk = 0;
    ReturnReason reason = ReturnReason::other;
    bool is_unfetched = false;  ///< from a pick-up point: nobody has come for it
};

/// Returns of one desk, on their way to the centre that will handle them: news, not yet goods.
struct ReturnBatch final : sim::Payload {
    static constexpr std::uint16_t type = 100, priority = priority::receipt;
    std::vector<ReturnNotice> returns;
    Money turnover = 0;  ///< of the desk since its last news, where the centre has a fund [micro-currency]

    void digest(sim::Digest& digest) const override;

    void clear() override {
        returns.clear();
        turnover = 0;
    }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// A return centre to itself.
struct ReturnTick {
    static constexpr std::uint16_t type = 101, priority = priority::depart;

    enum : std::uint64_t { wave, special, outlet, reshelve };

    std::uint64_t which = wave;
};

}  // namespace spate::models
