#include "sim/trace/partial_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/check.hpp"
#include "sim/trace/row_log.hpp"

namespace spate::sim {

namespace {

std::string error_text(int error) {
    return std::generic_category().message(error);
}

enum class LockResult : std::uint8_t { taken, held_by_another, impossible };

LockResult lock_whole_file(int descriptor) {
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0) {
        return LockResult::taken;
    }
    return errno == EAGAIN || errno == EACCES ? LockResult::held_by_another : LockResult::impossible;
}

}  // namespace

PartialFile::PartialFile(std::string path, bool overwrite, std::string what)
    : what_(std::move(what))
    , path_(std::move(path))
    , partial_path_(path_ + ".partial")
    , new_path_(path_ + ".new")
    , overwrite_(overwrite) {
    check_target(path_, overwrite_, what_);
    try {
        while (!create_locked()) {
            remove_abandoned();
        }
    } catch (...) {
        if (descriptor_ >= 0) {
            close(descriptor_);
        }
        throw;
    }
}

PartialFile::PartialFile(const std::string& path, bool overwrite, Taken /*taken*/)
    : path_(path)
    , partial_path_(path_ + ".partial")
    , new_path_(path_ + ".new")
    , overwrite_(overwrite)
    , is_taken_(true) {
    check_target(path_, overwrite_, what_);
    if (!lock_abandoned()) {
        throw FileError("cannot write " + what_ + " " + path_ + " (there is no " + partial_path_ + " to make it of)");
    }
}

PartialFile::~PartialFile() {
    if (!is_published_) {
        // HDF5 may hold the new file open until the process ends; give the disk space back now.
        [[maybe_unused]] const int ignored = truncate(new_path_.c_str(), 0);
        unlink(new_path_.c_str());
        if (!is_taken_) {
            unlink(partial_path_.c_str());
        }
    }
    close(descriptor_);
}

void PartialFile::check_target(const std::string& path, bool overwrite, const std::string& what) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        return;
    }
    if (S_ISDIR(status.st_mode)) {
        throw FileError("cannot write " + what + " " + path + " (it is a folder)");
    }
    if (!overwrite) {
        throw FileError("cannot write " + what + " " + path + " (it exists). Overwrite it?");
    }
}

void PartialFile::fail(int error) const {
    throw FileError("cannot write " + what_ + " " + path_ + " (" + error_text(error) + ")");
}

/// Always a new file: this process may still hold a broken one of that name open. False if the name is taken.
bool PartialFile::create_locked() {
    descriptor_ = open(partial_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno == EEXIST) {
        return false;
    }
    if (descriptor_ < 0) {
        fail(errno);
    }
    const LockResult lock = lock_whole_file(descriptor_);
    if (lock == LockResult::impossible) {
        fail(errno);
    }
    if (lock == LockResult::taken && is_still_named()) {
        return true;
    }
    close(std::exchange(descriptor_, -1));  // another run took it for abandoned before it was locked
    return false;
}

/// Opens and locks the partial file of a run that crashed; false if there is none. Throws: FileError if its run is
/// alive.
bool PartialFile::lock_abandoned() {
    descriptor_ = open(partial_path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor_ < 0 && errno != ENOENT) {
        fail(errno);
    }
    if (descriptor_ < 0) {
        return false;
    }
    const LockResult lock = lock_whole_file(descriptor_);
    const int error = errno;
    if (lock == LockResult::taken) {
        return true;
    }
    close(std::exchange(descriptor_, -1));
    if (lock == LockResult::impossible) {
        fail(error);
    }
    throw FileError("cannot write " + what_ + " " + path_ + " (another run is writing " + partial_path_ + ")");
}

void PartialFile::remove_abandoned() {
    if (!lock_abandoned()) {
        return;
    }
    if (!may_be_row_log(descriptor_)) {
        close(std::exchange(descriptor_, -1));
        throw FileError("cannot write " + what_ + " " + path_ + " (" + partial_path_
                        + " was not left by a run). move it away?");
    }
    if (is_still_named()) {
        unlink(partial_path_.c_str());
    }
    close(std::exchange(descriptor_, -1));
}

bool PartialFile::is_still_named() const {
    struct stat opened = {};
    struct stat named = {};
    return fstat(descriptor_, &opened) == 0 && stat(partial_path_.c_str(), &named) == 0 && opened.st_ino == named.st_ino
           && opened.st_dev == named.st_dev;
}

void PartialFile::rename_to_target() const {
    const unsigned flags = overwrite_ ? 0 : RENAME_NOREPLACE;
    if (renameat2(AT_FDCWD, new_path_.c_str(), AT_FDCWD, path_.c_str(), flags) == 0) {
        return;
    }
    if (!overwrite_ && errno == EEXIST) {
        throw FileError("cannot write " + what_ + " " + path_ + " (it appeared while this run was going on)");
    }
    const bool is_unsupported = errno == EINVAL || errno == ENOSYS;
    if (!is_unsupported || std::rename(new_path_.c_str(), path_.c_str()) != 0) {
        fail(errno);
    }
}

void PartialFile::publish() {
    sync(new_path_, O_RDWR);
    rename_to_target();
    is_published_ = true;
    unlink(partial_path_.c_str());
    const std::size_t slash = path_.rfind('/');
    sync(slash == std::string::npos ? "." : path_.substr(0, slash + 1), O_RDONLY | O_DIRECTORY);
}

void PartialFile::sync(const std::string& path, int flags) const {
    const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) {
        fail(errno);
    }
    const int result = fsync(descriptor);
    const int error = errno;
    close(descriptor);
    if (result != 0 && error != EINVAL) {  // EINVAL: a file system without durable folders
        fail(error);
    }
}

}  // namespace spate::sim
