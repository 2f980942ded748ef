#pragma once

#include <cstdint>
#include <vector>

#include "models/demand/session_book.hpp"

namespace spate::models {

/// Carts of every session that has them and the orders they become, step by step (TraceSpec::carts_every), counted
/// before the run. Immutable: may be shared.
class CartCurve {
  public:
    /// What happened to one session in one step. Steps without a cart and an order are left out.
    struct Step {
        Index session = 0;
        Time end;                 ///< of the step
        std::int64_t carts = 0;   ///< made in it
        std::int64_t kept = 0;    ///< of these, become orders, or would but for the cap; after the run, too
        std::int64_t orders = 0;  ///< placed in it
    };

    /// Empty where no step is stated.
    CartCurve(const ModelSpec& spec, const BaseDemand& base);

    /// By session, then by time.
    const std::vector<Step>& steps() const { return steps_; }

  private:
    void add(const ModelSpec& spec, const BaseDemand& base, Index session);

    std::vector<Step> steps_;
};

}  // namespace spate::models
