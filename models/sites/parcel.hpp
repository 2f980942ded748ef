#pragma once

#include <cstdint>
#include <vector>

#include "sim/snapshot/archive.hpp"
#include "models/base/messages.hpp"

/// What a site notes of orders on their way out.
namespace spate::models {

/// How long an order of the sample has waited here so far.
struct OrderWaits {
    Duration stock{};
    std::vector<std::int64_t> stages;  ///< [us], by stage; empty: nowhere

    template <class Archive>
    void serialize(Archive& archive) {
        archive(stock.us, stages);
    }
};

/// An order's way from this site to the customer.
struct Departure {
    Time released;   ///< reached the site
    Time finished;   ///< past the last stage
    Time shipped;    ///< handed to the carrier
    Time delivered;  ///< arrives at the customer
};

/// Lines of one order that leave together, or are kept until they do.
struct Parcel {
    std::vector<Order> lines;
    Time released;                 ///< the first of them reached the site
    Time until{sim::end_of_time};  ///< kept back for lines that wait here, but not longer
    std::uint32_t waiting = 0;     ///< lines it is kept for

    template <class Archive>
    void serialize(Archive& archive) {
        sim::block(archive, lines);
        archive(released, until, waiting);
    }
};

/// Goods of one order, or of one line, that leave.
struct GoodsOut {
    double grams = 0;
    std::uint32_t defective = 0;  ///< units
};

}  // namespace spate::models
