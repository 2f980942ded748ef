#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <sstream>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/snapshot/archive.hpp"
#include "models/desk/order_desk.hpp"
#include "models/network/supply_network.hpp"

#include "tests/support/lone_process.hpp"
#include "tests/unit/models/spec_builder.hpp"

namespace spate::test {

/// The desk of the first market and channel alone with a loop of events: in place of its sites the bench answers that
/// every third order that may not wait is refused and the others are shipped.
class DeskBench final {
  public:
    /// What a site got: its number in the desk's list, when, and the order.
    using Received = std::tuple<std::uint32_t, std::int64_t, std::int64_t, std::uint64_t, Index, std::uint32_t>;

    explicit DeskBench(ModelSpec model)
        : spec(std::move(model))
        , base(spec)
        , frame{spec, {}, models::declare_tables(recorder, spec, {1, 0, 1}), Time{(spec.warm_up + spec.horizon).us}}
        , desk(frame, 0, 0, 0, base, recorder.add_writer())
        , lone(spec.lanes.size()) {
        const models::SupplyNetwork network(spec);
        for (const Index lane : network.lanes_to_market(0)) {
            const auto& kept = spec.sites[spec.lanes[lane].from];
            auto assortment = std::make_shared<models::Assortment>(kept.assortment, spec.products.size());
            sites.push_back(
                std::make_unique<models::Site>(frame, spec.lanes[lane].from, assortment, recorder.add_writer(), 0));
            sites.back()->set_opening_stock(kept.initial_units);
            const auto number = sites.size();
            desk.add_source(*sites.back(), 0, lane).link = lone.link_to(number, lag());
            if (spec.channels[0].view == models::StockView::cached)
                desk.set_opening_view(number - 1, sites.back()->snapshot());
        }
    }

    ~DeskBench() {
        for (auto& [event, target] : events)
            sim::drop_payload(event);
    }

    DeskBench(const DeskBench&) = delete;
    DeskBench& operator=(const DeskBench&) = delete;

    Duration lag() const {
        return spec.channels[0].view == models::StockView::live ? Duration{0} : spec.channels[0].release_lag;
    }

    void start() {
        at(Time{0}, [&](sim::Context& context) { desk.start(context); });
    }

    /// Handles all events before `end`.
    void run_until(Time end) {
        reached = end;
        for (;;) {
            const auto first = std::min_element(events.begin(), events.end(), [](const auto& a, const auto& b) {
                return comes_before(a.event, b.event);
            });
            if (first == events.end() || first->event.time >= end)
                return;
            Pending next = *first;
            events.erase(first);
            if (next.target == 0) {
                at(next.event.time, [&](sim::Context& context) { desk.on_event(context, next.event); });
            } else {
                answer(next);
            }
            sim::drop_payload(next.event);
        }
    }

    std::string saved() {
        std::ostringstream text;
        sim::StateWriter archive(text);
        desk.settle(reached);
        desk.save_state(archive);
        return text.str();
    }

    /// Goes on from another bench's state, its pending events included.
    void load(DeskBench& other) {
        std::istringstream text(other.saved());
        sim::StateReader archive(text);
        desk.load_state(archive);
        lone.set_sequence(other.lone.sequence());
        for (auto [event, target] : other.events) {
            if (event.type == models::OrderBatch::type)
                event.set_payload(copy<models::OrderBatch>(*event.payload()));
            if (event.type == models::OutcomeBatch::type)
                event.set_payload(copy<models::OutcomeBatch>(*event.payload()));
            events.push_back({event, target});
        }
        at(other.reached, [&](sim::Context& context) { desk.on_loaded(context); });
    }

    template <class Payload>
    static sim::Payload* copy(sim::Payload& payload) {
        std::stringstream text;
        {
            sim::StateWriter writer(text);
            payload.save_state(writer);
        }
        auto result = std::make_unique<Payload>();
        sim::StateReader reader(text);
        result->load_state(reader);
        return result.release();
    }

    /// An event and the number of its receiver: 0 is the desk.
    struct Pending {
        sim::Event event;
        std::size_t target = 0;
    };

    ModelSpec spec;
    sim::Recorder recorder;
    models::BaseDemand base;
    models::RunFrame frame;
    models::OrderDesk desk;
    LoneProcess lone;
    std::vector<std::unique_ptr<models::Site>> sites;
    std::vector<Pending> events;
    std::vector<Received> received;
    bool are_batches_sorted = true;
    std::size_t batches = 0;
    Time reached{0};

  private:
    template <class Call>
    void at(Time now, Call call) {
        lone.at(now, call, [&](const sim::Event& event, std::size_t target) { events.push_back({event, target}); });
    }

    void answer(Pending& pending) {
        sim::Event& event = pending.event;
        const auto batch = event.take<models::OrderBatch>();
        ++batches;
        are_batches_sorted =
            are_batches_sorted && std::is_sorted(batch->orders.begin(), batch->orders.end(), [](auto& a, auto& b) {
                return comes_before(a, b);
            });
        for (const auto& order : batch->orders) {
            received.emplace_back(
                order.source, event.time.us, order.placed.us, order.key, order.product, order.quantity);
            const Time served = std::max(order.placed, event.time);
            auto outcomes = std::make_unique<models::OutcomeBatch>();
            const auto outcome =
                order.key % 3 == 0 && !order.may_wait ? models::Outcome::refused : models::Outcome::shipped;
            outcomes->outcomes.push_back({order, served, served, served + sim::hour, outcome});
            sim::Event reply;
            reply.time = served + lag();
            reply.sequence = answers++ & 0xFFFF'FFFF;
            reply.source = sim::ProcessId(pending.target);
            reply.priority = models::OutcomeBatch::priority;
            reply.type = models::OutcomeBatch::type;
            reply.set_payload(outcomes.release());
            events.push_back({reply, 0});
        }
    }

    std::uint64_t answers = 0;
};

}  // namespace spate::test
