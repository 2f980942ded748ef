#include "models/quality/quality_office.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/desk/order_desk.hpp"
#include "models/quality/recall_tables.hpp"
#include "models/quality/share_limits.hpp"
#include "models/sites/lot_shelf.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

QualityOffice::QualityOffice(const RunFrame& frame, sim::TraceWriter& writer)
    : Process("quality office")
    , frame_(frame)
    , spec_(*frame.spec.recall)
    , writer_(writer) {}

QualityOffice* QualityOffice::add(sim::Engine& engine,
                                  sim::Recorder& recorder,
                                  RunFrame& frame,
                                  const std::vector<Site*>& sites,
                                  const std::vector<OrderDesk*>& desks) {
    if (!frame.spec.recall)
        return nullptr;
    declare_recall_tables(recorder, frame.spec, frame.tables);
    auto& office = engine.add(std::make_unique<QualityOffice>(frame, recorder.add_writer()));
    const Duration news = frame.spec.recall->news;
    const auto wire = [&](sim::Process& process, sim::Output<QualityNews>& output) {
        engine.connect(process, output, office, news);
        office.outputs_.push_back(std::make_unique<sim::Output<RecallNotice>>());
        engine.connect(office, *office.outputs_.back(), process, news);
    };
    for (auto* site : sites) {
        if (site->quality() != nullptr)
            wire(*site, site->quality()->news());
    }
    for (auto* desk : desks)
        wire(*desk, desk->follow_batches().news());
    return &office;
}

void QualityOffice::start(sim::Context& context) {
    for (std::size_t i = 0; i < spec_.dated.size(); ++i) {
        if (spec_.dated[i].at < frame_.end)
            context.schedule(spec_.dated[i].at, OfficeTick{i});
    }
    if (spec_.at_least > 0)
        context.schedule(Time{} + spec_.every, OfficeTick{look_tick});
}

void QualityOffice::on_event(sim::Context& context, sim::Event& event) {
    if (event.type == QualityNews::type) {
        on_news(context, event);
        return;
    }
    SPATE_ASSERT(event.type == OfficeTick::type);
    const std::uint64_t which = event.as<OfficeTick>().which;
    if (which == look_tick) {
        look(context);
    } else if (which < spec_.dated.size()) {
        on_date(context, static_cast<std::size_t>(which));
    }
}

void QualityOffice::on_news(sim::Context& context, sim::Event& event) {
    auto news = event.take<QualityNews>();
    for (const auto& facts : news->batches) {
        records_[{facts.product, facts.batch}].facts = facts;
        totals_.batches += facts.received >= frame_.measured_from();
        totals_.bad_batches += facts.received >= frame_.measured_from() && is_bad_batch(facts.batch);
    }
    for (const auto& units : news->returns) {
        returns_.push_back(units);
        std::push_heap(returns_.begin(), returns_.end(), comes_later);
    }
    context.recycle(std::move(news));
}

/// Adds up what was returned since it looked last.
std::set<QualityOffice::Key> QualityOffice::count_returns(Time now) {
    std::set<Key> counted;
    for (; !returns_.empty() && returns_.front().known <= now; returns_.pop_back()) {
        const ReturnedUnits units = returns_.front();
        std::pop_heap(returns_.begin(), returns_.end(), comes_later);
        if (spec_.by_batch && units.batch == 0)
            continue;
        Record& record = spec_.by_batch ? records_[{units.product, units.batch}] : products_[units.product];
        // Of a product that was called back, only what was shipped afterwards counts: orders tell when they were.
        if (spec_.by_batch ? record.is_recalled != 0 : units.shipped < record.facts.received)
            continue;
        record.returned += units.units;
        record.returned_quality += units.is_quality != 0 ? units.units : 0;
        counted.insert({units.product, spec_.by_batch ? units.batch : 0});
    }
    return counted;
}

bool QualityOffice::is_bad(const Record& record) const {
    return record.returned_quality >= spec_.at_least
           && is_at_least(record.returned_quality, spec_.share, record.returned);
}

/// Calls back what is bad of all that was returned since it looked last.
void QualityOffice::look(sim::Context& context) {
    std::vector<Recalled> list;
    for (const Key& key : count_returns(context.now())) {
        if (is_bad(spec_.by_batch ? records_[key] : products_[key.first]))
            call_back(key, context.now(), list);
    }
    send(context, list);
    if (context.now() + spec_.every < frame_.end)
        context.schedule(context.now() + spec_.every, OfficeTick{look_tick});
}

void QualityOffice::on_date(sim::Context& context, std::size_t which) {
    const auto& dated = spec_.dated[which];
    std::vector<Recalled> list;
    for (const Index product : dated.products) {
        if (!spec_.by_batch) {
            call_back({product, 0}, context.now(), list);
            continue;
        }
        for (auto record = records_.lower_bound({product, 1});
             record != records_.end() && record->first.first == product;
             ++record) {
            const Time received = record->second.facts.received;
            if (record->second.is_recalled == 0 && dated.from <= received && received < dated.to)
                call_back(record->first, context.now(), list);
        }
    }
    send(context, list);
}

/// Notes a recall: of one batch, or of all there are of a product.
void QualityOffice::call_back(Key what, Time now, std::vector<Recalled>& list) {
    const auto [product, batch] = what;
    const Time heard = now + spec_.news;  // by sites and desks
    Record facts;
    const auto mark = [&](Record& record) {
        const bool is_measured = record.facts.received >= frame_.measured_from() && heard < frame_.end;
        totals_.bad_recalled += is_measured && record.is_recalled == 0 && is_bad_batch(record.facts.batch);
        record.is_recalled = 1;
        facts.facts.quantity += record.facts.quantity;
        facts.facts.defective += record.facts.defective;
    };
    if (batch != 0) {
        mark(records_[what]);
        facts = records_[what];
    } else {
        for (auto record = records_.lower_bound({product, 1});
             record != records_.end() && record->first.first == product;
             ++record)
            mark(record->second);
        Record& known = products_[product];
        facts.returned = known.returned;
        facts.returned_quality = known.returned_quality;
        known = {};
        known.facts.received = heard;  // then the shelves are empty
    }
    totals_.recalls += heard >= frame_.measured_from() && heard < frame_.end;
    list.push_back({batch, product, recalls_++});
    writer_.row(frame_.tables.recalls,
                now,
                {now.us,
                 std::int64_t{product},
                 static_cast<std::int64_t>(batch),
                 batch == 0 ? no_time : facts.facts.received.us,
                 facts.facts.quantity,
                 facts.facts.defective,
                 facts.returned,
                 facts.returned_quality});
}

void QualityOffice::send(sim::Context& context, const std::vector<Recalled>& list) {
    if (list.empty())
        return;
    for (auto& output : outputs_) {
        auto notice = context.make<RecallNotice>();
        notice->items = list;
        context.send(*output, spec_.news, std::move(notice));
    }
}

void QualityOffice::finish(Time end) {
    writer_.row(frame_.tables.recall_summary,
                end,
                {totals_.recalls, totals_.batches, totals_.bad_batches, totals_.bad_recalled});
}

template <class Archive>
void QualityOffice::serialize(Archive& archive) {
    const auto map = [&](auto& records) {
        std::vector<typename std::decay_t<decltype(records)>::key_type> keys;
        std::vector<Record> values;
        for (const auto& [key, record] : records) {
            keys.push_back(key);
            values.push_back(record);
        }
        archive(keys);
        sim::block(archive, values);
        for (std::size_t i = 0; i < keys.size(); ++i)
            records[keys[i]] = values[i];
    };
    map(records_);
    map(products_);
    sim::block(archive, returns_);
    archive(recalls_);
    sim::plain(archive, totals_);
}

void QualityOffice::save_state(sim::StateWriter& archive) {
    serialize(archive);
}

void QualityOffice::load_state(sim::StateReader& archive) {
    serialize(archive);
}

}  // namespace spate::models
