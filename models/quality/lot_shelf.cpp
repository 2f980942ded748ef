#include "models/quality/lot_shelf.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/quality/draws.hpp"

namespace spate::models {

void LotShelf::put(std::int32_t position, const Part& part) {
    if (part.quantity == 0)
        return;
    auto& lots = lots_[static_cast<std::size_t>(position)];
    if (lots.empty() || lots.back().batch != part.batch) {
        lots.push_back(part);
        return;
    }
    lots.back().quantity += part.quantity;
    lots.back().defective += part.defective;
}

Units LotShelf::take(std::int32_t position, Units quantity, sim::RandomStream& random) {
    auto& lots = lots_[static_cast<std::size_t>(position)];
    Units defective = 0;
    while (quantity > 0) {
        SPATE_EXPECT(!lots.empty());
        Part& oldest = lots.front();
        Part part = oldest;
        part.quantity = std::min(quantity, oldest.quantity);
        part.defective = draw_hypergeometric(oldest.quantity, oldest.defective, part.quantity, random);
        oldest.quantity -= part.quantity;
        oldest.defective -= part.defective;
        quantity -= part.quantity;
        defective += part.defective;
        parts_.push_back(part);
        if (oldest.quantity == 0)
            lots.pop_front();
    }
    return defective;
}

std::vector<LotShelf::Part> LotShelf::recall(std::int32_t position,
                                             std::uint64_t batch,
                                             Units reserved,
                                             sim::RandomStream& random) {
    auto& lots = lots_[static_cast<std::size_t>(position)];
    std::vector<Part> recalled;
    for (Part& lot : lots) {
        const Units kept = std::min(reserved, lot.quantity);
        reserved -= kept;
        if ((batch != 0 && lot.batch != batch) || kept == lot.quantity)
            continue;
        Part part = lot;
        part.quantity = lot.quantity - kept;
        part.defective = draw_hypergeometric(lot.quantity, lot.defective, part.quantity, random);
        lot.quantity = kept;
        lot.defective -= part.defective;
        recalled.push_back(part);
    }
    std::erase_if(lots, [](const Part& lot) { return lot.quantity == 0; });
    return recalled;
}

template <class Archive>
void LotShelf::serialize(Archive& archive) {
    for (auto& lots : lots_) {
        std::vector<Part> parts(lots.begin(), lots.end());
        sim::block(archive, parts);
        lots.assign(parts.begin(), parts.end());
    }
}

template void LotShelf::serialize(sim::StateWriter& archive);
template void LotShelf::serialize(sim::StateReader& archive);

}  // namespace spate::models
