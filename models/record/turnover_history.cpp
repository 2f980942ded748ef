#include "models/record/turnover_history.hpp"

#include <algorithm>

namespace spate::models {

void TurnoverHistory::add(sim::Time at, const LedgerTotals& books) {
    const auto balance = [&](MoneyAccount account) { return books.money[static_cast<std::size_t>(account)]; };
    samples_.push_back({at, balance(MoneyAccount::inventory), balance(MoneyAccount::cost_of_goods_sold)});
}

std::optional<TurnoverHistory::Span> TurnoverHistory::in(sim::Time from, sim::Time to) const {
    const auto after = [&](sim::Time t) {
        return std::upper_bound(
            samples_.begin(), samples_.end(), t, [](sim::Time a, const Sample& sample) { return a < sample.at; });
    };
    const auto first = after(from), last = after(to);
    if (first == samples_.begin() || first >= last)
        return std::nullopt;
    Span span;
    for (auto sample = first; sample != last; ++sample)
        span.mean_stock += static_cast<double>(sample->stock) / static_cast<double>(last - first);
    span.sold = static_cast<double>((last - 1)->sold - (first - 1)->sold);
    return span;
}

}  // namespace spate::models
