#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace/recorder.hpp"
#include "models/demand/base_demand.hpp"

namespace spate::models {

/// What made a site order: words of a script, or nothing.
enum class AlarmKind : std::uint8_t { push, limited, bargain, false_alarm };
inline constexpr std::size_t alarm_kinds = 4;

/// An alarm of who listens to the broadcasts of sessions, and what one site orders at it.
struct Alarm {
    Time at;
    Index site = 0, session = 0;
    AlarmKind kind = AlarmKind::false_alarm;
    std::int64_t lines = 0;  ///< products ordered
    Units units = 0;         ///< of all of them
};

/// Whether a rule listens to sessions.
bool is_listened_to(const ModelSpec& spec);

/// Fills ReplenishSpec::alarms of the rules that listen to sessions: what they order, at the times at which they have
/// heard words of the script, or thought so. `parts`: by site, its part of the demand by position of its assortment
/// (parts_of_demand()). Returns the alarms of all of them at which anything is ordered, by time, then by rule. What is
/// heard is drawn by broadcast and event, so all sites hear the same. Formulas: docs/models/sessions.md.
std::vector<Alarm> listen_to_sessions(ModelSpec& spec,
                                      const BaseDemand& base,
                                      const std::vector<std::vector<double>>& parts);

}  // namespace spate::models
