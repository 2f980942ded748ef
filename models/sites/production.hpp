#pragma once

#include <vector>

#include "models/base/messages.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// One finished batch.
struct FinishedBatch {
    Time at;
    Index product = 0;
    Units quantity = 0;
};

/// The lines of a factory: runs of whole batches, first come first served, each on the line that is free first.
/// A run sets the line up if its product is not the one the line made last; every batch is delivered when it is done.
class Production {
  public:
    explicit Production(const ProductionSpec& spec);

    /// Plans a run of at least `quantity` (rounded up to whole batches) from `now` on; appends its batches in order.
    /// Returns the planned quantity.
    Units plan(Index product, Units quantity, Time now, std::vector<FinishedBatch>& batches);

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Line {
        Time free;
        Index product = UINT32_MAX;
        std::uint32_t unused = 0;  ///< keeps the layout free of padding
    };

    ProductionSpec spec_;
    std::vector<Line> lines_;
};

}  // namespace spate::models
