// OrderDesk: who does not order: products are not shown to all, or cost too much.

#include <vector>

#include "models/desk/order_desk.hpp"

namespace spate::models {

/// Customers who do not pay the price, or are not shown the product, do not order.
void OrderDesk::keep_buyers() {
    if (prices_)
        std::erase_if(batch_, [&](const CustomerOrder& customer) { return !prices_->takes(customer); });
    if (!grades_)
        return;
    std::erase_if(batch_, [&](const CustomerOrder& customer) {
        const bool is_seen = grades_->is_seen(customer);
        if (!is_seen && customer.placed >= frame_.measured_from())
            grades_->note_unseen(customer);
        return !is_seen;
    });
}

void OrderDesk::on_grades(sim::Context& context, sim::Event& event) {
    auto notice = event.take<GradeNotice>();
    grades_->note(*notice, context.now());
    context.recycle(std::move(notice));
}

void OrderDesk::on_prices(sim::Context& context, sim::Event& event) {
    auto notice = event.take<PriceNotice>();
    prices_->note(*notice, context.now());
    context.recycle(std::move(notice));
}

}  // namespace spate::models
