#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/snapshot/archive_fwd.hpp"
#include "sim/trace/table.hpp"

namespace spate::sim {

struct Declaration;
class MemoryTrace;

/// What becomes of the rows of a snapshot in the run that is resumed from it.
enum class PastRows : std::uint8_t { kept, left_out };

/// The rows one process adds to the tables of a trace. Owned by the process, registered with the recorder.
/// Threads: only the owning process's thread writes; the recorder takes the rows at window ends.
///
/// Order promise: the file's rows are sorted by (time, writer number, order of writing), so a trace does not depend
/// on threads.
class TraceWriter {
  public:
    /// Adds one row. `time` orders the rows and must not decrease within one writer and table. For a grid, `entity`
    /// is the position on the second axis, and every (time, entity) is written exactly once per sample.
    /// Requires: as many cells as the table has columns.
    void row(TableId table, Time time, std::initializer_list<Cell> cells) {
        row(table, time, 0, {cells.begin(), cells.size()});
    }

    void row(TableId table, Time time, std::uint32_t entity, std::span<const Cell> cells) {
        if (waiting_ != nullptr) {
            append(table, time, entity, cells);
        }
    }

  private:
    friend class Recorder;

    struct Buffer {
        std::uint32_t width = 0;  ///< columns of the table
        bool is_grid = false;
        bool is_kept = true;  ///< false: its rows are dropped
        Time latest{INT64_MIN};
        std::vector<Time> times;
        std::vector<std::uint32_t> entities;  ///< for a grid
        std::vector<Cell> cells;
    };

    void add_buffer(const TableSchema& table, bool is_kept);
    void append(TableId table, Time time, std::uint32_t entity, std::span<const Cell> cells);

    std::vector<Buffer> buffers_;  ///< by table number
    /// Bytes that wait in all writers together, updated in steps; null: rows are dropped.
    std::atomic<std::size_t>* waiting_ = nullptr;
    std::size_t uncounted_ = 0;  ///< bytes not yet added to *waiting_
};

/// Gathers the rows of all processes in event order and hands them to one thread that writes the trace file (HDF5).
///
/// 1. declare tables, writers, static tables and attributes; 2. open(); 3. at window ends call flush(boundary);
/// 4. close(). flush() is cheap when little waits: rows are handed over some megabytes at a time, and the producer is
/// blocked while the writing thread is far behind. The file is written under `path`.partial and renamed by close(): a
/// file called `path` is always whole. Errors of the writing thread are thrown by the next flush() or close():
/// FileError, or std::logic_error for rows that break a promise (incomplete sample of a grid, value that does not fit
/// its column, row older than a handed-over one).
class Recorder {
  public:
    /// A recorder that drops everything: runs without a trace.
    Recorder();
    /// From here on nobody else can write `path`. Requires: it does not exist (or overwrite). Throws: FileError.
    explicit Recorder(std::string path, bool overwrite = true);
    /// The same with a given number of threads that compress, 0 or more; the file does not depend on it.
    Recorder(std::string path, bool overwrite, unsigned packing_threads);

    /// Rows of these tables are kept, all static tables, texts and attributes too; other rows are dropped.
    struct InMemory {
        std::vector<std::string> folders;  ///< "/summary/": tables whose paths begin so
    };

    /// Writes no file: after close() a TraceReader reads it from memory. Makes and reads a small trace in a hundredth
    /// of the time of a file. Cannot be saved in a snapshot.
    explicit Recorder(InMemory kept);
    ~Recorder();  ///< without close(): the partial file is removed
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Requires: before open(). Throws: std::logic_error for a wrong schema.
    TableId add_table(TableSchema schema);
    /// Requires: before open(). The reference stays valid as long as the recorder.
    TraceWriter& add_writer();
    /// May also be called between open() and close() for results known at the end; such tables come last in the file.
    void add_static(StaticTable table);
    /// Attributes of the root and of /run; a second call with the same name replaces the value. May also be called
    /// before close() for facts known at the end (digest, events). Throws: std::logic_error for a name of the format
    /// itself.
    void set_attribute(Attribute attribute);
    /// What the root attribute `created` says instead of the time of open(). Before open().
    void set_created(std::string text);
    /// Text dataset, for example /run/scenario. May also be called between open() and close().
    void add_text(std::string path, std::string text, std::string description);

    void open();
    /// Hands over all rows with time < `boundary`. Requires: no writer is writing, and none will write a row of time <
    /// `boundary` again.
    void flush(Time boundary);
    /// The same for the rows of the end, which are many and all of one time: hands over whatever waits. Requires: of
    /// the tables written to from now on, no writer with a lower number than the last one writes any more.
    void flush_last();

    /// Archives the rows recorded so far. Requires: called where flush() may be called; open.
    ///
    /// The rows go into the archive, or, if `rows_path` is given, into a file of that name beside it. That file is a
    /// second name of the log of this run where the file system allows it, so that it costs nothing: to be preferred
    /// where snapshots are taken again and again. Either way the snapshot outlives this run and its files. What was
    /// declared (attributes, texts, static tables) is not archived: the resumed run declares its own.
    /// Throws: FileError.
    void save_state(StateWriter& archive, Time boundary, const std::string& rows_path = {});
    /// Goes on where save_state() was called, in place of whatever rows wait. Requires: open, nothing handed over so
    /// far. With `PastRows::left_out` the trace has rows from the boundary on only, and says so in the attribute
    /// rows_from. A recorder that drops everything takes any snapshot. Throws: FileError for a damaged snapshot, or for
    /// one of a run with other tables; this recorder can only be destroyed then.
    void load_state(StateReader& archive, PastRows past = PastRows::kept, const std::string& rows_path = {});

    /// Hands over what is left, writes the attributes, syncs and renames.
    void close();

    const std::string& path() const { return path_; }

    bool is_writing() const { return !path_.empty(); }

    /// What was recorded; null before close() and for a recorder that is not in memory.
    std::shared_ptr<const MemoryTrace> memory() const;

  private:
    struct Impl;
    Declaration& declared();
    void hand_over(std::optional<Time> boundary);
    void seal(Time boundary);
    bool is_recording() const;

    std::string path_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spate::sim
