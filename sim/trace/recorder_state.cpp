#include <algorithm>
#include <span>
#include <sstream>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/trace/table_archive.hpp"

// A snapshot of a trace:
//
//   in the archive    size, checksum, head: time, tables, rows that wait in writers, size and checksum of the log
//   in the archive    the log up to its last seal,                   or beside it, as a hard link: costs nothing,
//   or beside it      byte by byte                                   the log is only ever appended to
//
// All rows before the time are in the log, rows of that time and later wait in writers.

namespace spate::sim {

/// Rows of one table that wait in one writer.
struct WaitingRows {
    Time latest;
    std::vector<Time> times;
    std::vector<std::uint32_t> entities;
    std::vector<Cell> cells;
};

template <class Archive>
void serialize(Archive& archive, WaitingRows& rows) {
    archive(rows.latest);
    block(archive, rows.times);
    block(archive, rows.entities);
    block(archive, rows.cells);
}

struct StateHead {
    Time boundary;
    std::optional<Time> rows_from;
    bool is_recording = false;
    bool has_rows_inside = false;
    std::uint64_t log_size = 0;
    std::uint32_t log_checksum = 0;
    std::vector<TableSchema> tables;
    std::vector<std::vector<WaitingRows>> writers;  ///< by writer, by table

    bool has_waiting_rows() const {
        return std::any_of(writers.begin(), writers.end(), [](const std::vector<WaitingRows>& tables_of_writer) {
            return std::any_of(tables_of_writer.begin(), tables_of_writer.end(), [](const WaitingRows& rows) {
                return !rows.times.empty();
            });
        });
    }
};

template <class Archive>
void serialize(Archive& archive, StateHead& head) {
    archive(head.boundary,
            head.rows_from,
            head.is_recording,
            head.has_rows_inside,
            head.log_size,
            head.log_checksum,
            head.tables,
            head.writers);
}

namespace {

constexpr std::size_t copy_step = 1 << 20;

[[noreturn]] void refuse_to_resume(const std::string& path, const std::string& reason) {
    throw FileError("cannot resume trace " + path + (path.empty() ? "(" : " (") + reason + ")");
}

void write_head(StateWriter& archive, const StateHead& head) {
    std::ostringstream text;
    StateWriter inner(text);
    inner(head);
    const std::string bytes = std::move(text).str();
    const std::uint64_t size = bytes.size();
    const std::uint32_t checksum = checksum_of(std::as_bytes(std::span(bytes)));
    archive(size, checksum, cereal::binary_data(bytes.data(), bytes.size()));
}

/// The next `size` bytes of the archive; throws FileError if there are fewer.
ByteSource archive_source(StateReader& archive, std::uint64_t size, const std::string& path) {
    return [&archive, path, left = size](std::byte* to, std::size_t wanted) mutable {
        const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
        try {
            archive.loadBinary(to, static_cast<std::streamsize>(count));
        } catch (const cereal::Exception&) {
            refuse_to_resume(path, "the snapshot ends early");
        }
        left -= count;
        return count;
    };
}

/// Reads all of a source piece by piece: a size that lies must not make us allocate it.
std::string read_all(ByteSource source, std::uint64_t size) {
    std::string bytes;
    while (bytes.size() < size) {
        const std::size_t old = bytes.size();
        bytes.resize(old + static_cast<std::size_t>(std::min<std::uint64_t>(size - old, copy_step)));
        source(reinterpret_cast<std::byte*>(bytes.data()) + old, bytes.size() - old);
    }
    return bytes;
}

StateHead read_head(StateReader& archive, const std::string& path) {
    std::uint64_t size = 0;
    std::uint32_t checksum = 0;
    archive_source(archive, sizeof size, path)(reinterpret_cast<std::byte*>(&size), sizeof size);
    archive_source(archive, sizeof checksum, path)(reinterpret_cast<std::byte*>(&checksum), sizeof checksum);
    std::string bytes = read_all(archive_source(archive, size, path), size);
    if (checksum_of(std::as_bytes(std::span(bytes))) != checksum) {
        refuse_to_resume(path, "the snapshot is damaged");
    }
    std::istringstream text(std::move(bytes));
    StateReader inner(text);
    StateHead head;
    try {
        inner(head);
    } catch (const cereal::Exception&) {
        refuse_to_resume(path, "the snapshot is of another version");
    }
    return head;
}

bool is_same(const TableSchema& a, const TableSchema& b) {
    const auto is_same_column = [](const Column& left, const Column& right) {
        return left.name == right.name && left.type == right.type && left.codes == right.codes
               && left.scale == right.scale && left.unit == right.unit;
    };
    return a.path == b.path && a.entities == b.entities && a.columns.size() == b.columns.size()
           && std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), is_same_column);
}

void check_tables(const std::string& path, const std::vector<TableSchema>& now, const std::vector<TableSchema>& then) {
    for (std::size_t i = 0; i < std::max(now.size(), then.size()); ++i) {
        if (i >= now.size() || i >= then.size() || !is_same(now[i], then[i])) {
            const std::string& name = i < then.size() ? then[i].path : now[i].path;
            refuse_to_resume(path, "table " + name + " is not the same in the snapshot and in this run");
        }
    }
}

}  // namespace

void Recorder::save_state(StateWriter& archive, Time boundary, const std::string& rows_path) {
    SPATE_EXPECT(impl_->state == Impl::State::open && !impl_->in_memory);
    StateHead head;
    head.boundary = boundary;
    head.rows_from = impl_->rows_from;
    head.is_recording = is_writing();
    head.tables = impl_->known.tables;
    if (!is_writing()) {
        write_head(archive, head);
        return;
    }
    seal(boundary);
    impl_->queue.wait_until_done();
    head.has_rows_inside = rows_path.empty();
    head.log_size = impl_->log->size();
    head.log_checksum = impl_->log->checksum();
    for (const auto& writer : impl_->writers) {
        auto& tables = head.writers.emplace_back();
        for (const TraceWriter::Buffer& buffer : writer->buffers_) {
            tables.push_back({buffer.latest, buffer.times, buffer.entities, buffer.cells});
        }
    }
    write_head(archive, head);
    if (!rows_path.empty()) {
        impl_->log->publish(impl_->files->partial_path(), rows_path);
        return;
    }
    std::vector<std::byte> bytes;
    for (std::uint64_t offset = 0; offset < head.log_size; offset += bytes.size()) {
        bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(head.log_size - offset, copy_step)));
        impl_->log->read(offset, bytes);
        archive.saveBinary(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
}

void Recorder::load_state(StateReader& archive, PastRows past, const std::string& rows_path) {
    SPATE_EXPECT(impl_->state == Impl::State::open);
    StateHead head = read_head(archive, path_);
    const bool is_kept = is_writing() && past == PastRows::kept;
    if (is_kept && !head.is_recording) {
        refuse_to_resume(path_, "the run of the snapshot had no trace; its rows are not known");
    }
    if (is_kept || (is_writing() && head.has_waiting_rows())) {
        check_tables(path_, impl_->known.tables, head.tables);
    }
    impl_->queue.wait_until_done();
    impl_->drop_waiting_rows();
    impl_->rows_from = past == PastRows::kept ? head.rows_from : head.boundary;
    if (head.has_rows_inside) {
        impl_->load_rows(path_, archive_source(archive, head.log_size, path_), head, is_kept);
    } else if (is_kept) {
        impl_->load_rows(path_, file_source(rows_path, head.log_size), head, true);
    }
    if (is_writing()) {
        impl_->load_waiting_rows(path_, std::move(head));
    }
}

/// Reads the records even if they are not wanted: what follows in the archive belongs to others.
void Recorder::Impl::load_rows(const std::string& path, ByteSource source, const StateHead& head, bool is_kept) {
    LogReader reader(std::move(source));
    std::optional<std::string> problem;
    if (is_kept) {
        problem = store->replay(reader);
    } else {
        std::vector<std::byte> payload;
        while (reader.next(payload)) {
        }
    }
    if (problem) {
        refuse_to_resume(path, *problem);
    }
    if (reader.size() != head.log_size || reader.checksum() != head.log_checksum) {
        refuse_to_resume(path, "its rows are not those of the snapshot");
    }
}

void Recorder::Impl::load_waiting_rows(const std::string& path, StateHead head) {
    if (!head.has_waiting_rows()) {
        return;
    }
    if (head.writers.size() != writers.size()) {
        refuse_to_resume(path,
                         "the run of the snapshot had " + std::to_string(head.writers.size())
                             + " writers of rows, this one has " + std::to_string(writers.size()));
    }
    for (std::size_t w = 0; w < writers.size(); ++w) {
        for (std::size_t t = 0; t < head.writers[w].size(); ++t) {
            WaitingRows& rows = head.writers[w][t];
            TraceWriter::Buffer& buffer = writers[w]->buffers_[t];
            buffer.latest = rows.latest;
            waiting.fetch_add(rows.times.size() * sizeof(Time) + rows.cells.size() * sizeof(Cell));
            buffer.times = std::move(rows.times);
            buffer.entities = std::move(rows.entities);
            buffer.cells = std::move(rows.cells);
        }
    }
}

void Recorder::Impl::drop_waiting_rows() {
    waiting = 0;
    for (const auto& writer : writers) {
        writer->uncounted_ = 0;
        for (TraceWriter::Buffer& buffer : writer->buffers_) {
            buffer.latest = Time{INT64_MIN};
            buffer.times.clear();
            buffer.entities.clear();
            buffer.cells.clear();
        }
    }
}

}  // namespace spate::sim
