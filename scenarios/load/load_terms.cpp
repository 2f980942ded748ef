#include "scenarios/load/load_terms.hpp"

#include <fmt/format.h>

#include "scenarios/load/load_sections.hpp"

/// What a channel agrees with its customers: presale, group buying, pick-up.
namespace spate::scenarios {

namespace {

using models::CancelSpec;
using models::ChannelSpec;
using models::GroupSpec;
using models::PickupSpec;
using models::PresaleSpec;
using sim::Duration;

constexpr const char* windows =
    "write {from: 2025-11-10T20:00+08:00, to: 2025-11-12T00:00+08:00}, or {after: 7 d, within: 2 d}?";

void read_dates(Reader& balance, PresaleSpec& presale) {
    presale.opens = balance.moment("from");
    presale.closes = balance.moment("to");
    if (!presale.opens || !presale.closes || !balance.draft().has_time) {
        return;
    }
    if (*presale.closes <= *presale.opens) {
        balance.problem("to", "the balance is due before it may be paid. let `to` come after `from`?");
    } else if (presale.closes->us <= 0) {
        balance.problem("to",
                        "the window closes before the simulated time begins (" + balance.draft().spec.start + ")");
    }
}

/// When the balance is due: dates for all, or spans from each deposit on.
void read_balance(Reader& reader, PresaleSpec& presale) {
    auto balance = reader.map("balance");
    if (!balance) {
        return;
    }
    const auto said = [&](const char* key) { return balance->node(key) != nullptr; };
    const auto after = balance->duration("after"), within = balance->duration("within");
    const bool has_dates = said("from") && said("to"), has_spans = said("within");
    const bool is_mixed = (said("from") || said("to")) && (said("after") || said("within"));
    if (is_mixed || has_dates == has_spans) {
        balance->moment("from");
        balance->moment("to");
        balance->problem_unless_slip("", std::string("the balance is due between two dates, or in a span. ") + windows);
        return;
    }
    presale.opens_after = after.value_or(Duration{});
    presale.within = within.value_or(sim::day);
    if (has_dates) {
        read_dates(*balance, presale);
    }
}

Duration length_of(const PresaleSpec& presale) {
    return presale.opens && presale.closes ? *presale.closes - *presale.opens : presale.within;
}

PresaleSpec read_presale(Reader& reader) {
    PresaleSpec presale;
    presale.deposit = reader.number("deposit");
    read_balance(reader, presale);
    presale.paid = reader.number("paid");
    presale.cancelled = reader.number("cancel");
    presale.pays_after = reader.distribution("pays_after");
    presale.keeps_deposit = reader.flag("keep_deposit");
    const auto lock = reader.word("lock").value_or(0);
    presale.locks_stock = lock > 0;
    const auto part = reader.quantity("capacity");
    if (lock == 2) {
        presale.capacity = part ? part->value : 1;
    } else if (reader.node("capacity") != nullptr) {
        reader.problem("capacity", "`capacity` is a part of what comes in, which is not locked. write lock: capacity?");
    }
    presale.express = reader.flag("express");
    presale.dispatch = reader.duration("dispatch").value_or(sim::day);
    if (presale.paid + presale.cancelled > 1 + 1e-12) {
        reader.problem("cancel",
                       fmt::format("`paid` and `cancel` are more than all deposits together ({:g} %). lower one?",
                                   (presale.paid + presale.cancelled) * 100));
    }
    if (reader.draft().has_time && presale.pays_after
        && presale.pays_after->minimum() >= length_of(presale).seconds()) {
        reader.problem("pays_after", "no customer pays before the window closes. shorten it, or lengthen the window?");
    }
    if (presale.express && !presale.locks_stock) {
        reader.problem("express", "goods that are not set aside cannot be packed ahead. write lock: stock?");
    }
    return presale;
}

GroupSpec read_group(Reader& reader, const ChannelSpec& channel) {
    Draft& draft = reader.draft();
    GroupSpec group;
    group.at_least = reader.whole("at_least").value_or(1);
    group.counts_units = reader.word("count").value_or(0) == 1;
    const Node* cut_off = reader.node("cut_off");
    if (cut_off == nullptr) {
        return group;
    }
    if (!cut_off->is_scalar() || !cut_off->text.starts_with("after ")) {
        group.cut_off = read_timetable(draft, *cut_off);
        return group;
    }
    Node span = *cut_off;
    span.text = cut_off->text.substr(6);
    const auto after = read_quantity(draft, span, Measure::duration, "> 0");
    group.after = sim::from_seconds(after.value_or(Quantity{86400, ""}).value);
    if (group.after < channel.release_every) {
        reader.problem("cut_off",
                       "a group would close before its first order is taken (`release` is every "
                           + fmt::format("{:g} min", channel.release_every.seconds() / 60) + "). lengthen it?");
    }
    return group;
}

PickupSpec read_pickup(Reader& reader) {
    PickupSpec pickup;
    pickup.collect = reader.distribution("collect").value_or(pickup.collect);
    pickup.expires = reader.duration("expires");
    return pickup;
}

}  // namespace

void read_terms(Reader& reader, ChannelSpec& channel) {
    if (auto presale = reader.map("presale")) {
        channel.presale = read_presale(*presale);
    }
    if (auto group = reader.map("group")) {
        channel.group = read_group(*group, channel);
    }
    if (auto pickup = reader.map("pickup")) {
        channel.pickup = read_pickup(*pickup);
    }
    if (auto cancel = reader.map("cancel")) {
        channel.cancel = CancelSpec{};
        channel.cancel->share = cancel->number("share");
        channel.cancel->after = cancel->distribution("after").value_or(channel.cancel->after);
    }
    if (channel.cancel && (channel.presale || channel.group)) {
        reader.problem("cancel",
                       std::string("orders with `") + (channel.presale ? "presale" : "group")
                           + "` end by the terms of that, not by `cancel`"
                           + (channel.presale ? ". write `cancel` in `presale`?" : ". remove `cancel`?"));
    }
    if (channel.presale && channel.presale->capacity && channel.unmet == models::Unmet::lose) {
        reader.problem("unmet",
                       "with lock: capacity customers wait for goods that are not there yet. write unmet: backorder?");
    }
    if (channel.presale && channel.group) {
        reader.problem("group", "a channel sells in groups or with a deposit, not both. make two channels of it?");
    }
    if (channel.pickup && (channel.return_share > 0 || channel.defect_return > 0)) {
        reader.problem("pickup", "returns of goods from pick-up points are not modelled. remove `returns`?");
    }
}

}  // namespace spate::scenarios
