#include "models/desk/source_choice.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/random.hpp"

namespace spate::models {

SourceChoice::SourceChoice(const ModelSpec& spec, Index channel, std::uint64_t key)
    : spec_(spec)
    , terms_(spec.channels[channel])
    , rule_(terms_.sources)
    , channel_(channel)
    , start_(key) {}

void SourceChoice::add(Index lane) {
    sources_.push_back({lane, spec_.lanes[lane].from, DeliveryEstimate(spec_, lane, channel_)});
}

double SourceChoice::cost(std::uint32_t source, Units units, double grams) const {
    const LaneSpec& lane = spec_.lanes[sources_[source].lane];
    const SiteSpec& site = spec_.sites[sources_[source].site];
    const auto pieces = static_cast<double>(units);
    const double money = static_cast<double>(site.handling_per_order + lane.cost_per_order)
                         + static_cast<double>(site.handling_per_unit + lane.cost_per_unit) * pieces
                         + lane.cost_per_g * grams;
    return money + rule_.carbon_price * (lane.co2_g_per_order + lane.co2_g_per_g * grams);
}

void SourceChoice::rank(const Wanted& wanted, std::vector<Candidate>& candidates) const {
    for (auto& candidate : candidates)
        candidate.is_late = false;
    if (rule_.within_promise)
        note_late(wanted, candidates);
    score(wanted, candidates);
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        if (a.is_late != b.is_late)
            return b.is_late;
        return a.score != b.score ? a.score < b.score : a.source < b.source;
    });
}

std::vector<std::pair<std::uint32_t, double>> SourceChoice::first_choices(const Wanted& wanted,
                                                                          std::vector<Candidate>& candidates) const {
    if (candidates.empty())
        return {};
    rank(wanted, candidates);
    const bool is_late = candidates.front().is_late;
    double sum = 0;
    std::vector<std::pair<std::uint32_t, double>> parts;
    for (const auto& candidate : candidates) {
        const double share =
            rule_.rule == SourcingSpec::Rule::ratio ? rule_.shares[sources_[candidate.source].site] : 0;
        if (share <= 0 || candidate.is_late || is_late)
            continue;
        sum += share;
        parts.emplace_back(candidate.source, share);
    }
    for (auto& [source, part] : parts)
        part /= sum;
    if (parts.empty())
        parts.emplace_back(candidates.front().source, 1.0);
    return parts;
}

void SourceChoice::score(const Wanted& wanted, std::vector<Candidate>& candidates) const {
    for (auto& candidate : candidates) {
        if (candidate.is_late)
            continue;
        switch (rule_.rule) {
            case SourcingSpec::Rule::nearest:
            case SourcingSpec::Rule::ratio: candidate.score = 0; break;
            case SourcingSpec::Rule::cheapest:
                candidate.score = cost(candidate.source, wanted.units, wanted.grams);
                break;
            case SourcingSpec::Rule::fastest:
                candidate.score = static_cast<double>(delivered(candidate.source, wanted.placed, wanted.units).us);
                break;
            case SourcingSpec::Rule::most_stock: candidate.score = -static_cast<double>(candidate.stock); break;
            case SourcingSpec::Rule::priority: candidate.score = rule_.ranks[sources_[candidate.source].site]; break;
        }
    }
    if (rule_.rule == SourcingSpec::Rule::ratio)
        draw_first(wanted, candidates);
}

/// The first choice by the shares: the n-th order of the desk takes the n-th point of the sequence of fractions
/// n·φ + start (φ: the golden ratio), which fills [0, 1) evenly: after n orders no share is off by more than
/// O(log n / n) (Knuth, The Art of Computer Programming 3, 6.4, exercise 8; Kuipers and Niederreiter 1974). The others
/// with a share come next, then those without, nearest first.
void SourceChoice::draw_first(const Wanted& wanted, std::vector<Candidate>& candidates) const {
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.source < b.source;
    });
    const auto share = [&](const Candidate& candidate) {
        return candidate.is_late ? 0 : rule_.shares[sources_[candidate.source].site];
    };
    double sum = 0;
    for (const auto& candidate : candidates)
        sum += share(candidate);
    constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ULL;
    double left = static_cast<double>((start_ + wanted.number * golden) >> 11) * 0x1p-53 * sum;
    Candidate* first = nullptr;
    for (auto& candidate : candidates) {
        if (!candidate.is_late)
            candidate.score = share(candidate) > 0 ? 1 : 2;
        if (share(candidate) <= 0 || (first != nullptr && left < 0))
            continue;
        first = &candidate;  // the last one where rounding leaves something over
        left -= share(candidate);
    }
    if (first != nullptr)
        first->score = 0;
}

Duration SourceChoice::promise_from(const Source& source) const {
    const double km = spec_.lanes[source.lane].distance_km;
    const auto& steps = terms_.promise_by_km;
    const auto found =
        std::find_if(steps.begin(), steps.end(), [km](const PromiseStep& step) { return km <= step.km; });
    return found != steps.end() ? found->within : steps.back().within;
}

void SourceChoice::note_late(const Wanted& wanted, std::vector<Candidate>& candidates) const {
    for (auto& candidate : candidates) {
        const Source& source = sources_[candidate.source];
        const Time delivered = source.estimate.delivered(wanted.placed, static_cast<double>(wanted.units));
        const Duration promise = terms_.promise_by_km.empty() ? *terms_.promise : promise_from(source);
        candidate.is_late = delivered - wanted.placed > promise;
        if (candidate.is_late)
            candidate.score = static_cast<double>(delivered.us);
    }
}

std::uint16_t SourceChoice::quote(std::uint32_t source, Time placed, Units units) const {
    if (!quotes())
        return 0;
    const Duration promise = terms_.promise_by_km.empty()
                                 ? delivered(source, placed, units) - placed + *terms_.quote_margin
                                 : promise_from(sources_[source]);
    const std::int64_t minutes = (promise.us + sim::minute.us - 1) / sim::minute.us;
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(minutes, 1, UINT16_MAX));
}

}  // namespace spate::models
