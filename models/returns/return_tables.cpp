#include "models/returns/return_tables.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "models/record/columns.hpp"

namespace spate::models {

namespace {

using namespace columns;  // NOLINT(google-build-using-namespace): tables, nothing else

constexpr const char* centres_path = "/network/centres";

Column money(std::string name, const ModelSpec& spec, std::string text) {
    return {std::move(name), ColumnType::i64, spec.currency, std::move(text), {}, "", 1e-6};
}

void describe_centres(sim::Recorder& recorder, const ModelSpec& spec) {
    std::vector<std::string> ids, names;
    std::vector<sim::Cell> lon, lat, site;
    for (const auto& centre : spec.return_centres) {
        ids.push_back(centre.id);
        names.push_back(centre.name);
        lon.emplace_back(centre.lon);
        lat.emplace_back(centre.lat);
        site.emplace_back(std::int64_t{centre.reshelve ? centre.reshelve->site : no_row});
    }
    recorder.add_static({centres_path,
                         "Return centres",
                         {{"id", "key in the scenario", ids}, {"name", "display name", names}},
                         {{real("lon", "degrees_east", "WGS-84 longitude"), lon},
                          {real("lat", "degrees_north", "WGS-84 latitude"), lat},
                          {row_of("site", "/network/sites", "gets what is sold as new (4294967295: none)"), site}}});
}

/// Who sends returns where.
void describe_links(sim::Recorder& recorder, const ModelSpec& spec) {
    std::vector<sim::Cell> markets, centres;
    for (std::size_t c = 0; c < spec.return_centres.size(); ++c) {
        for (const Index market : spec.return_centres[c].markets) {
            markets.emplace_back(std::int64_t{market});
            centres.emplace_back(static_cast<std::int64_t>(c));
        }
    }
    recorder.add_static({"/network/return_links",
                         "Return centre of each market that has one",
                         {},
                         {{row_of("market", "/network/markets", "market"), markets},
                          {row_of("centre", centres_path, "its return centre"), centres}}});
}

sim::TableSchema rows(const ModelSpec& spec) {
    const std::vector<std::string> grades{"a", "b", "c", "d", "none"};
    return {
        "/returns",
        "Returns of the orders in the sample (as in /orders), one by one; a row is written when goods and money are "
        "where they belong, or at the end",
        {whole("id", "1", "of the order, or of its line where it has several"),
         row_of("desk", "/network/desks", "market and channel"),
         row_of("product", "/network/products", "product"),
         units("quantity", "units of the order"),
         row_of("centre", centres_path, "return centre"),
         code("reason", "why", {"quality", "expectation", "other"}),
         moment("delivered", "reached the customer"),
         moment("started", "the customer starts to return it"),
         moment("received", "reached the centre"),
         moment("inspected", "graded"),
         moment("answered", "the customer has an answer from the service"),
         moment("refunded", "the customer has the money back"),
         moment("closed", "the goods have left the centre"),
         code("true_grade", "state of the goods", grades),
         code("grade", "what the inspection found", grades),
         code("route",
              "where the goods went; open: still on the way or at the centre, or not decided; kept: refunded, the "
              "customer keeps them; refused: no refund, the customer keeps them",
              {"reshelve", "special", "outlet", "repair", "scrap", "open", "kept", "refused"}),
         money("value", spec, "recovered: the price of what is re-shelved, the proceeds of what is sold as seconds"),
         money("cost", spec, "freight, handling, repair, claims and disposal of this return"),
         whole("order", "1", "the customer's order, as in /orders")}};
}

sim::TableSchema series(const ModelSpec& spec) {
    return {"/series/returns",
            "State of every return centre just before the events of each sample time; flows since the sample before",
            {units("before_grade", "at the dock or in inspection"),
             units("to_shelf", "graded, wait to go back to a site"),
             units("to_special", "wait for the special sale"),
             units("to_outlet", "wait for the outlet"),
             units("in_repair", "in repair or waiting for it"),
             units("received", "came in"),
             units("closed", "left"),
             count("refunds_open", "returns begun whose refund is neither paid nor refused")},
            static_cast<std::uint32_t>(spec.return_centres.size()),
            centres_path};
}

sim::TableSchema summary(const ModelSpec& spec) {
    return {"/summary/returns",
            "Every return centre over the horizon. Closed: the goods have left the centre",
            {row_of("centre", centres_path, "return centre"),
             count("started_quality", "returns begun because the goods are bad, claims for money only included"),
             count("started_expectation", "because they are not what was shown"),
             count("started_other", "for other reasons"),
             count("orders_received", "returned orders that came in"),
             units("units_received", "units of these"),
             count("orders_graded", "inspected"),
             count("orders_misgraded", "of these, got another grade than their true one"),
             count("orders_late", "of these, past the window in which they could be sold as new"),
             count("orders_closed", "returned orders whose goods left"),
             units("units_closed", "units of these"),
             units("units_reshelved", "of these, sent back to a site to be sold as new"),
             units("units_special", "of these, sold at the special sale"),
             units("units_outlet", "of these, sold by the outlet"),
             units("units_scrapped", "of these, thrown away"),
             units("units_repaired", "repaired, wherever they went then"),
             money("price_closed", spec, "price of the units closed"),
             money("value", spec, "recovered with them"),
             money("cost", spec, "spent on them: freight, handling, repair, claims, disposal"),
             money("fixed", spec, "fixed cost of the centre"),
             real("grading_hours", "h", "from reaching the centre to the grade, summed over the orders graded"),
             real("closing_hours", "h", "from the start of the return to leaving, summed over the orders closed"),
             real("disposal_hours", "h", "from reaching the centre to leaving it, summed over the units closed"),
             count("refunds", "refunds paid"),
             money("refunded", spec, "amount of these"),
             real("refund_hours", "h", "from the start of the return to the refund, summed over refunds"),
             count("claims", "customers who asked for the money and kept the goods"),
             count("claims_true", "of these, with good reason"),
             count("claims_refused", "of all these, refused"),
             count("wrongly_refused", "of the true ones, refused"),
             money("abuse_paid", spec, "refunds of untrue claims")}};
}

sim::TableSchema stages() {
    return {
        "/summary/return_stages",
        "Queueing figures of every step of the return centres over the horizon; sums of times are exact, so Little's "
        "law holds to the microsecond",
        {row_of("centre", centres_path, "return centre"),
         code("stage", "step", {"dock", "inspect", "repair", "service"}),
         count("arrivals", "jobs that came"),
         count("starts", "jobs that came and were begun"),
         count("completed", "jobs finished"),
         whole("waiting_us", "us", "area of the number waiting"),
         whole("service_us", "us", "area of the number in service"),
         real("mean_waiting", "1", "time average in the queue"),
         real("mean_in_service", "1", "time average at the servers"),
         real("mean_wait", "h", "mean wait of jobs that came and started"),
         real("mean_time", "h", "mean wait and service of jobs that came and finished"),
         count("max_waiting", "longest queue"),
         real("work", "h", "work done, in hours of a server at working speed 1"),
         real("capacity", "h", "work the servers could do while open (0: unlimited servers)")}};
}

void declare_funds(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    tables.refund_fund_series = recorder.add_table(
        {"/series/refund_funds",
         "Refund fund of every return centre at each sample time",
         {money("balance", spec, "money in the fund"), count("waiting", "refunds that are due and wait for money")},
         static_cast<std::uint32_t>(spec.return_centres.size()),
         centres_path});
    tables.refund_fund_summary =
        recorder.add_table({"/summary/refund_funds",
                            "Refund funds over the horizon: opening + put aside = paid + closing",
                            {row_of("centre", centres_path, "return centre"),
                             money("opening", spec, "in the fund at the start"),
                             money("put_aside", spec, "of the turnover"),
                             money("paid", spec, "refunds paid"),
                             money("closing", spec, "in the fund at the end"),
                             count("refunds", "refunds paid"),
                             count("waited", "of these, had to wait for money"),
                             whole("wait_sum", "us", "how long these waited"),
                             count("waiting", "refunds that wait at the end"),
                             money("owed", spec, "amount of these")}});
}

void declare_tickets(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    tables.ticket_series =
        recorder.add_table({"/series/tickets",
                            "Tickets of every return centre at each sample time; answers since the sample before",
                            {count("waiting", "tickets that wait for an agent"),
                             count("in_service", "tickets that agents work on"),
                             count("answered", "answers, the bot's included")},
                            static_cast<std::uint32_t>(spec.return_centres.size()),
                            centres_path});
    tables.ticket_summary = recorder.add_table(
        {"/summary/tickets",
         "Customer service of return centres over the horizon",
         {row_of("centre", centres_path, "return centre"),
          count("tickets", "opened: returns begun, claims for money only included"),
          count("answered", "answers"),
          count("by_bot", "of these, by the bot"),
          count("in_time", "of all answers, in time"),
          count("overdue", "tickets open at the end that should have been answered by then"),
          real("answer_hours", "h", "from the start of the return to the answer, summed over answers"),
          count("complaints", "answers to customers whose goods are bad"),
          real("complaint_hours", "h", "the same sum over these"),
          count("judged", "returns, but refused claims, for which it was decided who is liable"),
          count("misjudged", "of these, put down to the wrong side"),
          money("claimed", spec, "from suppliers, for what was put down to them")}});
}

}  // namespace

bool has_services(const ModelSpec& spec) {
    return std::any_of(spec.return_centres.begin(), spec.return_centres.end(), [](const auto& centre) {
        return centre.service.has_value();
    });
}

bool has_refund_funds(const ModelSpec& spec) {
    return std::any_of(spec.return_centres.begin(), spec.return_centres.end(), [](const auto& centre) {
        return centre.fund.has_value();
    });
}

void declare_return_tables(sim::Recorder& recorder, const ModelSpec& spec, TraceTables& tables) {
    describe_centres(recorder, spec);
    describe_links(recorder, spec);
    tables.returns = recorder.add_table(rows(spec));
    tables.return_series = recorder.add_table(series(spec));
    tables.return_summary = recorder.add_table(summary(spec));
    tables.return_stages = recorder.add_table(stages());
    if (has_refund_funds(spec))
        declare_funds(recorder, spec, tables);
    if (has_services(spec))
        declare_tickets(recorder, spec, tables);
}

}  // namespace spate::models
