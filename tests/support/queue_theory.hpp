#pragma once

#include <cstdint>

/// Closed forms of queues that tests compare with.
namespace spate::test {

/// Probability of waiting in M/M/c with `load` of each server, below 1 (Erlang 1917).
inline double erlang_c(std::uint32_t servers, double load) {
    const double offered = servers * load;
    double term = 1, sum = 0;
    for (std::uint32_t k = 0; k < servers; ++k) {
        sum += term;
        term *= offered / (k + 1);
    }
    return term / (1 - load) / (sum + term / (1 - load));
}

/// Mean wait in M/M/c, in units of the mean work.
inline double erlang_wait(std::uint32_t servers, double load) {
    return erlang_c(servers, load) / (servers * (1 - load));
}

}  // namespace spate::test
