// OrderSource: where its streams stand, written and read.

#include <algorithm>

#include "sim/snapshot/archive.hpp"
#include "models/demand/order_source.hpp"

namespace spate::models {

namespace {

using States = std::vector<CustomerStream::State>;

/// The state of the stream with this key in a sorted list, or null.
template <class State>
const State* find(const std::vector<State>& states, std::uint64_t key) {
    const auto found = std::lower_bound(
        states.begin(), states.end(), key, [](const auto& state, std::uint64_t k) { return state.key < k; });
    return found != states.end() && found->key == key ? &*found : nullptr;
}

}  // namespace

void OrderSource::settle(sim::Time now) {
    settled_ = now;
    if (taken_ < now) {
        std::vector<CustomerOrder> drawn;
        take_before(now, drawn);
        waiting_ = std::move(drawn);
    }
}

void OrderSource::save_state(sim::StateWriter& archive) const {
    States states;
    for (const auto& stream : streams_)
        states.push_back(stream.state());
    const std::size_t first = states.size();
    for (const auto& single : singles_) {
        CustomerStream::State& state = states.emplace_back();
        state.key = single.key;
        state.number = single.drawn;  // of a stream that has ended: there is no next customer
        state.clock = single.clock;
    }
    calendar_.for_each([&](std::uint32_t s, sim::Time at) {
        const Single& single = singles_[s];
        CustomerStream::State& state = states[first + s];
        state.number = single.drawn - 1;
        state.is_next_known = 1;
        state.next = {
            at, single.product, draw_quantity(sources_[single.source], single), sim::mix(single.key, state.number)};
    });
    std::sort(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    sim::Time taken = taken_, settled = settled_;
    auto waiting = waiting_;
    std::uint64_t digest = digest_;
    archive(taken, settled, digest);
    sim::block(archive, states);
    sim::block(archive, waiting);
    std::vector<ExcitedStream::State> excited;
    for (const auto& stream : excited_)
        excited.push_back(stream.state());
    std::sort(excited.begin(), excited.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    sim::block(archive, excited);
}

void OrderSource::load_state(sim::StateReader& archive) {
    States states;
    archive(taken_, settled_, digest_);
    sim::block(archive, states);
    sim::block(archive, waiting_);
    std::vector<ExcitedStream::State> excited;
    sim::block(archive, excited);
    queue_.clear();
    for (std::uint32_t s = 0; s < excited_.size(); ++s) {
        if (const auto* state = find(excited, excited_[s].key())) {
            excited_[s].restore(*state, taken_);
        } else {
            excited_[s].skip_to(settled_);
        }
        queue(s | excited_bit);
    }
    for (std::uint32_t s = 0; s < streams_.size(); ++s) {
        const auto* state = find(states, streams_[s].key());
        if (state != nullptr && streams_[s].has_one_seed()) {
            streams_[s].restore(*state, taken_);
        } else {  // new, or what was drawn before the fork is a function of its seeds
            streams_[s].skip_to(state != nullptr ? taken_ : settled_);
        }
        queue(s);
    }
    calendar_ = ArrivalCalendar(singles_.size(), bucket_width(), std::min(taken_, settled_));
    for (std::uint32_t s = 0; s < singles_.size(); ++s)
        calendar_.set(s, resume(singles_[s], find(states, singles_[s].key)));
}

/// The next arrival of a single stream, of its archived state if there is one.
sim::Time OrderSource::resume(Single& single, const CustomerStream::State* state) {
    const Source& source = sources_[single.source];
    const bool is_drawn = source.kind == Kind::poisson || source.kind == Kind::renewal;
    const auto* profile = &source.demand->profile;
    const auto position = [&](sim::Time t) {
        return single.curve != nullptr ? WeeklyProfile::Position{0, single.curve->integral(t)} : profile->position(t);
    };
    if (state != nullptr && is_drawn && state->is_next_known != 0) {
        std::uint32_t segment = UINT32_MAX;
        single.drawn = static_cast<std::uint32_t>(state->number) + 1;
        const sim::Time next = state->next.placed;
        // With another profile the clock of the archive says nothing.
        const sim::Time by_clock = single.curve != nullptr ? single.curve->time_of(state->clock.amount, segment)
                                                           : profile->time_of(state->clock, segment);
        single.clock = by_clock == next ? state->clock : position(next);
        return next;
    }
    // Lists and regular times follow from the scenario; streams that are new begin now.
    const sim::Time from = state != nullptr ? taken_ : settled_;
    single.drawn = 0;
    single.clock = position(sim::Time{0});
    sim::Time next = following(single, sim::Time{0});
    while (next < from)
        next = following(single, next);
    return next;
}

}  // namespace spate::models
