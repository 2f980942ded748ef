#include "models/desk/desk_prices.hpp"

#include <algorithm>
#include <iterator>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_price = 81;

/// The first state that begins later.
template <class States>
auto first_after(States& states, Time at) {
    return std::upper_bound(states.begin(), states.end(), at, [](Time t, const auto& s) { return t < s.from; });
}

}  // namespace

DeskPrices::DeskPrices(const RunFrame& frame)
    : frame_(frame)
    , seed_(frame.seed())
    , counts_(frame.spec.price_rules.size() * (most_price_steps + 1)) {}

void DeskPrices::note(const PriceNotice& notice, Time now) {
    for (const auto& change : notice.items) {
        auto& states = states_[change.product];
        const auto later = first_after(states, asked_);
        if (later != states.begin())
            states.erase(states.begin(), std::prev(later));
        states.push_back({now, change.step});
    }
}

/// 0 of products without a rule.
std::uint8_t DeskPrices::step(Index product, Time at) const {
    const auto found = states_.find(product);
    if (found == states_.end())
        return 0;
    const auto& states = found->second;
    const auto next = first_after(states, at);
    return next == states.begin() ? 0 : static_cast<std::uint8_t>(std::prev(next)->step);
}

/// Of layer k as many come as the factor is above k, at most all.
bool DeskPrices::takes(const CustomerOrder& customer) {
    asked_ = customer.placed;
    if (customer.session > 0)
        return true;
    if (!frame_.ladders.has_rule(customer.product))
        return customer.layer == 0;
    const std::uint8_t now = step(customer.product, customer.placed);
    const double part = frame_.ladders.factor(customer.product, now, customer.placed) - customer.layer;
    const bool comes =
        part >= 1 || (part > 0 && sim::RandomStream(seed_, customer.key, purpose_price).uniform() < part);
    if (customer.placed >= frame_.measured_from()) {
        of(customer.product, now).gained += customer.layer > 0 && comes;
        of(customer.product, now).lost += customer.layer == 0 && !comes;
    }
    return comes;
}

void DeskPrices::mark(Order& order) {
    order.price = step(order.product, order.placed) & 15U;
    if (counts(order))
        ++of(order.product, order.price).placed;
}

void DeskPrices::exchange(const Order& before, Order& after, Time now) {
    after.price = step(after.product, now) & 15U;
    if (counts(before))
        --of(before.product, before.price).placed;
    if (counts(after))
        ++of(after.product, after.price).placed;
}

void DeskPrices::note_shipped(const Order& order) {
    if (!counts(order))
        return;
    Counts& counts = of(order.product, order.price);
    counts.shipped += order.quantity;
    counts.paid = add_up(counts.paid, multiply(frame_.price(order), order.quantity));
    counts.normal = add_up(counts.normal, multiply(frame_.goods[order.product].price, order.quantity));
}

void DeskPrices::write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const {
    const auto& rules = frame_.spec.price_rules;
    for (std::size_t r = 0; r < rules.size(); ++r) {
        for (std::size_t s = 0; s <= rules[r].steps.size(); ++s) {
            const Counts& c = counts_[(r * (most_price_steps + 1)) + s];
            writer.row(frame_.tables.desk_prices,
                       end,
                       {std::int64_t{desk},
                        static_cast<std::int64_t>(r),
                        static_cast<std::int64_t>(s),
                        price_share(rules[r], s),
                        c.gained,
                        c.lost,
                        c.placed,
                        c.shipped,
                        c.paid,
                        c.normal});
        }
    }
}

template <class Archive>
void DeskPrices::serialize(Archive& archive) {
    std::vector<Index> products;
    for (const auto& [product, states] : states_)
        products.push_back(product);
    archive(products);
    for (const Index product : products)
        sim::block(archive, states_[product]);
    sim::block(archive, counts_);
    // Who came before a fork pays what he did, or stays away.
    archive(seed_.seed, seed_.replication, asked_);
}

template void DeskPrices::serialize(sim::StateWriter& archive);
template void DeskPrices::serialize(sim::StateReader& archive);

}  // namespace spate::models
