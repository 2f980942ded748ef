#include "models/desk/order_desk.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/prefetch.hpp"
#include "models/demand/session_book.hpp"

namespace spate::models {

namespace {

/// Orders are numbered so long before they are sent: one that has just been written is slow to be copied.
constexpr std::size_t numbered_ahead = 12;

constexpr std::uint64_t unsold_tick = 1;  ///< DeskTick: an order that no site keeps is placed

}  // namespace

OrderDesk::OrderDesk(const RunFrame& frame,
                     Index market,
                     Index channel,
                     std::uint32_t index,
                     const BaseDemand& base,
                     sim::TraceWriter& writer)
    : Process("desk " + frame.spec.markets[market].id + "/" + frame.spec.channels[channel].id)
    , frame_(frame)
    , channel_(frame.spec.channels[channel])
    , index_(index)
    , asks_(channel_.view == StockView::live || channel_.view == StockView::reserved)
    , looks_(!asks_ || channel_.read)
    , waits_at_once_(channel_.view == StockView::live && !looks_ && channel_.unmet == Unmet::backorder
                     && frame.spec.substitutes.empty())
    , announces_(channel_.view == StockView::live && !channel_.read && channel_.release_every.us == 0
                 && !channel_.presale && !channel_.group)
    , most_sources_(channel_.sources.at_most > 0 ? channel_.sources.at_most : frame.spec.max_sources)
    , is_ranked_(channel_.sources.rule != SourcingSpec::Rule::nearest || channel_.sources.within_promise)
    , customers_(frame.spec, base, market, channel)
    , baskets_(frame.spec, base, market)
    , writer_(writer)
    , choice_(frame.spec, channel, sim::hash_name(name()))
    , delivery_times_(delivery_bins)
    , has_parts_(has_channel_stock(frame.spec))
    , has_returns_(channel_.return_share > 0 || (!frame.spec.defects.empty() && channel_.defect_return > 0))
    , counts_sessions_(has_rich_sessions(frame.spec)) {
    const bool has_lines = std::any_of(frame.spec.demand.begin(), frame.spec.demand.end(), [&](const auto& demand) {
        return has_baskets(demand) && std::binary_search(demand.channels.begin(), demand.channels.end(), channel);
    });
    const bool has_gifts =
        std::any_of(frame.spec.sessions.begin(), frame.spec.sessions.end(), [&](const SessionSpec& session) {
            return session.channel == channel && has_further_gifts(session);
        });
    has_baskets_ = has_lines || has_gifts;
    // One site is not enough for some; what is shown to customers, and what it costs, is not known ahead.
    announces_ = announces_ && !has_baskets_ && !frame.spec.grades && frame.spec.price_rules.empty();
    // Terms of a channel are for orders of one line.
    SPATE_EXPECT(!has_baskets_ || (!channel_.presale && !channel_.group && !channel_.pickup));
    quotes_ = choice_.quotes();
    if (quotes_)
        quoted_times_.resize(delivery_bins);
    const double share = std::clamp(frame.spec.trace.orders_share, 0.0, 1.0);
    sample_below_ = share >= 1 ? UINT64_MAX : static_cast<std::uint64_t>(share * 0x1p64);
    if (channel_.presale)
        presale_ = std::make_unique<PresaleBook>(channel_, frame, ledger_);
    if (channel_.group)
        groups_ = std::make_unique<GroupBook>(*channel_.group, frame);
    if (channel_.pickup)
        pickup_ = std::make_unique<PickupBook>(*channel_.pickup, frame, ledger_);
    SPATE_EXPECT(!channel_.cancel || (!presale_ && !groups_));
    SPATE_EXPECT(!presale_ || frame.spec.substitutes.empty());
    if (frame.spec.grades)
        grades_ = std::make_unique<GradeBook>(frame.spec, frame.seed());
    if (!frame.spec.price_rules.empty())
        prices_ = std::make_unique<DeskPrices>(frame);
    if (channel_.cancel)
        cancellation_ = std::make_unique<Cancellation>(channel_, frame.seed());
}

void OrderDesk::start(sim::Context& context) {
    schedule_tick(context);
    if (groups_)
        schedule_terms(context);
}

void OrderDesk::on_event(sim::Context& context, sim::Event& event) {
    switch (event.type) {
        case DeskTick::type: on_desk_tick(context, event.as<DeskTick>().which); break;
        case OutcomeBatch::type: on_outcomes(context, event); break;
        case ViewUpdate::type: on_view(context, event); break;
        case StockChanges::type: on_changes(context, event); break;
        case RecallNotice::type: on_recall(context, event); break;
        case GradeNotice::type: on_grades(context, event); break;
        case PriceNotice::type: on_prices(context, event); break;
        default: SPATE_ASSERT(!"a desk got a message it does not know");
    }
}

void OrderDesk::on_desk_tick(sim::Context& context, std::uint64_t which) {
    if (which == terms_tick) {
        on_terms(context);
    } else if (which == unsold_tick) {
        on_unsold(context);
    } else {
        on_tick(context);
    }
}

/// A wave is released at its end, with all orders placed before that instant.
Time OrderDesk::next_tick() const {
    return channel_.release_every.us == 0 ? customers_.next() : customers_.next_wave();
}

void OrderDesk::schedule_tick(sim::Context& context) {
    due_ = next_tick();
    if (due_ < frame_.end)
        context.schedule(due_, DeskTick{});
}

void OrderDesk::on_loaded(sim::Context& context) {
    const Time next = std::max(next_tick(), context.now());
    if (next >= due_ || next >= frame_.end)
        return;
    due_ = next;  // what was due comes to nothing
    context.schedule(due_, DeskTick{});
}

void OrderDesk::on_tick(sim::Context& context) {
    if (context.now() != due_)
        return;
    if (groups_ && groups_->next_close() <= context.now())
        close_groups(context);  // who orders in the instant of a cut-off belongs to the next group
    take_wave(context, next_release(context.now()));
    if (presale_ || groups_)
        schedule_terms(context);
    flush(context);
    schedule_tick(context);
}

/// Customers placed before this are released at `now`.
Time OrderDesk::next_release(Time now) const {
    return channel_.release_every.us == 0 ? now + sim::microsecond : now;
}

/// The customers placed before `end`.
void OrderDesk::take_wave(sim::Context& context, Time end) {
    // Only a fork has announced customers that come later than this.
    const std::size_t until = announces_ ? placed_before(context.now()) : batch_.size();
    count_placed(context.now(), until);
    batch_.erase(batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(until));
    counted_ = 0;
    if (announces_) {
        announce(context);
    } else {
        release_wave(context, end);
    }
}

void OrderDesk::release_wave(sim::Context& context, Time end) {
    customers_.take_before(end, batch_);
    keep_buyers();
    // Orders of one wave look all over the sites' stock: what the next ones need is fetched early.
    constexpr std::size_t ahead = numbered_ahead;
    std::array<Order, 16> next;
    const auto look_ahead = [&](std::size_t i) {
        prefetch_views(batch_[i].product);
        if (!has_baskets_ && batch_[i].basket == 0)
            number(next[i % next.size()], batch_[i]);
    };
    for (std::size_t i = 0; i < std::min(ahead, batch_.size()); ++i)
        look_ahead(i);
    for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (i + ahead < batch_.size())
            look_ahead(i + ahead);
        if (batch_[i].basket > 0) {
            take_basket(context, batch_[i]);
            continue;
        }
        Order& order = next[i % next.size()];
        if (has_baskets_)
            number(order, batch_[i]);
        take_order(context, order);
    }
    count_placed(context.now(), batch_.size());
}

/// An order of one line, of a customer of this wave.
void OrderDesk::take_order(sim::Context& context, const Order& order) {
    if (presale_ || groups_) {
        take_on_terms(context, order);
    } else if (cancellation_) {
        place_unless_withdrawn(context, order);
    } else {
        place(context, order, 0);
    }
}

/// Takes the customers of the next span of time and sends each to the first site to ask, for when it is placed.
void OrderDesk::announce(sim::Context& context) {
    constexpr std::size_t few = 64, many = 256;  // few enough for the caches, many enough to share an event's cost
    const std::size_t known = batch_.size();
    customers_.take_before(std::min(context.now() + span_, frame_.end), batch_);
    std::array<Order, 16> next;
    const auto number_one = [&](std::size_t i) { number(next[i % next.size()], batch_[i]); };
    for (std::size_t i = known; i < std::min(known + numbered_ahead, batch_.size()); ++i)
        number_one(i);
    for (std::size_t i = known; i < batch_.size(); ++i) {
        if (i + numbered_ahead < batch_.size())
            number_one(i + numbered_ahead);
        const Order& order = next[i % next.size()];
        const std::size_t source = first_to_ask(order);
        if (source < sources_.size()) {
            const bool waits = waits_where_it_asks(order, 1, source);
            send(context, order, source, [&](Order& sent) {
                sent.tries = 1;
                sent.may_wait = waits;
            });
        } else {
            const auto later = [](const Order& a, const Order& b) { return a.placed < b.placed; };
            unsold_.insert(std::upper_bound(unsold_.begin(), unsold_.end(), order, later), order);
            context.schedule(order.placed, DeskTick{unsold_tick});
        }
    }
    if (known > 0)
        std::inplace_merge(batch_.begin(),
                           batch_.begin() + static_cast<std::ptrdiff_t>(known),
                           batch_.end(),
                           [](const auto& a, const auto& b) { return comes_before(a, b); });
    if (batch_.size() < few) {
        span_ = std::min(span_ * 2, sim::week);
    } else if (batch_.size() > many) {
        span_ = std::max(Duration{span_.us / 2}, sim::microsecond);
    }
}

void OrderDesk::on_unsold(sim::Context& context) {
    const Order order = unsold_.front();
    unsold_.pop_front();
    place(context, order, 0);  // a substitute may be sent
    flush(context);
}

/// The nearest site, from `from` on, that keeps the product, and where it keeps it; as many as there are: none.
std::size_t OrderDesk::next_keeping(Index product, std::size_t from, std::int32_t& position) const {
    std::size_t s = from;
    while (s < sources_.size()) {
        position = sources_[s].assortment->position(product);
        if (position >= 0)
            break;
        s = sources_[s].next_kind;
    }
    return s;
}

void OrderDesk::prefetch_views(Index product) {
    constexpr int nearest = 2;  // sources that most orders do with
    std::size_t s = 0;
    for (int i = 0; i < nearest; ++i, ++s) {
        std::int32_t position = -1;
        s = next_keeping(product, s, position);
        if (s >= sources_.size())
            return;
        Source& source = sources_[s];
        if (source.available != nullptr)
            sim::prefetch(&source.available[position]);
        if (!source.promised.empty())
            sim::prefetch(&source.promised_near(position));
    }
}

/// Makes a customer's order, numbers it and counts it in the score.
void OrderDesk::number(Order& order, const CustomerOrder& customer, std::uint8_t line, std::uint8_t lines) {
    order = Order{};
    order.line = line;
    order.lines = lines;
    order.number = numbered_++;
    order.key = customer.key;
    order.placed = customer.placed;
    order.product = customer.product;
    order.quantity = customer.quantity;
    order.session = customer.session;
    if (grades_) {
        order.grade = grades_->level(customer.product, customer.placed) & 15U;
        if (is_measured(order))
            ++grades_->counts(order).placed;
    }
    if (prices_)
        prices_->mark(order);
    if (order.session > 0 && counts_sessions_)
        session_sales_.note_placed(frame_, order);
    if (is_measured(order)) {
        ++score_.placed;
        score_.units += order.quantity;
    }
    order.is_sampled = is_sampled(order);
    if (order.is_sampled)
        sampled_open_.add(order);
}

bool OrderDesk::has_stock(const Source& source, std::int32_t position, std::uint32_t quantity) const {
    if (source.is_unlimited)
        return true;
    const std::int64_t available = source.available[position] - channel_.hold_back;
    if (available < quantity)
        return false;
    if (source.promised.empty() || available - quantity >= static_cast<std::int64_t>(source.promised_near(position)))
        return true;
    return available - source.promised_units(position) >= quantity;
}

void OrderDesk::Source::promise(const Promise& promise) {
    constexpr std::size_t fewest = 64, most = 2048;
    if (promised.empty())
        promised.resize(std::clamp(std::bit_ceil(assortment->size() / 8), fewest, most));
    promises.push_back(promise);
    promised_near(promise.position) += promise.units;
}

std::int64_t OrderDesk::Source::promised_units(std::int32_t position) const {
    std::int64_t units = 0;
    for (std::size_t i = first_promise; i < promises.size(); ++i) {
        if (promises[i].position == position)
            units += promises[i].units;
    }
    return units;
}

/// Sends the order to the nearest site, from `first` on, that has the goods in the desk's view; else it waits at the
/// nearest site that keeps the product, or is lost. A desk that asks asks the first that keeps it.
/// To the first source, from `first` on, that has the goods; else it waits or is lost.
void OrderDesk::place(sim::Context& context, const Order& order, std::size_t first) {
    std::uint8_t tries = order.tries;
    const std::size_t s = is_ranked_ ? find_ranked(order, tries) : find_source(order, first, tries);
    if (s < sources_.size()) {
        promise(context, order, tries, s);
        return;
    }
    Order left = order;
    left.tries = tries;
    wait_or_lose(context, left, first_keeping(order), order.promised);
}

/// The first source that keeps the product, of those ranked last or by distance; as many as there are: none.
std::size_t OrderDesk::first_keeping(const Order& order) const {
    if (is_ranked_)
        return candidates_.empty() ? sources_.size() : candidates_.front().source;
    std::int32_t position = -1;
    return next_keeping(order.product, 0, position);
}

/// The nearest source, from `first` on, that has the goods in the view, or is to be asked; as many as there are: none.
std::size_t OrderDesk::find_source(const Order& order, std::size_t first, std::uint8_t& tries) const {
    std::int32_t position = -1;
    for (std::size_t s = next_keeping(order.product, first, position); s < sources_.size() && tries < most_sources_;
         s = next_keeping(order.product, s + 1, position)) {
        ++tries;
        if (!looks_ || has_stock(sources_[s], position, order.quantity))
            return s;
    }
    return sources_.size();
}

/// Whether a source that is asked in the same instant and has not the goods is the one that the order would come back
/// to, to wait there: no other can be asked, and no other product be offered.
bool OrderDesk::waits_where_it_asks(const Order& order, std::uint8_t tries, std::size_t s) const {
    if (!waits_at_once_ || order.lines > 1)
        return false;
    if (sources_.size() == 1)
        return true;
    if (first_keeping(order) != s)
        return false;
    if (tries >= most_sources_)
        return true;
    std::int32_t position = -1;
    return is_ranked_ ? candidates_.size() == 1 : next_keeping(order.product, s + 1, position) >= sources_.size();
}

/// Sends the order to a source that has the goods in the desk's view, or is asked for them.
void OrderDesk::promise(sim::Context& context, const Order& order, std::uint8_t tries, std::size_t s) {
    Source& source = sources_[s];
    if (!asks_ && !source.is_unlimited)
        source.promise({source.assortment->position(order.product), order.quantity});
    const bool may_wait = asks_ ? waits_where_it_asks(order, tries, s) : channel_.unmet == Unmet::backorder;
    send(context, order, s, [&](Order& sent) {
        sent.tries = tries;
        sent.promised = !asks_;
        sent.may_wait = may_wait;
    });
}

/// The goods are nowhere to be had: the order waits at a source, if there is one and customers wait.
void OrderDesk::wait_or_lose(sim::Context& context, const Order& order, std::size_t source, bool was_promised) {
    if (!frame_.spec.substitutes.empty() && offer_substitute(context, order))
        return;
    if (channel_.unmet != Unmet::backorder || source >= sources_.size()) {
        lose(context.now(), order, was_promised);
        return;
    }
    send(context, order, source, [&](Order& sent) {
        sent.was_promised = was_promised;
        sent.promised = false;
        sent.may_wait = true;
    });
}

/// The copy that is sent is changed where it lies: an order whose fields have just been written one by one is slow to
/// be copied as a whole.
template <class Change>
void OrderDesk::send(sim::Context& context, const Order& order, std::size_t s, Change&& change) {
    Source& source = sources_[s];
    if (!source.pending)
        source.pending = context.make<OrderBatch>();
    auto& orders = source.pending->orders;
    Order& sent = orders.emplace_back(order);
    sent.slot = source.slot;
    sent.source = static_cast<std::uint16_t>(s);
    change(sent);
    // Who asks tells the customer when a site has taken the order; others when they choose the first.
    if (quotes_ && (sent.quoted == 0 || asks_))
        sent.quoted = choice_.quote(static_cast<std::uint32_t>(s), sent.placed, sent.quantity);
    // Two products may be ordered in one instant: sites serve these by key.
    for (std::size_t i = orders.size() - 1;
         i > 0 && orders[i].placed == orders[i - 1].placed && comes_before(orders[i], orders[i - 1]);
         --i)
        std::swap(orders[i], orders[i - 1]);
}

void OrderDesk::flush(sim::Context& context) {
    for (auto& source : sources_) {
        if (!source.pending)
            continue;
        orders_sent_ += static_cast<std::int64_t>(source.pending->orders.size());
        context.send(source.output, source.output.link.lookahead(), std::move(source.pending));
    }
}

}  // namespace spate::models
