#pragma once

#include "models/base/timetable.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// When an order would be delivered over one lane to a market if nothing stood in its way: what a desk can know of a
/// site without asking it.
///
/// placed -> end of the release wave + lag -> mean work of every stage, within its working hours -> the site's next
/// hand-over to the carrier (at once without stages) -> next departure of the lane -> mean transit time. Queues,
/// shortages and the spread of work and transit are not in it. Threads: immutable.
class DeliveryEstimate {
  public:
    /// `spec` must outlive it. Requires: a lane to a market.
    DeliveryEstimate(const ModelSpec& spec, Index lane, Index channel);

    /// Of an order placed then, with so many units in all.
    Time delivered(Time placed, double units) const;

  private:
    const SiteSpec& site_;
    Timetable departures_;
    Duration release_every_, release_lag_, transit_;
};

}  // namespace spate::models
