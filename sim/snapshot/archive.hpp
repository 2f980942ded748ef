#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include <cereal/archives/binary.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/deque.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/memory.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>

#include "sim/base/id.hpp"
#include "sim/base/time.hpp"
#include "sim/snapshot/archive_fwd.hpp"

/// How state is archived. A class says it once, for both directions:
///
///     template <class Archive>
///     void serialize(Archive& archive) { archive(stock_, since_); sim::block(archive, jobs_); }
///
/// What follows from the scenario (specs, sizes, links) is not archived: a run is built from its scenario first, then
/// its state is read. Archives are written and read by the same version of the program, on any machine of the same byte
/// order; sim/snapshot/snapshot_file.hpp checks that.
namespace spate::sim {

template <class Archive>
void serialize(Archive& archive, Time& time) {
    archive(time.us);
}

template <class Archive>
void serialize(Archive& archive, Duration& duration) {
    archive(duration.us);
}

/// A vector of plain structs, as one block of memory: much faster than one by one.
template <class T, class Allocator>
void block(StateWriter& archive, std::vector<T, Allocator>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    archive(cereal::make_size_tag(static_cast<cereal::size_type>(values.size())));
    archive(cereal::binary_data(values.data(), values.size() * sizeof(T)));
}

template <class T, class Allocator>
void block(StateReader& archive, std::vector<T, Allocator>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    constexpr std::size_t step = 1 + (std::size_t{1} << 24) / sizeof(T);
    cereal::size_type size = 0;
    archive(cereal::make_size_tag(size));
    values.clear();
    // Piece by piece: a size that lies meets the end of the archive before the end of the memory.
    while (values.size() < size) {
        const std::size_t read = values.size(), more = std::min(step, static_cast<std::size_t>(size) - read);
        values.resize(read + more);
        archive(cereal::binary_data(values.data() + read, more * sizeof(T)));
    }
}

/// One plain struct, as its memory.
template <class Archive, class T>
void plain(Archive& archive, T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    archive(cereal::binary_data(&value, sizeof(T)));
}

}  // namespace spate::sim
