// The desk's copies of the sites' stock: changed one by one, compared with the truth for the books.

#include <algorithm>
#include <cstdlib>

#include "models/desk/order_desk.hpp"

namespace spate::models {

void OrderDesk::Source::make_own() {
    own = view->available;
    own_withheld = view->withheld;
    view.reset();
    point_at_own();
}

void OrderDesk::Source::point_at_own() {
    available = own.data();
    withheld = own_withheld.empty() ? nullptr : own_withheld.data();
}

void OrderDesk::Source::forget_promises(std::uint64_t seen) {
    for (; promises_known < seen; ++promises_known) {
        const Promise& promise = promises[first_promise++];
        promised_near(promise.position) -= promise.units;
    }
    if (first_promise == promises.size() || first_promise > 4096) {
        promises.erase(promises.begin(), promises.begin() + static_cast<std::ptrdiff_t>(first_promise));
        first_promise = 0;
    }
}

/// A fresh copy of a site's stock: promises the site has seen are in it.
void OrderDesk::on_view(sim::Context& context, sim::Event& event) {
    auto update = event.take<ViewUpdate>();
    Source& source = sources_[update->source];
    source.set_view(update->stock);
    source.forget_promises(update->promises_seen);
    context.recycle(std::move(update));
}

/// What has changed of a site's stock. Where messages were lost before, a copy may say less than nothing.
void OrderDesk::on_changes(sim::Context& context, sim::Event& event) {
    auto message = event.take<StockChanges>();
    Source& source = sources_[message->source];
    for (const auto& change : message->changes)
        source.own[static_cast<std::size_t>(change.position)] += change.units;
    for (const auto& level : message->withheld)
        source.own_withheld[static_cast<std::size_t>(level.position)] = level.units;
    source.forget_promises(message->promises_seen);
    context.recycle(std::move(message));
}

/// An order is lost or refused for good: because others have what it wanted, or though it had been shown?
void OrderDesk::note_lost(const Order& order) {
    if (!is_measured(order) || !(has_parts_ || looks_ == asks_))
        return;
    const bool is_stale = asks_ && looks_ && order.refused, is_kept_back = order.withheld || is_withheld(order);
    score_.units_withheld += is_kept_back ? order.quantity : 0;
    if (order.lines > 1) {  // the order counts if nothing of it is shipped
        OpenBasket& basket = open_baskets_.at(order.first_number());
        basket.is_stale |= is_stale;
        basket.is_withheld |= is_kept_back;
        return;
    }
    score_.stale += is_stale;
    score_.withheld += is_kept_back;
}

/// True if a source had enough for the order as far as the desk knows, but not for this channel.
bool OrderDesk::is_withheld(const Order& order) const {
    return std::any_of(sources_.begin(), sources_.end(), [&](const Source& source) {
        const std::int32_t position = source.withheld == nullptr ? -1 : source.assortment->position(order.product);
        if (position < 0)
            return false;
        const std::int64_t all = std::int64_t{source.available[position]} + source.withheld[position];
        if (all < order.quantity)
            return false;
        const std::int64_t own = source.available[position] - source.promised_units(position);
        return own < order.quantity && own + source.withheld[position] >= order.quantity;
    });
}

/// Counts how well the desk knows the stock, if it sells on a copy. At a sample.
void OrderDesk::compare_views() {
    if (!looks_ || sources_.empty())
        return;
    const auto this_channel = static_cast<Index>(&channel_ - frame_.spec.channels.data());
    ++knowledge_.samples;
    for (const auto& source : sources_) {
        if (!source.is_unlimited)
            compare_view(source, source.there->available_to(this_channel, there_));
    }
}

/// Adds one site to what is known: view − own promises beside the stock that is there.
void OrderDesk::compare_view(const Source& source, std::span<const std::int32_t> there) {
    known_.assign(source.available, source.available + there.size());
    for (std::size_t i = source.first_promise; i < source.promises.size(); ++i)
        known_[static_cast<std::size_t>(source.promises[i].position)] -= source.promises[i].units;
    const double tolerance = *frame_.spec.trace.views_within;
    for (std::size_t p = 0; p < there.size(); ++p) {
        const std::int64_t gap = known_[p] - there[p];
        ++knowledge_.stocks;
        knowledge_.known += static_cast<double>(std::abs(gap)) <= tolerance * there[p];
        knowledge_.hidden += known_[p] <= channel_.hold_back ? there[p] : 0;
        knowledge_.excess += std::max<std::int64_t>(gap, 0);
    }
}

void OrderDesk::write_view_summary(Time end) const {
    if (knowledge_.samples == 0)
        return;
    writer_.row(frame_.tables.view_summary,
                end,
                {std::int64_t{index_},
                 knowledge_.samples,
                 knowledge_.stocks,
                 knowledge_.known,
                 knowledge_.hidden,
                 knowledge_.excess});
}

}  // namespace spate::models
