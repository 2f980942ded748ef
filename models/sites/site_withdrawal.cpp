// Site: orders that their customers cancel are taken out where they are, unless work at the last stage has begun.

#include <algorithm>
#include <utility>

#include "models/sites/site.hpp"

namespace spate::models {

/// When an order leaves whatever queue it is in here, because its customer has cancelled; sim::end_of_time: never.
Time Site::leaves_at(const Order& order) const {
    const auto& terms = desks_[order.slot].cancellation;
    return terms ? terms->known_at_site(order) : sim::end_of_time;
}

/// At a wave: the goods of orders that have left go back to the shelf, in the order in which they left.
void Site::withdraw_left(sim::Context& context) {
    while (!left_.empty()) {  // who is served from these goods may have cancelled too
        std::vector<Job> jobs = std::exchange(left_, {});
        std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
            return a.ready != b.ready ? a.ready < b.ready : comes_before(a.order, b.order);
        });
        for (const Job& job : jobs)
            withdraw(context, job);
    }
}

/// A job is an order, a parcel of several lines, or a line that was kept back for others.
void Site::withdraw(sim::Context& context, const Job& job) {
    if (job.order.is_sampled)
        waits_.erase(wait_key(job.order));
    const auto found =
        job.order.lines > 1 ? parcels_.find(std::uint64_t{job.order.slot} << 32 | job.order.number) : parcels_.end();
    if (found == parcels_.end()) {
        put_back(context, job.order, job);
        return;
    }
    const Parcel parcel = std::move(found->second);
    parcels_.erase(found);
    for (const Order& line : parcel.lines)
        put_back(context, line, job);
}

void Site::put_back(sim::Context& context, const Order& order, const Job& job) {
    const std::int32_t position = assortment_->position(order.product);
    give_back(context, position, order.quantity);
    report(context, order, job.released, context.now(), job.ready, Outcome::withdrawn);
    serve_waiting(context, position);
    note_change(context, position);
}

/// Lines that were kept back for others, whose customer has cancelled the order: their goods go back at the next wave.
void Site::withdraw_kept(sim::Context& context, const Parcel& parcel, Time at) {
    for (const Order& line : parcel.lines)
        left_.push_back({line, parcel.released, leaves_at(line)});
    schedule_wave(context, at);
}

}  // namespace spate::models
