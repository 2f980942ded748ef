#include "models/demand/excited_stream.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/math.hpp"
#include "models/demand/customer_stream.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_own_accord = 21;

/// e^-x for x >= 0; 0 where it is below 1e-260.
double decayed(double x) {
    return x < 600 ? sim::exp(-x) : 0;
}

}  // namespace

ExcitedStream::ExcitedStream(sim::RunSeed run, std::uint64_t key, Law law)
    : run_(run)
    , law_(std::move(law)) {
    SPATE_EXPECT(law_.curve != nullptr && law_.quantity != nullptr && law_.rate > 0 && law_.delay > 0);
    SPATE_EXPECT(law_.branching >= 0 && law_.branching < 1);
    state_.key = key;
    state_.at = law_.curve->begin();
    draw_own();
    draw();
    skip_to(Time{0});
}

/// The next customer of his own accord.
void ExcitedStream::draw_own() {
    sim::RandomStream random(run_, state_.key, purpose_own_accord, state_.own_number++);
    state_.own_amount += sim::sample_unit_exponential(random) / ((1 - law_.branching) * law_.rate);
    state_.own_at = law_.curve->time_of(state_.own_amount, piece_);
}

/// The next customer. The rate of those brought decays as e^(-t/τ), so none more come with probability e^(-rate · τ).
void ExcitedStream::draw() {
    sim::RandomStream random(run_, state_.key, purpose_customer, state_.number);
    const double gap = sim::sample_unit_exponential(random);
    const double left = 1 - gap / std::max(state_.brought * law_.delay, 1e-300);
    constexpr double longest = 600;  // delays
    const Time brought_at = left > 0 && -sim::log(left) < longest
                                ? state_.at + Duration{static_cast<std::int64_t>(-law_.delay * sim::log(left) * 1e6)}
                                : sim::end_of_time;
    const bool is_own = state_.own_at <= brought_at;
    const Time at = std::min(state_.own_at, brought_at);
    CustomerOrder& next = state_.next;
    next.placed = at;
    next.basket = law_.basket;
    if (at == sim::end_of_time)
        return;
    state_.brought = state_.brought * decayed((at - state_.at).seconds() / law_.delay) + law_.branching / law_.delay;
    state_.at = at;
    const ProductMix& products = law_.curve->has_mixes() ? *law_.curve->mix_at(at) : *law_.products;
    next.product = products.pick(random.bits64());
    next.key = sim::mix(state_.key, state_.number);
    next.quantity = draw_quantity();
    ++state_.number;
    if (is_own)
        draw_own();
}

std::uint32_t ExcitedStream::draw_quantity() const {
    const sim::Distribution& quantity = *law_.quantity;
    if (quantity.is_constant())
        return whole_units(quantity.mean());
    if (quantity.takes_two_words()) {
        sim::RandomStream random(run_, state_.key, purpose_quantity, state_.number);
        return whole_units(quantity.sample(random));
    }
    sim::RandomStream random(run_, state_.next.key, purpose_quantity);
    return whole_units(quantity.sample(random));
}

void ExcitedStream::take_before(Time end, std::vector<CustomerOrder>& out) {
    const std::size_t from = out.size();
    for (; next() < end; draw()) {
        if (state_.next.quantity == 0)
            continue;
        out.push_back(state_.next);
        for (std::size_t k = out.size() - 1; k > from && comes_before(out[k], out[k - 1]); --k)
            std::swap(out[k], out[k - 1]);
    }
}

void ExcitedStream::restore(const State& state, Time from) {
    SPATE_EXPECT(state.key == state_.key);
    state_ = state;
    state_.next.basket = law_.basket;
    piece_ = 0;
    if (state_.own_at != sim::end_of_time && law_.curve->time_of(state_.own_amount, piece_) != state_.own_at)
        state_.own_amount = law_.curve->integral(state_.own_at);  // the curve is another now
    skip_to(from);
}

void ExcitedStream::skip_to(Time from) {
    while (next() < from)
        draw();
}

}  // namespace spate::models
