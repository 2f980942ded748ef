#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/hdf5_handle.hpp"

/// Reading single HDF5 objects of a file that may be damaged or hostile. All need a LibraryLock and throw FileError.
namespace spate::sim::h5 {

/// What the stored values of a dataset or attribute are.
enum class ValueKind : std::uint8_t { signed_integer, unsigned_integer, real, enumeration, text };

struct ValueType {
    ValueKind kind = ValueKind::signed_integer;
    std::size_t bytes = 0;           ///< of one value
    bool is_variable = false;        ///< text of variable length (attributes only)
    std::vector<std::string> codes;  ///< for an enumeration

    std::string name() const;  ///< "int64", "float64", "enum", "text", …
};

/// A dataset that is open for reading; only layouts and filters of the format are let in.
struct InputDataset {
    Handle handle;
    ValueType type;
    std::vector<hsize_t> shape;
    std::uint64_t stored_bytes = 0;
    std::uint64_t chunk_rows = 0;  ///< 0: not chunked

    std::uint64_t rows() const { return shape.empty() ? 1 : shape.front(); }

    std::uint64_t cells_per_row() const { return shape.size() == 2 ? shape[1] : 1; }
};

/// One member of a group, in file order.
struct Member {
    std::string name;
    bool is_group = false;
};

/// Throws FileError("<failure> <path> (<reason>)"): a refusal, after which the file can be closed as usual.
[[noreturn]] void refuse(const FileState& file, const std::string& reason);

Handle open_file(FileState& file);
Handle open_group(FileState& file, hid_t parent, const std::string& path);
/// Refuses links that lead out of the file or to other names.
std::vector<Member> members(FileState& file, hid_t group, const std::string& path);
/// Refuses external storage, virtual datasets, foreign filters, unknown types, more than two axes, impossible sizes.
InputDataset open_dataset(FileState& file, hid_t root, const std::string& path);
/// Rows [first, first + count) as they are stored.
std::vector<std::byte> read_rows(FileState& file,
                                 const InputDataset& dataset,
                                 std::uint64_t first,
                                 std::uint64_t count);

std::vector<std::string> attribute_names(FileState& file, hid_t group);
std::optional<std::string> text_attribute(FileState& file, hid_t object, const std::string& name);
/// Empty if absent or not integers.
std::vector<std::int64_t> integer_attribute(FileState& file, hid_t object, const std::string& name);
std::optional<std::uint64_t> unsigned_attribute(FileState& file, hid_t object, const std::string& name);
std::optional<double> real_attribute(FileState& file, hid_t object, const std::string& name);

}  // namespace spate::sim::h5
