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
#include "sim/trace/file_lock.hpp"
#include "sim/trace/row_log.hpp"

namespace spate::sim {

namespace {

std::string error_text(int error) {
    return std::generic_category().message(error);
}

/// Writes all of it, or returns why not.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return 0;
}

}  // namespace

PartialFile::PartialFile(std::string path, bool overwrite, std::string what, Named /*named*/)
    : what_(std::move(what))
    , path_(std::move(path))
    , partial_path_(path_ + ".partial")
    , new_path_(path_ + ".new")
    , overwrite_(overwrite) {
    check_target(path_, overwrite_, what_);
}

PartialFile::PartialFile(std::string path, bool overwrite, std::string what)
    : PartialFile(std::move(path), overwrite, std::move(what), Named{}) {
    while (!create_locked()) {
        remove_abandoned();
    }
    if (const int error = write_all(descriptor_, {row_log_magic, sizeof row_log_magic}); error != 0) {
        fail(error);
    }
    check_new();
}

PartialFile::PartialFile(const std::string& path, bool overwrite, Taken /*taken*/)
    : PartialFile(path, overwrite, "trace", Named{}) {
    is_taken_ = true;
    if (!lock_abandoned()) {
        refuse("there is no " + partial_path_ + " to make it of");
    }
    remove_abandoned_new();
}

PartialFile::~PartialFile() {
    if (descriptor_ < 0) {
        return;
    }
    drop_new();
    if (is_published_ || !is_taken_) {
        unlink(partial_path_.c_str());
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

void PartialFile::refuse(const std::string& why) const {
    throw FileError("cannot write " + what_ + " " + path_ + " (" + why + ")");
}

void PartialFile::fail(int error) const {
    refuse(error_text(error));
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
        refuse(partial_path_ + ": " + error_text(errno));
    }
    if (descriptor_ < 0) {
        return false;
    }
    const LockResult lock = lock_whole_file(descriptor_);
    const int error = errno;
    if (lock == LockResult::taken) {
        return true;
    }
    const std::string holder = lock_holder(descriptor_);
    close(std::exchange(descriptor_, -1));
    if (lock == LockResult::impossible) {
        fail(error);
    }
    throw FileError("cannot write " + what_ + " " + path_ + " (" + holder + " is writing it). wait for it, or give "
                    "another name?");
}

void PartialFile::remove_abandoned() {
    if (!lock_abandoned()) {
        return;
    }
    if (!may_be_row_log(descriptor_)) {
        close(std::exchange(descriptor_, -1));
        refuse(partial_path_ + " was not left by a run. move it away?");
    }
    if (is_still_named()) {
        remove_abandoned_new();
        unlink(partial_path_.c_str());
    }
    close(std::exchange(descriptor_, -1));
}

/// What the killed writer of the partial file had begun to make of it: an empty or foreign one proves nothing.
void PartialFile::remove_abandoned_new() const {
    struct stat partial = {};
    struct stat left = {};
    if (fstat(descriptor_, &partial) == 0 && partial.st_size >= static_cast<off_t>(sizeof row_log_magic)
        && may_be_row_log(descriptor_) && lstat(new_path_.c_str(), &left) == 0 && S_ISREG(left.st_mode)) {
        unlink(new_path_.c_str());
    }
}

void PartialFile::check_new() const {
    struct stat status = {};
    if (lstat(new_path_.c_str(), &status) == 0) {
        refuse(new_path_ + " is in the way, and was not left by a run. move it away?");
    }
}

void PartialFile::drop_new() {
    if (std::exchange(has_new_, false)) {
        // HDF5 may hold the new file open until the process ends; give the disk space back now.
        [[maybe_unused]] const int ignored = truncate(new_path_.c_str(), 0);
        unlink(new_path_.c_str());
    }
}

const std::string& PartialFile::make_new() {
    drop_new();
    const int descriptor = open(new_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        const int error = errno;
        check_new();
        fail(error);
    }
    has_new_ = true;
    close(descriptor);
    return new_path_;
}

void PartialFile::write_new(std::string_view begin, std::string_view rest) {
    const int descriptor = open(make_new().c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    int error = descriptor < 0 ? errno : write_all(descriptor, begin);
    if (error == 0) {
        error = write_all(descriptor, rest);
    }
    close(descriptor);
    if (error != 0) {
        drop_new();
        refuse(error_text(error) + "; " + std::to_string(begin.size() + rest.size()) + " bytes are needed");
    }
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
        refuse("it appeared while this run was going on");
    }
    const bool is_unsupported = errno == EINVAL || errno == ENOSYS;
    if (!is_unsupported || std::rename(new_path_.c_str(), path_.c_str()) != 0) {
        fail(errno);
    }
}

void PartialFile::publish(std::string_view begin, std::string_view rest) {
    write_new(begin, rest);
    publish();
}

void PartialFile::publish() {
    sync(new_path_, O_RDWR);
    rename_to_target();
    has_new_ = false;
    is_published_ = true;
    sync_folder();
}

void PartialFile::sync_folder() const {
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
