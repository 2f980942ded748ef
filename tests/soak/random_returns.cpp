#include "tests/soak/random_returns.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tests/soak/dice.hpp"

namespace spate::test {

namespace {

using namespace models;

StageSpec make_stage(Dice& dice, const char* name, double jobs_per_second) {
    StageSpec stage;
    stage.name = name;
    stage.per = dice.chance(0.5) ? StageSpec::Per::order : StageSpec::Per::unit;
    stage.servers = dice.chance(0.2) ? 0 : dice.whole(1, 4);
    const double work = std::max(stage.servers, 1U) / std::max(jobs_per_second, 1e-6) * dice.magnitude(0.05, 2);
    stage.work = dice.chance(0.5) ? Distribution::constant(work) : Distribution::exponential(work);
    return stage;
}

SecondsSaleSpec make_sale(Dice& dice, Duration run) {
    SecondsSaleSpec sale;
    sale.every = dice.span(std::max(Duration{run.us / 40}, sim::minute), std::max(run, sim::hour));
    sale.offset = Duration{dice.moment(run).us};
    sale.price = dice.real(0, 1);
    sale.loses = dice.chance(0.5) ? 0 : dice.real(0, 0.3);
    sale.sold = dice.real(0.2, 1);
    sale.tries = dice.whole(1, 4);
    return sale;
}

ReturnCentreSpec make_centre(Dice& dice, const ModelSpec& spec, Duration run, double returns_per_second) {
    ReturnCentreSpec centre;
    centre.transit = Distribution::exponential(run.seconds() * dice.real(0.01, 0.3));
    centre.min_transit = dice.span(sim::second, std::max(Duration{run.us / 4}, sim::minute));
    centre.freight_per_order = dice.whole(0, 10) * currency_unit;
    if (dice.chance(0.5))
        centre.dock = make_stage(dice, "dock", returns_per_second);
    centre.inspect = make_stage(dice, "inspect", returns_per_second);
    centre.accuracy = dice.chance(0.3) ? 1 : dice.real(0.3, 1);
    centre.claim_per_unit = dice.whole(0, 5) * currency_unit;
    for (auto& row : centre.grades) {
        double left = 1;
        for (std::size_t g = 0; g + 1 < return_grades; ++g) {
            row[g] = left * dice.real(0, 1);
            left -= row[g];
        }
        row[return_grades - 1] = left;
    }
    if (dice.chance(0.5))
        centre.window = dice.span(sim::hour, run);
    centre.window_until = static_cast<ReturnCentreSpec::Moment>(dice.whole(0, 2));
    centre.routes[0] = ReturnRoute::outlet;
    centre.outlet = make_sale(dice, run);
    for (Index site = 0; site < spec.sites.size(); ++site) {
        if (spec.sites[site].assortment.size() == spec.products.size())
            centre.reshelve =
                ReturnCentreSpec::Reshelve{site, dice.span(sim::minute * 20, run), dice.span(sim::minute, run), 1};
    }
    if (centre.reshelve)
        centre.routes[0] = ReturnRoute::reshelve;
    if (dice.chance(0.6)) {
        centre.special = make_sale(dice, run);
        centre.routes[1] = ReturnRoute::special;
    }
    if (dice.chance(0.6)) {
        centre.repair = make_stage(dice, "repair", returns_per_second);
        centre.routes[2] = ReturnRoute::repair;
        centre.repaired = centre.reshelve ? ReturnRoute::reshelve : ReturnRoute::outlet;
    }
    centre.fixed_per_day = dice.whole(0, 1000) * currency_unit;
    centre.refund_after = static_cast<ReturnCentreSpec::Moment>(dice.whole(0, 2));
    centre.refund_plus = dice.chance(0.3) ? Duration{} : dice.span(sim::second, sim::day);
    if (dice.chance(0.4)) {
        centre.refund_only = dice.real(0, 1);
        centre.abuse = dice.real(0, 1);
        centre.caught = dice.real(0, 1);
        centre.wrongly_caught = dice.real(0, 1);
    }
    if (dice.chance(0.4))
        centre.fund =
            RefundFundSpec{dice.whole(0, 100) * currency_unit, dice.real(0, 0.4), {true, dice.chance(0.5), true}};
    return centre;
}

/// Some centres have agents and a bot, and some of these refund after the answer.
void make_service(Dice& dice, ReturnCentreSpec& centre, double returns_per_second) {
    if (!dice.chance(0.5))
        return;
    centre.service = make_stage(dice, "service", returns_per_second);
    centre.service->by_priority = dice.chance(0.7);
    centre.tickets.bot = dice.chance(0.3) ? 0 : dice.real(0, 1);
    centre.tickets.answer_within = dice.span(sim::minute, sim::day);
    centre.tickets.supplier_pays = dice.chance(0.4) ? 0 : dice.real(0, 1);
    centre.tickets.accuracy = dice.real(0, 1);
    if (dice.chance(0.5))
        centre.refund_after = ReturnCentreSpec::Moment::answered;
}

void make_grades(Dice& dice, ModelSpec& spec) {
    GradesSpec grades;
    const std::uint32_t levels = dice.whole(1, 4);
    for (std::uint32_t l = 0; l < levels; ++l) {
        const double limit = l + 1 == levels ? 1 : 0.03 * (l + 1);
        const double seen = dice.chance(0.5) ? 1 : dice.real(0, 1);
        const auto priority = static_cast<std::uint8_t>(dice.whole(1, 9));
        grades.levels.push_back({fmt::format("grade-{}", l), limit, seen, dice.magnitude(0.1, 5), priority});
    }
    grades.first = dice.whole(0, levels - 1);
    grades.over = dice.whole(1, 6);
    grades.every = dice.span(sim::hour, sim::day * 2);
    grades.news = dice.span(sim::minute, sim::hour * 6);
    grades.black_after = dice.whole(0, 3);
    grades.black_for = dice.span(sim::hour, sim::day * 3);
    grades.black_seen = dice.real(0, 1);
    spec.grades = grades;
}

void make_recall(Dice& dice, ModelSpec& spec) {
    const Duration run = spec.warm_up + spec.horizon;
    RecallSpec recall;
    recall.by_batch = dice.chance(0.6);
    recall.at_least = dice.whole(0, 5);
    recall.share = dice.real(0, 1);
    recall.every = dice.span(sim::hour, std::max(run, sim::day));
    recall.news = dice.span(sim::minute, sim::day);
    recall.sends_back = dice.chance(0.5);
    recall.answers = dice.real(0, 1);
    recall.bad_share = dice.real(0, 0.3);
    if (dice.chance(0.5)) {
        const Time at = dice.moment(run);
        recall.dated.push_back({at, spec.products.empty() ? std::vector<Index>{} : std::vector<Index>{0}, {}, at});
    }
    spec.recall = recall;
}

void make_defects(Dice& dice, ModelSpec& spec) {
    for (Index site = 0; site < spec.sites.size(); ++site) {
        const bool sells = std::any_of(spec.lanes.begin(), spec.lanes.end(), [&](const auto& lane) {
            return lane.from == site && lane.to_market;
        });
        if (spec.sites[site].unlimited_stock && !sells)
            spec.defects.push_back(
                {site, spec.sites[site].assortment, dice.real(0, 0.4), dice.magnitude(1, 100), dice.real(0, 1), 10});
    }
    for (Index site = 0; site < spec.sites.size() && !spec.defects.empty(); ++site) {
        if (spec.sites[site].unlimited_stock || dice.chance(0.4))
            continue;
        InspectionSpec plan;
        plan.site = site;
        plan.sample_share = dice.real(0, 1);
        plan.accept_share = dice.real(0, 0.3);
        plan.time = Distribution::constant(dice.chance(0.3) ? 0 : dice.span(sim::second, sim::day).seconds());
        plan.cost_per_unit = 3;
        plan.sends_back = dice.chance(0.6);
        plan.screen_after = dice.whole(0, 2);
        plan.screen_for = dice.span(sim::minute, sim::day * 3);
        plan.benches = dice.whole(0, 2);
        plan.admission = dice.whole(0, 2);
        spec.inspections.push_back(plan);
    }
    if (!spec.defects.empty() && dice.chance(0.5))
        make_recall(dice, spec);
    Dice apart(spec.seed ^ 0x6AADE5ULL);
    if (!spec.inspections.empty() && apart.chance(0.5))
        make_grades(apart, spec);
}

}  // namespace

void make_returns(ModelSpec& spec, double orders) {
    Dice dice(spec.seed ^ 0x52E7A25EULL);
    if (!dice.chance(0.5))
        return;
    const Duration run = spec.warm_up + spec.horizon;
    for (auto& channel : spec.channels) {
        channel.return_share = dice.real(0, 0.6);
        channel.return_quality = channel.return_share * 0.3;
        channel.return_expectation = channel.return_share * 0.5;
        channel.return_after = Distribution::exponential(run.seconds() * dice.real(0.01, 0.2));
        channel.defect_return = dice.real(0, 1);
    }
    const std::uint32_t centres =
        std::min<std::uint32_t>(dice.whole(1, 3), static_cast<std::uint32_t>(spec.markets.size()));
    for (std::uint32_t c = 0; c < centres; ++c) {
        const double returns_per_second = orders / run.seconds() * 0.3 / centres;
        auto centre = make_centre(dice, spec, run, returns_per_second);
        Dice apart(spec.seed ^ 0x7EC3E7ULL ^ c);
        make_service(apart, centre, returns_per_second);
        centre.id = centre.name = fmt::format("centre-{}", c);
        for (Index m = c; m < spec.markets.size(); m += centres)
            centre.markets.push_back(m);
        spec.return_centres.push_back(std::move(centre));
    }
    if (dice.chance(0.6))
        make_defects(dice, spec);
}

}  // namespace spate::test
