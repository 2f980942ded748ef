#include "models/demand/order_source.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/base/check.hpp"
#include "sim/base/prefetch.hpp"
#include "models/demand/bargain_streams.hpp"
#include "models/demand/baskets.hpp"
#include "models/demand/recorded_orders.hpp"
#include "models/demand/session_streams.hpp"

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

/// Whether every product of an entry with exponential gaps is a stream of its own that is drawn order by order.
bool is_drawn_singly(const ModelSpec& spec, const DemandSpec& demand) {
    return demand.each && (demand.products.size() > few_products || !Bargains(spec, demand).products.empty());
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
    , place_(place_key(spec, market, channel))
    , product_keys_(base.product_keys()) {
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        const auto& demand = spec.demand[d];
        if (!selects(demand.channels, channel))
            continue;
        if (demand.kind == DemandSpec::Kind::recorded) {
            if (demand.channels.front() == channel)
                add_recorded(spec, d, market);
        } else if (selects(demand.markets, market)) {
            add_demand(spec, base, d, market, channel);
        }
    }
    for (std::size_t s = 0; s < spec.sessions.size(); ++s) {
        const SessionSpec& session = spec.sessions[s];
        if (!selects(session.markets, market))
            continue;
        if (session.channel == channel)
            add_session(spec, base, s, market);
        if (session.to_base > 0 && session.to_base_channel == channel) {
            for (auto& stream : base_streams_instead(spec, base, s, market))
                add_stream(stream.key, std::move(stream.law), std::move(stream.seeds));
        }
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
    if (base.shape(number) != nullptr) {
        add_shaped(spec, base, number, market, rate, basket);
        return;
    }
    if (!is_poisson || is_drawn_singly(spec, demand)) {
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
    if (rate > 0 && law.products != nullptr)
        add_with_bargains(spec, demand, std::move(law));
}

/// Customers who choose among the products of an entry, and those who come only for a low price.
void OrderSource::add_with_bargains(const ModelSpec& spec, const DemandSpec& demand, CustomerStream::Law law) {
    const std::uint64_t key = shared_key(spec, demand);
    auto laws = bargain_laws(spec, demand, law);
    add_stream(key, std::move(law));
    for (auto& further : laws)
        add_stream(key_of_layer(key, further.layer), std::move(further));
}

/// An entry goes by its first product; entries with the same one are told apart by their order.
std::uint64_t OrderSource::shared_key(const ModelSpec& spec, const DemandSpec& demand) {
    const Index first = demand.products.front();
    const auto entry = sim::mix(sim::hash_name("demand"), sim::hash_name(spec.products[first].id));
    return sim::mix(sim::mix(place_, entry), shared_entries_[first]++);
}

/// Demand whose rate follows a curve in absolute time, with the keys it would have without.
void OrderSource::add_shaped(const ModelSpec& spec,
                             const BaseDemand& base,
                             std::size_t number,
                             Index market,
                             double rate,
                             std::uint32_t basket) {
    const DemandSpec& demand = spec.demand[number];
    const DemandShape& shape = *base.shape(number);
    const bool is_poisson = demand.gap.kind() == sim::Distribution::Kind::exponential;
    if (!is_poisson || (is_drawn_singly(spec, demand) && demand.branching <= 0)) {
        add_singles(spec, demand, rate, basket, &shape, market);
        return;
    }
    CustomerStream::Law law;
    law.quantity = &demand.quantity;
    law.basket = basket;
    if (!demand.each) {
        law.products = base.mix(number);
        law.curve = shape.together(market);
        if (rate <= 0 || law.products == nullptr)
            return;
        law.per_gap = 1 / rate;
        if (demand.branching > 0) {
            add_curve(demand, shared_key(spec, demand), rate, std::move(law));
        } else {
            add_with_bargains(spec, demand, std::move(law));
        }
        return;
    }
    entries_.resize(spec.products.size());
    for (const Index p : demand.products) {
        const auto key = sim::mix(sim::mix(place_, sim::hash_name(spec.products[p].id)), entries_[p]++);
        law.products = std::make_shared<const ProductMix>(std::vector<Index>{p}, std::vector<double>{1});
        if (rate > 0)
            add_curve(
                demand, key, rate, {nullptr, nullptr, 1, law.products, law.quantity, shape.of_product(market, p)});
    }
}

void OrderSource::add_curve(const DemandSpec& demand, std::uint64_t key, double rate, CustomerStream::Law law) {
    if (demand.branching <= 0) {
        law.per_gap = 1 / rate;
        add_stream(key, std::move(law));
        return;
    }
    const double delay = demand.branching_delay.seconds();
    excited_.emplace_back(
        run_,
        key,
        ExcitedStream::Law{law.curve, rate, demand.branching, delay, law.products, law.quantity, law.basket});
    queue(static_cast<std::uint32_t>(excited_.size() - 1) | excited_bit);
}

void OrderSource::add_singles(const ModelSpec& spec,
                              const DemandSpec& demand,
                              double rate,
                              std::uint32_t basket,
                              const DemandShape* shape,
                              Index market) {
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
    const Bargains bargains(spec, demand);
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
        if (shape != nullptr) {
            single.curve = shape->of_product(market, p).get();
            single.clock = {0, single.curve->integral(sim::Time{0})};
        }
        const bool has_bargains = std::binary_search(bargains.products.begin(), bargains.products.end(), p);
        if (single.rate > 0 || is_periodic)
            add_single(single, has_bargains ? bargains.layers : std::uint16_t{0});
    }
    sources_.push_back(std::move(source));
}

/// A stream, and so many layers of those who come only for a low price.
void OrderSource::add_single(const Single& single, std::uint16_t layers) {
    singles_.push_back(single);
    for (std::uint16_t layer = 1; layer <= layers; ++layer) {
        singles_.push_back(single);
        singles_.back().key = key_of_layer(single.key, layer);
        singles_.back().layer = layer;
    }
}

void OrderSource::add_recorded(const ModelSpec& spec, std::size_t number, Index market) {
    const DemandSpec& demand = spec.demand[number];
    Source source;
    source.kind = Kind::recorded;
    source.demand = &demand;
    const std::uint64_t entry = sim::mix(sim::mix(place_, sim::hash_name("recorded")), recorded_entries_++);
    for (const auto& row : orders_of_run(spec, number, market)) {
        const std::uint64_t key = sim::mix(entry, source.recorded.size());
        source.recorded.push_back({row.at, row.product, static_cast<std::uint32_t>(row.quantity), key});
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
    const auto broadcasts = base.broadcasts().of(number);
    for (auto& stream : session_streams(spec, base, number, market)) {
        for (std::size_t n = stream.first; n < broadcasts.size(); n += stream.step) {
            if (base.closes(number, n) < broadcasts[n].end)
                stream.law.closed.emplace_back(base.closes(number, n), broadcasts[n].end + sim::microsecond);
        }
        add_stream(stream.key, std::move(stream.law), std::move(stream.seeds));
    }
}

void OrderSource::add_stream(std::uint64_t key, CustomerStream::Law law) {
    add_stream(key, std::move(law), SessionSeeds(run_));
}

void OrderSource::add_stream(std::uint64_t key, CustomerStream::Law law, SessionSeeds seeds) {
    streams_.emplace_back(std::move(seeds), key, std::move(law), block_);
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
    const sim::Time next =
        (stream & excited_bit) != 0 ? excited_[stream ^ excited_bit].next() : streams_[stream].next();
    if (next == sim::end_of_time)
        return;
    queue_.emplace_back(next, stream);
    std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
}

sim::Time OrderSource::next() const {
    if (!waiting_.empty())
        return waiting_.front().placed;
    const sim::Time in_queue = queue_.empty() ? sim::end_of_time : queue_.front().first;
    return singles_.empty() ? in_queue : std::min(in_queue, calendar_.next());
}

sim::Time OrderSource::next_wave() const {
    sim::Time at = !waiting_.empty() ? waiting_.front().placed
                   : queue_.empty()  ? sim::end_of_time
                                     : queue_.front().first;
    if (at.us < INT64_MAX - wave_.us)
        at = sim::next_on_grid(at + sim::microsecond, wave_);
    return singles_.empty() ? at : std::min(at, calendar_.next_bucket_end());
}

void OrderSource::take_before(sim::Time end, std::vector<CustomerOrder>& out) {
    if (!waiting_.empty()) {
        SPATE_EXPECT(end >= settled_);
        out.insert(out.end(), waiting_.begin(), waiting_.end());  // all others come later
        waiting_.clear();
    }
    const std::size_t first = out.size();
    taken_ = std::max(taken_, end);
    while (!queue_.empty() && queue_.front().first < end) {
        const std::uint32_t stream = queue_.front().second;
        std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
        queue_.pop_back();
        const std::size_t middle = out.size();
        if ((stream & excited_bit) != 0) {
            excited_[stream ^ excited_bit].take_before(end, out);
        } else {
            streams_[stream].take_before(end, out);
        }
        queue(stream);
        merge(out, first, middle);
    }
    if (!singles_.empty()) {
        const std::size_t middle = out.size();
        take_singles(end, out);
        merge(out, first, middle);
    }
    for (std::size_t i = first; i < out.size(); ++i)
        digest_ += out[i].layer == 0 ? out[i].fingerprint((*product_keys_)[out[i].product]) : 0;
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
            out.push_back({at, single.product, quantity, sim::mix(single.key, number), source.basket, 0, single.layer});
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
            if (single.curve != nullptr) {
                single.clock.amount += draw_gap(source, single) * (1 / single.rate);  // rounded as in CustomerStream
                return single.curve->time_of(single.clock.amount, segment);
            }
            source.demand->profile.move_on(single.clock,
                                           draw_gap(source, single) * (source.profile_mean / single.rate));
            return source.demand->profile.time_of(single.clock, segment);
        }
        case Kind::renewal:
            if (single.curve != nullptr)
                return single.curve->advance(after, draw_gap(source, single) / single.rate);
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
