#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/time.hpp"

/// Several sources of one rule of replenishment. Part of ModelSpec (models/spec.hpp). Formulas:
/// docs/models/replenishment.md.
namespace spate::models {

/// How a source is judged by its last deliveries, and what follows. Its score is 1 at best, 0 at worst.
struct SupplyScoreSpec {
    /// What is counted is a share of units; its part of the score falls from 1 at none to 0 at `worst`.
    struct Part {
        double weight = 0;  ///< >= 0; 0: does not count
        double worst = 1;   ///< > 0, <= 1
    };

    Part defective;               ///< of the units tested at inspections
    Part late;                    ///< of the units that came, or should have come
    sim::Duration within;         ///< late: this long after the order or later, > 0 where it counts
    std::uint32_t over = 10;      ///< the last product lines delivered, and the last batches tested, that count; > 0
    sim::Duration every, offset;  ///< when sources are judged, as in ReviewSpec; `every` > 0
    double trial = 0;             ///< least share of a source that is not dropped, or its agreed share if that is less
    double drop_below = 0;        ///< a source with a lower score is dropped; 0: never
    std::uint32_t drop_failed = 0;  ///< and one with so many failed batches in a row; 0: never
    sim::Duration drop_for;         ///< for this long; 0: for good
};

/// The orders of a rule are divided among sources.
struct SupplySplitSpec {
    struct Source {
        std::uint32_t lane = 0;
        double share = 0;  ///< > 0; all together 1
    };

    std::vector<Source> sources;           ///< two or more; the first is the rule's own
    std::optional<SupplyScoreSpec> score;  ///< none: the shares stay
};

}  // namespace spate::models
