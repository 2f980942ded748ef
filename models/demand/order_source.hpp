#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/snapshot/archive_fwd.hpp"
#include "models/demand/arrival_calendar.hpp"
#include "models/demand/base_demand.hpp"
#include "models/demand/customer_stream.hpp"
#include "models/demand/excited_stream.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// All customer orders of one market in one channel, in order of placing.
///
/// Customers of a demand entry with exponential gaps are one stream, and so are those of a session: a Poisson process
/// that chooses among products. Other renewal gaps, periodic and recorded orders, and demand stated for each product
/// keep a stream for each product. Streams are keyed by the names of market and channel (and product): neither
/// policies nor sites change their draws (common random numbers). The k-th order of a stream draws from its own
/// sub-stream, so the quantity of one order never shifts the time of the next.
/// Threads: owned by one process.
class OrderSource {
  public:
    /// The specification and `base` must outlive the source. `block`: customers drawn at a time; no result depends on
    /// it.
    OrderSource(const ModelSpec& spec,
                const BaseDemand& base,
                Index market,
                Index channel,
                std::size_t block = CustomerStream::usual_block);

    /// When the next order is placed (if its quantity is not zero); sim::end_of_time if there is none.
    sim::Time next() const;

    /// End of the release wave with the next order; sim::end_of_time if none. Requires: the channel releases in waves.
    sim::Time next_wave() const;

    /// Appends all orders placed before `end`, in their total order.
    void take_before(sim::Time end, std::vector<CustomerOrder>& out);

    /// A fingerprint of the orders taken so far: time, market, channel, product, quantity and key of each, without
    /// those who come only for a low price. It does not depend on how they were taken. 0: none.
    std::uint64_t digest() const { return digest_ == 0 ? 0 : sim::mix(place_, digest_); }

    /// Draws all customers before `now`, to be given out by the next take_before(): whoever goes on from the archived
    /// state with other demand finds them as they were. No result depends on it. Requires: the next take_before() ends
    /// at `now` or later.
    void settle(sim::Time now);

    /// Archives where each stream stands. Requires: settled for the time of the archive. Read into a source with
    /// another seed, rate or profile, the next customer of each stream stays and the following ones are drawn anew;
    /// streams the archive does not know begin at that time.
    void save_state(sim::StateWriter& archive) const;
    void load_state(sim::StateReader& archive);

  private:
    enum class Kind : std::uint8_t { renewal, poisson, periodic, recorded };

    /// What the single streams of one demand entry share.
    struct Source {
        Kind kind = Kind::renewal;
        const DemandSpec* demand = nullptr;
        double profile_mean = 1;
        std::uint32_t basket = 0;
        std::vector<CustomerOrder> recorded;
    };

    /// A stream of one product.
    struct Single {
        std::uint64_t key = 0;            ///< entity of its random numbers
        double rate = 0;                  ///< mean orders per second
        WeeklyProfile::Position clock{};  ///< of the next order (poisson)
        std::uint32_t drawn = 0;          ///< number of arrivals drawn
        std::uint32_t source = 0;
        Index product = 0;
        const RateCurve* curve = nullptr;  ///< instead of the profile
        std::uint16_t layer = 0;           ///< CustomerOrder::layer of all
    };

    void add_demand(const ModelSpec& spec, const BaseDemand& base, std::size_t demand, Index market, Index channel);
    void add_shaped(const ModelSpec& spec,
                    const BaseDemand& base,
                    std::size_t demand,
                    Index market,
                    double rate,
                    std::uint32_t basket);
    void add_curve(const DemandSpec& demand, std::uint64_t key, double rate, CustomerStream::Law law);
    void add_singles(const ModelSpec& spec,
                     const DemandSpec& demand,
                     double rate,
                     std::uint32_t basket,
                     const DemandShape* shape = nullptr,
                     Index market = 0);
    void add_recorded(const ModelSpec& spec, std::size_t demand, Index market);
    void add_session(const ModelSpec& spec, const BaseDemand& base, std::size_t session, Index market);
    void add_with_bargains(const ModelSpec& spec, const DemandSpec& demand, CustomerStream::Law law);
    void add_single(const Single& single, std::uint16_t layers);
    void add_stream(std::uint64_t key, CustomerStream::Law law);
    void add_stream(std::uint64_t key, CustomerStream::Law law, SessionSeeds seeds);
    void start_singles();
    sim::Duration bucket_width() const;
    sim::Time resume(Single& single, const CustomerStream::State* state);
    void queue(std::uint32_t stream);
    std::uint64_t shared_key(const ModelSpec& spec, const DemandSpec& demand);
    void take_singles(sim::Time end, std::vector<CustomerOrder>& out);
    void merge(std::vector<CustomerOrder>& out, std::size_t first, std::size_t middle);
    sim::Time following(Single& single, sim::Time after);
    double draw_gap(const Source& source, const Single& single) const;
    std::uint32_t draw_quantity(const Source& source, const Single& single) const;

    sim::RunSeed run_;
    std::size_t block_;
    sim::Duration wave_;
    std::uint64_t place_ = 0;  ///< key of market and channel
    /// Set-up, per product: demand entries seen, which tell streams of one product apart. Empty where no product has a
    /// stream of its own.
    std::vector<std::uint32_t> entries_;
    std::uint32_t recorded_entries_ = 0;
    std::map<Index, std::uint32_t> shared_entries_;  ///< by first product: entries so far whose customers choose
    static constexpr std::uint32_t excited_bit = 1U << 31U;  ///< in the queue: one of the excited streams

    std::vector<CustomerStream> streams_;
    std::vector<ExcitedStream> excited_;
    std::vector<std::pair<sim::Time, std::uint32_t>> queue_;  ///< min-heap: the next customer of each stream
    std::vector<Source> sources_;
    std::vector<Single> singles_;
    ArrivalCalendar calendar_{0, sim::minute};  ///< of the singles
    sim::Time taken_;                           ///< all customers before this are taken
    sim::Time settled_;                         ///< the last settle()
    std::vector<CustomerOrder> waiting_;        ///< settled and not given out yet, in order
    std::vector<CustomerOrder> scratch_;
    std::shared_ptr<const std::vector<std::uint64_t>> product_keys_;  ///< by product
    /// Sum over the orders taken. The further products of a basket are a function of the order's key and the entry.
    std::uint64_t digest_ = 0;
};

}  // namespace spate::models
