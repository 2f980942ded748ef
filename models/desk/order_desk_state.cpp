// OrderDesk: its state, written and read.

#include <algorithm>

#include "sim/base/check.hpp"
#include "models/base/messages_archive.hpp"
#include "models/desk/order_desk.hpp"

namespace spate::models {

template <class Archive>
void OrderDesk::Source::serialize(Archive& archive) {
    SPATE_EXPECT(pending == nullptr);
    archive(delivered, view, first_promise, promises_known, promised);
    sim::block(archive, own);
    sim::block(archive, own_withheld);
    sim::block(archive, promises);
}

/// Everything but the customers and the sources.
template <class Archive>
void OrderDesk::serialize(Archive& archive) {
    archive(counted_, span_, numbered_, ledger_, placed_, orders_sent_, outcomes_received_, closed_here_);
    archive(placed_since_, lost_since_, cancelled_since_, steps_, lost_total_, cancelled_total_, delivered_total_);
    archive(
        shipped_total_, flows_, period_, due_, given_up_since_, given_up_total_, term_ticks_, units_return_started_);
    if (presale_)
        archive(*presale_);
    archive(withdrawn_since_, withdrawn_total_);
    if (pickup_)
        archive(*pickup_);
    if (cancellation_)
        archive(*cancellation_);
    if (sold_batches_)
        archive(*sold_batches_);
    if (grades_)
        archive(*grades_);
    if (prices_)
        archive(*prices_);
    archive(cereal::binary_data(&score_, sizeof score_));
    sim::plain(archive, knowledge_);
    sim::block(archive, batch_);
    sim::block(archive, placed_earlier_);
    sim::block(archive, delivery_times_);
    sim::block(archive, quoted_times_);
    archive(further_lines_, refusals_, session_sales_);
    std::vector<std::uint32_t> numbers;
    std::vector<OpenBasket> baskets;
    for (const auto& [number, basket] : open_baskets_) {
        numbers.push_back(number);
        baskets.push_back(basket);
    }
    sim::block(archive, numbers);
    sim::block(archive, baskets);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        open_baskets_[numbers[i]] = baskets[i];
}

void OrderDesk::save_state(sim::StateWriter& archive) {
    customers_.save_state(archive);
    for (auto& source : sources_)
        archive(source);
    serialize(archive);
    std::vector<Order> unsold(unsold_.begin(), unsold_.end()), open = sampled_open_.all();
    std::sort(open.begin(), open.end(), [](const Order& a, const Order& b) { return a.number < b.number; });
    sim::block(archive, unsold);
    sim::block(archive, open);
    if (groups_)
        groups_->save_state(archive);
}

void OrderDesk::load_state(sim::StateReader& archive) {
    customers_.load_state(archive);
    for (auto& source : sources_) {
        // A channel that had a live view knows the opening stock until the first copy comes.
        const auto opening = source.view;
        archive(source);
        source.set_view(source.view == nullptr ? opening : source.view);
        if (is_told_changes(channel_))
            source.point_at_own();
    }
    serialize(archive);
    std::vector<Order> unsold, open;
    sim::block(archive, unsold);
    sim::block(archive, open);
    unsold_.assign(unsold.begin(), unsold.end());
    sampled_open_ = {};
    for (const auto& order : open)
        sampled_open_.add(order);
    if (groups_)
        groups_->load_state(archive);
}

}  // namespace spate::models
