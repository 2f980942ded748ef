// The desk's copies of the sites' stock: changed one by one, compared with the truth for the books.

#include <algorithm>
#include <cstdlib>

#include "models/desk/order_desk.hpp"

namespace spate::models {

void OrderDesk::Source::make_own() {
    own = view->available;
    view.reset();
    available = own.data();
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

/// What has changed of a site's stock. Where messages were lost before, a copy may say less than nothing.
void OrderDesk::on_changes(sim::Context& context, sim::Event& event) {
    auto message = event.take<StockChanges>();
    Source& source = sources_[message->source];
    for (const auto& change : message->changes)
        source.own[static_cast<std::size_t>(change.position)] += change.units;
    source.forget_promises(message->promises_seen);
    context.recycle(std::move(message));
}

/// Counts how well the desk knows the stock, if it sells on a copy. At a sample.
void OrderDesk::compare_views() {
    if (asks_ || sources_.empty())
        return;
    ++knowledge_.samples;
    for (const auto& source : sources_) {
        if (!source.is_unlimited)
            compare_view(source, source.there->available());
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
