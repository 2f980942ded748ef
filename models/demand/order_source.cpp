#include "models/demand/order_source.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_gap = 1, purpose_quantity = 2;

bool selects(const std::vector<Index>& list, Index value) {
    return std::binary_search(list.begin(), list.end(), value);
}

/// Share of one of the selected items in the sum of their weights.
template <class Weight>
double share_of(const std::vector<Index>& selected, Index item, Weight&& weight) {
    double sum = 0;
    for (const Index i : selected)
        sum += weight(i);
    return sum > 0 ? weight(item) / sum : 0;
}

double channel_share(const ModelSpec& spec, const DemandSpec& demand, Index channel) {
    return share_of(demand.channels, channel, [&](Index c) { return spec.channels[c].share; });
}

double market_share(const ModelSpec& spec, const DemandSpec& demand, Index market) {
    return share_of(demand.markets, market, [&](Index m) { return spec.markets[m].weight; });
}

/// Width of the calendar's buckets: the release wave, or the mean gap where orders are released one by one.
sim::Duration bucket_width(const ModelSpec& spec, Index channel, double total_rate) {
    const auto wave = spec.channels[channel].release_every;
    if (wave.us > 0)
        return wave;
    const double seconds = total_rate > 0 ? 1 / total_rate : 60;
    return sim::from_seconds(std::clamp(seconds, 1e-3, 86400.0));
}

std::uint32_t whole_units(double quantity) {
    if (quantity < 0.5)
        return 0;
    return quantity >= 4e9 ? 4'000'000'000U : static_cast<std::uint32_t>(quantity + 0.5);
}

}  // namespace

OrderSource::OrderSource(const ModelSpec& spec, const BaseDemand& base, Index market, Index channel)
    : run_{spec.seed, spec.replication}
    , place_(sim::mix(sim::hash_name(spec.markets[market].id), sim::hash_name(spec.channels[channel].id))) {
    for (const auto& demand : spec.demand) {
        if (!selects(demand.channels, channel))
            continue;
        if (demand.kind == DemandSpec::Kind::recorded) {
            if (demand.channels.front() == channel)
                add_recorded(demand, market);
        } else if (selects(demand.markets, market)) {
            add_demand(spec, demand, market, channel);
        }
    }
    for (const auto& session : spec.sessions) {
        if (session.channel == channel && selects(session.markets, market))
            add_session(session, base, spec, market);
    }
    double total = 0;
    for (const auto& stream : streams_)
        total += stream.rate;
    calendar_ = ArrivalCalendar(streams_.size(), bucket_width(spec, channel, total));
    for (std::uint32_t s = 0; s < streams_.size(); ++s)
        calendar_.set(s, following(streams_[s], sim::Time{0}));
}

void OrderSource::add_demand(const ModelSpec& spec, const DemandSpec& demand, Index market, Index channel) {
    Source source;
    source.kind = demand.kind == DemandSpec::Kind::periodic ? Kind::periodic : Kind::renewal;
    source.gap = demand.gap;
    source.exponential = demand.gap.kind() == sim::Distribution::Kind::exponential;
    source.quantity = demand.quantity;
    source.profile = demand.profile;
    source.profile_mean = demand.profile.mean();
    source.every = demand.every;
    source.offset = demand.offset;
    double rate = demand.orders_per_second;
    double popularity = 1;
    if (!demand.each) {
        rate *= market_share(spec, demand, market) * channel_share(spec, demand, channel);
        popularity = 0;
        for (const Index p : demand.products)
            popularity += spec.products[p].popularity;
    }
    entries_.resize(spec.products.size());
    for (const Index p : demand.products) {
        Stream stream;
        stream.key = sim::mix(sim::mix(place_, sim::hash_name(spec.products[p].id)), entries_[p]++);
        stream.rate = demand.each ? rate : rate * spec.products[p].popularity / popularity;
        stream.source = static_cast<std::uint32_t>(sources_.size());
        stream.product = p;
        if (stream.rate > 0 || source.kind == Kind::periodic)
            streams_.push_back(stream);
    }
    sources_.push_back(std::move(source));
}

void OrderSource::add_recorded(const DemandSpec& demand, Index market) {
    Source source;
    source.kind = Kind::recorded;
    for (const auto& row : demand.recorded) {
        if (row.market == market && row.quantity > 0) {
            const std::uint64_t key = sim::mix(sim::mix(place_, sim::hash_name("recorded")), source.recorded.size());
            source.recorded.push_back({row.at, row.product, static_cast<std::uint32_t>(row.quantity), key});
        }
    }
    if (source.recorded.empty())
        return;
    Stream stream;
    stream.source = static_cast<std::uint32_t>(sources_.size());
    streams_.push_back(stream);
    sources_.push_back(std::move(source));
}

void OrderSource::add_session(const SessionSpec& session, const BaseDemand& base, const ModelSpec& spec, Index market) {
    const PulseTrain::Shape shape{session.rise, session.lasts, session.decay};
    const sim::Duration every = session.repeat_every.value_or(sim::Duration{0});
    const sim::Duration length = PulseTrain(shape, session.start, {}, 1).end() - session.start;
    // Broadcasts that overlap go to several trains, in turn, so that no train overlaps itself.
    const std::int64_t needed = session.repeat_times > 1 ? (length.us + every.us - 1) / every.us : 1;
    const auto trains = static_cast<std::uint32_t>(std::clamp<std::int64_t>(needed, 1, session.repeat_times));
    for (std::uint32_t first = 0; first < trains; ++first) {
        const std::uint32_t times = (session.repeat_times - first + trains - 1) / trains;
        Source source;
        source.kind = Kind::pulse;
        source.quantity = session.quantity;
        source.pulses = std::make_unique<PulseTrain>(shape, session.start + every * first, every * trains, times);
        add_pulses(std::move(source), session, first, base, spec, market);
    }
}

/// One stream for each of the session's products; `train` tells streams of one product apart.
void OrderSource::add_pulses(Source source,
                             const SessionSpec& session,
                             std::uint32_t train,
                             const BaseDemand& base,
                             const ModelSpec& spec,
                             Index market) {
    const std::uint64_t key = sim::mix(place_, sim::hash_name(session.id));
    double all = 0;  // base orders per second of the session's products in its markets
    for (const Index m : session.markets) {
        for (const Index p : session.products)
            all += base.at(m, p).orders;
    }
    for (const Index p : session.products) {
        const double here = base.at(market, p).orders;
        Stream stream;
        stream.key = sim::mix(key, sim::hash_name(spec.products[p].id));
        if (train > 0)
            stream.key = sim::mix(stream.key, train);
        stream.source = static_cast<std::uint32_t>(sources_.size());
        stream.product = p;
        stream.rate = session.orders ? *session.orders / source.pulses->per_pulse() * (all > 0 ? here / all : 0)
                                     : (session.lift - 1) * here;
        if (stream.rate > 0)
            streams_.push_back(stream);
    }
    sources_.push_back(std::move(source));
}

void OrderSource::take_before(sim::Time end, std::vector<CustomerOrder>& out) {
    const std::size_t first = out.size();
    const auto take = [&](std::uint32_t s, sim::Time at) {
        Stream& stream = streams_[s];
        const Source& source = sources_[stream.source];
        if (source.kind == Kind::recorded) {
            out.push_back(source.recorded[stream.drawn - 1]);
        } else if (const auto quantity = draw_quantity(source, stream); quantity > 0) {
            out.push_back({at, stream.product, quantity, sim::mix(stream.key, stream.drawn)});
        }
        return following(stream, at);
    };
    calendar_.take_before(end, take, [&](std::uint32_t s) { __builtin_prefetch(&streams_[s], 1); });
    // Two streams of one product may meet in one instant: the key decides, so that the order is total.
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first),
              out.end(),
              [](const CustomerOrder& a, const CustomerOrder& b) {
                  if (a.placed != b.placed)
                      return a.placed < b.placed;
                  return a.product != b.product ? a.product < b.product : a.key < b.key;
              });
}

sim::Time OrderSource::following(Stream& stream, sim::Time after) {
    const Source& source = sources_[stream.source];
    ++stream.drawn;
    switch (source.kind) {
        case Kind::recorded: {
            const std::size_t next = stream.drawn - 1;
            return next < source.recorded.size() ? source.recorded[next].placed : sim::end_of_time;
        }
        case Kind::periodic: return stream.drawn == 1 ? sim::Time{source.offset.us} : after + source.every;
        case Kind::pulse:
            stream.clock += draw_gap(source, stream) / stream.rate;
            return source.pulses->inverse(stream.clock);
        case Kind::renewal:
            return source.profile.advance(after, draw_gap(source, stream) / stream.rate * source.profile_mean);
    }
    return sim::end_of_time;
}

double OrderSource::draw_gap(const Source& source, const Stream& stream) const {
    if (source.exponential) {
        sim::RandomStream random(run_, stream.key, purpose_gap, stream.drawn);
        return sim::sample_unit_exponential(random);
    }
    sim::RandomStream random(run_, sim::mix(stream.key, stream.drawn), purpose_gap);
    return std::max(source.gap.sample(random), 0.0);
}

std::uint32_t OrderSource::draw_quantity(const Source& source, const Stream& stream) const {
    if (source.quantity.is_constant())
        return whole_units(source.quantity.mean());
    sim::RandomStream random(run_, sim::mix(stream.key, stream.drawn), purpose_quantity);
    return whole_units(source.quantity.sample(random));
}

}  // namespace spate::models
