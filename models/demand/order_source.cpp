#include "models/demand/order_source.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/base/check.hpp"
#include "sim/base/prefetch.hpp"
#include "models/demand/baskets.hpp"

namespace spate::models {

namespace {

/// From a moment chosen without regard to the orders until the next one, where gaps are gamma: a uniform part of a gap
/// that is drawn in proportion to its length (Cox, Renewal Theory, 1962, chapter 5). The length-biased gamma has a
/// shape larger by one and the same scale.
double sample_first_gap(const sim::Distribution& gap, sim::RandomStream& random) {
    const double cv = gap.standard_deviation() / gap.mean(), around = 1 + cv * cv;
    const double whole = sim::Distribution::gamma(gap.mean() * around, cv / std::sqrt(around)).sample(random);
    return whole * sim::Distribution::uniform(0, 1).sample(random);
}

constexpr std::size_t few_products = 8;  ///< demand of each product: up to here blocks are worth their memory

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

}  // namespace

OrderSource::OrderSource(const ModelSpec& spec, const BaseDemand& base, Index market, Index channel, std::size_t block)
    : run_{spec.seed, spec.replication}
    , block_(block)
    , wave_(spec.channels[channel].release_every)
    , place_(sim::mix(sim::hash_name(spec.markets[market].id), sim::hash_name(spec.channels[channel].id))) {
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        const auto& demand = spec.demand[d];
        if (!selects(demand.channels, channel))
            continue;
        if (demand.kind == DemandSpec::Kind::recorded) {
            if (demand.channels.front() == channel)
                add_recorded(demand, market);
        } else if (selects(demand.markets, market)) {
            add_demand(spec, base, d, market, channel);
        }
    }
    for (std::size_t s = 0; s < spec.sessions.size(); ++s) {
        if (spec.sessions[s].channel == channel && selects(spec.sessions[s].markets, market))
            add_session(spec, base, s, market);
    }
    entries_ = {};
    start_singles();
}

void OrderSource::add_demand(
    const ModelSpec& spec, const BaseDemand& base, std::size_t number, Index market, Index channel) {
    const DemandSpec& demand = spec.demand[number];
    const bool is_poisson =
        demand.kind == DemandSpec::Kind::renewal && demand.gap.kind() == sim::Distribution::Kind::exponential;
    double rate = demand.orders_per_second;
    if (!demand.each)
        rate *= market_share(spec, demand, market) * channel_share(spec, demand, channel);
    const std::uint32_t basket = has_baskets(demand) ? static_cast<std::uint32_t>(number) + 1 : 0;
    if (!is_poisson || (demand.each && demand.products.size() > few_products)) {
        add_singles(spec, demand, rate, basket);
        return;
    }
    CustomerStream::Law law;
    law.profile = &demand.profile;
    law.quantity = &demand.quantity;
    law.basket = basket;
    if (rate > 0)
        law.per_gap = demand.profile.mean() / rate;
    if (demand.each) {
        entries_.resize(spec.products.size());
        for (const Index p : demand.products) {
            const auto key = sim::mix(sim::mix(place_, sim::hash_name(spec.products[p].id)), entries_[p]++);
            law.products = std::make_shared<const ProductMix>(std::vector<Index>{p}, std::vector<double>{1});
            if (rate > 0)
                add_stream(key, {law.profile, nullptr, law.per_gap, law.products, law.quantity});
        }
        return;
    }
    law.products = base.mix(number);
    if (rate > 0 && law.products != nullptr) {
        // An entry goes by its first product; entries with the same one are told apart by their order.
        const Index first = demand.products.front();
        const auto entry = sim::mix(sim::hash_name("demand"), sim::hash_name(spec.products[first].id));
        add_stream(sim::mix(sim::mix(place_, entry), shared_entries_[first]++), std::move(law));
    }
}

void OrderSource::add_singles(const ModelSpec& spec, const DemandSpec& demand, double rate, std::uint32_t basket) {
    const bool is_periodic = demand.kind == DemandSpec::Kind::periodic;
    Source source;
    source.demand = &demand;
    source.profile_mean = demand.profile.mean();
    source.basket = basket;
    source.kind = is_periodic                                                 ? Kind::periodic
                  : demand.gap.kind() == sim::Distribution::Kind::exponential ? Kind::poisson
                                                                              : Kind::renewal;
    double popularity = 0;
    for (const Index p : demand.products)
        popularity += spec.products[p].popularity;
    entries_.resize(spec.products.size());
    for (const Index p : demand.products) {
        Single single;
        single.key = sim::mix(sim::mix(place_, sim::hash_name(spec.products[p].id)), entries_[p]++);
        single.rate = rate;
        if (!demand.each)
            single.rate *= popularity > 0 ? spec.products[p].popularity / popularity : 0;
        single.clock = demand.profile.position(sim::Time{0});
        single.source = static_cast<std::uint32_t>(sources_.size());
        single.product = p;
        if (single.rate > 0 || is_periodic)
            singles_.push_back(single);
    }
    sources_.push_back(std::move(source));
}

void OrderSource::add_recorded(const DemandSpec& demand, Index market) {
    Source source;
    source.kind = Kind::recorded;
    source.demand = &demand;
    const std::uint64_t entry = sim::mix(sim::mix(place_, sim::hash_name("recorded")), recorded_entries_++);
    for (const auto& row : demand.recorded) {
        if (row.market == market && row.quantity > 0) {
            const std::uint64_t key = sim::mix(entry, source.recorded.size());
            source.recorded.push_back({row.at, row.product, static_cast<std::uint32_t>(row.quantity), key});
        }
    }
    if (source.recorded.empty())
        return;
    Single single;
    single.key = entry;
    single.source = static_cast<std::uint32_t>(sources_.size());
    singles_.push_back(single);
    sources_.push_back(std::move(source));
}

void OrderSource::add_session(const ModelSpec& spec, const BaseDemand& base, std::size_t number, Index market) {
    const SessionSpec& session = spec.sessions[number];
    const PulseTrain::Shape shape{session.rise, session.lasts, session.decay};
    const sim::Duration every = session.repeat_every.value_or(sim::Duration{0});
    const PulseTrain one(shape, session.start, {}, 1);
    std::vector<double> weights;
    double here = 0;  // base orders per second of the session's products in this market
    for (const Index p : session.products) {
        weights.push_back(base.at(market, p).orders);
        here += weights.back();
    }
    const double all = base.session_rate(number);
    const double rate = session.orders ? *session.orders / one.per_pulse() * (all > 0 ? here / all : 0)
                                       : (session.lift - 1) * here;  // orders per second of pulse
    if (rate <= 0)
        return;
    const auto mix = std::make_shared<const ProductMix>(session.products, weights);
    // Broadcasts that overlap go to several trains, in turn, so that no train overlaps itself.
    const sim::Duration length = one.end() - session.start;
    const std::int64_t needed = session.repeat_times > 1 ? (length.us + every.us - 1) / every.us : 1;
    const auto trains = static_cast<std::uint32_t>(std::clamp<std::int64_t>(needed, 1, session.repeat_times));
    const std::uint64_t key = sim::mix(place_, sim::hash_name(session.id));
    for (std::uint32_t first = 0; first < trains; ++first) {
        const std::uint32_t times = (session.repeat_times - first + trains - 1) / trains;
        auto train = std::make_unique<const PulseTrain>(shape, session.start + every * first, every * trains, times);
        add_stream(sim::mix(key, first), {nullptr, std::move(train), 1 / rate, mix, &session.quantity});
    }
}

void OrderSource::add_stream(std::uint64_t key, CustomerStream::Law law) {
    streams_.emplace_back(run_, key, std::move(law), block_);
    queue(static_cast<std::uint32_t>(streams_.size() - 1));
}

/// Width of the calendar's buckets: the release wave, or the mean gap where orders are released one by one.
sim::Duration OrderSource::bucket_width() const {
    if (wave_.us > 0)
        return wave_;
    double total = 0;
    for (const auto& single : singles_)
        total += single.rate;
    const double seconds = total > 0 ? 1 / total : 60;
    return sim::from_seconds(std::clamp(seconds, 1e-3, 86400.0));
}

void OrderSource::start_singles() {
    calendar_ = ArrivalCalendar(singles_.size(), bucket_width());
    for (std::uint32_t s = 0; s < singles_.size(); ++s)
        calendar_.set(s, following(singles_[s], sim::Time{0}));
}

/// Puts a stream in line with its next customer, if it has one.
void OrderSource::queue(std::uint32_t stream) {
    const sim::Time next = streams_[stream].next();
    if (next == sim::end_of_time)
        return;
    queue_.emplace_back(next, stream);
    std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
}

sim::Time OrderSource::next() const {
    const sim::Time in_queue = queue_.empty() ? sim::end_of_time : queue_.front().first;
    return singles_.empty() ? in_queue : std::min(in_queue, calendar_.next());
}

sim::Time OrderSource::next_wave() const {
    sim::Time at = queue_.empty() ? sim::end_of_time : queue_.front().first;
    if (at.us < INT64_MAX - wave_.us)
        at = sim::next_on_grid(at + sim::microsecond, wave_);
    return singles_.empty() ? at : std::min(at, calendar_.next_bucket_end());
}

void OrderSource::take_before(sim::Time end, std::vector<CustomerOrder>& out) {
    const std::size_t first = out.size();
    taken_ = std::max(taken_, end);
    while (!queue_.empty() && queue_.front().first < end) {
        const std::uint32_t stream = queue_.front().second;
        std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
        queue_.pop_back();
        const std::size_t middle = out.size();
        streams_[stream].take_before(end, out);
        queue(stream);
        merge(out, first, middle);
    }
    if (singles_.empty())
        return;
    const std::size_t middle = out.size();
    take_singles(end, out);
    merge(out, first, middle);
}

void OrderSource::take_singles(sim::Time end, std::vector<CustomerOrder>& out) {
    const std::size_t first = out.size();
    const auto take = [&](std::uint32_t s, sim::Time at) {
        Single& single = singles_[s];
        const Source& source = sources_[single.source];
        const std::uint32_t number = single.drawn - 1;
        if (source.kind == Kind::recorded) {
            out.push_back(source.recorded[number]);
        } else if (const auto quantity = draw_quantity(source, single); quantity > 0) {
            out.push_back({at, single.product, quantity, sim::mix(single.key, number), source.basket});
        }
        return following(single, at);
    };
    calendar_.take_before(end, take, [&](std::uint32_t s) { sim::prefetch(&singles_[s]); });
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first),
              out.end(),
              [](const CustomerOrder& a, const CustomerOrder& b) { return comes_before(a, b); });
}

/// Merges [first, middle) and [middle, end), both in order.
void OrderSource::merge(std::vector<CustomerOrder>& out, std::size_t first, std::size_t middle) {
    if (first == middle || middle == out.size() || !comes_before(out[middle], out[middle - 1]))
        return;
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(first);
    scratch_.assign(begin, out.begin() + static_cast<std::ptrdiff_t>(middle));
    std::merge(scratch_.begin(),
               scratch_.end(),
               out.begin() + static_cast<std::ptrdiff_t>(middle),
               out.end(),
               begin,
               [](const CustomerOrder& a, const CustomerOrder& b) { return comes_before(a, b); });
}

sim::Time OrderSource::following(Single& single, sim::Time after) {
    const Source& source = sources_[single.source];
    const std::uint32_t number = single.drawn++;
    switch (source.kind) {
        case Kind::recorded: return number < source.recorded.size() ? source.recorded[number].placed : sim::end_of_time;
        case Kind::periodic: return number == 0 ? sim::Time{source.demand->offset.us} : after + source.demand->every;
        case Kind::poisson: {
            std::uint32_t segment = UINT32_MAX;
            source.demand->profile.move_on(single.clock,
                                           draw_gap(source, single) * (source.profile_mean / single.rate));
            return source.demand->profile.time_of(single.clock, segment);
        }
        case Kind::renewal:
            return source.demand->profile.advance(after, draw_gap(source, single) / single.rate * source.profile_mean);
    }
    return sim::end_of_time;
}

double OrderSource::draw_gap(const Source& source, const Single& single) const {
    const std::uint32_t number = single.drawn - 1;
    if (source.kind == Kind::poisson) {
        sim::RandomStream random(run_, single.key, purpose_customer, number);
        return sim::sample_unit_exponential(random);
    }
    sim::RandomStream random(run_, sim::mix(single.key, number), purpose_customer);
    const bool is_first = number == 0 && source.demand->gap.kind() == sim::Distribution::Kind::gamma;
    return is_first ? sample_first_gap(source.demand->gap, random) : std::max(source.demand->gap.sample(random), 0.0);
}

std::uint32_t OrderSource::draw_quantity(const Source& source, const Single& single) const {
    const auto& quantity = source.demand->quantity;
    if (quantity.is_constant())
        return whole_units(quantity.mean());
    const std::uint32_t number = single.drawn - 1;
    if (quantity.takes_two_words()) {
        sim::RandomStream random(run_, single.key, purpose_quantity, number);
        return whole_units(quantity.sample(random));
    }
    sim::RandomStream random(run_, sim::mix(single.key, number), purpose_quantity);
    return whole_units(quantity.sample(random));
}

}  // namespace spate::models
