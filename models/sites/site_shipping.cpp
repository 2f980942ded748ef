// Site: orders leave for customers, goods leave for other sites, goods arrive.

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/base/check.hpp"
#include "models/sites/delivery_lines.hpp"
#include "models/sites/load.hpp"
#include "models/sites/purchases.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_parcel = 4, purpose_transit = 5;

Duration draw_transit(const LaneSpec& lane, sim::RandomStream random) {
    if (lane.transit.is_constant())
        return sim::from_seconds(lane.transit.mean());
    return std::max(sim::from_seconds(lane.transit.sample(random)), lane.min_transit);
}

}  // namespace

void Site::advance_stages(Time until) {
    for (std::size_t s = 0; s < stages_.size(); ++s) {
        JobQueue* finished = s + 1 == stages_.size() ? &finished_ : nullptr;
        const auto next = [&](const Job& job, Time start, Duration waited) {
            if (job.order.is_sampled && waited.us > 0)
                note_wait(job.order, s, start, waited);
            if (finished != nullptr) {
                room_.prefetch(assortment_->position(job.order.product));
                finished->push(job);
            } else {
                stages_[s + 1].push(job, class_of(job.order));
            }
        };
        if (!has_cancellation_) {
            stages_[s].advance(until, next);
            continue;
        }
        stages_[s].advance_or_leave(
            until,
            next,
            [this](const Order& order) { return leaves_at(order); },
            [this](const Job& job) { left_.push_back(job); });
    }
    // Receipts start in on_shipment and put_away only, at the instants when they can; here the clock just moves on.
    for (auto& stage : receive_) {
        stage.advance(until, [](const Job&) { SPATE_ASSERT(!"a receipt started unnoticed"); });
    }
}

/// The next wave after `at`, by which a job that comes then may be finished.
void Site::schedule_wave(sim::Context& context, Time at) {
    if (wave_ticks_.next() - at <= spec_.wave)
        return;
    // In a fork with shorter waves that of an announced order may have passed.
    const Time wave = std::max(sim::next_on_grid(at + sim::microsecond, spec_.wave), context.now());
    if (wave_ticks_.ask(wave))
        context.schedule(wave, WaveTick{});
}

/// Orders that have passed the last stage are handed to the carrier.
void Site::on_wave(sim::Context& context) {
    wave_ticks_.fired(context.now());
    advance_stages(context.now());
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < ahead; ++i)
        prefetch_finished(i);
    for (; !finished_.is_empty() && finished_.top().ready <= context.now(); finished_.pop()) {
        prefetch_finished(ahead);
        const Job& job = finished_.top();
        const bool is_loaded = desks_[job.order.slot].trip >= 0;
        if (!is_loaded)
            carrier_wait_us_ += (context.now() - std::max(job.ready, frame_.measured_from())).us;
        if (desks_[job.order.slot].presale && waits_for_payment(context, job))
            continue;
        hand_over(context, job, context.now());
    }
    if (!kept_.empty())
        pack_overdue(context);
    withdraw_left(context);
    flush_outcomes(context);
    const bool is_busy =
        !finished_.is_empty() || !kept_.empty() || !left_.empty()
        || std::any_of(stages_.begin(), stages_.end(), [](const Stage& stage) { return !stage.is_empty(); });
    if (is_busy)
        schedule_wave(context, context.now());
}

/// Brings what shipping a job needs into the cache: the one about `ahead` places behind the first, if there is one.
void Site::prefetch_finished(std::size_t ahead) const {
    if (const Job* later = finished_.peek(ahead)) {
        room_.prefetch(assortment_->position(later->order.product));
        sim::prefetch(&frame_.goods[later->order.product]);
    }
}

/// A finished order goes to the carrier: at once, or with the next departure of its lane.
void Site::hand_over(sim::Context& context, const Job& job, Time at) {
    const DeskLink& desk = desks_[job.order.slot];
    if (desk.trip >= 0) {
        MarketTrip& trip = trips_[static_cast<std::size_t>(desk.trip)];
        trip.loading.push_back(job);
        if (!std::exchange(trip.is_scheduled, true)) {
            const auto slot = lanes_.size() + static_cast<std::size_t>(desk.trip);
            context.schedule(trip.timetable.next(context.now()), DepartTick{slot});
        }
        return;
    }
    ship_order(context, job, at, transit_to(desk, job.order));
}

void Site::ship_order(sim::Context& context, const Job& job, Time at, Duration transit) {
    const Order& order = job.order;
    if (order.lines > 1) {
        ship_parcel(context, job, at, transit);
        return;
    }
    const GoodsOut sale = post_sale(order, at);
    post_parcel(desks_[order.slot], order.quantity, sale.grams);
    if (order.is_sampled)
        note_departure(context.now(), order, {job.released, job.ready, at, at + transit});
    report(context, order, job.released, at, at + transit, Outcome::shipped, sale.defective);
    if (lots_)
        note_parts(order, at + transit);
}

/// The goods of an order, or of one of its lines, leave and are paid.
inline GoodsOut Site::post_sale(const Order& order, Time at) {
    const std::int32_t position = assortment_->position(order.product);
    const Goods& product = frame_.goods[order.product];
    const Units quantity = order.quantity;
    const Units defective = quality_ || lots_ ? take_for_customer(position, order) : 0;
    room_.ship(position, quantity, at);
    ledger_.move_units(UnitAccount::reserved, UnitAccount::in_delivery, quantity);
    // What a customer has paid up is owed until the goods leave.
    const auto paid = desks_[order.slot].presale ? MoneyAccount::deposits : MoneyAccount::cash;
    ledger_.move_money(MoneyAccount::revenue, paid, frame_.amount(order));
    ledger_.move_money(MoneyAccount::inventory, MoneyAccount::cost_of_goods_sold, room_.value_of(position, quantity));
    ++shipped_since_;
    return {grams(multiply(product.weight_mg, quantity)), static_cast<std::uint32_t>(defective)};
}

/// What a parcel costs.
inline void Site::post_parcel(DeskLink& desk, Units units, double grams) {
    const auto& lane = frame_.spec.lanes[desk.lane];
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::handling, handling_of(spec_, units));
    const Money freight =
        add_up(lane.cost_per_order, multiply(lane.cost_per_unit, units), to_money(lane.cost_per_g * grams));
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::freight, freight);
    desk.totals.units += units;
    if (!is_measuring_)
        return;
    ++desk.totals.departures;
    desk.totals.cost += freight;
    desk.totals.co2_g += lane.co2_g_per_order + lane.co2_g_per_g * grams;
}

inline Duration Site::transit_to(const DeskLink& desk, const Order& order) const {
    if (desk.transit)
        return *desk.transit;
    return draw_transit(frame_.spec.lanes[desk.lane], sim::RandomStream(frame_.seed(), order.key, purpose_parcel));
}

/// Lines of one order leave in one parcel: one handling, one freight, one time on the way.
void Site::ship_parcel(sim::Context& context, const Job& job, Time at, Duration transit) {
    const Order& parcel = job.order;
    const auto found = parcels_.find(std::uint64_t{parcel.slot} << 32 | parcel.number);
    SPATE_EXPECT(found != parcels_.end());
    const std::vector<Order> lines = std::move(found->second.lines);
    parcels_.erase(found);
    double grams = 0;
    for (Order line : lines) {
        const GoodsOut sale = post_sale(line, at);
        grams += sale.grams;
        line.parcel = parcel.line;
        report(context, line, job.released, at, at + transit, Outcome::shipped, sale.defective);
        if (lots_)
            note_parts(line, at + transit);
    }
    post_parcel(desks_[parcel.slot], parcel.quantity, grams);
    if (parcel.is_sampled)
        note_departure(context.now(), parcel, {job.released, job.ready, at, at + transit});
}

/// Parcels to a market leave together where its lane has departures or vehicles: one trip for all channels.
void Site::add_trip(DeskLink& link) {
    const auto& lane = frame_.spec.lanes[link.lane];
    if (lane.departures.offsets.empty() && lane.cost_per_vehicle == 0 && lane.co2_g_per_vehicle == 0
        && lane.vehicle_mg == 0 && lane.vehicle_ul == 0)
        return;
    const auto found =
        std::find_if(trips_.begin(), trips_.end(), [&](const MarketTrip& trip) { return trip.lane == link.lane; });
    link.trip = static_cast<std::int32_t>(found - trips_.begin());
    if (found != trips_.end())
        return;
    // A site may have the id of a market, and a lane to each.
    const std::uint64_t key =
        sim::mix(key_, sim::hash_name("market " + frame_.spec.markets[lane.to].id + "/" + lane.mode));
    trips_.push_back({link.lane, Timetable(lane.departures, frame_.spec.week_time_at_start), key});
}

/// All parcels loaded leave by the same vehicles and arrive at the same time.
void Site::on_market_depart(sim::Context& context, MarketTrip& trip) {
    trip.is_scheduled = false;
    post_trip(trip);
    sim::RandomStream random(frame_.seed(), sim::mix(trip.key, trip.departures++), purpose_transit);
    const Duration transit = draw_transit(frame_.spec.lanes[trip.lane], random);
    for (const auto& job : trip.loading) {
        carrier_wait_us_ += (context.now() - std::max(job.ready, frame_.measured_from())).us;
        ship_order(context, job, context.now(), transit);
    }
    trip.loading.clear();
    flush_outcomes(context);
}

/// What the vehicles of a departure cost, beside what each parcel does.
void Site::post_trip(MarketTrip& trip) {
    const auto& lane = frame_.spec.lanes[trip.lane];
    Load load;
    const auto add = [&](const Order& line) { load.put(frame_.goods[line.product], line.quantity); };
    for (const auto& job : trip.loading) {
        if (job.order.lines > 1) {
            const auto& lines = parcels_.at(std::uint64_t{job.order.slot} << 32 | job.order.number).lines;
            std::for_each(lines.begin(), lines.end(), add);
        } else {
            add(job.order);
        }
    }
    const std::int64_t vehicles = load.vehicles(lane);
    const Money freight = multiply(lane.cost_per_vehicle, vehicles);
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::freight, freight);
    if (!is_measuring_)
        return;
    trip.totals.vehicles += vehicles;
    trip.totals.cost += freight;
    trip.totals.co2_g += lane.co2_g_per_vehicle * static_cast<double>(vehicles);
}

/// Puts the end of an order's stay at this site into the batch for its desk. That an order was shipped at once changes
/// nothing that the desk does: that it learns of it within the sample period is enough. It is made where it lies: a
/// structure whose members have just been written one by one is slow to be copied as a whole.
void Site::report(sim::Context& context,
                  const Order& order,
                  Time released,
                  Time shipped,
                  Time delivered,
                  Outcome outcome,
                  std::uint32_t defective) {
    constexpr std::size_t full = 256;
    DeskLink& desk = desks_[order.slot];
    if (!desk.pending) {
        desk.pending = context.make<OutcomeBatch>();
        desk.pending->site = index_;
        pending_desks_.push_back(order.slot);
    }
    auto& outcomes = desk.pending->outcomes;
    outcomes.emplace_back(order, released, shipped, delivered, outcome, defective);
    is_urgent_ |= !stages_.empty() || outcome != Outcome::shipped || outcomes.size() >= full;
    ++outcomes_sent_;
    --orders_held_;
    if (order.waited)
        note_in_work(order, -1);
    SiteStep& step = steps_.at(shipped);
    --step.in_process;
    step.shipped += outcome == Outcome::shipped;
    step.refused += outcome == Outcome::refused || outcome == Outcome::left_out;
}

/// An order that waited for stock has its goods, or ends here.
void Site::note_in_work(const Order& order, int change) {
    if (order.lines == 1 && order.placed >= frame_.measured_from())
        desks_[order.slot].waited_in_work += change;
}

void Site::flush_outcomes(sim::Context& context) {
    if (is_urgent_) {
        send_outcomes(context);
    } else if (!pending_desks_.empty()) {
        schedule_report(context, context.now());
    }
}

void Site::send_outcomes(sim::Context& context) {
    for (const std::uint32_t slot : pending_desks_) {
        DeskLink& desk = desks_[slot];
        context.send(desk.outcomes, desk.outcomes.link.lookahead(), std::move(desk.pending));
    }
    pending_desks_.clear();
    is_urgent_ = false;
}

void Site::on_report(sim::Context& context) {
    report_ticks_.fired(context.now());
    send_outcomes(context);
}

/// The last moment at which what happens at `at` can be reported so that it reaches its desk in the sample period in
/// which it would if it were reported at once.
void Site::schedule_report(sim::Context& context, Time at) {
    if (report_ticks_.next() <= at)
        return;
    if (report_lags_.empty()) {
        for (const auto& desk : desks_)
            report_lags_.push_back(desk.outcomes.link.lookahead());
        std::sort(report_lags_.begin(), report_lags_.end());
        report_lags_.erase(std::unique(report_lags_.begin(), report_lags_.end()), report_lags_.end());
    }
    Time last = sim::end_of_time;
    for (const Duration lag : report_lags_)
        last = std::min(last, end_of_sample_period(at + lag) - lag - sim::microsecond);
    if (report_ticks_.ask(last))
        context.schedule(last, ReportTick{});
}

void Site::on_depart(sim::Context& context, std::uint32_t slot) {
    if (slot >= lanes_.size()) {
        on_market_depart(context, trips_[slot - lanes_.size()]);
        return;
    }
    OutLane& out = lanes_[slot];
    out.is_scheduled = false;
    const auto& lane = frame_.spec.lanes[out.lane];
    auto shipment = context.make<Shipment>();
    shipment->lane = out.lane;
    shipment->sent = context.now();
    shipment->lines.swap(out.loading);
    join_lines(shipment->lines);
    for (auto& line : shipment->lines) {
        const std::int32_t position = assortment_->position(line.product);
        line.defective = take_goods(position, line.quantity, sim::mix(out.key, out.departures << 24 | line.product));
        room_.ship(position, line.quantity, context.now());
        ledger_.move_units(UnitAccount::reserved, UnitAccount::in_transit, line.quantity);
        units_sent_ += line.quantity;
        out.totals.units += line.quantity;
        note_change(context, position);
    }
    ++version_;
    post_freight(out, shipment->lines);
    if (lots_)
        cut_by_lot(*shipment);
    if (spec_.unlimited_stock)
        date_goods(*shipment, sim::mix(out.key, out.departures));
    sim::RandomStream random(frame_.seed(), sim::mix(out.key, out.departures++), purpose_transit);
    context.send(out.output, draw_transit(lane, random), std::move(shipment));
}

void Site::post_freight(OutLane& out, const std::vector<ProductQuantity>& lines) {
    const auto& lane = frame_.spec.lanes[out.lane];
    Load load;
    for (const auto& line : lines)
        load.put(frame_.goods[line.product], line.quantity);
    const std::int64_t vehicles = load.vehicles(lane);
    const Money freight = add_up(multiply(lane.cost_per_vehicle, vehicles),
                                 multiply(lane.cost_per_order, static_cast<std::int64_t>(lines.size())),
                                 multiply(lane.cost_per_unit, load.units),
                                 to_money(lane.cost_per_g * grams(load.milligrams)));
    ledger_.move_money(MoneyAccount::cash, MoneyAccount::freight, freight);
    if (!is_measuring_)
        return;
    ++out.totals.departures;
    out.totals.vehicles += vehicles;
    out.totals.cost += freight;
    out.totals.co2_g += lane.co2_g_per_vehicle * static_cast<double>(vehicles)
                        + lane.co2_g_per_order * static_cast<double>(lines.size())
                        + lane.co2_g_per_g * grams(load.milligrams);
}

std::map<Index, LaneTotals> Site::lane_totals() const {
    std::map<Index, LaneTotals> totals;
    for (const auto& out : lanes_)
        totals[out.lane].add(out.totals);
    for (const auto& desk : desks_)
        totals[desk.lane].add(desk.totals);
    for (const auto& trip : trips_)
        totals[trip.lane].add(trip.totals);
    return totals;
}

void Site::on_shipment(sim::Context& context, sim::Event& event) {
    auto shipment = event.take<Shipment>();
    const Units units = units_in(shipment->lines);
    note_arrived(*shipment, context.now());
    units_arrived_ += units;
    if (shipment->lane != no_row)
        arrivals_by_lane_[shipment->lane] += units;
    ledger_.move_units(UnitAccount::in_transit, UnitAccount::receiving, units);
    if (frame_.spec.trace.shipments && shipment->lane != no_row) {
        const auto& lane = frame_.spec.lanes[shipment->lane];
        writer_.row(frame_.tables.shipments,
                    context.now(),
                    {std::int64_t{shipment->lane},
                     std::int64_t{lane.from},
                     std::int64_t{index_},
                     products_in(shipment->lines),
                     units,
                     shipment->sent.us,
                     context.now().us});
    }
    if (quality_ && hold_for_inspection(context, shipment))
        return;
    take_in(context, std::move(shipment));
}

/// Through the receiving stage, if there is one, onto the shelf.
void Site::take_in(sim::Context& context, std::unique_ptr<Shipment> shipment) {
    const Units units = units_in(shipment->lines);
    if (receive_.empty()) {
        put_away(context, *shipment);
        context.recycle(std::move(shipment));
        return;
    }
    if (units > UINT32_MAX)
        throw sim::RunError(name() + ": a delivery of " + std::to_string(units)
                            + " units came to the dock, which counts up to 4,294,967,295. order less at a time, or leave "
                              "`receive` out?");
    Job job;
    job.order.quantity = static_cast<std::uint32_t>(units);
    job.order.number = receipts_;
    job.order.key = sim::mix(key_, receipts_);
    job.released = job.ready = context.now();
    receiving_[receipts_++] = std::move(shipment);
    receive_.front().push(job);
    start_receipts(context);
}

/// Goods at the dock that a free server can take now; each is put away when its service ends.
void Site::start_receipts(sim::Context& context) {
    receive_.front().advance(context.now(),
                             [&](const Job& done) { context.schedule(done.ready, PutAway{done.order.number}); });
}

void Site::on_put_away(sim::Context& context, std::uint32_t receipt) {
    start_receipts(context);
    const auto found = receiving_.find(receipt);
    put_away(context, *found->second);
    context.recycle(std::move(found->second));
    receiving_.erase(found);
}

void Site::put_away(sim::Context& context, const Shipment& shipment) {
    ++version_;
    for (const auto& line : shipment.lines) {
        const std::int32_t position = assortment_->position(line.product);
        SPATE_ASSERT(position >= 0);
        if (lots_ && (stop_recalled(context, shipment, line) || stop_expired(context, shipment, line)))
            continue;
        room_.add_on_hand(position, line.quantity, context.now());
        if (shipment.lane == no_row) {  // from a return centre: nobody ordered it
            room_.rare_flow(position).returned += line.quantity;
        } else {
            room_.add_on_order(position, -line.quantity, context.now());
            room_.flow(position).received += line.quantity;
        }
        put_on_shelf(position, line);
        if (parts_)
            parts_->arrive(position, line.quantity, context.now());
        ledger_.move_units(UnitAccount::receiving, UnitAccount::available, line.quantity);
        drop_expired(context, position);
        allot(position, line.quantity);
        serve_waiting(context, position);
        note_change(context, position);
    }
    schedule_release(context, context.now());
    schedule_expiry(context);
    flush_outcomes(context);
}

void Site::on_production_done(sim::Context& context, std::uint64_t which) {
    const auto found = batches_.find(which);
    const FinishedBatch batch = found->second;
    batches_.erase(found);
    ++version_;
    const std::int32_t position = assortment_->position(batch.product);
    in_production_[batch.product] -= batch.quantity;
    room_.add_on_hand(position, batch.quantity, context.now());
    room_.rare_flow(position).produced += batch.quantity;
    const Time made = frame_.spec.products[batch.product].shelf_life ? context.now() : Time{};
    const ProductQuantity goods{.product = batch.product, .quantity = batch.quantity, .made = made};
    put_on_shelf(position, goods);
    schedule_expiry(context);
    post_purchase(ledger_, frame_.spec, index_, UnitAccount::produced, goods);
    drop_expired(context, position);
    allot(position, batch.quantity);
    serve_waiting(context, position);
    note_change(context, position);
    flush_outcomes(context);
}

}  // namespace spate::models
