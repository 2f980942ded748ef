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

#include "tests/unit/models/spec_builder.hpp"

namespace spate::test {

/// The desk of the first market and channel alone with a loop of events: in place of its sites the bench answers that
/// every third order that may not wait is refused and the others are shipped.
class DeskBench final : public sim::EventSink {
  public:
    /// What a site got: its number in the desk's list, when, and the order.
    using Received = std::tuple<std::uint32_t, std::int64_t, std::int64_t, std::uint64_t, Index, std::uint32_t>;

    explicit DeskBench(ModelSpec model)
        : spec(std::move(model))
        , base(spec)
        , frame{spec, {}, models::declare_tables(recorder, spec, {1, 0, 1}), Time{(spec.warm_up + spec.horizon).us}}
        , desk(frame, 0, 0, 0, base, recorder.add_writer()) {
        const models::SupplyNetwork network(spec);
        for (const Index lane : network.lanes_to_market(0)) {
            const auto& kept = spec.sites[spec.lanes[lane].from];
            auto assortment = std::make_shared<models::Assortment>(kept.assortment, spec.products.size());
            sites.push_back(
                std::make_unique<models::Site>(frame, spec.lanes[lane].from, assortment, recorder.add_writer(), 0));
            sites.back()->set_opening_stock(kept.initial_units);
            const auto number = sites.size();
            desk.add_source(*sites.back(), 0, lane).link = {sim::ProcessId(number), lag()};
            if (spec.channels[0].view == models::StockView::cached)
                desk.set_opening_view(number - 1, sites.back()->snapshot());
        }
    }

    ~DeskBench() override {
        for (auto& event : events)
            delete event.payload;
    }

    DeskBench(const DeskBench&) = delete;
    DeskBench& operator=(const DeskBench&) = delete;

    Duration lag() const {
        return spec.channels[0].view == models::StockView::live ? Duration{0} : spec.channels[0].release_lag;
    }

    void accept(const sim::Event& event) override { events.push_back(event); }

    void start() {
        context.enter(sim::ProcessId(0), "desk", Time{0}, sequence);
        desk.start(context);
    }

    /// Handles all events before `end`.
    void run_until(Time end) {
        for (;;) {
            const auto first = std::min_element(
                events.begin(), events.end(), [](const auto& a, const auto& b) { return comes_before(a, b); });
            if (first == events.end() || first->time >= end)
                return;
            sim::Event event = *first;
            events.erase(first);
            if (event.target.index() == 0 || event.type == models::DeskTick::type) {
                context.enter(sim::ProcessId(0), "desk", event.time, sequence);
                desk.on_event(context, event);
            } else {
                answer(event);
            }
            delete event.payload;
        }
    }

    std::string saved() {
        std::ostringstream text;
        sim::StateWriter archive(text);
        desk.save_state(archive);
        return text.str();
    }

    /// Goes on from another bench's state, its pending events included.
    void load(DeskBench& other) {
        std::istringstream text(other.saved());
        sim::StateReader archive(text);
        desk.load_state(archive);
        sequence = other.sequence;
        for (sim::Event event : other.events) {
            if (event.type == models::OrderBatch::type)
                event.payload = copy<models::OrderBatch>(*event.payload);
            if (event.type == models::OutcomeBatch::type)
                event.payload = copy<models::OutcomeBatch>(*event.payload);
            events.push_back(event);
        }
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

    ModelSpec spec;
    sim::Recorder recorder;
    models::BaseDemand base;
    models::RunFrame frame;
    models::OrderDesk desk;
    std::vector<std::unique_ptr<models::Site>> sites;
    std::vector<sim::Event> events;
    std::vector<Received> received;
    bool are_batches_sorted = true;
    std::size_t batches = 0;

  private:
    void answer(sim::Event& event) {
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
            reply.sequence = answers++;
            reply.source = event.target;
            reply.target = sim::ProcessId(0);
            reply.priority = models::OutcomeBatch::priority;
            reply.type = models::OutcomeBatch::type;
            reply.payload = outcomes.release();
            events.push_back(reply);
        }
    }

    sim::PayloadPools pools;
    sim::Context context{*this, pools};
    std::uint64_t sequence = 0, answers = 0;
};

}  // namespace spate::test
