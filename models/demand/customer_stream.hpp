#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "models/demand/customer_order.hpp"
#include "models/demand/product_mix.hpp"
#include "models/demand/pulse_train.hpp"
#include "models/demand/rate_curve.hpp"
#include "models/demand/session_gifts.hpp"
#include "models/demand/session_seeds.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Numbers of what is drawn for customers: the purposes of the random streams of demand.
inline constexpr std::uint16_t purpose_customer = 1, purpose_quantity = 2;

/// Customers who come by a Poisson process whose rate follows a weekly profile, a curve in absolute time or the pulses
/// of a session, and choose among products: the superposition of a Poisson process for each product.
///
/// Customer n takes block n of the stream's random numbers: words 0 and 1 for the gap, 2 and 3 for the product; the
/// quantity, if it is random, has another purpose. So no customer shifts another's draws, and customers are drawn in
/// blocks ahead of time. Times come from unit exponential gaps, added up as the integral of the rate and turned into
/// time by its inverse. Where the seed changes at a time, a customer is drawn by the seed of the time of the one
/// before. Threads: owned by one process.
class CustomerStream {
  public:
    static constexpr std::size_t largest_block = 256, usual_block = 64;

    struct Law {
        const WeeklyProfile* profile = nullptr;  ///< one of this, the pulses and the curve
        std::unique_ptr<const PulseTrain> pulses;
        double per_gap = 1;                          ///< integral of it [value·seconds] that one gap takes
        std::shared_ptr<const ProductMix> products;  ///< where the curve has no mixes
        const sim::Distribution* quantity = nullptr;
        std::shared_ptr<const RateCurve> curve = nullptr;
        /// Spans [from, to) in which nothing is sold, ascending: their customers are drawn but not given.
        std::vector<std::pair<sim::Time, sim::Time>> closed{};
        std::uint32_t basket = 0;             ///< CustomerOrder::basket of all who get no gift of another product
        std::uint16_t session = 0;            ///< CustomerOrder::session of all
        std::uint16_t layer = 0;              ///< CustomerOrder::layer of all
        const SessionGifts* gifts = nullptr;  ///< what they get on top of what they pay for
    };

    /// Where a stream stands: all that has been drawn but not taken is drawn again from here, but for the next
    /// customer, who is known.
    struct State {
        std::uint64_t key = 0;
        std::uint64_t number = 0;         ///< of the next customer
        WeeklyProfile::Position clock{};  ///< of the next customer; of the last if the next is not known
        CustomerOrder next{};
        std::uint64_t is_next_known = 0;
    };

    /// What the law points to must outlive the stream. Requires: 1 <= block <= largest_block.
    CustomerStream(SessionSeeds seeds, std::uint64_t key, Law law, std::size_t block = usual_block);

    std::uint64_t key() const { return key_; }

    /// Whether one seed draws all customers, those of a fork's past too.
    bool has_one_seed() const { return seeds_.is_one(); }

    /// When the next customer comes; sim::end_of_time if none does.
    sim::Time next() const { return first_ < block_.size() ? block_[first_].placed : sim::end_of_time; }

    /// Appends the customers before `end` in their order, but not those whose quantity is zero.
    void take_before(sim::Time end, std::vector<CustomerOrder>& out);

    State state() const;
    /// Goes on from a state of the stream with this key, of a run whose seed, rate or profile may have been another:
    /// the customer who was next still is, the rest is drawn with the own ones. None before `from` will be given.
    void restore(const State& state, sim::Time from);
    /// Forgets the customers before `from`.
    void skip_to(sim::Time from);

  private:
    using Words = std::array<std::uint32_t, 4>;

    void draw();
    void draw_times(std::span<const Words> words, sim::Time last);
    void draw_quantities();
    void add_gifts();
    std::uint32_t basket_of(const CustomerOrder& order) const;
    void turn_away();
    void gaps(std::span<const Words> words, std::span<double> gaps) const;
    sim::Time advance(WeeklyProfile::Position& clock, double gap, std::uint32_t& segment) const;
    sim::Time time_of(const WeeklyProfile::Position& clock, std::uint32_t& segment) const;
    WeeklyProfile::Position position(sim::Time t) const;

    SessionSeeds seeds_;
    sim::RunSeed run_;  ///< of the block
    std::uint64_t key_;
    Law law_;
    std::size_t block_size_;
    std::uint64_t drawn_ = 0;                       ///< number of the first customer after the block
    WeeklyProfile::Position clock_, before_block_;  ///< of the last customer drawn, and of the last before the block
    std::uint32_t segment_ = 0;
    std::vector<CustomerOrder> block_;
    std::size_t first_ = 0;   ///< next of the block
    bool has_ended_ = false;  ///< nobody comes after the block
};

}  // namespace spate::models
