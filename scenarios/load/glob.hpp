#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spate::scenarios {

/// A pattern over ids: `*` any characters, `?` one character, `{a,b}` one of several; everything else stands for
/// itself.
class Glob {
  public:
    explicit Glob(std::string_view pattern);

    bool matches(std::string_view id) const;

    /// Names exactly one id: no `*`, `?` or `{}`.
    bool is_plain() const { return is_plain_; }

    /// Too many alternatives or too long; matches nothing.
    bool is_too_large() const { return alternatives_.empty(); }

  private:
    std::vector<std::string> alternatives_;
    bool is_plain_;
};

}  // namespace spate::scenarios
