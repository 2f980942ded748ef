#include "models/sites/site.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

std::vector<Money> costs_of(const ModelSpec& spec, const Assortment& assortment) {
    std::vector<Money> costs;
    costs.reserve(assortment.size());
    for (std::size_t i = 0; i < assortment.size(); ++i)
        costs.push_back(spec.products[assortment.product(i)].cost);
    return costs;
}

double to_double(Wide value) {
    return static_cast<double>(value);
}

double hours(Wide us) {
    return static_cast<double>(us) / 3.6e9;
}

/// Posts the difference between what has accrued and what is in the books; keeps the rounding below one millionth.
void post_accrued(Ledger& ledger, MoneyAccount from, MoneyAccount to, double accrued, double& posted) {
    const Money amount = to_money(accrued - posted);
    if (amount == 0)
        return;
    ledger.move_money(from, to, amount);
    posted += static_cast<double>(amount);
}

}  // namespace

Site::Site(const RunFrame& frame,
           Index site,
           std::shared_ptr<const Assortment> assortment,
           sim::TraceWriter& writer,
           std::uint32_t first_stage)
    : Process("site " + frame.spec.sites[site].id)
    , frame_(frame)
    , spec_(frame.spec.sites[site])
    , index_(site)
    , key_(sim::hash_name(spec_.id))
    , assortment_(std::move(assortment))
    , writer_(writer)
    , first_stage_(first_stage)
    , room_(costs_of(frame.spec, *assortment_), frame.memory)
    , rule_of_(assortment_->size(), {-1, 0U})
    , published_(frame.spec.channels.size()) {
    for (const auto& stage : spec_.outbound)
        stages_.emplace_back(stage, frame_.seed(), sim::mix(key_, sim::hash_name(stage.name)));
    if (spec_.receive)
        receive_.emplace_back(*spec_.receive, frame_.seed(), sim::mix(key_, sim::hash_name("receive")));
    if (spec_.production)
        production_.emplace_back(*spec_.production);
    if (has_locks(frame.spec))
        locked_ = std::make_unique<LockedStock>(frame.spec.trace.series_every, frame.measured_from(), frame.end);
    keep_lots();
    if (QualityBook::is_needed(frame.spec) && !spec_.unlimited_stock)
        quality_ = std::make_unique<QualityBook>(frame.spec, index_, assortment_, lots_.get());
    if (!spec_.unlimited_stock && ChannelStock::is_needed(frame.spec, index_))
        parts_ = std::make_unique<ChannelStock>(frame.spec, index_, *assortment_);
    if (!spec_.unlimited_stock && !frame.spec.price_rules.empty()) {
        stock_reports_ = std::make_unique<StockReports>(frame.spec, *assortment_);
        auto aged = stock_reports_->aged();
        std::erase_if(aged, [&](std::int32_t position) { return shelf_life_ && shelf_life_->has(position); });
        if (!aged.empty())
            room_.keep_ages(aged);
    }
}

void Site::set_lanes(const std::vector<Index>& lanes) {
    for (const Index lane : lanes)
        lane_rows_.push_back({lane, 0, 0});
}

std::uint32_t Site::row_of_lane(Index lane) const {
    const auto found = std::lower_bound(
        lane_rows_.begin(), lane_rows_.end(), lane, [](const LaneRow& row, Index wanted) { return row.lane < wanted; });
    return static_cast<std::uint32_t>(found - lane_rows_.begin());
}

std::uint32_t Site::add_desk(Index lane, Index channel, std::uint32_t source) {
    DeskLink& link = desks_.emplace_back();
    link.lane = lane;
    link.lane_row = row_of_lane(lane);
    link.channel = channel;
    link.source = source;
    const ChannelSpec& terms = frame_.spec.channels[channel];
    const bool has_copy = terms.view == StockView::cached || is_told_changes(terms);
    if (has_copy && !spec_.unlimited_stock) {
        const auto [feed, is_new] =
            feeds_.try_emplace(channel, terms, frame_.seed(), sim::mix(key_, sim::hash_name(terms.id)));
        if (is_new && terms.view == StockView::cached)
            feed->second.note_copy(snapshot_for(channel));  // the channel begins with the opening stock
        if (parts_ && is_told_changes(terms)) {
            const auto told = available_to(channel, seen_);
            told_to_.try_emplace(channel, told.begin(), told.end());
        }
        if (is_told_changes(terms) && !std::exchange(pushes_, true)) {
            told_.assign(room_.available().begin(), room_.available().end());
            room_.note_changes();
        }
    }
    link.waits = terms.unmet == Unmet::backorder && !terms.patience && !terms.cancel;
    if (const auto& transit = frame_.spec.lanes[lane].transit; transit.is_constant())
        link.transit = sim::from_seconds(transit.mean());
    if (terms.presale)
        link.presale = std::make_unique<Presale>(terms, frame_.seed());
    if (terms.cancel) {
        link.cancellation = std::make_unique<Cancellation>(terms, frame_.seed());
        has_cancellation_ = true;
    }
    add_trip(link);
    return static_cast<std::uint32_t>(desks_.size() - 1);
}

sim::Output<Shipment>& Site::add_lane(Index lane) {
    const auto& spec = frame_.spec.lanes[lane];
    lane_slots_[lane] = static_cast<std::uint32_t>(lanes_.size());
    const std::uint64_t key = sim::mix(key_, sim::hash_name(frame_.spec.sites[spec.to].id + "/" + spec.mode));
    const Timetable timetable(spec.departures, frame_.spec.week_time_at_start);
    lanes_.push_back({lane, {}, timetable, {}, false, 0, key, row_of_lane(lane)});
    return lanes_.back().output;
}

void Site::set_opening_stock(const std::vector<Units>& units) {
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (units[i] == 0)
            continue;
        const auto position = static_cast<std::int32_t>(i);
        room_.add_on_hand(position, units[i], Time{0});
        room_.flow(position).initial = units[i];
        if (parts_)
            parts_->arrive(position, units[i], Time{0});
        put_opening(position, units[i]);
        ledger_.move_units(UnitAccount::opening, UnitAccount::available, units[i]);
        ledger_.move_money(MoneyAccount::opening, MoneyAccount::inventory, room_.value_of(position, units[i]));
    }
}

void Site::start(sim::Context& context) {
    for (std::size_t r = 0; r < rules_.size(); ++r) {
        schedule_review(context, r, context.now());
        schedule_observation(context, r);
        schedule_judging(context, r, context.now());
    }
    for (Index c = 0; c < activity_.size(); ++c) {
        if (is_asked_by(c))
            schedule_publish(context, c, context.now());
    }
    start_checks(context);
    schedule_release(context, context.now() - sim::microsecond);
    schedule_expiry(context);
    if (stock_reports_) {
        for (const auto& rule : stock_reports_->rules())
            schedule_price_review(context, rule.number, context.now());
    }
}

void Site::on_event(sim::Context& context, sim::Event& event) {
    handled_ = context.now();
    // Orders placed in this instant come before what is of lower rank than serving.
    const Time until = event.priority > priority::serve ? context.now() : context.now() - sim::microsecond;
    if (arrivals_.next() <= until)
        catch_up(context, until);
    handle(context, event);
    if (pushes_)
        note_push(context);
    if (arrivals_.next() < sim::end_of_time)
        look_ahead(context);
}

void Site::handle(sim::Context& context, sim::Event& event) {
    switch (event.type) {
        case OrderBatch::type: on_order_batch(context, event); break;
        case ReplenishOrder::type: on_replenish_order(context, event); break;
        case Shipment::type: on_shipment(context, event); break;
        case ServeTick::type: on_serve(context); break;
        case WaveTick::type: on_wave(context); break;
        case ReviewTick::type: on_review(context, event.as<ReviewTick>().which); break;
        case ReorderCheck::type: on_reorder_check(context); break;
        case ObserveTick::type: on_observe(context, event.as<ObserveTick>().which); break;
        case DepartTick::type: on_depart(context, static_cast<std::uint32_t>(event.as<DepartTick>().which)); break;
        case PutAway::type: on_put_away(context, static_cast<std::uint32_t>(event.as<PutAway>().which)); break;
        case ProductionDone::type: on_production_done(context, event.as<ProductionDone>().which); break;
        case SettleTick::type: on_settle(context); break;
        case ReportTick::type: on_report(context); break;
        case RecallNotice::type: on_recall(context, event); break;
        case InspectionDone::type: on_inspected(context, event.as<InspectionDone>().which); break;
        case GradeNotice::type: on_grades(context, event); break;
        case LeaveTick::type: on_leave(context); break;
        case ExpiryTick::type: on_expiry(context); break;
        case JudgeTick::type: on_judge(context, event.as<JudgeTick>().which); break;
        case PriceTick::type: on_price_review(context, event.as<PriceTick>().which); break;
        case PublishTick::type: on_publish(context, event.as<PublishTick>().which); break;
        case PushTick::type: on_push(context); break;
        case CheckViewTick::type: on_check(context, static_cast<Index>(event.as<CheckViewTick>().which)); break;
        case ReleaseStockTick::type: on_release(context); break;
        case RepairViewTick::type: on_repair(context, static_cast<Index>(event.as<RepairViewTick>().which)); break;
        default: SPATE_ASSERT(!"a site got a message it does not know");
    }
}

void Site::sample(Time now) {
    // Stages are worked off to just before now: the sample shows the state in front of the events of this instant.
    advance_stages(now - sim::microsecond);
    accrue(now);
    write_sample(now);
    if (now - audited_ < sim::day)
        return;
    audit();
    audited_ = now;
}

void Site::write_sample(Time at) {
    const auto& levels = room_.levels();
    const sim::Cell site_row[] = {levels.on_hand,
                                  levels.reserved,
                                  levels.value,
                                  levels.customers_waiting,
                                  levels.on_order,
                                  orders_held_,
                                  received_since_,
                                  shipped_since_,
                                  refused_since_};
    writer_.row(frame_.tables.site_series, at, index_, site_row);
    received_since_ = shipped_since_ = refused_since_ = 0;
    write_stages(at);
    write_lanes(at);
    write_locks(at);
}

void Site::write_stages(Time at) {
    const std::int64_t every = frame_.spec.trace.series_every.us;
    const Time before{at.us > 0 ? (at.us - 1) / every * every : 0};
    const auto write_stage = [&](Stage& stage, std::uint32_t row) {
        const double capacity = stage.spec().servers * stage.spec().calendar.integral(before, at) / 3600;
        const sim::Cell cells[] = {
            stage.waiting(at), stage.in_service(at), stage.completed(), stage.take_work(at) / 3600, capacity};
        writer_.row(frame_.tables.stage_series, at, row, cells);
    };
    std::uint32_t row = first_stage_;
    for (auto& stage : receive_)
        write_stage(stage, row++);
    for (auto& stage : stages_)
        write_stage(stage, row++);
}

void Site::write_lanes(Time at) {
    if (lane_rows_.empty())
        return;
    for (const auto& desk : desks_)
        lane_rows_[desk.lane_row].sent_now += desk.totals.units;
    for (const auto& out : lanes_)
        lane_rows_[out.lane_row].sent_now += out.totals.units;
    for (auto& row : lane_rows_) {
        const sim::Cell cell[] = {row.sent_now - row.sent};
        writer_.row(frame_.tables.lane_series, at, row.lane, cell);
        row.sent = std::exchange(row.sent_now, 0);
    }
}

void Site::accrue(Time now) {
    const auto areas = room_.areas(now);
    const double holding = to_double(areas.on_hand) * 1e-6 * spec_.holding_per_unit_second
                           + to_double(areas.value) * 1e-6 * spec_.holding_share_per_second;
    post_accrued(ledger_, MoneyAccount::cash, MoneyAccount::holding, holding, holding_posted_);
    const double waiting = to_double(areas.customers_waiting) * 1e-6 * spec_.backorder_per_unit_second;
    post_accrued(ledger_, MoneyAccount::imputed, MoneyAccount::backorder_penalty, waiting, backorder_posted_);
    const double fixed = static_cast<double>(spec_.fixed_per_day) * Duration{now.us}.seconds() / 86400;
    post_accrued(ledger_, MoneyAccount::cash, MoneyAccount::fixed, fixed, fixed_posted_);
}

void Site::start_measuring(Time now) {
    advance_stages(now - sim::microsecond);
    accrue(now);
    measured_from_areas_ = room_.areas(now);
    room_.start_measuring(now);
    for (auto& stage : stages_)
        stage.start_measuring(now);
    for (auto& stage : receive_)
        stage.start_measuring(now);
    for (auto& [channel, feed] : feeds_)
        feed.start_measuring();
    carrier_wait_us_ = 0;
    if (quality_)
        quality_->start_measuring();
    if (parts_)
        parts_->start_measuring();
    if (shelf_life_)
        shelf_life_->start_measuring();
    for (auto& rule : rules_) {
        if (rule.split)
            rule.split->start_measuring(now);
    }
    is_measuring_ = true;
}

void Site::audit() const {
    const auto sum = room_.sum_of_cells();
    const auto& levels = room_.levels();
    const bool totals_agree = sum.on_hand == levels.on_hand && sum.reserved == levels.reserved
                              && sum.waiting == levels.waiting && sum.customers_waiting == levels.customers_waiting
                              && sum.on_order == levels.on_order && sum.value == levels.value;
    if (!totals_agree)
        throw sim::InvariantError(name() + ": the stock of its products does not add up to the site's totals");
    if (parts_)
        parts_->audit(room_.available());
    audit_lots();
    const auto in_books = ledger_.balance(UnitAccount::available) + ledger_.balance(UnitAccount::reserved);
    if (in_books != levels.on_hand || ledger_.balance(UnitAccount::reserved) != levels.reserved) {
        throw sim::InvariantError(name() + ": the ledger has " + std::to_string(in_books) + " units on hand ("
                                  + std::to_string(ledger_.balance(UnitAccount::reserved)) + " reserved), the shelves "
                                  + std::to_string(levels.on_hand) + " (" + std::to_string(levels.reserved) + ")");
    }
}

void Site::finish(Time end) {
    advance_stages(end - sim::microsecond);
    audit();
    write_summary(end);
    write_stage_summary(end);
    write_lock_summary(end);
    if (quality_)
        write_quality(end);
    write_shelf_life(end);
    write_supply(end);
    write_feed_summary(end);
    write_channel_stock(end);
}

/// Order microseconds from the end of the last stage to the carrier, within the measured time.
Wide Site::carrier_wait(Time end) const {
    Wide sum = carrier_wait_us_;
    finished_.for_each([&](const Job& job) {
        if (job.ready < end)
            sum += (end - std::max(job.ready, frame_.measured_from())).us;
    });
    for (const auto& trip : trips_) {
        for (const auto& job : trip.loading)
            sum += (end - std::max(job.ready, frame_.measured_from())).us;
    }
    return sum;
}

void Site::write_summary(Time end) {
    const double us = static_cast<double>((end - frame_.measured_from()).us);
    const auto areas = room_.areas(end);
    const auto mean = [&](Wide now, Wide before) { return to_double(now - before) / us; };
    writer_.row(frame_.tables.site_summary,
                end,
                {std::int64_t{index_},
                 mean(areas.on_hand, measured_from_areas_.on_hand),
                 mean(areas.value, measured_from_areas_.value) / static_cast<double>(currency_unit),
                 mean(areas.customers_waiting, measured_from_areas_.customers_waiting),
                 mean(areas.on_order, measured_from_areas_.on_order),
                 mean(areas.orders_waiting, measured_from_areas_.orders_waiting),
                 to_double(carrier_wait(end)) / us,
                 orders_placed_});
}

void Site::write_stock_summary(Time end) const {
    const double us = static_cast<double>((end - frame_.measured_from()).us);
    for (std::size_t i = 0; i < room_.size(); ++i) {
        const auto position = static_cast<std::int32_t>(i);
        const auto& cell = room_.cell(position);
        const StockFlow& flow = room_.flow(position);
        const RareStockFlow rare = room_.rare_flow(position);
        writer_.row(frame_.tables.stock_summary,
                    end,
                    {std::int64_t{index_},
                     std::int64_t{assortment_->product(i)},
                     flow.initial,
                     flow.received,
                     rare.produced,
                     rare.returned,
                     cell.shipped,
                     std::int64_t{0},
                     rare.recalled,
                     rare.expired,
                     cell.on_hand,
                     to_double(cell.on_hand_area(end)) / us,
                     to_double(cell.waiting_area(end)) / us,
                     to_double(cell.on_order_area(end)) / us});
    }
}

void Site::write_stage_summary(Time end) {
    const Wide us = (end - frame_.measured_from()).us;
    std::uint32_t row = first_stage_;
    const auto write = [&](const Stage& stage) {
        const auto totals = stage.totals(end);
        const auto per = [&](Wide sum, std::int64_t number) {
            return number > 0 ? hours(sum) / static_cast<double>(number) : 0.0;
        };
        const double waiting = to_double(totals.waiting_us) / to_double(us),
                     serving = to_double(totals.service_us) / to_double(us);
        const double waited =
            totals.starts > 0 ? static_cast<double>(totals.waited) / static_cast<double>(totals.starts) : 0.0;
        const double servers = stage.spec().servers;
        writer_.row(frame_.tables.stage_summary,
                    end,
                    {std::int64_t{row++},
                     totals.arrivals,
                     totals.completed,
                     waiting + serving,
                     waiting,
                     serving,
                     per(totals.wait_of_started_us, totals.starts),
                     per(totals.time_of_completed_us, totals.finished),
                     waited,
                     totals.max_waiting,
                     servers > 0 ? serving / servers : 0.0,
                     totals.work_seconds / 3600,
                     servers * stage.spec().calendar.integral(frame_.measured_from(), end) / 3600,
                     totals.left,
                     per(totals.wait_of_left_us, totals.left)});
    };
    for (const auto& stage : receive_)
        write(stage);
    for (const auto& stage : stages_)
        write(stage);
}

}  // namespace spate::models
