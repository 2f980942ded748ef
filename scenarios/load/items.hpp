#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "scenarios/load/draft.hpp"
#include "scenarios/load/encoding.hpp"

namespace spate::scenarios {

class Reader;

/// Calls `each` for every item of a list (a single map counts as a list of one). With `files`, an item with the key
/// `from` stands for all rows of that CSV file; other keys beside `from` count for every row.
void for_each_item(
    Draft& draft, const Node& list, std::string_view section, bool files, const std::function<void(const Node&)>& each);

/// Calls `each` for every row of a CSV file as if it were a map: columns are keys of the section. A header `price
/// [CNY]` gives the unit of all cells below it. Empty cells count as absent.
void for_each_row(Draft& draft,
                  const Node& file,
                  const Node& defaults,
                  std::string_view section,
                  const std::function<void(const Node&)>& each,
                  Encoding encoding = Encoding::utf8);

/// Looks whether any row of a CSV file with times lies in the simulated time.
class RowsInRun {
  public:
    explicit RowsInRun(Draft& draft)
        : draft_(draft)
        , before_(draft.problems.count()) {}

    void add(std::optional<sim::Time> at);
    /// A problem at `file` if none does, and the rows are without problems: another year's file?
    void refuse_none_in_run(const Node& file) const;

  private:
    Draft& draft_;
    std::size_t before_;
    bool any_ = false;
};

/// A problem at `key`, a list, if nothing was found in it: then nobody can order. `before`: how many problems there
/// were before it was read; one more is the reason.
void refuse_none(Reader& reader, std::string_view key, const Registry& found, std::size_t before);

}  // namespace spate::scenarios
