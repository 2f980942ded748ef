#pragma once

#include <cstdint>
#include <vector>

#include "models/base/list_message.hpp"

namespace spate::models {

/// A batch that has reached the first site that keeps it.
struct BatchFacts {
    std::uint64_t batch = 0;
    Time received;
    Units quantity = 0, defective = 0;  ///< the defective ones for key figures only
    Index product = 0;
    std::uint32_t unused = 0;  ///< keeps the layout free of padding
};

/// Units of one batch that a customer returns, or will.
struct ReturnedUnits {
    Time known;               ///< when the quality office hears of it
    Time shipped;             ///< the order
    std::uint64_t key = 0;    ///< of the order
    std::uint64_t batch = 0;  ///< 0: unknown
    Index product = 0;
    std::uint32_t units = 0;
    std::uint32_t is_quality = 0;  ///< 1: the customer says that the goods are bad
    std::uint32_t unused = 0;      ///< keeps the layout free of padding
};

/// News for the quality office: of batches from a site, of returns from a desk.
struct QualityNews final : sim::Payload {
    static constexpr std::uint16_t type = 103, priority = priority::receipt;
    std::vector<BatchFacts> batches;
    std::vector<ReturnedUnits> returns;

    void digest(sim::Digest& digest) const override;

    void clear() override {
        batches.clear();
        returns.clear();
    }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// What is called back: a batch, or all there is of a product.
struct Recalled {
    std::uint64_t batch = 0;  ///< 0: all
    Index product = 0;
    std::uint32_t number = 0;  ///< of the recall, from 0

    std::uint64_t fingerprint() const { return sim::mix(batch, std::uint64_t{product}); }
};

/// From the quality office to a site or a desk.
using RecallNotice = ListMessage<Recalled, 104>;
extern template struct ListMessage<Recalled, 104>;

/// The quality office to itself: it is time to look at what was returned, or a recall at a date is due.
using OfficeTick = Tick<105, priority::receipt>;

}  // namespace spate::models
