#include "sim/trace/file_lock.hpp"

#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>

namespace spate::sim {

namespace {

namespace fs = std::filesystem;

/// Whether a descriptor of a process, `<process>/fd/<n>`, has the file open and locked.
bool is_lock(const fs::path& process, const fs::path& opened, const struct stat& file) {
    struct stat status = {};
    if (stat(opened.c_str(), &status) != 0 || status.st_ino != file.st_ino || status.st_dev != file.st_dev) {
        return false;
    }
    std::ifstream facts(process / "fdinfo" / opened.filename());
    std::string text;
    std::getline(facts, text, '\0');  // all of it; one that is closed while it is read is an end, not an exception
    return text.find("\nlock:") != std::string::npos;
}

bool is_holder(const fs::path& process, const struct stat& file) {
    std::error_code error;  // processes end while we look
    for (fs::directory_iterator opened(process / "fd", error), end; !error && opened != end; opened.increment(error)) {
        if (is_lock(process, opened->path(), file)) {
            return true;
        }
    }
    return false;
}

}  // namespace

LockResult lock_whole_file(int descriptor) {
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0) {
        return LockResult::taken;
    }
    return errno == EAGAIN || errno == EACCES ? LockResult::held_by_another : LockResult::impossible;
}

std::string lock_holder(int descriptor) {
    struct stat file = {};
    std::error_code error;
    if (fstat(descriptor, &file) == 0) {
        for (fs::directory_iterator process("/proc", error), end; !error && process != end; process.increment(error)) {
            const std::string number = process->path().filename().string();
            if (std::isdigit(static_cast<unsigned char>(number[0])) != 0 && is_holder(process->path(), file)) {
                return "process " + number;
            }
        }
    }
    return "another process";
}

}  // namespace spate::sim
