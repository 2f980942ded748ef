#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/chunk_packer.hpp"
#include "sim/trace/column_stage.hpp"
#include "sim/trace/row_batch.hpp"
#include "sim/trace/row_log.hpp"
#include "sim/trace/table.hpp"

namespace spate::sim {

/// One column of a table while the run goes on: full chunks are in the log, the rest waits.
struct StoredColumn {
    struct Place {
        std::uint64_t offset = 0;  ///< in the log
        std::uint64_t bytes = 0;
    };

    StoredColumn(const Column& schema, const std::string& table, std::uint64_t entity_count, std::uint64_t chunk)
        : column(schema)
        , stage(schema, "table " + table + ", column " + schema.name)
        , entities(entity_count)
        , chunk_rows(chunk) {}

    std::uint64_t cells_per_row() const { return entities > 0 ? entities : 1; }

    std::uint64_t staged_rows() const { return stage.size() / cells_per_row(); }

    std::uint64_t rows() const { return rows_in_chunks + staged_rows(); }

    std::size_t row_bytes() const { return cells_per_row() * stage.element_size(); }

    Column column;
    ColumnStage stage;
    std::uint64_t entities;    ///< length of the second axis; 0: there is none
    std::uint64_t chunk_rows;  ///< steps of the leading axis in one chunk
    std::uint64_t rows_in_chunks = 0;
    std::uint64_t rows_in_tails = 0;  ///< staged rows that are in the log too
    std::vector<Place> chunks;
};

/// One table while the run goes on; its first column is `time`.
struct StoredTable {
    explicit StoredTable(const TableSchema& table);

    TableSchema schema;
    std::vector<StoredColumn> columns;
    std::uint32_t first_column = 0;  ///< number of `time` over all tables
    Time latest{INT64_MIN};
    TimeOrder by_time;
    std::optional<GridOrder> by_entity;  ///< for a grid
    std::vector<Time> samples;           ///< of the current batch, for a grid
};

/// Brings rows into the order and form of the trace: sorts, cuts into columns, compresses full chunks, appends them to
/// the log. What it stores depends on the rows only, not on how they are cut into batches, on seals or on threads.
///
/// Threads: one at a time.
class RowStore {
  public:
    RowStore(RowLog& log, std::span<const TableSchema> tables, unsigned packers);

    /// Rows must not be earlier than those of former batches. Throws: FileError, std::logic_error.
    void append(const RowBatch& batch);
    /// Puts everything into the log. Requires: all rows before `boundary` have been appended.
    void seal(Time boundary);

    /// Compresses and writes what is under way, so that tables() is up to date.
    void settle() { packer_.drain(); }

    /// Replays the records of another log up to its last record and seals. Requires: nothing appended so far.
    /// Returns what is wrong with the records, nothing if all is well.
    std::optional<std::string> replay(LogReader& reader);
    /// The same for the records of the own log, which was made for reading: nothing is copied.
    std::optional<std::string> replay_in_place(LogReader& reader);

    const std::vector<StoredTable>& tables() const { return tables_; }

    const RowLog& log() const { return log_; }

  private:
    void append_rows(StoredTable& table, const RowBatch& batch);
    void append_samples(StoredTable& table, const RowBatch& batch);
    void check_order(StoredTable& table, Time first, Time last);
    void cut_full_chunks(StoredTable& table);
    void write_chunk(const Chunk& chunk);
    void write_tail(std::uint32_t number, StoredColumn& column);
    std::optional<std::string> replay_records(LogReader& reader, bool in_place);
    bool replay_chunk(const LogRecord& record, std::uint64_t offset);
    bool replay_tail(const LogRecord& record, std::span<const std::byte> payload);
    bool replay_seal(const LogRecord& record, std::span<const std::byte> payload);

    RowLog& log_;
    std::vector<StoredTable> tables_;
    std::vector<StoredColumn*> columns_;  ///< over all tables
    ChunkCodec codec_;
    std::vector<Time> latest_;
    Time sealed_{INT64_MIN};  ///< boundary of the last seal that was replayed
    ChunkPacker packer_;
};

}  // namespace spate::sim
