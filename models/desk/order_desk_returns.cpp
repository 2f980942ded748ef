// OrderDesk: customers start to return what was delivered.

#include <algorithm>
#include <utility>

#include "models/desk/order_desk.hpp"

namespace spate::models {

namespace {

constexpr std::uint16_t purpose_return = 6, purpose_defect = 7;

/// Entity of the draws for an order, or for a line of one.
std::uint64_t key_of_line(const Order& order) {
    return order.line == 0 ? order.key : sim::mix(order.key, order.line);
}

}  // namespace

/// Draws whether, why and when the customer starts to send the goods back, all units of one product of the order;
/// none if not before the end. Two words of the order's, or line's, own stream decide, so the orders returned with a
/// share are among those returned with a larger one. What the customer has cancelled too late goes back as soon as it
/// is delivered.
std::optional<OrderDesk::Return> OrderDesk::draw_return(const OrderOutcome& outcome) const {
    const bool is_unwanted = channel_.return_share > 0 && is_too_late(outcome.order, outcome.delivered);
    const std::uint64_t key = key_of_line(outcome.order);
    const double factor = frame_.return_factors.empty() ? 1 : frame_.return_factors[outcome.order.product];
    sim::RandomStream random(frame_.seed(), key, purpose_return);
    const double u = random.uniform();
    const bool is_bad = outcome.defective > 0
                        && sim::RandomStream(frame_.seed(), key, purpose_defect).uniform() < channel_.defect_return;
    if (!is_bad && !is_unwanted && u >= channel_.return_share * factor)
        return std::nullopt;
    const double seconds = is_unwanted ? 0 : std::clamp(channel_.return_after.sample(random), 0.0, 1e10);
    const Time at = outcome.delivered + sim::from_seconds(seconds);
    if (at >= frame_.end)
        return std::nullopt;
    const double quality = channel_.return_quality * factor;
    const ReturnReason reason = is_bad || u < quality                                ? ReturnReason::quality
                                : u < quality + channel_.return_expectation * factor ? ReturnReason::expectation
                                                                                     : ReturnReason::other;
    return Return{at, reason};
}

/// The customer sends an order, or a line of one, back. `is_first`: nothing else of the order is returned so far.
void OrderDesk::start_return(const OrderOutcome& outcome, const Return& back, bool is_first) {
    Order order = outcome.order;
    order.key = key_of_line(order);
    Flow& flow = flow_at(back.at);
    flow.returns += is_first;
    flow.units_returned += order.quantity;
    units_return_started_ += order.quantity;
    if (is_measured(order)) {
        score_.returns += order.lines == 1;  // others when they close
        if (grades_)
            ++grades_->counts(order).returned;
        score_.units_returned += order.quantity;
    }
    if (returns_output_.is_connected())
        notices_.push_back({order, outcome.delivered, back.at, index_, back.reason});
    if (sold_batches_)
        sold_batches_->note_return(order, back.at, back.reason == ReturnReason::quality);
}

/// Tells the return centre of the returns found in the outcomes of one batch.
void OrderDesk::send_notices(sim::Context& context) {
    if (notices_.empty() && turnover_ == 0)
        return;
    auto batch = context.make<ReturnBatch>();
    batch->returns.swap(notices_);
    batch->turnover = std::exchange(turnover_, 0);
    context.send(returns_output_, returns_output_.link.lookahead(), std::move(batch));
}

SoldBatches& OrderDesk::follow_batches() {
    notes_outcomes_ = true;
    sold_batches_ = std::make_unique<SoldBatches>(frame_, index_, sim::hash_name(name()), ledger_);
    return *sold_batches_;
}

/// What a refund fund and the quality office want to know of a batch of outcomes.
void OrderDesk::note_outcomes(sim::Context& context, const OutcomeBatch& batch) {
    if (tells_turnover_) {
        for (const auto& outcome : batch.outcomes) {
            const Order& order = outcome.order;
            if (outcome.outcome == Outcome::shipped)
                turnover_ += frame_.amount(order);
        }
    }
    if (!sold_batches_)
        return;
    auto told = sold_batches_->take(batch, context.now());
    if (told.empty())
        return;
    auto news = context.make<QualityNews>();
    news->returns = std::move(told);
    context.send(sold_batches_->news(), frame_.spec.recall->news, std::move(news));
}

void OrderDesk::on_recall(sim::Context& context, sim::Event& event) {
    auto notice = event.take<RecallNotice>();
    sold_batches_->recall(*notice, context.now());
    context.recycle(std::move(notice));
}

}  // namespace spate::models
