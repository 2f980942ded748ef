#include "models/sites/allocation.hpp"

#include <algorithm>
#include <numeric>

#include "models/base/wide.hpp"

namespace spate::models {

namespace {

std::vector<Units> by_want(std::span<const Units> wanted, Units available, Units all) {
    std::vector<Units> given;
    std::vector<Wide> rest;
    Units left = available;
    for (const Units units : wanted) {
        const Wide share = static_cast<Wide>(units) * available;
        given.push_back(static_cast<Units>(share / all));
        rest.push_back(share % all);
        left -= given.back();
    }
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
    for (std::size_t i = 0; left > 0; ++i, --left)
        ++given[order[i]];
    return given;
}

std::vector<Units> alike(std::span<const Units> wanted, Units available) {
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    std::vector<Units> given(wanted.begin(), wanted.end());
    Units left = available;
    for (std::size_t k = 0; k < order.size(); ++k) {
        const auto others = static_cast<Units>(order.size() - k);
        const Units level = left / others;
        if (wanted[order[k]] > level) {
            // Nobody from here on has enough: they get the same, and the rest goes to the earlier of them.
            std::sort(order.begin() + static_cast<std::ptrdiff_t>(k), order.end());
            Units rest = left - level * others;
            for (; k < order.size(); ++k, --rest)
                given[order[k]] = level + (rest > 0 ? 1 : 0);
            break;
        }
        left -= wanted[order[k]];
    }
    return given;
}

}  // namespace

std::vector<Units> allocate(SiteSpec::Allocate rule, std::span<const Units> wanted, Units available) {
    const Units all = std::accumulate(wanted.begin(), wanted.end(), Units{0});
    if (available >= all)
        return {wanted.begin(), wanted.end()};
    if (rule == SiteSpec::Allocate::proportional)
        return by_want(wanted, available, all);
    if (rule == SiteSpec::Allocate::fair_share)
        return alike(wanted, available);
    std::vector<Units> given;
    for (const Units units : wanted) {
        given.push_back(std::min(units, available));
        available -= given.back();
    }
    return given;
}

}  // namespace spate::models
