#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "sim/engine/event.hpp"
#include "models/base/units.hpp"
#include "models/spec.hpp"

/// Everything that travels between the processes of a model, and the order of what happens at one instant.
namespace spate::models {

/// Events of one instant happen in this order (lower first): demand of the past period is noted, goods whose time is
/// over leave the shelf, goods arrive, reviews are held, customers order, sites serve what has come, positions are
/// checked once, finished orders are handed over, vehicles leave with all that is ready.
namespace priority {
inline constexpr std::uint16_t observe = 5, expiry = 8, receipt = 10, review = 20, demand = 30, order = 40, answer = 45,
                               serve = 50, reorder_check = 60, wave = 70, depart = 75, publish = 80;
}  // namespace priority

namespace message_type {
enum : std::uint16_t {
    order_batch,
    outcome_batch,
    view_update,
    replenish_order,
    shipment,
    desk_tick,
    serve,
    wave,
    review,
    reorder_check,
    depart,
    put_away,
    production_done,
    publish,
    observe,
    report,
    settle,
    stock_changes,
    push,
    check_view,
    repair_view,
    release_stock
};
}  // namespace message_type

/// One customer order of one product, or a line of one of several: so many units of one product. The lines of an order
/// have the same key, time and desk, and consecutive numbers.
struct Order {
    std::uint64_t key = 0;  ///< entity of all its random draws: its demand stream and its number in it
    Time placed;            ///< when the customer ordered
    Index product = 0;      ///< catalogue index
    std::uint32_t quantity = 0;
    std::uint32_t number = 0;       ///< running number at its desk
    std::uint32_t slot = 0;         ///< number of the desk at the receiving site
    std::uint16_t source = 0;       ///< position of the site in the desk's list of sources
    std::uint8_t tries = 0;         ///< sites looked at so far
    bool may_wait = false;          ///< short of stock: wait at the site instead of being refused
    bool promised = false;          ///< the desk took the order on its view of the stock
    bool waited = false;            ///< was backordered
    bool refused : 1 = false;       ///< a site had no stock for it and has noted its demand
    bool withheld : 1 = false;      ///< a site had the goods, but not for this channel
    std::uint8_t grade : 4 = 0;     ///< of the product when the customer came (GradesSpec::levels)
    bool was_promised : 1 = false;  ///< no longer: it has come to wait since
    std::uint8_t unused : 1 = 0;    ///< keeps the layout free of padding
    bool is_sampled : 1 = false;    ///< one of those that are recorded one by one (TraceSpec::orders_share)
    std::uint8_t price : 4 = 0;     ///< step of the product's price when the customer came (PriceRuleSpec); 0: normal
    std::uint8_t spare : 3 = 0;     ///< as `unused`
    std::uint16_t quoted = 0;  ///< what the customer was told where the promise is quoted: minutes from placing; or 0
    std::uint8_t line = 0;     ///< of a customer's order of several products: which line of it this is, from 0
    std::uint8_t lines = 1;    ///< how many lines the customer's order has
    std::uint8_t parcel = 0;   ///< line that stands for the parcel this one was shipped in
    std::uint8_t substitute = 0;  ///< 0: the product that the customer wanted; else 1 + discount of another [%]
    std::uint16_t session = 0;    ///< 1 + number of the session it was placed in; 0: none

    /// Number of the first line of the customer's order, which stands for the whole order.
    std::uint32_t first_number() const { return number - line; }

    /// For digests. One-to-one in each of key, time and product with quantity while the others are fixed.
    std::uint64_t fingerprint() const {
        const std::uint64_t goods = std::uint64_t{product} << 32 | quantity;
        return key + static_cast<std::uint64_t>(placed.us) * 0x9E3779B97F4A7C15ULL + goods * 0xD1342543DE82EF95ULL;
    }

    /// Served earlier: by time of placing; ties by key, which favours nobody; lines of one order as the customer
    /// picked.
    friend bool comes_before(const Order& a, const Order& b) {
        if (a.placed != b.placed)
            return a.placed < b.placed;
        return a.key != b.key ? a.key < b.key : a.line < b.line;
    }
};

static_assert(sizeof(Order) == 48);

/// Whether a line is a gift of another product, which comes with its order: sessions have no other lines.
inline bool is_gift(const Order& order) {
    return order.session > 0 && order.line > 0;
}

/// Whether the lines of an order are never split: by the terms of its channel, or since some are a gift. (An order may
/// go without a gift; the gift goes nowhere without it.) Requires: there are several.
inline bool leaves_whole(const ChannelSpec& channel, const Order& order) {
    return channel.sources.split == SourcingSpec::Split::never || order.session > 0;
}

/// Longer than anything takes.
inline constexpr Duration no_promise{std::numeric_limits<std::int64_t>::max()};

/// What the customer was promised, from placing to delivery: the channel's time, or what was quoted for this order; or
/// no_promise.
inline Duration promise_of(const ChannelSpec& channel, const Order& order) {
    return order.quoted == 0 ? channel.promise.value_or(no_promise) : sim::minute * order.quoted;
}

/// Orders released by a desk to a site, in order of placing.
struct OrderBatch final : sim::Payload {
    static constexpr std::uint16_t type = message_type::order_batch, priority = priority::order;
    std::vector<Order> orders;

    void digest(sim::Digest& digest) const override {
        for (const auto& order : orders)
            digest.add(order.fingerprint());
    }

    void clear() override { orders.clear(); }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// What became of an order at a site.
enum class Outcome : std::uint8_t {
    shipped,    ///< handed to the carrier; `delivered` says when it arrives
    refused,    ///< no stock
    cancelled,  ///< the customer's patience ended while waiting
    withdrawn,  ///< the customer cancelled before it was packed
    left_out    ///< no stock: a gift that its order goes without
};

struct OrderOutcome {
    Order order;
    Time released;   ///< reached the site
    Time shipped;    ///< handed to the carrier (or refused, cancelled at)
    Time delivered;  ///< arrives at the customer
    Outcome outcome = Outcome::shipped;
    std::uint32_t defective = 0;  ///< units of the order that are
};

/// Which batch of goods some units of a shipped order are of, where recalls need to know (RecallSpec).
struct BatchPart {
    std::uint64_t batch = 0;    ///< 0: of none that is known
    std::uint32_t outcome = 0;  ///< position in the OutcomeBatch
    std::uint32_t units : 31 = 0;
    std::uint32_t is_recalled : 1 = 0;  ///< its product was called back while these were being picked
};

struct OutcomeBatch final : sim::Payload {
    static constexpr std::uint16_t type = message_type::outcome_batch, priority = priority::answer;
    Index site = 0;
    std::vector<OrderOutcome> outcomes;
    std::vector<BatchPart> batches;  ///< in the order of `outcomes`; empty where nothing is recalled

    void digest(sim::Digest& digest) const override {
        for (const auto& outcome : outcomes) {
            digest.add(outcome.order.fingerprint() + static_cast<std::uint64_t>(outcome.outcome));
            const auto delivered = static_cast<std::uint64_t>(outcome.delivered.us) * 0x9E3779B97F4A7C15ULL;
            digest.add(std::uint64_t{static_cast<std::uint64_t>(outcome.shipped.us) + delivered});
        }
    }

    void clear() override {
        outcomes.clear();
        batches.clear();
    }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// What a site had available when it published: one number per position of its assortment. Shared, never changed.
struct StockSnapshot {
    std::vector<std::int32_t> available;
    std::vector<std::int32_t> withheld;  ///< more that are there, but not for the channel; empty: none of any product
    std::uint64_t digest = 0;

    template <class Archive>
    void serialize(Archive& archive);
};

/// A copy of a site's available stock on its way to a desk.
struct ViewUpdate final : sim::Payload {
    static constexpr std::uint16_t type = message_type::view_update, priority = priority::receipt;
    std::uint32_t source = 0;         ///< position of the site in the desk's list of sources
    std::uint64_t promises_seen = 0;  ///< how many of the desk's promised orders the stock already accounts for
    std::shared_ptr<const StockSnapshot> stock;

    void digest(sim::Digest& digest) const override {
        digest.add(promises_seen);
        digest.add(stock->digest);
    }

    void clear() override { stock.reset(); }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// Units that came (above 0) or went at one position of a site's assortment.
struct StockChange {
    std::int32_t position = 0, units = 0;
};

/// What has changed of a site's available stock, on its way to a desk with a pushed view.
struct StockChanges final : sim::Payload {
    static constexpr std::uint16_t type = message_type::stock_changes, priority = priority::receipt;
    std::uint32_t source = 0;         ///< position of the site in the desk's list of sources
    std::uint64_t promises_seen = 0;  ///< as in ViewUpdate
    std::vector<StockChange> changes;
    std::vector<StockChange> withheld;  ///< what there is now that is not for the channel, where that may have changed

    void digest(sim::Digest& digest) const override {
        digest.add(promises_seen);
        for (const auto& change : changes) {
            const auto position = static_cast<std::uint64_t>(change.position);
            digest.add(position << 32 ^ static_cast<std::uint32_t>(change.units));
        }
        for (const auto& level : withheld) {
            const auto position = static_cast<std::uint64_t>(level.position);
            digest.add(~(position << 32 ^ static_cast<std::uint32_t>(level.units)));
        }
    }

    void clear() override {
        changes.clear();
        withheld.clear();
    }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

/// Units of a product that a site orders.
struct OrderedUnits {
    Units quantity = 0;
    Index product = 0;
    std::uint32_t lane = 0;  ///< at the site that is asked: position of the lane they are to go by
};

/// Units of a product that are on their way, or on a shelf.
struct ProductQuantity {
    Index product = 0;
    Index supplier = no_row;  ///< who delivered them first, where they may be sent back; no_row: unknown
    Units quantity = 0;
    Units defective = 0;      ///< of these, known to nobody who has not tested them
    std::uint64_t batch = 0;  ///< the batch they are of (LotShelf); 0: unknown, or nobody asks
    Time made{};              ///< of products with a shelf life: when; else 0
};

static_assert(sizeof(OrderedUnits) == 16 && sizeof(ProductQuantity) == 40);

/// A replenishment order from a site to its source, or the goods that answer it.
template <class Line, std::uint16_t Type, std::uint16_t Priority>
struct LineBatch : sim::Payload {
    static constexpr std::uint16_t type = Type, priority = Priority;
    Index lane = 0;
    Time sent;
    std::vector<Line> lines;

    void digest(sim::Digest& digest) const override {
        digest.add(std::uint64_t{lane});
        for (const auto& line : lines) {
            digest.add(std::uint64_t{line.product});
            digest.add(line.quantity);
        }
    }

    void clear() override { lines.clear(); }

    void save_state(sim::StateWriter& archive) override;
    void load_state(sim::StateReader& archive) override;
};

struct ReplenishOrder final : LineBatch<OrderedUnits, message_type::replenish_order, priority::order> {};

struct Shipment final : LineBatch<ProductQuantity, message_type::shipment, priority::receipt> {};

// Messages of a process to itself.

template <std::uint16_t Type, std::uint16_t Priority>
struct Tick {
    static constexpr std::uint16_t type = Type, priority = Priority;
    std::uint64_t which = 0;  ///< review rule, lane, receipt, … where the process has several
};

using DeskTick = Tick<message_type::desk_tick, priority::demand>;
using ServeTick = Tick<message_type::serve, priority::serve>;
using ReviewTick = Tick<message_type::review, priority::review>;
using ReorderCheck = Tick<message_type::reorder_check, priority::reorder_check>;
using DepartTick = Tick<message_type::depart, priority::depart>;
using WaveTick = Tick<message_type::wave, priority::wave>;
using PutAway = Tick<message_type::put_away, priority::receipt>;
using ProductionDone = Tick<message_type::production_done, priority::receipt>;
using ObserveTick = Tick<message_type::observe, priority::observe>;
using ReportTick = Tick<message_type::report, priority::wave>;
/// Deposits are settled: goods set aside go to the stages, or back to the shelf.
using SettleTick = Tick<message_type::settle, priority::answer>;
using PublishTick = Tick<message_type::publish, priority::publish>;
using PushTick = Tick<message_type::push, priority::publish>;
using CheckViewTick = Tick<message_type::check_view, priority::publish>;
/// Stock set apart for channels becomes shared, or a quota begins anew: like goods that arrive.
using ReleaseStockTick = Tick<message_type::release_stock, priority::receipt>;
using RepairViewTick = Tick<message_type::repair_view, priority::publish>;

}  // namespace spate::models
