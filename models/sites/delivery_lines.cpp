#include "models/sites/delivery_lines.hpp"

#include <algorithm>
#include <unordered_map>

namespace spate::models {

void join_lines(std::vector<ProductQuantity>& lines) {
    const auto breaks = [](const ProductQuantity& a, const ProductQuantity& b) { return a.product >= b.product; };
    if (std::adjacent_find(lines.begin(), lines.end(), breaks) == lines.end())
        return;  // as a review orders them: each product once
    std::unordered_map<Index, std::size_t> line_of;
    std::size_t count = 0;
    for (const auto& line : lines) {
        const auto [found, is_new] = line_of.try_emplace(line.product, count);
        if (is_new) {
            lines[count++] = line;
        } else {
            lines[found->second].quantity += line.quantity;
        }
    }
    lines.resize(count);
}

std::int64_t products_in(const std::vector<ProductQuantity>& lines) {
    std::int64_t products = lines.empty() ? 0 : 1;
    for (std::size_t i = 1; i < lines.size(); ++i)
        products += lines[i].product != lines[i - 1].product;
    return products;
}

Units units_in(const std::vector<ProductQuantity>& lines) {
    Units units = 0;
    for (const auto& line : lines)
        units += line.quantity;
    return units;
}

}  // namespace spate::models
