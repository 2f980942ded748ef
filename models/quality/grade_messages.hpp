#pragma once

#include <cstdint>

#include "models/base/list_message.hpp"

namespace spate::models {

/// What an inspection found in a batch.
struct BatchVerdict {
    Index supplier = 0, product = 0;
    Units tested = 0, defective = 0;  ///< units; of these
    std::uint32_t failed = 0;         ///< 1: the batch failed
    std::uint32_t counts = 0;         ///< 0: tested whole because of earlier failures, not for or against the supplier

    std::uint64_t fingerprint() const {
        const std::uint64_t units = static_cast<std::uint64_t>(tested) << 20 ^ static_cast<std::uint64_t>(defective);
        return sim::mix(std::uint64_t{supplier} << 32 | product, units << 2 | failed << 1 | counts);
    }
};

/// A product has another grade, or is shown to more or fewer customers.
struct Regrading {
    Time decided;     ///< in a fork with faster news an older one may come later
    double seen = 1;  ///< part of the customers who are shown the product
    Index product = 0;
    std::uint32_t level = 0;  ///< of GradesSpec::levels

    std::uint64_t fingerprint() const {
        return sim::mix(std::uint64_t{product} << 8 | level, static_cast<std::uint64_t>(seen * 1e9));
    }
};

/// From a site that inspects to the grading office.
using VerdictNews = ListMessage<BatchVerdict, 106>;
/// From the grading office to a site that inspects or to a desk.
using GradeNotice = ListMessage<Regrading, 107>;
/// The grading office to itself: products are graded, or a supplier's time on the black list is over.
using GradeTick = Tick<108, priority::receipt>;

extern template struct ListMessage<BatchVerdict, 106>;
extern template struct ListMessage<Regrading, 107>;

}  // namespace spate::models
