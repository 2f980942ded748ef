// Site: the price office is told of the stock.

#include "models/sites/site.hpp"

namespace spate::models {

void Site::schedule_price_review(sim::Context& context, std::uint64_t rule, Time after) {
    const Time next = next_price_review(frame_.spec, frame_.spec.price_rules[rule], after);
    if (next < frame_.end)
        context.schedule(next, PriceTick{rule});
}

void Site::on_price_review(sim::Context& context, std::uint64_t number) {
    for (const auto& rule : stock_reports_->rules()) {
        if (rule.number != number)
            continue;
        auto news = context.make<StockNews>();
        for (const auto& [product, position] : rule.products) {
            const Duration age = rule.by_age ? mean_age(position, context.now()) : Duration{};
            news->items.push_back({product, 0, room_.available()[static_cast<std::size_t>(position)], age});
        }
        context.send(stock_reports_->output(), price_news_lag, std::move(news));
    }
    schedule_price_review(context, number, context.now() + sim::microsecond);
}

}  // namespace spate::models
