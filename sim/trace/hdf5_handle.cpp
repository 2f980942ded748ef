#include "sim/trace/hdf5_handle.hpp"

#include "sim/base/check.hpp"

namespace spate::sim::h5 {

namespace {

std::recursive_mutex& library_mutex() {
    static std::recursive_mutex mutex;
    return mutex;
}

/// Once per process, before any other call: no clean-up at exit (it would touch broken files), no filter plug-ins.
bool prepare_process() {
    H5dont_atexit();
    H5PLset_loading_state(0);
    return true;
}

/// The library keeps its error printing per thread.
bool silence_thread() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
}

/// HDF5 buries the text of the operating system in a long line: "…, error message = 'No space left on device', buf =
/// …".
std::string shorten(const std::string& description) {
    const std::string mark = "error message = '";
    const std::size_t begin = description.find(mark);
    if (begin == std::string::npos) {
        return description;
    }
    const std::size_t end = description.find('\'', begin + mark.size());
    return description.substr(begin + mark.size(), end - begin - mark.size());
}

herr_t keep_innermost(unsigned depth, const H5E_error2_t* error, void* reason) {
    if (depth == 0 && error->desc != nullptr) {
        *static_cast<std::string*>(reason) = error->desc;
    }
    return 0;
}

std::string innermost_reason() {
    std::string reason = "the HDF5 library gave no reason";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
    return shorten(reason);
}

}  // namespace

LibraryLock::LibraryLock()
    : guard_(library_mutex()) {
    [[maybe_unused]] static const bool is_process_prepared = prepare_process();
    [[maybe_unused]] static thread_local const bool is_thread_silent = silence_thread();
}

void fail(FileState& file) {
    file.is_broken = true;
    throw FileError(file.failure + " " + file.path + " (" + innermost_reason() + ")");
}

void Handle::close() {
    if (is_open()) {
        const hid_t id = std::exchange(id_, -1);
        check(*file_, closer_(id));
    }
}

}  // namespace spate::sim::h5
