#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "sim/engine/context.hpp"
#include "sim/snapshot/archive.hpp"
#include "sim/trace/reader.hpp"
#include "models/sites/site.hpp"

#include "tests/support/lone_process.hpp"
#include "tests/unit/models/model_runs.hpp"

/// One site without an engine: the test hands it messages and sees what it sends.
namespace spate::test {

/// A shop with one to three products and one or two desks; its supplier answers every order two days later.
struct SiteCase {
    SiteCase() {
        builder.product("tea");
        builder.market("east");
        builder.channel("web");
        auto& channel = builder.spec.channels[0];
        channel.view = StockView::live;
        channel.release_every = Duration{0};
        channel.unmet = Unmet::backorder;
        builder.site("shop", SiteKind::store, 60);
        builder.supplier("supplier");
        builder.lane_to_market(0, 0, 7200);
        const Index lane = builder.lane_to_site(1, 0, 2 * 86400);
        auto& rule = builder.base_stock(0, lane, 60, sim::day);
        rule.kind = ReplenishSpec::Kind::min_max;
        rule.min.units = 30;
        rule.review.continuous = true;
        builder.spec.trace.series_every = sim::hour * 5;
        builder.spec.trace.decisions = false;
        builder.spec.horizon = sim::day * 20;
        site().holding_per_unit_second = 0.3;
        site().wave = sim::minute * 30;
    }

    SiteSpec& site() { return builder.spec.sites[0]; }

    ChannelSpec& channel() { return builder.spec.channels[0]; }

    ReplenishSpec& rule() { return builder.spec.replenish[0]; }

    SpecBuilder builder;
    std::uint32_t desks = 1;
};

class SiteBench final {
  public:
    explicit SiteBench(const SiteCase& c)
        : spec_(c.builder.spec)
        , path_(fmt::format("/tmp/spate_site_bench_{}_{}.h5", ::getpid(), count_++))
        , recorder_(path_)
        , frame_{spec_, {}, {}, Time{(spec_.warm_up + spec_.horizon).us}}
        , lone_(1 + c.desks) {
        for (const auto& product : spec_.products)
            frame_.goods.push_back({product.price, product.weight_mg, product.volume_ul});
        TraceSizes sizes;
        sizes.sites = 1;
        sizes.stages = static_cast<std::uint32_t>(spec_.sites[0].outbound.size() + (spec_.sites[0].receive ? 1 : 0));
        frame_.tables = declare_tables(recorder_, spec_, sizes);
        auto assortment = std::make_shared<Assortment>(spec_.sites[0].assortment, spec_.products.size());
        auto& writer = recorder_.add_writer();
        site_ = std::make_unique<Site>(frame_, 0, assortment, writer, 0);
        site_->set_channel_activity({{}});
        site_->set_opening_stock(spec_.sites[0].initial_units);
        for (const auto& rule : spec_.replenish)
            site_->add_rule(rule, std::vector<double>(rule.products.size(), 10), 0).front().output.link =
                lone_.link_to(1, Duration{0});
        for (std::uint32_t d = 0; d < c.desks; ++d) {
            site_->add_desk(0, 0, 0);
            site_->desk(d).outcomes.link = lone_.link_to(2 + d, Duration{0});
        }
        recorder_.open();
    }

    ~SiteBench() { std::remove(path_.c_str()); }

    SiteBench(const SiteBench&) = delete;
    SiteBench& operator=(const SiteBench&) = delete;

    void start() {
        at_now([&](sim::Context& context) { site_->start(context); });
    }

    /// A batch of orders that reaches the site at a time.
    void send(Time at, std::vector<Order> batch) {
        push({at, OrderBatch::priority, OrderBatch::type, {}, std::move(batch), {}});
    }

    void run_until(Time end) {
        for (;;) {
            const auto next = std::min_element(pending_.begin(), pending_.end(), is_before);
            const Time at = next == pending_.end() ? end : std::min(next->at, end);
            for (; sampled_ <= at && sampled_ < end; sampled_ += spec_.trace.series_every)
                site_->sample(sampled_);
            if (next == pending_.end() || next->at >= end)
                break;
            const Message message = *next;
            pending_.erase(next);
            handle(message);
        }
        now_ = end;
    }

    void finish() {
        run_until(frame_.end);
        site_->sample(frame_.end);
        site_->finish(frame_.end);
        recorder_.flush(frame_.end);
        recorder_.close();
    }

    /// Goes on from where another bench is: with the state of its site and the messages under way to it.
    void go_on_from(SiteBench& other) {
        std::stringstream stream;
        {
            sim::StateWriter writer(stream);
            other.site_->save_state(writer);
        }
        {
            sim::StateReader reader(stream);
            site_->load_state(reader);
        }
        pending_ = other.pending_;
        outcomes = other.outcomes;
        orders = other.orders;
        now_ = other.now_;
        sampled_ = other.sampled_;
        lone_.set_sequence(other.lone_.sequence());
        count_of_sends_ = other.count_of_sends_;
        at_now([&](sim::Context& context) { site_->on_loaded(context); });
    }

    /// Every number of the trace from a time on; call after finish().
    std::map<std::string, std::vector<double>> rows() const {
        std::map<std::string, std::vector<double>> all;
        const sim::TraceReader reader(path_);
        for (const auto& table : reader.tables()) {
            for (const auto& column : table.columns) {
                if (column.type != "text")
                    all[table.path + "/" + column.name] = reader.numbers(table.path + "/" + column.name);
            }
        }
        return all;
    }

    Site& site() { return *site_; }

    using Ended = std::tuple<std::uint64_t, std::int64_t, std::int64_t, std::int64_t, int, bool>;
    std::vector<Ended> outcomes;                                 ///< key, released, shipped, delivered, outcome, waited
    std::vector<std::tuple<std::int64_t, Index, Units>> orders;  ///< time, product, units ordered from the supplier
    std::int64_t events = 0;

  private:
    struct Message {
        Time at;
        std::uint16_t priority = 0, type = 0;
        std::array<std::uint64_t, 3> words{};
        std::vector<Order> orders;
        std::vector<ProductQuantity> lines;
        std::uint64_t number = 0;
    };

    static bool is_before(const Message& a, const Message& b) {
        return std::tuple(a.at, a.priority, a.number) < std::tuple(b.at, b.priority, b.number);
    }

    void push(Message message) {
        message.number = count_of_sends_++;
        pending_.push_back(std::move(message));
    }

    void handle(const Message& message) {
        now_ = message.at;
        ++events;
        sim::Event event;
        event.time = message.at;
        event.priority = message.priority & 255U;
        event.type = message.type & 1023U;
        event.words = message.words;
        if (message.type == OrderBatch::type) {
            auto batch = std::make_unique<OrderBatch>();
            batch->orders = message.orders;
            event.set_payload(batch.release());
        } else if (message.type == Shipment::type) {
            auto shipment = std::make_unique<Shipment>();
            shipment->lane = 1;
            shipment->sent = message.at - sim::day;
            shipment->lines = message.lines;
            event.set_payload(shipment.release());
        }
        at_now([&](sim::Context& context) { site_->on_event(context, event); });
        REQUIRE(event.payload() == nullptr);
    }

    template <class Call>
    void at_now(Call call) {
        lone_.at(now_, call, [&](const sim::Event& event, std::size_t) { accept(event); });
    }

    void accept(const sim::Event& event) {
        REQUIRE(event.time >= now_);
        if (event.type == OutcomeBatch::type) {
            const std::unique_ptr<OutcomeBatch> batch(static_cast<OutcomeBatch*>(event.payload()));
            for (const auto& outcome : batch->outcomes)
                take(outcome);
        } else if (event.type == ReplenishOrder::type) {
            const std::unique_ptr<ReplenishOrder> order(static_cast<ReplenishOrder*>(event.payload()));
            for (const auto& line : order->lines)
                orders.emplace_back(now_.us, line.product, line.quantity);
            std::vector<ProductQuantity> goods;
            for (const auto& line : order->lines)
                goods.push_back({.product = line.product, .quantity = line.quantity});
            push({event.time + sim::day * 2, Shipment::priority, Shipment::type, {}, {}, goods});
        } else {
            push({event.time,
                  static_cast<std::uint16_t>(event.priority),
                  static_cast<std::uint16_t>(event.type),
                  event.words,
                  {},
                  {}});
        }
    }

    /// The desk's part: it learns of everything within the sample period; who is refused comes back to wait.
    void take(const OrderOutcome& outcome) {
        const auto period = [&](Time t) { return t.us / spec_.trace.series_every.us; };
        CHECK(period(now_) == period(outcome.shipped));
        if (outcome.outcome == Outcome::refused && spec_.channels[0].unmet == Unmet::backorder) {
            CHECK(outcome.shipped == now_);
            Order order = outcome.order;
            order.may_wait = true;
            push({now_, OrderBatch::priority, OrderBatch::type, {}, {order}, {}});
            return;
        }
        outcomes.emplace_back(outcome.order.key,
                              outcome.released.us,
                              outcome.shipped.us,
                              outcome.delivered.us,
                              static_cast<int>(outcome.outcome),
                              outcome.order.waited);
    }

    static inline int count_ = 0;
    ModelSpec spec_;
    std::string path_;
    sim::Recorder recorder_;
    RunFrame frame_;
    LoneProcess lone_;
    std::unique_ptr<Site> site_;
    std::vector<Message> pending_;
    Time now_, sampled_;
    std::uint64_t count_of_sends_ = 0;
};

/// Orders of twenty days, about two an hour, in an order that does not depend on the desk.
inline std::vector<Order> some_orders(std::uint32_t products, std::uint32_t desks, std::uint64_t seed) {
    sim::RandomStream random({seed, 0}, 1, 1);
    std::vector<Order> orders;
    for (Time at{1}; at < Time{(sim::day * 20).us}; at += sim::second * random.below(3600)) {
        Order order;
        order.key = sim::mix(seed, orders.size());
        order.placed = at;
        order.product = random.below(products);
        order.quantity = 1 + random.below(3) / 2;
        order.slot = random.below(desks);
        orders.push_back(order);
    }
    return orders;
}

}  // namespace spate::test
