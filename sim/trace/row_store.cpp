#include "sim/trace/row_store.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "sim/base/check.hpp"

namespace spate::sim {

namespace {

constexpr std::uint64_t chunk_cells = 65'536;
constexpr std::uint64_t grid_time_chunk = 4'096;
constexpr std::uint64_t block_rows = 1'024;  ///< rows that go through all columns while they are in the fast cache

Column time_column() {
    Column column;
    column.name = "time";
    column.unit = "us";
    column.description = "time since the start of the run";
    return column;
}

}  // namespace

StoredTable::StoredTable(const TableSchema& table)
    : schema(table) {
    const bool is_grid = schema.entities > 0;
    const std::uint64_t chunk = std::max<std::uint64_t>(1, chunk_cells / std::max(1U, schema.entities));
    columns.reserve(schema.columns.size() + 1);
    columns.emplace_back(time_column(), schema.path, 0, is_grid ? grid_time_chunk : chunk_cells);
    for (const Column& column : schema.columns) {
        columns.emplace_back(column, schema.path, schema.entities, chunk);
    }
    if (is_grid) {
        by_entity.emplace(schema);
    }
}

RowStore::RowStore(RowLog& log, std::span<const TableSchema> tables, unsigned packers)
    : log_(log)
    , packer_(packers, [this](const Chunk& chunk) { write_chunk(chunk); }) {
    tables_.reserve(tables.size());
    for (const TableSchema& schema : tables) {
        StoredTable& table = tables_.emplace_back(schema);
        table.first_column = static_cast<std::uint32_t>(columns_.size());
        for (StoredColumn& column : table.columns) {
            columns_.push_back(&column);
        }
    }
    latest_.resize(tables_.size());
}

void RowStore::append(const RowBatch& batch) {
    SPATE_EXPECT(batch.table.value < tables_.size());
    if (batch.times.empty()) {
        return;
    }
    StoredTable& table = tables_[batch.table.value];
    if (table.by_entity) {
        append_samples(table, batch);
    } else {
        append_rows(table, batch);
    }
}

void RowStore::check_order(StoredTable& table, Time first, Time last) {
    if (first < table.latest) {
        throw std::logic_error("table " + table.schema.path + ": a row of time " + std::to_string(first.us)
                               + " us was written after time " + std::to_string(table.latest.us)
                               + " us was handed over");
    }
    table.latest = last;
}

void RowStore::append_rows(StoredTable& table, const RowBatch& batch) {
    const std::span<const std::uint32_t> rows = table.by_time.sort(batch.times);
    check_order(table, batch.times[rows.front()], batch.times[rows.back()]);
    const std::size_t width = table.schema.columns.size();
    for (std::size_t begin = 0; begin < rows.size();) {
        const std::size_t space = chunk_cells - table.columns.front().staged_rows();
        const std::size_t count = std::min({block_rows, space, rows.size() - begin});
        const auto block = rows.subspan(begin, count);
        table.columns.front().stage.append(block, batch.times.data(), 1);
        for (std::size_t c = 0; c < width; ++c) {
            table.columns[c + 1].stage.append(block, batch.cells.data() + c, width);
        }
        cut_full_chunks(table);
        begin += count;
    }
}

void RowStore::append_samples(StoredTable& table, const RowBatch& batch) {
    const std::span<const std::uint32_t> rows = table.by_entity->sort(batch, table.samples);
    check_order(table, table.samples.front(), table.samples.back());
    const std::size_t width = table.schema.columns.size();
    const std::size_t entities = table.schema.entities;
    for (std::uint32_t sample = 0; sample < table.samples.size(); ++sample) {
        table.columns.front().stage.append({&sample, 1}, table.samples.data(), 1);
        const auto block = rows.subspan(sample * entities, entities);
        for (std::size_t c = 0; c < width; ++c) {
            table.columns[c + 1].stage.append(block, batch.cells.data() + c, width);
        }
        cut_full_chunks(table);
    }
}

/// Rows are appended so that no column ever holds more than one chunk.
void RowStore::cut_full_chunks(StoredTable& table) {
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
        StoredColumn& column = table.columns[c];
        if (column.staged_rows() < column.chunk_rows) {
            continue;
        }
        Chunk chunk;
        chunk.column = table.first_column + c;
        chunk.first_row = column.rows_in_chunks;
        chunk.rows = column.chunk_rows;
        chunk.element_size = column.stage.element_size();
        chunk.values = column.stage.take(packer_.take_spare());
        column.rows_in_chunks += chunk.rows;
        column.rows_in_tails = 0;
        packer_.submit(std::move(chunk));
    }
}

void RowStore::write_chunk(const Chunk& chunk) {
    const LogRecord record{.kind = RecordKind::chunk,
                           .column = chunk.column,
                           .first = static_cast<std::int64_t>(chunk.first_row),
                           .rows = chunk.rows};
    columns_[chunk.column]->chunks.push_back({log_.append(record, chunk.stored), chunk.stored.size()});
}

void RowStore::seal(Time boundary) {
    packer_.drain();
    for (std::uint32_t number = 0; number < columns_.size(); ++number) {
        write_tail(number, *columns_[number]);
    }
    for (std::size_t table = 0; table < tables_.size(); ++table) {
        latest_[table] = tables_[table].latest;
    }
    const LogRecord record{.kind = RecordKind::seal, .first = boundary.us, .rows = tables_.size()};
    log_.append(record, std::as_bytes(std::span(latest_)));
    log_.sync();
}

void RowStore::write_tail(std::uint32_t number, StoredColumn& column) {
    const std::uint64_t rows = column.staged_rows() - column.rows_in_tails;
    if (rows == 0) {
        return;
    }
    const std::size_t element = column.stage.element_size();
    const auto values = column.stage.bytes().subspan(column.rows_in_tails * column.row_bytes());
    const LogRecord record{.kind = RecordKind::tail,
                           .column = number,
                           .first = static_cast<std::int64_t>(column.rows_in_chunks + column.rows_in_tails),
                           .rows = rows};
    log_.append(record, codec_.encode(values, element, element > 1));
    column.rows_in_tails += rows;
}

std::optional<std::string> RowStore::replay(LogReader& reader) {
    const std::optional<std::string> problem = replay_records(reader, false);
    if (!problem) {
        seal(sealed_);
    }
    return problem;
}

std::optional<std::string> RowStore::replay_in_place(LogReader& reader) {
    return replay_records(reader, true);
}

std::optional<std::string> RowStore::replay_records(LogReader& reader, bool in_place) {
    std::vector<std::byte> payload;
    while (const std::optional<LogRecord> record = reader.next(payload)) {
        bool is_right = true;
        switch (record->kind) {
            case RecordKind::declaration: break;
            case RecordKind::chunk:
                is_right =
                    replay_chunk(*record, in_place ? reader.size() - payload.size() : log_.append(*record, payload));
                break;
            case RecordKind::tail: is_right = replay_tail(*record, payload); break;
            case RecordKind::seal: is_right = replay_seal(*record, payload); break;
            default: is_right = false;
        }
        if (!is_right) {
            return "its rows do not fit the tables of this run";
        }
    }
    if (reader.is_damaged()) {
        return "its rows are damaged or end early";
    }
    return std::nullopt;
}

bool RowStore::replay_chunk(const LogRecord& record, std::uint64_t offset) {
    if (record.column >= columns_.size()) {
        return false;
    }
    StoredColumn& column = *columns_[record.column];
    if (record.rows != column.chunk_rows || static_cast<std::uint64_t>(record.first) != column.rows_in_chunks) {
        return false;
    }
    column.stage.clear();
    column.rows_in_chunks += record.rows;
    column.chunks.push_back({offset, record.bytes});
    return true;
}

bool RowStore::replay_tail(const LogRecord& record, std::span<const std::byte> payload) {
    if (record.column >= columns_.size()) {
        return false;
    }
    StoredColumn& column = *columns_[record.column];
    const std::uint64_t space = column.chunk_rows - column.staged_rows();
    if (record.rows >= space || static_cast<std::uint64_t>(record.first) != column.rows()) {
        return false;
    }
    const std::size_t element = column.stage.element_size();
    const auto values = codec_.decode(payload, record.rows * column.row_bytes(), element, element > 1);
    column.stage.append_stored(values);
    return values.size() == record.rows * column.row_bytes();
}

/// At a seal all columns of a table are equally long.
bool RowStore::replay_seal(const LogRecord& record, std::span<const std::byte> payload) {
    if (record.rows != tables_.size() || payload.size() != latest_.size() * sizeof(Time)) {
        return false;
    }
    sealed_ = Time{record.first};
    std::memcpy(latest_.data(), payload.data(), payload.size());
    for (std::size_t t = 0; t < tables_.size(); ++t) {
        StoredTable& table = tables_[t];
        table.latest = latest_[t];
        const auto is_as_long = [&](const StoredColumn& column) { return column.rows() == table.columns[0].rows(); };
        if (!std::all_of(table.columns.begin(), table.columns.end(), is_as_long)) {
            return false;
        }
    }
    return true;
}

}  // namespace spate::sim
