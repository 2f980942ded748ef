#include "models/prices/price_office.hpp"

#include <limits>
#include <numeric>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/desk/order_desk.hpp"
#include "models/prices/price_tables.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

PriceOffice::PriceOffice(const RunFrame& frame, const BaseDemand& base, sim::TraceWriter& writer)
    : Process("price office")
    , frame_(frame)
    , writer_(writer) {
    std::vector<double> per_day(frame.spec.products.size());
    for (Index market = 0; market < frame.spec.markets.size(); ++market) {
        const auto units = base.units_in(market);
        for (std::size_t p = 0; p < units.size(); ++p)
            per_day[p] += units[p] * 86400;
    }
    for (const auto& rule : frame.spec.price_rules) {
        for (const Index product : rule.products)
            records_[product].per_day = per_day[product];
    }
}

PriceOffice* PriceOffice::add(sim::Engine& engine,
                              sim::Recorder& recorder,
                              RunFrame& frame,
                              const BaseDemand& base,
                              const std::vector<Site*>& sites,
                              const std::vector<OrderDesk*>& desks) {
    if (frame.spec.price_rules.empty())
        return nullptr;
    declare_price_tables(recorder, frame.spec.currency, frame.tables);
    auto& office = engine.add(std::make_unique<PriceOffice>(frame, base, recorder.add_writer()));
    for (auto* site : sites) {
        if (auto* reports = site->stock_reports(); reports != nullptr && !reports->rules().empty())
            engine.connect(*site, reports->output(), office, price_news_lag);
    }
    for (auto* desk : desks) {
        office.outputs_.push_back(std::make_unique<sim::Output<PriceNotice>>());
        engine.connect(office, *office.outputs_.back(), *desk, price_news_lag);
    }
    return &office;
}

void PriceOffice::start(sim::Context& context) {
    for (std::uint64_t r = 0; r < frame_.spec.price_rules.size(); ++r)
        schedule(context, r, context.now());
}

/// Decides when what sites report at the first review at `after` or later is known.
void PriceOffice::schedule(sim::Context& context, std::uint64_t rule, Time after) {
    const Time next = next_price_review(frame_.spec, frame_.spec.price_rules[rule], after) + price_news_lag;
    if (next < frame_.end)
        context.schedule(next, PriceTick{rule});
}

void PriceOffice::on_event(sim::Context& context, sim::Event& event) {
    if (event.type == StockNews::type) {
        on_news(context, event);
        return;
    }
    SPATE_ASSERT(event.type == PriceTick::type);
    const std::uint64_t rule = event.as<PriceTick>().which;
    decide(context, rule);
    schedule(context, rule, context.now() - price_news_lag + sim::microsecond);
}

void PriceOffice::on_news(sim::Context& context, sim::Event& event) {
    auto news = event.take<StockNews>();
    for (const auto& report : news->items) {
        Record& record = records_.at(report.product);
        record.units += report.units;
        record.age += static_cast<Wide>(report.units) * report.age.us;
    }
    context.recycle(std::move(news));
}

/// What is known of a product at a review whose reports have all come.
PriceFacts PriceOffice::take_facts(const PriceRuleSpec& rule, Index product, Time review) {
    Record& record = records_.at(product);
    PriceFacts facts;
    facts.per_day = record.per_day;
    facts.units = std::exchange(record.units, 0);
    const Wide age = std::exchange(record.age, 0);
    if (is_by_age(rule) && facts.units > 0)
        facts.age = Duration{static_cast<std::int64_t>(age / facts.units)};
    facts.at = review;
    facts.competitor = frame_.ladders.competitor().share(product, review);
    return facts;
}

void PriceOffice::decide(sim::Context& context, std::uint64_t number) {
    const PriceRuleSpec& rule = frame_.spec.price_rules[number];
    std::vector<Repricing> changes;
    for (const Index product : rule.products) {
        Record& record = records_.at(product);
        const PriceFacts facts = take_facts(rule, product, context.now() - price_news_lag);
        const PriceChoice choice = choose_price(rule, facts);
        if (choice.step == record.step)
            continue;
        const double before = price_share(rule, record.step), now = price_share(rule, choice.step);
        record.step = choice.step;
        changes.push_back({product, choice.step});
        if (now == before)
            continue;  // desks tell orders apart by step, customers do not
        ++record.changes[static_cast<std::size_t>(choice.driver)];
        write_change(context.now(), product, facts, choice.driver, now);
    }
    if (changes.empty())
        return;
    for (auto& output : outputs_) {
        auto notice = context.make<PriceNotice>();
        notice->items = changes;
        context.send(*output, price_news_lag, std::move(notice));
    }
}

void PriceOffice::write_change(Time now, Index product, const PriceFacts& facts, PriceDriver driver, double share) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    writer_.row(frame_.tables.prices,
                now,
                {std::int64_t{product},
                 facts.units,
                 facts.per_day > 0 ? static_cast<double>(facts.units) / facts.per_day : unknown,
                 share,
                 facts.age ? facts.age->seconds() / 86400 : unknown,
                 facts.competitor > 0 ? facts.competitor : unknown,
                 static_cast<std::int64_t>(driver)});
}

void PriceOffice::start_measuring() {
    for (auto& [product, record] : records_)
        record.changes.fill(0);
}

void PriceOffice::finish(Time end) {
    for (const auto& [product, record] : records_) {
        const auto& by = record.changes;
        writer_.row(frame_.tables.price_summary,
                    end,
                    {std::int64_t{product},
                     std::accumulate(by.begin(), by.end(), std::int64_t{0}),
                     by[static_cast<std::size_t>(PriceDriver::cover)],
                     by[static_cast<std::size_t>(PriceDriver::age)],
                     by[static_cast<std::size_t>(PriceDriver::date)],
                     by[static_cast<std::size_t>(PriceDriver::competitor)]});
    }
}

template <class Archive>
void PriceOffice::Record::serialize(Archive& archive) {
    archive(units, step);
    sim::plain(archive, age);
    sim::plain(archive, changes);
}

template <class Archive>
void PriceOffice::serialize(Archive& archive) {
    for (auto& [product, record] : records_)
        archive(record);
}

void PriceOffice::save_state(sim::StateWriter& archive) {
    serialize(archive);
}

void PriceOffice::load_state(sim::StateReader& archive) {
    serialize(archive);
}

}  // namespace spate::models
