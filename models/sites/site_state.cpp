// Site: its state for snapshots. What follows from the scenario is not in it.

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/snapshot/archive.hpp"
#include "models/sites/rule_state.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

template <class Archive>
constexpr bool is_reader = std::is_same_v<Archive, sim::StateReader>;

/// A vector of parts that belong to the scenario: as many as there are in both, in order.
template <class Archive, class Parts, class Each>
void each_part(Archive& archive, Parts& parts, const std::string& what, Each&& each) {
    std::uint64_t count = parts.size();
    archive(count);
    if (count != parts.size()) {
        throw sim::InvariantError(what + ": the snapshot has " + std::to_string(count) + ", the scenario "
                                  + std::to_string(parts.size()));
    }
    for (auto& part : parts)
        each(part);
}

template <class Archive, class Payload, class Rows>
void archive_batch(Archive& archive, std::unique_ptr<Payload>& batch, Rows Payload::*rows) {
    bool is_there = batch != nullptr;
    archive(is_there);
    if (!is_there) {
        batch.reset();
        return;
    }
    if (!batch)
        batch = std::make_unique<Payload>();
    sim::block(archive, (*batch).*rows);
}

}  // namespace

template <class Archive>
void Site::archive_counts(Archive& archive) {
    sim::plain(archive, ledger_);
    sim::plain(archive, carrier_wait_us_);
    archive(orders_received_, outcomes_sent_, orders_held_, units_sent_, units_arrived_);
    archive(received_since_, shipped_since_, refused_since_, steps_, orders_placed_);
    archive(holding_posted_, backorder_posted_, fixed_posted_);
    sim::plain(archive, measured_from_areas_);
    archive(audited_, is_measuring_, handled_, arrivals_by_lane_, version_, published_);
}

/// Orders that wait to be served, or for stock, and those that pass the stages.
template <class Archive>
void Site::archive_orders(Archive& archive) {
    archive(arrivals_, serve_ticks_, wave_ticks_, report_ticks_, leave_ticks_, check_scheduled_, deadlines_);
    sim::block(archive, requested_);
    archive_waiting(archive);
    each_part(archive, stages_, name() + ": stages", [&](Stage& stage) { archive(stage); });
    each_part(archive, receive_, name() + ": receiving stages", [&](Stage& stage) { archive(stage); });
    archive(finished_, waits_, held_, bookings_, settle_ticks_, kept_, parcels_);
    sim::block(archive, left_);
    if (locked_)
        archive(*locked_);
}

/// As one list, in the order of the queues.
template <class Archive>
void Site::archive_waiting(Archive& archive) {
    std::vector<std::pair<std::int32_t, std::uint64_t>> queues;
    std::vector<Waiting> all;
    for (const auto& [position, queue] : waiting_) {
        queues.emplace_back(position, queue.size());
        queue.for_each([&](const Waiting& waiting) { all.push_back(waiting); });
    }
    archive(queues);
    sim::block(archive, all);
    if constexpr (is_reader<Archive>) {
        waiting_.clear();
        auto next = all.begin();
        for (const auto& [position, size] : queues) {
            for (const auto end = next + static_cast<std::ptrdiff_t>(size); next != end; ++next)
                waiting_[position].join_last(*next, priority_of(*next), claimant_of(position, *next));
        }
    }
}

/// What is under way to desks and other sites.
template <class Archive>
void Site::archive_links(Archive& archive) {
    each_part(archive, desks_, name() + ": desks", [&](DeskLink& desk) {
        archive(desk.promises_seen, desk.promises_told, desk.waited_in_work);
        if (desk.presale)
            archive(*desk.presale);
        if (desk.cancellation)
            archive(*desk.cancellation);
        sim::plain(archive, desk.totals);
        archive_batch(archive, desk.pending, &OutcomeBatch::outcomes);
        if (desk.pending) {
            desk.pending->site = index_;
            sim::block(archive, desk.pending->batches);
        }
    });
    archive(pending_desks_, is_urgent_);
    each_part(archive, lanes_, name() + ": lanes", [&](OutLane& out) {
        sim::block(archive, out.loading);
        archive(out.is_scheduled, out.departures);
        sim::plain(archive, out.totals);
    });
    each_part(archive, trips_, name() + ": trips to markets", [&](MarketTrip& trip) {
        sim::block(archive, trip.loading);
        archive(trip.is_scheduled, trip.departures);
        sim::plain(archive, trip.totals);
    });
    each_part(archive, lane_rows_, name() + ": lanes", [&](LaneRow& row) { archive(row.sent); });
    each_part(archive, feeds_, name() + ": channels", [&](auto& feed) { archive(feed.second); });
    sim::block(archive, told_);
    archive(orders_told_);
    if (parts_)
        archive(*parts_, release_ticks_, told_to_);
}

/// Stock, arriving goods, production.
template <class Archive>
void Site::archive_goods(Archive& archive) {
    archive(room_);
    std::vector<std::uint32_t> receipts;
    for (const auto& [number, shipment] : receiving_)
        receipts.push_back(number);
    archive(receipts, receipts_);
    for (const auto number : receipts) {
        auto& shipment = receiving_[number];
        if (!shipment)
            shipment = std::make_unique<Shipment>();
        archive(shipment->lane, shipment->sent);
        sim::block(archive, shipment->lines);
    }
    if (lots_)
        archive(*lots_);
    if (shelf_life_)
        archive(*shelf_life_, expiry_ticks_);
    each_part(archive, production_, name() + ": production", [&](Production& lines) { archive(lines); });
    if (quality_)
        archive(*quality_);
    archive(in_production_, batch_count_);
    std::vector<std::uint64_t> numbers;
    std::vector<FinishedBatch> batches;
    for (const auto& [number, batch] : batches_) {
        numbers.push_back(number);
        batches.push_back(batch);
    }
    archive(numbers);
    sim::block(archive, batches);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        batches_[numbers[i]] = batches[i];
}

template <class Archive>
void Site::archive_state(Archive& archive) {
    archive_counts(archive);
    archive_orders(archive);
    archive_links(archive);
    archive_goods(archive);
    each_part(archive, rules_, name() + ": replenishment rules", [&](Rule& rule) { archive_rule(archive, rule); });
}

void Site::save_state(sim::StateWriter& archive) {
    archive_state(archive);
}

void Site::load_state(sim::StateReader& archive) {
    archive_state(archive);
    snapshot_.reset();
}

/// In a fork, servers that are new take what waits for them, and what the rules ask for now is scheduled. Where nothing
/// has changed, that is pending already.
void Site::on_loaded(sim::Context& context) {
    for (auto& stage : stages_)
        stage.resume(context.now());
    for (auto& stage : receive_) {
        if (stage.resume(context.now()))
            start_receipts(context);
    }
    if (quality_ && quality_->resume(context.now()))
        start_tests(context);
    resume_lots(context);
    resume_rules(context);
    start_checks(context);
}

}  // namespace spate::models
