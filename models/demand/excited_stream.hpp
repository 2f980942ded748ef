#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/base/random.hpp"
#include "models/demand/customer_order.hpp"
#include "models/demand/product_mix.hpp"
#include "models/demand/rate_curve.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Customers who bring others: a Hawkes process with exponential kernel (Hawkes, "Spectra of some self-exciting and
/// mutually exciting point processes", Biometrika 58, 1971). Customers of their own accord come by a Poisson process
/// with rate (1 − n) · λ · curve(t); each customer brings a Poisson number, with mean n, of others, after independent
/// exponential delays with mean τ. Mean rate λ · curve, where the curve changes little within τ / (1 − n).
///
/// Simulated exactly (Dassios and Zhao, "Exact simulation of Hawkes process with exponentially decaying intensity",
/// Electronic Communications in Probability 18, 2013): the next customer is the earlier of the next one of his own
/// accord and the next one brought, whose time follows from a unit exponential in closed form. The start is
/// stationary: the process runs from the beginning of the curve, before time zero.
///
/// Customer n takes block n of the stream's random numbers: words 0 and 1 for the gap, 2 and 3 for the product; the
/// customers of their own accord and the quantity have other purposes.
/// Threads: owned by one process.
class ExcitedStream {
  public:
    struct Law {
        std::shared_ptr<const RateCurve> curve;
        double rate = 0;                              ///< λ [1/s], > 0
        double branching = 0, delay = 1;              ///< n in [0, 1), τ [s]
        std::shared_ptr<const ProductMix> products;   ///< where the curve has no mixes
        const sim::Distribution* quantity = nullptr;  ///< must outlive the stream
        std::uint32_t basket = 0;                     ///< CustomerOrder::basket of all
    };

    /// Where a stream stands. Plain memory.
    struct State {
        std::uint64_t key = 0;
        std::uint64_t number = 0;      ///< of the next customer
        std::uint64_t own_number = 0;  ///< of the next customer of his own accord
        double own_amount = 0;         ///< integral of the curve up to him
        Time own_at{};                 ///< and his time
        double brought = 0;            ///< rate of customers brought by those before, at `at` [1/s]
        Time at{};                     ///< of the last customer
        CustomerOrder next{};          ///< placed: end_of_time if there is none
    };

    ExcitedStream(sim::RunSeed run, std::uint64_t key, Law law);

    std::uint64_t key() const { return state_.key; }

    /// When the next customer comes; sim::end_of_time if none does.
    Time next() const { return state_.next.placed; }

    /// Appends the customers before `end` in their order, but not those whose quantity is zero.
    void take_before(Time end, std::vector<CustomerOrder>& out);

    const State& state() const { return state_; }

    /// Goes on from a state of the stream with this key. Of another law or seed: the customer who was next still is.
    void restore(const State& state, Time from);
    /// Forgets the customers before `from`.
    void skip_to(Time from);

  private:
    void draw_own();
    void draw();
    std::uint32_t draw_quantity() const;

    sim::RunSeed run_;
    Law law_;
    State state_;
    std::uint32_t piece_ = 0;
};

}  // namespace spate::models
