#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/executive.hpp"

namespace spate::sim {

/// The reference: one thread, one queue, events in their total order. Read this one first; every other executive must
/// give the same results.
class SequentialExecutive final : public Executive, private EventSink {
  public:
    /// Requires: `roster` outlives the executive.
    explicit SequentialExecutive(Roster& roster);

    void start() override;

    Time next_event() const override { return pending_.next_time(); }

    Time safe_time() const override { return saturating_add(pending_.next_time(), lookahead_); }

    void advance_to(Time boundary) override;

    std::vector<std::uint64_t> events_by_worker() const override { return {events_}; }

  private:
    void accept(const Event& event) override;

    Roster& roster_;
    Duration lookahead_;  ///< smallest lookahead of any group
    EventQueue pending_;
    PayloadPools pools_;
    Context context_{*this, pools_};
    std::uint64_t events_ = 0;
};

}  // namespace spate::sim
