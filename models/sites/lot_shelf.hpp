#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "models/base/messages.hpp"
#include "models/base/units.hpp"
#include "models/sites/stock.hpp"

namespace spate::models {

/// The number of a batch: the site where it came in first, its number there, and whether it is a bad one, which only
/// key figures may ask (RecallSpec::bad_share). Never 0.
constexpr std::uint64_t batch_number(Index site, std::uint64_t number, bool is_bad) {
    return std::uint64_t{site} << 40 | (number + 1) << 1 | static_cast<std::uint64_t>(is_bad);
}

/// In the number of a batch: these units were reserved, or on their way between sites, when they were called back.
inline constexpr std::uint64_t called_back_bit = std::uint64_t{1} << 63;

constexpr bool is_bad_batch(std::uint64_t batch) {
    return batch % 2 == 1;
}

/// How the goods of one position are told apart.
enum class LotIssue : std::uint8_t {
    none,            ///< not at all
    first_in,        ///< what came first leaves first
    first_expiring,  ///< what was made first leaves first; of goods of one age what came first
    last_in          ///< what came last leaves first
};

/// The stock of one site by batch and by when it was made, of the positions where somebody has to know.
///
/// Which goods leave is decided when they leave: the first in turn by the rule of the position, but before all others
/// those that were called back while they were reserved, which have been picked. Batch 0 is stock of which no batch is
/// known: the opening stock, what was made or re-shelved here.
class LotShelf {
  public:
    /// Some units of one product, one batch and one age.
    using Part = ProductQuantity;

    /// `issue`: by position.
    explicit LotShelf(const std::vector<LotIssue>& issue);

    /// What is kept by lot at a site; none of any position: nothing has to be.
    static std::vector<LotIssue> kept_at(const ModelSpec& spec, Index site, const Assortment& assortment);

    bool keeps(std::int32_t position) const { return slot_of_[static_cast<std::size_t>(position)] >= 0; }

    // All below require: keeps(position).

    void put(std::int32_t position, const Part& part);

    /// The units leave whose turn it is: their parts are added to parts(). Returns the defective ones, drawn by chance
    /// within each lot. Requires: there are so many.
    Units take(std::int32_t position, Units quantity, sim::RandomStream& random);

    /// What left since the last clear_parts(), in order.
    std::span<const Part> parts() const { return parts_; }

    void clear_parts() { parts_.clear(); }

    /// Takes off what there is of a batch, or of all where it is 0, but for what is reserved, which is first in turn:
    /// this is marked as called back. Returns the parts.
    std::vector<Part> recall(std::int32_t position, std::uint64_t batch, Units reserved, sim::RandomStream& random);

    /// Takes off at most so many units that are marked as called back. Returns the parts.
    std::vector<Part> take_called_back(std::int32_t position, Units most, sim::RandomStream& random);

    /// Takes off what was made at `made_by` or before, but for what is marked as called back: at most so many units,
    /// last in turn first. Returns the parts.
    std::vector<Part> expire(std::int32_t position, Time made_by, Units most, sim::RandomStream& random);

    /// The same, all but what is among so many units that are first in turn.
    std::vector<Part> take_called_back_beyond(std::int32_t position, Units reserved, sim::RandomStream& random);

    /// What is not reserved, in the order in which it leaves; reserved goods are first in turn.
    std::vector<Part> unreserved(std::int32_t position, Units reserved) const;

    /// The stock of a position in the order in which it came.
    const std::deque<Part>& lots(std::int32_t position) const {
        return slots_[static_cast<std::size_t>(slot_of_[static_cast<std::size_t>(position)])].lots;
    }

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Slot {
        LotIssue issue = LotIssue::none;
        std::deque<Part> lots;  ///< no empty ones
    };

    Slot& slot(std::int32_t position) {
        return slots_[static_cast<std::size_t>(slot_of_[static_cast<std::size_t>(position)])];
    }

    static std::size_t first(const Slot& slot);
    static std::vector<std::size_t> in_turn(const Slot& slot);
    template <class Predicate>
    static std::vector<Part> take_beyond(Slot& slot, Units reserved, sim::RandomStream& random, Predicate&& is_such);

    std::vector<std::int32_t> slot_of_;  ///< by position; -1: not kept
    std::vector<Slot> slots_;
    std::vector<Part> parts_;  ///< empty between events
};

}  // namespace spate::models
