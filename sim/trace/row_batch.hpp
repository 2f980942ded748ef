#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/trace/table.hpp"

namespace spate::sim {

/// Rows of one table on their way to the file: those of writer 0 first, then those of writer 1, and so on.
struct RowBatch {
    TableId table;
    std::vector<Time> times;
    std::vector<std::uint32_t> entities;  ///< empty unless the table is a grid
    std::vector<Cell> cells;              ///< row by row
    std::optional<Time> seal{};           ///< no rows, but: all rows before this time have been handed over

    std::size_t bytes() const {
        return times.size() * sizeof(Time) + entities.size() * sizeof(std::uint32_t) + cells.size() * sizeof(Cell);
    }

    void clear() {
        seal.reset();
        times.clear();
        entities.clear();
        cells.clear();
    }
};

/// Finds the order of rows by time; rows of equal time keep their order.
class TimeOrder {
  public:
    /// Row numbers in order of time, valid until the next call. Cost: linear, one pass if already in order.
    std::span<const std::uint32_t> sort(std::span<const Time> times);

  private:
    struct Key {
        std::uint64_t time;  ///< since the earliest row [microseconds]
        std::uint32_t row;
    };

    void sort_keys(std::uint64_t latest);

    std::vector<std::uint32_t> order_;
    std::vector<Key> keys_;
    std::vector<Key> other_;
};

/// Finds the order of a grid's rows by (time, entity) and checks that every sample is complete.
class GridOrder {
  public:
    explicit GridOrder(const TableSchema& schema)
        : path_(schema.path)
        , row_of_(schema.entities) {}

    /// Puts the times of the samples into `samples` and returns row numbers, sample by sample, entity by entity.
    /// Throws: std::logic_error that names table, time and entity.
    std::span<const std::uint32_t> sort(const RowBatch& batch, std::vector<Time>& samples);

  private:
    void place_sample(const RowBatch& batch, std::span<const std::uint32_t> rows);
    [[noreturn]] void fail(Time time, std::uint32_t entity, const char* problem) const;

    std::string path_;
    TimeOrder by_time_;
    std::vector<std::uint32_t> row_of_;
    std::vector<std::uint32_t> order_;
};

}  // namespace spate::sim
