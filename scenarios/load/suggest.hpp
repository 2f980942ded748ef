#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spate::scenarios {

/// The candidate nearest to `word` in edits (insert, delete, replace, swap of neighbours), if it is near enough to be a
/// slip of the fingers; else empty. Ties: the first.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// ". did you mean 'x'?" or, if nothing is near and there are few candidates, ". write a, b or c?"; else empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

/// "a, b or c".
std::string one_of(const std::vector<std::string_view>& words);

}  // namespace spate::scenarios
