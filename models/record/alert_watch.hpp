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

/// Looks at carts, orders and the turnover at sample times and raises alerts; changes nothing. Each is raised once for
/// a broadcast, and once for each time the turnover falls below its limit. Formulas: docs/models/sessions.md.
class AlertWatch {
  public:
    /// `book` and `base` must outlive it.
    AlertWatch(const ModelSpec& spec, const BaseDemand& base, const SessionBook& book, sim::Recorder& recorder);

    /// Requires: times ascending; `history` up to `at`.
    void look(Time at, const TurnoverHistory& history, sim::TraceWriter& writer);

    /// Writes how many were raised after the warm-up.
    void write_summary(Time end, sim::TraceWriter& writer) const;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(is_low_, counts_);
        sim::block(archive, raised_);
    }

  private:
    struct Raised {
        std::uint8_t carts = 0, orders = 0;
    };

    void look_at_session(std::size_t session, Time at, sim::TraceWriter& writer);
    void look_at_turnover(Time at, const TurnoverHistory& history, sim::TraceWriter& writer);
    void raise(Time at, AlertKind kind, std::size_t subject, double value, double limit, sim::TraceWriter& writer);
    Time looked_from(std::size_t session, std::size_t broadcast) const;
    Time said_until(std::size_t session, std::size_t broadcast) const;
    double carts(std::size_t session, std::size_t broadcast, Time to) const;
    double most_carts_before(std::size_t session, std::size_t broadcast) const;
    double expected_orders(std::size_t session, std::size_t broadcast, Time at) const;

    const ModelSpec& spec_;
    const BaseDemand& base_;
    const SessionBook& book_;
    sim::TableId table_{}, summary_{};
    std::vector<double> rates_;              ///< by session: mean extra orders per second of its pulse
    std::vector<std::size_t> first_raised_;  ///< by session: position in raised_
    std::vector<Raised> raised_;             ///< by broadcast
    bool is_low_ = false;                    ///< the turnover, at the last sample
    std::array<std::int64_t, 3> counts_{};   ///< by kind, after the warm-up
};

}  // namespace spate::models
