// OrderDesk: orders of several lines are placed, split and closed.

#include <algorithm>
#include <utility>

#include "models/desk/order_desk.hpp"

namespace spate::models {

namespace {

/// The outcomes of one parcel, or of lines of one order refused together.
std::span<const OrderOutcome> lines_together(const OutcomeBatch& batch, std::size_t first) {
    const OrderOutcome& head = batch.outcomes[first];
    std::size_t end = first + 1;
    while (end < batch.outcomes.size()) {
        const OrderOutcome& next = batch.outcomes[end];
        const bool is_same = next.order.lines > 1 && next.order.first_number() == head.order.first_number()
                             && next.outcome == head.outcome && next.order.parcel == head.order.parcel;
        if (!is_same)
            break;
        ++end;
    }
    return {batch.outcomes.data() + first, end - first};
}

}  // namespace

void OrderDesk::take_basket(sim::Context& context, const CustomerOrder& customer) {
    const auto lines = number_basket(customer);
    if (is_withdrawn(context.now(), lines.front())) {
        for (const Order& line : lines)
            close_withdrawn(context.now(), line, Time{no_time});
    } else if (lines.size() == 1) {
        place(context, lines.front(), 0);
    } else {
        place_lines(context, {lines.begin(), lines.end()});
    }
}

/// Numbers the lines of a customer's order: the first counts as the order in the score. Valid until the next call.
std::span<const Order> OrderDesk::number_basket(const CustomerOrder& customer) {
    auto& basket = baskets_.fill(customer);
    if (grades_ && customer.session == 0)  // the first line is of the customer himself, and is seen
        std::erase_if(basket, [&](const CustomerOrder& line) { return !grades_->is_seen(line); });
    const auto size = static_cast<std::uint8_t>(basket.size());
    lines_.clear();
    for (std::uint8_t i = 0; i < size; ++i)
        number(lines_.emplace_back(), basket[i], i, size);
    if (size == 1)
        return lines_;
    further_lines_ += size - 1;
    if (is_measured(lines_.front())) {
        score_.placed -= size - 1;
        score_.further_lines += size - 1;
    }
    OpenBasket& open = open_baskets_[lines_.front().number];
    open.left = size;
    open.is_measured = is_measured(lines_.front());
    return lines_;
}

/// Sends lines of one order to one site that has them all in the desk's view, or splits them (SourcingSpec::split).
/// Sites that refused one of them are passed over. A site that is asked counts as having what it keeps: it takes the
/// lines that it has (all of them or none where orders are never split), and the others go on from there.
void OrderDesk::place_lines(sim::Context& context, std::vector<Order> lines) {
    const bool is_whole = leaves_whole(channel_, lines.front());
    if (!is_whole && channel_.sources.split == SourcingSpec::Split::always) {
        for (const Order& line : lines)
            place(context, line, line.refused ? line.source + 1U : 0U);
        return;
    }
    const Candidates open = open_candidates(lines);
    const auto whole = std::find_if(open.begin(), open.end(), [&](const auto& candidate) {
        return std::all_of(lines.begin(), lines.end(), [&](const Order& line) { return has_line(candidate, line); });
    });
    if (whole != open.end()) {
        for (const Order& line : lines)
            send_line(context, line, whole->source);
    } else if (is_whole) {
        place_whole(context, lines, open);
    } else {
        split(context, std::move(lines), open);
    }
}

/// The sources, ranked, that have not refused one of these lines and may be tried yet.
OrderDesk::Candidates OrderDesk::open_candidates(std::span<const Order> lines) {
    rank(lines);
    Candidates open;
    std::size_t most = most_sources_;
    for (const auto& candidate : candidates_) {
        const bool has_tried = has_refused(lines, candidate.source);
        most -= has_tried && most > 0 ? 1 : 0;
        if (!has_tried)
            open.push_back(candidate);
    }
    open.resize(std::min(open.size(), most));
    return open;
}

/// No site has the whole order, and it is not split. Without a gift that has run out it may go from the first site that
/// has the rest; where none has, a gift shares its fate.
void OrderDesk::place_whole(sim::Context& context, std::span<const Order> lines, const Candidates& open) {
    if (lines.size() > 1 && frame_.is_dispensable(lines.back())) {
        const auto has = std::find_if(
            open.begin(), open.end(), [&](const auto& candidate) { return has_line(candidate, lines.front()); });
        if (has != open.end()) {
            leave_out(context.now(), lines.back());
            send_line(context, lines.front(), has->source);
            return;
        }
    }
    strand_whole(context, lines);
}

/// A gift has run out, and its order goes without it. Whoever was promised it is refused it.
void OrderDesk::leave_out(Time now, const Order& gift) {
    OpenBasket& basket = open_baskets_.at(gift.first_number());
    basket.gift_missed = gift.quantity;
    basket.is_gift_promised = gift.promised;
    lose(now, gift, gift.promised);
}

/// It waits at the first site that keeps all of it, or is lost.
void OrderDesk::strand_whole(sim::Context& context, std::span<const Order> lines) {
    const auto found = std::find_if(candidates_.begin(), candidates_.end(), [&](const auto& candidate) {
        return std::all_of(lines.begin(), lines.end(), [&](const Order& line) { return keeps_line(candidate, line); });
    });
    const std::size_t source = found != candidates_.end() ? found->source : sources_.size();
    for (const Order& line : lines)
        wait_or_lose(context, line, source, line.promised);
}

bool OrderDesk::keeps_line(const SourceChoice::Candidate& candidate, const Order& line) const {
    return sources_[candidate.source].assortment->position(line.product) >= 0;
}

bool OrderDesk::has_line(const SourceChoice::Candidate& candidate, const Order& line) const {
    const Source& source = sources_[candidate.source];
    const std::int32_t position = source.assortment->position(line.product);
    return position >= 0 && (!looks_ || has_stock(source, position, line.quantity));
}

void OrderDesk::send_line(sim::Context& context, const Order& line, std::uint32_t source) {
    promise(context, line, line.tries, source);
}

/// Greedy: the site that has most of the lines left ships these (ties: by rank), until no site has any of the rest.
/// That is not always the least number of parcels, which is a set cover problem; the greedy number is at most
/// 1 + ln(lines) times as large (Chvátal 1979). What no site has waits at a site that ships another line and keeps it,
/// or else at the first that keeps it, or is lost.
void OrderDesk::split(sim::Context& context, std::vector<Order> lines, const Candidates& open) {
    Candidates used;
    while (!lines.empty()) {
        std::ptrdiff_t most = 0;
        const SourceChoice::Candidate* best = nullptr;
        for (const auto& candidate : open) {
            const auto has =
                std::count_if(lines.begin(), lines.end(), [&](const Order& line) { return has_line(candidate, line); });
            if (has > most) {
                most = has;
                best = &candidate;
            }
        }
        if (best == nullptr)
            break;
        used.push_back(*best);
        const auto rest =
            std::stable_partition(lines.begin(), lines.end(), [&](const Order& line) { return has_line(*best, line); });
        for (auto line = lines.begin(); line != rest; ++line)
            send_line(context, *line, best->source);
        lines.erase(lines.begin(), rest);
    }
    used.insert(used.end(), candidates_.begin(), candidates_.end());
    for (const Order& line : lines) {
        const auto found =
            std::find_if(used.begin(), used.end(), [&](const auto& candidate) { return keeps_line(candidate, line); });
        wait_or_lose(context, line, found != used.end() ? found->source : sources_.size(), line.promised);
    }
}

/// The outcomes, from `first` on, of one parcel, or of lines refused together. Returns the position behind them.
std::size_t OrderDesk::on_lines(sim::Context& context, const OutcomeBatch& batch, std::size_t first) {
    const OrderOutcome& head = batch.outcomes[first];
    const auto lines = lines_together(batch, first);
    const std::size_t end = first + lines.size();
    if (head.outcome == Outcome::shipped) {
        on_parcel(context.now(), lines, batch.site);
        return end;
    }
    std::vector<Order> refused;
    for (const auto& outcome : lines) {
        if (outcome.outcome == Outcome::left_out) {
            leave_out(context.now(), outcome.order);
        } else if (outcome.outcome == Outcome::withdrawn) {
            close_withdrawn(context.now(), outcome.order, outcome.released);
        } else if (outcome.outcome == Outcome::refused && close_if_withdrawn(context.now(), outcome)) {
            continue;
        } else if (outcome.outcome == Outcome::refused && outcome.order.may_wait && !outcome.order.promised) {
            lose(context.now(), outcome.order, outcome.order.was_promised);
        } else if (outcome.outcome == Outcome::refused) {
            note_refusal(outcome.order);
            refused.push_back(outcome.order);
        } else {
            on_line_lost(context.now(), outcome.order, OrderStatus::cancelled, outcome.released);
        }
    }
    if (!refused.empty())
        place_lines(context, std::move(refused));
    return end;
}

/// The same when the run is over. Returns how many they are.
std::size_t OrderDesk::hear_last_lines(const OutcomeBatch& batch, std::size_t first) {
    const Time now = frame_.end - sim::microsecond;
    const auto lines = lines_together(batch, first);
    const Outcome what = lines.front().outcome;
    if (what == Outcome::refused) {
        hear_last_refused(now, lines);
        return lines.size();
    }
    outcomes_received_ += static_cast<std::int64_t>(lines.size());
    if (what == Outcome::shipped) {
        on_parcel(now, lines, batch.site);
        return lines.size();
    }
    if (what == Outcome::left_out) {
        leave_out(now, lines.front().order);
        return lines.size();
    }
    for (const auto& outcome : lines) {
        const auto status = what == Outcome::withdrawn ? OrderStatus::withdrawn : OrderStatus::cancelled;
        on_line_lost(now, outcome.order, status, outcome.released);
    }
    return lines.size();
}

/// Lines that left in one parcel: goods are counted by line, the order when all its lines are known.
void OrderDesk::on_parcel(Time now, std::span<const OrderOutcome> lines, Index site) {
    const OrderOutcome& head = lines.front();
    const std::uint32_t first = head.order.first_number();
    const bool is_delivered = head.delivered < frame_.end, counts = is_measured(head.order);
    const bool has_waited = std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.order.waited; });
    OpenBasket& basket = open_baskets_.at(first);
    Order parcel = head.order;
    parcel.quantity = 0;
    Time returned{no_time};
    std::optional<Return> back;
    for (const auto& outcome : lines) {
        const Order& line = outcome.order;
        forget_refusals(line);
        basket.ship(line, outcome.delivered);
        if (grades_ && counts && is_delivered) {
            grades_->note_delivered(line, outcome.delivered - line.placed > promise_of(channel_, line));
        }
        if (prices_)
            prices_->note_shipped(line);
        if (!is_gift(line))  // a gift goes back with its order
            back = is_delivered && has_returns_ ? draw_return(outcome) : std::nullopt;
        if (back) {
            start_return(outcome, *back, !basket.is_returned);
            basket.is_returned = true;
            returned = returned == Time{no_time} ? back->at : std::min(returned, back->at);
        }
        parcel.quantity += line.quantity;
        if (line.session > 0 && counts_sessions_)
            session_sales_.note_shipped(frame_, line);
        ++shipped_total_;
        sampled_open_.remove(line.number);
        if (counts) {
            score_.further_filled += !has_waited;
            score_.units_filled += has_waited ? 0 : line.quantity;
            score_.units_known += line.quantity;
        }
    }
    const auto number = static_cast<std::int64_t>(lines.size());
    if (is_delivered) {
        flow_at(head.delivered).units += parcel.quantity;
        sources_[head.order.source].delivered += parcel.quantity;
    }
    ++basket.parcels;
    score_.further_known += counts ? number : 0;
    if (is_sampled(parcel)) {
        const Times times{head.released, head.shipped, head.delivered, returned};
        const auto status = is_delivered ? OrderStatus::delivered : OrderStatus::in_delivery;
        record(now, parcel, site, times, status, static_cast<std::uint32_t>(number));
    }
    if (basket.left == 0)
        close_basket(now, head.order, basket);
}

/// A line that is lost, refused everywhere or cancelled.
void OrderDesk::on_line_lost(Time now, const Order& line, OrderStatus status, Time released) {
    forget_refusals(line);
    ++closed_here_;
    if (status == OrderStatus::cancelled)
        post_lost_sale(line);
    OpenBasket& basket = open_baskets_.at(line.first_number());
    basket.is_cancelled |= status == OrderStatus::cancelled;
    basket.is_refused |= status == OrderStatus::refused;
    basket.is_withdrawn |= status == OrderStatus::withdrawn;
    basket.has_waited |= status == OrderStatus::withdrawn && line.waited;
    --basket.left;
    if (is_measured(line) && (status != OrderStatus::withdrawn || line.waited)) {
        score_.units_known += line.quantity;
        ++score_.further_known;
    }
    if (is_sampled(line))
        record(now, line, no_row, {.released = released}, status);
    if (basket.left == 0)
        close_basket(now, line, basket);
}

/// All lines of an order are known. It counts as shipped if one of them was; else as withdrawn if one was, cancelled if
/// one was, refused if one was, or lost. `line` is any of them.
void OrderDesk::close_basket(Time now, const Order& line, const OpenBasket& basket) {
    if (basket.shipped > 0) {
        close_shipped(now, line, basket);
    } else if (basket.is_withdrawn) {
        count_withdrawn(now, line);
    } else if (basket.is_cancelled) {
        ++cancelled_since_;
        ++steps_.at(now).cancelled;
        ++cancelled_total_;
        score_.cancelled += is_measured(line);
    } else {
        ++lost_since_;
        ++steps_.at(now).lost;
        ++lost_total_;
        (basket.is_refused ? score_.refused : score_.lost) += is_measured(line);
        score_.stale += basket.is_stale;
        score_.withheld += basket.is_withheld;
    }
    if (is_measured(line)) {
        const bool has_waited = basket.has_waited || basket.is_cancelled;
        const bool is_withdrawn = basket.shipped == 0 && basket.is_withdrawn;
        score_.backordered += has_waited;
        score_.withdrawn_waiting += is_withdrawn && has_waited;
        score_.further_known -= has_waited || !is_withdrawn;
    }
    open_baskets_.erase(line.first_number());
}

/// The order is delivered with its last parcel.
void OrderDesk::close_shipped(Time now, const Order& line, const OpenBasket& basket) {
    Order order = line;
    order.quantity = basket.units;
    order.quoted = basket.quoted;
    const Duration took = basket.delivered - order.placed;
    const Duration promise = promise_of(channel_, order);
    const bool is_late = took > promise, is_delivered = basket.delivered < frame_.end;
    const bool is_complete = basket.shipped == order.lines, is_filled = is_complete && !basket.has_waited;
    if (is_delivered) {
        Flow& flow = flow_at(basket.delivered);
        ++flow.delivered;
        flow.late += is_late;
        note_delivery(now, basket.delivered, is_late);
    }
    if (basket.gift_missed > 0 && counts_sessions_)
        session_sales_.note_gift_missed(frame_, order, basket.gift_missed, basket.is_gift_promised);
    if (!is_measured(order))
        return;
    ++score_.shipped;
    score_.filled += is_filled;
    score_.further_filled -= is_filled;
    score_.further_parcels += basket.parcels - std::int64_t{1};
    score_.short_of += !is_complete;
    score_.too_late += basket.is_withdrawn || is_too_late(order, basket.delivered);
    if (!is_delivered) {
        score_.returned_early += basket.is_returned;
        return;
    }
    ++score_.delivered;
    score_.returns += basket.is_returned;
    score_.promised += promise != no_promise;
    score_.late += is_late;
    score_.perfect += is_filled && !is_late;
    score_.delivery_us += took.us;
    ++delivery_times_[std::min(static_cast<std::size_t>(took / delivery_bin), delivery_bins - 1)];
    if (order.quoted > 0)
        note_quoted(order);
}

void OrderDesk::close_open_baskets() {
    for (auto& [number, basket] : open_baskets_) {
        if (!basket.is_measured)
            continue;
        note_waited(basket.has_waited && !basket.is_counted_waiting);
        score_.returned_early += basket.is_returned;
    }
}

}  // namespace spate::models
