#include "models/prices/price_office.hpp"

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
    for (const auto& report : news->items)
        records_.at(report.product).units += report.units;
    context.recycle(std::move(news));
}

double PriceOffice::share_of(const PriceRuleSpec& rule, std::uint32_t step) {
    return step == 0 ? 1 : rule.steps[step - 1].share;
}

void PriceOffice::decide(sim::Context& context, std::uint64_t number) {
    const PriceRuleSpec& rule = frame_.spec.price_rules[number];
    std::vector<Repricing> changes;
    for (const Index product : rule.products) {
        Record& record = records_.at(product);
        const Units units = std::exchange(record.units, 0);
        const std::uint32_t step = record.per_day > 0 ? step_of(rule, record.per_day, units) : 0;
        if (step == record.step)
            continue;
        const double before = share_of(rule, record.step), now = share_of(rule, step);
        record.step = step;
        changes.push_back({product, step});
        if (now == before)
            continue;  // desks tell orders apart by step, customers do not
        ++record.changes;
        writer_.row(frame_.tables.prices,
                    context.now(),
                    {std::int64_t{product}, units, static_cast<double>(units) / record.per_day, now});
    }
    if (changes.empty())
        return;
    for (auto& output : outputs_) {
        auto notice = context.make<PriceNotice>();
        notice->items = changes;
        context.send(*output, price_news_lag, std::move(notice));
    }
}

/// The last step whose cover the stock reaches; 0: none. Rates of demand are no round numbers: a cover that is missed
/// by a billionth is reached.
std::uint32_t PriceOffice::step_of(const PriceRuleSpec& rule, double per_day, Units units) {
    std::uint32_t step = 0;
    while (step < rule.steps.size()
           && static_cast<double>(units) >= rule.steps[step].cover.seconds() / 86400 * per_day * (1 - 1e-9))
        ++step;
    return step;
}

void PriceOffice::start_measuring() {
    for (auto& [product, record] : records_)
        record.changes = 0;
}

void PriceOffice::finish(Time end) {
    for (const auto& [product, record] : records_)
        writer_.row(frame_.tables.price_summary, end, {std::int64_t{product}, record.changes});
}

template <class Archive>
void PriceOffice::Record::serialize(Archive& archive) {
    archive(units, step, changes);
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
