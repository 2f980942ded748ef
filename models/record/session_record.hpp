#pragma once

#include <array>
#include <vector>

#include "sim/snapshot/archive.hpp"
#include "models/demand/session_book.hpp"
#include "models/demand/session_sensing.hpp"
#include "models/record/alert_watch.hpp"

namespace spate::models {

/// What the trace says of sessions beyond their pulses: the tables /hosts, /broadcasts, /script, /series/sessions,
/// /alerts, /summary/absences and /summary/alerts, none of them where no session has more than a pulse; and where a
/// rule listens to sessions /emergency_orders and /summary/emergency_orders. Used by one thread, between windows.
class SessionRecord {
  public:
    /// Also fills what the rules of `spec` prepare for sessions (prepare_sessions()) and order when they hear something
    /// (listen_to_sessions()); it must outlive this, as must `base`.
    SessionRecord(ModelSpec& spec,
                  const BaseDemand& base,
                  const std::vector<std::vector<double>>& parts,
                  sim::Recorder& recorder);

    /// Writes the row of the sample period that is over; `books`: at its end.
    void sample(Time at, const LedgerTotals& books, sim::TraceWriter& writer);

    /// Writes /summary/absences, /summary/alerts and /summary/emergency_orders.
    void write_summary(Time end, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(history_, alerts_, emergencies_, sampled_);
    }

  private:
    /// Orders that rules placed at alarms, in the measured time.
    struct Emergencies {
        std::int64_t alarms = 0, lines = 0;
        Units units = 0;

        template <class Archive>
        void serialize(Archive& archive) {
            archive(alarms, lines, units);
        }
    };

    void declare_emergencies(sim::Recorder& recorder);
    void record_emergencies(Time from, Time at, sim::TraceWriter& writer);
    std::vector<Time> absences() const;

    const ModelSpec& spec_;
    const BaseDemand& base_;
    SessionBook book_;
    sim::TableId series_{}, absences_{};
    TurnoverHistory history_;
    AlertWatch alerts_;
    std::vector<Alarm> alarms_;  ///< of all rules, by time
    sim::TableId emergency_table_{}, emergency_summary_{};
    std::array<Emergencies, alarm_kinds> emergencies_{};
    Time sampled_;  ///< the last sample: alarms before it, and alerts until then, are recorded
};

}  // namespace spate::models
