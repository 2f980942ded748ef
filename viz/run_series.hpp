#pragma once

#include <memory>
#include <vector>

#include "sim/trace/reader.hpp"
#include "sim/trace/recorder.hpp"
#include "viz/series.hpp"

namespace spate::viz {

/// The series of a run as a page shows them: totals at every sample, sums by channel and kind of site, and the state of
/// every place at the frames of the map. What the trace does not hold is left out.
class RunSeries {
  public:
    /// Declares the tables. Requires: `to` is not open yet; `trace` and `to` outlive this.
    RunSeries(const sim::TraceReader& trace, sim::Recorder& to);
    /// Writes the grids. Requires: `to` is open.
    void write() const;

  private:
    struct Source;

    void add_total(const Source& source);
    void add_channels(const Source& source);
    void add_kinds(const Source& source);
    void add_site_frames(const Source& source);
    void add_stage_frames(const Source& source);
    void add_lane_frames(const Source& source);
    void add_market_frames(const Source& source);

    sim::Recorder& to_;
    std::vector<std::unique_ptr<GridOutput>> grids_;
};

}  // namespace spate::viz
