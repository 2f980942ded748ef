#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/trace/recorder.hpp"
#include "models/base/messages.hpp"
#include "models/base/timetable.hpp"

namespace spate::models {

struct RunFrame;

/// The groups of one desk: orders of one product gather until a cut-off; then the group comes about, if it is large
/// enough, or fails.
class GroupBook {
  public:
    GroupBook(const GroupSpec& spec, const RunFrame& frame);

    /// An order joins the group of its product, or opens it.
    void add(const Order& order);
    /// When the next group closes; sim::end_of_time if none is open.
    Time next_close() const;
    /// The same, or the first cut-off after `now` of those at fixed times if that is earlier: a group that opens within
    /// a release wave may close within it.
    Time next_visit(Time now) const;

    struct Closed {
        std::vector<Order> released, failed;  ///< each in order of placing
    };

    /// Closes the groups that are due at `now`. Orders placed by then must have been added.
    Closed close(Time now);

    /// Orders in open groups.
    std::int64_t open() const { return open_; }

    /// Writes the desk's row of /summary/groups.
    void write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const;

    void save_state(sim::StateWriter& archive);
    void load_state(sim::StateReader& archive);

  private:
    struct Group {
        Time closes;
        Units units = 0;
        std::vector<Order> orders;
    };

    /// Counts over the groups closed in the measured time.
    struct Score {
        std::int64_t groups = 0, failed = 0, orders = 0, orders_failed = 0;
        std::int64_t wait_us = 0;  ///< from placing to the cut-off, over orders of groups that came about
    };

    bool is_enough(const Group& group) const;
    template <class Archive>
    void serialize(Archive& archive);

    const GroupSpec& spec_;
    const RunFrame& frame_;
    Timetable cut_offs_;
    std::map<Index, Group> groups_;  ///< open, by product
    std::int64_t open_ = 0;
    Score score_;
};

}  // namespace spate::models
