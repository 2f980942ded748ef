#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "models/base/messages.hpp"
#include "models/base/units.hpp"

namespace spate::models {

/// The number of a batch: the site where it came in first, its number there, and whether it is a bad one, which only
/// key figures may ask (RecallSpec::bad_share). Never 0.
constexpr std::uint64_t batch_number(Index site, std::uint64_t number, bool is_bad) {
    return std::uint64_t{site} << 40 | (number + 1) << 1 | static_cast<std::uint64_t>(is_bad);
}

/// In the number of a batch, on the way between sites: these units were called back with all of their product before
/// they left.
inline constexpr std::uint64_t called_back_bit = std::uint64_t{1} << 63;

constexpr bool is_bad_batch(std::uint64_t batch) {
    return batch % 2 == 1;
}

/// The stock of one site by batch. The oldest goods of a product leave first, and whatever is reserved is the oldest
/// there is. Batch 0 is stock of which nothing is known: the opening stock, what was made or re-shelved here.
class LotShelf {
  public:
    /// Some units of one product and one batch.
    using Part = ProductQuantity;

    explicit LotShelf(std::size_t positions)
        : lots_(positions) {}

    void put(std::int32_t position, const Part& part);

    /// The oldest units leave: their parts are added to parts(). Returns the defective ones, drawn by chance within
    /// each batch. Requires: there are so many.
    Units take(std::int32_t position, Units quantity, sim::RandomStream& random);

    /// What left since the last clear_parts(), in order.
    std::span<const Part> parts() const { return parts_; }

    void clear_parts() { parts_.clear(); }

    /// Takes off what there is of a batch, or of all where it is 0, but for what is reserved. Returns the parts.
    std::vector<Part> recall(std::int32_t position, std::uint64_t batch, Units reserved, sim::RandomStream& random);

    /// The stock of a position, oldest first.
    const std::deque<Part>& lots(std::int32_t position) const { return lots_[static_cast<std::size_t>(position)]; }

    template <class Archive>
    void serialize(Archive& archive);

  private:
    std::vector<std::deque<Part>> lots_;  ///< by position, oldest first; no empty ones
    std::vector<Part> parts_;             ///< empty between events
};

}  // namespace spate::models
