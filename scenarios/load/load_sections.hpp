#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "models/spec.hpp"
#include "scenarios/load/reader.hpp"

namespace spate::models {
class DemandShape;
}  // namespace spate::models

/// One function for each part of a scenario; each fills its part of draft.spec. Called in this order.
namespace spate::scenarios {

void load_time(Reader& scenario);
void load_markets(Reader& scenario);
void load_products(Reader& scenario);
void load_sites(Reader& scenario);
void load_lanes(Reader& scenario);
void load_channels(Reader& scenario);
/// After products and channels.
void load_substitutes(Reader& scenario);
void load_return_centres(Reader& scenario);
/// After lanes.
void load_quality(Reader& scenario);
/// `recall` of quality.
void load_recall(Reader& quality);
/// `grades` of quality.
void load_grades(Reader& quality);
void load_demand(Reader& scenario);
void load_hosts(Reader& scenario);
void load_sessions(Reader& scenario);
/// `gift` of a session.
models::GiftSpec read_gift(Reader& gift);
/// Buy so many, get so many on top.
void read_scripted_gift(Reader& event, models::ScriptSpec& script);
void check_gifts(Reader& session, const models::SessionSpec& spec);
void load_alerts(Reader& scenario);
/// `prepare` of a rule whose kind and review are read.
void read_prepare(Reader& rule, models::ReplenishSpec& spec);

/// How long goods keep: of a product, or of generated ones.
void read_shelf_life(Reader& reader, models::ProductSpec& product);

/// Which goods leave a site first, and how old those of unlimited stock are. Requires: assortment and stock are known.
void read_issue(Reader& reader, models::SiteSpec& site);

/// How old the opening stock is. Requires: the assortment is known.
void read_oldest(Reader& stock, models::SiteSpec& site);

/// What is paid for goods that a site buys or makes. Requires: assortment, stock and production are known.
void read_purchase_prices(Reader& reader, models::SiteSpec& site);

/// Whether a rule looks at goods that will expire. Requires: its kind and review are known.
void read_expiring(Reader& rule, const std::vector<models::Index>& products, models::ReplenishSpec& spec);

/// An order at words in a broadcast, and where it may come from.
struct SenseRule {
    models::SenseSpec spec;
    std::optional<std::vector<models::Index>> sources;  ///< none: those of the rule
    std::string mode;                                   ///< of the lane; empty: any
    Place place;
};

std::optional<SenseRule> read_sense(Reader& rule);

/// Several sources of a rule.
struct SplitRule {
    struct Source {
        models::Index site = 0;
        double share = 0;
        std::string mode;  ///< of the lane; empty: any
        Place place;
    };

    std::vector<Source> sources;
    models::SupplySplitSpec spec;  ///< but for its sources, which are lanes
    Place score_place;
};

/// `split` of a rule whose `from` is read. After `quality`.
std::optional<SplitRule> read_split(Reader& rule);
/// What it needs to be known of goods that come to a site.
void check_split(Draft& draft, models::Index site, const SplitRule& rule);
/// `host_pool` of the policies.
void load_host_pool(Reader& policies);
void load_prices(Reader& scenario);
/// What a competitor takes. After products and time.
void load_competitor_prices(Reader& scenario);
/// `price` of the policies. After price changes and a competitor's prices.
void load_price_rules(Reader& policies);
/// Steps of a rule of prices, and what leads to them.
void load_price_steps(Reader& reader, models::PriceRuleSpec& rule);
/// What a rule of prices needs of a competitor. Its products are read.
void check_competitor(Reader& reader, const models::PriceRuleSpec& rule);
/// What they need of the rest; part of validate().
void check_price_rules(Draft& draft);
void load_policies(Reader& scenario);
void load_trace(Reader& scenario);
void load_snapshot(Reader& scenario);
/// What no part can see alone; only when the parts are without problems.
void validate(Draft& draft);
/// Of each demand entry how its rate changes in time; null where it does not. The specification must outlive them.
using DemandShapes = std::vector<std::shared_ptr<const models::DemandShape>>;
DemandShapes shapes_of(const models::ModelSpec& spec);
/// What is impossible about price changes and the demand that answers; part of validate().
void check_prices(Draft& draft, const DemandShapes& shapes);
/// Amounts of the whole run that could not be counted, or not in a lifetime, and sessions that nobody would ever order
/// in; part of validate().
void check_amounts(Draft& draft, const DemandShapes& shapes);

/// What quality needs of the rest; part of validate().
void check_quality(Draft& draft);
/// What recalls need of the rest; part of check_quality().
void check_recall(Draft& draft);
/// The same for grades.
void check_grades(Draft& draft);
/// What return centres need of the rest; part of validate().
void check_returns(Draft& draft);

/// A problem at `key` if something that happens every `step` happens too often in the simulated time to end in a
/// lifetime.
void refuse_too_often(Reader& reader, std::string_view key, sim::Duration step);

/// The same of what is written in `said`, such as "every 6 h".
void refuse_too_often(Draft& draft, const Node& said, sim::Duration step);

/// A weight in milligrams, a volume in microlitres; a problem if it is above 0 and rounds to none.
std::int64_t read_thousandths(Reader& reader, std::string_view key);

/// A problem at `place` if so many units of one of the products are worth or weigh more than can be counted. After
/// products.
void refuse_too_much(Draft& draft, Place place, double units, std::span<const models::Index> products);

/// A problem at `quantity` if an order of it never has a unit, so that nobody would order.
void refuse_no_units(Reader& reader, const sim::Distribution& quantity);

/// Coordinates from `at` ([lon, lat] or, if `markets`, a market's id or name) or from `lon` and `lat`. A problem if
/// there are none.
struct Position {
    double lon = 0, lat = 0;
};

std::optional<Position> read_position(Reader& reader, bool markets);

/// What a channel knows of the stock: `stock_view`.
void read_view(Draft& draft, const Node& node, models::ChannelSpec& channel);

/// Stock set apart for a channel, and its quotas: `dedicated`, `quota`. After lanes.
void read_channel_stock(Reader& channel, models::ChannelSpec& spec);
/// What channels together may not have; part of validate().
void check_channel_stock(Draft& draft);

/// One step: a rate or a map.
models::StageSpec read_stage(Draft& draft, const std::string& name, const Node& node);
/// A problem at `place` if the stage serves by priority.
void refuse_priority(Draft& draft, const models::StageSpec& stage, const Place& place);
/// The steps of a site into `outbound` and `receive`.
void read_stages(Draft& draft, const Node& node, models::SiteSpec& site);
models::ProductionSpec read_production(Reader& reader);
/// Working hours: a word or a list of spans.
models::WeeklyProfile read_hours(Draft& draft, const Node& node);

/// How a shop chooses among sites; `reader` is a `sources`.
models::SourcingSpec read_sources(Reader& reader);
/// The time promised to customers: a duration, quoted, or by distance.
void read_promise(Draft& draft, const Node& node, models::ChannelSpec& channel);
/// Orders of several products where something else takes orders of one: a problem at `further`. Demand and its channels
/// are read.
void refuse_baskets(Reader& demand, const models::DemandSpec& spec);
/// What a channel has that takes orders of one product only; empty: nothing.
std::string single_terms(const models::ChannelSpec& channel);
/// Gifts of another product that no site keeps with the product that is bought. After sites and lanes.
void check_gifts_kept(Draft& draft);
/// Rules that a channel's other terms make impossible: problems at `place`.
void check_sources(Draft& draft, const models::ChannelSpec& channel, Place place);

models::ForecastSpec read_forecast(Draft& draft, const Node& node);
models::ReviewSpec read_review(Draft& draft, const Node& node);
/// "daily 20:00", [08:00, 20:00], "every 6 h", "mon,thu 08:00".
models::TimetableSpec read_timetable(Draft& draft, const Node& node);

}  // namespace spate::scenarios
