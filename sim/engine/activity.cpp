#include "sim/engine/activity.hpp"

namespace spate::sim {

Activity::~Activity() {
    for (Event& event : waiting_)
        drop_payload(event);
}

void Activity::start(Context& context) {
    steps_ = live();
    go_on(context);
}

void Activity::on_event(Context& context, Event& event) {
    if (event.type == GoOn::type)
        return go_on(context);
    waiting_.push_back(event);
    event.take_payload();  // it waits with the message
    if (state_ == State::listening)
        go_on(context);
}

void Activity::go_on(Context& context) {
    context_ = &context;
    state_ = State::over;
    steps_.handle_.resume();
    context_ = nullptr;
    if (const auto error = std::exchange(steps_.handle_.promise().error, nullptr))
        std::rethrow_exception(error);
}

}  // namespace spate::sim
