#include "sim/trace/hdf5_writer.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>

#include "sim/base/check.hpp"
#include "sim/trace/chunk_codec.hpp"
#include "sim/trace/column_stage.hpp"
#include "sim/trace/hdf5_objects.hpp"
#include "sim/trace/partial_file.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/schema_check.hpp"

#ifndef SPATE_VERSION
#define SPATE_VERSION "0"
#endif

namespace spate::sim {

namespace {

constexpr std::uint64_t chunk_cells = 65'536;
constexpr std::uint64_t grid_time_chunk = 4'096;
constexpr std::uint64_t text_chunk_bytes = 1 << 20;
constexpr std::uint64_t block_rows = 1'024;  ///< rows that go through all columns while they are in the fast cache
constexpr std::array<std::int64_t, 2> format_version = {1, 0};

/// One dataset that grows by whole chunks.
struct ColumnOutput {
    ColumnOutput(const Column& schema, const std::string& table, std::uint64_t entity_count, std::uint64_t chunk)
        : column(schema)
        , stage(schema, "table " + table + ", column " + schema.name)
        , entities(entity_count)
        , chunk_rows(chunk) {}

    std::uint64_t cells_per_row() const { return std::max<std::uint64_t>(1, entities); }

    std::uint64_t staged_rows() const { return stage.size() / cells_per_row(); }

    std::vector<hsize_t> extent(std::uint64_t rows) const {
        return entities > 0 ? std::vector<hsize_t>{rows, entities} : std::vector<hsize_t>{rows};
    }

    Column column;
    ColumnStage stage;
    std::uint64_t entities;    ///< length of the second axis; 0: there is none
    std::uint64_t chunk_rows;  ///< steps of the leading axis in one chunk
    std::uint64_t rows_written = 0;
    h5::Handle dataset;
};

/// One table while it is written; its first column is `time`.
struct TableOutput {
    explicit TableOutput(const TableSchema& table)
        : schema(table) {}

    TableSchema schema;
    std::vector<ColumnOutput> columns;
    bool has_datasets = false;
    Time latest{INT64_MIN};
    TimeOrder by_time;
    std::optional<GridOrder> by_entity;  ///< for a grid
    std::vector<Time> samples;           ///< of the current batch, for a grid
};

Column make_column(std::string name, ColumnType type, std::string unit, std::string description) {
    Column column;
    column.name = std::move(name);
    column.type = type;
    column.unit = std::move(unit);
    column.description = std::move(description);
    return column;
}

}  // namespace

/// Functions marked [free] compress and must be called without the LibraryLock; the others need it from their caller.
struct Hdf5Writer::Impl {
    Impl(const std::string& path, bool overwrite)
        : partial(path, overwrite)
        , state{.path = path, .failure = "cannot write trace"} {}

    void write_root_attributes();
    hid_t group(const std::string& path);
    void claim(const std::string& path);
    void start_table(TableOutput& table);
    void describe_grid(const TableSchema& schema);
    void store_static(const std::string& table, const Column& column, const std::vector<Cell>& values);  // [free]
    void store_static(const std::string& table, const TextColumn& column);                               // [free]
    void store_texts(hid_t dataset, const TextColumn& column, std::size_t length, std::size_t chunk);    // [free]

    void append_rows(TableOutput& table, const RowBatch& batch);     // [free]
    void append_samples(TableOutput& table, const RowBatch& batch);  // [free]
    void check_order(TableOutput& table, Time first, Time last);
    void store_full_chunks(TableOutput& table);                           // [free]
    void store_rest(TableOutput& table);                                  // [free]
    void create_datasets(TableOutput& table);                             // [free]
    void create_dataset(const std::string& table, ColumnOutput& output);  // [free]
    void create_entity_axis(const TableSchema& schema);                   // [free]
    void store_chunk(ColumnOutput& output, std::uint64_t rows);           // [free]
    std::span<const std::byte> pad(std::span<const std::byte> bytes, std::size_t size);

    void write_facts(std::span<const Attribute> attributes);
    void close_file();
    void verify() const;
    void abandon() noexcept;

    PartialFile partial;
    h5::FileState state;  ///< before the handles: outlives them
    h5::Handle file;
    std::map<std::string, h5::Handle> groups;
    std::set<std::string> used;  ///< paths of tables and texts
    std::vector<TableOutput> tables;
    ChunkCodec codec;
    std::vector<std::byte> padded;
};

Hdf5Writer::Hdf5Writer(const std::string& path, bool overwrite)
    : impl_(std::make_unique<Impl>(path, overwrite)) {
    const h5::LibraryLock lock;
    try {
        impl_->file = h5::create_file(impl_->state, impl_->partial.partial_path());
        impl_->write_root_attributes();
        impl_->group("/run");
    } catch (...) {
        impl_->abandon();
        throw;
    }
}

Hdf5Writer::~Hdf5Writer() {
    const h5::LibraryLock lock;
    impl_->abandon();
}

void Hdf5Writer::Impl::write_root_attributes() {
    const hid_t root = file.id();
    h5::write_attribute(state, root, "Conventions", "spate-trace-1");
    h5::write_attribute(state, root, "filetype", "trace");
    h5::write_attribute(state, root, "format_version", std::span<const std::int64_t>(format_version));
    h5::write_attribute(state, root, "creator", "spate");
    h5::write_attribute(state, root, "creator_version", SPATE_VERSION);
    h5::write_attribute(state, root, "created", h5::now_iso8601());
    const std::uint8_t incomplete = 0;
    h5::write_raw_attribute(state, root, "complete", H5T_STD_U8LE, &incomplete);
    h5::write_attribute(state, root, "NX_class", "NXroot");
}

/// The group of that path; it and the groups above it are created if needed.
hid_t Hdf5Writer::Impl::group(const std::string& path) {
    if (path.empty()) {
        return file.id();
    }
    const auto known = groups.find(path);
    if (known != groups.end()) {
        return known->second.id();
    }
    const hid_t parent = group(path.substr(0, path.rfind('/')));
    return groups.emplace(path, h5::create_group(state, parent, last_part(path))).first->second.id();
}

void Hdf5Writer::Impl::claim(const std::string& path) {
    if (!used.insert(path).second) {
        throw std::logic_error("table " + path + ": declared twice");
    }
}

TableId Hdf5Writer::add_table(const TableSchema& schema) {
    check_schema(schema);
    impl_->claim(schema.path);
    const h5::LibraryLock lock;
    impl_->start_table(impl_->tables.emplace_back(schema));
    return {static_cast<std::uint32_t>(impl_->tables.size() - 1)};
}

void Hdf5Writer::Impl::start_table(TableOutput& table) {
    const TableSchema& schema = table.schema;
    const bool is_grid = schema.entities > 0;
    const std::uint64_t chunk = std::max<std::uint64_t>(1, chunk_cells / std::max(1U, schema.entities));
    table.columns.emplace_back(make_column("time", ColumnType::i64, "us", "time since the start of the run"),
                               schema.path,
                               0,
                               is_grid ? grid_time_chunk : chunk_cells);
    std::vector<std::string> names = {"time"};
    if (is_grid) {
        names.push_back(entity_axis(schema));
    }
    for (const Column& column : schema.columns) {
        table.columns.emplace_back(column, schema.path, schema.entities, chunk);
        names.push_back(column.name);
    }
    h5::write_attribute(state, group(schema.path), "description", schema.description);
    h5::write_attribute(state, group(schema.path), "column_order", names);
    if (is_grid) {
        table.by_entity.emplace(schema);
        describe_grid(schema);
    }
}

/// A grid is an NXdata group: viewers open its first column as a heat map. The first grid is what the file opens with.
void Hdf5Writer::Impl::describe_grid(const TableSchema& schema) {
    const hid_t grid = group(schema.path);
    h5::write_attribute(state, grid, "NX_class", "NXdata");
    if (!schema.columns.empty()) {
        h5::write_attribute(state, grid, "signal", schema.columns.front().name);
    }
    h5::write_attribute(state, grid, "axes", std::vector<std::string>{"time", entity_axis(schema)});
    if (h5::check(state, H5Aexists(file.id(), "default")) == 0) {
        h5::write_attribute(state, file.id(), "default", schema.path.substr(1));
    }
}

void Hdf5Writer::add_static(const StaticTable& table) {
    check_schema(table);
    impl_->claim(table.path);
    std::vector<std::string> names;
    for (const TextColumn& column : table.texts) {
        names.push_back(column.name);
    }
    for (const NumberColumn& number : table.numbers) {
        names.push_back(number.column.name);
    }
    {
        const h5::LibraryLock lock;
        const hid_t group = impl_->group(table.path);
        h5::write_attribute(impl_->state, group, "description", table.description);
        h5::write_attribute(impl_->state, group, "column_order", names);
    }
    for (const TextColumn& column : table.texts) {
        impl_->store_static(table.path, column);
    }
    for (const NumberColumn& number : table.numbers) {
        impl_->store_static(table.path, number.column, number.values);
    }
}

void Hdf5Writer::Impl::store_static(const std::string& table, const Column& column, const std::vector<Cell>& values) {
    ColumnOutput output(column, table, 0, std::clamp<std::uint64_t>(values.size(), 1, chunk_cells));
    output.stage.append(h5::count_up(values.size()), values.data(), 1);
    create_dataset(table, output);
    while (output.staged_rows() > 0) {
        store_chunk(output, std::min(output.staged_rows(), output.chunk_rows));
    }
    const h5::LibraryLock lock;
    output.dataset.close();
}

void Hdf5Writer::Impl::store_static(const std::string& table, const TextColumn& column) {
    std::size_t length = 1;
    for (const std::string& text : column.values) {
        length = std::max(length, text.size());
    }
    const std::size_t chunk =
        std::clamp<std::size_t>(column.values.size(), 1, std::max<std::size_t>(1, text_chunk_bytes / length));
    h5::Handle dataset;
    {
        const h5::LibraryLock lock;
        const h5::Handle type = h5::text_type(state, length);
        const h5::DatasetShape shape{.rows = {column.values.size()}, .chunk = {chunk}, .shuffle = false};
        dataset = h5::create_dataset(state, group(table), column.name, type.id(), shape);
        h5::write_attribute(state, dataset.id(), "description", column.description);
        h5::write_attribute(
            state, dataset.id(), "long_name", column.description.empty() ? column.name : column.description);
    }
    store_texts(dataset.id(), column, length, chunk);
    const h5::LibraryLock lock;
    dataset.close();
}

void Hdf5Writer::Impl::store_texts(hid_t dataset, const TextColumn& column, std::size_t length, std::size_t chunk) {
    const std::vector<std::byte> bytes = h5::pad_texts(column.values, length);
    const std::size_t chunk_bytes = chunk * length;
    for (std::size_t begin = 0; begin < bytes.size(); begin += chunk_bytes) {
        const std::size_t size = std::min(chunk_bytes, bytes.size() - begin);
        const auto stored = codec.encode(pad(std::span(bytes).subspan(begin, size), chunk_bytes), 1, false);
        const hsize_t offset = begin / length;
        const h5::LibraryLock lock;
        h5::check(state, H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &offset, stored.size(), stored.data()));
    }
}

void Hdf5Writer::add_text(const std::string& path, const std::string& text, const std::string& description) {
    check_path(path);
    impl_->claim(path);
    const h5::LibraryLock lock;
    const hid_t group = impl_->group(path.substr(0, path.rfind('/')));
    h5::create_scalar_text(impl_->state, group, last_part(path), text, description);
}

void Hdf5Writer::append(const RowBatch& batch) {
    SPATE_EXPECT(batch.table.value < impl_->tables.size());
    if (batch.times.empty()) {
        return;
    }
    TableOutput& table = impl_->tables[batch.table.value];
    if (table.by_entity) {
        impl_->append_samples(table, batch);
    } else {
        impl_->append_rows(table, batch);
    }
}

void Hdf5Writer::Impl::check_order(TableOutput& table, Time first, Time last) {
    if (first < table.latest) {
        throw std::logic_error("table " + table.schema.path + ": a row of time " + std::to_string(first.us)
                               + " us was written after time " + std::to_string(table.latest.us)
                               + " us was handed over");
    }
    table.latest = last;
}

void Hdf5Writer::Impl::append_rows(TableOutput& table, const RowBatch& batch) {
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
        store_full_chunks(table);
        begin += count;
    }
}

void Hdf5Writer::Impl::append_samples(TableOutput& table, const RowBatch& batch) {
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
        store_full_chunks(table);
    }
}

void Hdf5Writer::Impl::store_full_chunks(TableOutput& table) {
    for (ColumnOutput& output : table.columns) {
        if (output.staged_rows() < output.chunk_rows) {
            continue;
        }
        if (!table.has_datasets) {
            create_datasets(table);
        }
        store_chunk(output, output.chunk_rows);
    }
}

/// At the end: the last, partly filled chunk of each column. A table that never filled a chunk gets smaller ones.
void Hdf5Writer::Impl::store_rest(TableOutput& table) {
    if (!table.has_datasets) {
        for (ColumnOutput& output : table.columns) {
            output.chunk_rows = std::clamp<std::uint64_t>(output.staged_rows(), 1, output.chunk_rows);
        }
        create_datasets(table);
    }
    for (ColumnOutput& output : table.columns) {
        if (output.staged_rows() > 0) {
            store_chunk(output, output.staged_rows());
        }
    }
}

/// Datasets are created when the size of their chunks is known: at the first full chunk or at the end.
void Hdf5Writer::Impl::create_datasets(TableOutput& table) {
    create_dataset(table.schema.path, table.columns.front());
    if (table.schema.entities > 0) {
        create_entity_axis(table.schema);
    }
    for (std::size_t c = 1; c < table.columns.size(); ++c) {
        create_dataset(table.schema.path, table.columns[c]);
    }
    table.has_datasets = true;
}

void Hdf5Writer::Impl::create_dataset(const std::string& table, ColumnOutput& output) {
    const h5::LibraryLock lock;
    const h5::Handle type = h5::stored_type(state, output.column);
    const h5::DatasetShape shape{.rows = output.extent(0),
                                 .chunk = output.extent(output.chunk_rows),
                                 .shuffle = output.stage.element_size() > 1};
    output.dataset = h5::create_dataset(state, group(table), output.column.name, type.id(), shape);
    h5::write_column_attributes(state, output.dataset.id(), output.column);
}

void Hdf5Writer::Impl::create_entity_axis(const TableSchema& schema) {
    Column column = make_column(entity_axis(schema), ColumnType::u32, "1", "row of the entity");
    column.reference = schema.entity_reference;
    const std::vector<std::uint32_t> numbers = h5::count_up(schema.entities);
    store_static(schema.path, column, {numbers.begin(), numbers.end()});
}

void Hdf5Writer::Impl::store_chunk(ColumnOutput& output, std::uint64_t rows) {
    const std::size_t element = output.stage.element_size();
    const std::size_t count = rows * output.cells_per_row();
    const std::size_t chunk_bytes = output.chunk_rows * output.cells_per_row() * element;
    const auto chunk = pad(output.stage.bytes().first(count * element), chunk_bytes);
    const auto stored = codec.encode(chunk, element, element > 1);
    const std::array<hsize_t, 2> offset = {output.rows_written, 0};
    output.rows_written += rows;
    {
        const h5::LibraryLock lock;
        h5::check(state, H5Dset_extent(output.dataset.id(), output.extent(output.rows_written).data()));
        h5::check(state,
                  H5Dwrite_chunk(output.dataset.id(), H5P_DEFAULT, 0, offset.data(), stored.size(), stored.data()));
    }
    output.stage.drop(count);
}

/// A chunk is always stored whole; the rest of the last one is zero.
std::span<const std::byte> Hdf5Writer::Impl::pad(std::span<const std::byte> bytes, std::size_t size) {
    if (bytes.size() == size) {
        return bytes;
    }
    padded.assign(bytes.begin(), bytes.end());
    padded.resize(size);
    return padded;
}

void Hdf5Writer::finish(std::span<const Attribute> attributes) {
    for (TableOutput& table : impl_->tables) {
        impl_->store_rest(table);
    }
    {
        const h5::LibraryLock lock;
        impl_->write_facts(attributes);
        impl_->close_file();
    }
    impl_->verify();
    impl_->partial.publish();
}

void Hdf5Writer::Impl::write_facts(std::span<const Attribute> attributes) {
    for (const hid_t object : {file.id(), group("/run")}) {
        for (const Attribute& attribute : attributes) {
            if (attribute.is_text || !attribute.text.empty()) {
                h5::write_attribute(state, object, attribute.name, attribute.text);
            } else {
                h5::write_attribute(state, object, attribute.name, attribute.number);
            }
        }
    }
}

/// Writes everything out before closing: a failing H5Fflush can be reported, a failing H5Fclose may crash.
void Hdf5Writer::Impl::close_file() {
    h5::check(state, H5Fflush(file.id(), H5F_SCOPE_GLOBAL));
    const std::uint8_t complete = 1;
    h5::write_raw_attribute(state, file.id(), "complete", H5T_STD_U8LE, &complete);
    h5::check(state, H5Fflush(file.id(), H5F_SCOPE_GLOBAL));
    for (TableOutput& table : tables) {
        for (ColumnOutput& output : table.columns) {
            output.dataset.close();
        }
    }
    for (auto& [path, group] : groups) {
        group.close();
    }
    file.close();
}

/// HDF5 1.10 can report success for a file it did not write; look before giving the file its name.
void Hdf5Writer::Impl::verify() const {
    const TraceReader reader(partial.partial_path());
    for (const TableOutput& table : tables) {
        const TableInfo* const found = reader.find(table.schema.path);
        const bool is_whole = found != nullptr && !found->columns.empty()
                              && found->columns.front().shape.front() == table.columns.front().rows_written;
        if (!is_whole) {
            throw FileError("cannot write trace " + state.path + " (table " + table.schema.path
                            + " did not reach the disk)");
        }
    }
}

/// For a run that ends early. A file that still works is emptied of unwritten data first, so that closing cannot fail.
void Hdf5Writer::Impl::abandon() noexcept {
    if (file.is_open() && !state.is_broken && H5Fflush(file.id(), H5F_SCOPE_GLOBAL) < 0) {
        state.is_broken = true;
    }
    tables.clear();
    groups.clear();
    file = h5::Handle();
}

}  // namespace spate::sim
