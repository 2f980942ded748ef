#pragma once

#include <string>
#include <string_view>

namespace spate::sim {

/// The two files in which a file called `path` is made, so that it is always whole: it appears by renaming.
/// `<path>.partial` is there, and locked, as long as this lives: a second writer of the same path is refused, the
/// remains of a killed one are removed. Of a trace it takes the rows while the run goes on. `<path>.new` is the file
/// itself, on its way.
///
/// The partial file is never emptied or changed where it has been written: it may have a second name in a snapshot. It
/// begins as a row log, whatever is made; what does not is of others and is left alone, and so is a `<path>.new`
/// without such a partial file beside it.
class PartialFile {
  public:
    /// Throws: FileError if another process writes `path`, if files of others are in the way, if `path` exists and must
    /// not be overwritten, or if the folder cannot be written. `what`: is written, for messages.
    PartialFile(std::string path, bool overwrite, std::string what = "trace");

    /// Takes the `<path>.partial` that a killed run left, to make a trace of it. It is kept until publish().
    /// Throws: FileError as above, or if there is no such file.
    static PartialFile take_abandoned(const std::string& path, bool overwrite) { return {path, overwrite, Taken{}}; }

    ~PartialFile();  ///< removes both files; not the rows of a killed run that were not published
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    /// Of the partial file, open for reading and writing.
    int descriptor() const { return descriptor_; }

    const std::string& path() const { return path_; }

    const std::string& partial_path() const { return partial_path_; }

    /// Makes an empty `<path>.new` for the caller to fill. Returns its name. Throws: FileError.
    const std::string& make_new();

    /// Makes `<path>.new` durable and gives it its final name. Throws: FileError.
    void publish();

    /// The same of a file with these bytes. May be called again and again. Throws: FileError.
    void publish(std::string_view begin, std::string_view rest = {});

    /// Makes durable which files are in the folder of `path`. Throws: FileError.
    void sync_folder() const;

    /// Throws: FileError if `path` exists and `overwrite` is false, or if it is a folder.
    static void check_target(const std::string& path, bool overwrite, const std::string& what = "trace");

  private:
    struct Taken {};

    struct Named {};

    PartialFile(std::string path, bool overwrite, std::string what, Named named);
    PartialFile(const std::string& path, bool overwrite, Taken taken);
    [[noreturn]] void refuse(const std::string& why) const;
    [[noreturn]] void fail(int error) const;
    bool create_locked();
    bool lock_abandoned();
    void remove_abandoned();
    void remove_abandoned_new() const;
    void check_new() const;
    void drop_new();
    bool is_still_named() const;
    void write_new(std::string_view begin, std::string_view rest);
    void rename_to_target() const;
    void sync(const std::string& path, int flags) const;

    std::string what_;
    std::string path_;
    std::string partial_path_;
    std::string new_path_;
    bool overwrite_;
    bool has_new_ = false;  ///< `<path>.new` is there, and of this object
    bool is_published_ = false;
    bool is_taken_ = false;  ///< the partial file is that of a killed run
    int descriptor_ = -1;
};

}  // namespace spate::sim
