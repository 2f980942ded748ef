#include "sim/trace/recorder.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/trace/recorder_impl.hpp"
#include "sim/trace/schema_check.hpp"

// From a row to the file:
//
//   process threads          coordinator, at a window end           writing thread               packing threads
//   TraceWriter::row   ──►   flush: copies rows before the   ──►    merges by time,       ──►    shuffle and compress
//   (own buffers)            boundary, writer by writer             cuts into columns            full chunks
//                                          bounded queue                  │ in order  ◄───────────────┘
//                                                                         ▼
//                                                    <path>.partial: log of chunks, sealed every ten seconds
//
// 1. A writer's buffers are touched by its process only, except during flush, when no process runs.
// 2. A batch holds the rows of one table, writer 0 first; a stable sort by time then gives the promised order.
// 3. All rows before the boundary are in the batch, so batches follow each other in time.
// 4. The trace is written when the run is over, by the thread that calls close(): it copies the compressed chunks. No
//    other thread calls HDF5, so a full disk in the middle of a run cannot bring the library down.

namespace spate::sim {

namespace {

constexpr std::size_t handover_bytes = 16 << 20;  ///< flush() does nothing while less than this waits
constexpr std::size_t queue_bytes = 64 << 20;
constexpr std::chrono::seconds seal_interval{10};
constexpr std::size_t count_step = 4 << 10;  ///< a writer reports its bytes in steps: the counter is shared

}  // namespace

void TraceWriter::append(TableId table, Time time, std::uint32_t entity, std::span<const Cell> cells) {
    SPATE_EXPECT(table.value < buffers_.size());
    Buffer& buffer = buffers_[table.value];
    if (!buffer.is_kept) {
        return;
    }
    SPATE_EXPECT(cells.size() == buffer.width);
    SPATE_EXPECT(time >= buffer.latest);
    buffer.latest = time;
    buffer.times.push_back(time);
    if (buffer.is_grid) {
        buffer.entities.push_back(entity);
    }
    buffer.cells.insert(buffer.cells.end(), cells.begin(), cells.end());
    uncounted_ += sizeof(Time) + cells.size_bytes();
    if (uncounted_ >= count_step) {
        waiting_->fetch_add(std::exchange(uncounted_, 0), std::memory_order_relaxed);
    }
}

void TraceWriter::add_buffer(const TableSchema& table, bool is_kept) {
    Buffer& buffer = buffers_.emplace_back();
    buffer.is_kept = is_kept;
    buffer.width = static_cast<std::uint32_t>(table.columns.size());
    buffer.is_grid = table.entities > 0;
}

Recorder::Impl::Impl()
    : next_handover(handover_bytes)
    , queue(queue_bytes) {}

Recorder::Recorder()
    : impl_(std::make_unique<Impl>()) {}

Recorder::Recorder(std::string path, bool overwrite)
    : Recorder(std::move(path), overwrite, ChunkPacker::default_threads()) {}

Recorder::Recorder(std::string path, bool overwrite, unsigned packing_threads)
    : path_(std::move(path))
    , impl_(std::make_unique<Impl>()) {
    SPATE_EXPECT(!path_.empty());
    impl_->files = std::make_unique<PartialFile>(path_, overwrite);
    impl_->packers = packing_threads;
}

Recorder::Recorder(InMemory kept)
    : impl_(std::make_unique<Impl>()) {
    impl_->in_memory = std::move(kept);
}

Recorder::~Recorder() {
    impl_->queue.drop_all();
    impl_->stop_thread();
}

TableId Recorder::add_table(TableSchema schema) {
    SPATE_EXPECT(impl_->state == Impl::State::declaring);
    check_schema(schema);
    for (const auto& writer : impl_->writers) {
        writer->add_buffer(schema, impl_->keeps(schema.path));
    }
    auto& tables = impl_->known.tables;
    tables.push_back(std::move(schema));
    return {static_cast<std::uint32_t>(tables.size() - 1)};
}

TraceWriter& Recorder::add_writer() {
    SPATE_EXPECT(impl_->state == Impl::State::declaring);
    TraceWriter& writer = *impl_->writers.emplace_back(std::make_unique<TraceWriter>());
    if (is_recording()) {
        writer.waiting_ = &impl_->waiting;
    }
    for (const TableSchema& table : impl_->known.tables) {
        writer.add_buffer(table, impl_->keeps(table.path));
    }
    return writer;
}

void Recorder::add_static(StaticTable table) {
    SPATE_EXPECT(impl_->state != Impl::State::closed);
    check_schema(table);
    if (is_recording()) {
        declared().statics.push_back(std::move(table));
    }
}

void Recorder::add_text(std::string path, std::string text, std::string description) {
    SPATE_EXPECT(impl_->state != Impl::State::closed);
    check_path(path);
    if (is_recording()) {
        declared().texts.push_back({std::move(path), std::move(text), std::move(description)});
    }
}

void Recorder::set_attribute(Attribute attribute) {
    SPATE_EXPECT(impl_->state != Impl::State::closed);
    if (attribute.name.empty() || is_reserved_attribute(attribute.name)) {
        throw std::logic_error("attribute '" + attribute.name + "' belongs to the file format itself");
    }
    auto& all = impl_->results.attributes;
    const auto known =
        std::find_if(all.begin(), all.end(), [&](const Attribute& a) { return a.name == attribute.name; });
    if (known != all.end()) {
        *known = std::move(attribute);
    } else {
        all.push_back(std::move(attribute));
    }
}

void Recorder::set_created(std::string text) {
    SPATE_EXPECT(impl_->state == Impl::State::declaring);
    impl_->known.created = std::move(text);
    impl_->has_created = true;
}

/// Whether anything is kept of what is declared and written.
bool Recorder::is_recording() const {
    return is_writing() || impl_->in_memory;
}

std::shared_ptr<const MemoryTrace> Recorder::memory() const {
    return impl_->memory;
}

bool Recorder::Impl::keeps(const std::string& path) const {
    return !in_memory || std::any_of(in_memory->folders.begin(), in_memory->folders.end(), [&](const auto& folder) {
        return path.starts_with(folder);
    });
}

/// Where texts and static tables go that are declared now.
Declaration& Recorder::declared() {
    return impl_->state == Impl::State::declaring ? impl_->known : impl_->results;
}

void Recorder::open() {
    SPATE_EXPECT(impl_->state == Impl::State::declaring);
    impl_->state = Impl::State::open;
    if (is_recording()) {
        impl_->check_declared();
    }
    if (is_writing()) {
        impl_->open_log(path_);
    }
}

void Recorder::Impl::check_declared() const {
    std::set<std::string> used;
    const auto claim = [&](const std::string& path) {
        if (!used.insert(path).second) {
            throw std::logic_error("table " + path + ": declared twice");
        }
    };
    for (const TraceText& text : known.texts) {
        claim(text.path);
    }
    for (const StaticTable& table : known.statics) {
        claim(table.path);
    }
    for (const TableSchema& table : known.tables) {
        claim(table.path);
    }
}

void Recorder::Impl::open_log(const std::string& path) {
    log = std::make_unique<RowLog>(files->descriptor(), path);
    if (!has_created) {
        known.created = now_iso8601();
    }
    known.attributes = results.attributes;
    write_declaration(*log, known);
    store = std::make_unique<RowStore>(*log, known.tables, packers);
    next_seal = std::chrono::steady_clock::now() + seal_interval;
    thread = std::thread([this] { write_batches(); });
}

void Recorder::flush(Time boundary) {
    if (!is_writing()) {
        return;
    }
    SPATE_EXPECT(impl_->state == Impl::State::open);
    if (impl_->has_failed.load(std::memory_order_acquire)) {
        impl_->queue.rethrow_failure();
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= impl_->next_seal) {
        seal(boundary);
        impl_->next_seal = now + seal_interval;
    } else if (impl_->waiting.load(std::memory_order_relaxed) >= impl_->next_handover) {
        hand_over(boundary);
    }
}

void Recorder::flush_last() {
    if (is_writing() && impl_->waiting.load(std::memory_order_relaxed) >= impl_->next_handover) {
        hand_over(std::nullopt);
    }
}

/// Hands over the rows before the boundary; all rows if there is none.
void Recorder::hand_over(std::optional<Time> boundary) {
    for (std::uint32_t table = 0; table < impl_->known.tables.size(); ++table) {
        RowBatch batch = impl_->gather({table}, boundary);
        if (!batch.times.empty()) {
            impl_->waiting.fetch_sub(batch.times.size() * sizeof(Time) + batch.cells.size() * sizeof(Cell));
            impl_->queue.push(std::move(batch));
        } else {
            impl_->queue.give_spare(std::move(batch));
        }
    }
    impl_->next_handover = impl_->waiting.load() + handover_bytes;
}

/// Hands over the rows before the boundary and has the log say so.
void Recorder::seal(Time boundary) {
    hand_over(boundary);
    RowBatch mark;
    mark.seal = boundary;
    impl_->queue.push(std::move(mark));
}

RowBatch Recorder::Impl::gather(TableId table, std::optional<Time> boundary) {
    RowBatch batch = queue.take_spare();
    batch.table = table;
    for (const auto& writer : writers) {
        waiting.fetch_add(std::exchange(writer->uncounted_, 0), std::memory_order_relaxed);
        TraceWriter::Buffer& from = writer->buffers_[table.value];
        const auto end =
            boundary ? std::lower_bound(from.times.begin(), from.times.end(), *boundary) : from.times.end();
        const auto rows = end - from.times.begin();
        if (rows == 0) {
            continue;
        }
        const auto move_front = [](auto& source, auto& target, std::ptrdiff_t count) {
            target.insert(target.end(), source.begin(), source.begin() + count);
            source.erase(source.begin(), source.begin() + count);
        };
        move_front(from.cells, batch.cells, rows * static_cast<std::ptrdiff_t>(from.width));
        move_front(from.entities, batch.entities, from.is_grid ? rows : 0);
        move_front(from.times, batch.times, rows);
    }
    return batch;
}

void Recorder::Impl::write_batches() {
    try {
        while (std::optional<RowBatch> batch = queue.pop()) {
            if (batch->seal) {
                store->seal(*batch->seal);
            } else {
                store->append(*batch);
                queue.give_spare(std::move(*batch));
            }
        }
        store->settle();
    } catch (...) {
        queue.fail(std::current_exception());
        has_failed.store(true, std::memory_order_release);
    }
}

void Recorder::Impl::stop_thread() {
    if (thread.joinable()) {
        thread.join();
    }
}

void Recorder::close() {
    SPATE_EXPECT(impl_->state == Impl::State::open);
    if (!is_writing()) {
        impl_->state = Impl::State::closed;
        if (impl_->in_memory) {
            impl_->close_memory();
        }
        return;
    }
    hand_over(std::nullopt);
    impl_->state = Impl::State::closed;
    impl_->queue.end();
    impl_->stop_thread();
    impl_->queue.rethrow_failure();
    if (impl_->rows_from) {
        impl_->results.attributes.push_back({"rows_from", "", impl_->rows_from->us, false});
    }
    write_trace(*impl_->files, impl_->known, impl_->results, *impl_->store);
    impl_->files->publish();
    impl_->files.reset();
}

/// In the order of a file: see write_trace().
void Recorder::Impl::close_memory() {
    auto trace = std::make_shared<MemoryTrace>();
    const auto add_statics = [&](const Declaration& part) {
        for (const TraceText& text : part.texts) {
            trace->add_text(text.path, text.text, text.description);
        }
        for (const StaticTable& table : part.statics) {
            trace->add(table);
        }
    };
    add_statics(known);
    for (std::uint32_t table = 0; table < known.tables.size(); ++table) {
        if (keeps(known.tables[table].path)) {
            trace->add(known.tables[table], gather({table}, std::nullopt));
        }
    }
    add_statics(results);
    trace->set_attributes(std::move(results.attributes));
    memory = std::move(trace);
}

void write_trace(PartialFile& files, const Declaration& known, const Declaration& results, const RowStore& rows) {
    Hdf5Writer file(files.path(), files.make_new(), known.created);
    const auto add_statics = [&](const Declaration& part) {
        for (const TraceText& text : part.texts) {
            file.add_text(text.path, text.text, text.description);
        }
        for (const StaticTable& table : part.statics) {
            file.add_static(table);
        }
    };
    add_statics(known);
    for (const StoredTable& table : rows.tables()) {
        file.add_table(table, rows.log());
    }
    add_statics(results);
    file.finish(results.attributes);
}

}  // namespace spate::sim
