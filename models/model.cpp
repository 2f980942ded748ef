#include "models/model.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <new>
#include <stdexcept>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "sim/snapshot/memory_stream.hpp"
#include "models/demand/activity.hpp"
#include "models/fit.hpp"
#include "models/model_impl.hpp"
#include "models/network/expected_demand.hpp"
#include "models/network/supply_network.hpp"
#include "models/spec_archive.hpp"

namespace spate::models {

Model::Impl::Impl(ModelSpec model, sim::EngineOptions options, sim::Recorder& trace)
    : spec(std::move(model))
    , recorder(trace)
    , engine(options)
    , frame{spec, {}, {}, Time{(spec.warm_up + spec.horizon).us}}
    , base(spec)
    , writer(trace.add_writer())
    , peaks(frame.peaks) {
    frame.peaks = PeakCalendar(spec);
    frame.prices = PriceBook(spec);
    frame.offers = SessionOffers(spec, base.broadcasts());
    frame.ladders = PriceLadders(spec);
    for (const auto& product : spec.products)
        frame.goods.push_back({product.price, product.weight_mg, product.volume_ul});
    TraceSizes sizes;
    sizes.sites = static_cast<std::uint32_t>(spec.sites.size());
    sizes.desks = static_cast<std::uint32_t>(spec.markets.size() * spec.channels.size());
    sizes.lanes = static_cast<std::uint32_t>(spec.lanes.size());
    for (const auto& site : spec.sites)
        sizes.stages += static_cast<std::uint32_t>(site.outbound.size()) + (site.receive ? 1U : 0U);
    describe_model(recorder, spec);
    frame.tables = declare_tables(recorder, spec, sizes);
    share_assortments();
    expected = expected_units_per_day(spec, base, assortments);
    const auto parts = is_prepared_for(spec) || is_listened_to(spec)
                           ? parts_of_demand(spec, base, assortments, expected)
                           : std::vector<std::vector<double>>{};
    sessions.emplace(spec, base, parts, recorder);
    add_sites();
    set_opening_stock();
    add_replenishment();
    add_desks();
    returns.add(engine, recorder, frame, sites, desks);
    office = QualityOffice::add(engine, recorder, frame, sites, desks);
    grading = GradingOffice::add(engine, recorder, frame, sites, desks);
    pricing = PriceOffice::add(engine, recorder, frame, base, sites, desks);
    engine.at_times(
        frame.measured_from(), {}, [this](Time at) { start_measuring(at); }, "measure");
    engine.at_times(
        Time{0}, spec.trace.series_every, [this](Time at) { sample(at); }, "series");
    if (const auto every = spec.snapshot.every) {
        const auto due = [this](Time at) {
            if (hooks.on_snapshot)
                hooks.on_snapshot(at);
        };
        engine.at_times(Time{0} + *every, *every, due, "snapshot");
    }
    engine.at_window_end([this](Time boundary) { at_window_end(boundary); });
    engine.at_end([this](std::span<const sim::Event> pending) { hear_last_news(pending); });
}

/// Sites that keep the same products share one table of positions: it stays in the cache. All stock shares one memory.
void Model::Impl::share_assortments() {
    std::map<std::vector<Index>, std::shared_ptr<const Assortment>> known;
    std::size_t bytes = 0;
    for (const auto& site : spec.sites) {
        auto& assortment = known[site.assortment];
        if (!assortment)
            assortment = std::make_shared<Assortment>(site.assortment, spec.products.size());
        assortments.push_back(assortment);
        bytes += StockRoom::long_lived_bytes(site.assortment.size());
    }
    frame.memory = std::make_shared<LongLivedMemory>(bytes);
}

void Model::Impl::add_sites() {
    std::uint32_t first_stage = 0;
    std::vector<Spans> activity;
    std::vector<std::vector<Index>> lanes(spec.sites.size());
    for (Index l = 0; l < spec.lanes.size(); ++l)
        lanes[spec.lanes[l].from].push_back(l);
    for (Index c = 0; c < spec.channels.size(); ++c)
        activity.push_back(activity_of(spec, c, frame.end));
    for (Index s = 0; s < spec.sites.size(); ++s) {
        auto& site = engine.add(std::make_unique<Site>(frame, s, assortments[s], recorder.add_writer(), first_stage));
        site.set_channel_activity(activity);
        site.set_lanes(lanes[s]);
        sites.push_back(&site);
        first_stage += static_cast<std::uint32_t>(spec.sites[s].outbound.size()) + (spec.sites[s].receive ? 1U : 0U);
    }
}

void Model::Impl::set_opening_stock() {
    for (Index s = 0; s < spec.sites.size(); ++s) {
        const auto& site = spec.sites[s];
        if (site.unlimited_stock)
            continue;
        std::vector<Units> units = site.initial_units;
        units.resize(site.assortment.size());
        if (site.initial_cover) {
            const double days = site.initial_cover->seconds() / 86400;
            for (std::size_t i = 0; i < units.size(); ++i)
                units[i] = static_cast<Units>(std::ceil(expected[s][i] * days - 1e-9));
        }
        sites[s]->set_opening_stock(units);
    }
}

void Model::Impl::add_replenishment() {
    std::vector<bool> has_lane(spec.lanes.size());
    std::uint32_t supply_row = 0;
    for (const auto& rule : spec.replenish) {
        Site& site = *sites[rule.site];
        std::vector<double> per_day;
        for (const Index p : rule.products) {
            const auto position = assortments[rule.site]->position(p);
            per_day.push_back(position < 0 ? 0 : expected[rule.site][static_cast<std::size_t>(position)]);
        }
        for (auto& from : site.add_rule(rule, per_day, supply_row)) {
            const auto& lane = spec.lanes[from.lane];
            Site& source = *sites[lane.from];
            engine.connect(site, from.output, source, rule.order_lag);
            if (has_lane[from.lane])
                continue;
            has_lane[from.lane] = true;
            const Duration fastest =
                lane.transit.is_constant() ? sim::from_seconds(lane.transit.mean()) : lane.min_transit;
            engine.connect(source, source.add_lane(from.lane), site, fastest);
        }
        supply_row += rule.split ? static_cast<std::uint32_t>(rule.split->sources.size()) : 0U;
    }
}

void Model::Impl::add_desks() {
    const SupplyNetwork network(spec);
    std::vector<sim::Cell> markets, channels;
    for (Index m = 0; m < spec.markets.size(); ++m) {
        const std::vector<Index> lanes = network.lanes_to_market(m);
        for (Index c = 0; c < spec.channels.size(); ++c) {
            const auto index = static_cast<std::uint32_t>(desks.size());
            auto& desk = engine.add(std::make_unique<OrderDesk>(frame, m, c, index, base, recorder.add_writer()));
            desks.push_back(&desk);
            markets.emplace_back(m);
            channels.emplace_back(c);
            connect_desk(desk, lanes, c);
        }
    }
    using sim::ColumnType;
    recorder.add_static({"/network/desks",
                         "Order desks: one for each channel in each market",
                         {},
                         {{{"market", ColumnType::u32, "1", "market", {}, "/network/markets", 1.0}, markets},
                          {{"channel", ColumnType::u32, "1", "channel", {}, "/network/channels", 1.0}, channels}}});
}

void Model::Impl::connect_desk(OrderDesk& desk, const std::vector<Index>& lanes, Index channel) {
    const auto& terms = spec.channels[channel];
    const bool is_pushed = is_told_changes(terms), is_cached = terms.view == StockView::cached;
    const bool asks = terms.view == StockView::live || terms.view == StockView::reserved;
    const Duration from_site = terms.view == StockView::live ? Duration{} : terms.view_lag;
    const Duration to_site = asks ? from_site : terms.release_lag;
    std::uint32_t number = 0;
    for (const Index lane : lanes) {
        Site& site = *sites[spec.lanes[lane].from];
        const std::uint32_t slot = site.add_desk(lane, channel, number);
        desk_of[{site.index(), slot}] = desk_of_process[desk.id().index()] = &desk;
        engine.connect(desk, desk.add_source(site, slot, lane), site, to_site);
        engine.connect(site, site.desk(slot).outcomes, desk, from_site);
        if (is_pushed)
            engine.connect(site, site.desk(slot).changes, desk, terms.read ? terms.read->at_least : from_site);
        if (is_cached)
            engine.connect(site, site.desk(slot).views, desk, from_site);
        if (is_pushed || is_cached)
            desk.set_opening_view(number, site.snapshot_for(channel));
        ++number;
    }
}

/// Adds up the books and writes a row of every series.
void Model::Impl::sample(Time at) {
    engine.for_each(sites.size(), [&](std::size_t s) { sites[s]->sample(at); });
    engine.for_each(desks.size(), [&](std::size_t d) { desks[d]->sample(at); });
    returns.sample(at);
    if (!frame.peaks.is_empty())
        sample_peak(at);
    const LedgerTotals books = totals();
    if (at == frame.measured_from())
        opening = books;  // with what the sample has posted
    sessions->sample(at, books, writer);
    const auto balances = books.accounts();
    for (std::uint32_t a = 0; a < balances.size(); ++a) {
        const sim::Cell cell[] = {balances[a]};
        writer.row(frame.tables.ledger_series, at, a, cell);
    }
}

/// Closes a sample period that was a peak, and begins the next one.
void Model::Impl::sample_peak(Time at) {
    const std::int64_t every = spec.trace.series_every.us, next = at.us / every;
    const bool was_peak = at.us > 0 && frame.peaks.has((at.us - 1) / every);
    for (auto* desk : desks) {
        for (const auto& earlier : desk->take_placed_earlier())
            peaks.add(earlier);
    }
    if (was_peak) {
        PeakSeries::State state;
        for (const auto* site : sites) {
            peaks.add(site->steps());
            state.in_process += site->orders_held();
            state.backordered += site->units_backordered();
        }
        for (const auto* desk : desks) {
            peaks.add(desk->steps());
            state.open += desk->orders_open();
        }
        peaks.close(at, state);
    }
    if (!was_peak && !frame.peaks.has(next))
        return;
    for (auto* site : sites)
        site->start_period(at);
    for (auto* desk : desks)
        desk->start_period(at);
}

void Model::Impl::start_measuring(Time at) {
    for (auto* site : sites)
        site->start_measuring(at);
    returns.start_measuring(at);
    if (grading != nullptr)
        grading->start_measuring();
    if (pricing != nullptr)
        pricing->start_measuring();
    opening = totals();
}

LedgerTotals Model::Impl::totals() const {
    LedgerTotals totals;
    const auto add = [&](const auto& parts) {
        constexpr std::size_t ahead = 8;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (i + ahead < parts.size())
                parts[i + ahead]->ledger().prefetch();
            totals.add(parts[i]->ledger());
        }
    };
    add(sites);
    add(desks);
    returns.add_to(totals);
    return totals;
}

void Model::Impl::at_window_end(Time boundary) {
    totals().check(boundary);
    ++checks;
    recorder.flush(boundary);
    if (!hooks.on_progress)
        return;
    const auto now = std::chrono::steady_clock::now();
    if (now - reported < std::chrono::milliseconds(100))
        return;
    reported = now;
    hooks.on_progress({boundary, frame.end, orders(boundary), engine.events()});
}

std::uint64_t Model::Impl::orders(Time before) const {
    std::int64_t orders = 0;
    for (const auto* desk : desks)
        orders += desk->orders_placed(before);
    return static_cast<std::uint64_t>(orders);
}

RunResult Model::Impl::run(const RunHooks& given) {
    hooks = given;
    if (!std::exchange(is_open, true))
        recorder.open();
    RunResult result;
    result.report = engine.run_until(frame.end);
    if (frame.measured_from() >= frame.end)
        start_measuring(frame.end);
    sample(frame.end);
    summarise(result);
    recorder.close();
    return result;
}

std::string Model::Impl::save_state(const std::string& rows_path) {
    sim::MemoryOutput out;
    sim::StateWriter archive(out);
    std::string description = archived(spec);
    Time at = engine.now();
    archive(description, at, opening.units, opening.money, peaks, *sessions);
    for (auto* desk : desks)
        desk->settle(at);
    engine.save_state(archive);
    recorder.save_state(archive, at, rows_path);
    return out.take();
}

namespace {

[[noreturn]] void refuse_state(const std::exception& error) {
    throw sim::FileError(std::string("the snapshot cannot be read: ") + error.what());
}

}  // namespace

void Model::Impl::load_state(std::string_view text, sim::PastRows past, const std::string& rows_path) {
    StateHead head = head_of_state(text);
    refuse_unfit(head.spec, spec, past == sim::PastRows::kept && !recorder.path().empty());
    SPATE_EXPECT(!is_open && spec.earlier_seeds == seeds_of_fork(spec, head.spec, head.at));
    is_open = true;
    recorder.open();
    sim::MemoryInput in(text);
    sim::StateReader archive(in);
    std::string description;
    try {
        archive(description, head.at, opening.units, opening.money, peaks, *sessions);
        engine.load_state(archive);
        recorder.load_state(archive, past, rows_path);
        if (past == sim::PastRows::left_out)
            peaks.leave_out_before(engine.now());
    } catch (const cereal::Exception& error) {
        refuse_state(error);
    } catch (const sim::InvariantError& error) {
        refuse_state(error);
    } catch (const std::bad_alloc& error) {  // sizes that lie
        refuse_state(error);
    } catch (const std::length_error& error) {
        refuse_state(error);
    }
}

Model::Model(ModelSpec spec, sim::EngineOptions options, sim::Recorder& recorder)
    : impl_(std::make_unique<Impl>(std::move(spec), options, recorder)) {}

Model::~Model() = default;

Parallelism Model::parallelism() const {
    const auto work = expected_work(impl_->spec, impl_->base, impl_->expected);
    Parallelism report;
    for (const auto& group : impl_->engine.groups()) {
        auto& entry = report.groups.emplace_back();
        for (const auto member : group.members) {
            entry.members.push_back(impl_->engine.processes()[member.index()]->name());
            entry.work += work[member.index()];
        }
        if (group.lookahead.us != INT64_MAX)
            entry.lookahead = group.lookahead;
    }
    const sim::Outlook outlook = impl_->engine.outlook(work);
    report.most_workers = outlook.most_workers;
    report.round = outlook.round;
    return report;
}

RunResult Model::run(const RunHooks& hooks) {
    return impl_->run(hooks);
}

std::string Model::save_state(const std::string& rows_path) {
    return impl_->save_state(rows_path);
}

void Model::load_state(std::string_view archive, sim::PastRows past, const std::string& rows_path) {
    impl_->load_state(archive, past, rows_path);
}

Time Model::now() const {
    return impl_->engine.now();
}

std::uint64_t Model::scenario_hash() const {
    return models::scenario_hash(impl_->spec);
}

ModelSpec Model::spec_of(std::string_view archive) {
    return head_of_state(archive).spec;
}

ModelSpec Model::forked(ModelSpec spec, std::string_view archive) {
    StateHead head = head_of_state(archive);
    spec.earlier_seeds = seeds_of_fork(spec, head.spec, head.at);
    return spec;
}

}  // namespace spate::models
