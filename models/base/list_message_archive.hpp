#pragma once

#include "sim/snapshot/archive.hpp"
#include "models/base/list_message.hpp"

namespace spate::models {

template <class Item, std::uint16_t Type>
void ListMessage<Item, Type>::save_state(sim::StateWriter& archive) {
    sim::block(archive, items);
}

template <class Item, std::uint16_t Type>
void ListMessage<Item, Type>::load_state(sim::StateReader& archive) {
    sim::block(archive, items);
}

}  // namespace spate::models
