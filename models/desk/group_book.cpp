#include "models/desk/group_book.hpp"

#include <algorithm>

#include "sim/snapshot/archive.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

GroupBook::GroupBook(const GroupSpec& spec, const RunFrame& frame)
    : spec_(spec)
    , frame_(frame)
    , cut_offs_(spec.cut_off, frame.spec.week_time_at_start) {}

void GroupBook::add(const Order& order) {
    auto& group = groups_[order.product];
    if (group.orders.empty()) {
        // Who orders in the instant of a cut-off belongs to the next one.
        group.closes = spec_.cut_off.offsets.empty() ? order.placed + spec_.after
                                                     : cut_offs_.next(order.placed + sim::microsecond);
    }
    group.orders.push_back(order);
    group.units += order.quantity;
    ++open_;
}

Time GroupBook::next_close() const {
    Time next = sim::end_of_time;
    for (const auto& [product, group] : groups_)
        next = std::min(next, group.closes);
    return next;
}

Time GroupBook::next_visit(Time now) const {
    const Time close = next_close();
    return spec_.cut_off.offsets.empty() ? close : std::min(close, cut_offs_.next(now + sim::microsecond));
}

bool GroupBook::is_enough(const Group& group) const {
    return (spec_.counts_units ? group.units : static_cast<Units>(group.orders.size())) >= spec_.at_least;
}

GroupBook::Closed GroupBook::close(Time now) {
    Closed closed;
    for (auto at = groups_.begin(); at != groups_.end();) {
        const Group& group = at->second;
        if (group.closes > now) {
            ++at;
            continue;
        }
        const bool came_about = is_enough(group);
        const auto orders = static_cast<std::int64_t>(group.orders.size());
        open_ -= orders;
        auto& to = came_about ? closed.released : closed.failed;
        to.insert(to.end(), group.orders.begin(), group.orders.end());
        if (now >= frame_.measured_from()) {
            ++score_.groups;
            score_.failed += !came_about;
            (came_about ? score_.orders : score_.orders_failed) += orders;
            for (const auto& order : group.orders)
                score_.wait_us += came_about ? (now - order.placed).us : 0;
        }
        at = groups_.erase(at);
    }
    const auto is_before = [](const Order& a, const Order& b) { return comes_before(a, b); };
    std::sort(closed.released.begin(), closed.released.end(), is_before);
    std::sort(closed.failed.begin(), closed.failed.end(), is_before);
    return closed;
}

void GroupBook::write_summary(Time end, std::uint32_t desk, sim::TraceWriter& writer) const {
    writer.row(frame_.tables.terms.group_summary,
               end,
               {std::int64_t{desk}, score_.groups, score_.failed, score_.orders, score_.orders_failed, score_.wait_us});
}

template <class Archive>
void GroupBook::serialize(Archive& archive) {
    std::vector<Index> products;
    for (const auto& [product, group] : groups_)
        products.push_back(product);
    archive(products, open_);
    sim::plain(archive, score_);
    for (const Index product : products) {
        auto& group = groups_[product];
        archive(group.closes, group.units);
        sim::block(archive, group.orders);
    }
}

void GroupBook::save_state(sim::StateWriter& archive) {
    serialize(archive);
}

void GroupBook::load_state(sim::StateReader& archive) {
    groups_.clear();
    serialize(archive);
}

}  // namespace spate::models
