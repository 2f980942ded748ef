#pragma once

#include <vector>

namespace cereal {
class BinaryOutputArchive;
class BinaryInputArchive;
}  // namespace cereal

namespace spate::sim {

/// The archive that the state of a run is written to, and the one it is read from. Their definitions, and how the types
/// of the kernel are archived, are in sim/snapshot/archive.hpp.
using StateWriter = cereal::BinaryOutputArchive;
using StateReader = cereal::BinaryInputArchive;

template <class T, class Allocator>
void block(StateWriter& archive, std::vector<T, Allocator>& values);
template <class T, class Allocator>
void block(StateReader& archive, std::vector<T, Allocator>& values);
template <class Archive, class T>
void plain(Archive& archive, T& value);

}  // namespace spate::sim
