#pragma once

#include <string>

namespace spate::sim {

/// The two files a trace is made in. `<path>.partial` takes the rows while the run goes on; `<path>.new` is the trace
/// itself, written at the end. A file called `path` is always whole: it appears by renaming.
///
/// The partial file is locked (an open-file-description lock), so a second writer of the same path is refused instead
/// of emptying it. It is never emptied or changed where it has been written: it may have a second name in a snapshot.
class PartialFile {
  public:
    /// Creates `<path>.partial`; one that a crashed run left is removed. Throws: FileError if another run writes it, if
    /// it is no file of a run, if `path` exists and must not be overwritten, or if the folder cannot be written.
    /// `what`: is written, for messages.
    PartialFile(std::string path, bool overwrite, std::string what = "trace");

    /// Takes the `<path>.partial` that a killed run left, to make a trace of it. It is kept until publish().
    /// Throws: FileError as above, or if there is no such file.
    static PartialFile take_abandoned(const std::string& path, bool overwrite) { return {path, overwrite, Taken{}}; }

    ~PartialFile();  ///< removes both files unless publish() succeeded; not the rows of a killed run
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    /// Of the partial file, open for reading and writing.
    int descriptor() const { return descriptor_; }

    const std::string& partial_path() const { return partial_path_; }

    const std::string& new_path() const { return new_path_; }

    /// Makes `<path>.new` durable, gives it its final name and removes the partial file. Throws: FileError.
    void publish();

    /// Throws: FileError if `path` exists and `overwrite` is false, or if it is a folder.
    static void check_target(const std::string& path, bool overwrite, const std::string& what = "trace");

  private:
    struct Taken {};

    PartialFile(const std::string& path, bool overwrite, Taken taken);
    [[noreturn]] void fail(int error) const;
    bool create_locked();
    bool lock_abandoned();
    void remove_abandoned();
    bool is_still_named() const;
    void rename_to_target() const;
    void sync(const std::string& path, int flags) const;

    std::string what_ = "trace";
    std::string path_;
    std::string partial_path_;
    std::string new_path_;
    bool overwrite_;
    bool is_published_ = false;
    bool is_taken_ = false;  ///< the partial file is that of a killed run
    int descriptor_ = -1;
};

}  // namespace spate::sim
