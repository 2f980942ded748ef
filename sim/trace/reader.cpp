#include "sim/trace/reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>
#include <type_traits>
#include <utility>

#include <sys/stat.h>

#include "sim/base/check.hpp"
#include "sim/trace/hdf5_input.hpp"
#include "sim/trace/memory_trace.hpp"
#include "sim/trace/recorder.hpp"

namespace spate::sim {

namespace {

constexpr std::int64_t known_major_version = 1;
constexpr int max_depth = 8;
constexpr std::size_t max_objects = 20'000;
constexpr const char* convention_prefix = "spate-trace-";
constexpr const char* partial_suffix = ".partial";

std::string join(const std::string& folder, const std::string& name) {
    return folder == "/" ? "/" + name : folder + "/" + name;
}

template <class Stored>
Stored stored_value(const std::byte* from) {
    Stored value;
    std::memcpy(&value, from, sizeof(value));
    return value;
}

template <class Result, class Stored>
void convert(const std::vector<std::byte>& bytes, std::vector<Result>& to) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] = static_cast<Result>(stored_value<Stored>(bytes.data() + i * sizeof(Stored)));
    }
}

template <class Result, class Signed>
void convert_integer(bool is_signed, const std::vector<std::byte>& bytes, std::vector<Result>& to) {
    if (is_signed) {
        convert<Result, Signed>(bytes, to);
    } else {
        convert<Result, std::make_unsigned_t<Signed>>(bytes, to);
    }
}

template <class Result>
std::vector<Result> convert_all(const h5::ValueType& type, const std::vector<std::byte>& bytes) {
    std::vector<Result> result(bytes.size() / type.bytes);
    if (type.kind == h5::ValueKind::real) {
        if (type.bytes == 8) {
            convert<Result, double>(bytes, result);
        } else {
            convert<Result, float>(bytes, result);
        }
        return result;
    }
    const bool is_signed = type.kind == h5::ValueKind::signed_integer;
    switch (type.bytes) {
        case 1: convert_integer<Result, std::int8_t>(is_signed, bytes, result); break;
        case 2: convert_integer<Result, std::int16_t>(is_signed, bytes, result); break;
        case 4: convert_integer<Result, std::int32_t>(is_signed, bytes, result); break;
        default: convert_integer<Result, std::int64_t>(is_signed, bytes, result); break;
    }
    return result;
}

std::string show(const std::vector<std::int64_t>& numbers) {
    std::string text;
    for (const std::int64_t number : numbers) {
        text += (text.empty() ? "" : ", ") + std::to_string(number);
    }
    return text;
}

bool exists(const std::string& path) {
    struct stat status = {};
    return stat(path.c_str(), &status) == 0;
}

bool is_partial_name(const std::string& path) {
    return path.ends_with(partial_suffix);
}

}  // namespace

struct TraceReader::Impl {
    explicit Impl(const std::string& path)
        : state{.path = path, .failure = "cannot read trace"} {}

    void check_readable() const;
    void load();
    void open();
    void check_identity();
    void check_version();
    [[noreturn]] void refuse_incomplete() const;
    void walk(const std::string& path, int depth);
    DatasetInfo describe(const std::string& path, const std::string& name);
    h5::InputDataset dataset(const std::string& path);
    std::vector<std::byte> rows(const h5::InputDataset& dataset, std::uint64_t first, std::uint64_t count);
    std::vector<double> numbers(const std::string& path,
                                const h5::InputDataset& dataset,
                                std::uint64_t first,
                                std::uint64_t count);
    std::string text_of(const std::string& path, const h5::ValueType& type, const std::byte* value) const;
    std::string attribute_text(const std::string& name);

    h5::FileState state;  ///< first member: outlives the handles
    h5::Handle file;
    std::vector<TableInfo> tables;
    std::map<std::string, std::size_t> table_numbers;
    std::map<std::string, double> scales;  ///< of all datasets by path
    std::size_t objects = 0;
};

TraceReader::TraceReader(const std::string& path)
    : impl_(std::make_unique<Impl>(path)) {
    impl_->check_readable();
    const h5::LibraryLock lock;
    try {
        impl_->load();
    } catch (const FileError&) {
        if (impl_->state.is_broken && is_partial_name(path)) {
            impl_->refuse_incomplete();
        }
        throw;
    }
}

TraceReader::TraceReader(const Recorder& recorder)
    : memory_(recorder.memory()) {
    SPATE_EXPECT(memory_ != nullptr);
}

void TraceReader::Impl::load() {
    open();
    check_identity();
    check_version();
    if (h5::integer_attribute(state, file.id(), "complete") != std::vector<std::int64_t>{1}) {
        refuse_incomplete();
    }
    walk("/", 0);
}

TraceReader::~TraceReader() = default;
TraceReader::TraceReader(TraceReader&&) noexcept = default;

void TraceReader::Impl::check_readable() const {
    struct stat status = {};
    if (stat(state.path.c_str(), &status) != 0) {
        const int error = errno;
        if (error == ENOENT && exists(state.path + partial_suffix)) {
            h5::refuse(state,
                       "only " + state.path + partial_suffix + " exists: the run that writes it has not finished");
        }
        h5::refuse(state, std::generic_category().message(error));
    }
    if (!S_ISREG(status.st_mode)) {
        h5::refuse(state, "not a file");
    }
}

void TraceReader::Impl::refuse_incomplete() const {
    throw FileError(state.path + " is incomplete (the run that wrote it did not finish)");
}

void TraceReader::Impl::open() {
    const htri_t is_hdf5 = H5Fis_hdf5(state.path.c_str());
    if (is_hdf5 <= 0 && is_partial_name(state.path)) {
        refuse_incomplete();
    }
    if (is_hdf5 < 0) {
        h5::fail(state);
    }
    if (is_hdf5 == 0) {
        throw FileError(state.path + " is not a trace (not an HDF5 file)");
    }
    file = h5::open_file(state);
}

void TraceReader::Impl::check_identity() {
    const auto conventions = h5::text_attribute(state, file.id(), "Conventions");
    if (!conventions) {
        throw FileError(state.path + " is not a trace (it has no attribute Conventions)");
    }
    if (!conventions->starts_with(convention_prefix)) {
        throw FileError(state.path + " is not a trace (its Conventions are '" + *conventions
                        + "', not 'spate-trace-1')");
    }
}

void TraceReader::Impl::check_version() {
    const std::vector<std::int64_t> version = h5::integer_attribute(state, file.id(), "format_version");
    if (version.size() != 2) {
        throw FileError(state.path + " is not a trace (it has no attribute format_version)");
    }
    if (version.front() != known_major_version) {
        throw FileError(state.path + " has format version " + std::to_string(version[0]) + "."
                        + std::to_string(version[1]) + " (this program reads version "
                        + std::to_string(known_major_version) + "). Read it with another release of spate?");
    }
}

/// Lists the datasets of a group as a table, then goes down into its groups.
void TraceReader::Impl::walk(const std::string& path, int depth) {
    if (depth > max_depth) {
        h5::refuse(state, path + " is nested too deeply");
    }
    const h5::Handle group = h5::open_group(state, file.id(), path);
    const std::vector<h5::Member> members = h5::members(state, group.id(), path == "/" ? "" : path);
    objects += members.size();
    if (objects > max_objects) {
        h5::refuse(state, "it has more than " + std::to_string(max_objects) + " objects");
    }
    TableInfo table{.path = path, .description = {}, .columns = {}};
    for (const h5::Member& member : members) {
        if (!member.is_group) {
            table.columns.push_back(describe(join(path, member.name), member.name));
        }
    }
    if (!table.columns.empty()) {
        table.description = h5::text_attribute(state, group.id(), "description").value_or("");
        table_numbers.emplace(path, tables.size());
        tables.push_back(std::move(table));
    }
    for (const h5::Member& member : members) {
        if (member.is_group) {
            walk(join(path, member.name), depth + 1);
        }
    }
}

DatasetInfo TraceReader::Impl::describe(const std::string& path, const std::string& name) {
    const h5::InputDataset dataset = h5::open_dataset(state, file.id(), path);
    const hid_t id = dataset.handle.id();
    DatasetInfo info;
    info.name = name;
    info.shape.assign(dataset.shape.begin(), dataset.shape.end());
    info.type = dataset.type.name();
    info.codes = dataset.type.codes;
    info.unit = h5::text_attribute(state, id, "units").value_or("");
    info.description = h5::text_attribute(state, id, "description").value_or("");
    info.reference = h5::text_attribute(state, id, "reference").value_or("");
    info.scale = h5::real_attribute(state, id, "scale_factor").value_or(1.0);
    info.stored_bytes = dataset.stored_bytes;
    scales.emplace(path, info.scale);
    return info;
}

/// Only datasets that walk() has seen and let in are ever opened.
h5::InputDataset TraceReader::Impl::dataset(const std::string& path) {
    if (!scales.contains(path)) {
        throw FileError(state.path + " has no dataset " + path);
    }
    return h5::open_dataset(state, file.id(), path);
}

std::vector<std::byte> TraceReader::Impl::rows(const h5::InputDataset& dataset,
                                               std::uint64_t first,
                                               std::uint64_t count) {
    SPATE_EXPECT(first <= dataset.rows() && count <= dataset.rows() - first);
    return h5::read_rows(state, dataset, first, count);
}

const std::vector<TableInfo>& TraceReader::tables() const {
    return memory_ ? memory_->tables() : impl_->tables;
}

const TableInfo* TraceReader::find(const std::string& path) const {
    if (memory_) {
        return memory_->find(path);
    }
    const auto known = impl_->table_numbers.find(path);
    return known == impl_->table_numbers.end() ? nullptr : &impl_->tables[known->second];
}

bool TraceReader::has(const std::string& table, const std::string& column) const {
    const TableInfo* info = find(table);
    return info != nullptr
           && std::any_of(info->columns.begin(), info->columns.end(), [&](const auto& c) { return c.name == column; });
}

std::optional<std::string> TraceReader::text_attribute(const std::string& name) const {
    if (memory_) {
        return memory_->text_attribute(name);
    }
    const h5::LibraryLock lock;
    return h5::text_attribute(impl_->state, impl_->file.id(), name);
}

std::optional<std::int64_t> TraceReader::integer_attribute(const std::string& name) const {
    if (memory_) {
        return memory_->integer_attribute(name);
    }
    const h5::LibraryLock lock;
    const std::vector<std::int64_t> values = h5::integer_attribute(impl_->state, impl_->file.id(), name);
    return values.size() == 1 ? std::optional(values.front()) : std::nullopt;
}

std::string TraceReader::Impl::attribute_text(const std::string& name) {
    if (const auto text = h5::text_attribute(state, file.id(), name)) {
        return *text;
    }
    if (const auto number = h5::real_attribute(state, file.id(), name)) {
        return std::to_string(*number);
    }
    if (const auto number = h5::unsigned_attribute(state, file.id(), name)) {
        return std::to_string(*number);
    }
    return show(h5::integer_attribute(state, file.id(), name));
}

std::vector<std::pair<std::string, std::string>> TraceReader::attributes() const {
    if (memory_) {
        return memory_->attributes();
    }
    const h5::LibraryLock lock;
    std::vector<std::pair<std::string, std::string>> result;
    const h5::Handle root = h5::open_group(impl_->state, impl_->file.id(), "/");
    for (const std::string& name : h5::attribute_names(impl_->state, root.id())) {
        result.emplace_back(name, impl_->attribute_text(name));
    }
    return result;
}

std::vector<double> TraceReader::numbers(const std::string& path) const {
    if (memory_) {
        return memory_->numbers(path);
    }
    const h5::LibraryLock lock;
    const h5::InputDataset dataset = impl_->dataset(path);
    return impl_->numbers(path, dataset, 0, dataset.rows());
}

std::vector<double> TraceReader::numbers(const std::string& path, std::uint64_t first, std::uint64_t count) const {
    if (memory_) {
        return memory_->numbers(path, first, count);
    }
    const h5::LibraryLock lock;
    return impl_->numbers(path, impl_->dataset(path), first, count);
}

std::vector<double> TraceReader::Impl::numbers(const std::string& path,
                                               const h5::InputDataset& dataset,
                                               std::uint64_t first,
                                               std::uint64_t count) {
    if (dataset.type.kind == h5::ValueKind::text) {
        throw FileError(state.path + ": dataset " + path + " holds text, not numbers");
    }
    std::vector<double> result = convert_all<double>(dataset.type, rows(dataset, first, count));
    const double scale = scales.at(path);
    if (scale != 1.0) {
        for (double& value : result) {
            value *= scale;
        }
    }
    return result;
}

std::vector<std::int64_t> TraceReader::integers(const std::string& path) const {
    if (memory_) {
        return memory_->integers(path);
    }
    const h5::LibraryLock lock;
    const h5::InputDataset dataset = impl_->dataset(path);
    if (dataset.type.kind == h5::ValueKind::text || dataset.type.kind == h5::ValueKind::real) {
        throw FileError(impl_->state.path + ": dataset " + path + " does not hold integers");
    }
    return convert_all<std::int64_t>(dataset.type, impl_->rows(dataset, 0, dataset.rows()));
}

std::vector<std::string> TraceReader::texts(const std::string& path) const {
    if (memory_) {
        return memory_->texts(path);
    }
    const h5::LibraryLock lock;
    const h5::InputDataset dataset = impl_->dataset(path);
    if (dataset.type.kind != h5::ValueKind::text && dataset.type.kind != h5::ValueKind::enumeration) {
        throw FileError(impl_->state.path + ": dataset " + path + " holds numbers, not text");
    }
    const std::vector<std::byte> bytes = impl_->rows(dataset, 0, dataset.rows());
    std::vector<std::string> result;
    result.reserve(bytes.size() / dataset.type.bytes);
    for (std::size_t begin = 0; begin < bytes.size(); begin += dataset.type.bytes) {
        result.push_back(impl_->text_of(path, dataset.type, bytes.data() + begin));
    }
    return result;
}

std::string TraceReader::Impl::text_of(const std::string& path,
                                       const h5::ValueType& type,
                                       const std::byte* value) const {
    if (type.kind == h5::ValueKind::text) {
        const auto* const text = reinterpret_cast<const char*>(value);
        return {text, strnlen(text, type.bytes)};
    }
    const auto code = std::to_integer<std::size_t>(*value);
    if (code >= type.codes.size()) {
        throw FileError(state.path + ": dataset " + path + " holds code " + std::to_string(code)
                        + ", which has no name");
    }
    return type.codes[code];
}

std::string TraceReader::text(const std::string& path) const {
    const std::vector<std::string> all = texts(path);
    if (all.size() != 1) {
        throw FileError((memory_ ? "trace in memory" : impl_->state.path) + ": dataset " + path
                        + " is not a single text");
    }
    return all.front();
}

}  // namespace spate::sim
