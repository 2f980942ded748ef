#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "models/prices/price_choice.hpp"
#include "models/prices/price_ladders.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Steps of a rule of prices, and what leads to them.
namespace spate::scenarios {

namespace {

using models::PriceRuleSpec;
using Step = PriceRuleSpec::Step;

constexpr double most_customers = 16;  ///< times those of the normal price: each is drawn

/// One way to reach a step: the key, and the order in which steps are written.
struct Way {
    const char* key;
    const char* name;
    std::optional<sim::Duration> Step::*from;
    bool rises;
};

constexpr Way ways[] = {{"cover", "cover", &Step::cover, true},
                        {"age", "age", &Step::age, true},
                        {"left", "time left", &Step::left, false}};

/// A step that comes later is reached later.
void check_order(Reader& reader, const Way& way, const Step& step, const PriceRuleSpec& rule) {
    const auto before = std::find_if(
        rule.steps.rbegin(), rule.steps.rend(), [&](const Step& other) { return (other.*way.from).has_value(); });
    const auto& from = step.*way.from;
    if (!from || before == rule.steps.rend()) {
        return;
    }
    const auto last = *((*before).*way.from);
    if (way.rises ? *from <= last : *from >= last) {
        reader.problem(way.key,
                       fmt::format("each step has a {0} {1} than the one before (the {2} comes first). write a {0} "
                                   "one, or move the step up?",
                                   way.rises ? "longer" : "shorter",
                                   way.name,
                                   way.rises ? "shortest" : "longest"));
    }
}

/// Something must lead to each step.
void check_reached(Reader& reader, const Step& step, const PriceRuleSpec& rule) {
    const bool is_said =
        std::any_of(std::begin(ways), std::end(ways), [&](const Way& way) { return reader.node(way.key) != nullptr; });
    if (is_said || (rule.follow && models::may_follow_to(*rule.follow, step.share))) {
        return;
    }
    if (rule.follow) {
        reader.problem(
            "price",
            "nothing leads to this price (it is not between `floor` and `ceiling`). give the step a `cover`, "
            "`age` or `left`, or leave it out?");
    } else {
        reader.problem_unless_slip("price",
                                   "nothing leads to this price. write from what `cover`, `age` or time `left` on it "
                                   "holds, or let the rule `follow` a competitor?");
    }
}

void check_customers(Reader& reader, const PriceRuleSpec& rule) {
    const double factor = models::demand_factor(rule, rule.steps.size());
    if (factor > most_customers) {
        reader.problem("price",
                       fmt::format("at this price {:.3g} times the customers come; up to {:g} are possible. write a "
                                   "higher price, or a smaller `elasticity`?",
                                   factor,
                                   most_customers));
    }
}

void load_step(Draft& draft, const Node& item, PriceRuleSpec& rule, bool has_date) {
    Reader reader(draft, "price_step", item);
    Step step;
    for (const Way& way : ways) {
        step.*way.from = reader.duration(way.key);
    }
    const auto share = reader.quantity("price");
    if (!share) {
        return;
    }
    step.share = share->value;
    for (const Way& way : ways) {
        check_order(reader, way, step, rule);
    }
    check_reached(reader, step, rule);
    if (step.left && !has_date) {
        reader.problem("left", "the rule has no date to count to. give it `clear_by`?");
    }
    rule.steps.push_back(step);
    check_customers(reader, rule);
}

void load_list(Reader& reader, PriceRuleSpec& rule) {
    const Node* list = reader.node("steps");
    if (list == nullptr) {
        return;
    }
    const bool has_date = reader.node("clear_by") != nullptr;
    const std::size_t count = list->kind == Node::Kind::sequence ? list->items.size() : 1;
    if (count > models::most_price_steps) {
        reader.problem("steps", "more than " + std::to_string(models::most_price_steps) + " steps");
    } else if (count == 0) {
        reader.problem("steps", "there is no step. write for example steps: [{cover: 30 d, price: 85 %}]?");
    } else {
        for_each_item(reader.draft(), *list, "price_step", false, [&](const Node& item) {
            load_step(reader.draft(), item, rule, has_date);
        });
    }
}

void load_follow(Reader& reader, PriceRuleSpec& rule) {
    auto map = reader.map("follow");
    if (!map) {
        return;
    }
    const auto ratio = map->quantity("ratio"), floor = map->quantity("floor"), ceiling = map->quantity("ceiling");
    const bool is_order_wrong = floor && ceiling && floor->value >= ceiling->value;
    if (is_order_wrong) {
        map->problem("floor", "the floor is not below the ceiling. write a lower floor, or a higher `ceiling`?");
    }
    // What is wrong with them is told once: steps are not judged by it.
    const bool is_wrong = is_order_wrong || !ratio || !floor || !ceiling;
    rule.follow = is_wrong ? models::FollowSpec{1, 0, std::numeric_limits<double>::infinity()}
                           : models::FollowSpec{ratio->value, floor->value, ceiling->value};
}

/// Following needs two prices to choose from.
void check_follow(Reader& reader, const PriceRuleSpec& rule) {
    std::optional<double> one;
    for (std::size_t step = 0; step <= rule.steps.size(); ++step) {
        const double share = models::price_share(rule, step);
        if (!models::may_follow_to(*rule.follow, share)) {
            continue;
        }
        if (one && *one != share) {
            return;
        }
        one = share;
    }
    reader.problem(
        "follow",
        fmt::format("between `floor` and `ceiling` there {}, so there is nothing to choose from. give `steps` "
                    "more prices, for example {{price: 95 %}}?",
                    one ? fmt::format("is only the price {:g} %", *one * 100) : "is no price"));
}

void check_date(Reader& reader, const PriceRuleSpec& rule) {
    const auto first =
        std::find_if(rule.steps.begin(), rule.steps.end(), [](const Step& step) { return step.left.has_value(); });
    const auto& spec = reader.draft().spec;
    if (first == rule.steps.end()) {
        reader.problem("clear_by", "no step has `left`, so the date changes nothing. give one a time left?");
    } else if (reader.draft().has_time && rule.clear_by->us <= 0) {
        reader.problem("clear_by", "this is not after the start (" + spec.start + "). write a later date?");
    } else if (reader.draft().has_time && *rule.clear_by >= sim::Time{} + spec.warm_up + spec.horizon + *first->left) {
        reader.problem("clear_by",
                       "no step is reached before the end. write an earlier date, a longer `left`, or a longer "
                       "`time.horizon`?");
    }
}

}  // namespace

void load_price_steps(Reader& reader, PriceRuleSpec& rule) {
    Draft& draft = reader.draft();
    rule.clear_by = reader.moment("clear_by");
    const std::size_t before = draft.problems.count();
    load_follow(reader, rule);
    load_list(reader, rule);
    if (draft.problems.count() > before || rule.steps.empty()) {
        return;  // what follows is of the steps that could not be read
    }
    if (rule.follow) {
        check_follow(reader, rule);
    }
    if (rule.clear_by) {
        check_date(reader, rule);
    }
}

}  // namespace spate::scenarios
