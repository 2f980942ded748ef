#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/digest.hpp"
#include "sim/base/id.hpp"
#include "sim/base/time.hpp"
#include "sim/snapshot/archive_fwd.hpp"

namespace spate::sim {

using ProcessId = Id<struct ProcessTag>;

/// A large message: columns of orders, of replenishment lines … Owned by exactly one process or by the event that
/// carries it; recycled through Context::make and Context::recycle.
class Payload {
  public:
    virtual ~Payload() = default;
    /// Adds the content to the run's fingerprint.
    virtual void digest(Digest& digest) const = 0;
    /// Empties the payload but keeps its capacity; called before it is used again.
    virtual void clear() = 0;
    /// The content, for snapshots. Throws: InvariantError where a payload cannot be archived.
    virtual void save_state(StateWriter& archive);
    virtual void load_state(StateReader& archive);
};

/// A message that fits into the event itself: a trivially copyable struct of at most 24 bytes, without padding that
/// matters, with `static constexpr std::uint16_t type` (unique in the model) and `static constexpr std::uint16_t
/// priority`.
template <class M>
concept InlineMessage =
    std::is_trivially_copyable_v<M> && !std::is_base_of_v<Payload, M> && sizeof(M) <= 24 && requires {
    { M::type } -> std::convertible_to<std::uint16_t>;
    { M::priority } -> std::convertible_to<std::uint16_t>;
};

/// A message that travels as a pooled Payload, with the same two constants.
template <class M>
concept BulkMessage = std::is_base_of_v<Payload, M> && std::is_default_constructible_v<M> && requires {
    { M::type } -> std::convertible_to<std::uint16_t>;
    { M::priority } -> std::convertible_to<std::uint16_t>;
};

/// One pending event: 64 bytes, moved by value.
///
/// Order: total and independent of threads: (time, priority, source, sequence). Lower priority numbers come first
/// among events of one instant; `sequence` counts the sends of the source process, so no two keys are equal.
struct Event {
    Time time;                   ///< when it takes effect
    std::uint64_t sequence = 0;  ///< number of the send within its source
    ProcessId source;
    ProcessId target;
    std::uint16_t priority = 0;
    std::uint16_t type = 0;                ///< M::type of the message
    std::uint32_t unused = 0;              ///< keeps the layout free of padding
    std::array<std::uint64_t, 3> words{};  ///< an inline message, zero filled
    Payload* payload = nullptr;            ///< a bulk message, owned by this event until taken

    /// The inline message. Requires: type == M::type.
    template <InlineMessage M>
    M as() const {
        SPATE_EXPECT(type == M::type);
        M message;
        std::memcpy(static_cast<void*>(&message), words.data(), sizeof(M));
        return message;
    }

    /// Takes the bulk message out of the event. Requires: type == M::type, not yet taken.
    template <BulkMessage M>
    std::unique_ptr<M> take() {
        SPATE_EXPECT(type == M::type && payload != nullptr);
        return std::unique_ptr<M>(static_cast<M*>(std::exchange(payload, nullptr)));
    }

    /// True when this event comes before `other`. Times are compared first: ties are rare.
    friend bool comes_before(const Event& a, const Event& b) {
        if (a.time != b.time)
            return a.time < b.time;
        if (a.priority != b.priority)
            return a.priority < b.priority;
        if (a.source != b.source)
            return a.source < b.source;
        return a.sequence < b.sequence;
    }
};

static_assert(sizeof(Event) == 64 && std::is_trivially_copyable_v<Event>);

}  // namespace spate::sim
