#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/event.hpp"
#include "models/base/messages.hpp"

namespace spate::models {

/// A message that is a list of plain items. Item::fingerprint() is for digests. What is declared `extern` in a header
/// is instantiated in its source with models/base/list_message_archive.hpp.
template <class Item, std::uint16_t Type>
struct ListMessage final : sim::Payload {
    static constexpr std::uint16_t type = Type, priority = priority::receipt;
    std::vector<Item> items;

    void digest(sim::Digest& digest) const override {
        for (const Item& item : items)
            digest.add(item.fingerprint());
    }

    void clear() override { items.clear(); }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

}  // namespace spate::models
