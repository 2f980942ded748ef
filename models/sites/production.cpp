#include "models/sites/production.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"

namespace spate::models {

Production::Production(const ProductionSpec& spec)
    : spec_(spec)
    , lines_(spec.lines) {
    SPATE_EXPECT(spec.lines > 0 && spec.batch > 0 && spec.units_per_second > 0);
}

Units Production::plan(Index product, Units quantity, Time now, std::vector<FinishedBatch>& batches) {
    const Units number = (quantity + spec_.batch - 1) / spec_.batch;
    Line& line =
        *std::min_element(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) { return a.free < b.free; });
    Time at = std::max(line.free, now);
    if (line.product != product)
        at = spec_.calendar.advance(at, spec_.set_up.seconds());
    const double seconds = static_cast<double>(spec_.batch) / spec_.units_per_second;
    for (Units i = 0; i < number; ++i) {
        at = spec_.calendar.advance(at, seconds);
        batches.push_back({at, product, spec_.batch});
    }
    line = {at, product, 0};
    return number * spec_.batch;
}

/// With fewer lines than were saved, those that are free first are kept.
template <class Archive>
void Production::serialize(Archive& archive) {
    const std::size_t lines = lines_.size();
    sim::block(archive, lines_);
    if (lines_.size() == lines)
        return;
    std::stable_sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) { return a.free < b.free; });
    lines_.resize(lines);
}

template void Production::serialize(sim::StateWriter& archive);
template void Production::serialize(sim::StateReader& archive);

}  // namespace spate::models
