#include "models/demand/customer_stream.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/math.hpp"

namespace spate::models {

namespace {

std::uint64_t bits64(std::uint32_t high, std::uint32_t low) {
    return std::uint64_t{high} << 32 | low;
}

/// Customers of one instant get their total order.
void order_ties(std::vector<CustomerOrder>& orders, std::size_t from) {
    for (std::size_t i = from + 1; i < orders.size(); ++i) {
        for (std::size_t k = i; k > from && comes_before(orders[k], orders[k - 1]); --k)
            std::swap(orders[k], orders[k - 1]);
    }
}

}  // namespace

CustomerStream::CustomerStream(SessionSeeds seeds, std::uint64_t key, Law law, std::size_t block)
    : seeds_(std::move(seeds))
    , run_(seeds_.at(sim::Time{0}))
    , key_(key)
    , law_(std::move(law))
    , block_size_(block) {
    SPATE_EXPECT(block > 0 && block <= largest_block);
    SPATE_EXPECT((law_.profile != nullptr) + (law_.pulses != nullptr) + (law_.curve != nullptr) == 1);
    SPATE_EXPECT((law_.products != nullptr || law_.curve != nullptr) && law_.quantity != nullptr);
    if (law_.pulses == nullptr)
        clock_ = position(sim::Time{0});
    draw();
}

/// What lies between customers, in the units of the clock: the first words[i] bring the i-th.
void CustomerStream::gaps(std::span<const Words> words, std::span<double> gaps) const {
    sim::unit_exponentials(words, gaps);
    for (double& gap : gaps)
        gap *= law_.per_gap;
}

sim::Time CustomerStream::advance(WeeklyProfile::Position& clock, double gap, std::uint32_t& segment) const {
    if (law_.profile != nullptr) {
        law_.profile->move_on(clock, gap);
    } else {
        clock.amount += gap;
    }
    return time_of(clock, segment);
}

sim::Time CustomerStream::time_of(const WeeklyProfile::Position& clock, std::uint32_t& segment) const {
    if (law_.profile != nullptr)
        return law_.profile->time_of(clock, segment);
    return law_.curve != nullptr ? law_.curve->time_of(clock.amount, segment) : law_.pulses->inverse(clock.amount);
}

WeeklyProfile::Position CustomerStream::position(sim::Time t) const {
    if (law_.profile != nullptr)
        return law_.profile->position(t);
    return {0, law_.curve != nullptr ? law_.curve->integral(t) : law_.pulses->integral(t)};
}

/// The block ends with the first customer at `last` or later.
void CustomerStream::draw_times(std::span<const Words> words, sim::Time last) {
    std::array<double, largest_block> gap;
    gaps(words, {gap.data(), words.size()});
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto before = clock_;
        block_[i].placed = advance(clock_, gap[i], segment_);
        if (block_[i].placed == sim::end_of_time) {
            has_ended_ = true;
            clock_ = before;
            block_.resize(i);
            return;
        }
        if (block_[i].placed >= last) {
            block_.resize(i + 1);
            return;
        }
    }
}

/// Draws the next block of customers.
void CustomerStream::draw() {
    std::array<Words, largest_block> words;
    const sim::Time before = block_.empty() ? sim::Time{0} : block_.back().placed;
    run_ = seeds_.at(before);
    sim::random_blocks(run_, key_, purpose_customer, drawn_, {words.data(), block_size_});
    before_block_ = clock_;
    first_ = 0;
    block_.resize(block_size_);
    draw_times({words.data(), block_size_}, seeds_.ends(before));
    const bool has_mixes = law_.curve != nullptr && law_.curve->has_mixes();
    for (std::size_t i = 0; i < block_.size(); ++i) {
        const ProductMix& products = has_mixes ? *law_.curve->mix_at(block_[i].placed) : *law_.products;
        block_[i].product = products.pick(bits64(words[i][2], words[i][3]));
        block_[i].key = sim::mix(key_, drawn_ + i);
        block_[i].basket = law_.basket;
        block_[i].session = law_.session;
        block_[i].layer = law_.layer;
    }
    draw_quantities();
    if (law_.gifts != nullptr)
        add_gifts();
    if (!law_.closed.empty())
        turn_away();
    drawn_ += block_.size();
}

void CustomerStream::draw_quantities() {
    const auto& quantity = *law_.quantity;
    if (quantity.is_constant()) {
        for (auto& order : block_)
            order.quantity = whole_units(quantity.mean());
    } else if (quantity.takes_two_words()) {
        std::array<Words, largest_block> words;
        sim::random_blocks(run_, key_, purpose_quantity, drawn_, {words.data(), block_.size()});
        for (std::size_t i = 0; i < block_.size(); ++i) {
            sim::RandomStream random(run_, key_, purpose_quantity, drawn_ + i, words[i]);
            block_[i].quantity = whole_units(quantity.sample(random));
        }
    } else {
        // The number of words varies: every order has a stream of its own.
        for (auto& order : block_) {
            sim::RandomStream random(run_, order.key, purpose_quantity);
            order.quantity = whole_units(quantity.sample(random));
        }
    }
}

void CustomerStream::add_gifts() {
    for (auto& order : block_) {
        order.quantity = law_.gifts->with_gift(order.placed, order.product, order.quantity);
        order.basket = basket_of(order);
    }
}

/// CustomerOrder::basket.
std::uint32_t CustomerStream::basket_of(const CustomerOrder& order) const {
    const bool is_given_more =
        law_.gifts != nullptr && law_.gifts->further(order.placed, order.product, order.quantity).units > 0;
    return is_given_more ? gift_basket : law_.basket;
}

/// Customers in closed spans get no units.
void CustomerStream::turn_away() {
    auto span = law_.closed.begin();
    for (auto& order : block_) {
        span = std::find_if(span, law_.closed.end(), [&](const auto& s) { return order.placed < s.second; });
        if (span != law_.closed.end() && order.placed >= span->first)
            order.quantity = 0;
    }
}

void CustomerStream::take_before(sim::Time end, std::vector<CustomerOrder>& out) {
    const std::size_t from = out.size();
    while (next() < end) {
        for (; first_ < block_.size() && block_[first_].placed < end; ++first_) {
            if (block_[first_].quantity > 0)
                out.push_back(block_[first_]);
        }
        if (first_ == block_.size() && !has_ended_)
            draw();
    }
    order_ties(out, from);
}

CustomerStream::State CustomerStream::state() const {
    State state;
    state.key = key_;
    state.number = drawn_;
    state.clock = clock_;
    if (first_ == block_.size())
        return state;
    state.number = drawn_ - (block_.size() - first_);
    state.next = block_[first_];
    state.is_next_known = 1;
    if (state.number + 1 == drawn_)
        return state;
    std::array<Words, largest_block> words;
    sim::random_blocks(run_, key_, purpose_customer, drawn_ - block_.size(), {words.data(), first_ + 1});
    state.clock = before_block_;
    std::uint32_t segment = 0;
    std::array<double, largest_block> gap;
    gaps({words.data(), first_ + 1}, {gap.data(), first_ + 1});
    for (std::size_t i = 0; i <= first_; ++i)
        advance(state.clock, gap[i], segment);
    return state;
}

void CustomerStream::restore(const State& state, sim::Time from) {
    SPATE_EXPECT(state.key == key_);
    drawn_ = state.number;
    clock_ = before_block_ = state.clock;
    segment_ = 0;
    has_ended_ = false;
    if (state.is_next_known != 0) {
        block_.assign(1, state.next);
        block_[0].basket = basket_of(block_[0]);
        block_[0].session = law_.session;
        block_[0].layer = law_.layer;
        first_ = 0;
        ++drawn_;
        const sim::Time placed = state.next.placed;
        if (time_of(clock_, segment_) != placed)  // the profile, the curve or the pulses are others now
            clock_ = position(placed);
    } else {
        draw();
    }
    skip_to(from);
}

void CustomerStream::skip_to(sim::Time from) {
    while (next() < from) {
        while (first_ < block_.size() && block_[first_].placed < from)
            ++first_;
        if (first_ == block_.size() && !has_ended_)
            draw();
    }
}

}  // namespace spate::models
