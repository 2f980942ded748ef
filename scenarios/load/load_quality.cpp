#include <algorithm>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Defective units, and inspections.
namespace spate::scenarios {

namespace {

using models::DefectSpec;
using models::Index;
using models::InspectionSpec;

void load_defects(Draft& draft, const Node& item) {
    Reader reader(draft, "defects", item);
    DefectSpec defects;
    const auto sites = reader.select("at", draft.sites);
    defects.products = reader.select("products", draft.products);
    defects.share = reader.number("share");
    defects.alike = reader.number("alike");
    if (auto in_process = reader.map("in_process")) {
        defects.found = in_process->number("finds");
        defects.check_per_unit = in_process->money("cost");
    }
    for (const Index site : sites) {
        defects.site = site;
        draft.spec.defects.push_back(defects);
        draft.defects.push_back(reader.place());
    }
}

void load_inspection(Draft& draft, const Node& item) {
    Reader reader(draft, "inspection", item);
    InspectionSpec plan;
    const auto sites = reader.select("at", draft.sites);
    plan.sample_share = reader.number("sample");
    plan.sample_units = reader.whole("units").value_or(0);
    if ((reader.node("sample") != nullptr) == (reader.node("units") != nullptr)) {
        reader.problem_unless_slip("sample",
                                   "an inspection has either `sample` or `units`. write for example sample: 10 %?");
    }
    plan.accept_share = reader.number("accept");
    plan.accept_units = reader.whole("accept_units").value_or(0);
    plan.time = reader.distribution("time").value_or(plan.time);
    plan.benches = static_cast<std::uint32_t>(reader.whole("benches").value_or(0));
    plan.admission = static_cast<std::uint32_t>(reader.whole("admission").value_or(0));
    if (plan.benches > 0 && plan.time.mean() == 0) {
        reader.problem("benches", "this has no effect without `time`. write for example time: {exponential: 4 h}?");
    }
    plan.cost_per_unit = reader.money("cost");
    plan.cost_per_batch = reader.money("batch_cost");
    plan.sends_back = reader.word("failed").value_or(0) == 0;
    if (auto screen = reader.map("screen")) {
        plan.screen_after = static_cast<std::uint32_t>(screen->whole("after").value_or(1));
        plan.screen_for = screen->duration("lasts").value_or(sim::day);
    }
    for (const Index site : sites) {
        plan.site = site;
        draft.spec.inspections.push_back(plan);
        draft.inspections.push_back(reader.place());
    }
}

/// Suppliers with defects deliver to other sites, where the defective units are counted.
void check_suppliers(Draft& draft) {
    const auto& spec = draft.spec;
    for (std::size_t d = 0; d < spec.defects.size(); ++d) {
        const Index site = spec.defects[d].site;
        const std::string id = in_quotes(draft.sites.id(site));
        if (!spec.sites[site].unlimited_stock) {
            draft.problems.add(
                draft.defects[d],
                "site " + id + " has stock of its own (defects come from suppliers with `stock: unlimited`)");
        }
        const bool sells = std::any_of(spec.lanes.begin(), spec.lanes.end(), [&](const auto& lane) {
            return lane.from == site && lane.to_market;
        });
        if (sells) {
            draft.problems.add(draft.defects[d],
                               "supplier " + id
                                   + " delivers to customers itself (defects are counted where goods of a supplier "
                                     "arrive). send them by way of a warehouse?");
        }
    }
}

void check_inspections(Draft& draft) {
    const auto& spec = draft.spec;
    for (std::size_t i = 0; i < spec.inspections.size(); ++i) {
        const Index site = spec.inspections[i].site;
        const std::string id = in_quotes(draft.sites.id(site));
        const bool arrives = std::any_of(spec.lanes.begin(), spec.lanes.end(), [&](const auto& lane) {
            return !lane.to_market && lane.to == site
                   && std::any_of(
                       spec.defects.begin(), spec.defects.end(), [&](const auto& d) { return d.site == lane.from; });
        });
        if (!arrives) {
            draft.problems.add(draft.inspections[i],
                               "nothing is ever inspected at site " + id
                                   + " (no lane leads there from one of `quality: suppliers`). remove it?");
        }
        const auto same = [&](const auto& other) { return other.site == site; };
        const auto first = std::find_if(spec.inspections.begin(), spec.inspections.end(), same);
        if (static_cast<std::size_t>(first - spec.inspections.begin()) < i) {
            draft.problems.add(draft.inspections[i], "site " + id + " has two inspections. remove one?");
        }
    }
}

}  // namespace

void load_quality(Reader& scenario) {
    auto quality = scenario.map("quality");
    if (!quality) {
        return;
    }
    Draft& draft = scenario.draft();
    if (const Node* list = quality->node("suppliers")) {
        for_each_item(draft, *list, "defects", false, [&](const Node& item) { load_defects(draft, item); });
    }
    if (const Node* list = quality->node("inspections")) {
        for_each_item(draft, *list, "inspection", false, [&](const Node& item) { load_inspection(draft, item); });
    }
    load_recall(*quality);
    load_grades(*quality);
}

void check_quality(Draft& draft) {
    if (draft.spec.defects.empty()) {
        for (const Place place : draft.defective_returns) {
            draft.problems.add(place, "this has no effect (no unit is defective without `quality`). remove it?");
        }
        return;
    }
    check_suppliers(draft);
    check_inspections(draft);
    check_recall(draft);
    check_grades(draft);
}

}  // namespace spate::scenarios
