#include "models/sites/shelf_life.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <type_traits>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

ShelfLife::ShelfLife(const ModelSpec& spec, const Assortment& assortment) {
    for (std::size_t i = 0; i < assortment.size(); ++i) {
        const ProductSpec& product = spec.products[assortment.product(i)];
        if (!product.shelf_life)
            continue;
        Product& kept = products_[static_cast<std::int32_t>(i)];
        kept.life = *product.shelf_life;
        kept.sells_for = *product.shelf_life - product.min_remaining;
    }
}

bool ShelfLife::is_needed(const ModelSpec& spec, const Assortment& assortment) {
    for (std::size_t i = 0; i < assortment.size(); ++i) {
        if (spec.products[assortment.product(i)].shelf_life)
            return true;
    }
    return false;
}

void ShelfLife::note_came(std::int32_t position, Time made) {
    Product& product = products_.at(position);
    if (std::exchange(product.last_made, made) == made)
        return;
    due_.emplace_back(made + product.sells_for, position);
    std::push_heap(due_.begin(), due_.end(), std::greater<>());
}

std::span<const std::int32_t> ShelfLife::take_due(Time now) {
    taken_.clear();
    while (next() <= now) {
        taken_.push_back(due_.front().second);
        std::pop_heap(due_.begin(), due_.end(), std::greater<>());
        due_.pop_back();
    }
    std::sort(taken_.begin(), taken_.end());
    taken_.erase(std::unique(taken_.begin(), taken_.end()), taken_.end());
    return taken_;
}

void ShelfLife::note_sold(std::int32_t position, std::span<const LotShelf::Part> parts, Time delivered) {
    Product& product = products_.at(position);
    for (const auto& part : parts) {
        const Duration left = part.made + product.life - delivered;
        product.counts.sold += part.quantity;
        product.counts.sold_late += left.us < 0 ? part.quantity : 0;
        product.counts.life_us += static_cast<Wide>(part.quantity) * product.life.us;
        product.counts.left_us += static_cast<Wide>(part.quantity) * std::max<std::int64_t>(left.us, 0);
    }
}

Units ShelfLife::expected_to_expire(
    std::int32_t position, std::vector<LotShelf::Part> lots, Time now, double wanted_per_day, double days) const {
    constexpr double tie = 1e-9;  ///< days are no round numbers
    const Duration sells_for = products_.at(position).sells_for;
    std::stable_sort(lots.begin(), lots.end(), [](const auto& a, const auto& b) { return a.made < b.made; });
    double units = 0, expired = 0;  // of all lots so far
    for (const auto& lot : lots) {
        const double until = std::max((lot.made + sells_for - now).seconds() / 86400, 0.0);
        if (until > days * (1 + tie))
            break;
        units += static_cast<double>(lot.quantity);
        expired += std::max(units - expired - wanted_per_day * until, 0.0);
    }
    return static_cast<Units>(std::llround(expired));
}

void ShelfLife::start_measuring() {
    for (auto& [position, product] : products_)
        product.counts = {};
}

/// What is due is kept by when goods were made: in a fork they may be sold for another time.
template <class Archive>
void ShelfLife::serialize(Archive& archive) {
    constexpr bool is_read = std::is_same_v<Archive, sim::StateReader>;
    for (auto& [position, product] : products_) {
        Duration sells_for = product.sells_for;
        sim::plain(archive, product.counts);
        archive(sells_for, product.last_made);
        if (sells_for == product.sells_for)
            continue;
        has_other_lives_ = true;
        product.last_made = Time{INT64_MIN};  // goods that have ended once may end again
    }
    if constexpr (!is_read) {
        auto made = due_;
        for (auto& [time, position] : made)
            time = time - products_.at(position).sells_for;
        archive(made);
    } else {
        archive(due_);
        for (auto& [time, position] : due_)
            time = time + products_.at(position).sells_for;
        std::make_heap(due_.begin(), due_.end(), std::greater<>());
    }
    archive(draws_);
}

template void ShelfLife::serialize(sim::StateWriter& archive);
template void ShelfLife::serialize(sim::StateReader& archive);

}  // namespace spate::models
