#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/hdf5_handle.hpp"
#include "sim/trace/table.hpp"

/// What a trace file is made of, one function per kind of HDF5 object. All need a LibraryLock and throw FileError.
namespace spate::sim::h5 {

/// How a dataset is stored.
struct DatasetShape {
    std::vector<hsize_t> rows;   ///< initial extent; the first axis can grow
    std::vector<hsize_t> chunk;  ///< extent of a chunk
    bool shuffle = true;         ///< for numbers of more than one byte
};

/// An empty file: format bounds V18, creation order tracked, no lock of HDF5's own (see PartialFile).
Handle create_file(FileState& file, const std::string& path);
Handle create_group(FileState& file, hid_t parent, const std::string& name);

/// Type in which a column is stored: little-endian number or enumeration over uint8.
Handle stored_type(FileState& file, const Column& column);
/// Fixed-length UTF-8 string, null-padded.
Handle text_type(FileState& file, std::size_t bytes);
/// Chunked, compressed (shuffle, deflate 1).
Handle create_dataset(FileState& file, hid_t group, const std::string& name, hid_t type, const DatasetShape& shape);
void create_scalar_text(
    FileState& file, hid_t group, const std::string& name, const std::string& text, const std::string& description);

void write_attribute(FileState& file, hid_t object, const std::string& name, const std::string& text);
void write_attribute(FileState& file, hid_t object, const std::string& name, const std::vector<std::string>& texts);
void write_attribute(FileState& file, hid_t object, const std::string& name, std::int64_t number);
void write_attribute(FileState& file, hid_t object, const std::string& name, std::span<const std::int64_t> numbers);
void write_attribute(FileState& file, hid_t object, const std::string& name, double number);
/// A number in exactly the type `type`; replaces the value if the attribute exists.
void write_raw_attribute(FileState& file, hid_t object, const std::string& name, hid_t type, const void* value);

/// units, description, long_name, scale_factor, reference, missing_value.
void write_column_attributes(FileState& file, hid_t dataset, const Column& column);

/// The wall clock as UTC, for `created`.
std::string now_iso8601();
/// 0, 1, 2 …: the axis of a grid's entities.
std::vector<std::uint32_t> count_up(std::size_t count);
/// Fixed-length strings side by side, null-padded.
std::vector<std::byte> pad_texts(const std::vector<std::string>& texts, std::size_t length);

}  // namespace spate::sim::h5
