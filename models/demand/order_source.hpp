#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/base/random.hpp"
#include "models/demand/arrival_calendar.hpp"
#include "models/demand/base_demand.hpp"
#include "models/demand/pulse_train.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// What one customer wants.
struct CustomerOrder {
    sim::Time placed;
    Index product = 0;
    std::uint32_t quantity = 0;
    std::uint64_t key = 0;  ///< entity of the order's further random draws: its stream and its number in it
};

/// All customer orders of one market in one channel, in order of placing.
///
/// Every product of every demand source is a stream of its own, keyed by the names of market, channel and product:
/// neither policies nor sites nor other products change its draws (common random numbers). The k-th order of a stream
/// draws from its own sub-stream, so the quantity of one order never shifts the time of the next.
/// Threads: owned by one process.
class OrderSource {
  public:
    OrderSource(const ModelSpec& spec, const BaseDemand& base, Index market, Index channel);

    /// When the next order is placed; sim::end_of_time if there is none.
    sim::Time next() const { return calendar_.next(); }

    /// End of the release wave with the next order (the buckets of the calendar are the waves); sim::end_of_time if
    /// none. Requires: the channel releases in waves.
    sim::Time next_wave() const { return calendar_.next_bucket_end(); }

    /// Appends all orders placed before `end`, in order of (time, stream).
    void take_before(sim::Time end, std::vector<CustomerOrder>& out);

  private:
    enum class Kind : std::uint8_t { renewal, periodic, recorded, pulse };

    /// What the streams of one demand entry or session share.
    struct Source {
        Kind kind = Kind::renewal;
        sim::Distribution gap = sim::Distribution::exponential(1);
        bool exponential = true;
        sim::Distribution quantity = sim::Distribution::constant(1);
        WeeklyProfile profile;
        double profile_mean = 1;
        std::unique_ptr<PulseTrain> pulses;
        sim::Duration every, offset;
        std::vector<CustomerOrder> recorded;
    };

    struct Stream {
        std::uint64_t key = 0;    ///< entity of its random numbers
        double rate = 0;          ///< mean orders per second (renewal), or per second of pulse
        double clock = 0;         ///< pulse integral used up [seconds]
        std::uint32_t drawn = 0;  ///< number of arrivals drawn
        std::uint32_t source = 0;
        Index product = 0;
    };

    void add_demand(const ModelSpec& spec, const DemandSpec& demand, Index market, Index channel);
    void add_recorded(const DemandSpec& demand, Index market);
    void add_session(const SessionSpec& session, const BaseDemand& base, const ModelSpec& spec, Index market);
    void add_pulses(Source source,
                    const SessionSpec& session,
                    std::uint32_t train,
                    const BaseDemand& base,
                    const ModelSpec& spec,
                    Index market);
    sim::Time following(Stream& stream, sim::Time after);
    double draw_gap(const Source& source, const Stream& stream) const;
    std::uint32_t draw_quantity(const Source& source, const Stream& stream) const;

    sim::RunSeed run_;
    std::uint64_t place_ = 0;  ///< key of market and channel
    std::vector<Source> sources_;
    std::vector<Stream> streams_;
    std::vector<std::uint8_t> entries_;  ///< per product: demand entries seen, which tell streams of one product apart
    ArrivalCalendar calendar_{0, sim::minute};
};

}  // namespace spate::models
