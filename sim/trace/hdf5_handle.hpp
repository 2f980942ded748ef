#pragma once

#include <mutex>
#include <string>
#include <utility>

#include <hdf5.h>

/// A thin safe layer over the C interface of HDF5. Included only by the sources of sim/trace.
///
/// 1. Every call happens under a LibraryLock: the library may have been built without locks of its own.
/// 2. Every result goes through check() or a Handle; a failure throws FileError with the innermost reason.
/// 3. After the first failure a file is broken: its handles are leaked and the library is never called for it again.
///    (HDF5 1.10 crashes when it closes a file whose writes failed.)
namespace spate::sim::h5 {

/// Held during any call of the library. May be taken again by its holder.
/// Prepares the library first: no clean-up at exit, no printing, no plug-ins.
class LibraryLock {
  public:
    LibraryLock();
    LibraryLock(const LibraryLock&) = delete;
    LibraryLock& operator=(const LibraryLock&) = delete;

  private:
    std::lock_guard<std::recursive_mutex> guard_;
};

/// What all handles of one open file share.
struct FileState {
    std::string path;        ///< as the user knows it, for messages
    std::string failure;     ///< start of a message: "cannot write trace", "cannot read"
    bool is_broken = false;  ///< the library failed for this file: never call it again
};

/// Marks the file as broken and throws FileError("<failure> <path> (<innermost reason>)").
[[noreturn]] void fail(FileState& file);

/// The result of a call of the library. Throws: FileError if it is negative.
template <class Result>
Result check(FileState& file, Result result) {
    if (result < 0) {
        fail(file);
    }
    return result;
}

/// Owns one identifier of the library; closed unless the file is broken. The FileState must outlive it.
class Handle {
  public:
    using Closer = herr_t (*)(hid_t);

    Handle() = default;

    /// Throws: FileError if `id` is negative.
    Handle(FileState& file, hid_t id, Closer closer)
        : file_(&file)
        , id_(check(file, id))
        , closer_(closer) {}

    Handle(Handle&& other) noexcept { swap(other); }

    Handle& operator=(Handle&& other) noexcept {
        Handle taken(std::move(other));
        swap(taken);
        return *this;
    }

    ~Handle() {
        if (id_ >= 0 && !file_->is_broken) {
            const LibraryLock lock;
            closer_(id_);
        }
    }

    hid_t id() const { return id_; }

    bool is_open() const { return id_ >= 0; }

    /// Closes now and reports a failure. Throws: FileError.
    void close();

  private:
    void swap(Handle& other) noexcept {
        std::swap(file_, other.file_);
        std::swap(id_, other.id_);
        std::swap(closer_, other.closer_);
    }

    FileState* file_ = nullptr;
    hid_t id_ = -1;
    Closer closer_ = nullptr;
};

}  // namespace spate::sim::h5
