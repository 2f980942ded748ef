#include "scenarios/load/units.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <vector>

#include "scenarios/load/problems.hpp"
#include "scenarios/load/suggest.hpp"
#include "scenarios/load/text_guard.hpp"

namespace spate::scenarios {

/// A unit word: its dimension as one letter, and its size in base units.
struct UnitParser::Symbol {
    std::string_view word;
    char dimension;
    double size;
};

namespace {

constexpr double day = 86'400;

/// Letters: t time, m mass, v volume, l length, u sales unit, o order, p trip, % share, x factor, $ money.
struct UnitWord {
    std::string_view word;
    char dimension;
    double size;
};

constexpr UnitWord unit_words[] = {
    {"us", 't', 1e-6},
    {"ms", 't', 1e-3},
    {"s", 't', 1},
    {"min", 't', 60},
    {"h", 't', 3600},
    {"d", 't', day},
    {"day", 't', day},
    {"days", 't', day},
    {"week", 't', 7 * day},
    {"weeks", 't', 7 * day},
    {"year", 't', 365 * day},
    {"years", 't', 365 * day},
    {"秒", 't', 1},
    {"分", 't', 60},
    {"分钟", 't', 60},
    {"小时", 't', 3600},
    {"时", 't', 3600},
    {"天", 't', day},
    {"日", 't', day},
    {"周", 't', 7 * day},
    {"年", 't', 365 * day},
    {"g", 'm', 1},
    {"kg", 'm', 1e3},
    {"t", 'm', 1e6},
    {"克", 'm', 1},
    {"千克", 'm', 1e3},
    {"公斤", 'm', 1e3},
    {"吨", 'm', 1e6},
    {"mL", 'v', 1},
    {"ml", 'v', 1},
    {"L", 'v', 1e3},
    {"l", 'v', 1e3},
    {"m3", 'v', 1e6},
    {"m³", 'v', 1e6},
    {"毫升", 'v', 1},
    {"升", 'v', 1e3},
    {"立方米", 'v', 1e6},
    {"方", 'v', 1e6},
    {"m", 'l', 1e-3},
    {"km", 'l', 1},
    {"米", 'l', 1e-3},
    {"公里", 'l', 1},
    {"千米", 'l', 1},
    {"unit", 'u', 1},
    {"units", 'u', 1},
    {"件", 'u', 1},
    {"个", 'u', 1},
    {"order", 'o', 1},
    {"orders", 'o', 1},
    {"parcel", 'o', 1},
    {"parcels", 'o', 1},
    {"单", 'o', 1},
    {"trip", 'p', 1},
    {"trips", 'p', 1},
    {"车", 'p', 1},
    {"%", '%', 0.01},
    {"％", '%', 0.01},
    {"x", 'x', 1},
    {"×", 'x', 1},
    {"倍", 'x', 1},
};

/// Sizes that may follow the digits directly.
constexpr std::pair<std::string_view, double> multiples[] = {
    {"k", 1e3}, {"M", 1e6}, {"千", 1e3}, {"万", 1e4}, {"亿", 1e8}};

/// Allowed forms, separated by blanks: dimension letters, numerator first; `1` is a bare number, `c` a mass of CO2.
struct MeasureInfo {
    Measure measure;
    std::string_view forms, name, units, example;
};

constexpr MeasureInfo measures[] = {
    {Measure::number, "1", "a plain number", "", "1.5"},
    {Measure::integer, "1", "a whole number", "", "4"},
    {Measure::count, "1", "a count", "", "22M"},
    {Measure::units, "1 u", "a number of units", "units", "100 units"},
    {Measure::factor, "x", "a factor", "x", "15 x"},
    {Measure::share, "% 1", "a share", "%", "12 %"},
    {Measure::duration, "t", "a duration", "us, ms, s, min, h, d, week or year", "6 h"},
    {Measure::money, "$", "an amount of money", "$", "129 $"},
    {Measure::mass, "m", "a mass", "g, kg or t", "400 g"},
    {Measure::volume, "v", "a volume", "mL, L or m3", "0.2 L"},
    {Measure::speed, "l/t", "a speed", "km/h", "60 km/h"},
    {Measure::length, "l", "a length", "m or km", "300 km"},
    {Measure::order_rate, "o/t 1/t", "a rate of orders", "orders/day or /day", "1M/day"},
    {Measure::unit_rate, "u/t", "a rate of units", "units/h", "900 units/h"},
    {Measure::work_rate, "u/t o/t", "a rate of work", "units/h or orders/h", "60k units/h"},
    {Measure::money_per_day, "$/t", "money per time", "$/day", "20k $/day"},
    {Measure::money_per_order, "$ $/o", "money per order", "$", "1.2 $"},
    {Measure::money_per_unit, "$ $/u", "money per unit", "$", "0.3 $"},
    {Measure::money_per_unit_time, "$/u/t", "money per unit and time", "$/unit/day", "0.7 $/unit/d"},
    {Measure::money_per_mass, "$/m", "money per mass", "$/kg or $/t", "80 $/t"},
    {Measure::holding, "%/t $/u/t", "a holding cost", "%/year or $/unit/year", "20 %/year"},
    {Measure::product_cost, "$ %", "a cost", "$ or % (of the price)", "31 $"},
    {Measure::purchase_price, "$ %", "a purchase price", "$ or % (of standard cost)", "31 $"},
    {Measure::lane_cost,
     "$/l $/p $/o $/u $/m $/m/l",
     "a transport cost",
     "$/km, $/trip, $/order, $/unit, $/kg or $/kg/km",
     "6.4 $/km"},
    {Measure::lane_co2, "c/l c/p c/o c/m c/m/l", "an emission", "g/km, g/trip, g/order, g/kg or g/t/km", "800 g/km"},
};

const MeasureInfo& info(Measure measure) {
    return *std::find_if(std::begin(measures), std::end(measures), [&](const auto& m) { return m.measure == measure; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Length of the number at the beginning: [-]digits[.digits][e[+-]digits].
std::size_t number_length(std::string_view text) {
    std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
    const auto digits = [&] {
        const std::size_t from = i;
        while (i < text.size() && is_digit(text[i])) {
            ++i;
        }
        return i - from;
    };
    std::size_t count = digits();
    if (i < text.size() && text[i] == '.') {
        ++i;
        const std::size_t fraction = digits();
        count = fraction == 0 ? 0 : count + fraction;
    }
    if (count == 0) {
        return 0;
    }
    const std::size_t mantissa = i;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        i += i < text.size() && (text[i] == '-' || text[i] == '+') ? 1 : 0;
        if (digits() == 0) {
            i = mantissa;
        }
    }
    return i;
}

/// The number itself, or why it is none.
std::string strict_number(std::string_view digits, std::string_view after, double& value) {
    const std::string_view positive = digits.substr(digits[0] == '-' ? 1 : 0);
    if (positive == "0" && !after.empty() && (after[0] == 'x' || after[0] == 'X') && after.size() > 1
        && std::isxdigit(static_cast<unsigned char>(after[1])) != 0) {
        return "hexadecimal numbers are not allowed";
    }
    if (positive.size() > 1 && positive[0] == '0' && is_digit(positive[1])) {
        return "leading zeros are not allowed";
    }
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        const auto exponent = digits.find_first_of("eE");
        const bool tiny = exponent == std::string_view::npos ? positive.starts_with("0.") || positive.starts_with(".")
                                                             : digits[exponent + 1] == '-';
        return tiny ? "too small to be told from zero" : "too large";
    }
    if (result.ec != std::errc() || result.ptr != digits.data() + digits.size() || !std::isfinite(value)) {
        return "not a number";
    }
    return "";
}

/// Takes a multiple such as `k` off the front of what follows the digits, if no unit word begins there.
double take_multiple(std::string_view& rest) {
    for (const auto& [word, size] : multiples) {
        if (rest.starts_with(word)) {
            const std::string_view after = rest.substr(word.size());
            const bool is_latin = word[0] == 'k' || word[0] == 'M';
            const bool is_unit_word = std::any_of(std::begin(unit_words), std::end(unit_words), [&](const UnitWord& u) {
                return u.word.size() > word.size() && rest.substr(0, rest.find('/')) == u.word;
            });
            if ((is_latin && !after.empty() && after[0] != ' ' && after[0] != '/' && after[0] != '%') || is_unit_word) {
                continue;
            }
            rest = after;
            return size;
        }
    }
    return 1;
}

bool has_form(std::string_view forms, std::string_view form) {
    const auto all = split(forms, ' ');
    return std::find(all.begin(), all.end(), form) != all.end();
}

std::string with_currency(std::string_view text, const std::string& currency) {
    std::string out;
    for (const char c : text) {
        out += c == '$' ? currency : std::string(1, c);
    }
    return out;
}

}  // namespace

std::string_view describe(Measure measure) {
    return info(measure).name;
}

std::string UnitParser::example(Measure measure) const {
    return with_currency(info(measure).example, currency_);
}

std::optional<UnitParser::Symbol> UnitParser::find_symbol(std::string_view word) const {
    if (word == currency_ || (currency_ == "CNY" && (word == "元" || word == "¥" || word == "RMB"))) {
        return Symbol{word, '$', 1e6};
    }
    for (const auto& u : unit_words) {
        if (u.word == word) {
            return Symbol{u.word, u.dimension, u.size};
        }
    }
    return std::nullopt;
}

/// The form in `forms` that `unit` is written in, and the factor to base units; empty if none fits.
std::string_view UnitParser::form_of(std::string_view unit,
                                     std::string_view forms,
                                     double& factor,
                                     std::string& unknown) const {
    factor = 1;
    std::string dimensions;
    for (const auto part : split(unit, '/')) {
        const std::string_view word = trim(part);
        const bool first = dimensions.empty();
        if (first && word.empty()) {
            dimensions += '1';
            continue;
        }
        const auto symbol = find_symbol(word);
        if (!symbol) {
            unknown = word;
            return "";
        }
        dimensions += symbol->dimension;
        factor = first ? factor * symbol->size : factor / symbol->size;
    }
    std::sort(dimensions.begin() + 1, dimensions.end());
    for (const auto form : split(forms, ' ')) {
        std::string wanted(1, form[0] == 'c' ? 'm' : form[0]);
        for (std::size_t i = 2; i < form.size(); i += 2) {
            wanted += form[i];
        }
        std::sort(wanted.begin() + 1, wanted.end());
        if (wanted == dimensions) {
            return form;
        }
    }
    return "";
}

std::string UnitParser::unit_error(std::string_view text, std::string_view unknown, Measure measure) const {
    const MeasureInfo& m = info(measure);
    const std::string name(m.name);
    const std::string sample = example(measure);
    const std::string units = with_currency(m.units, currency_);
    if (m.units.empty()) {
        return in_quotes(text) + " is not " + name + " (no unit is possible here). write for example " + sample + "?";
    }
    if (unknown.empty()) {
        return in_quotes(text) + " is not " + name + " (its unit is another one). write " + units + ", for example "
               + sample + "?";
    }
    return in_quotes(text) + ": unknown unit " + in_quotes(unknown) + " (wanted is " + name + ")"
           + full_width_hint(unknown) + ". write " + units + ", for example " + sample + "?";
}

ParsedQuantity UnitParser::parse(std::string_view written, Measure measure) const {
    const MeasureInfo& m = info(measure);
    const std::string_view text = trim(written);
    const std::string sample = example(measure);
    const std::size_t length = number_length(text);
    if (length == 0) {
        return {std::nullopt,
                in_quotes(text) + " is not " + std::string(m.name) + full_width_hint(text) + ". write for example "
                    + sample + "?"};
    }
    Quantity quantity;
    if (const std::string fault = strict_number(text.substr(0, length), text.substr(length), quantity.value);
        !fault.empty()) {
        return {std::nullopt, in_quotes(text) + ": " + fault};
    }
    std::string_view rest = text.substr(length);
    const double multiple = take_multiple(rest);
    rest = trim(rest);
    if (rest.empty() && !has_form(m.forms, "1")) {
        return {std::nullopt, in_quotes(text) + ": " + std::string(text) + " what? write for example " + sample};
    }
    double factor = 1;
    std::string unknown;
    const std::string_view form = rest.empty() ? "1" : form_of(rest, m.forms, factor, unknown);
    if (form.empty()) {
        return {std::nullopt, unit_error(text, unknown, measure)};
    }
    const double number = quantity.value;
    quantity.value = number * (multiple * factor);
    if (!std::isfinite(quantity.value) || (number != 0 && std::fabs(quantity.value) < 1e-300)) {
        return {std::nullopt, in_quotes(text) + ": too " + (std::isfinite(quantity.value) ? "small" : "large")};
    }
    quantity.form = form;
    return {quantity, ""};
}

}  // namespace spate::scenarios
