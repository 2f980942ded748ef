#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/row_batch.hpp"
#include "sim/trace/table.hpp"

namespace spate::sim {

/// Writes one trace file in the layout of docs/trace-format.md.
///
///     add_… (creates groups)  →  append batches  →  finish: attributes, complete = 1, close, sync, rename
///
/// Until finish() the file is called `<path>.partial`. After the first failure the HDF5 library is never called again
/// for this file; its identifiers are leaked on purpose (closing would crash). Threads: one at a time; several writers
/// (of different files) may work at once: chunks are compressed outside the lock of the library.
class Hdf5Writer {
  public:
    /// Throws: FileError, also if another run is writing the same path.
    Hdf5Writer(const std::string& path, bool overwrite);
    ~Hdf5Writer();  ///< without finish(): the partial file is removed
    Hdf5Writer(const Hdf5Writer&) = delete;
    Hdf5Writer& operator=(const Hdf5Writer&) = delete;

    /// Number of the table for append(): 0, 1, 2 … Throws: std::logic_error for a path or column name used twice.
    TableId add_table(const TableSchema& schema);
    void add_static(const StaticTable& table);
    void add_text(const std::string& path, const std::string& text, const std::string& description);

    /// Rows must not be earlier than those of former batches. Throws: FileError, std::logic_error.
    void append(const RowBatch& batch);

    /// Writes what is left, the attributes (of the root and of /run), and gives the file its name.
    void finish(std::span<const Attribute> attributes);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spate::sim
