#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spate::scenarios {

/// What a value measures; decides which units it may carry.
enum class Measure : std::uint8_t {
    number,
    integer,
    count,
    units,
    factor,
    share,
    duration,
    money,
    mass,
    volume,
    speed,
    length,
    order_rate,
    unit_rate,
    work_rate,
    money_per_day,
    money_per_order,
    money_per_unit,
    money_per_unit_time,
    money_per_mass,
    holding,
    product_cost,
    purchase_price,
    lane_cost,
    lane_co2
};

/// A number in base units (second, micro-currency, gram, millilitre, kilometre, piece; CO2 in gram), and which of the
/// forms of its measure it was written in ("3 CNY/order" or "3 CNY/km").
struct Quantity {
    double value = 0;
    std::string_view form;
};

/// A quantity, or what is wrong with the text.
struct ParsedQuantity {
    std::optional<Quantity> quantity;
    std::string error;
};

/// Parses quantities with units from a closed table, Chinese words included. Strict: no hexadecimal, no leading zeros,
/// nothing that is not finite, no bare number where a unit is possible.
class UnitParser {
  public:
    /// `currency`: the scenario's, such as "CNY".
    explicit UnitParser(std::string currency)
        : currency_(std::move(currency)) {}

    ParsedQuantity parse(std::string_view text, Measure measure) const;
    /// A text of this measure, for messages.
    std::string example(Measure measure) const;

  private:
    struct Symbol;
    std::optional<Symbol> find_symbol(std::string_view word) const;
    std::string_view form_of(std::string_view unit, std::string_view forms, double& factor, std::string& unknown) const;
    std::string unit_error(std::string_view text, std::string_view unknown, Measure measure) const;

    std::string currency_;
};

/// "a duration", "a speed", …
std::string_view describe(Measure measure);

}  // namespace spate::scenarios
