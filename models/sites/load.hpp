#pragma once

#include <algorithm>

#include "models/sites/run_frame.hpp"

namespace spate::models {

/// Goods that leave together.
struct Load {
    std::int64_t milligrams = 0, microlitres = 0;
    Units units = 0;

    void put(const Goods& product, Units quantity) {
        milligrams = add_up(milligrams, multiply(product.weight_mg, quantity));
        microlitres = add_up(microlitres, multiply(product.volume_ul, quantity));
        units += quantity;
    }

    /// How many it takes.
    std::int64_t vehicles(const LaneSpec& lane) const {
        const auto divide_up = [](std::int64_t amount, std::int64_t capacity) {
            return capacity > 0 ? amount / capacity + (amount % capacity != 0) : 1;
        };
        return std::max<std::int64_t>(
            {divide_up(milligrams, lane.vehicle_mg), divide_up(microlitres, lane.vehicle_ul), 1});
    }
};

/// What it costs to pick and pack an order of so many units.
inline Money handling_of(const SiteSpec& site, Units units) {
    return add_up(site.handling_per_order, multiply(site.handling_per_unit, units));
}

}  // namespace spate::models
