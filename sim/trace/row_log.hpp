#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spate::sim {

/// What a record of a row log is.
enum class RecordKind : std::uint32_t {
    declaration = 1,  ///< tables, texts, static tables; the first record
    chunk = 2,        ///< a full chunk of one column, as the trace will store it
    tail = 3,         ///< values of one column after its last chunk and its last tail; superseded by the next chunk
    seal = 4,         ///< the records so far hold all rows before a time
};

struct LogRecord {
    RecordKind kind = RecordKind::seal;
    std::uint32_t column = 0;  ///< over all tables
    std::int64_t first = 0;    ///< first row; for a seal the time [microseconds]
    std::uint64_t rows = 0;    ///< for a seal: number of tables
    std::uint64_t bytes = 0;   ///< of the payload
};

/// The rows of a run while it goes on: an append-only file of records, each with a checksum that covers all records
/// before it too. The prefix that ends with a seal can be trusted whatever follows, so a copy or a hard link of the
/// file with the length and checksum of a prefix is a snapshot of the rows.
///
/// Threads: one at a time.
class RowLog {
  public:
    /// Starts a log in an empty file that is open for reading and writing and outlives this. `path` is for messages.
    /// Throws: FileError, as all functions.
    RowLog(int descriptor, std::string path);

    /// A log that is there already, for reading: nothing can be appended.
    static RowLog for_reading(int descriptor, std::string path) { return {descriptor, std::move(path), Existing{}}; }

    /// Place of the payload in the file. record.bytes is set from `payload`.
    std::uint64_t append(LogRecord record, std::span<const std::byte> payload);
    void read(std::uint64_t offset, std::span<std::byte> to) const;
    /// Makes everything durable.
    void sync() const;

    /// Gives the log a second name, or copies it if the file system cannot: `own_path` is its first name. What is
    /// appended later may or may not be found under the second name too. A log of that name is replaced, but not at
    /// one blow; any other file is left alone.
    void publish(const std::string& own_path, const std::string& second_path) const;

    std::uint64_t size() const { return size_; }

    /// Checksum of all records so far.
    std::uint32_t checksum() const { return checksum_; }

  private:
    struct Existing {};

    RowLog(int descriptor, std::string path, Existing /*existing*/)
        : descriptor_(descriptor)
        , path_(std::move(path)) {}

    [[noreturn]] void fail(int error) const;
    void write(std::span<const std::byte> bytes);
    void copy_to(const std::string& path) const;

    int descriptor_;
    std::string path_;
    std::uint64_t size_ = 0;
    std::uint32_t checksum_ = 0;
};

/// Reads up to `size` bytes; fewer only at the end.
using ByteSource = std::function<std::size_t(std::byte* to, std::size_t size)>;

/// The first `limit` bytes of a file. Throws: FileError, also later.
ByteSource file_source(const std::string& path, std::uint64_t limit = UINT64_MAX);

/// Reads the records of a row log and checks them.
class LogReader {
  public:
    explicit LogReader(ByteSource source)
        : source_(std::move(source)) {}

    /// The next record and its payload; nothing after the last one. A record that is cut off or damaged ends the log
    /// and makes is_damaged() true. Throws: what the source throws.
    std::optional<LogRecord> next(std::vector<std::byte>& payload);

    bool is_damaged() const { return is_damaged_; }

    /// Of what has been read.
    std::uint64_t size() const { return size_; }

    std::uint32_t checksum() const { return checksum_; }

  private:
    bool read_magic();
    bool read_payload(std::uint64_t bytes, std::vector<std::byte>& payload);
    std::optional<LogRecord> damaged();

    ByteSource source_;
    std::uint64_t size_ = 0;
    std::uint32_t checksum_ = 0;
    bool is_damaged_ = false;
};

/// How a row log begins; no other file of ours does.
extern const char row_log_magic[16];

/// Whether an open file is a row log, as far as its writer got, or empty.
bool may_be_row_log(int descriptor);
/// The same of a path; true where there is no file, false for links to one.
bool may_be_row_log(const std::string& path);

/// CRC-32 (polynomial of zlib), started with that of what came before.
std::uint32_t checksum_of(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace spate::sim
