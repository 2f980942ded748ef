#pragma once

#include <coroutine>
#include <deque>
#include <exception>
#include <utility>

#include "sim/engine/context.hpp"
#include "sim/engine/process.hpp"

namespace spate::sim {

/// A process written as a sequence of activities instead of reactions: a stackless coroutine that holds for a while and
/// waits for messages.
///
///     class Machine final : public Activity {
///         using Activity::Activity;
///         Steps live() override {
///             for (;;) {
///                 Event part = co_await message();
///                 co_await hold(minute * 3);
///                 context().send(finished, second, part.as<Part>());
///             }
///         }
///     };
///
/// It is an ordinary process: same links, same order of events, same digests for any number of workers. Messages that
/// come while it holds wait in line. A hold costs one event; the coroutine itself is allocated once.
/// Where it stands cannot be archived: a run with activities has no snapshots (save_state throws).
class Activity : public Process {
  public:
    using Process::Process;
    ~Activity() override;

    void start(Context& context) final;
    void on_event(Context& context, Event& event) final;

    void finish(Time) override {}

  protected:
    /// What live() returns: the coroutine, not yet begun.
    class Steps {
      public:
        struct promise_type {
            std::exception_ptr error;

            Steps get_return_object() { return Steps(std::coroutine_handle<promise_type>::from_promise(*this)); }

            std::suspend_always initial_suspend() noexcept { return {}; }

            std::suspend_always final_suspend() noexcept { return {}; }

            void return_void() {}

            void unhandled_exception() { error = std::current_exception(); }
        };

        Steps() = default;

        Steps(Steps&& other) noexcept
            : handle_(std::exchange(other.handle_, {})) {}

        Steps& operator=(Steps&& other) noexcept {
            std::swap(handle_, other.handle_);
            return *this;
        }

        ~Steps() {
            if (handle_)
                handle_.destroy();
        }

      private:
        friend class Activity;

        explicit Steps(std::coroutine_handle<promise_type> handle)
            : handle_(handle) {}

        std::coroutine_handle<promise_type> handle_;
    };

    /// The life of the process, from time zero on. It may end.
    virtual Steps live() = 0;

    /// Time, sending, payloads. Valid between two co_awaits; do not keep it across one.
    Context& context() { return *context_; }

    /// co_await hold(d): goes on after `d` >= 0.
    auto hold(Duration duration) {
        struct Hold {
            Activity& self;
            Duration duration;

            bool await_ready() const noexcept { return false; }

            void await_suspend(std::coroutine_handle<>) const {
                self.state_ = State::holding;
                self.context_->schedule(self.context_->now() + duration, GoOn{});
            }

            void await_resume() const noexcept {}
        };

        return Hold{*this, duration};
    }

    /// co_await message(): the next message, in the order of arrival. Bulk messages are taken or freed by the caller.
    auto message() {
        struct Message {
            Activity& self;

            bool await_ready() const noexcept { return !self.waiting_.empty(); }

            void await_suspend(std::coroutine_handle<>) const noexcept { self.state_ = State::listening; }

            Event await_resume() const {
                const Event event = self.waiting_.front();
                self.waiting_.pop_front();
                return event;
            }
        };

        return Message{*this};
    }

    /// Messages that wait in line.
    std::size_t waiting() const { return waiting_.size(); }

  private:
    /// What a hold ends with. The type is reserved for this.
    struct GoOn {
        static constexpr std::uint16_t type = 1023, priority = 128;
        std::uint64_t unused = 0;
    };

    enum class State : std::uint8_t { holding, listening, over };

    void go_on(Context& context);

    Steps steps_;
    Context* context_ = nullptr;
    std::deque<Event> waiting_;
    State state_ = State::over;
};

}  // namespace spate::sim
