#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/engine/event.hpp"
#include "sim/engine/roster.hpp"
#include "sim/engine/shard.hpp"

namespace spate::sim {

/// A typed end of a link, held by the sending process and wired before the run (Engine::connect).
template <class M>
struct Output {
    Link link;

    bool is_connected() const { return link.is_connected(); }
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

/// What a process may do while it handles an event: know the time, send, schedule. Valid only during the call.
class Context {
  public:
    Time now() const { return now_; }

    /// Sends a message. Throws InvariantError, naming process and time, if the link is not one of this process or
    /// `delay` is below its lookahead.
    template <InlineMessage M>
    void send(const Output<M>& output, Duration delay, const M& message) {
        check_link(output.link, delay);
        post<M>(output.link.target(), now_ + delay, Event::words_of(message));
    }

    template <BulkMessage M>
    void send(const Output<M>& output, Duration delay, std::unique_ptr<M> message) {
        SPATE_EXPECT(message != nullptr);
        check_link(output.link, delay);
        Payload* const payload = message.get();
        post<M>(output.link.target(), now_ + delay, {std::bit_cast<std::uint64_t>(payload), 0, 0});
        static_cast<void>(message.release());
    }

    /// Schedules a message of the process to itself at a time not before now.
    template <InlineMessage M>
    void schedule(Time at, const M& message) {
        if (at < now_) [[unlikely]]
            fail_past(at);
        shard_->accept_own(
            at, [&](Event& event) { write<M>(event, at, self_->slot, self_->depth, Event::words_of(message)); });
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

    // For executives.

    /// The process and the time that the next calls speak for.
    void enter(Shard& shard, ProcessRecord& self, Time now) {
        shard_ = &shard;
        self_ = &self;
        now_ = now;
    }

    PayloadPools& pools() { return pools_; }

  private:
    /// Sends an event to any process.
    template <class M>
    void post(ProcessId target, Time at, const std::array<std::uint64_t, 3>& words) {
        const auto fill = [&](Event& event, std::uint32_t slot, std::uint64_t depth) {
            write<M>(event, at, slot, depth, words);
        };
        if (!shard_->accept(target, at, self_->slot, fill)) [[unlikely]]
            fail_target(target, at);
    }

    /// Writes an event where it will lie.
    template <class M>
    void write(
        Event& event, Time at, std::uint32_t slot, std::uint64_t depth, const std::array<std::uint64_t, 3>& words) {
        static_cast<EventLabel&>(event) = EventLabel::of<M>(self_->sequence++, depth);
        event.time = at;
        event.source = self_->id;
        event.slot = slot;
        for (std::size_t i = 0; i < words.size(); ++i)
            event.words[i] = words[i];
    }

    void check_link(const Link& link, Duration delay) const {
        if (link.source() != self_->id || delay < link.lookahead() || delay > end_of_time - now_) [[unlikely]]
            fail_link(link, delay);
    }

    [[noreturn]] void fail_link(const Link& link, Duration delay) const;
    [[noreturn]] void fail_target(ProcessId target, Time at) const;
    [[noreturn]] void fail_past(Time at) const;

    PayloadPools pools_;
    Shard* shard_ = nullptr;
    ProcessRecord* self_ = nullptr;
    Time now_;
};

}  // namespace spate::sim
