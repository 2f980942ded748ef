#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/demand/pulse_train.hpp"
#include "models/demand/session_gifts.hpp"
#include "models/demand/session_seeds.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Numbers of what is drawn for sessions: the purposes of their random streams. Docs: docs/models/demand.md.
inline constexpr std::uint16_t purpose_absence = 30, purpose_luck = 31, purpose_script = 32, purpose_cart = 33,
                               purpose_heard = 34, purpose_false_alarm = 35;

/// What a host says in a broadcast, and when.
struct ScriptEvent {
    ScriptSpec::Phrase phrase = ScriptSpec::Phrase::push;
    Time from, to;    ///< to: at most the end of the broadcast
    double rate = 1;  ///< factor of the rate of orders
    std::optional<GiftSpec> gift{};
    std::uint32_t number = 0;  ///< in the session's script, from 0
};

/// One broadcast of a session.
struct Broadcast {
    Index session = 0;
    std::uint32_t number = 0;      ///< in its session, from 0
    Time start, end;               ///< end: of the pulse, its decay included
    std::optional<Index> planned;  ///< host; none: the session has no hosts
    std::optional<Index> host;     ///< who came; none although planned: the broadcast is cancelled
    double planned_audience = 1;   ///< factor of the rate that was to be expected
    double audience = 1;           ///< that of who came; 0 if cancelled
    double luck = 1;
    std::vector<ScriptEvent> script;  ///< by time

    bool is_cancelled() const { return planned && !host; }

    /// Factor of the rate of the whole broadcast; the script comes on top of it.
    double factor() const { return audience * luck; }

    /// The same, had the planned host come.
    double planned_factor() const { return planned_audience * luck; }
};

/// Every broadcast of every session: when it is, who hosts it, and what that does to the rate of orders.
///
/// Who is absent depends on the host's name, luck and script on the session's name and the number of the broadcast, so
/// they are the same whatever the policies. Hosts are shared out in order of the broadcasts' starts (ties: by the
/// session's id), so the order of declaration does not matter. Formulas: docs/models/sessions.md.
/// Immutable: may be shared.
class Broadcasts {
  public:
    explicit Broadcasts(const ModelSpec& spec);

    /// Of one session, in order of number.
    std::span<const Broadcast> of(std::size_t session) const { return all_[session]; }

    /// Whether the rate of all its broadcasts is the session's own.
    bool is_plain(std::size_t session) const { return is_plain_[session] != 0; }

    /// What the session's orders get on top.
    const SessionGifts& gifts(std::size_t session) const { return gifts_[session]; }

    /// The pulses of every `step`-th broadcast from `first` on, which must not overlap.
    PulseTrain train(const ModelSpec& spec, std::size_t session, std::uint32_t first, std::uint32_t step) const;

  private:
    std::vector<std::vector<Broadcast>> all_;  ///< by session
    std::vector<std::uint8_t> is_plain_;
    std::vector<SessionGifts> gifts_;
};

/// Entity of what is drawn for one broadcast.
std::uint64_t broadcast_entity(const SessionSpec& session, std::uint32_t number);

/// √(followers / 1 million): 4 for 16 million followers, 1 for a million.
double audience_of(const HostSpec& host);

/// Cosine of two sets of tags, |A ∩ B| / √(|A|·|B|); 1 if one of them is empty: nothing is known against it.
double style_match(const HostSpec& a, const HostSpec& b);

/// What `other` brings of the audience of `host`: style_match() × the smaller of 1 and the ratio of their audiences.
double substitute_match(const HostSpec& host, const HostSpec& other);

/// Beginnings of a host's absences before `end`, given and drawn, ascending; some before time zero, which reach into
/// the run.
std::vector<Time> absences_of(const HostSpec& host, const SessionSeeds& seeds, Time end);

}  // namespace spate::models
