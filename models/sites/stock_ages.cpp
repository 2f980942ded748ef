#include "models/sites/stock_ages.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/base/wide.hpp"

namespace spate::models {

StockAges::StockAges(const std::vector<std::int32_t>& positions) {
    for (const auto position : positions)
        receipts_[position];
}

void StockAges::arrive(std::int32_t position, Units quantity, Time now) {
    const auto found = receipts_.find(position);
    if (found == receipts_.end())
        return;
    auto& receipts = found->second;
    if (!receipts.empty() && receipts.back().came == now) {
        receipts.back().units += quantity;
    } else {
        receipts.push_back({now, quantity});
    }
}

Duration StockAges::mean(std::int32_t position, Units units, Units on_hand, Time now) {
    auto& receipts = receipts_.at(position);
    Wide age = 0;
    Units wanted = units, left = on_hand;
    auto first = receipts.end();
    while (left > 0) {
        SPATE_ASSERT(first != receipts.begin());
        --first;
        const Units part = std::min(wanted, first->units);
        age += static_cast<Wide>(part) * (now - first->came).us;
        wanted -= part;
        left -= first->units;
    }
    receipts.erase(receipts.begin(), first);
    return Duration{static_cast<std::int64_t>(age / units)};
}

template <class Archive>
void StockAges::serialize(Archive& archive) {
    for (auto& [position, receipts] : receipts_)
        sim::block(archive, receipts);
}

template void StockAges::serialize(sim::StateWriter& archive);
template void StockAges::serialize(sim::StateReader& archive);

}  // namespace spate::models
