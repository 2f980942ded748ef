#include "sim/trace/hdf5_writer.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>

#include "sim/base/check.hpp"
#include "sim/trace/chunk_codec.hpp"
#include "sim/trace/hdf5_objects.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/schema_check.hpp"

#ifndef SPATE_VERSION
#define SPATE_VERSION "0"
#endif

namespace spate::sim {

namespace {

constexpr std::uint64_t static_chunk_rows = 65'536;
constexpr std::uint64_t text_chunk_bytes = 1 << 20;
constexpr std::array<std::int64_t, 2> trace_version = {1, 0};

Column make_column(std::string name, ColumnType type, std::string unit, std::string description) {
    Column column;
    column.name = std::move(name);
    column.type = type;
    column.unit = std::move(unit);
    column.description = std::move(description);
    return column;
}

}  // namespace

struct Hdf5Writer::Impl {
    Impl(const std::string& path, std::string name)
        : file_name(std::move(name))
        , state{.path = path, .failure = "cannot write trace"} {}

    void write_root_attributes(const std::string& created);
    hid_t group(const std::string& path);
    void claim(const std::string& path);
    void describe(const TableSchema& schema);
    void describe_grid(const TableSchema& schema);
    void store_static(const std::string& table, const Column& column, const std::vector<Cell>& values);
    void store_static(const std::string& table, const TextColumn& column);
    void store_texts(hid_t dataset, const TextColumn& column, std::size_t length, std::size_t chunk);
    h5::Handle create_dataset(const std::string& table, const StoredColumn& column, std::uint64_t chunk_rows);
    void store_column(const std::string& table, const StoredColumn& column, const RowLog& log, bool has_chunks);
    void store_values(hid_t dataset,
                      const StoredColumn& column,
                      std::uint64_t first_row,
                      std::uint64_t chunk_rows,
                      std::span<const std::byte> values);
    void create_entity_axis(const TableSchema& schema);
    std::span<const std::byte> pad(std::span<const std::byte> bytes, std::size_t size);

    void write_facts(std::span<const Attribute> attributes);
    void close_file();
    void verify() const;
    void abandon() noexcept;

    std::string file_name;
    h5::FileState state;  ///< before the handles: outlives them
    h5::Handle file;
    std::map<std::string, h5::Handle> groups;
    std::set<std::string> used;                       ///< paths of tables and texts
    std::map<std::string, std::uint64_t> row_counts;  ///< by path of a table
    ChunkCodec codec;
    std::vector<std::byte> padded;
    std::vector<std::byte> loaded;
};

Hdf5Writer::Hdf5Writer(const std::string& path, const std::string& file, const std::string& created)
    : impl_(std::make_unique<Impl>(path, file)) {
    const h5::LibraryLock lock;
    try {
        impl_->file = h5::create_file(impl_->state, file);
        impl_->write_root_attributes(created);
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

std::string now_iso8601() {
    return h5::now_iso8601();
}

void Hdf5Writer::Impl::write_root_attributes(const std::string& created) {
    const hid_t root = file.id();
    h5::write_attribute(state, root, "Conventions", "spate-trace-1");
    h5::write_attribute(state, root, "filetype", "trace");
    h5::write_attribute(state, root, "format_version", std::span<const std::int64_t>(trace_version));
    h5::write_attribute(state, root, "creator", "spate");
    h5::write_attribute(state, root, "creator_version", SPATE_VERSION);
    h5::write_attribute(state, root, "created", created);
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

void Hdf5Writer::add_table(const StoredTable& table, const RowLog& log) {
    impl_->claim(table.schema.path);
    {
        const h5::LibraryLock lock;
        impl_->describe(table.schema);
    }
    const auto has_full_chunk = [](const StoredColumn& column) { return !column.chunks.empty(); };
    const bool has_chunks = std::any_of(table.columns.begin(), table.columns.end(), has_full_chunk);
    for (const StoredColumn& column : table.columns) {
        impl_->store_column(table.schema.path, column, log, has_chunks);
        if (&column == &table.columns.front() && table.schema.entities > 0) {
            impl_->create_entity_axis(table.schema);
        }
    }
    impl_->row_counts[table.schema.path] = table.columns.front().rows();
}

void Hdf5Writer::Impl::describe(const TableSchema& schema) {
    std::vector<std::string> names = {"time"};
    if (schema.entities > 0) {
        names.push_back(entity_axis(schema));
    }
    for (const Column& column : schema.columns) {
        names.push_back(column.name);
    }
    h5::write_attribute(state, group(schema.path), "description", schema.description);
    h5::write_attribute(state, group(schema.path), "column_order", names);
    if (schema.entities > 0) {
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
    const std::uint64_t chunk = std::clamp<std::uint64_t>(values.size(), 1, static_chunk_rows);
    StoredColumn output(column, table, 0, chunk);
    output.stage.append(h5::count_up(values.size()), values.data(), 1);
    h5::Handle dataset = create_dataset(table, output, chunk);
    const std::span<const std::byte> bytes = output.stage.bytes();
    for (std::uint64_t row = 0; row < values.size(); row += chunk) {
        const std::size_t count = std::min<std::uint64_t>(chunk, values.size() - row);
        store_values(
            dataset.id(), output, row, chunk, bytes.subspan(row * output.row_bytes(), count * output.row_bytes()));
    }
    const h5::LibraryLock lock;
    dataset.close();
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

/// Its length is known now; a table that never filled a chunk has a single smaller one.
h5::Handle Hdf5Writer::Impl::create_dataset(const std::string& table,
                                            const StoredColumn& column,
                                            std::uint64_t chunk_rows) {
    const auto extent = [&](std::uint64_t rows) {
        return column.entities > 0 ? std::vector<hsize_t>{rows, column.entities} : std::vector<hsize_t>{rows};
    };
    const h5::LibraryLock lock;
    const h5::Handle type = h5::stored_type(state, column.column);
    const h5::DatasetShape shape{
        .rows = extent(column.rows()), .chunk = extent(chunk_rows), .shuffle = column.stage.element_size() > 1};
    h5::Handle dataset = h5::create_dataset(state, group(table), column.column.name, type.id(), shape);
    h5::write_column_attributes(state, dataset.id(), column.column);
    return dataset;
}

void Hdf5Writer::Impl::store_column(const std::string& table,
                                    const StoredColumn& column,
                                    const RowLog& log,
                                    bool has_chunks) {
    const std::uint64_t chunk_rows =
        has_chunks ? column.chunk_rows : std::clamp<std::uint64_t>(column.staged_rows(), 1, column.chunk_rows);
    h5::Handle dataset = create_dataset(table, column, chunk_rows);
    for (std::size_t i = 0; i < column.chunks.size(); ++i) {
        loaded.resize(column.chunks[i].bytes);
        log.read(column.chunks[i].offset, loaded);
        const std::array<hsize_t, 2> offset = {i * chunk_rows, 0};
        const h5::LibraryLock lock;
        h5::check(state, H5Dwrite_chunk(dataset.id(), H5P_DEFAULT, 0, offset.data(), loaded.size(), loaded.data()));
    }
    if (column.staged_rows() > 0) {
        store_values(dataset.id(), column, column.rows_in_chunks, chunk_rows, column.stage.bytes());
    }
    const h5::LibraryLock lock;
    dataset.close();
}

/// Compresses and writes one chunk, which the values may not fill.
void Hdf5Writer::Impl::store_values(hid_t dataset,
                                    const StoredColumn& column,
                                    std::uint64_t first_row,
                                    std::uint64_t chunk_rows,
                                    std::span<const std::byte> values) {
    const std::size_t element = column.stage.element_size();
    const auto stored = codec.encode(pad(values, chunk_rows * column.row_bytes()), element, element > 1);
    const std::array<hsize_t, 2> offset = {first_row, 0};
    const h5::LibraryLock lock;
    h5::check(state, H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, offset.data(), stored.size(), stored.data()));
}

void Hdf5Writer::Impl::create_entity_axis(const TableSchema& schema) {
    Column column = make_column(entity_axis(schema), ColumnType::u32, "1", "row of the entity");
    column.reference = schema.entity_reference;
    const std::vector<std::uint32_t> numbers = h5::count_up(schema.entities);
    store_static(schema.path, column, {numbers.begin(), numbers.end()});
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
    {
        const h5::LibraryLock lock;
        impl_->write_facts(attributes);
        impl_->close_file();
    }
    impl_->verify();
}

void Hdf5Writer::Impl::write_facts(std::span<const Attribute> attributes) {
    for (const hid_t object : {file.id(), group("/run")}) {
        for (const Attribute& attribute : attributes) {
            if (attribute.is_text || !attribute.text.empty()) {
                h5::write_attribute(state, object, attribute.name, attribute.text);
            } else if (attribute.is_unsigned) {
                h5::write_raw_attribute(state, object, attribute.name, H5T_STD_U64LE, &attribute.number);
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
    for (auto& [path, group] : groups) {
        group.close();
    }
    file.close();
}

/// HDF5 1.10 can report success for a file it did not write; look before giving the file its name.
void Hdf5Writer::Impl::verify() const {
    const TraceReader reader(file_name);
    for (const auto& [path, count] : row_counts) {
        const TableInfo* const found = reader.find(path);
        const bool is_whole =
            found != nullptr && !found->columns.empty() && found->columns.front().shape.front() == count;
        if (!is_whole) {
            throw FileError("cannot write trace " + state.path + " (table " + path + " did not reach the disk)");
        }
    }
}

/// For a run that ends early. A file that still works is emptied of unwritten data first, so that closing cannot fail.
void Hdf5Writer::Impl::abandon() noexcept {
    if (file.is_open() && !state.is_broken && H5Fflush(file.id(), H5F_SCOPE_GLOBAL) < 0) {
        state.is_broken = true;
    }
    groups.clear();
    file = h5::Handle();
}

}  // namespace spate::sim
