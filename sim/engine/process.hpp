#pragma once

#include <cstddef>
#include <string>

#include "sim/engine/event.hpp"
#include "sim/snapshot/archive_fwd.hpp"

namespace spate::sim {

class Context;

/// A logical process: owns its state, its random streams and its trace buffers; reacts to messages one at a time and
/// acts on others only by sending messages. It never reads another process's state.
/// Threads: all calls for one process are made by one thread at a time, in event order.
class Process {
  public:
    explicit Process(std::string name)
        : name_(std::move(name)) {}

    virtual ~Process() = default;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Processes are kept side by side, in the order in which they are made (process_memory.cpp). Any thread.
    static void* operator new(std::size_t size);
    static void operator delete(void* process);

    /// Called once at time zero, before any event: schedules the first events.
    virtual void start(Context& context) = 0;
    /// Reacts to one message. `event.type` says which; a bulk message that is not taken is recycled afterwards.
    virtual void on_event(Context& context, Event& event) = 0;
    /// Called once when the run has reached its end, in process order, by one thread: closes accounts, records totals.
    virtual void finish(Time end) = 0;

    /// Writes everything that on_event and finish depend on and that does not follow from the scenario; load_state
    /// reads it back into a process built from the same scenario, instead of start. Called between windows by one
    /// thread. Throws: InvariantError where a process cannot be archived.
    virtual void save_state(StateWriter& archive);
    virtual void load_state(StateReader& archive);

    /// Called once after load_state, in process order, with the time of the saved state: may schedule what the archive
    /// cannot know because the scenario is another one now. Sends nothing.
    virtual void on_loaded(Context&) {}

    ProcessId id() const { return id_; }

    /// For messages: unique, stable, in the user's words ("site rdc-wuhan").
    const std::string& name() const { return name_; }

  private:
    friend class Engine;
    std::string name_;
    ProcessId id_;
};

}  // namespace spate::sim
