#include "sim/trace/row_log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <libdeflate.h>
#include <unistd.h>

#include "sim/base/check.hpp"

namespace spate::sim {

const char row_log_magic[16] = {'s', 'p', 'a', 't', 'e', '-', 'r', 'o', 'w', 's', '-', '1', '\r', '\n', '\0', '\x1A'};

namespace {

constexpr std::size_t read_step = 1 << 20;  ///< a record that lies about its size must not make us allocate it

/// A record as it is in the file, in front of its payload.
struct Header {
    LogRecord record;
    std::uint32_t checksum = 0;  ///< of the records before, this one without this field, and the payload
    std::uint32_t reserved = 0;
};

static_assert(std::is_trivially_copyable_v<Header> && sizeof(Header) == 40);

std::uint32_t checksum_of(const LogRecord& record, std::span<const std::byte> payload, std::uint32_t before) {
    return spate::sim::checksum_of(payload, spate::sim::checksum_of(std::as_bytes(std::span(&record, 1)), before));
}

}  // namespace

bool may_be_row_log(int descriptor) {
    std::array<char, sizeof row_log_magic> begin = {};
    const ssize_t count = pread(descriptor, begin.data(), begin.size(), 0);
    return count >= 0 && std::memcmp(begin.data(), row_log_magic, static_cast<std::size_t>(count)) == 0;
}

bool may_be_row_log(const std::string& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT;
    const bool result = may_be_row_log(descriptor);
    close(descriptor);
    return result;
}

std::uint32_t checksum_of(std::span<const std::byte> bytes, std::uint32_t before) {
    return libdeflate_crc32(before, bytes.data(), bytes.size());
}

RowLog::RowLog(int descriptor, std::string path)
    : descriptor_(descriptor)
    , path_(std::move(path)) {
    write(std::as_bytes(std::span(row_log_magic)));
}

void RowLog::fail(int error) const {
    throw FileError("cannot write trace " + path_ + " (" + std::generic_category().message(error) + ")");
}

void RowLog::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            fail(errno);
        }
        size_ += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

std::uint64_t RowLog::append(LogRecord record, std::span<const std::byte> payload) {
    record.bytes = payload.size();
    checksum_ = checksum_of(record, payload, checksum_);
    const Header header{.record = record, .checksum = checksum_};
    write(std::as_bytes(std::span(&header, 1)));
    const std::uint64_t offset = size_;
    write(payload);
    return offset;
}

void RowLog::read(std::uint64_t offset, std::span<std::byte> to) const {
    while (!to.empty()) {
        const ssize_t count = pread(descriptor_, to.data(), to.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            fail(count < 0 ? errno : EIO);
        }
        offset += static_cast<std::uint64_t>(count);
        to = to.subspan(static_cast<std::size_t>(count));
    }
}

void RowLog::sync() const {
    if (fdatasync(descriptor_) != 0 && errno != EINVAL) {  // EINVAL: a file system that cannot
        fail(errno);
    }
}

void RowLog::publish(const std::string& own_path, const std::string& second_path) const {
    if (!may_be_row_log(second_path)) {
        throw FileError("cannot write " + second_path + " (it is there, and is not of a snapshot)");
    }
    unlink(second_path.c_str());
    if (link(own_path.c_str(), second_path.c_str()) != 0) {
        copy_to(second_path);
    }
}

void RowLog::copy_to(const std::string& path) const {
    const int copy = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (copy < 0) {
        throw FileError("cannot write " + path + " (" + std::generic_category().message(errno) + ")");
    }
    RowLog log(copy, path, Existing{});
    try {
        std::vector<std::byte> bytes;
        for (std::uint64_t offset = 0; offset < size_; offset += bytes.size()) {
            bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size_ - offset, read_step)));
            read(offset, bytes);
            log.write(bytes);
        }
        log.sync();
    } catch (...) {
        close(copy);
        unlink(path.c_str());
        throw;
    }
    close(copy);
}

ByteSource file_source(const std::string& path, std::uint64_t limit) {
    auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
    if (!*file) {
        throw FileError("cannot read " + path + " (" + std::generic_category().message(errno) + ")");
    }
    return [file, path, left = limit](std::byte* to, std::size_t wanted) mutable {
        const auto count = static_cast<std::streamsize>(std::min<std::uint64_t>(wanted, left));
        file->read(reinterpret_cast<char*>(to), count);
        if (file->bad()) {
            throw FileError("cannot read " + path + " (" + std::generic_category().message(errno) + ")");
        }
        left -= static_cast<std::uint64_t>(file->gcount());
        return static_cast<std::size_t>(file->gcount());
    };
}

std::optional<LogRecord> LogReader::damaged() {
    is_damaged_ = true;
    return std::nullopt;
}

bool LogReader::read_magic() {
    std::array<char, sizeof row_log_magic> magic = {};
    const std::size_t count = source_(reinterpret_cast<std::byte*>(magic.data()), magic.size());
    size_ += count;
    return count == magic.size() && std::memcmp(magic.data(), row_log_magic, magic.size()) == 0;
}

bool LogReader::read_payload(std::uint64_t bytes, std::vector<std::byte>& payload) {
    payload.clear();
    while (payload.size() < bytes) {
        const std::size_t old = payload.size();
        const std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(bytes - old, read_step));
        payload.resize(old + step);
        if (source_(payload.data() + old, step) < step) {
            return false;
        }
    }
    return true;
}

std::optional<LogRecord> LogReader::next(std::vector<std::byte>& payload) {
    if (is_damaged_ || (size_ == 0 && !read_magic())) {
        return damaged();
    }
    Header header;
    const std::size_t count = source_(reinterpret_cast<std::byte*>(&header), sizeof header);
    if (count == 0) {
        return std::nullopt;
    }
    if (count < sizeof header || !read_payload(header.record.bytes, payload)) {
        return damaged();
    }
    if (header.checksum != checksum_of(header.record, payload, checksum_)) {
        return damaged();
    }
    checksum_ = header.checksum;
    size_ += sizeof header + payload.size();
    return header.record;
}

}  // namespace spate::sim
