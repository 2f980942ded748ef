#include "models/sites/lot_shelf.hpp"

#include <algorithm>
#include <numeric>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/quality/draws.hpp"

namespace spate::models {

namespace {

bool is_called_back(const LotShelf::Part& lot) {
    return (lot.batch & called_back_bit) != 0;
}

/// Takes units off a lot; the defective ones among them are drawn.
LotShelf::Part split_off(LotShelf::Part& lot, Units quantity, sim::RandomStream& random) {
    LotShelf::Part part = lot;
    part.quantity = quantity;
    part.defective = draw_hypergeometric(lot.quantity, lot.defective, quantity, random);
    lot.quantity -= part.quantity;
    lot.defective -= part.defective;
    return part;
}

void erase_empty(std::deque<LotShelf::Part>& lots) {
    std::erase_if(lots, [](const LotShelf::Part& lot) { return lot.quantity == 0; });
}

LotIssue issue_of(SiteSpec::Issue issue, bool has_shelf_life) {
    switch (issue) {
        case SiteSpec::Issue::fifo: return LotIssue::first_in;
        case SiteSpec::Issue::lifo: return LotIssue::last_in;
        case SiteSpec::Issue::fefo: break;
    }
    return has_shelf_life ? LotIssue::first_expiring : LotIssue::first_in;
}

}  // namespace

LotShelf::LotShelf(const std::vector<LotIssue>& issue) {
    for (const LotIssue each : issue) {
        slot_of_.push_back(each == LotIssue::none ? -1 : static_cast<std::int32_t>(slots_.size()));
        if (each != LotIssue::none)
            slots_.push_back({each, {}});
    }
}

std::vector<LotIssue> LotShelf::kept_at(const ModelSpec& spec, Index site, const Assortment& assortment) {
    std::vector<LotIssue> kept;
    if (spec.sites[site].unlimited_stock)
        return kept;
    bool is_any = false;
    for (std::size_t i = 0; i < assortment.size(); ++i) {
        const bool has_shelf_life = spec.products[assortment.product(i)].shelf_life.has_value();
        const bool is_kept = spec.recall || has_shelf_life;
        kept.push_back(is_kept ? issue_of(spec.sites[site].issue, has_shelf_life) : LotIssue::none);
        is_any |= is_kept;
    }
    return is_any ? kept : std::vector<LotIssue>();
}

void LotShelf::put(std::int32_t position, const Part& part) {
    if (part.quantity == 0)
        return;
    auto& lots = slot(position).lots;
    if (lots.empty() || lots.back().batch != part.batch || lots.back().made != part.made) {
        lots.push_back(part);
        return;
    }
    lots.back().quantity += part.quantity;
    lots.back().defective += part.defective;
}

/// The lot whose turn it is. Requires: there is one.
std::size_t LotShelf::first(const Slot& slot) {
    const auto& lots = slot.lots;
    if (slot.issue == LotIssue::first_in)
        return 0;  // what was called back while reserved was among the first in turn, and is
    const auto called_back = std::find_if(lots.begin(), lots.end(), is_called_back);
    if (called_back != lots.end())
        return static_cast<std::size_t>(called_back - lots.begin());
    if (slot.issue == LotIssue::last_in)
        return lots.size() - 1;
    const auto oldest =
        std::min_element(lots.begin(), lots.end(), [](const Part& a, const Part& b) { return a.made < b.made; });
    return static_cast<std::size_t>(oldest - lots.begin());
}

/// All lots in the order in which they leave.
std::vector<std::size_t> LotShelf::in_turn(const Slot& slot) {
    const auto& lots = slot.lots;
    std::vector<std::size_t> order(lots.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (slot.issue == LotIssue::last_in)
        std::reverse(order.begin(), order.end());
    if (slot.issue == LotIssue::first_expiring) {
        std::stable_sort(
            order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lots[a].made < lots[b].made; });
    }
    if (slot.issue != LotIssue::first_in)
        std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return is_called_back(lots[i]); });
    return order;
}

Units LotShelf::take(std::int32_t position, Units quantity, sim::RandomStream& random) {
    Slot& all = slot(position);
    Units defective = 0;
    while (quantity > 0) {
        SPATE_EXPECT(!all.lots.empty());
        const std::size_t i = first(all);
        const Part part = split_off(all.lots[i], std::min(quantity, all.lots[i].quantity), random);
        quantity -= part.quantity;
        defective += part.defective;
        parts_.push_back(part);
        if (all.lots[i].quantity == 0)
            all.lots.erase(all.lots.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return defective;
}

/// Takes off what of such lots is not among so many units that are first in turn.
template <class Predicate>
std::vector<LotShelf::Part> LotShelf::take_beyond(Slot& slot,
                                                  Units reserved,
                                                  sim::RandomStream& random,
                                                  Predicate&& is_such) {
    std::vector<Part> taken;
    for (const std::size_t i : in_turn(slot)) {
        Part& lot = slot.lots[i];
        const Units kept = std::min(reserved, lot.quantity);
        reserved -= kept;
        if (is_such(lot) && kept < lot.quantity)
            taken.push_back(split_off(lot, lot.quantity - kept, random));
    }
    erase_empty(slot.lots);
    return taken;
}

std::vector<LotShelf::Part> LotShelf::recall(std::int32_t position,
                                             std::uint64_t batch,
                                             Units reserved,
                                             sim::RandomStream& random) {
    Slot& all = slot(position);
    const auto is_meant = [batch](const Part& lot) { return batch == 0 || lot.batch == batch; };
    auto recalled = take_beyond(all, reserved, random, is_meant);
    for (Part& lot : all.lots)
        lot.batch |= is_meant(lot) ? called_back_bit : 0;
    return recalled;
}

std::vector<LotShelf::Part> LotShelf::take_called_back(std::int32_t position, Units most, sim::RandomStream& random) {
    Slot& all = slot(position);
    std::vector<Part> taken;
    for (Part& lot : all.lots) {
        if (most == 0 || !is_called_back(lot))
            continue;
        taken.push_back(split_off(lot, std::min(most, lot.quantity), random));
        most -= taken.back().quantity;
    }
    erase_empty(all.lots);
    return taken;
}

std::vector<LotShelf::Part> LotShelf::take_called_back_beyond(std::int32_t position,
                                                              Units reserved,
                                                              sim::RandomStream& random) {
    return take_beyond(slot(position), reserved, random, is_called_back);
}

std::vector<LotShelf::Part> LotShelf::expire(std::int32_t position,
                                             Time made_by,
                                             Units most,
                                             sim::RandomStream& random) {
    Slot& all = slot(position);
    std::vector<Part> expired;
    const auto order = in_turn(all);
    for (auto i = order.rbegin(); i != order.rend() && most > 0; ++i) {
        Part& lot = all.lots[*i];
        if (lot.made > made_by || is_called_back(lot))
            continue;
        expired.push_back(split_off(lot, std::min(most, lot.quantity), random));
        most -= expired.back().quantity;
    }
    erase_empty(all.lots);
    return expired;
}

std::vector<LotShelf::Part> LotShelf::unreserved(std::int32_t position, Units reserved) const {
    const Slot& all = slots_[static_cast<std::size_t>(slot_of_[static_cast<std::size_t>(position)])];
    std::vector<Part> free;
    for (const std::size_t i : in_turn(all)) {
        Part lot = all.lots[i];
        const Units kept = std::min(reserved, lot.quantity);
        reserved -= kept;
        lot.quantity -= kept;
        if (lot.quantity > 0)
            free.push_back(lot);
    }
    return free;
}

template <class Archive>
void LotShelf::serialize(Archive& archive) {
    for (Slot& each : slots_) {
        std::vector<Part> parts(each.lots.begin(), each.lots.end());
        sim::block(archive, parts);
        each.lots.assign(parts.begin(), parts.end());
    }
}

template void LotShelf::serialize(sim::StateWriter& archive);
template void LotShelf::serialize(sim::StateReader& archive);

}  // namespace spate::models
