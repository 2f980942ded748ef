#include "models/policies/supply_split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/snapshot/archive.hpp"

namespace spate::models {

namespace {

constexpr double rounding = 1e-9;  ///< of a unit, or of a share: what is the same in decimals is the same

template <class Row>
void keep_last(std::deque<Row>& all, const Row& row, std::size_t most) {
    all.push_back(row);
    while (all.size() > most)
        all.pop_front();
}

template <class Archive, class Row>
void rows(Archive& archive, std::deque<Row>& all) {
    std::vector<Row> copy(all.begin(), all.end());
    sim::block(archive, copy);
    all.assign(copy.begin(), copy.end());
}

}  // namespace

SupplySplit::SupplySplit(const SupplySplitSpec& spec, std::size_t products)
    : spec_(spec)
    , sources_(spec.sources.size())
    , owed_(products * spec.sources.size())
    , parts_(spec.sources.size()) {
    for (std::size_t s = 0; s < sources_.size(); ++s) {
        sources_[s].agreed = sources_[s].share = spec.sources[s].share;
        sources_[s].pending.resize(products);
    }
}

std::span<const Units> SupplySplit::divide(std::size_t product, Units quantity) {
    const std::span<double> owed(owed_.data() + product * sources_.size(), sources_.size());
    Units left = quantity;
    for (std::size_t s = 0; s < sources_.size(); ++s) {
        owed[s] += sources_[s].share * static_cast<double>(quantity);
        parts_[s] = std::min(left, static_cast<Units>(std::max(0.0, std::floor(owed[s] + rounding))));
        owed[s] -= static_cast<double>(parts_[s]);
        left -= parts_[s];
    }
    for (; left > 0; --left) {
        std::size_t most = sources_.size();
        for (std::size_t s = 0; s < sources_.size(); ++s) {
            if (sources_[s].share > 0 && (most == sources_.size() || owed[s] > owed[most] + rounding))
                most = s;
        }
        owed[most] -= 1;
        ++parts_[most];
    }
    return parts_;
}

void SupplySplit::note_order(std::size_t source, std::size_t product, Units units, sim::Time now) {
    ++sources_[source].totals.lines;
    sources_[source].totals.ordered += units;
    sources_[source].pending[product].push_back({units, now});
}

void SupplySplit::note_arrival(std::size_t source, std::size_t product, Units units, sim::Time now) {
    Source& from = sources_[source];
    Delivered line{units, 0};
    auto& pending = from.pending[product];
    for (Units left = units; left > 0 && !pending.empty();) {
        auto& [ordered, at] = pending.front();
        const Units part = std::min(left, ordered);
        line.late += is_timed() && now - at > spec_.score->within ? part : 0;
        left -= part;
        ordered -= part;
        if (ordered == 0)
            pending.pop_front();
    }
    from.totals.arrived += units;
    from.totals.late += line.late;
    if (spec_.score)
        keep_last(from.deliveries, line, spec_.score->over);
}

void SupplySplit::note_paid(std::size_t source, Money paid, Money standard) {
    sources_[source].totals.paid += paid;
    sources_[source].totals.standard += standard;
}

void SupplySplit::note_paid_back(std::size_t source, Money paid) {
    sources_[source].totals.paid_back += paid;
}

void SupplySplit::note_test(std::size_t source, const Test& test) {
    Source& from = sources_[source];
    from.totals.tested += test.tested;
    from.totals.defective += test.defective;
    if (!spec_.score)
        return;
    keep_last(from.tests, Tested{test.tested, test.defective}, spec_.score->over);
    if (test.counts)
        from.failed_in_a_row = test.is_failed ? from.failed_in_a_row + 1 : 0;
}

/// Units that should have come by now.
Units SupplySplit::overdue(const Source& source, sim::Time now) const {
    Units units = 0;
    for (const auto& pending : source.pending) {
        for (const auto& [ordered, at] : pending)
            units += now - at > spec_.score->within ? ordered : 0;
    }
    return units;
}

double SupplySplit::score_of(const Source& source, sim::Time now) const {
    const SupplyScoreSpec& terms = *spec_.score;
    double sum = 0;
    const auto add = [&](const SupplyScoreSpec::Part& part, Units bad, Units all) {
        if (part.weight <= 0)
            return;
        const double measured = all > 0 ? static_cast<double>(bad) / static_cast<double>(all) : 0;
        sum += part.weight * std::max(0.0, 1 - measured / part.worst);
    };
    Tested tests;
    for (const auto& [units, defective] : source.tests) {
        tests.units += units;
        tests.defective += defective;
    }
    add(terms.defective, tests.defective, tests.units);
    Delivered delivered;
    if (is_timed())
        delivered.units = delivered.late = overdue(source, now);
    for (const auto& [units, late] : source.deliveries) {
        delivered.units += units;
        delivered.late += late;
    }
    add(terms.late, delivered.late, delivered.units);
    return sum / (terms.defective.weight + terms.late.weight);
}

double SupplySplit::score(std::size_t source, sim::Time now) const {
    return spec_.score ? score_of(sources_[source], now) : 1;
}

void SupplySplit::drop(Source& source, sim::Time now) const {
    source.is_dropped = true;
    source.dropped_at = source.counted = now;
    source.until = end_of_drop(source);
    ++source.totals.drops;
}

/// By the terms that hold now.
sim::Time SupplySplit::end_of_drop(const Source& source) const {
    const bool is_ever = spec_.score && (spec_.score->drop_below > 0 || spec_.score->drop_failed > 0);
    if (!is_ever)
        return source.dropped_at;
    return spec_.score->drop_for > sim::Duration{} ? source.dropped_at + spec_.score->drop_for : sim::end_of_time;
}

sim::Time SupplySplit::next_return() const {
    sim::Time next = sim::end_of_time;
    for (const Source& source : sources_)
        next = source.is_dropped ? std::min(next, source.until) : next;
    return next;
}

/// Who comes back begins anew.
void SupplySplit::bring_back(sim::Time now) {
    for (Source& source : sources_) {
        if (!source.is_dropped || source.until > now)
            continue;
        source.is_dropped = false;
        source.totals.dropped = source.totals.dropped + (now - source.counted);
        source.deliveries.clear();
        source.tests.clear();
        source.failed_in_a_row = 0;
        for (auto& pending : source.pending) {
            for (Ordered& order : pending)
                order.at = sim::end_of_time;
        }
    }
}

/// The worst first, and never the last one.
void SupplySplit::drop_bad_ones(sim::Time now) {
    const SupplyScoreSpec& terms = *spec_.score;
    std::vector<std::pair<double, Source*>> bad;
    std::size_t others = 0;
    for (Source& source : sources_) {
        if (source.is_dropped)
            continue;
        const double score = score_of(source, now);
        const bool is_failing = terms.drop_failed > 0 && source.failed_in_a_row >= terms.drop_failed;
        if (is_failing || score < terms.drop_below) {
            bad.emplace_back(score, &source);
        } else {
            ++others;
        }
    }
    std::stable_sort(bad.begin(), bad.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (others == 0 && !bad.empty())
        bad.pop_back();
    for (const auto& [score, source] : bad)
        drop(*source, now);
}

/// In proportion to agreed share times score, but for the least shares: who would have less gets that, and the others
/// share the rest.
void SupplySplit::weigh(sim::Time now) {
    const double trial = spec_.score ? spec_.score->trial : 0;
    std::vector<std::size_t> open;
    std::vector<double> weights(sources_.size());
    double weight = 0, agreed = 0, rest = 1;
    for (std::size_t s = 0; s < sources_.size(); ++s) {
        Source& source = sources_[s];
        source.share = 0;
        if (source.is_dropped)
            continue;
        weights[s] = source.agreed * score(s, now);
        weight += weights[s];
        agreed += source.agreed;
        open.push_back(s);
    }
    if (weight <= 0) {
        for (const std::size_t s : open)
            sources_[s].share = sources_[s].agreed / agreed;
        return;
    }
    const auto least = [&](std::size_t s) { return std::min(trial, sources_[s].agreed); };
    for (auto low = open.begin(); low != open.end();) {
        low = std::find_if(
            open.begin(), open.end(), [&](std::size_t s) { return weights[s] / weight * rest < least(s) - rounding; });
        if (low == open.end())
            break;
        sources_[*low].share = least(*low);
        rest -= least(*low);
        weight -= weights[*low];
        open.erase(low);
        low = open.begin();
    }
    for (const std::size_t s : open)
        sources_[s].share = weights[s] / weight * rest;
}

bool SupplySplit::judge(sim::Time now, bool is_review) {
    bring_back(now);
    if (is_review)
        drop_bad_ones(now);
    return set_shares(now);
}

/// Returns true if a share has changed: then nothing is owed.
bool SupplySplit::set_shares(sim::Time now) {
    std::vector<double> before;
    for (const Source& source : sources_)
        before.push_back(source.share);
    weigh(now);
    const bool is_same = std::equal(before.begin(), before.end(), sources_.begin(), [&](double share, const Source& s) {
        return std::abs(share - s.share) < rounding;
    });
    for (std::size_t s = 0; is_same && s < sources_.size(); ++s)
        sources_[s].share = before[s];
    if (!is_same)
        std::fill(owed_.begin(), owed_.end(), 0.0);
    return !is_same;
}

void SupplySplit::start_measuring(sim::Time now) {
    for (Source& source : sources_) {
        source.totals = {};
        source.counted = now;
    }
}

SupplySplit::Totals SupplySplit::totals(std::size_t source, sim::Time now) const {
    Totals totals = sources_[source].totals;
    if (sources_[source].is_dropped)
        totals.dropped = totals.dropped + (now - sources_[source].counted);
    return totals;
}

void SupplySplit::resume(sim::Time now) {
    bool is_other = !spec_.score;
    for (std::size_t s = 0; s < sources_.size(); ++s) {
        Source& source = sources_[s];
        is_other |= source.agreed != spec_.sources[s].share;
        source.agreed = spec_.sources[s].share;
        if (source.is_dropped)
            source.until = end_of_drop(source);
    }
    if (is_other)
        set_shares(now);
}

template <class Archive>
void SupplySplit::Source::serialize(Archive& archive) {
    rows(archive, deliveries);
    rows(archive, tests);
    for (auto& orders : pending)
        rows(archive, orders);
    archive(agreed, share, failed_in_a_row, is_dropped, dropped_at, counted, until);
    sim::plain(archive, totals);
}

template <class Archive>
void SupplySplit::serialize(Archive& archive) {
    archive(owed_);
    for (Source& source : sources_)
        source.serialize(archive);
}

template void SupplySplit::serialize(sim::StateWriter& archive);
template void SupplySplit::serialize(sim::StateReader& archive);

}  // namespace spate::models
