#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/engine/event.hpp"

namespace spate::sim {

/// A declared way from one process to another: messages on it take at least `lookahead`. Zero lookahead is allowed and
/// fuses the two processes into one group (correct, but less parallel).
struct Link {
    ProcessId target;
    Duration lookahead;
};

/// A typed end of a link, held by the sending process and wired before the run (Engine::connect).
template <class M>
struct Output {
    Link link;

    bool is_connected() const { return link.target.is_valid(); }
};

/// Free payloads of one type, kept by one worker.
class PayloadPools {
  public:
    template <BulkMessage M>
    std::unique_ptr<M> make() {
        auto& pool = slot(M::type);
        if (pool.empty())
            return std::make_unique<M>();
        auto* payload = static_cast<M*>(pool.back().release());
        pool.pop_back();
        return std::unique_ptr<M>(payload);
    }

    void recycle(std::uint16_t type, std::unique_ptr<Payload> payload) {
        if (payload == nullptr)
            return;
        payload->clear();
        slot(type).push_back(std::move(payload));
    }

    /// Shares the free payloads evenly: where some workers mostly send and others mostly receive, the free payloads
    /// would otherwise pile up at the receivers for ever.
    static void level(std::span<PayloadPools* const> pools);

  private:
    std::vector<std::unique_ptr<Payload>>& slot(std::uint16_t type) {
        if (type >= free_.size())
            free_.resize(type + 1U);
        return free_[type];
    }

    std::vector<std::vector<std::unique_ptr<Payload>>> free_;
};

/// Where sent events go: the executive's side of a context.
class EventSink {
  public:
    virtual ~EventSink() = default;
    /// Takes an event whose key is complete, and the ownership of its payload unless it throws.
    virtual void accept(const Event& event) = 0;
};

/// What a process may do while it handles an event: know the time, send, schedule. Valid only during the call.
class Context {
  public:
    Context(EventSink& sink, PayloadPools& pools)
        : sink_(sink)
        , pools_(pools) {}

    Time now() const { return now_; }

    /// Sends a message. Throws InvariantError, naming process and time, if `delay` is below the link's lookahead.
    template <InlineMessage M>
    void send(const Output<M>& output, Duration delay, const M& message) {
        check_delay(output.link, delay);
        sink_.accept(make_event(output.link.target, now_ + delay, message));
    }

    template <BulkMessage M>
    void send(const Output<M>& output, Duration delay, std::unique_ptr<M> message) {
        SPATE_EXPECT(message != nullptr);
        check_delay(output.link, delay);
        Event event = key(output.link.target, now_ + delay, M::type, M::priority);
        event.payload = message.get();
        sink_.accept(event);
        static_cast<void>(message.release());
    }

    /// Schedules a message of the process to itself at a time not before now.
    template <InlineMessage M>
    void schedule(Time at, const M& message) {
        if (at < now_)
            fail_past(at);
        sink_.accept(make_event(self_, at, message));
    }

    /// An empty payload from this worker's pool.
    template <BulkMessage M>
    std::unique_ptr<M> make() {
        return pools_.make<M>();
    }

    /// Gives a payload back.
    template <BulkMessage M>
    void recycle(std::unique_ptr<M> payload) {
        pools_.recycle(M::type, std::move(payload));
    }

    /// For executives: the process and time that the next calls speak for. `sequence` is the process's own send
    /// counter.
    void enter(ProcessId self, const char* name, Time now, std::uint64_t& sequence) {
        self_ = self;
        name_ = name;
        now_ = now;
        sequence_ = &sequence;
    }

  private:
    Event key(ProcessId target, Time time, std::uint16_t type, std::uint16_t priority) {
        Event event;
        event.time = time;
        event.sequence = (*sequence_)++;
        event.source = self_;
        event.target = target;
        event.priority = priority;
        event.type = type;
        return event;
    }

    template <InlineMessage M>
    Event make_event(ProcessId target, Time time, const M& message) {
        Event event = key(target, time, M::type, M::priority);
        std::memcpy(event.words.data(), &message, sizeof(M));
        return event;
    }

    void check_delay(const Link& link, Duration delay) const {
        if (delay < link.lookahead || !link.target.is_valid() || delay > end_of_time - now_)
            fail_delay(link, delay);
    }

    [[noreturn]] void fail_delay(const Link& link, Duration delay) const;
    [[noreturn]] void fail_past(Time at) const;

    EventSink& sink_;
    PayloadPools& pools_;
    ProcessId self_;
    const char* name_ = "";
    Time now_;
    std::uint64_t* sequence_ = nullptr;
};

}  // namespace spate::sim
