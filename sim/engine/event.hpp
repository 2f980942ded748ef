#pragma once

#include <array>
#include <bit>
#include <concepts>
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

/// What every message type declares: `static constexpr std::uint16_t type` (unique in the model, below 1024) and
/// `static constexpr std::uint16_t priority` (below 256).
template <class M>
concept Message = requires {
    { M::type } -> std::convertible_to<std::uint16_t>;
    { M::priority } -> std::convertible_to<std::uint16_t>;
    requires M::type < 1024 && M::priority < 256;
};

/// A message that fits into the event itself: a trivially copyable struct of at most 24 bytes, without padding that
/// matters.
template <class M>
concept InlineMessage =
    Message<M> && std::is_trivially_copyable_v<M> && !std::is_base_of_v<Payload, M> && sizeof(M) <= 24;

/// A message that travels as a pooled Payload.
template <class M>
concept BulkMessage = Message<M> && std::is_base_of_v<Payload, M> && std::is_default_constructible_v<M>;

/// One word of an event: what the message is, and what comes first among events of one instant.
struct EventLabel {
    std::uint64_t sequence : 41 = 0;  ///< number of the send within its source
    std::uint64_t is_bulk : 1 = 0;    ///< the message is a payload
    std::uint64_t type : 10 = 0;      ///< M::type of the message
    std::uint64_t priority : 8 = 0;
    std::uint64_t depth : 4 = 0;

    /// A label of a message of type M, put together in a register: fields that are stored one by one make the processor
    /// wait when they are read as a word soon afterwards.
    template <Message M>
    static EventLabel of(std::uint64_t sequence, std::uint64_t depth) {
        constexpr std::uint64_t bulk = std::is_base_of_v<Payload, M>;
        constexpr std::uint64_t constant = bulk << 41 | std::uint64_t{M::type} << 42 | std::uint64_t{M::priority} << 52;
        return std::bit_cast<EventLabel>((sequence & ((std::uint64_t{1} << 41) - 1)) | constant | depth << 60);
    }
};

/// One pending event: 48 bytes, moved by value.
///
/// Order: total and independent of threads: (time, depth, priority, source, sequence). Lower priority numbers come
/// first among events of one instant; `sequence` counts the sends of the source process, so no two keys are equal.
/// `depth` is 0 but for receivers behind zero-lookahead links that lead one way only: they come after their senders.
struct Event : EventLabel {
    Time time;         ///< when it takes effect
    ProcessId source;  ///< who sent it
    /// Place of the receiver in the roster of the run; changes when the roster is cut anew.
    std::uint32_t slot = UINT32_MAX;
    std::array<std::uint64_t, 3> words{};  ///< an inline message, zero filled; or the address of the payload

    /// The inline message. Requires: type == M::type.
    template <InlineMessage M>
    M as() const {
        SPATE_EXPECT(type == M::type && !is_bulk);
        M message;
        std::memcpy(static_cast<void*>(&message), words.data(), sizeof(M));
        return message;
    }

    /// Takes the bulk message out of the event. Requires: type == M::type, not yet taken.
    template <BulkMessage M>
    std::unique_ptr<M> take() {
        SPATE_EXPECT(type == M::type && payload() != nullptr);
        return std::unique_ptr<M>(static_cast<M*>(take_payload()));
    }

    /// The bulk message, owned by this event until taken; null where there is none.
    Payload* payload() const { return is_bulk ? std::bit_cast<Payload*>(words[0]) : nullptr; }

    void set_payload(Payload* payload) {
        is_bulk = 1;
        words[0] = std::bit_cast<std::uint64_t>(payload);
    }

    /// The words of an inline message.
    template <InlineMessage M>
    static std::array<std::uint64_t, 3> words_of(const M& message) {
        std::array<std::uint64_t, 3> words{};
        std::memcpy(words.data(), &message, sizeof(M));
        return words;
    }

    /// Hands the payload over; the event keeps none.
    Payload* take_payload() {
        Payload* const taken = payload();
        if (is_bulk)
            words[0] = 0;
        return taken;
    }

    /// True when this event comes before `other`. Times are compared first: ties are rare.
    friend bool comes_before(const Event& a, const Event& b) {
        if (a.time != b.time) [[likely]]
            return a.time < b.time;
        if (a.depth != b.depth)
            return a.depth < b.depth;
        if (a.priority != b.priority)
            return a.priority < b.priority;
        if (a.source != b.source)
            return a.source < b.source;
        return a.sequence < b.sequence;
    }

    /// Fingerprint of the key and of an inline message; not of the receiver, whose digest it goes to.
    std::uint64_t digest() const {
        const std::uint64_t key = std::uint64_t{source.value()} << 32 | std::uint64_t{priority} << 16 | type;
        std::uint64_t sum = fold(static_cast<std::uint64_t>(time.us) ^ 0x9E3779B97F4A7C15ULL,
                                 (std::uint64_t{sequence} << 1 | is_bulk) ^ 0xD6E8FEB86659FD93ULL);
        sum += fold(key ^ 0xBF58476D1CE4E5B9ULL, (is_bulk ? 0 : words[0]) ^ 0x94D049BB133111EBULL);
        return sum + fold(words[1] ^ 0x2545F4914F6CDD1DULL, words[2] ^ 0xC2B2AE3D27D4EB4FULL);
    }
};

static_assert(sizeof(Event) == 48 && std::is_trivially_copyable_v<Event>);

}  // namespace spate::sim
