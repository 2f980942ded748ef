// OrderDesk: what it hears of its orders when the run is over.

#include <algorithm>

#include "models/desk/order_desk.hpp"

namespace spate::models {

void OrderDesk::hear_last(const OutcomeBatch& batch) {
    const Time now = frame_.end - sim::microsecond;
    for (std::size_t i = 0; i < batch.outcomes.size(); ++i) {
        const OrderOutcome& outcome = batch.outcomes[i];
        if (outcome.order.lines > 1) {
            i += hear_last_lines(batch, i) - 1;
            continue;
        }
        if (outcome.outcome == Outcome::refused) {
            hear_last_refused(now, {&outcome, 1});
            continue;
        }
        ++outcomes_received_;
        switch (outcome.outcome) {
            case Outcome::shipped: on_shipped(now, outcome, batch.site); break;
            case Outcome::cancelled: on_cancelled(now, outcome); break;
            case Outcome::withdrawn: close_withdrawn(now, outcome.order, outcome.released); break;
            case Outcome::refused:
            case Outcome::left_out: break;
        }
    }
}

/// An order, or lines of one, that a site has refused. They are lost where nothing else could have become of them, and
/// stay open where they would have gone on.
void OrderDesk::hear_last_refused(Time now, std::span<const OrderOutcome> refused) {
    std::vector<Order> orders;
    for (const auto& outcome : refused) {
        if (close_if_withdrawn(now, outcome)) {
            ++outcomes_received_;
        } else {
            if (!outcome.order.may_wait || outcome.order.promised)
                note_refusal(outcome.order);
            orders.push_back(outcome.order);
        }
    }
    for (const Order& order : orders) {
        if (goes_on(order, orders))
            continue;
        ++outcomes_received_;
        lose(now, order, order.may_wait && !order.promised ? order.was_promised : order.promised);
    }
}

/// Whether an order that a site has refused, or a line of one, looks for other goods or waits for its own. `lines`: it
/// and those that were refused with it.
bool OrderDesk::goes_on(const Order& order, std::span<const Order> lines) {
    if (order.may_wait && !order.promised)
        return false;  // too many wait already
    if (channel_.unmet == Unmet::backorder || !frame_.spec.substitutes.empty())
        return true;
    const bool is_whole = order.lines > 1 && leaves_whole(channel_, order);
    if (order.lines == 1 || (!is_whole && channel_.sources.split == SourcingSpec::Split::always)) {
        std::uint8_t tries = order.tries;
        const std::size_t s = is_ranked_ ? find_ranked(order, tries) : find_source(order, order.source + 1U, tries);
        return s < sources_.size();
    }
    const Candidates open = open_candidates(lines);
    return std::any_of(open.begin(), open.end(), [&](const auto& candidate) {
        const auto has = [&](const Order& line) { return frame_.is_dispensable(line) || has_line(candidate, line); };
        return is_whole ? std::all_of(lines.begin(), lines.end(), has) : has(order);
    });
}

}  // namespace spate::models
