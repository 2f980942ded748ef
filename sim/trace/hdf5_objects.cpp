#include "sim/trace/hdf5_objects.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <numeric>

namespace spate::sim::h5 {

namespace {

constexpr unsigned deflate_level = 1;
constexpr unsigned tracked = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

Handle property_list(FileState& file, hid_t list_class) {
    return {file, H5Pcreate(list_class), H5Pclose};
}

/// Members and attributes stay in the order of their creation; no times, so that equal runs leave equal files.
void set_object_options(FileState& file, hid_t creation, bool has_members) {
    if (has_members) {
        check(file, H5Pset_link_creation_order(creation, tracked));
    }
    check(file, H5Pset_attr_creation_order(creation, tracked));
    check(file, H5Pset_obj_track_times(creation, false));
}

Handle scalar_space(FileState& file) {
    return {file, H5Screate(H5S_SCALAR), H5Sclose};
}

Handle variable_text_type(FileState& file) {
    return text_type(file, H5T_VARIABLE);
}

void create_attribute(
    FileState& file, hid_t object, const std::string& name, hid_t type, hid_t space, const void* data) {
    const Handle attribute(file, H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    check(file, H5Awrite(attribute.id(), type, data));
}

Handle list_space(FileState& file, std::size_t count) {
    const hsize_t extent = count;
    return {file, H5Screate_simple(1, &extent, nullptr), H5Sclose};
}

}  // namespace

Handle create_file(FileState& file, const std::string& path) {
    const Handle creation = property_list(file, H5P_FILE_CREATE);
    set_object_options(file, creation.id(), true);
    const Handle access = property_list(file, H5P_FILE_ACCESS);
    check(file, H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_V18));
    check(file, H5Pset_file_locking(access.id(), false, true));
    return {file, H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose};
}

Handle create_group(FileState& file, hid_t parent, const std::string& name) {
    const Handle creation = property_list(file, H5P_GROUP_CREATE);
    set_object_options(file, creation.id(), true);
    return {file, H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), H5Gclose};
}

Handle stored_type(FileState& file, const Column& column) {
    if (!column.codes.empty()) {
        Handle type(file, H5Tenum_create(H5T_STD_U8LE), H5Tclose);
        for (std::size_t code = 0; code < column.codes.size(); ++code) {
            const auto value = static_cast<std::uint8_t>(code);
            check(file, H5Tenum_insert(type.id(), column.codes[code].c_str(), &value));
        }
        return type;
    }
    hid_t standard = H5T_STD_I64LE;
    switch (column.type) {
        case ColumnType::i64: break;
        case ColumnType::f64: standard = H5T_IEEE_F64LE; break;
        case ColumnType::u32: standard = H5T_STD_U32LE; break;
        case ColumnType::u8: standard = H5T_STD_U8LE; break;
    }
    return {file, H5Tcopy(standard), H5Tclose};
}

Handle text_type(FileState& file, std::size_t bytes) {
    Handle type(file, H5Tcopy(H5T_C_S1), H5Tclose);
    check(file, H5Tset_size(type.id(), bytes));
    check(file, H5Tset_cset(type.id(), H5T_CSET_UTF8));
    if (bytes != H5T_VARIABLE) {
        check(file, H5Tset_strpad(type.id(), H5T_STR_NULLPAD));
    }
    return type;
}

Handle create_dataset(FileState& file, hid_t group, const std::string& name, hid_t type, const DatasetShape& shape) {
    const auto rank = static_cast<int>(shape.rows.size());
    std::vector<hsize_t> limit = shape.rows;
    limit.front() = H5S_UNLIMITED;
    const Handle space(file, H5Screate_simple(rank, shape.rows.data(), limit.data()), H5Sclose);
    const Handle creation = property_list(file, H5P_DATASET_CREATE);
    set_object_options(file, creation.id(), false);
    check(file, H5Pset_chunk(creation.id(), rank, shape.chunk.data()));
    check(file, H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER));
    if (shape.shuffle) {
        check(file, H5Pset_shuffle(creation.id()));
    }
    check(file, H5Pset_deflate(creation.id(), deflate_level));
    return {file, H5Dcreate2(group, name.c_str(), type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), H5Dclose};
}

void create_scalar_text(
    FileState& file, hid_t group, const std::string& name, const std::string& text, const std::string& description) {
    const Handle type = text_type(file, std::max<std::size_t>(1, text.size()));
    const Handle space = scalar_space(file);
    const Handle creation = property_list(file, H5P_DATASET_CREATE);
    set_object_options(file, creation.id(), false);
    const Handle dataset(
        file,
        H5Dcreate2(group, name.c_str(), type.id(), space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
        H5Dclose);
    check(file, H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.c_str()));
    write_attribute(file, dataset.id(), "description", description);
    write_attribute(file, dataset.id(), "long_name", description);
}

void write_attribute(FileState& file, hid_t object, const std::string& name, const std::string& text) {
    const char* const data = text.c_str();
    create_attribute(file, object, name, variable_text_type(file).id(), scalar_space(file).id(), &data);
}

void write_attribute(FileState& file, hid_t object, const std::string& name, const std::vector<std::string>& texts) {
    std::vector<const char*> data;
    data.reserve(texts.size() + 1);  // the library wants a buffer even for an empty list
    for (const std::string& text : texts) {
        data.push_back(text.c_str());
    }
    const Handle space = list_space(file, texts.size());
    create_attribute(file, object, name, variable_text_type(file).id(), space.id(), data.data());
}

void write_attribute(FileState& file, hid_t object, const std::string& name, std::int64_t number) {
    create_attribute(file, object, name, H5T_STD_I64LE, scalar_space(file).id(), &number);
}

void write_attribute(FileState& file, hid_t object, const std::string& name, std::span<const std::int64_t> numbers) {
    create_attribute(file, object, name, H5T_STD_I64LE, list_space(file, numbers.size()).id(), numbers.data());
}

void write_attribute(FileState& file, hid_t object, const std::string& name, double number) {
    create_attribute(file, object, name, H5T_IEEE_F64LE, scalar_space(file).id(), &number);
}

void write_raw_attribute(FileState& file, hid_t object, const std::string& name, hid_t type, const void* value) {
    if (check(file, H5Aexists(object, name.c_str())) == 0) {
        create_attribute(file, object, name, type, scalar_space(file).id(), value);
        return;
    }
    const Handle attribute(file, H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
    check(file, H5Awrite(attribute.id(), type, value));
}

void write_column_attributes(FileState& file, hid_t dataset, const Column& column) {
    if (!column.unit.empty()) {
        write_attribute(file, dataset, "units", column.unit);
    }
    write_attribute(file, dataset, "description", column.description);
    write_attribute(file, dataset, "long_name", column.description.empty() ? column.name : column.description);
    if (column.scale != 1.0) {
        write_attribute(file, dataset, "scale_factor", column.scale);
    }
    if (column.reference.empty()) {
        return;
    }
    write_attribute(file, dataset, "reference", column.reference);
    if (column.type == ColumnType::u32) {
        const std::uint32_t none = UINT32_MAX;
        write_raw_attribute(file, dataset, "missing_value", H5T_STD_U32LE, &none);
    }
}

std::string now_iso8601() {
    const std::time_t now = std::time(nullptr);
    std::tm utc = {};
    gmtime_r(&now, &utc);
    std::array<char, 32> text = {};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text.data();
}

std::vector<std::uint32_t> count_up(std::size_t count) {
    std::vector<std::uint32_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0U);
    return numbers;
}

std::vector<std::byte> pad_texts(const std::vector<std::string>& texts, std::size_t length) {
    std::vector<std::byte> bytes(texts.size() * length);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto* const text = reinterpret_cast<const std::byte*>(texts[i].data());
        std::copy(text, text + texts[i].size(), bytes.begin() + static_cast<std::ptrdiff_t>(i * length));
    }
    return bytes;
}

}  // namespace spate::sim::h5
