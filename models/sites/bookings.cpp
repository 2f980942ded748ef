#include "models/sites/bookings.hpp"

#include <algorithm>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

namespace {

constexpr double rounding = 1e-6;  ///< of a unit: parts of receipts are no whole numbers

}  // namespace

void Bookings::add(const Booking& booking) {
    const Key key{booking.position, booking.channel};
    Queue& queue = queues_[key];
    queue.orders.emplace(next_, booking);
    queue.units += booking.order.quantity;
    due_.push_back({booking.until, next_++, key});
    std::push_heap(due_.begin(), due_.end(), comes_later);
}

Bookings::Booking Bookings::remove(std::map<Key, Queue>::iterator queue,
                                   std::map<std::uint64_t, Booking>::iterator order) {
    const Booking booking = order->second;
    queue->second.units -= booking.order.quantity;
    queue->second.credit = std::min(queue->second.credit, static_cast<double>(queue->second.units));
    queue->second.orders.erase(order);
    if (queue->second.orders.empty())
        queues_.erase(queue);  // what came for nobody is anybody's
    return booking;
}

std::optional<Bookings::Booking> Bookings::take(std::int32_t position, Units available) {
    for (auto queue = queues_.lower_bound({position, 0}); queue != queues_.end() && queue->first.position == position;
         ++queue) {
        const auto first = queue->second.orders.begin();
        const Units wanted = first->second.order.quantity;
        if (wanted > available || static_cast<double>(wanted) > queue->second.credit + rounding)
            continue;
        queue->second.credit -= static_cast<double>(wanted);
        return remove(queue, first);
    }
    return std::nullopt;
}

Time Bookings::next_due() {
    while (!due_.empty()) {
        const auto queue = queues_.find(due_.front().key);
        if (queue != queues_.end() && queue->second.orders.contains(due_.front().number))
            return due_.front().at;
        std::pop_heap(due_.begin(), due_.end(), comes_later);
        due_.pop_back();
    }
    return sim::end_of_time;
}

std::optional<Bookings::Booking> Bookings::take_due(Time now) {
    if (next_due() > now)
        return std::nullopt;
    const auto queue = queues_.find(due_.front().key);
    return remove(queue, queue->second.orders.find(due_.front().number));
}

Units Bookings::units(std::int32_t position) const {
    Units units = 0;
    for (auto queue = queues_.lower_bound({position, 0}); queue != queues_.end() && queue->first.position == position;
         ++queue)
        units += queue->second.units;
    return units;
}

template <class Archive>
void Bookings::serialize(Archive& archive) {
    std::vector<std::uint64_t> numbers;
    std::vector<Booking> bookings;
    std::vector<double> credits;
    for (const auto& [key, queue] : queues_) {
        for (const auto& [number, booking] : queue.orders) {
            numbers.push_back(number);
            bookings.push_back(booking);
            credits.push_back(queue.credit);
        }
    }
    archive(numbers, credits, next_);
    sim::block(archive, bookings);
    queues_.clear();
    due_.clear();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const Key key{bookings[i].position, bookings[i].channel};
        Queue& queue = queues_[key];
        queue.orders.emplace(numbers[i], bookings[i]);
        queue.units += bookings[i].order.quantity;
        queue.credit = credits[i];
        due_.push_back({bookings[i].until, numbers[i], key});
    }
    std::make_heap(due_.begin(), due_.end(), comes_later);
}

template void Bookings::serialize(sim::StateWriter& archive);
template void Bookings::serialize(sim::StateReader& archive);

}  // namespace spate::models
