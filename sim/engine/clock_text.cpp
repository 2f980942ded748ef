#include "sim/engine/clock_text.hpp"

#include <cstdio>

namespace spate::sim {

std::string clock_text(Duration duration) {
    const bool negative = duration.us < 0;
    const auto raw = static_cast<unsigned long long>(duration.us);
    const unsigned long long us = negative ? 0ULL - raw : raw;
    const unsigned long long seconds = us / 1'000'000ULL;
    char text[64];
    std::snprintf(text,
                  sizeof text,
                  "%s%llud %02llu:%02llu:%02llu.%06llu",
                  negative ? "-" : "",
                  seconds / 86'400ULL,
                  seconds / 3'600ULL % 24ULL,
                  seconds / 60ULL % 60ULL,
                  seconds % 60ULL,
                  us % 1'000'000ULL);
    return text;
}

std::string clock_text(Time time) {
    return clock_text(time - Time{});
}

}  // namespace spate::sim
