#include "sim/engine/sequential_executive.hpp"

#include <algorithm>

namespace spate::sim {

SequentialExecutive::SequentialExecutive(Roster& roster)
    : roster_(roster)
    , lookahead_{INT64_MAX} {
    for (const ProcessGroup& group : roster.partition.groups)
        lookahead_ = std::min(lookahead_, group.lookahead);
}

void SequentialExecutive::start() {
    for (ProcessRecord& record : roster_.records)
        call_start(context_, record);
}

void SequentialExecutive::advance_to(Time boundary) {
    while (pending_.next_time() < boundary) {
        Event event = pending_.pop();
        if (!pending_.empty())
            prefetch(roster_.records[pending_.top().target.index()]);
        hand_over(context_, pools_, roster_.records[event.target.index()], event);
        ++events_;
    }
}

void SequentialExecutive::accept(const Event& event) {
    roster_.check_sent(event, context_.now());
    pending_.push(event);
}

}  // namespace spate::sim
