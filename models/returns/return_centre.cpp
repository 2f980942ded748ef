#include "models/returns/return_centre.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_way_back = 40, purpose_sale = 42, purpose_claim = 43;

std::uint64_t key_of(const ReturnCentreSpec& spec) {
    return sim::mix(sim::hash_name("return centre"), sim::hash_name(spec.id));
}

std::vector<Stage> make_stage(const std::optional<StageSpec>& spec, sim::RunSeed seed, std::uint64_t key) {
    std::vector<Stage> stages;
    if (spec)
        stages.emplace_back(*spec, seed, sim::mix(key, sim::hash_name(spec->name)));
    return stages;
}

}  // namespace

ReturnCentre::ReturnCentre(const RunFrame& frame, Index centre, sim::TraceWriter& writer)
    : Process("return centre " + frame.spec.return_centres[centre].id)
    , frame_(frame)
    , spec_(frame.spec.return_centres[centre])
    , index_(centre)
    , writer_(writer)
    , dock_(make_stage(spec_.dock, frame.seed(), key_of(spec_)))
    , inspect_(make_stage(spec_.inspect, frame.seed(), key_of(spec_)))
    , repair_(make_stage(spec_.repair, frame.seed(), key_of(spec_)))
    , service_(make_stage(spec_.service, frame.seed(), key_of(spec_))) {
    if (spec_.fund)
        fund_ = std::make_unique<RefundFund>(*spec_.fund, ledger_);
}

void ReturnCentre::start(sim::Context& context) {
    if (fund_)
        fund_->open();
    if (spec_.special)
        schedule(context, ReturnTick::special);
    if (spec_.outlet)
        schedule(context, ReturnTick::outlet);
    if (spec_.reshelve)
        schedule(context, ReturnTick::reshelve);
}

/// The next sale or departure after now.
void ReturnCentre::schedule(sim::Context& context, std::uint64_t which) {
    Duration every, offset;
    if (which == ReturnTick::reshelve) {
        every = spec_.reshelve->every;
    } else {
        const SecondsSaleSpec& sale = which == ReturnTick::special ? *spec_.special : *spec_.outlet;
        every = sale.every;
        offset = sale.offset;
    }
    const Time next = sim::next_on_grid(context.now() + sim::microsecond, every, offset);
    if (next < frame_.end)
        context.schedule(next, ReturnTick{which});
}

void ReturnCentre::on_event(sim::Context& context, sim::Event& event) {
    if (event.type == ReturnBatch::type) {
        on_notices(context, event);
    } else {
        SPATE_ASSERT(event.type == ReturnTick::type);
        const std::uint64_t which = event.as<ReturnTick>().which;
        work_off(context.now(), context.now());
        if (which == ReturnTick::wave) {
            waves_.fired(context.now());
        } else {
            which == ReturnTick::reshelve ? on_reshelve(context) : on_sale(context, which == ReturnTick::special);
            schedule(context, which);
        }
    }
    schedule_wave(context);
}

void ReturnCentre::on_notices(sim::Context& context, sim::Event& event) {
    auto batch = event.take<ReturnBatch>();
    stamp_ = context.now();
    if (fund_)
        fill_fund(batch->turnover, context.now());
    bool is_kept = false;
    for (const auto& notice : batch->returns) {
        // A gift goes with the product that it came with, whose notice is the one before.
        const bool asks = is_gift(notice.order) ? is_kept : asks_for_money_only(notice.order);
        is_kept = asks && !notice.is_unfetched;
        take_notice(notice, is_kept, context.now());
    }
    context.recycle(std::move(batch));
}

/// `is_kept`: the customer keeps the goods, and asks for the money only.
void ReturnCentre::take_notice(const ReturnNotice& notice, bool is_kept, Time now) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(returns_.size()));
        returns_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    Return& entry = returns_[slot] = {};
    entry.order = notice.order;
    entry.order.slot = slot;
    entry.delivered = notice.delivered;
    entry.started = notice.started;
    entry.desk = notice.desk;
    entry.reason = notice.reason;
    entry.is_claim = is_kept;
    entry.is_unfetched = notice.is_unfetched;
    entry.is_refund_open = !is_gift(notice.order);
    units_[static_cast<std::size_t>(State::on_the_way)] += entry.order.quantity;
    push(starts_, entry, std::max(entry.started, now), false);
}

/// The customer begins the return, or the centre hears of it, if that is later.
void ReturnCentre::begin(Return& entry, Time at) {
    const bool is_free = is_gift(entry.order);
    refunds_open_ += entry.is_refund_open;
    totals_.started[static_cast<std::size_t>(entry.reason)] += is_measured(entry.started) && !is_free;
    if (entry.is_claim) {
        take_claim(entry);
    } else {
        expect_goods(entry, at);
    }
    if (is_free) {
        release(entry);
    } else if (spec_.service && !entry.is_unfetched) {
        open_ticket(entry, at);
    } else if (entry.is_claim) {
        decide_claim(entry, entry.started, at);
        release(entry);
    } else {
        plan_refund(entry, entry.started, Moment::answered);  // nobody has asked
    }
}

/// Goods are on their way here.
void ReturnCentre::expect_goods(Return& entry, Time at) {
    plan_refund(entry, is_from_fund(entry) ? at : entry.started, Moment::started);
    sim::RandomStream random(frame_.seed(), entry.order.key, purpose_way_back);
    const Duration way =
        std::max(sim::from_seconds(std::clamp(spec_.transit.sample(random), 0.0, 1e10)), spec_.min_transit);
    push(due_, entry, std::max(entry.started + way, at), false);
}

bool ReturnCentre::asks_for_money_only(const Order& order) const {
    if (spec_.refund_only <= 0)
        return false;
    if (spec_.refund_only_up_to && frame_.goods[order.product].price > *spec_.refund_only_up_to)
        return false;
    return sim::RandomStream(frame_.seed(), order.key, purpose_claim).uniform() < spec_.refund_only;
}

/// The customer wants the money and keeps the goods. Some such claims are untrue; a detector refuses some of these, and
/// some of the true ones.
void ReturnCentre::take_claim(Return& entry) {
    sim::RandomStream random(frame_.seed(), entry.order.key, purpose_claim);
    random.uniform();
    entry.is_untrue = random.uniform() < spec_.abuse;
    entry.is_refused = random.uniform() < (entry.is_untrue ? spec_.caught : spec_.wrongly_caught);
    ledger_.move_units(UnitAccount::returning, UnitAccount::at_customer, entry.order.quantity);
    units_taken_ += entry.order.quantity;
    move(entry, State::gone);
}

/// Offers all that lies at the special sale or the outlet. What was offered often enough goes on.
void ReturnCentre::on_sale(sim::Context& context, bool is_special) {
    const SecondsSaleSpec& sale = is_special ? *spec_.special : *spec_.outlet;
    auto& offered = is_special ? to_special_ : to_outlet_;
    std::vector<std::uint32_t> left;
    for (const std::uint32_t slot : std::exchange(offered, {})) {
        Return& entry = returns_[slot];
        // What the special sale did not sell has chances of its own at the outlet.
        const std::uint64_t offer = entry.tries + (is_special ? 0ULL : 1ULL << 32);
        sim::RandomStream random(frame_.seed(), sim::mix(entry.order.key, offer), purpose_sale);
        ++entry.tries;
        if (random.uniform() < sale.sold) {
            sell(entry, sale, context.now());
        } else if (entry.tries < sale.tries) {
            left.push_back(slot);
        } else if (is_special && spec_.outlet) {
            entry.tries = 0;
            send_on(entry, ReturnRoute::outlet, context.now());
        } else {
            scrap(entry, context.now());
        }
    }
    offered.insert(offered.begin(), left.begin(), left.end());
}

/// Goods as new go back to their site.
void ReturnCentre::on_reshelve(sim::Context& context) {
    if (to_shelf_.empty())
        return;
    const auto& terms = *spec_.reshelve;
    std::map<Index, ProductQuantity> lines;
    for (const std::uint32_t slot : std::exchange(to_shelf_, {})) {
        Return& entry = returns_[slot];
        const Units quantity = entry.order.quantity;
        ProductQuantity& line = lines[entry.order.product];
        line.product = entry.order.product;
        line.quantity += quantity;
        line.defective += entry.true_grade == ReturnGrade::a || entry.is_repaired ? 0 : quantity;
        spend(entry, MoneyAccount::return_freight, multiply(terms.cost_per_unit, quantity));
        ledger_.move_units(UnitAccount::at_return_centre, UnitAccount::in_transit, quantity);
        ledger_.move_money(MoneyAccount::returned_goods,
                           MoneyAccount::inventory,
                           multiply(frame_.spec.products[entry.order.product].cost, quantity));
        units_sent_ += quantity;
        entry.route = ReturnRoute::reshelve;
        close(entry, context.now(), paid_for(entry));
    }
    auto shipment = context.make<Shipment>();
    shipment->lane = no_row;
    shipment->sent = context.now();
    for (const auto& [product, line] : lines)
        shipment->lines.push_back(line);
    context.send(shelf_, terms.transit, std::move(shipment));
}

/// When the centre has to look at what is done next; sim::end_of_time: nothing is under way.
Time ReturnCentre::next_wave(Time now) const {
    const auto is_busy = [](const std::vector<Stage>& stages) { return !stages.empty() && !stages[0].is_empty(); };
    if (is_busy(dock_) || is_busy(inspect_) || is_busy(repair_) || is_busy(service_) || !graded_.is_empty()
        || !repaired_.is_empty() || !answered_.is_empty())
        return sim::next_on_grid(now + sim::microsecond, spec_.wave);
    const auto first = [](const std::vector<Due>& heap) { return heap.empty() ? sim::end_of_time : heap.front().at; };
    const Time next = std::min(first(due_), first(starts_));
    if (next == sim::end_of_time)
        return next;
    return sim::next_on_grid(std::max(next, now + sim::microsecond), spec_.wave);
}

void ReturnCentre::schedule_wave(sim::Context& context) {
    const Time next = next_wave(context.now());
    if (next < frame_.end && waves_.ask(next))
        context.schedule(next, ReturnTick{ReturnTick::wave});
}

}  // namespace spate::models
