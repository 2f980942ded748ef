#include "models/model.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

TEST_CASE("a run gives the same digest and the same trace with any number of workers of any kind") {
    const auto spec = chain().spec;
    const Run reference(spec);
    CHECK(reference.result.orders > 2000);
    const auto expected = reference.all_numbers();
    REQUIRE(expected.at("/orders/id").size() == reference.result.orders);
    for (const auto& options : test::all_executives()) {
        INFO("workers " << options.workers << " of kind " << static_cast<int>(options.backend));
        const Run run(spec, options);
        REQUIRE(run.result.report.digest.total == reference.result.report.digest.total);
        REQUIRE(run.result.report.process_digests == reference.result.report.process_digests);
        REQUIRE(run.result.orders == reference.result.orders);
        const auto numbers = run.all_numbers();
        REQUIRE(numbers.size() == expected.size());
        for (const auto& [column, values] : expected) {
            INFO(column);
            REQUIRE(numbers.at(column) == values);
        }
        // The checks of the ledger are one per window, of which executives have their own.
        const std::set<std::string> own{"ledger_checks", "created"};
        const auto attributes = run.attributes();
        for (const auto& [name, value] : reference.attributes()) {
            INFO(name);
            CHECK((own.count(name) == 1
                   || std::find(attributes.begin(), attributes.end(), std::pair(name, value)) != attributes.end()));
        }
    }
}

TEST_CASE("another seed or replication gives another run") {
    auto builder = chain();
    builder.spec.horizon = sim::hour * 12;
    std::set<std::uint64_t> digests;
    for (const std::uint64_t seed : {1U, 2U}) {
        for (const std::uint32_t replication : {0U, 1U}) {
            builder.spec.seed = seed;
            builder.spec.replication = replication;
            digests.insert(Run(builder.spec).result.report.digest.total);
        }
    }
    CHECK(digests.size() == 4);
}

TEST_CASE("units are neither made nor lost: every product at every site, and all accounts together") {
    const Run run(chain().spec);
    CHECK(run.result.ledger_checks > 0);
    const auto column = [&](const char* name) { return run.integers(std::string("/summary/stock/") + name); };
    const auto initial = column("initial"), received = column("received"), produced = column("produced"),
               returned = column("returned"), shipped = column("shipped"), consumed = column("consumed"),
               scrapped = column("scrapped"), expired = column("expired"), last = column("final");
    REQUIRE(initial.size() == 5 * 4);
    for (std::size_t i = 0; i < initial.size(); ++i)
        REQUIRE(initial[i] + received[i] + produced[i] + returned[i]
                == shipped[i] + consumed[i] + scrapped[i] + expired[i] + last[i]);

    const auto books = run.integers("/summary/ledger/closing");
    const auto balance = [&](UnitAccount account) { return books[static_cast<std::size_t>(account)]; };
    std::int64_t units = 0, money = 0;
    for (std::size_t i = 0; i < books.size(); ++i)
        (i < unit_accounts ? units : money) += books[i];
    CHECK(units == 0);
    CHECK(money == 0);
    CHECK(balance(UnitAccount::opening) == -run.sum("/summary/stock/initial"));
    CHECK(balance(UnitAccount::produced) == -run.sum("/summary/stock/produced"));
    CHECK(balance(UnitAccount::available) + balance(UnitAccount::reserved) == run.sum("/summary/stock/final"));
    CHECK(balance(UnitAccount::in_transit) + balance(UnitAccount::in_delivery)
          == run.sum("/summary/lanes/units_in_transit"));
    CHECK(run.sum("/summary/stock/produced") > 0);
    // What left all sites went to other sites or to customers.
    const auto gone = balance(UnitAccount::in_delivery) + balance(UnitAccount::at_customer);
    CHECK(run.sum("/summary/stock/shipped") == run.sum("/summary/lanes/units_sent"));
    CHECK(gone > 0);
    const auto statuses = run.integers("/orders/status"), quantities = run.integers("/orders/quantity");
    std::int64_t delivered = 0;
    for (std::size_t i = 0; i < statuses.size(); ++i)
        delivered += statuses[i] == static_cast<std::int64_t>(OrderStatus::delivered) ? quantities[i] : 0;
    CHECK(balance(UnitAccount::at_customer) == delivered);
    CHECK(delivered > 0);
}

TEST_CASE("every order of every desk is delivered, lost, refused, cancelled or open") {
    const Run run(chain().spec);
    const auto ids = run.integers("/orders/id");
    CHECK(std::set<std::int64_t>(ids.begin(), ids.end()).size() == ids.size());
    const auto column = [&](const char* name) { return run.integers(std::string("/summary/desks/") + name); };
    const auto placed = column("orders_placed"), lost = column("orders_lost"), cancelled = column("orders_cancelled"),
               refused = column("orders_refused"), delivered = column("orders_delivered"), open = column("orders_open");
    REQUIRE(placed.size() == 6);
    for (std::size_t d = 0; d < 6; ++d) {
        const auto desk = static_cast<std::int64_t>(d);
        INFO("desk " << d);
        CHECK(delivered[d] == run.orders_with(OrderStatus::delivered, desk));
        CHECK(lost[d] == run.orders_with(OrderStatus::lost, desk));
        CHECK(refused[d] == run.orders_with(OrderStatus::refused, desk));
        CHECK(cancelled[d] == run.orders_with(OrderStatus::cancelled, desk));
        CHECK(open[d] == run.orders_with(OrderStatus::open, desk) + run.orders_with(OrderStatus::in_delivery, desk));
        CHECK(placed[d] == delivered[d] + lost[d] + refused[d] + cancelled[d] + open[d]);
        CHECK(delivered[d] > 0);
    }
    CHECK(static_cast<std::uint64_t>(run.sum("/summary/desks/orders_placed")) == run.result.orders);
    CHECK(run.sum("/summary/delivery_time/orders") == run.sum("/summary/desks/orders_delivered"));
    // The series tell the same story; orders of the last wave have not been released.
    CHECK(run.sum("/series/desks/delivered") == run.sum("/summary/desks/orders_delivered"));
    CHECK(run.sum("/series/desks/late") == run.sum("/summary/desks/orders_late"));
    CHECK(run.sum("/series/desks/cancelled") == run.sum("/summary/desks/orders_cancelled"));
    CHECK(run.sum("/series/desks/lost")
          == run.sum("/summary/desks/orders_lost") + run.sum("/summary/desks/orders_refused"));
    CHECK(run.sum("/summary/desks/orders_cancelled") > 0);
    CHECK(run.sum("/summary/desks/orders_lost") > 0);
    CHECK(run.sum("/summary/desks/orders_late") > 0);
}

TEST_CASE("key figures cover only the orders placed after the warm-up") {
    Shop shop(100, {order(100, 1), order(3599, 1), order(3600, 1), order(5000, 4)});
    shop.builder.spec.warm_up = sim::hour;
    const Run run(shop.builder.spec);
    CHECK(run.result.orders == 4);
    CHECK(run.sum("/summary/desks/orders_placed") == 2);
    CHECK(run.sum("/summary/desks/units_placed") == 5);
    CHECK(run.sum("/summary/desks/orders_delivered") == 2);
    CHECK(run.sum("/summary/delivery_time/orders") == 2);
    // 3600 s: wave of 4200 s, at the site at 4260 s, delivered at 11460 s. 5000 s: 5400, 5460, 12660.
    CHECK(run.sum("/summary/desks/delivery_time_sum") == (7860 + 7660) * std::int64_t{1'000'000});
    // On hand: 99 from the start of the measured time, 98 from 3660 s, 97 from 4260 s, 93 from 5460 s.
    const double sum = 99 * 60.0 + 98 * 600.0 + 97 * 1200.0 + 93 * (86400.0 + 3600 - 5460);
    CHECK(run.numbers("/summary/stock/mean_on_hand")[0] == Approx(sum / 86400).epsilon(1e-12));
}

TEST_CASE("the mean time in a stage is that of the jobs that came and finished in the measured time") {
    Shop shop(100, {order(2950, 1), order(5000, 1)});  // at the site at 3060 s and 5460 s
    shop.site().outbound = {test::stage("pick", 1, Distribution::constant(1000))};
    shop.builder.spec.warm_up = sim::hour;  // the first is finished at 4060 s
    const Run run(shop.builder.spec);
    CHECK(run.integers("/summary/stages/arrivals") == std::vector<std::int64_t>{1});
    CHECK(run.numbers("/summary/stages/mean_in_service")[0] == Approx((460 + 1000) / 86400.0));
    CHECK(run.numbers("/summary/stages/mean_time")[0] == Approx(1000.0 / 3600));
    CHECK(run.numbers("/summary/stages/work")[0] == Approx((460 + 1000) / 3600.0));
    CHECK(run.numbers("/summary/stages/capacity")[0] == Approx(24));
    // Finished at 4060 s and 6460 s, handed to the carrier in the next wave of 10 minutes.
    CHECK(run.numbers("/summary/sites/mean_orders_finished")[0] == Approx((140 + 140) / 86400.0));
}

TEST_CASE("processes linked without delay advance as one group") {
    auto builder = chain();
    sim::Recorder recorder;
    const Model model(builder.spec, {}, recorder);
    std::size_t members = 0;
    bool is_live_fused = false;
    for (const auto& group : model.parallelism().groups) {
        members += group.members.size();
        const std::set<std::string> names(group.members.begin(), group.members.end());
        is_live_fused |=
            names.count("desk east/live") == 1 && names.count("site south") == 1 && names.count("desk east/web") == 0;
    }
    CHECK(members == 5 + 6);
    CHECK(is_live_fused);
}
