#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sim/trace/batch_queue.hpp"
#include "sim/trace/hdf5_writer.hpp"
#include "sim/trace/memory_trace.hpp"
#include "sim/trace/partial_file.hpp"
#include "sim/trace/recorder.hpp"
#include "sim/trace/row_store.hpp"

namespace spate::sim {

/// A text dataset, not yet written.
struct TraceText {
    std::string path;
    std::string text;
    std::string description;
};

/// All of a trace but the rows: the first record of the row log.
struct Declaration {
    std::string created;  ///< when the run was started, ISO 8601, UTC
    std::vector<TableSchema> tables;
    std::vector<TraceText> texts;
    std::vector<StaticTable> statics;
    std::vector<Attribute> attributes;
};

void write_declaration(RowLog& log, const Declaration& declaration);

/// Writes the texts and static tables of `known`, then the tables with their rows, then the results. To be published.
void write_trace(PartialFile& files, const Declaration& known, const Declaration& results, const RowStore& rows);

struct StateHead;

struct Recorder::Impl {
    enum class State : std::uint8_t { declaring, open, closed };

    void check_declared() const;
    void write_batches();
    void stop_thread();
    void open_log(const std::string& path);
    RowBatch gather(TableId table, std::optional<Time> boundary);
    bool keeps(const std::string& path) const;
    void close_memory();
    void drop_waiting_rows();
    void load_rows(const std::string& path, ByteSource source, const StateHead& head, bool is_kept);
    void load_waiting_rows(const std::string& path, StateHead head);

    bool has_created = false;  ///< set_created() was called
    unsigned packers = 1;
    State state = State::declaring;
    Declaration known;    ///< tables; texts and static tables declared before open()
    Declaration results;  ///< texts and static tables declared after open(); all attributes
    std::vector<std::unique_ptr<TraceWriter>> writers;

    /// Rows before are not in this trace: it was started from a snapshot.
    std::optional<Time> rows_from;
    std::atomic<std::size_t> waiting = 0;
    std::size_t next_handover = 0;
    std::chrono::steady_clock::time_point next_seal;
    std::atomic<bool> has_failed = false;
    BatchQueue queue;
    std::unique_ptr<PartialFile> files;
    std::unique_ptr<RowLog> log;
    std::unique_ptr<RowStore> store;
    std::thread thread;
    std::optional<InMemory> in_memory;          ///< a recorder that writes no file
    std::shared_ptr<const MemoryTrace> memory;  ///< what it recorded, when closed

    Impl();
};

}  // namespace spate::sim
