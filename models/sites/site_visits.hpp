#pragma once

#include "models/sites/site.hpp"

/// Who looks at the orders that a site still has at the end.
namespace spate::models {

template <class Visit, class VisitLine>
void Site::for_each_waited(Visit&& visit, VisitLine&& visit_line) const {
    for (std::uint32_t slot = 0; slot < desks_.size(); ++slot)
        visit(slot, desks_[slot].waited_in_work);
    for (const auto* parcels : {&kept_, &parcels_}) {
        for (const auto& [key, parcel] : *parcels)
            for (const Order& line : parcel.lines)
                visit_line(line, parcels == &kept_);
    }
}

template <class Visit>
void Site::for_each_unsent(Visit&& visit) const {
    for (const std::uint32_t slot : pending_desks_)
        visit(slot, *desks_[slot].pending);
}

template <class Visit>
void Site::for_each_waiting(Visit&& visit) const {
    for (const auto& [position, queue] : waiting_)
        queue.for_each([&](const Waiting& waiting) {
            if (waiting.is_customer)
                visit(waiting.order);
        });
}

}  // namespace spate::models
