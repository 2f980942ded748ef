// How sites prepare for sessions.
#include <algorithm>

#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

using models::ReplenishSpec;

void read_prepare(Reader& rule, ReplenishSpec& spec) {
    auto reader = rule.map("prepare");
    if (!reader) {
        return;
    }
    auto& prepare = spec.prepare.emplace();
    prepare.ahead = reader->duration("ahead").value_or(sim::week);
    prepare.theme = reader->number("theme");
    prepare.super = reader->number("super");
    prepare.replan = reader->duration("replan").value_or(sim::day * 2);
    prepare.reserve = reader->number("reserve");
    prepare.call = reader->duration("call").value_or(sim::day * 3);
    prepare.carts = reader->number("carts");
    if (spec.kind != ReplenishSpec::Kind::base_stock || spec.review.continuous) {
        rule.problem("prepare",
                     "`prepare` adds to the level of a base_stock rule with reviews. use base_stock and a review?");
    }
    if (prepare.replan > prepare.call || prepare.call > prepare.ahead) {
        reader->problem("ahead", "`ahead` must not be below `call`, nor that below `replan` (times before the start)");
    }
    const auto& sessions = reader->draft().spec.sessions;
    const bool is_needed = std::any_of(sessions.begin(), sessions.end(), [](const auto& session) {
        return session.tier != models::SessionTier::daily;
    });
    if (!is_needed && rule.draft().problems.empty()) {
        rule.problem("prepare", "there is no session to prepare for. give one the tier theme or super?");
    }
}

}  // namespace spate::scenarios
