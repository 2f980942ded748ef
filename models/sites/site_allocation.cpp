// Site: who is served first of those who wait, and how many may wait.

#include <algorithm>
#include <utility>

#include "models/sites/allocation.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

constexpr std::uint8_t priority_of_sites = 5;

}  // namespace

std::uint8_t Site::priority_of(const Waiting& waiting) const {
    if (!waiting.is_customer)
        return priority_of_sites;
    return frame_.spec.channels[desks_[waiting.order.slot].channel].priority;
}

/// Behind all who wait, or behind those of no less priority.
void Site::queue_up(std::deque<Waiting>& queue, const Waiting& waiting) {
    auto at = queue.end();
    if (spec_.allocate == SiteSpec::Allocate::priority) {
        while (at != queue.begin() && priority_of(waiting) < priority_of(*std::prev(at)))
            --at;
    }
    queue.insert(at, waiting);
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
void Site::share_out(sim::Context& context, std::int32_t position, std::deque<Waiting>& queue) {
    std::erase_if(queue, [&](const Waiting& waiting) {
        const bool has_left = waiting.is_customer && waiting.deadline <= context.now();
        if (has_left)
            cancel(context, position, waiting);
        return has_left;
    });
    std::vector<std::pair<bool, std::uint32_t>> claimants;
    std::vector<Units> wanted;
    const auto number_of = [&](const Waiting& waiting) {
        const std::pair claimant{waiting.is_customer,
                                 waiting.is_customer ? desks_[waiting.order.slot].channel : waiting.lane};
        const auto found = std::find(claimants.begin(), claimants.end(), claimant);
        if (found != claimants.end())
            return static_cast<std::size_t>(found - claimants.begin());
        claimants.push_back(claimant);
        wanted.push_back(0);
        return claimants.size() - 1;
    };
    for (const Waiting& waiting : queue)
        wanted[number_of(waiting)] += waiting.quantity;
    std::vector<Units> parts = allocate(spec_.allocate, wanted, std::max<Units>(room_.cell(position).available(), 0));
    for (auto waiting = queue.begin(); waiting != queue.end();) {
        Units& part = parts[number_of(*waiting)];
        const Units before = waiting->quantity;
        const bool is_done = give(context, position, *waiting, part);
        part -= is_done ? before : before - waiting->quantity;
        if (is_done) {
            waiting = queue.erase(waiting);
        } else {
            part = 0;  // who comes first blocks those behind
            ++waiting;
        }
    }
}

}  // namespace spate::models
