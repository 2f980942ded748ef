#include <algorithm>
#include <cmath>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Return centres.
namespace spate::scenarios {

namespace {

using models::Index;
using models::ReturnCentreSpec;
using models::ReturnRoute;

void read_grades(Reader& grades, std::string_view key, double (&shares)[models::return_grades]) {
    const Node* node = grades.node(key);
    if (node == nullptr) {
        return;
    }
    const std::size_t before = grades.draft().problems.count();
    const auto given = read_quantities(grades.draft(), *node, Measure::share, "0..1");
    double sum = 0;
    for (const auto& share : given) {
        sum += share.value;
    }
    constexpr double tolerance = 1e-9;
    if (grades.draft().problems.count() > before) {
        return;
    }
    if (given.size() != models::return_grades || std::fabs(sum - 1) > tolerance) {
        grades.problem(
            key, in_quotes(key) + " takes 4 shares that add up to 100 %. write for example [70 %, 20 %, 6 %, 4 %]?");
        return;
    }
    for (std::size_t i = 0; i < models::return_grades; ++i) {
        shares[i] = given[i].value;
    }
}

void read_stages_of(Reader& reader, ReturnCentreSpec& centre) {
    const Node* stages = reader.node("stages");
    if (stages == nullptr) {
        return;
    }
    if (!stages->is_map()) {
        reader.problem("stages",
                       "`stages` must be a map of steps. write for example {inspect: {servers: 10, time: 12 min}}?");
        return;
    }
    bool inspects = false;
    for (const auto& entry : stages->entries) {
        auto stage = read_stage(reader.draft(), entry.key, entry.value);
        refuse_priority(reader.draft(), stage, entry.value.place);
        if (entry.key == "dock") {
            centre.dock = std::move(stage);
        } else if (entry.key == "repair") {
            centre.repair = std::move(stage);
        } else if (entry.key == "inspect") {
            centre.inspect = std::move(stage);
            inspects = true;
        } else {
            reader.draft().problems.add(
                entry.place, in_quotes(entry.key) + " is no stage of a return centre. write dock, inspect or repair?");
        }
    }
    if (!inspects) {
        reader.problem(
            "stages",
            "a return centre needs a stage `inspect`. write for example {inspect: {servers: 10, time: 12 min}}?");
    }
}

models::SecondsSaleSpec read_sale(Reader& reader) {
    models::SecondsSaleSpec sale;
    sale.every = reader.duration("every").value_or(sim::week);
    refuse_too_often(reader, "every", sale.every);
    sale.offset = reader.duration("offset").value_or(sim::Duration{});
    sale.price = reader.number("price");
    sale.loses = reader.number("loses");
    sale.sold = reader.number("sold");
    sale.tries = static_cast<std::uint32_t>(reader.whole("tries").value_or(4));
    return sale;
}

void read_reshelve(Reader& reader, ReturnCentreSpec& centre) {
    auto part = reader.map("reshelve");
    if (!part) {
        return;
    }
    Draft& draft = reader.draft();
    ReturnCentreSpec::Reshelve reshelve;
    part->slug("to");
    if (const Node* to = part->node("to")) {
        reshelve.site = read_id(draft, *to, draft.sites).value_or(0);
        const std::size_t kept = draft.problems.empty() ? draft.spec.sites[reshelve.site].assortment.size() : 0;
        if (draft.problems.empty() && kept < draft.spec.products.size()) {
            part->problem("to",
                          "site " + in_quotes(draft.sites.id(reshelve.site)) + " does not keep all products ("
                              + std::to_string(kept) + " of " + std::to_string(draft.spec.products.size())
                              + ", so it cannot take all that comes back). name another site?");
        }
    }
    reshelve.transit = part->duration("transit").value_or(sim::hour);
    reshelve.every = part->duration("every").value_or(sim::day);
    refuse_too_often(*part, "every", reshelve.every);
    reshelve.cost_per_unit = part->money("cost");
    centre.reshelve = reshelve;
}

/// Words are in the order of the enumerations.
void read_routes(Reader& reader, ReturnCentreSpec& centre) {
    const Node none = Node::map(reader.place());
    auto given = reader.map("routes");
    Reader routes = given ? *given : Reader(reader.draft(), "routes", none);
    const char* const keys[] = {"A", "B", "C", "D"};
    for (std::size_t g = 0; g < models::return_grades; ++g) {
        centre.routes[g] = static_cast<ReturnRoute>(routes.word(keys[g]).value_or(0));
    }
    constexpr ReturnRoute late[] = {ReturnRoute::special, ReturnRoute::outlet, ReturnRoute::scrap};
    centre.late_route = late[routes.word("late").value_or(1)];
    if (auto repair = reader.map("repair")) {
        centre.repair_per_unit = repair->money("cost");
        constexpr ReturnRoute then[] = {ReturnRoute::reshelve, ReturnRoute::special, ReturnRoute::outlet};
        centre.repaired = then[repair->word("then").value_or(0)];
    }
}

/// True if goods can go there.
bool is_used(const ReturnCentreSpec& centre, ReturnRoute route, bool is_any_perishable) {
    const auto leads = [&](ReturnRoute r) {
        return std::find(std::begin(centre.routes), std::end(centre.routes), r) != std::end(centre.routes);
    };
    const bool repairs = leads(ReturnRoute::repair);
    const bool reshelves = leads(ReturnRoute::reshelve) || (repairs && centre.repaired == ReturnRoute::reshelve);
    const bool is_late = reshelves && (centre.window || is_any_perishable) && centre.late_route == route;
    return leads(route) || (repairs && centre.repaired == route) || is_late;
}

/// A route that leads nowhere, or a place that no route leads to.
void check_routes(Reader& reader, const ReturnCentreSpec& centre) {
    struct Place {
        ReturnRoute route;
        const char *key, *what, *example;
        bool is_there;
    };

    const Place places[] = {
        {ReturnRoute::reshelve,
         "reshelve",
         "section `reshelve`",
         "reshelve: {to: rdc-wuhan, transit: 6 h}",
         centre.reshelve.has_value()},
        {ReturnRoute::special,
         "special",
         "section `special`",
         "special: {every: 7 d, price: 80 %}",
         centre.special.has_value()},
        {ReturnRoute::outlet,
         "outlet",
         "section `outlet`",
         "outlet: {every: 30 d, price: 35 %}",
         centre.outlet.has_value()},
        {ReturnRoute::repair,
         "stages",
         "stage `repair`",
         "stages: {repair: {servers: 5, time: 1 h}}",
         centre.repair.has_value()},
    };
    const auto& products = reader.draft().spec.products;
    const bool is_any_perishable =
        std::any_of(products.begin(), products.end(), [](const auto& product) { return product.shelf_life; });
    for (const auto& place : places) {
        // What stays unsold at the special sale goes to the outlet.
        const bool is_wanted = is_used(centre, place.route, is_any_perishable)
                               || (place.route == ReturnRoute::outlet && centre.special && place.is_there);
        if (is_wanted && !place.is_there && !is_used(centre, place.route, false) && place.route == centre.late_route) {
            reader.problem("routes",
                           "products with a shelf life are not sold as new again: they go where `late` of `routes` says, "
                           "to the "
                               + std::string(place.key) + ", but there is no " + place.what + ". write routes: {late: "
                               "scrap}, or for example "
                               + place.example + "?");
        } else if (is_wanted && !place.is_there) {
            reader.problem("routes",
                           "a route leads to " + in_quotes(place.route == ReturnRoute::repair ? "repair" : place.key)
                               + ", but there is no " + place.what + ". write for example " + place.example + "?");
        } else if (!is_wanted && place.is_there) {
            reader.problem(place.key,
                           std::string("no route leads to the ") + place.what + ". remove it, or name it in `routes`?");
        }
    }
    if (reader.node("repair") != nullptr && !centre.repair) {
        reader.problem("repair",
                       "there is no stage `repair`. write for example stages: {repair: {servers: 5, time: 1 h}}?");
    }
    if (!centre.window && reader.node("window_until") != nullptr) {
        reader.problem("window_until", "this has no effect without `window`. remove it?");
    }
}

void read_service(Reader& reader, ReturnCentreSpec& centre) {
    auto service = reader.map("service");
    if (!service) {
        return;
    }
    Draft& draft = reader.draft();
    const Node none = Node::map(service->place());
    const Node* agents = service->node("agents");
    centre.service = read_stage(draft, "service", agents != nullptr ? *agents : none);
    if (centre.service->by_priority) {
        service->problem("agents",
                         "customers who begin a return have no `queue`: `complaints_first` says who is answered first. "
                         "leave `queue` out?");
    }
    centre.service->by_priority = service->flag("complaints_first");
    centre.tickets.bot = service->number("bot");
    centre.tickets.answer_within = service->duration("answer_within").value_or(sim::hour);
    if (auto liable = service->map("liable")) {
        centre.tickets.supplier_pays = liable->number("supplier_pays");
        centre.tickets.accuracy = liable->number("accuracy");
        if (centre.tickets.supplier_pays == 0) {
            liable->problem_unless_slip(
                "supplier_pays",
                "nothing is ever claimed from a supplier. write for example supplier_pays: 60 %, "
                "or leave `liable` out?");
        }
    }
}

void read_refunds(Reader& reader, ReturnCentreSpec& centre) {
    const Node none = Node::map(reader.place());
    auto given = reader.map("refund");
    Reader refund = given ? *given : Reader(reader.draft(), "refund", none);
    centre.refund_after = static_cast<ReturnCentreSpec::Moment>(refund.word("after").value_or(2));
    centre.refund_plus = refund.duration("plus").value_or(sim::Duration{});
    if (centre.refund_after == ReturnCentreSpec::Moment::answered && reader.node("service") == nullptr) {
        refund.problem(
            "after",
            "nobody answers customers who begin a return (the return centre has no `service`), so the refund "
            "would wait for ever. write for example service: {agents: {servers: 5, time: 10 min}}, or after: "
            "inspected?");
    }
    if (auto fund = reader.map("fund")) {
        models::RefundFundSpec spec;
        spec.opening = fund->money("opening");
        spec.share = fund->number("share");
        spec.pays[1] = spec.pays[2] = fund->word("pays").value_or(0) == 0;
        if (spec.opening == 0 && spec.share == 0) {
            fund->problem("share", "there is never any money in this fund. write for example share: 1 %?");
        }
        centre.fund = spec;
    }
    if (auto only = reader.map("refund_only")) {
        centre.refund_only = only->number("share");
        if (const auto up_to = only->quantity("up_to")) {
            centre.refund_only_up_to = models::to_money(up_to->value);
        }
        centre.abuse = only->number("untrue");
        centre.caught = only->number("caught");
        centre.wrongly_caught = only->number("wrongly_caught");
    }
}

void read_centre(Reader& reader, ReturnCentreSpec& centre) {
    centre.transit = reader.distribution("transit").value_or(centre.transit);
    centre.min_transit = reader.duration("at_least").value_or(sim::day);
    centre.freight_per_order = reader.money("freight");
    read_stages_of(reader, centre);
    centre.accuracy = reader.number("accuracy");
    centre.claim_per_unit = reader.money("claim");
    if (auto grades = reader.map("grades")) {
        read_grades(*grades, "quality", centre.grades[0]);
        read_grades(*grades, "expectation", centre.grades[1]);
        read_grades(*grades, "other", centre.grades[2]);
    }
    centre.window = reader.duration("window");
    centre.window_until = static_cast<ReturnCentreSpec::Moment>(reader.word("window_until").value_or(0));
    read_reshelve(reader, centre);
    if (auto sale = reader.map("special")) {
        centre.special = read_sale(*sale);
    }
    if (auto sale = reader.map("outlet")) {
        centre.outlet = read_sale(*sale);
    }
    read_routes(reader, centre);
    centre.scrap_per_unit = reader.money("scrap");
    if (auto handling = reader.map("handling")) {
        centre.handling_per_order = handling->money("per_order");
        centre.handling_per_unit = handling->money("per_unit");
    }
    centre.fixed_per_day = models::to_money(reader.number("fixed") * sim::day.seconds());
    read_service(reader, centre);
    read_refunds(reader, centre);
}

void load_centre(Draft& draft, const Node& item) {
    Reader reader(draft, "return_centre", item);
    ReturnCentreSpec centre;
    centre.id = reader.slug("id");
    centre.name = reader.text("name");
    centre.name = centre.name.empty() ? centre.id : centre.name;
    const auto position = read_position(reader, true).value_or(Position{});
    centre.lon = position.lon;
    centre.lat = position.lat;
    centre.markets = reader.select("markets", draft.markets);
    const std::size_t before = draft.problems.count();
    read_centre(reader, centre);
    if (draft.problems.count() == before) {
        check_routes(reader, centre);
    }
    if (!centre.id.empty() && draft.return_centres.add(centre.id, reader.place("id"), draft.problems)) {
        draft.spec.return_centres.push_back(std::move(centre));
    }
}

/// Every market has one centre, or, where there is none at all, none.
void check_markets(Draft& draft) {
    const auto& spec = draft.spec;
    for (Index m = 0; m < spec.markets.size(); ++m) {
        std::vector<std::size_t> found;
        for (std::size_t c = 0; c < spec.return_centres.size(); ++c) {
            const auto& markets = spec.return_centres[c].markets;
            if (std::find(markets.begin(), markets.end(), m) != markets.end()) {
                found.push_back(c);
            }
        }
        const std::string market = "market " + in_quotes(spec.markets[m].id);
        if (found.empty()) {
            draft.problems.add(draft.markets.place(m),
                               market + " has no return centre, but others have. add it to `markets` of a centre?");
        } else if (found.size() > 1) {
            draft.problems.add(draft.return_centres.place(found[1]),
                               market + " has two return centres (" + in_quotes(spec.return_centres[found[0]].id)
                                   + " and " + in_quotes(spec.return_centres[found[1]].id) + "). take it out of one?");
        }
    }
}

/// A centre hears of a return some time after the goods were shipped; they must not be there before.
void check_ways_back(Draft& draft) {
    const auto& spec = draft.spec;
    sim::Duration lag = models::return_news_lag + spec.trace.series_every;
    for (const auto& channel : spec.channels) {
        const bool is_cached = channel.view == models::StockView::cached;
        lag = std::max(
            lag, models::return_news_lag + spec.trace.series_every + (is_cached ? channel.view_lag : sim::Duration{}));
    }
    for (std::size_t c = 0; c < spec.return_centres.size(); ++c) {
        if (spec.return_centres[c].min_transit < lag) {
            draft.problems.add(draft.return_centres.place(c),
                               "`at_least` of return centre " + in_quotes(spec.return_centres[c].id)
                                   + " is too short (orders are reported within a step of `trace: series`, so returns "
                                     "cannot be back sooner than that and the lag of the stock view). make it longer, or "
                                     "the step shorter?");
        }
    }
}

}  // namespace

void load_return_centres(Reader& scenario) {
    if (const Node* list = scenario.node("return_centres")) {
        for_each_item(scenario.draft(), *list, "return_centre", false, [&](const Node& item) {
            load_centre(scenario.draft(), item);
        });
    }
}

void check_returns(Draft& draft) {
    const auto& spec = draft.spec;
    for (std::size_t c = 0; c < spec.channels.size(); ++c) {
        for (std::size_t p = 0; p < spec.products.size(); ++p) {
            if (spec.channels[c].return_share * spec.products[p].return_factor > 1 + 1e-9) {
                draft.problems.add(draft.channels.place(c),
                                   "more than all orders of " + in_quotes(spec.products[p].id)
                                       + " would be returned (`returns` of the product times `share` of channel "
                                       + in_quotes(spec.channels[c].id) + " is above 100 %)");
                return;
            }
        }
    }
    if (spec.return_centres.empty()) {
        return;
    }
    const bool has_defects = !spec.defects.empty();
    const auto sends_back = [&](const models::ChannelSpec& c) {
        return c.return_share > 0 || (c.pickup && c.pickup->expires) || (has_defects && c.defect_return > 0);
    };
    if (std::none_of(spec.channels.begin(), spec.channels.end(), sends_back)) {
        draft.problems.add(
            draft.return_centres.place(0),
            "nothing is ever returned (no channel has `returns`). write for example returns: {share: 25 %} "
            "in a channel?");
    }
    check_markets(draft);
    check_ways_back(draft);
}

}  // namespace spate::scenarios
