#pragma once

#include <cstdint>
#include <vector>

#include "models/demand/base_demand.hpp"
#include "models/demand/customer_stream.hpp"

namespace spate::models {

/// A stream of a session's customers to be made.
struct SessionStream {
    std::uint64_t key = 0;
    std::uint32_t first = 0, step = 1;  ///< its broadcasts: first, first + step, …
    CustomerStream::Law law;
    SessionSeeds seeds;
};

/// The streams of a session's customers in one market: one, or several where broadcasts overlap, in turn, so that no
/// stream overlaps itself. None where nobody orders. The law points into `spec` and `base`.
std::vector<SessionStream> session_streams(const ModelSpec& spec,
                                           const BaseDemand& base,
                                           std::size_t session,
                                           Index market);

/// The streams of those who come as base customers in one market because a broadcast is cancelled
/// (SessionSpec::to_base): the same products and quantities, spread evenly, in SessionSpec::to_base_channel. The law
/// points into `spec`.
std::vector<SessionStream> base_streams_instead(const ModelSpec& spec,
                                                const BaseDemand& base,
                                                std::size_t session,
                                                Index market);

/// Of a market in a channel: goes into the keys of all streams there.
std::uint64_t place_key(const ModelSpec& spec, Index market, Index channel);

}  // namespace spate::models
