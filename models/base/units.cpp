#include "models/base/units.hpp"

#include <fmt/format.h>

#include "sim/base/check.hpp"

namespace spate::models {

void fail_range(const std::string& what) {
    constexpr int exit_code = 2;
    throw sim::RunError(what
                            + " left the range of 64-bit integers (amounts in the scenario are too large). write "
                              "smaller quantities, weights, prices or rates?",
                        exit_code);
}

void fail_product(std::int64_t a, std::int64_t b) {
    fail_range(fmt::format("{} × {}", a, b));
}

void fail_money(double micro) {
    fail_range(fmt::format("an amount of money, {:.3g} millionths,", micro));
}

}  // namespace spate::models
