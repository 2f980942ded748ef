#include "sim/trace/row_batch.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>

#include "sim/base/check.hpp"

namespace spate::sim {

namespace {

constexpr std::uint32_t no_row = UINT32_MAX;

}  // namespace

std::span<const std::uint32_t> TimeOrder::sort(std::span<const Time> times) {
    SPATE_EXPECT(times.size() < no_row);
    order_.resize(times.size());
    if (std::is_sorted(times.begin(), times.end())) {
        std::iota(order_.begin(), order_.end(), 0U);
        return order_;
    }
    const auto [earliest, latest] = std::minmax_element(times.begin(), times.end());
    const auto first = static_cast<std::uint64_t>(earliest->us);
    keys_.resize(times.size());
    for (std::uint32_t row = 0; row < times.size(); ++row) {
        keys_[row] = {static_cast<std::uint64_t>(times[row].us) - first, row};
    }
    sort_keys(static_cast<std::uint64_t>(latest->us) - first);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        order_[i] = keys_[i].row;
    }
    return order_;
}

// Radix sort, least significant digit first: stable, and linear in the number of rows however many writers there are.
void TimeOrder::sort_keys(std::uint64_t latest) {
    constexpr unsigned digit_bits = 11;
    constexpr std::uint64_t digit_mask = (1U << digit_bits) - 1;
    other_.resize(keys_.size());
    for (unsigned shift = 0; shift < 64 && (latest >> shift) != 0; shift += digit_bits) {
        std::array<std::uint32_t, digit_mask + 1> begin = {};
        for (const Key& key : keys_) {
            ++begin[(key.time >> shift) & digit_mask];
        }
        std::exclusive_scan(begin.begin(), begin.end(), begin.begin(), 0U);
        for (const Key& key : keys_) {
            other_[begin[(key.time >> shift) & digit_mask]++] = key;
        }
        keys_.swap(other_);
    }
}

std::span<const std::uint32_t> GridOrder::sort(const RowBatch& batch, std::vector<Time>& samples) {
    const std::span<const std::uint32_t> rows = by_time_.sort(batch.times);
    samples.clear();
    order_.clear();
    order_.reserve(rows.size());
    for (std::size_t begin = 0; begin < rows.size();) {
        const Time time = batch.times[rows[begin]];
        std::size_t end = begin;
        while (end < rows.size() && batch.times[rows[end]] == time) {
            ++end;
        }
        place_sample(batch, rows.subspan(begin, end - begin));
        samples.push_back(time);
        begin = end;
    }
    return order_;
}

void GridOrder::place_sample(const RowBatch& batch, std::span<const std::uint32_t> rows) {
    const Time time = batch.times[rows.front()];
    std::fill(row_of_.begin(), row_of_.end(), no_row);
    for (const std::uint32_t row : rows) {
        const std::uint32_t entity = batch.entities[row];
        if (entity >= row_of_.size()) {
            fail(time, entity, "is outside the grid");
        }
        if (row_of_[entity] != no_row) {
            fail(time, entity, "is written twice");
        }
        row_of_[entity] = row;
    }
    const auto gap = std::find(row_of_.begin(), row_of_.end(), no_row);
    if (gap != row_of_.end()) {
        fail(time, static_cast<std::uint32_t>(gap - row_of_.begin()), "is missing");
    }
    order_.insert(order_.end(), row_of_.begin(), row_of_.end());
}

void GridOrder::fail(Time time, std::uint32_t entity, const char* problem) const {
    throw std::logic_error("table " + path_ + ": sample at time " + std::to_string(time.us) + " us: entity "
                           + std::to_string(entity) + " " + problem + " (a grid of " + std::to_string(row_of_.size())
                           + " entities needs each exactly once)");
}

}  // namespace spate::sim
