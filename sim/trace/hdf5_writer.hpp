#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/trace/row_store.hpp"
#include "sim/trace/table.hpp"

namespace spate::sim {

/// Writes one trace file in the layout of docs/trace-format.md: everything at once, when the run is over.
///
///     add_… in the order of the file  →  finish: attributes, complete = 1, close, look whether it is whole
///
/// After the first failure the HDF5 library is never called again for this file; its identifiers are leaked on purpose
/// (closing would crash). Threads: one at a time; several writers (of different files) may work at once.
class Hdf5Writer {
  public:
    /// Writes `file`, which gets the name `path` later: messages use that. `created`: when the run was started.
    /// Throws: FileError, as all functions.
    Hdf5Writer(const std::string& path, const std::string& file, const std::string& created);
    ~Hdf5Writer();
    Hdf5Writer(const Hdf5Writer&) = delete;
    Hdf5Writer& operator=(const Hdf5Writer&) = delete;

    /// Throws: std::logic_error for a path used twice.
    void add_static(const StaticTable& table);
    void add_text(const std::string& path, const std::string& text, const std::string& description);
    /// Copies the compressed chunks from the log. Requires: RowStore::settle().
    void add_table(const StoredTable& table, const RowLog& log);

    /// Writes the attributes (of the root and of /run) and closes the file.
    void finish(std::span<const Attribute> attributes);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The wall clock, ISO 8601, UTC: for `created`.
std::string now_iso8601();

}  // namespace spate::sim
