#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/snapshot/archive.hpp"
#include "sim/trace/recorder.hpp"
#include "models/demand/session_book.hpp"
#include "models/record/turnover_history.hpp"

namespace spate::models {

/// Codes of the column `kind` of /alerts.
enum class AlertKind : std::uint8_t { carts, orders, turnover };

/// Looks at carts and orders every so often and at the turnover at sample times, and raises alerts; changes nothing.
/// Each is raised once for a broadcast, and once for each time the turnover falls below its limit. What customers of
/// sessions do is known before the run, so alerts of carts and orders are as well. Formulas: docs/models/sessions.md.
class AlertWatch {
  public:
    AlertWatch(const ModelSpec& spec, const BaseDemand& base, const SessionBook& book, sim::Recorder& recorder);

    /// Writes what was raised in (from, at]. Requires: `history` up to `at`.
    void look(Time from, Time at, const TurnoverHistory& history, sim::TraceWriter& writer);

    /// Writes how many were raised after the warm-up.
    void write_summary(Time end, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(is_low_, counts_);
    }

  private:
    struct Alert {
        Time at;
        AlertKind kind{};
        std::uint32_t session = 0;  ///< no_row: the whole network
        double value = 0, limit = 0;
    };

    void look_at_turnover(Time at, const TurnoverHistory& history, sim::TraceWriter& writer);
    /// `recorded`: the sample time.
    void write(Time recorded, const Alert& alert, sim::TraceWriter& writer);

    AlertSpec spec_;
    Time measured_from_;
    sim::TableId table_{}, summary_{};
    bool is_asked_ = false;                 ///< the scenario has alerts
    std::vector<Alert> alerts_;             ///< of carts and orders, by time
    bool is_low_ = false;                   ///< the turnover, at the last sample
    std::array<std::int64_t, 3> counts_{};  ///< by kind, after the warm-up
};

}  // namespace spate::models
