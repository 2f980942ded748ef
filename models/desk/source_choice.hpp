#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/base/messages.hpp"
#include "models/desk/delivery_estimate.hpp"
#include "models/spec.hpp"

namespace spate::models {

/// Ranks the sites that can ship an order of one desk, by the rule of its channel (SourcingSpec). Sources are known by
/// their position in the desk's list, nearest first.
///
/// The rank under all rules but `most_stock` is a function of what was ordered and when, so an order that a site
/// refused is ranked again the same.
/// Threads: owned by one process.
class SourceChoice {
  public:
    /// What is to be shipped together.
    struct Wanted {
        Time placed;
        std::uint32_t number = 0;  ///< of the (first line of the) order at its desk
        Units units = 0;
        double grams = 0;
    };

    /// A source that may ship it.
    struct Candidate {
        std::uint32_t source = 0;
        Units stock = 0;  ///< in the desk's view; of interest to most_stock only
        bool is_late = false;
        double score = 0;  ///< less is better
    };

    /// `spec` must outlive it. `key`: of the desk; where its low-discrepancy sequence begins.
    SourceChoice(const ModelSpec& spec, Index channel, std::uint64_t key);

    /// The next source of the desk's list.
    void add(Index lane);

    /// Puts the best first. The result does not depend on the order given.
    void rank(const Wanted& wanted, std::vector<Candidate>& candidates) const;

    /// Sources and the part of such orders that each is the first choice for; empty if there are no candidates.
    std::vector<std::pair<std::uint32_t, double>> first_choices(const Wanted& wanted,
                                                                std::vector<Candidate>& candidates) const;

    /// Handling and freight of one parcel from a source, and its CO2e at the carbon price [micro-currency].
    double cost(std::uint32_t source, Units units, double grams) const;

    /// Expected delivery.
    Time delivered(std::uint32_t source, Time placed, Units units) const {
        return sources_[source].estimate.delivered(placed, static_cast<double>(units));
    }

    /// What a customer is promised from this source, in whole minutes above; 0 if the channel quotes nothing.
    std::uint16_t quote(std::uint32_t source, Time placed, Units units) const;

    bool quotes() const { return terms_.quote_margin.has_value() || !terms_.promise_by_km.empty(); }

  private:
    struct Source {
        Index lane = 0, site = 0;
        DeliveryEstimate estimate;
    };

    void score(const Wanted& wanted, std::vector<Candidate>& candidates) const;
    void draw_first(const Wanted& wanted, std::vector<Candidate>& candidates) const;
    void note_late(const Wanted& wanted, std::vector<Candidate>& candidates) const;
    Duration promise_from(const Source& source) const;

    const ModelSpec& spec_;
    const ChannelSpec& terms_;
    const SourcingSpec& rule_;
    Index channel_;
    std::uint64_t start_;  ///< of the sequence, as a fraction of 2^64
    std::vector<Source> sources_;
};

}  // namespace spate::models
