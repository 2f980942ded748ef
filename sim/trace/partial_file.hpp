#pragma once

#include <string>

namespace spate::sim {

/// The file `<path>.partial` while it is written. A file called `path` is always whole: it appears by renaming.
///
/// The partial file is locked (an open-file-description lock, which does not disturb the lock HDF5 itself takes), so a
/// second writer of the same path is refused instead of emptying it.
class PartialFile {
  public:
    /// Creates `<path>.partial`; one that a crashed run left is removed. Throws: FileError if another run writes it, if
    /// `path` exists and must not be overwritten, or if the folder cannot be written.
    PartialFile(std::string path, bool overwrite);
    ~PartialFile();  ///< removes the partial file unless publish() succeeded
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    const std::string& partial_path() const { return partial_path_; }

    /// Makes the content durable and gives the file its final name. Throws: FileError.
    void publish();

    /// Throws: FileError if `path` exists and `overwrite` is false, or if it is a folder.
    static void check_target(const std::string& path, bool overwrite);

  private:
    [[noreturn]] void fail(int error) const;
    bool create_locked();
    void remove_abandoned();
    bool is_still_named() const;
    void rename_to_target() const;
    void sync_folder() const;

    std::string path_;
    std::string partial_path_;
    bool overwrite_;
    bool is_published_ = false;
    int descriptor_ = -1;
};

}  // namespace spate::sim
