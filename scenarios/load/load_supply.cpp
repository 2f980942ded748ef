// Several sources of one rule of replenishment.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

namespace spate::scenarios {

namespace {

using models::Index;
using models::SupplyScoreSpec;

void read_sources(Reader& split, SplitRule& rule) {
    Draft& draft = split.draft();
    const std::size_t before = draft.problems.count();
    const Node* list = split.node("sources");
    if (list == nullptr) {
        return;
    }
    double sum = 0;
    for_each_item(draft, *list, "supply_source", false, [&](const Node& item) {
        Reader reader(draft, "supply_source", item);
        reader.slug("from");
        const Node* from = reader.node("from");
        const auto site = from != nullptr ? read_id(draft, *from, draft.sites) : std::nullopt;
        const double share = reader.number("share");
        sum += share;
        if (site) {
            rule.sources.push_back({*site, share, reader.text("mode"), reader.place()});
        }
    });
    if (draft.problems.count() > before) {
        return;
    }
    if (rule.sources.size() < 2) {
        split.problem("sources", "a split has two sources or more. with one of them write `from` instead?");
    } else if (std::abs(sum - 1) > 1e-6) {
        split.problem("sources", fmt::format("the shares add up to {:.6g} %, not to 100 %", 100 * sum));
    }
    for (auto& source : rule.sources) {
        source.share /= sum;
    }
}

SupplyScoreSpec::Part read_part(Reader& part) {
    SupplyScoreSpec::Part spec;
    spec.weight = part.number("weight");
    spec.worst = part.number("worst");
    return spec;
}

void read_drop(Reader& score, SupplyScoreSpec& spec) {
    auto drop = score.map("drop");
    if (!drop) {
        return;
    }
    spec.drop_below = drop->number("below");
    spec.drop_failed = static_cast<std::uint32_t>(drop->whole("failed").value_or(0));
    spec.drop_for = drop->duration("lasts").value_or(sim::Duration{});
    if (spec.drop_below <= 0 && spec.drop_failed == 0) {
        drop->problem_unless_slip("below",
                                  "nobody is ever dropped: `drop` says neither below which score nor after how many "
                                  "failed batches. write for example below: 30 %?");
    }
}

void read_score(Reader& split, SplitRule& rule) {
    auto score = split.map("score");
    if (!score) {
        return;
    }
    SupplyScoreSpec spec;
    const auto review = read_review(split.draft(), score->node_or_default("review"));
    spec.every = review.every;
    spec.offset = review.offset;
    if (review.continuous) {
        score->problem("review", "sources are judged at times, not continuously. write for example mon 06:00?");
    }
    spec.over = static_cast<std::uint32_t>(score->whole("over").value_or(spec.over));
    if (auto defective = score->map("defective")) {
        spec.defective = read_part(*defective);
    }
    if (auto late = score->map("late")) {
        spec.late = read_part(*late);
        spec.within = late->duration("within").value_or(sim::Duration{});
    }
    spec.trial = score->number("trial");
    read_drop(*score, spec);
    if (spec.defective.weight <= 0 && spec.late.weight <= 0) {
        score->problem_unless_slip("defective",
                                   "nothing counts: give `defective` or `late` a weight above 0. write for example "
                                   "defective: {weight: 60 %, worst: 10 %}?");
    }
    rule.spec.score = spec;
    rule.score_place = score->place();
}

/// True if some of what comes from a source is tested at a site.
bool is_tested(const models::ModelSpec& spec, Index site, const SplitRule& rule) {
    const bool inspects = std::any_of(spec.inspections.begin(), spec.inspections.end(), [&](const auto& inspection) {
        return inspection.site == site;
    });
    return inspects && std::any_of(rule.sources.begin(), rule.sources.end(), [&](const auto& source) {
               return std::any_of(spec.defects.begin(), spec.defects.end(), [&](const auto& defects) {
                   return defects.site == source.site;
               });
           });
}

}  // namespace

std::optional<SplitRule> read_split(Reader& rule) {
    auto reader = rule.map("split");
    if (!reader) {
        return std::nullopt;
    }
    SplitRule split;
    read_sources(*reader, split);
    read_score(*reader, split);
    if (rule.node("from") != nullptr) {
        rule.problem("from", "a rule has either `from` or `split`. remove one of them?");
    }
    return split;
}

void check_split(Draft& draft, Index site, const SplitRule& rule) {
    const auto& score = rule.spec.score;
    if (!score || is_tested(draft.spec, site, rule)) {
        return;
    }
    if (score->defective.weight > 0 || score->drop_failed > 0) {
        draft.problems.add(rule.score_place,
                           "what " + in_quotes(draft.sites.id(site))
                               + " gets from these sources is never tested, so no defective units are known of. add "
                                 "`quality` with suppliers and an inspection there, or judge by `late` only?");
    }
}

}  // namespace spate::scenarios
