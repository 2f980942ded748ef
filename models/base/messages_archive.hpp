#pragma once

#include "sim/snapshot/archive.hpp"
#include "models/base/messages.hpp"

/// For processes that archive views of the stock.
namespace spate::models {

template <class Archive>
void StockSnapshot::serialize(Archive& archive) {
    sim::block(archive, available);
    sim::block(archive, withheld);
    archive(digest);
}

}  // namespace spate::models
