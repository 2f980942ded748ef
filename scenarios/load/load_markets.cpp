#include <algorithm>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

constexpr std::size_t max_markets = 100'000;

std::optional<Position> market_position(Reader& reader, const Node& at) {
    Draft& draft = reader.draft();
    if (const auto index = draft.markets.find(at.text)) {
        return Position{draft.spec.markets[*index].lon, draft.spec.markets[*index].lat};
    }
    for (const auto& market : draft.spec.markets) {
        if (market.name == at.text) {
            return Position{market.lon, market.lat};
        }
    }
    reader.problem(
        "at", "there is no market " + in_quotes(at.text) + ". write a market's id or name, or [longitude, latitude]?");
    return std::nullopt;
}

std::optional<Position> pair_position(Reader& reader, const Node& at) {
    if (!at.is_sequence() || at.items.size() != 2) {
        reader.problem("at", "a place is [longitude, latitude], for example [114.30, 30.59]");
        return std::nullopt;
    }
    const auto lon = read_quantity(reader.draft(), at.items[0], Measure::number, "-180..180");
    const auto lat = read_quantity(reader.draft(), at.items[1], Measure::number, "-90..90");
    return lon && lat ? std::optional(Position{lon->value, lat->value}) : std::nullopt;
}

void load_market(Draft& draft, const Node& item, std::vector<bool>& weighted) {
    Reader reader(draft, "market", item);
    models::MarketSpec market;
    reader.file("from");
    market.id = reader.slug("id");
    market.name = reader.text("name");
    market.name = market.name.empty() ? market.id : market.name;
    reader.text("province");
    reader.text("note");
    const auto position = read_position(reader, false).value_or(Position{});
    market.lon = position.lon;
    market.lat = position.lat;
    market.population = reader.whole("population").value_or(0);
    const auto weight = reader.quantity("weight");
    market.weight = weight.value_or(Quantity{}).value;
    if (market.id.empty() || !draft.markets.add(market.id, reader.place("id"), draft.problems)) {
        return;
    }
    if (draft.spec.markets.size() == max_markets) {
        draft.problems.add(reader.place(), "more than 100,000 markets");
    }
    weighted.push_back(weight.has_value());
    draft.spec.markets.push_back(std::move(market));
}

}  // namespace

std::optional<Position> read_position(Reader& reader, bool markets) {
    const Node* at = reader.node("at");
    const auto lon = reader.quantity("lon"), lat = reader.quantity("lat");
    if (at != nullptr) {
        return at->is_scalar() && markets ? market_position(reader, *at) : pair_position(reader, *at);
    }
    if (lon && lat) {
        return Position{lon->value, lat->value};
    }
    if (reader.node("lon") == nullptr || reader.node("lat") == nullptr) {
        reader.problem_unless_slip("at", "the place is missing. write for example at: [114.30, 30.59]?");
    }
    return std::nullopt;
}

void load_markets(Reader& scenario) {
    Draft& draft = scenario.draft();
    const Node* list = scenario.node("markets");
    if (list == nullptr) {
        return;
    }
    const std::size_t before = draft.problems.count();
    std::vector<bool> weighted;
    for_each_item(draft, *list, "market", true, [&](const Node& item) {
        if (draft.spec.markets.size() <= max_markets) {
            load_market(draft, item, weighted);
        }
    });
    refuse_none(scenario, "markets", draft.markets, before);
    auto& markets = draft.spec.markets;
    const bool any_people = std::any_of(markets.begin(), markets.end(), [](const auto& m) { return m.population > 0; });
    for (std::size_t i = 0; i < markets.size(); ++i) {
        if (!weighted[i]) {
            markets[i].weight = any_people ? static_cast<double>(markets[i].population) / 1e6 : 1.0;
        }
    }
}

}  // namespace spate::scenarios
