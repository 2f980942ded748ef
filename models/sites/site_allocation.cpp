// Site: who is served first of those who wait, and how many may wait.

#include <algorithm>
#include <utility>
#include <vector>

#include "models/sites/allocation.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

constexpr std::uint8_t priority_of_sites = 5;

}  // namespace

/// In the queue of a product; the same for all where it does not count.
std::uint8_t Site::priority_of(const Waiting& waiting) const {
    if (spec_.allocate != SiteSpec::Allocate::priority)
        return 0;
    if (!waiting.is_customer)
        return priority_of_sites;
    return frame_.spec.channels[desks_[waiting.order.slot].channel].priority;
}

/// For whom somebody waits, where that counts for a product.
std::optional<WaitingQueue::Claimant> Site::claimant_of(std::int32_t position, const Waiting& waiting) const {
    if (spec_.allocate < SiteSpec::Allocate::proportional && !(parts_ && parts_->has(position)))
        return std::nullopt;
    const Index number = waiting.is_customer ? desks_[waiting.order.slot].channel : waiting.lane;
    return WaitingQueue::Claimant{waiting.is_customer, number};
}

/// Whether one more order may wait for a product (ChannelSpec::backlog).
bool Site::has_room_to_wait(const ChannelSpec& channel, std::int32_t position, Units units) const {
    return !channel.backlog || room_.cell(position).customers_waiting + units <= *channel.backlog;
}

/// An order has joined the queue of a product: by its priority it may be in front of one that is too large for what
/// there is. Announced orders are served as of other times and do not overtake until more goods come.
void Site::note_overtaking(std::int32_t position) {
    if (spec_.allocate == SiteSpec::Allocate::priority && room_.cell(position).available() > 0)
        overtaken_.push_back(position);
}

void Site::let_overtake(sim::Context& context) {
    for (const std::int32_t position : std::exchange(overtaken_, {}))
        serve_waiting(context, position);
}

/// Channels and other sites get their parts of the stock, and serve of those who wait for them who comes first. What
/// a part does not suffice for is left.
void Site::share_out(sim::Context& context, std::int32_t position, WaitingQueue& queue) {
    cancel_until(context, position, queue, WaitingQueue::none);
    std::vector<Units> wanted;
    for (const auto& claim : queue.claims_in_turn())
        wanted.push_back(claim.units);
    std::vector<Units> parts = allocate(spec_.allocate, wanted, std::max<Units>(room_.cell(position).available(), 0));
    queue.serve_in_turn([&](WaitingQueue::Place place, std::size_t number) {
        const Units before = queue.at(place).quantity;
        const bool is_done = give(context, position, queue, place, parts[number]);
        parts[number] -= is_done ? before : 0;
        return is_done;  // else he blocks those behind
    });
}

}  // namespace spate::models
