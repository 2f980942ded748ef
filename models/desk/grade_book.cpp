#include "models/desk/grade_book.hpp"

#include <algorithm>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_seen = 80;

}  // namespace

GradeBook::GradeBook(const ModelSpec& spec, sim::RunSeed seed)
    : seed_(seed)
    , first_{Time{INT64_MIN}, Time{INT64_MIN}, spec.grades->levels[spec.grades->first].seen, spec.grades->first}
    , counts_(spec.grades->levels.size()) {}

void GradeBook::note(const GradeNotice& notice, Time now) {
    for (const auto& change : notice.items) {
        auto& states = states_[change.product];
        if (states.empty() || states.back().decided <= change.decided)
            states.push_back({now, change.decided, change.seen, change.level});
    }
}

const GradeBook::State& GradeBook::state(Index product, Time at) const {
    const auto found = states_.find(product);
    if (found == states_.end())
        return first_;
    const auto& states = found->second;
    const auto next =
        std::upper_bound(states.begin(), states.end(), at, [](Time t, const State& state) { return t < state.from; });
    return next == states.begin() ? first_ : *std::prev(next);
}

bool GradeBook::is_seen(std::uint64_t key, Index product, Time at) const {
    const double seen = state(product, at).seen;
    return seen >= 1 || sim::RandomStream(seed_, sim::mix(key, product), purpose_seen).uniform() < seen;
}

void GradeBook::write_summary(Time end, std::uint32_t desk, sim::TableId table, sim::TraceWriter& writer) const {
    for (std::size_t level = 0; level < counts_.size(); ++level) {
        const Counts& c = counts_[level];
        writer.row(table,
                   end,
                   {std::int64_t{desk},
                    static_cast<std::int64_t>(level),
                    c.unseen,
                    c.placed,
                    c.delivered,
                    c.late,
                    c.returned});
    }
}

template <class Archive>
void GradeBook::serialize(Archive& archive) {
    std::vector<Index> products;
    for (const auto& [product, states] : states_)
        products.push_back(product);
    archive(products);
    for (const Index product : products)
        sim::block(archive, states_[product]);
    sim::block(archive, counts_);
    // Customers who came before a fork see what they saw; afterwards the grading office tells what is new.
    archive(seed_.seed, seed_.replication);
    sim::plain(archive, first_);
}

template void GradeBook::serialize(sim::StateWriter& archive);
template void GradeBook::serialize(sim::StateReader& archive);

}  // namespace spate::models
