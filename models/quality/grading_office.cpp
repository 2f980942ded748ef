#include "models/quality/grading_office.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/desk/order_desk.hpp"
#include "models/quality/grade_tables.hpp"
#include "models/quality/share_limits.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

GradingOffice::GradingOffice(const RunFrame& frame, sim::TraceWriter& writer)
    : Process("grading office")
    , frame_(frame)
    , spec_(*frame.spec.grades)
    , writer_(writer)
    , days_(spec_.levels.size()) {
    for (const auto& defects : frame.spec.defects) {
        const auto& kept = frame.spec.sites[defects.site].assortment;
        for (const Index product : defects.products) {
            if (!std::binary_search(kept.begin(), kept.end(), product))
                continue;
            products_[defects.site].insert(product);
            Record& record = records_[product];
            record.level = spec_.first;
            record.seen = spec_.levels[spec_.first].seen;
        }
        products_[defects.site];
        suppliers_[defects.site];
    }
}

GradingOffice* GradingOffice::add(sim::Engine& engine,
                                  sim::Recorder& recorder,
                                  RunFrame& frame,
                                  const std::vector<Site*>& sites,
                                  const std::vector<OrderDesk*>& desks) {
    if (!frame.spec.grades)
        return nullptr;
    declare_grade_tables(recorder, frame.spec, frame.tables);
    auto& office = engine.add(std::make_unique<GradingOffice>(frame, recorder.add_writer()));
    const Duration news = frame.spec.grades->news;
    const auto tell = [&](sim::Process& process) {
        office.outputs_.push_back(std::make_unique<sim::Output<GradeNotice>>());
        engine.connect(office, *office.outputs_.back(), process, news);
    };
    for (auto* site : sites) {
        if (site->quality() == nullptr || !site->quality()->inspects())
            continue;
        engine.connect(*site, site->quality()->verdicts(), office, news);
        tell(*site);
    }
    for (auto* desk : desks)
        tell(*desk);
    return &office;
}

void GradingOffice::start(sim::Context& context) {
    context.schedule(Time{} + spec_.every, GradeTick{grade_tick});
}

void GradingOffice::on_event(sim::Context& context, sim::Event& event) {
    if (event.type == VerdictNews::type) {
        on_news(context, event);
        return;
    }
    SPATE_ASSERT(event.type == GradeTick::type);
    const std::uint64_t which = event.as<GradeTick>().which;
    if (which == grade_tick) {
        grade_all(context);
    } else {
        take_off(context, static_cast<Index>(which));
    }
}

void GradingOffice::on_news(sim::Context& context, sim::Event& event) {
    auto news = event.take<VerdictNews>();
    std::set<Index> restricted;
    for (const auto& verdict : news->items) {
        Record& record = records_.at(verdict.product);
        record.batches.push_back({verdict.tested, verdict.defective});
        record.all.units += verdict.tested;
        record.all.defective += verdict.defective;
        while (record.batches.size() > spec_.over) {
            record.all.units -= record.batches.front().units;
            record.all.defective -= record.batches.front().defective;
            record.batches.pop_front();
        }
        Supplier& supplier = suppliers_.at(verdict.supplier);
        if (verdict.counts == 0 || supplier.is_black)
            continue;
        supplier.failed_in_a_row = verdict.failed != 0 ? supplier.failed_in_a_row + 1 : 0;
        if (spec_.black_after == 0 || supplier.failed_in_a_row < spec_.black_after)
            continue;
        supplier.failed_in_a_row = 0;
        supplier.is_black = true;
        supplier.since = context.now();
        ++supplier.listings;
        context.schedule(context.now() + spec_.black_for, GradeTick{verdict.supplier});
        const auto& products = products_.at(verdict.supplier);
        restricted.insert(products.begin(), products.end());
    }
    context.recycle(std::move(news));
    tell(context, restricted);
}

void GradingOffice::take_off(sim::Context& context, Index supplier) {
    Supplier& free = suppliers_.at(supplier);
    free.is_black = false;
    free.black.us += measured(free.since, context.now());
    tell(context, products_.at(supplier));
}

void GradingOffice::grade_all(sim::Context& context) {
    std::set<Index> changed;
    for (auto& [product, record] : records_) {
        const std::uint32_t level = level_of(record);
        if (record.seen != seen_of(product, level))  // a fork may show it to others
            changed.insert(product);
        if (level == record.level)
            continue;
        days_[record.level].us += measured(record.since, context.now());
        record.level = level;
        record.since = context.now();
        changed.insert(product);
    }
    tell(context, changed);
    if (context.now() + spec_.every < frame_.end)
        context.schedule(context.now() + spec_.every, GradeTick{grade_tick});
}

/// The best level whose limit holds; nothing tested yet: as it is.
std::uint32_t GradingOffice::level_of(const Record& record) const {
    if (record.all.units == 0)
        return record.level;
    const auto found = std::find_if(spec_.levels.begin(), spec_.levels.end(), [&](const auto& level) {
        return is_at_most(record.all.defective, level.most_defective, record.all.units);
    });
    return static_cast<std::uint32_t>(found - spec_.levels.begin());
}

/// A supplier of the product is on the list.
bool GradingOffice::is_black(Index product) const {
    return std::any_of(suppliers_.begin(), suppliers_.end(), [&](const auto& each) {
        return each.second.is_black && products_.at(each.first).contains(product);
    });
}

double GradingOffice::seen_of(Index product, std::uint32_t level) const {
    return spec_.levels[level].seen * (is_black(product) ? spec_.black_seen : 1);
}

/// What is shown of these products from now on, and their grades.
void GradingOffice::tell(sim::Context& context, const std::set<Index>& products) {
    std::vector<Regrading> changes;
    for (const Index product : products) {
        Record& record = records_.at(product);
        record.seen = seen_of(product, record.level);
        changes.push_back({context.now(), record.seen, product, record.level});
        writer_.row(frame_.tables.grades,
                    context.now(),
                    {std::int64_t{product},
                     std::int64_t{record.level},
                     record.seen,
                     std::int64_t{is_black(product)},
                     record.all.units,
                     record.all.defective});
    }
    if (changes.empty())
        return;
    for (auto& output : outputs_) {
        auto notice = context.make<GradeNotice>();
        notice->items = changes;
        context.send(*output, spec_.news, std::move(notice));
    }
}

void GradingOffice::start_measuring() {
    std::fill(days_.begin(), days_.end(), Duration{});
    for (auto& [site, supplier] : suppliers_) {
        supplier.black = {};
        supplier.listings = 0;
    }
}

void GradingOffice::settle(Time at) {
    for (auto& [product, record] : records_) {
        days_[record.level].us += measured(record.since, at);
        record.since = at;
    }
    for (auto& [site, supplier] : suppliers_) {
        if (supplier.is_black)
            supplier.black.us += measured(supplier.since, at);
        supplier.since = at;
    }
}

void GradingOffice::finish(Time end) {
    settle(end);
    for (std::size_t i = 0; i < days_.size(); ++i)
        writer_.row(frame_.tables.grade_summary, end, {static_cast<std::int64_t>(i), days_[i].seconds() / 86400});
    for (const auto& [site, supplier] : suppliers_)
        writer_.row(
            frame_.tables.black_list, end, {std::int64_t{site}, supplier.listings, supplier.black.seconds() / 86400});
}

template <class Archive>
void GradingOffice::Record::serialize(Archive& archive) {
    std::vector<Tested> last(batches.begin(), batches.end());
    sim::block(archive, last);
    batches.assign(last.begin(), last.end());
    archive(all.units, all.defective, level, seen, since);
}

template <class Archive>
void GradingOffice::Supplier::serialize(Archive& archive) {
    archive(failed_in_a_row, is_black, since, black, listings);
}

template <class Archive>
void GradingOffice::serialize(Archive& archive) {
    archive(records_, suppliers_, days_);
}

void GradingOffice::save_state(sim::StateWriter& archive) {
    serialize(archive);
}

void GradingOffice::load_state(sim::StateReader& archive) {
    serialize(archive);
}

}  // namespace spate::models
