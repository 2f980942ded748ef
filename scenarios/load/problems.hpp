#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "scenarios/load/scenario.hpp"

namespace spate::scenarios {

/// A position in one of the files read. Lines and columns are 1-based, columns count characters.
struct Place {
    std::uint32_t file = 0;
    int line = 0, column = 0;
};

/// Collects everything that is wrong, and knows the names of the files read.
class Problems {
  public:
    static constexpr std::size_t shown = 100;

    /// `is_path`: other files named in this one are looked for beside it.
    std::uint32_t add_file(std::string name, bool is_path = true);

    const std::string& file_name(std::uint32_t file) const { return files_[file].name; }

    /// `name` as named in `file`: relative paths resolve against the folder of the file that names them.
    std::string resolve(std::uint32_t file, const std::string& name) const;

    /// The same text at the same place counts once.
    void add(Place place, std::string text);
    void add(Problem problem);
    /// Knows the same files, so that places stay valid; nothing is wrong yet.
    Problems fork() const;

    /// In the order found; at most 10,000.
    const std::vector<Problem>& all() const { return problems_; }

    std::size_t count() const { return count_; }

    bool empty() const { return count_ == 0; }

    /// "file:line:column" for use inside a message.
    std::string describe(Place place) const;
    /// By file, line, column; at most `shown`, then one that says how many more.
    std::vector<Problem> sorted() const;

  private:
    struct File {
        std::string name;
        bool is_path;
    };

    std::vector<File> files_;
    std::vector<Problem> problems_;
    std::unordered_set<std::string> seen_;
    std::size_t count_ = 0;
};

/// `word` in single quotes, cut to a readable length, with unprintable characters shown as '?'.
std::string in_quotes(std::string_view word);

}  // namespace spate::scenarios
