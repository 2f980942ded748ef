// OrderDesk: products are graded, and not shown to all.

#include <vector>

#include "models/desk/order_desk.hpp"

namespace spate::models {

/// Customers who are not shown the product do not order.
void OrderDesk::drop_unseen() {
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

}  // namespace spate::models
