#include <algorithm>

#include "models/demand/baskets.hpp"
#include "scenarios/load/items.hpp"
#include "scenarios/load/load_sections.hpp"

/// Recalls.
namespace spate::scenarios {

namespace {

using models::Index;
using models::RecallSpec;

void read_returns_rule(Reader& recall, RecallSpec& spec) {
    auto returns = recall.map("returns");
    if (!returns) {
        return;
    }
    spec.at_least = static_cast<std::uint32_t>(returns->whole("at_least").value_or(1));
    spec.share = returns->number("share");
    spec.every = returns->duration("every").value_or(sim::day);
    refuse_too_often(*returns, "every", spec.every);
}

void check_date(Reader& reader, const RecallSpec::Dated& dated) {
    const auto& spec = reader.draft().spec;
    if (dated.at <= sim::Time{}) {
        reader.problem("at", "nothing can have come in before the start. write a later time?");
    } else if (dated.at >= sim::Time{} + spec.warm_up + spec.horizon) {
        reader.problem("at", "the recall lies after the end of the simulated time. write an earlier one?");
    } else if (dated.from >= dated.to) {
        reader.problem("to", "`to` must be after `from` (batches that came in between are called back). swap them?");
    }
    if (dated.to > dated.at) {
        reader.problem("to", "`to` must not be after `at` (what comes in later is not known yet). move one of them?");
    }
}

void load_date(Draft& draft, const Node& item, RecallSpec& spec) {
    Reader reader(draft, "recall_date", item);
    RecallSpec::Dated dated;
    const auto at = reader.moment("at"), from = reader.moment("from"), to = reader.moment("to");
    dated.products = reader.select("products", draft.products);
    if (!at) {
        return;
    }
    dated.at = *at;
    dated.from = from.value_or(sim::Time{});
    dated.to = to.value_or(*at);
    if (draft.has_time) {
        check_date(reader, dated);
    }
    if (!spec.by_batch && (from || to)) {
        reader.problem(from ? "from" : "to",
                       "this has no effect with `by: product` (all there is of the product is called back). remove "
                       "it, or write `by: batch`?");
    }
    spec.dated.push_back(std::move(dated));
}

void check_cause(Reader& recall) {
    const Node* dates = recall.node("dates");
    const bool has_dates = dates != nullptr && (!dates->is_sequence() || !dates->items.empty());
    if (recall.node("returns") == nullptr && !has_dates) {
        recall.problem_unless_slip("returns",
                                   "nothing is ever called back (there are neither `returns` nor `dates`). write for "
                                   "example returns: {at_least: 20 units, share: 50 %}?");
    }
}

}  // namespace

void load_recall(Reader& quality) {
    auto recall = quality.map("recall");
    if (!recall) {
        return;
    }
    Draft& draft = quality.draft();
    RecallSpec spec;
    spec.by_batch = recall->word("by").value_or(0) == 0;
    read_returns_rule(*recall, spec);
    if (const Node* list = recall->node("dates")) {
        for_each_item(draft, *list, "recall_date", false, [&](const Node& item) { load_date(draft, item, spec); });
    }
    std::stable_sort(spec.dated.begin(), spec.dated.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    check_cause(*recall);
    spec.news = recall->duration("news").value_or(sim::hour);
    spec.sends_back = recall->word("goods").value_or(0) == 0;
    spec.answers = recall->number("customers");
    spec.bad_share = recall->number("bad");
    draft.recall_place = recall->place();
    draft.spec.recall = std::move(spec);
}

void check_recall(Draft& draft) {
    const auto& spec = draft.spec;
    if (!spec.recall) {
        return;
    }
    const bool is_told = std::any_of(spec.channels.begin(), spec.channels.end(), [](const auto& channel) {
        return channel.return_quality > 0 || channel.defect_return > 0;
    });
    if (spec.recall->at_least > 0 && !is_told) {
        draft.problems.add(draft.recall_place,
                           "returns never lead to a recall (no channel has `returns`, so nobody sends bad goods back). "
                           "write for example returns: {share: 5 %} in a channel, or give `dates` only?");
    }
}

}  // namespace spate::scenarios
