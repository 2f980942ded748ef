#pragma once

#include "sim/snapshot/archive.hpp"
#include "models/demand/session_book.hpp"
#include "models/record/alert_watch.hpp"

namespace spate::models {

/// What the trace says of sessions beyond their pulses: the tables /hosts, /broadcasts, /script, /series/sessions,
/// /alerts, /summary/absences and /summary/alerts. None of them where no session has more than a pulse. Used by one
/// thread, between windows.
class SessionRecord {
  public:
    /// Also fills what the rules of `spec` prepare for sessions (prepare_sessions()); it must outlive this, as must
    /// `base`.
    SessionRecord(ModelSpec& spec,
                  const BaseDemand& base,
                  const std::vector<std::vector<double>>& parts,
                  sim::Recorder& recorder);

    /// Writes the row of the sample period that is over; `books`: at its end.
    void sample(Time at, const LedgerTotals& books, sim::TraceWriter& writer);

    /// Writes /summary/absences and /summary/alerts.
    void write_summary(Time end, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(history_, alerts_);
    }

  private:
    std::vector<Time> absences() const;

    const ModelSpec& spec_;
    const BaseDemand& base_;
    SessionBook book_;
    sim::TableId series_{}, absences_{};
    TurnoverHistory history_;
    AlertWatch alerts_;
};

}  // namespace spate::models
