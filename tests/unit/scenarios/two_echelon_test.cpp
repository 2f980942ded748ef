#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <numeric>
#include <queue>
#include <random>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "sim/trace/reader.hpp"
#include "models/model.hpp"
#include "scenarios/load/scenario.hpp"

/// scenarios/bench-two-echelon*.yaml against a second, plain program for the same system, both fed with the same
/// orders.
namespace spate::scenarios {

namespace {

using models::Index;
using models::Units;
using Us = std::int64_t;

constexpr Us day_us = 86'400'000'000;

/// The one warehouse and its retailers, written down once more: events on one queue, nothing shared with the models.
class TwoEchelons {
  public:
    struct Stock {
        Units on_hand = 0, on_order = 0, short_of = 0;
        double on_hand_area = 0, waiting_area = 0;
        Us since = 0;

        Units position() const { return on_hand + on_order - short_of; }

        void pass(Us now) {
            on_hand_area += static_cast<double>(on_hand) * static_cast<double>(now - since);
            waiting_area += static_cast<double>(short_of) * static_cast<double>(now - since);
            since = now;
        }
    };

    TwoEchelons(std::size_t retailers, bool fills_whole)
        : retail(retailers)
        , is_whole_(fills_whole) {
        for (auto& stock : retail)
            stock.on_hand = 160;
        main.on_hand = 160 * count();
    }

    void customer(std::size_t r, Us at) {
        at_time(at, [this, r] { sell(r); });
    }

    void run(Us end) {
        while (!events_.empty() && events_.top().at < end) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.at;
            event.what();
        }
        main.pass(end);
        for (auto& stock : retail)
            stock.pass(end);
    }

    Stock main;
    std::vector<Stock> retail;
    std::int64_t customers = 0, served_at_once = 0;

  private:
    struct Event {
        Us at;
        std::uint64_t number;
        std::function<void()> what;

        bool operator<(const Event& other) const { return at != other.at ? at > other.at : number > other.number; }
    };

    Units count() const { return static_cast<Units>(retail.size()); }

    void at_time(Us at, std::function<void()> what) { events_.push({at, number_++, std::move(what)}); }

    void sell(std::size_t r) {
        Stock& stock = retail[r];
        stock.pass(now_);
        ++customers;
        if (stock.on_hand > 0) {
            --stock.on_hand;
            ++served_at_once;
        } else {
            ++stock.short_of;
        }
        if (stock.position() <= 60) {
            const Units wanted = 160 - stock.position();
            stock.on_order += wanted;
            at_time(now_ + day_us, [this, r, wanted] { ask(r, wanted); });
        }
    }

    void ask(std::size_t r, Units wanted) {
        main.pass(now_);
        queue_.push_back({r, wanted});
        main.short_of += wanted;
        fill();
        if (main.position() > 40 * count())
            return;
        const Units more = 160 * count() - main.position();
        main.on_order += more;
        at_time(now_ + 5 * day_us, [this, more] {
            main.pass(now_);
            main.on_hand += more;
            main.on_order -= more;
            fill();
        });
    }

    void fill() {
        while (!queue_.empty() && main.on_hand > 0) {
            auto& [r, wanted] = queue_.front();
            if (is_whole_ && main.on_hand < wanted)
                return;
            const Units part = std::min(wanted, main.on_hand);
            main.on_hand -= part;
            main.short_of -= part;
            at_time(now_ + day_us, [this, to = r, part] { receive(to, part); });
            wanted -= part;
            if (wanted == 0)
                queue_.pop_front();
        }
    }

    void receive(std::size_t r, Units units) {
        Stock& stock = retail[r];
        stock.pass(now_);
        stock.on_order -= units;
        const Units old = std::min(stock.short_of, units);
        stock.short_of -= old;
        stock.on_hand += units - old;
    }

    bool is_whole_;
    std::deque<std::pair<std::size_t, Units>> queue_;
    std::priority_queue<Event> events_;
    std::uint64_t number_ = 0;
    Us now_ = 0;
};

struct Sale {
    Us at;
    std::size_t retailer;
};

/// Orders of `days` days, 20 a day and retailer, each in a microsecond of its own.
std::vector<Sale> some_sales(std::size_t retailers, int days) {
    std::mt19937_64 random(7);
    std::exponential_distribution<double> gap(20.0 * static_cast<double>(retailers) / static_cast<double>(day_us));
    std::vector<Sale> sales;
    for (Us at = 0;;) {
        at += 1 + static_cast<Us>(gap(random));
        if (at >= days * day_us)
            return sales;
        sales.push_back({at, static_cast<std::size_t>(random() % retailers)});
    }
}

/// What the trace says of the model fed with these sales.
class Traced {
  public:
    Traced(models::ModelSpec spec, const std::vector<Sale>& sales, int days)
        : path_("/tmp/spate_two_echelon_" + std::to_string(::getpid()) + ".h5") {
        spec.horizon = sim::day * days;
        models::DemandSpec demand;
        demand.kind = models::DemandSpec::Kind::recorded;
        demand.channels = {0};
        for (const auto& sale : sales)
            demand.recorded.push_back({sim::Time{sale.at}, static_cast<Index>(sale.retailer), 0, 1});
        spec.demand = {demand};
        sim::Recorder recorder(path_);
        models::Model model(std::move(spec), {}, recorder);
        model.run();
        reader_.emplace(path_);
    }

    ~Traced() { std::remove(path_.c_str()); }

    std::vector<double> column(const std::string& name) const { return reader_->numbers(name); }

    double sum(const std::string& name) const {
        const auto values = column(name);
        return std::accumulate(values.begin(), values.end(), 0.0);
    }

  private:
    std::string path_;
    std::optional<sim::TraceReader> reader_;
};

models::ModelSpec load(const std::string& name, const std::vector<Override>& changes = {}) {
    auto loaded = load_scenario(std::string(SPATE_SOURCE_DIR) + "/scenarios/" + name, changes);
    INFO((loaded.problems.empty() ? "" : loaded.problems.front().to_string()));
    REQUIRE(loaded.problems.empty());
    return std::move(loaded.spec);
}

void compare(const models::ModelSpec& spec, bool is_whole, int days) {
    const std::size_t retailers = spec.markets.size();
    const auto sales = some_sales(retailers, days);
    TwoEchelons plain(retailers, is_whole);
    for (const auto& sale : sales)
        plain.customer(sale.retailer, sale.at);
    plain.run(days * day_us);
    const Traced trace(spec, sales, days);
    const double us = static_cast<double>(days) * static_cast<double>(day_us);
    const auto on_hand = trace.column("/summary/stock/mean_on_hand"),
               waiting = trace.column("/summary/stock/mean_backordered");
    REQUIRE(on_hand.size() == retailers + 2);  // supplier, warehouse, retailers
    CHECK(on_hand[1] == Approx(plain.main.on_hand_area / us).epsilon(1e-9));
    CHECK(waiting[1] == Approx(plain.main.waiting_area / us).epsilon(1e-9));
    for (std::size_t r = 0; r < retailers; ++r) {
        CHECK(on_hand[r + 2] == Approx(plain.retail[r].on_hand_area / us).epsilon(1e-9));
        CHECK(waiting[r + 2] == Approx(plain.retail[r].waiting_area / us).epsilon(1e-9));
    }
    CHECK(trace.sum("/summary/desks/orders_placed") == static_cast<double>(plain.customers));
    CHECK(trace.sum("/summary/desks/orders_filled") + trace.sum("/summary/desks/orders_backordered")
          == static_cast<double>(plain.customers));
    CHECK(trace.sum("/summary/desks/orders_filled") == static_cast<double>(plain.served_at_once));
    // Orders must have had to wait at both echelons, or nothing has been shown.
    CHECK(plain.main.waiting_area > 0);
    CHECK(plain.served_at_once < plain.customers);
}

}  // namespace

TEST_CASE("two echelons agree with a second program order by order") {
    compare(load("bench-two-echelon.yaml"), true, 400);
}

TEST_CASE("two echelons agree with a second program where orders are filled in parts") {
    compare(load("bench-two-echelon.yaml", {{"sites[warehouse].fill", "partial"}}), false, 400);
}

TEST_CASE("two echelons with more retailers are the same system") {
    compare(load("bench-two-echelon-100.yaml"), true, 60);
    const auto spec = load("bench-two-echelon-1000.yaml");
    CHECK(spec.markets.size() == 1000);
    CHECK(spec.sites.size() == 1002);
    CHECK(spec.replenish.size() == 1001);
    CHECK(spec.sites[1].initial_units.front() == 160'000);
    CHECK(spec.replenish.front().min.units == 40'000);
}

}  // namespace spate::scenarios
