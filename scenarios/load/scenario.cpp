#include "scenarios/load/scenario.hpp"

#include "scenarios/load/include.hpp"
#include "scenarios/load/load_scenario.hpp"
#include "scenarios/load/load_sections.hpp"
#include "scenarios/load/yaml_text.hpp"

namespace spate::scenarios {

namespace {

void load_head(Reader& scenario) {
    Draft& draft = scenario.draft();
    scenario.word("spate");
    draft.spec.name = scenario.slug("name");
    draft.spec.title = scenario.text("title");
    draft.spec.seed = scenario.seed("seed");
    scenario.node("include");
    const std::string currency = scenario.text("currency");
    const bool three_letters =
        currency.size() == 3 && currency.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
    if (!three_letters) {
        scenario.problem("currency",
                         in_quotes(currency) + " is not a currency. write three capital letters, for example CNY?");
        return;
    }
    draft.spec.currency = currency;
    draft.units = UnitParser(currency);
}

}  // namespace

void load_tree(Draft& draft, const Node& node) {
    Reader scenario(draft, "scenario", node);
    if (!node.is_map()) {
        return;
    }
    load_head(scenario);
    load_time(scenario);
    load_markets(scenario);
    load_products(scenario);
    load_sites(scenario);
    load_channels(scenario);
    load_substitutes(scenario);
    load_return_centres(scenario);
    load_lanes(scenario);
    load_quality(scenario);
    load_demand(scenario);
    load_hosts(scenario);
    load_sessions(scenario);
    load_alerts(scenario);
    load_prices(scenario);
    load_competitor_prices(scenario);
    load_policies(scenario);
    load_trace(scenario);
    load_snapshot(scenario);
    if (draft.problems.empty()) {
        validate(draft);
    }
}

void load_into(Draft& draft, const std::string& path, const std::vector<Override>& overrides) {
    auto tree = read_with_includes(path, draft.problems);
    if (!tree) {
        return;
    }
    apply_overrides(*tree, overrides, draft.problems);
    draft.spec.scenario_text = to_yaml(*tree);
    load_tree(draft, *tree);
}

Loaded load_scenario(const std::string& path, const std::vector<Override>& overrides) {
    Problems problems;
    Draft draft(problems);
    load_into(draft, path, overrides);
    return {std::move(draft.spec), problems.sorted()};
}

}  // namespace spate::scenarios
