// Messages: their content, written and read.

#include "models/base/messages.hpp"

#include "models/base/messages_archive.hpp"

namespace spate::models {

void OrderBatch::save_state(sim::StateWriter& archive) {
    sim::block(archive, orders);
}

void OrderBatch::load_state(sim::StateReader& archive) {
    sim::block(archive, orders);
}

void OutcomeBatch::save_state(sim::StateWriter& archive) {
    archive(site);
    sim::block(archive, outcomes);
    sim::block(archive, batches);
}

void OutcomeBatch::load_state(sim::StateReader& archive) {
    archive(site);
    sim::block(archive, outcomes);
    sim::block(archive, batches);
}

void ViewUpdate::save_state(sim::StateWriter& archive) {
    archive(source, promises_seen, stock);
}

void ViewUpdate::load_state(sim::StateReader& archive) {
    archive(source, promises_seen, stock);
}

void StockChanges::save_state(sim::StateWriter& archive) {
    archive(source, promises_seen);
    sim::block(archive, changes);
    sim::block(archive, withheld);
}

void StockChanges::load_state(sim::StateReader& archive) {
    archive(source, promises_seen);
    sim::block(archive, changes);
    sim::block(archive, withheld);
}

template <class Line, std::uint16_t Type, std::uint16_t Priority>
void LineBatch<Line, Type, Priority>::save_state(sim::StateWriter& archive) {
    archive(lane, sent);
    sim::block(archive, lines);
}

template <class Line, std::uint16_t Type, std::uint16_t Priority>
void LineBatch<Line, Type, Priority>::load_state(sim::StateReader& archive) {
    archive(lane, sent);
    sim::block(archive, lines);
}

template struct LineBatch<OrderedUnits, message_type::replenish_order, priority::order>;
template struct LineBatch<ProductQuantity, message_type::shipment, priority::receipt>;

}  // namespace spate::models
