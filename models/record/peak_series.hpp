#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/snapshot/archive_fwd.hpp"
#include "sim/trace/table.hpp"
#include "models/record/peak_calendar.hpp"

namespace spate::models {

/// What happened at a site in one step of a peak.
struct SiteStep {
    std::int64_t received = 0, shipped = 0, refused = 0;  ///< customer orders, as in /series/sites
    std::int64_t in_process = 0;                          ///< change [orders]
    std::int64_t backordered = 0;                         ///< change [units]
};

/// What happened at a desk in one step of a peak [orders], as in /series/desks, where `placed` is what is released
/// here.
struct DeskStep {
    std::int64_t placed = 0;  ///< by customers, whenever the desk releases them
    std::int64_t released = 0, lost = 0, cancelled = 0, given_up = 0, withdrawn = 0, delivered = 0, late = 0;
};

/// Orders that customers placed in a step of a peak whose sample period was over when they were released.
struct PlacedEarlier {
    std::int64_t step = 0;  ///< number of the step since time zero
    std::int64_t orders = 0;
};

/// The counts of one process in the running sample period: step by step in a peak, else all in one that nobody reads.
/// So counting costs the same everywhere, a comparison, and asks nobody.
template <class Step>
class StepCounts {
  public:
    /// A sample period begins; `end`: of the run.
    void start(const PeakCalendar& calendar, Time at, Time end) {
        is_on_ = at < end && calendar.has(at.us / calendar.every().us);
        const Duration length = std::min(calendar.every(), end - at);
        steps_.assign(is_on_ ? static_cast<std::size_t>((length.us - 1) / calendar.step().us + 1) : 1, {});
        from_ = at;
        step_ = calendar.step();
        forget();
    }

    bool is_on() const { return is_on_; }

    Time from() const { return from_; }

    /// The step a time lies in; the first or the last one if it is before or after the period.
    Step& at(Time t) {
        if (t < low_ || t >= high_)
            seek(t);
        return steps_[current_];
    }

    std::span<const Step> all() const { return steps_; }

    template <class Archive>
    void serialize(Archive& archive) {
        archive(is_on_, from_.us, step_.us);
        sim::block(archive, steps_);
        forget();
    }

  private:
    /// Which step was asked for last.
    void forget() {
        low_ = is_on_ ? sim::end_of_time : Time{INT64_MIN};
        high_ = sim::end_of_time;
        current_ = 0;
    }

    void seek(Time t) {
        const std::int64_t last = static_cast<std::int64_t>(steps_.size()) - 1;
        const std::int64_t step = std::clamp<std::int64_t>((t - from_) / step_, 0, last);
        current_ = static_cast<std::size_t>(step);
        low_ = from_ + step_ * step;
        high_ = low_ + step_;
    }

    bool is_on_ = false;
    Time from_;
    Duration step_{1};
    std::vector<Step> steps_ = std::vector<Step>(1);
    Time low_{INT64_MIN}, high_ = sim::end_of_time;  ///< of the step asked for last
    std::size_t current_ = 0;
};

/// The whole network in steps of peaks: the table /series/minutes. Filled at sample times by one thread.
class PeakSeries {
  public:
    /// The state of the network at a sample time.
    struct State {
        std::int64_t open = 0, in_process = 0, backordered = 0;
    };

    explicit PeakSeries(const PeakCalendar& calendar)
        : calendar_(calendar) {}

    /// What one process counted in the sample period that is over.
    void add(std::span<const SiteStep> steps);
    void add(std::span<const DeskStep> steps);
    /// A sample period that was a peak is over. `end`: at its end, before the events of that instant.
    void close(Time at, const State& end);
    /// Adds to a row that there is already; nothing if it was left out.
    void add(const PlacedEarlier& earlier);

    /// Rows of times before this one are left out: those of a past that is not in the trace.
    void leave_out_before(Time from);

    sim::StaticTable table() const;

    template <class Archive>
    void serialize(Archive& archive) {
        sim::block(archive, rows_);
    }

  private:
    struct Row {
        Time at;  ///< end of the step
        DeskStep desks;
        SiteStep sites;  ///< with states in place of changes
        std::int64_t open = 0;
    };

    const PeakCalendar& calendar_;
    std::vector<Row> sums_;  ///< of the period that is over, by step
    std::vector<Row> rows_;
    Time from_{0};
};

}  // namespace spate::models
