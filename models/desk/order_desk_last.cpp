// OrderDesk: what it hears of its orders when the run is over.

#include "models/desk/order_desk.hpp"

namespace spate::models {

void OrderDesk::hear_last(const OutcomeBatch& batch) {
    const Time now = frame_.end - sim::microsecond;
    for (std::size_t i = 0; i < batch.outcomes.size(); ++i) {
        const OrderOutcome& outcome = batch.outcomes[i];
        if (outcome.outcome == Outcome::refused)
            continue;
        if (outcome.order.lines > 1) {
            i += hear_last_lines(batch, i) - 1;
            continue;
        }
        ++outcomes_received_;
        switch (outcome.outcome) {
            case Outcome::shipped: on_shipped(now, outcome, batch.site); break;
            case Outcome::cancelled: on_cancelled(now, outcome); break;
            case Outcome::withdrawn: close_withdrawn(now, outcome.order, outcome.released); break;
            case Outcome::refused: break;
        }
    }
}

}  // namespace spate::models
