#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "viz/series.hpp"

namespace spate::viz {

/// What a page shows of the parts that not every run has: sessions with hosts or carts, presale, groups, pick-up
/// points, views of the stock, returns, quality. Tables that have nothing to say are left out; docs/report.md lists
/// them.
class RunParts {
  public:
    /// Writes the static tables and declares the grids. Requires: `to` is not open yet; `trace` and `to` outlive this.
    RunParts(const sim::TraceReader& trace, sim::Recorder& to);
    /// Writes the grids. Requires: `to` is open.
    void write() const;

  private:
    /// A column of a grid of the trace: states at the sample, or flows since the one before.
    struct Field {
        const char* name;
        const char* unit;
        const char* description;
        bool is_flow;
    };

    /// The grid `path` at the steps of the trace, coarser where it would be too large for a page.
    void add_grid(const std::string& path,
                  const char* description,
                  const char* reference,
                  const std::vector<Field>& fields);

    const sim::TraceReader& trace_;
    sim::Recorder& to_;
    std::vector<std::unique_ptr<GridOutput>> grids_;
};

}  // namespace spate::viz
