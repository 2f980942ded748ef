// Site: reviews its own stock, orders from its sources, publishes what it has.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "sim/base/check.hpp"
#include "models/sites/rule_state.hpp"
#include "models/sites/site.hpp"

namespace spate::models {

namespace {

/// Of one review: reused, so that its memory stays in the cache.
struct Scratch {
    std::vector<Units> orders, position;
    std::vector<Units> parts;  ///< of the orders: by order, then source
    std::vector<double> mean, deviation;
    std::vector<Index> products, which;
};

thread_local Scratch scratch;

constexpr double seconds_per_day = 86400;

/// True where an order quantity depends on the forecast.
bool needs_forecast(const ReplenishSpec& rule, const TraceSpec& trace) {
    if (rule.sense)
        return false;
    const bool by_cover = rule.kind != ReplenishSpec::Kind::plan
                          && (!rule.max.units || (rule.kind == ReplenishSpec::Kind::min_max && !rule.min.units));
    return by_cover || rule.expects_expiry || trace.decisions;
}

}  // namespace

std::deque<RuleSource>& Site::add_rule(const ReplenishSpec& spec,
                                       const std::vector<double>& expected_per_day,
                                       std::uint32_t row) {
    Rule& rule = rules_.emplace_back();
    rule.spec = &spec;
    rule.policy = make_policy(spec);
    const auto number = static_cast<std::int32_t>(rules_.size() - 1);
    for (std::size_t i = 0; i < spec.products.size(); ++i) {
        const std::int32_t position = assortment_->position(spec.products[i]);
        SPATE_EXPECT(position >= 0);
        rule.positions.push_back(position);
        if (!spec.sense)
            rule_of_[static_cast<std::size_t>(position)] = {number, static_cast<std::uint32_t>(i)};
    }
    rule.is_changed.assign(rule.positions.size(), false);
    double transit = 0;
    for (const auto& source : spec.sources()) {
        rule.sources.emplace_back().lane = source.lane;
        transit += source.share * frame_.spec.lanes[source.lane].transit.mean();
    }
    rule.lead_days = (transit + spec.order_lag.seconds()) / seconds_per_day;
    if (spec.split) {
        rule.split = std::make_unique<SupplySplit>(*spec.split, spec.products.size());
        rule.supply_row = row;
        has_split_ = true;
    }
    rule.review_days = spec.review.continuous ? 0 : spec.review.every.seconds() / seconds_per_day;
    if (needs_forecast(spec, frame_.spec.trace)) {
        std::vector<double> expected = expected_per_day;
        for (double& units : expected)
            units *= spec.forecast.period.seconds() / seconds_per_day;
        rule.expected = expected;
        rule.forecaster = make_forecaster(spec.forecast, std::move(expected));
    }
    rule.order_points.assign(rule.positions.size(), INT64_MAX);
    if (spec.review.continuous) {
        order_points_.resize(assortment_->size(), INT64_MIN);
        set_order_points(rule, Time{});
    }
    has_continuous_rule_ |= spec.review.continuous && spec.kind != ReplenishSpec::Kind::plan;
    return rule.sources;
}

void Site::schedule_observation(sim::Context& context, std::uint64_t number) {
    Rule& rule = rules_[number];
    if (!rule.forecaster)
        return;
    rule.observe_at = context.now() + rule.spec->forecast.period;
    context.schedule(rule.observe_at, ObserveTick{number});
}

void Site::on_observe(sim::Context& context, std::uint64_t number) {
    if (number >= rules_.size() || rules_[number].observe_at != context.now())
        return;
    Rule& rule = rules_[number];
    scratch.orders.clear();
    for (const auto position : rule.positions)
        scratch.orders.push_back(room_.take_observed(position));
    rule.forecaster->observe(scratch.orders);
    if (rule.spec->review.continuous)
        set_order_points(rule, context.now());
    schedule_observation(context, number);
}

/// The next review at or after `after`: on the calendar, or when the plan has its next order.
void Site::schedule_review(sim::Context& context, std::uint64_t number, Time after) {
    Rule& rule = rules_[number];
    const ReplenishSpec& spec = *rule.spec;
    Time next = sim::end_of_time;
    if (spec.kind == ReplenishSpec::Kind::plan) {
        const auto& plan = spec.planned();
        const auto planned =
            std::lower_bound(plan.begin(), plan.end(), after, [](const auto& each, Time t) { return each.at < t; });
        if (planned != plan.end())
            next = planned->at;
    } else if (spec.review.continuous) {
        // The opening stock is checked once; afterwards every change is.
        note_changes(context, rule);
    } else {
        const Time local = after + frame_.spec.week_time_at_start;
        next = sim::next_on_grid(local, spec.review.every, spec.review.offset) - frame_.spec.week_time_at_start;
    }
    if (std::exchange(rule.review_at, next) != next && next != sim::end_of_time)
        context.schedule(next, ReviewTick{number});
}

void Site::on_review(sim::Context& context, std::uint64_t number) {
    if (number >= rules_.size() || rules_[number].review_at != context.now())
        return;
    Rule& rule = rules_[number];
    scratch.which.resize(rule.positions.size());
    std::iota(scratch.which.begin(), scratch.which.end(), Index{0});
    decide(context, rule, scratch.which);
    schedule_review(context, number, context.now() + sim::microsecond);
}

void Site::note_changes(sim::Context& context, const Rule& rule) {
    for (const auto position : rule.positions)
        note_change(context, position);
}

void Site::resume_rules(sim::Context& context) {
    resume_forecasts(rules_, room_, context.now());
    for (auto& rule : rules_) {
        const SavedRule& saved = *rule.saved;
        // Events before this instant have been handled, those of it have not.
        rule.policy->resume(context.now() - sim::microsecond);
        if (rule.spec->review.continuous)
            set_order_points(rule, context.now());
        rule.is_new = saved.products != rule.spec->products || saved.order_points != rule.order_points;
        rule.saved.reset();
    }
    for (std::uint64_t r = 0; r < rules_.size(); ++r) {
        const bool is_continuous =
            rules_[r].spec->review.continuous && rules_[r].spec->kind != ReplenishSpec::Kind::plan;
        if (!is_continuous) {
            schedule_review(context, r, context.now());
        } else {
            rules_[r].review_at = sim::end_of_time;
            if (rules_[r].is_new)
                note_changes(context, rules_[r]);
        }
        if (rules_[r].observe_at == sim::end_of_time)
            schedule_observation(context, r);
        if (rules_[r].split)
            rules_[r].split->resume(context.now());
        schedule_judging(context, r, context.now());
    }
}

/// A stock position may have changed: under continuous review, if it is where something is ordered, it is checked after
/// all else of this instant.
void Site::note_change(sim::Context& context, std::int32_t position) {
    if (!has_continuous_rule_ || room_.cell(position).position() > order_points_[static_cast<std::size_t>(position)])
        return;
    const auto [number, i] = rule_of_[static_cast<std::size_t>(position)];
    Rule& rule = rules_[static_cast<std::size_t>(number)];
    if (rule.is_changed[i])
        return;
    rule.is_changed[i] = true;
    rule.changed.push_back(i);
    if (!std::exchange(check_scheduled_, true))
        context.schedule(context.now(), ReorderCheck{});
}

void Site::on_reorder_check(sim::Context& context) {
    check_scheduled_ = false;
    for (auto& rule : rules_) {
        if (rule.changed.empty())
            continue;
        scratch.which.swap(rule.changed);
        rule.changed.clear();
        std::sort(scratch.which.begin(), scratch.which.end());
        for (const Index i : scratch.which)
            rule.is_changed[i] = false;
        decide(context, rule, scratch.which);
    }
}

/// What is known of some of a rule's products; in the scratch columns.
ReviewInput Site::review_input(const Rule& rule, std::span<const Index> which, Time now) {
    const ReplenishSpec& spec = *rule.spec;
    const std::size_t n = which.size();
    const double per_day = seconds_per_day / spec.forecast.period.seconds();
    const Forecast* forecast = rule.forecaster ? &rule.forecaster->forecast() : nullptr;
    scratch.products.resize(n);
    scratch.position.resize(n);
    scratch.mean.assign(n, 0);
    scratch.deviation.assign(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        scratch.products[i] = spec.products[which[i]];
        scratch.position[i] = room_.cell(rule.positions[which[i]]).position();
        if (forecast == nullptr)
            continue;
        scratch.mean[i] = forecast->mean[which[i]] * per_day;
        scratch.deviation[i] = forecast->deviation[which[i]] * std::sqrt(per_day);
        if (spec.expects_expiry) {
            scratch.position[i] -=
                expected_to_expire(rule.positions[which[i]], now, scratch.mean[i], rule.lead_days + rule.review_days);
        }
    }
    return {now, scratch.products, scratch.position, scratch.mean, scratch.deviation, rule.lead_days, rule.review_days};
}

/// Where every decision is recorded every change of a position is one; else only those that may lead to an order.
void Site::set_order_points(Rule& rule, Time now) {
    if (!frame_.spec.trace.decisions) {
        scratch.which.resize(rule.positions.size());
        std::iota(scratch.which.begin(), scratch.which.end(), Index{0});
        rule.policy->order_points(review_input(rule, scratch.which, now), rule.order_points);
    }
    for (std::size_t i = 0; i < rule.positions.size(); ++i) {
        const auto position = static_cast<std::size_t>(rule.positions[i]);
        const std::int32_t number = rule_of_[position].first;
        if (number >= 0 && &rules_[static_cast<std::size_t>(number)] == &rule)
            order_points_[position] = rule.order_points[i];
    }
}

/// Asks the policy about some of a rule's products and sends what it orders.
void Site::decide(sim::Context& context, Rule& rule, std::span<const Index> which) {
    scratch.orders.assign(which.size(), 0);
    rule.policy->decide(review_input(rule, which, context.now()), scratch.orders);
    if (frame_.spec.trace.decisions) {
        const Forecast* forecast = rule.forecaster ? &rule.forecaster->forecast() : nullptr;
        for (std::size_t i = 0; i < which.size(); ++i) {
            const double seen =
                forecast == nullptr ? std::numeric_limits<double>::quiet_NaN() : forecast->mean[which[i]];
            writer_.row(frame_.tables.decisions,
                        context.now(),
                        {std::int64_t{index_},
                         std::int64_t{scratch.products[i]},
                         seen,
                         scratch.position[i],
                         scratch.orders[i]});
        }
    }
    place(context, rule, which);
}

/// Sends the orders in the scratch columns to the rule's sources, to each its part.
void Site::place(sim::Context& context, Rule& rule, std::span<const Index> which) {
    const std::size_t n = rule.sources.size();
    scratch.parts.assign(which.size() * n, 0);
    for (std::size_t i = 0; i < which.size(); ++i) {
        if (scratch.orders[i] <= 0)
            continue;
        room_.add_on_order(rule.positions[which[i]], scratch.orders[i], context.now());
        if (rule.split) {
            const auto parts = rule.split->divide(which[i], scratch.orders[i]);
            std::copy(parts.begin(), parts.end(), scratch.parts.begin() + static_cast<std::ptrdiff_t>(i * n));
        } else {
            scratch.parts[i] = scratch.orders[i];
        }
    }
    for (std::size_t s = 0; s < n; ++s) {
        auto batch = context.make<ReplenishOrder>();
        batch->lane = rule.sources[s].lane;
        batch->sent = context.now();
        for (std::size_t i = 0; i < which.size(); ++i) {
            if (scratch.parts[i * n + s] > 0)
                batch->lines.push_back({scratch.parts[i * n + s], scratch.products[i]});
        }
        if (batch->lines.empty()) {
            context.recycle(std::move(batch));
            continue;
        }
        note_placed(*batch, context.now());
        context.send(rule.sources[s].output, rule.spec->order_lag, std::move(batch));
    }
}

/// What can be promised, one number per position. Shared by all desks until the stock changes.
std::shared_ptr<const StockSnapshot> Site::snapshot() {
    if (snapshot_ && snapshot_version_ == version_)
        return snapshot_;
    snapshot_.reset();
    auto snapshot = free_snapshot();
    const auto available = room_.available();
    snapshot->available.assign(available.begin(), available.end());
    // The content follows from events that are in the fingerprint already; what tells copies apart is enough here.
    snapshot->digest = sim::mix(version_, static_cast<std::uint64_t>(room_.levels().on_hand - room_.levels().reserved));
    snapshot_ = std::move(snapshot);
    snapshot_version_ = version_;
    return snapshot_;
}

/// One that no desk holds any more, or a new one.
std::shared_ptr<StockSnapshot> Site::free_snapshot() {
    for (const auto& snapshot : snapshots_) {
        if (snapshot.use_count() != 1)
            continue;
        // The count alone orders nothing: counting up and down does, after the last reader's counting down.
        std::shared_ptr<StockSnapshot> held = snapshot;
        held.reset();
        return snapshot;
    }
    return snapshots_.emplace_back(std::make_shared<StockSnapshot>());
}

/// True if a desk of the channel is linked to this site and may ever ask for a product that is kept here.
bool Site::is_asked_by(Index channel) const {
    if (std::none_of(desks_.begin(), desks_.end(), [&](const DeskLink& desk) { return desk.channel == channel; }))
        return false;
    const auto is_kept = [this](Index product) { return assortment_->position(product) >= 0; };
    const auto& others = frame_.spec.substitutes;
    const auto may_sell = [&](Index product) {
        return is_kept(product) || std::any_of(others.begin(), others.end(), [&](const SubstituteSpec& other) {
                   return other.product == product && is_kept(other.instead);
               });
    };
    const auto asks = [&](const auto& products) { return std::any_of(products.begin(), products.end(), may_sell); };
    const auto sells = [&](const DemandSpec& demand) {
        return std::binary_search(demand.channels.begin(), demand.channels.end(), channel)
               && (demand.kind == DemandSpec::Kind::recorded || asks(demand.products));
    };
    return std::any_of(frame_.spec.demand.begin(), frame_.spec.demand.end(), sells)
           || std::any_of(frame_.spec.sessions.begin(), frame_.spec.sessions.end(), [&](const SessionSpec& session) {
                  const bool takes_over = session.to_base > 0 && session.to_base_channel == channel;
                  return (session.channel == channel || takes_over) && asks(session.products);
              });
}

void Site::schedule_publish(sim::Context& context, std::uint64_t channel, Time after) {
    const auto& spec = frame_.spec.channels[channel];
    if (spec.view != StockView::cached || spec_.unlimited_stock)
        return;
    for (const auto& [from, to] : activity_[channel]) {
        if (to < after)
            continue;
        const Time next = sim::next_on_grid(std::max(after, from), spec.view_every);
        if (next > to)
            continue;
        context.schedule(next, PublishTick{channel});
        return;
    }
}

void Site::on_publish(sim::Context& context, std::uint64_t channel) {
    if (published_[channel] != version_) {
        if (const auto lag = feeds_.at(static_cast<Index>(channel)).send(context.now())) {
            published_[channel] = version_;
            publish(context, static_cast<Index>(channel), *lag);
        }
    }
    schedule_publish(context, channel, context.now() + sim::microsecond);
}

}  // namespace spate::models
