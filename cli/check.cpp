#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/trace/recorder.hpp"
#include "models/demand/demand_shape.hpp"
#include "models/demand/recorded_orders.hpp"
#include "models/model.hpp"
#include "analysis/number_text.hpp"
#include "analysis/text_table.hpp"

#include "cli/calendar.hpp"
#include "cli/check_experiment.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/scenario_input.hpp"

namespace spate::cli {
namespace {

using models::DemandSpec;
using models::GroupReport;
using models::ModelSpec;
using models::Parallelism;
using nlohmann::ordered_json;

struct CheckOptions {
    ScenarioInput scenario;
    bool as_json = false;
};

constexpr std::size_t shown_groups = 3, shown_members = 6;

constexpr double seconds_per_day = 86400;

/// Of a history: its rows within the run, or all of them where they are drawn from.
double recorded_per_day(const ModelSpec& spec, const DemandSpec& demand) {
    const bool is_resampled = demand.bootstrap && !demand.recorded.empty();
    const auto length = is_resampled ? models::recorded_days(spec, demand).length() : spec.warm_up + spec.horizon;
    const auto rows = std::count_if(demand.recorded.begin(), demand.recorded.end(), [&](const auto& row) {
        return is_resampled || row.at < sim::Time{} + length;
    });
    return length.us > 0 ? demand.scale * static_cast<double>(rows) / (length.seconds() / seconds_per_day) : 0;
}

double base_orders_per_day(const ModelSpec& spec) {
    double orders = 0;
    for (std::size_t d = 0; d < spec.demand.size(); ++d) {
        const auto& demand = spec.demand[d];
        const auto sources =
            static_cast<double>(demand.channels.size() * demand.markets.size() * demand.products.size());
        switch (demand.kind) {
            case DemandSpec::Kind::renewal:
                orders += demand.orders_per_second * seconds_per_day * (demand.each ? sources : 1)
                          * (models::DemandShape::is_needed(spec, d) ? models::DemandShape(spec, d, false).mean() : 1);
                break;
            case DemandSpec::Kind::periodic:
                if (demand.every.us > 0) {
                    orders += sources * seconds_per_day / demand.every.seconds();
                }
                break;
            case DemandSpec::Kind::recorded: orders += recorded_per_day(spec, demand); break;
        }
    }
    return orders;
}

std::map<std::string, std::size_t> sites_by_kind(const ModelSpec& spec) {
    constexpr std::array names{"supplier", "factory", "cdc", "rdc", "front", "store"};
    std::map<std::string, std::size_t> counts;
    for (const auto& site : spec.sites) {
        const auto kind = static_cast<std::size_t>(site.kind);
        ++counts[kind < names.size() ? names[kind] : "other"];
    }
    return counts;
}

std::size_t broadcasts(const ModelSpec& spec) {
    return std::accumulate(
        spec.sessions.begin(), spec.sessions.end(), std::size_t{0}, [](std::size_t sum, const auto& s) {
            return sum + s.repeat_times;
        });
}

std::string scenario_text(const ModelSpec& spec) {
    const Calendar calendar(spec.start);
    const auto count = [](std::size_t n) { return analysis::with_thousands(static_cast<std::int64_t>(n)); };
    std::string kinds;
    for (const auto& [kind, n] : sites_by_kind(spec)) {
        kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count(n), kind);
    }
    const auto to_market = static_cast<std::size_t>(
        std::count_if(spec.lanes.begin(), spec.lanes.end(), [](const auto& lane) { return lane.to_market; }));

    analysis::TextTable table({analysis::Align::left, analysis::Align::left});
    table.add_row({"scenario", spec.title.empty() ? spec.name : fmt::format("{} ({})", spec.title, spec.name)});
    table.add_row({"time",
                   fmt::format("{}{} from {}",
                               duration_text(spec.horizon),
                               spec.warm_up.us > 0 ? " after " + duration_text(spec.warm_up) + " of warm-up," : "",
                               calendar.minute_text(sim::Time{} + spec.warm_up))});
    table.add_row({"sites", fmt::format("{}: {}", count(spec.sites.size()), kinds)});
    table.add_row(
        {"lanes",
         fmt::format("{} between sites, {} to markets", count(spec.lanes.size() - to_market), count(to_market))});
    table.add_row({"markets", count(spec.markets.size())});
    table.add_row({"channels", count(spec.channels.size())});
    table.add_row({"products", count(spec.products.size())});
    table.add_row({"orders",
                   fmt::format("{} a day expected, without live-stream sessions",
                               analysis::readable_number(base_orders_per_day(spec)))});
    table.add_row(
        {"sessions", fmt::format("{} (broadcasts: {})", count(spec.sessions.size()), count(broadcasts(spec)))});
    return table.text(0, 100);
}

std::string members_text(const GroupReport& group) {
    std::string text;
    for (std::size_t i = 0; i < std::min(shown_members, group.members.size()); ++i) {
        text += (i == 0 ? "" : ", ") + group.members[i];
    }
    if (group.members.size() > shown_members) {
        text += fmt::format(", … {} more", group.members.size() - shown_members);
    }
    return text;
}

/// What keeps the run from using more workers, most important first.
std::vector<std::string> limits(const ModelSpec& spec, const Parallelism& parallelism) {
    std::vector<std::string> result;
    if (parallelism.groups.size() == 1) {
        result.push_back("all processes form one group: more than one worker does not help");
    } else {
        result.push_back(
            fmt::format("about {:.{}f} workers can be busy at the same time (the processes that must advance together "
                        "have up to {:.0f} % of the expected work)",
                        parallelism.most_workers,
                        parallelism.most_workers < 9.95 ? 1 : 0,
                        100 / parallelism.most_workers));
    }
    for (const auto& channel : spec.channels) {
        if (channel.view == models::StockView::live) {
            result.push_back(fmt::format(
                "channel '{}' asks for live stock: its desks advance together with their sites", channel.id));
        }
        if (channel.view == models::StockView::pushed) {
            result.push_back(
                fmt::format("channel '{}' is told of every change of the stock: that is one message for "
                            "each sale and each desk",
                            channel.id));
        }
    }
    if (parallelism.round) {
        result.push_back(fmt::format("workers wait for each other about every {} of simulated time",
                                     duration_text(*parallelism.round)));
    }
    return result;
}

std::string groups_text(const ModelSpec& spec, const Parallelism& parallelism) {
    auto groups = parallelism.groups;
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.work > b.work; });
    std::string text = fmt::format(
        "\nprocess groups: {} (each advances on its own within its lookahead), the busiest:\n", groups.size());
    analysis::TextTable table(
        {analysis::Align::right, analysis::Align::right, analysis::Align::left, analysis::Align::left});
    table.add_row({"processes", "work", "lookahead", "members"});
    for (std::size_t i = 0; i < std::min(shown_groups, groups.size()); ++i) {
        const auto& group = groups[i];
        table.add_row({std::to_string(group.members.size()),
                       fmt::format("{:.1f} %", 100 * group.work),
                       group.lookahead ? duration_text(*group.lookahead) : std::string("none needed"),
                       members_text(group)});
    }
    text += table.text(2, 100) + "parallelism:\n";
    for (const auto& limit : limits(spec, parallelism)) {
        text += "  - " + limit + "\n";
    }
    return text;
}

ordered_json report_json(const ModelSpec& spec, const Parallelism& parallelism) {
    ordered_json result{{"problems", ordered_json::array()}, {"name", spec.name}, {"title", spec.title}};
    result["start"] = spec.start;
    result["warm_up_us"] = spec.warm_up.us;
    result["horizon_us"] = spec.horizon.us;
    result["sites"] = sites_by_kind(spec);
    result["lanes"] = spec.lanes.size();
    result["markets"] = spec.markets.size();
    result["channels"] = spec.channels.size();
    result["products"] = spec.products.size();
    result["base_orders_per_day"] = base_orders_per_day(spec);
    result["sessions"] = spec.sessions.size();
    result["broadcasts"] = broadcasts(spec);
    auto& list = result["groups"] = ordered_json::array();
    for (const auto& group : parallelism.groups) {
        ordered_json entry{{"members", group.members}};
        entry["lookahead_us"] = group.lookahead ? ordered_json(group.lookahead->us) : ordered_json();
        entry["work"] = group.work;
        list.push_back(entry);
    }
    result["most_workers"] = parallelism.most_workers;
    result["round_us"] = parallelism.round ? ordered_json(parallelism.round->us) : ordered_json();
    result["limits"] = limits(spec, parallelism);
    return result;
}

void print_json(const ordered_json& json) {
    print(json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

/// Amounts that together are too large for a model are a problem of the scenario.
Parallelism parallelism_of(const ModelSpec& spec, const CheckOptions& options) {
    try {
        sim::Recorder nothing;
        return models::Model(spec, {}, nothing).parallelism();
    } catch (const sim::RunError& error) {
        refuse_problems({{options.scenario.path, 0, 0, error.what()}}, options.as_json);
        throw;
    }
}

void check(const CheckOptions& options) {
    if (scenarios::is_experiment(options.scenario.path)) {
        check_experiment(options.scenario, options.as_json);
        return;
    }
    const auto loaded = load(options.scenario);
    refuse_problems(loaded.problems, options.as_json);
    const auto parallelism = parallelism_of(loaded.spec, options);
    if (options.as_json) {
        print_json(report_json(loaded.spec, parallelism));
    } else {
        print(scenario_text(loaded.spec) + groups_text(loaded.spec, parallelism));
    }
}

}  // namespace

Command add_check(CLI::App& program) {
    auto* app = program.add_subcommand("check", "Find all problems of a scenario or an experiment before it runs.");
    auto options = std::make_shared<CheckOptions>();
    add_scenario_options(*app, options->scenario);
    app->add_flag("--json", options->as_json, "print one JSON object, also of the problems");
    app->footer(R"(Examples:
  spate check double-eleven.yaml
  spate check double-eleven.yaml --set demand.orders=3000/day --json
  spate check experiments/first-steps-stock.yaml)");
    return {app, [options] { check(*options); }};
}

}  // namespace spate::cli
