#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/event.hpp"
#include "models/base/messages.hpp"

namespace spate::models {

/// What an inspection found in a batch.
struct BatchVerdict {
    Index supplier = 0, product = 0;
    Units tested = 0, defective = 0;  ///< units; of these
    std::uint32_t failed = 0;         ///< 1: the batch failed
    std::uint32_t counts = 0;         ///< 0: tested whole because of earlier failures, not for or against the supplier
};

/// From a site that inspects to the grading office.
struct VerdictNews final : sim::Payload {
    static constexpr std::uint16_t type = 106, priority = priority::receipt;
    std::vector<BatchVerdict> verdicts;

    void digest(sim::Digest& digest) const override;

    void clear() override { verdicts.clear(); }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// A product has another grade, or is shown to more or fewer customers.
struct Regrading {
    Time decided;     ///< in a fork with faster news an older one may come later
    double seen = 1;  ///< part of the customers who are shown the product
    Index product = 0;
    std::uint32_t level = 0;  ///< of GradesSpec::levels
};

/// From the grading office to a site that inspects or to a desk.
struct GradeNotice final : sim::Payload {
    static constexpr std::uint16_t type = 107, priority = priority::receipt;
    std::vector<Regrading> changes;

    void digest(sim::Digest& digest) const override;

    void clear() override { changes.clear(); }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// The grading office to itself: products are graded, or a supplier's time on the black list is over.
using GradeTick = Tick<108, priority::receipt>;

}  // namespace spate::models
