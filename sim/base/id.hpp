#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace spate::sim {

/// A typed index: an Id<Site> cannot be passed where an Id<Market> is wanted. Invalid by default.
template <class Tag>
class Id {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    constexpr Id() = default;

    constexpr explicit Id(std::size_t value)
        : value_(static_cast<std::uint32_t>(value)) {}

    constexpr std::uint32_t value() const { return value_; }

    constexpr std::size_t index() const { return value_; }

    constexpr bool is_valid() const { return value_ != none; }

    friend constexpr auto operator<=>(Id, Id) = default;

  private:
    std::uint32_t value_ = none;
};

}  // namespace spate::sim
