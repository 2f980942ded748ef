#include "sim/trace/hdf5_input.hpp"

#include <algorithm>
#include <array>

#include "sim/base/check.hpp"

namespace spate::sim::h5 {

namespace {

constexpr std::size_t max_text_bytes = 64 << 20;
constexpr std::uint64_t max_attribute_values = 1024;
constexpr std::uint64_t max_inflation = 1040;  ///< deflate cannot do better than 1032 : 1
constexpr std::uint64_t inflation_slack = 1 << 16;
constexpr std::size_t chunk_cache_bytes = 4 << 20;

ValueKind number_kind(FileState& file, hid_t type, const std::string& where) {
    switch (H5Tget_class(type)) {
        case H5T_INTEGER:
            return H5Tget_sign(type) == H5T_SGN_NONE ? ValueKind::unsigned_integer : ValueKind::signed_integer;
        case H5T_FLOAT: return ValueKind::real;
        case H5T_ENUM: return ValueKind::enumeration;
        case H5T_STRING: return ValueKind::text;
        default: refuse(file, where + " has an unknown type");
    }
}

std::vector<std::string> enumeration_codes(FileState& file, hid_t type, const std::string& where) {
    const int count = check(file, H5Tget_nmembers(type));
    if (H5Tget_size(type) != 1 || count > 256) {
        refuse(file, where + " is an enumeration over more than one byte");
    }
    std::vector<std::string> codes(static_cast<std::size_t>(count));
    for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
        std::uint8_t value = 0;
        check(file, H5Tget_member_value(type, i, &value));
        char* const name = H5Tget_member_name(type, i);
        if (name == nullptr) {
            fail(file);
        }
        if (value < codes.size()) {
            codes[value] = name;
        }
        H5free_memory(name);
    }
    return codes;
}

bool is_known_size(const ValueType& type) {
    switch (type.kind) {
        case ValueKind::real: return type.bytes == 4 || type.bytes == 8;
        case ValueKind::enumeration: return type.bytes == 1;
        case ValueKind::text: return type.is_variable || (type.bytes > 0 && type.bytes <= max_text_bytes);
        default: return type.bytes == 1 || type.bytes == 2 || type.bytes == 4 || type.bytes == 8;
    }
}

ValueType describe_type(FileState& file, hid_t type, const std::string& where) {
    ValueType result;
    result.kind = number_kind(file, type, where);
    result.bytes = H5Tget_size(type);
    if (result.kind == ValueKind::enumeration) {
        result.codes = enumeration_codes(file, type, where);
    }
    if (result.kind == ValueKind::text) {
        result.is_variable = check(file, H5Tis_variable_str(type)) > 0;
    }
    if (!is_known_size(result)) {
        refuse(file, where + " has values of an unknown size");
    }
    return result;
}

std::vector<hsize_t> extent_of(FileState& file, hid_t space, const std::string& where) {
    const int rank = check(file, H5Sget_simple_extent_ndims(space));
    if (rank > 2) {
        refuse(file, where + " has more than two axes");
    }
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    check(file, H5Sget_simple_extent_dims(space, shape.data(), nullptr));
    return shape;
}

void check_storage(FileState& file, hid_t creation, const std::string& where) {
    if (check(file, H5Pget_layout(creation)) == H5D_VIRTUAL) {
        refuse(file, where + " is a virtual dataset");
    }
    if (check(file, H5Pget_external_count(creation)) > 0) {
        refuse(file, where + " is stored in another file");
    }
    const int filters = check(file, H5Pget_nfilters(creation));
    for (unsigned i = 0; i < static_cast<unsigned>(filters); ++i) {
        unsigned flags = 0;
        unsigned config = 0;
        std::size_t values = 0;
        const int filter = H5Pget_filter2(creation, i, &flags, &values, nullptr, 0, nullptr, &config);
        if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_FLETCHER32) {
            refuse(file, where + " uses a filter other than shuffle, deflate and fletcher32");
        }
    }
}

/// A small file can claim to hold 2^60 rows: compare with what is stored before any memory is asked for.
void check_size(const FileState& file, const InputDataset& dataset, const std::string& where) {
    std::uint64_t bytes = dataset.type.bytes;
    bool is_too_large = false;
    for (const hsize_t extent : dataset.shape) {
        is_too_large = is_too_large || __builtin_mul_overflow(bytes, extent, &bytes);
    }
    const std::uint64_t believable =
        dataset.stored_bytes == 0 ? 0 : dataset.stored_bytes * max_inflation + inflation_slack;
    if (is_too_large || bytes > believable) {
        refuse(file, where + " claims more rows than it stores");
    }
}

/// The type to read with: the stored one, in the byte order of this machine.
Handle memory_type(FileState& file, hid_t stored, const ValueType& type) {
    if (type.kind == ValueKind::text || type.kind == ValueKind::enumeration) {
        return {file, H5Tcopy(stored), H5Tclose};
    }
    return {file, H5Tget_native_type(stored, H5T_DIR_ASCEND), H5Tclose};
}

void read_slab(FileState& file, const InputDataset& dataset, std::uint64_t first, std::uint64_t count, std::byte* to) {
    const Handle stored(file, H5Dget_type(dataset.handle.id()), H5Tclose);
    const Handle memory = memory_type(file, stored.id(), dataset.type);
    if (dataset.shape.empty()) {
        check(file, H5Dread(dataset.handle.id(), memory.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, to));
        return;
    }
    std::vector<hsize_t> extent = dataset.shape;
    extent.front() = count;
    const std::array<hsize_t, 2> start = {first, 0};
    const auto rank = static_cast<int>(extent.size());
    const Handle from(file, H5Dget_space(dataset.handle.id()), H5Sclose);
    check(file, H5Sselect_hyperslab(from.id(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr));
    const Handle target(file, H5Screate_simple(rank, extent.data(), nullptr), H5Sclose);
    check(file, H5Dread(dataset.handle.id(), memory.id(), target.id(), from.id(), H5P_DEFAULT, to));
}

std::string text_from_bytes(const char* bytes, std::size_t size) {
    return {bytes, static_cast<std::size_t>(std::find(bytes, bytes + size, '\0') - bytes)};
}

std::string read_text(FileState& file, hid_t attribute, hid_t type, const ValueType& kind) {
    if (kind.is_variable) {
        char* text = nullptr;
        check(file, H5Aread(attribute, type, &text));
        const std::string result = text == nullptr ? "" : text;
        H5free_memory(text);
        return result;
    }
    std::vector<char> bytes(kind.bytes);
    check(file, H5Aread(attribute, type, bytes.data()));
    return text_from_bytes(bytes.data(), bytes.size());
}

/// An attribute that is open for reading, with at most max_attribute_values values.
struct InputAttribute {
    Handle handle;
    Handle stored;
    ValueType type;
    std::uint64_t count = 0;
};

std::optional<InputAttribute> open_attribute(FileState& file, hid_t object, const std::string& name) {
    if (check(file, H5Aexists(object, name.c_str())) == 0) {
        return std::nullopt;
    }
    InputAttribute result;
    result.handle = {file, H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose};
    result.stored = {file, H5Aget_type(result.handle.id()), H5Tclose};
    result.type = describe_type(file, result.stored.id(), "attribute " + name);
    const Handle space(file, H5Aget_space(result.handle.id()), H5Sclose);
    result.count = static_cast<std::uint64_t>(check(file, H5Sget_simple_extent_npoints(space.id())));
    if (result.count > max_attribute_values) {
        refuse(file, "attribute " + name + " is too long");
    }
    return result;
}

}  // namespace

std::string ValueType::name() const {
    switch (kind) {
        case ValueKind::text: return "text";
        case ValueKind::enumeration: return "enum";
        case ValueKind::real: return "float" + std::to_string(bytes * 8);
        case ValueKind::signed_integer: return "int" + std::to_string(bytes * 8);
        case ValueKind::unsigned_integer: break;
    }
    return "uint" + std::to_string(bytes * 8);
}

void refuse(const FileState& file, const std::string& reason) {
    throw FileError(file.failure + " " + file.path + " (" + reason + ")");
}

Handle open_file(FileState& file) {
    const Handle access(file, H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    check(file, H5Pset_file_locking(access.id(), false, true));
    return {file, H5Fopen(file.path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose};
}

Handle open_group(FileState& file, hid_t parent, const std::string& path) {
    return {file, H5Gopen2(parent, path.c_str(), H5P_DEFAULT), H5Gclose};
}

std::vector<Member> members(FileState& file, hid_t group, const std::string& path) {
    H5G_info_t info = {};
    check(file, H5Gget_info(group, &info));
    const Handle creation(file, H5Gget_create_plist(group), H5Pclose);
    unsigned order = 0;
    check(file, H5Pget_link_creation_order(creation.id(), &order));
    const H5_index_t index = (order & H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    std::vector<Member> result;
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        std::array<char, 1024> name = {};
        check(file, H5Lget_name_by_idx(group, ".", index, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT));
        const std::string where = path + "/" + name.data();
        H5L_info_t link = {};
        check(file, H5Lget_info(group, name.data(), &link, H5P_DEFAULT));
        if (link.type != H5L_TYPE_HARD) {
            refuse(file, where + " is a link to another place");
        }
        H5O_info_t object = {};
        check(file, H5Oget_info_by_name2(group, name.data(), &object, H5O_INFO_BASIC, H5P_DEFAULT));
        if (object.type != H5O_TYPE_GROUP && object.type != H5O_TYPE_DATASET) {
            refuse(file, where + " is neither a group nor a dataset");
        }
        result.push_back({name.data(), object.type == H5O_TYPE_GROUP});
    }
    return result;
}

InputDataset open_dataset(FileState& file, hid_t root, const std::string& path) {
    const Handle access(file, H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    check(file, H5Pset_chunk_cache(access.id(), 521, chunk_cache_bytes, 1.0));
    InputDataset result;
    result.handle = {file, H5Dopen2(root, path.c_str(), access.id()), H5Dclose};
    const hid_t dataset = result.handle.id();
    const Handle creation(file, H5Dget_create_plist(dataset), H5Pclose);
    check_storage(file, creation.id(), path);
    const Handle type(file, H5Dget_type(dataset), H5Tclose);
    result.type = describe_type(file, type.id(), path);
    if (result.type.is_variable) {
        refuse(file, path + " has texts of variable length");
    }
    const Handle space(file, H5Dget_space(dataset), H5Sclose);
    result.shape = extent_of(file, space.id(), path);
    result.stored_bytes = H5Dget_storage_size(dataset);
    if (H5Pget_layout(creation.id()) == H5D_CHUNKED) {
        std::array<hsize_t, 2> chunk = {};
        check(file, H5Pget_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()));
        result.chunk_rows = chunk.front();
    }
    check_size(file, result, path);
    return result;
}

std::vector<std::byte> read_rows(FileState& file,
                                 const InputDataset& dataset,
                                 std::uint64_t first,
                                 std::uint64_t count) {
    const std::size_t row_bytes = dataset.cells_per_row() * dataset.type.bytes;
    std::vector<std::byte> bytes(count * row_bytes);
    // Whole chunks at a time, so that none is unpacked twice.
    const std::uint64_t chunk = std::max<std::uint64_t>(1, dataset.chunk_rows > 0 ? dataset.chunk_rows : count);
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t step = std::min(chunk - (first + done) % chunk, count - done);
        read_slab(file, dataset, first + done, step, bytes.data() + done * row_bytes);
        done += step;
    }
    return bytes;
}

std::vector<std::string> attribute_names(FileState& file, hid_t group) {
    H5O_info_t info = {};
    check(file, H5Oget_info2(group, &info, H5O_INFO_NUM_ATTRS));
    const Handle creation(file, H5Gget_create_plist(group), H5Pclose);
    unsigned order = 0;
    check(file, H5Pget_attr_creation_order(creation.id(), &order));
    const H5_index_t index = (order & H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    std::vector<std::string> names;
    for (hsize_t i = 0; i < info.num_attrs; ++i) {
        std::array<char, 1024> name = {};
        check(file, H5Aget_name_by_idx(group, ".", index, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT));
        names.emplace_back(name.data());
    }
    return names;
}

std::optional<std::string> text_attribute(FileState& file, hid_t object, const std::string& name) {
    const auto attribute = open_attribute(file, object, name);
    if (!attribute || attribute->type.kind != ValueKind::text || attribute->count != 1) {
        return std::nullopt;
    }
    return read_text(file, attribute->handle.id(), attribute->stored.id(), attribute->type);
}

std::vector<std::int64_t> integer_attribute(FileState& file, hid_t object, const std::string& name) {
    const auto attribute = open_attribute(file, object, name);
    const bool is_integer =
        attribute
        && (attribute->type.kind == ValueKind::signed_integer || attribute->type.kind == ValueKind::unsigned_integer);
    if (!is_integer) {
        return {};
    }
    std::vector<std::int64_t> values(attribute->count);
    const bool is_unsigned = attribute->type.kind == ValueKind::unsigned_integer;
    check(file, H5Aread(attribute->handle.id(), is_unsigned ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64, values.data()));
    return values;
}

std::optional<std::uint64_t> unsigned_attribute(FileState& file, hid_t object, const std::string& name) {
    const auto attribute = open_attribute(file, object, name);
    if (!attribute || attribute->type.kind != ValueKind::unsigned_integer || attribute->count != 1) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    check(file, H5Aread(attribute->handle.id(), H5T_NATIVE_UINT64, &value));
    return value;
}

std::optional<double> real_attribute(FileState& file, hid_t object, const std::string& name) {
    const auto attribute = open_attribute(file, object, name);
    if (!attribute || attribute->type.kind != ValueKind::real || attribute->count != 1) {
        return std::nullopt;
    }
    double value = 0;
    check(file, H5Aread(attribute->handle.id(), H5T_NATIVE_DOUBLE, &value));
    return value;
}

}  // namespace spate::sim::h5
