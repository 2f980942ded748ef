#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/spec.hpp"

namespace spate::models {

/// What is given away in one session, and when: the session's own gift, and those of the scripts of its broadcasts
/// while they work. A script's gift takes the place of all others; of two at one time the one said last counts.
///
/// With a gift of g units for every e that are paid, who pays for q units gets g·⌊q / e⌋ on top. Units of the product
/// that is bought are units of the order: q + g·⌊q / e⌋ rises with q, so q follows from them and the moment the order
/// was placed. Units of another product are a line of their own. Nothing else need be known of an order.
/// Immutable: may be shared.
class SessionGifts {
  public:
    /// A gift that works for a while.
    struct Span {
        Time from, to;
        GiftSpec gift;
    };

    SessionGifts() = default;
    /// `spans` by the time they were said, which is their beginning.
    SessionGifts(GiftSpec always, std::span<const Span> spans);

    bool is_empty() const { return spans_.empty() && always_.units == 0; }

    /// The gift of an order placed then.
    const GiftSpec& at(Time placed) const;

    /// Units of an order for so many paid units of a product, those of a gift of the same product included; at most
    /// most_units.
    std::uint32_t with_gift(Time placed, Index product, std::uint32_t paid) const;
    /// The paid units of an order of one line: the inverse of with_gift().
    std::uint32_t paid(Time placed, Index product, std::uint32_t units) const;
    /// The same of an order that was given another product. It was of one line, so its gift was of the product that was
    /// bought, whichever that was, or it was too small to get one.
    std::uint32_t paid_of_substitute(Time placed, std::uint32_t units) const;

    /// Units of another product.
    struct Line {
        Index product = 0;
        std::uint32_t units = 0;
    };

    /// What an order of so many units gets of another product than its own; 0 units: nothing.
    Line further(Time placed, Index product, std::uint32_t units) const;

    /// Whether an order goes without what it gets of another product where that has run out.
    bool goes_without(Time placed) const { return at(placed).when_out == GiftSpec::WhenOut::without; }

    static constexpr std::uint32_t most_units = 4'000'000'000;

  private:
    static std::uint32_t paid(std::uint32_t units, std::uint32_t each, std::uint32_t on_top);
    std::uint32_t units_on_top(const GiftSpec& gift, Index product) const;

    GiftSpec always_;
    std::vector<Span> spans_;  ///< ascending, none overlaps another
};

/// CustomerOrder::basket of who gets a gift of another product.
inline constexpr std::uint32_t gift_basket = UINT32_MAX;

/// Whether a gift is of another product for some of those that a session sells.
bool is_further(const GiftSpec& gift, const SessionSpec& session);

/// Whether the orders of a session, or some of them, have a line for a gift.
bool has_further_gifts(const SessionSpec& session);

/// Whether some of its orders go without such a gift where that has run out.
bool has_dispensable_gifts(const SessionSpec& session);

/// Mean units of an order of a session.
struct MeanUnits {
    double paid = 0, given = 0;
};

/// Without the scripts: as whole_units_of() where nothing is given; else exact where the quantity is constant, or the
/// mean over 20,000 orders drawn once.
MeanUnits mean_units(const SessionSpec& session);

}  // namespace spate::models
