#pragma once

#include <optional>
#include <vector>

namespace spate::analysis {

/// Counts in adjoining bins, read from a trace. The last bin may be open (its upper end infinite).
struct Histogram {
    std::vector<double> from, to;  ///< ends of the bins, ascending [any unit]
    std::vector<double> count;     ///< same length

    double total() const;
    /// The value below which a share q of the counts lies, spread evenly within a bin. None: no counts, or it lies in
    /// the open bin. Requires: 0 < q < 1.
    std::optional<double> quantile(double q) const;
    /// The share of the counts below x, spread evenly within a bin. None: no counts, or x lies in an open bin with
    /// counts.
    std::optional<double> share_below(double x) const;
};

}  // namespace spate::analysis
