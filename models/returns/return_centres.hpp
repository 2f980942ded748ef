#pragma once

#include <functional>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/trace/recorder.hpp"
#include "models/base/ledger_totals.hpp"
#include "models/desk/order_desk.hpp"
#include "models/returns/return_centre.hpp"

namespace spate::models {

/// All return centres of a model, wired to the desks whose returns they take and to the sites they send goods back to.
/// Empty where the scenario has none: then it costs nothing.
class ReturnCentres {
  public:
    /// Notes the products' return factors, declares the tables and makes the processes. Requires: `desks` in the order
    /// of markets, then channels.
    void add(sim::Engine& engine,
             sim::Recorder& recorder,
             RunFrame& frame,
             const std::vector<Site*>& sites,
             const std::vector<OrderDesk*>& desks);

    void sample(Time at);
    void start_measuring(Time at);
    void add_to(LedgerTotals& totals) const;

    /// Compares what desks and centres counted with the account of returning goods. Returns the units sent back to
    /// sites since time zero. Throws: InvariantError.
    Units check_flows(const LedgerTotals& books, const std::vector<OrderDesk*>& desks) const;

  private:
    std::vector<ReturnCentre*> centres_;
};

}  // namespace spate::models
