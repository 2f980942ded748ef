#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "models/prices/price_ladders.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// What a competitor takes, and rules of prices that depend on it.
namespace spate::scenarios {

namespace {

using models::CompetitorPriceSpec;
using models::Index;
using models::PriceRuleSpec;

constexpr double most_customers = 16;  ///< times those of the normal price: each is drawn

bool is_before(const CompetitorPriceSpec& a, const CompetitorPriceSpec& b) {
    return std::tie(a.product, a.from) < std::tie(b.product, b.from);
}

/// Collects prices, in any order.
class Prices {
  public:
    explicit Prices(Draft& draft)
        : draft_(draft)
        , end_(sim::Time{} + draft.spec.warm_up + draft.spec.horizon) {}

    void load(const Node& item) {
        Reader reader(draft_, "competitor_price", item);
        reader.file("from");
        const auto from = reader.moment("time");
        const auto products = reader.select("products", draft_.products);
        const auto price = reader.quantity("price");
        if (!from || !price) {
            return;
        }
        is_any_ = true;
        is_any_in_run_ = is_any_in_run_ || (from->us >= 0 && *from < end_);
        for (const Index product : products) {
            if (!known_.emplace(product, from->us).second) {
                reader.problem("time",
                               in_quotes(draft_.products.id(product))
                                   + " has a competitor's price from this time on already. leave one out?");
                return;
            }
            all_.push_back({product, *from, models::to_money(price->value)});
        }
    }

    /// Those that hold in the run, by product and time.
    std::vector<CompetitorPriceSpec> take() {
        std::sort(all_.begin(), all_.end(), is_before);
        std::vector<CompetitorPriceSpec> held;
        for (const auto& price : all_) {
            if (price.from >= end_) {
                continue;
            }
            if (price.from.us <= 0 && !held.empty() && held.back().product == price.product) {
                held.pop_back();  // another one holds at the start
            }
            held.push_back(price);
        }
        return held;
    }

    bool miss_the_run() const { return is_any_ && !is_any_in_run_; }

  private:
    Draft& draft_;
    sim::Time end_;
    std::vector<CompetitorPriceSpec> all_;
    std::set<std::pair<Index, std::int64_t>> known_;
    bool is_any_ = false, is_any_in_run_ = false;
};

/// The first product of a rule of which no competitor's price, or no price of ours to compare it with, is known.
std::string incomparable(const Draft& draft, const PriceRuleSpec& rule) {
    const auto& prices = draft.spec.competitor_prices;
    for (const Index product : rule.products) {
        const std::string id = in_quotes(draft.products.id(product));
        const auto found = std::lower_bound(
            prices.begin(), prices.end(), product, [](const auto& price, Index p) { return price.product < p; });
        if (found == prices.end() || found->product != product) {
            return "`competitor_prices` has none of " + id
                   + " before the end. give it one, or leave the product out of the rule?";
        }
        if (draft.spec.products[product].price == 0) {
            return id + " costs nothing, so no price can be compared with its own. leave it out of the rule?";
        }
    }
    return "";
}

}  // namespace

void load_competitor_prices(Reader& scenario) {
    Draft& draft = scenario.draft();
    const Node* list = scenario.node("competitor_prices");
    if (list == nullptr) {
        return;
    }
    const std::size_t before = draft.problems.count();
    Prices prices(draft);
    for_each_item(draft, *list, "competitor_price", true, [&](const Node& item) { prices.load(item); });
    if (!draft.has_time) {
        return;
    }
    if (prices.miss_the_run() && draft.problems.count() == before) {
        scenario.problem(
            "competitor_prices",
            "none of these prices begins in the simulated time (one that holds throughout is written from the "
            "start on). another year's file?");
    }
    draft.spec.competitor_prices = prices.take();
    draft.knows_competitor = draft.problems.count() == before;
}

void check_competitor(Reader& reader, const PriceRuleSpec& rule) {
    const Draft& draft = reader.draft();
    const bool watches = rule.cross_elasticity > 0;
    if (!draft.has_time || !draft.knows_competitor || !(rule.follow || watches)) {
        return;
    }
    if (const std::string why = incomparable(draft, rule); !why.empty()) {
        reader.problem(rule.follow ? "follow" : "cross_elasticity", why);
        return;
    }
    if (!watches) {
        return;
    }
    double most = 1;
    for (std::size_t step = 1; step <= rule.steps.size(); ++step) {
        most = std::max(most, models::demand_factor(rule, step));
    }
    const double all = most * models::most_by_competitor(rule, models::CompetitorPrices(draft.spec));
    if (most <= most_customers && all > most_customers) {
        reader.problem("cross_elasticity",
                       fmt::format("at the competitor's highest price and the lowest step {:.3g} times the customers "
                                   "come; up to {:g} are possible. write a smaller one?",
                                   all,
                                   most_customers));
    }
}

}  // namespace spate::scenarios
