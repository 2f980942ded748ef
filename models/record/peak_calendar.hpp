#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// When a run is recorded in steps finer than the sample period (TraceSpec::peaks_every): from half an hour before a
/// broadcast of a live-stream session until three hours after it, in whole sample periods, within the run.
///
/// Whole periods, because at a sample time every process has handled, and reported, all that came before it.
class PeakCalendar {
  public:
    /// No peaks.
    PeakCalendar() = default;
    /// Requires: peaks_every > 0 goes into series_every a whole number of times, if it is there.
    explicit PeakCalendar(const ModelSpec& spec);

    bool is_empty() const { return is_peak_.empty(); }

    /// Whether a sample period, counted from 0, is a peak. False for all that are not in the run.
    bool has(std::int64_t period) const {
        return static_cast<std::uint64_t>(period) < is_peak_.size() && is_peak_[static_cast<std::size_t>(period)] != 0;
    }

    Duration every() const { return every_; }  ///< sample period

    Duration step() const { return step_; }

    /// Steps in a sample period that is not cut short by the end of the run.
    std::size_t steps() const { return static_cast<std::size_t>(every_ / step_); }

    /// Steps in all peaks together.
    std::int64_t all_steps() const { return peaks_ * (every_ / step_); }

    static constexpr Duration before = sim::minute * 30, after = sim::hour * 3;

  private:
    void add(const SessionSpec& session, Time end);

    Duration every_{1}, step_{1};
    std::vector<std::uint8_t> is_peak_;  ///< by sample period, up to the last peak
    std::int64_t peaks_ = 0;
};

}  // namespace spate::models
