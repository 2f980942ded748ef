#pragma once

#include <initializer_list>
#include <string>

#include "scenarios/load/encoding.hpp"
#include "scenarios/load/reader.hpp"

/// Parts of an entry of `demand`.
namespace spate::scenarios {

/// `trend`, `calendar`, `launch` and `noise`. True if a launch states the number of buyers, which then stands for
/// `orders`.
bool read_rate_shape(Reader& demand, models::DemandSpec& spec, Encoding encoding);
/// `hawkes` of `arrivals`.
void read_hawkes(Reader& hawkes, models::DemandSpec& spec);
/// `encoding`.
Encoding read_encoding(Reader& demand);
/// The rows of the file of `history`, and what is made of them.
void read_history(Reader& demand, models::DemandSpec& spec, const std::string& file, Encoding encoding);

/// A problem for each of the keys that is there: `why` it cannot be.
void refuse_keys(Reader& reader, std::initializer_list<const char*> keys, const std::string& why);

}  // namespace spate::scenarios
