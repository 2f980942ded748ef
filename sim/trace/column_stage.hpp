#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/trace/table.hpp"

namespace spate::sim {

/// Bytes of one stored value.
std::size_t stored_size(ColumnType type);

/// The values of one column that wait for their chunk to become full, in the form in which they are stored.
class ColumnStage {
  public:
    /// `where` names table and column in messages.
    ColumnStage(const Column& column, std::string where);

    /// Appends, for every row number in `rows`, the 64 bits at position row * stride of `cells` (cells or times).
    /// Throws: std::logic_error for a value that does not fit the column.
    void append(std::span<const std::uint32_t> rows, const void* cells, std::size_t stride);

    std::size_t size() const { return bytes_.size() / element_size_; }

    std::size_t element_size() const { return element_size_; }

    std::span<const std::byte> bytes() const { return bytes_; }

    /// Hands all values over and goes on with the memory of `spare`.
    std::vector<std::byte> take(std::vector<std::byte> spare);

    /// Appends values in the form in which they are stored, as bytes() gave them.
    void append_stored(std::span<const std::byte> values) { bytes_.insert(bytes_.end(), values.begin(), values.end()); }

    void clear() { bytes_.clear(); }

  private:
    template <class Stored>
    void append_as(std::span<const std::uint32_t> rows, const void* cells, std::size_t stride);
    [[noreturn]] void fail_value(std::int64_t value) const;

    ColumnType type_;
    std::size_t element_size_;
    std::int64_t limit_;  ///< integers of unsigned columns are in [0, limit)
    std::string where_;
    std::vector<std::byte> bytes_;
};

}  // namespace spate::sim
