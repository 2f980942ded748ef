#pragma once

#include <functional>
#include <string_view>

#include "scenarios/load/draft.hpp"
#include "scenarios/load/encoding.hpp"

namespace spate::scenarios {

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

}  // namespace spate::scenarios
