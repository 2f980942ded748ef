#include "models/sites/arrivals.hpp"

#include <algorithm>
#include <bit>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

namespace {

constexpr auto is_before = [](const Order& a, const Order& b) { return comes_before(a, b); };

/// Sorts a few orders that are nearly in order.
void sort_few(Order* first, Order* last) {
    if (last - first > 24) {
        std::sort(first, last, is_before);
        return;
    }
    for (Order* at = first + 1; at < last; ++at) {
        if (!comes_before(*at, at[-1]))
            continue;
        const Order order = *at;
        Order* to = at;
        do {
            *to = to[-1];
            --to;
        } while (to != first && comes_before(order, to[-1]));
        *to = order;
    }
}

}  // namespace

void Arrivals::add(Batch batch, Time now) {
    auto& orders = batch->orders;
    if (orders.empty()) {
        spent_.push_back(std::move(batch));
        return;
    }
    if (!std::is_sorted(orders.begin(), orders.end(), is_before))
        std::sort(orders.begin(), orders.end(), is_before);
    const Order *first = orders.data(), *last = first + orders.size();
    const Order* after = last[-1].placed <= now
                             ? last
                             : std::find_if(first, last, [now](const Order& order) { return order.placed > now; });
    if (after != first)
        due_.emplace_back(first, after);
    if (after == last) {
        spent_.push_back(std::move(batch));
    } else {
        insert({after, last, std::move(batch)});
    }
}

void Arrivals::insert(Run run) {
    const auto at = std::find_if(
        runs_.rbegin(), runs_.rend(), [&](const Run& other) { return comes_before(*run.first, *other.first); });
    runs_.insert(at.base(), std::move(run));
}

std::span<const Order> Arrivals::take(Time until, bool due) {
    parts_.clear();
    if (due)
        parts_.swap(due_);
    while (!runs_.empty() && runs_.back().first->placed <= until) {
        Run& run = runs_.back();
        const Order* first = run.first;
        while (run.first != run.last && run.first->placed <= until)
            ++run.first;
        parts_.emplace_back(first, run.first);
        if (run.first == run.last) {
            spent_.push_back(std::move(run.batch));
        } else {
            moved_.push_back(std::move(run));
        }
        runs_.pop_back();
    }
    for (auto& run : moved_)
        insert(std::move(run));
    moved_.clear();
    if (parts_.empty())
        return {};
    return parts_.size() == 1 ? parts_.front() : merged();
}

/// One sorted sequence of all parts. Parts are many where the waves of many desks meet, so they are spread over the
/// time they cover and only neighbours are compared.
std::span<const Order> Arrivals::merged() {
    std::size_t size = 0;
    for (const auto& part : parts_)
        size += part.size();
    if (size < 32) {
        merged_.clear();
        for (const auto& part : parts_)
            merged_.insert(merged_.end(), part.begin(), part.end());
        sort_few(merged_.data(), merged_.data() + size);
    } else {
        merged_.resize(size);
        spread();
    }
    return merged_;
}

void Arrivals::spread() {
    Time low = parts_.front().front().placed, high = low;
    for (const auto& part : parts_) {
        low = std::min(low, part.front().placed);
        high = std::max(high, part.back().placed);
    }
    const auto span = static_cast<std::uint64_t>((high - low).us);
    const int shift =
        std::max(static_cast<int>(std::bit_width(span)) - static_cast<int>(std::bit_width(merged_.size())), 0);
    const auto bucket = [&](const Order& order) {
        return static_cast<std::size_t>(static_cast<std::uint64_t>((order.placed - low).us) >> shift);
    };
    buckets_.assign((span >> shift) + 2, 0);
    for (const auto& part : parts_) {
        for (const auto& order : part)
            ++buckets_[bucket(order) + 1];
    }
    for (std::size_t i = 1; i < buckets_.size(); ++i)
        buckets_[i] += buckets_[i - 1];
    for (const auto& part : parts_) {
        for (const auto& order : part)
            merged_[buckets_[bucket(order)]++] = order;
    }
    // Each bucket now ends where the next one began.
    std::uint32_t from = 0;
    for (const std::uint32_t to : buckets_) {
        sort_few(merged_.data() + from, merged_.data() + to);
        from = to;
    }
}

std::unique_ptr<OrderBatch> Arrivals::spent() {
    if (spent_.empty() || !due_.empty())
        return nullptr;
    auto batch = std::move(spent_.back());
    spent_.pop_back();
    return batch;
}

std::size_t Arrivals::size() const {
    std::size_t size = 0;
    for (const auto& due : due_)
        size += due.size();
    for (const auto& run : runs_)
        size += static_cast<std::size_t>(run.last - run.first);
    return size;
}

// The runs are kept as they are: whether they overlap decides when the site looks at them.
template <>
void Arrivals::serialize(sim::StateWriter& archive) {
    std::vector<Order> due, later;
    for (const auto& part : due_)
        due.insert(due.end(), part.begin(), part.end());
    std::vector<std::uint64_t> sizes;
    for (const auto& run : runs_) {
        sizes.push_back(static_cast<std::uint64_t>(run.last - run.first));
        later.insert(later.end(), run.first, run.last);
    }
    archive(sizes);
    sim::block(archive, due);
    sim::block(archive, later);
}

template <>
void Arrivals::serialize(sim::StateReader& archive) {
    *this = {};
    std::vector<std::uint64_t> sizes;
    std::vector<Order> later;
    auto due = std::make_unique<OrderBatch>();
    archive(sizes);
    sim::block(archive, due->orders);
    sim::block(archive, later);
    if (!due->orders.empty())
        add(std::move(due), sim::end_of_time);
    auto from = later.begin();
    for (const std::uint64_t size : sizes) {
        const auto to = from + static_cast<std::ptrdiff_t>(size);
        auto batch = std::make_unique<OrderBatch>();
        batch->orders.assign(from, to);
        const Order* first = batch->orders.data();
        runs_.push_back({first, first + size, std::move(batch)});
        from = to;
    }
}

}  // namespace spate::models
