#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/snapshot/archive_fwd.hpp"
#include "models/base/messages.hpp"

namespace spate::models {

/// Orders with a deposit that goods are set aside for when they come in (PresaleSpec::capacity), by product and
/// channel, in the order in which they came. Docs: docs/models/presale.md. Threads: owned by one process.
class Bookings {
  public:
    struct Booking {
        Order order;
        std::int32_t position = 0;  ///< of the product
        Index channel = 0;
        Time released;  ///< reached the site
        Time until;     ///< the site knows what became of the deposit
    };

    void add(const Booking& booking);

    /// Goods of a product have come: of them `part(channel)`, 0..1, is for a channel that has bookings, as far as it
    /// wants so many and those before it have left them.
    template <class Part>
    void credit(std::int32_t position, Units units, Part&& part) {
        double left = static_cast<double>(units);
        for_each_queue(position, [&](Index channel, Queue& queue) {
            const double wanted = static_cast<double>(queue.units) - queue.credit;
            const double given = std::min({static_cast<double>(units) * part(channel), wanted, left});
            queue.credit += given;
            left -= given;
        });
    }

    /// Units that have to come until everybody has had his part, rounded up for each channel.
    template <class Part>
    Units wanted(std::int32_t position, Part&& part) {
        Units units = 0;
        for_each_queue(position, [&](Index channel, const Queue& queue) {
            const double wanted = static_cast<double>(queue.units) - queue.credit;
            units += static_cast<Units>(std::ceil(wanted / part(channel) - 1e-6));
        });
        return units;
    }

    /// The next order, by channel and then first come, whose channel has had goods enough of a product for all of it,
    /// and of which so many are available; it is no longer booked. None: nobody.
    std::optional<Booking> take(std::int32_t position, Units available);

    /// The next order whose deposit is settled by now, by time and then as they came; it is no longer booked.
    std::optional<Booking> take_due(Time now);

    /// When that is; sim::end_of_time: never.
    Time next_due();

    /// Units that are booked of a product.
    Units units(std::int32_t position) const;

    template <class Archive>
    void serialize(Archive& archive);

  private:
    struct Key {
        std::int32_t position = 0;
        Index channel = 0;

        auto operator<=>(const Key&) const = default;
    };

    struct Queue {
        std::map<std::uint64_t, Booking> orders;  ///< by number
        double credit = 0;                        ///< units that have come for them, at most `units`
        Units units = 0;
    };

    struct Due {
        Time at;
        std::uint64_t number = 0;
        Key key;
    };

    static bool comes_later(const Due& a, const Due& b) { return a.at != b.at ? a.at > b.at : a.number > b.number; }

    template <class Visit>
    void for_each_queue(std::int32_t position, Visit&& visit) {
        for (auto queue = queues_.lower_bound({position, 0});
             queue != queues_.end() && queue->first.position == position;
             ++queue)
            visit(queue->first.channel, queue->second);
    }

    Booking remove(std::map<Key, Queue>::iterator queue, std::map<std::uint64_t, Booking>::iterator order);

    std::map<Key, Queue> queues_;  ///< none is empty
    std::vector<Due> due_;         ///< min-heap; some are no longer booked
    std::uint64_t next_ = 0;       ///< number of the next one
};

}  // namespace spate::models
