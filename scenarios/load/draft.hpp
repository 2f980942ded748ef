#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/spec.hpp"
#include "scenarios/load/calendar.hpp"
#include "scenarios/load/field_table.hpp"
#include "scenarios/load/node.hpp"
#include "scenarios/load/problems.hpp"
#include "scenarios/load/units.hpp"

namespace spate::scenarios {

/// The ids of one kind of thing (products, sites, …), in the order of their indices.
class Registry {
  public:
    explicit Registry(std::string_view what)
        : what_(what) {}

    /// False after adding a problem: the id is taken.
    bool add(const std::string& id, Place place, Problems& problems);
    std::optional<models::Index> find(const std::string& id) const;

    const std::string& id(std::size_t index) const { return ids_[index]; }

    Place place(std::size_t index) const { return places_[index]; }

    std::size_t size() const { return ids_.size(); }

    /// "product", "site", …
    std::string_view what() const { return what_; }

    std::vector<std::string_view> ids() const { return {ids_.begin(), ids_.end()}; }

  private:
    std::string_view what_;
    std::vector<std::string> ids_;
    std::vector<Place> places_;
    std::unordered_map<std::string, models::Index> by_id_;
};

/// A scenario on its way to a model: the description so far, what is wrong with it, and where its parts were written.
struct Draft {
    explicit Draft(Problems& all)
        : problems(all)
        , fields_read(all_fields().size(), false) {}

    Problems& problems;
    models::ModelSpec spec;
    UnitParser units{"CNY"};
    Instant start;
    bool has_time = false;  ///< start and horizon are known, so that dates can be judged
    std::uint64_t catalogue_seed = 1;
    double most_of_unit = 0;  ///< of all products: micro-currency, gram or millilitre of a unit, whichever is most
    Registry products{"product"}, markets{"market"}, sites{"site"}, channels{"channel"}, sessions{"session"},
        hosts{"host"};
    Registry return_centres{"return centre"};
    std::vector<bool> fields_read;  ///< by position in all_fields(): whether anything asked for the field

    bool knows_competitor = true;          ///< all prices of a competitor could be read
    Place prices_place;                    ///< where price changes are declared
    std::vector<Place> price_rules;        ///< per PriceRuleSpec
    Place demand_place;                    ///< where demand is declared, or the scenario if it is not
    std::vector<Place> defective_returns;  ///< where channels say what happens to defective units
    std::vector<Place> inspections;        ///< per InspectionSpec
    std::vector<Place> defects;            ///< per DefectSpec
    Place recall_place;                    ///< where recalls are declared
    Place grades_place;                    ///< where grades are declared
    std::vector<Place> replenish_rules;    ///< per ReplenishSpec: the rule it comes from
};

}  // namespace spate::scenarios
