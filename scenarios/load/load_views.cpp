#include <array>
#include <span>

#include "scenarios/load/load_sections.hpp"

/// What channels know of the stock.
namespace spate::scenarios {

namespace {

using models::ChannelSpec;
using models::StockView;

/// Keys that mean nothing for this kind of view.
void refuse_keys(Reader& view, std::string_view kind, std::span<const std::string_view> keys) {
    for (const auto key : keys) {
        if (view.node(key) != nullptr) {
            view.problem(
                key, in_quotes(key) + " means nothing for a view with " + in_quotes(kind) + ". remove one of them?");
        }
    }
}

/// The lag of changes of the stock, `key`: constant, or drawn and raised to `at_least`. The shortest.
sim::Duration read_lag(Reader& view, std::string_view key, sim::Distribution& lag) {
    lag = view.distribution(key).value_or(lag);
    const auto least = view.duration("at_least").value_or(sim::microsecond * 1000);
    if (!lag.is_constant()) {
        if (least.us == 0) {
            view.problem("at_least", "no change of the stock is known at once (at_least above 0)");
        }
        return least;
    }
    if (view.node("at_least") != nullptr) {
        view.problem("at_least", "'at_least' is for a random lag. remove it?");
    }
    return sim::from_seconds(lag.mean());
}

void read_updates(Reader& view, ChannelSpec& channel) {
    if (const auto updates = view.quantity("updates")) {
        channel.view_updates_per_second = updates->value;
    }
}

void read_reservation(Reader& view, ChannelSpec& channel) {
    constexpr std::array<std::string_view, 6> others{"every", "lag", "push", "loss", "hold_back", "check"};
    constexpr std::array<std::string_view, 2> of_reading{"at_least", "updates"};
    refuse_keys(view, "reserve", others);
    const auto lag = view.duration("reserve").value_or(sim::minute);
    channel.view = lag.us == 0 ? StockView::live : StockView::reserved;
    channel.view_lag = lag;
    if (view.node("read") == nullptr) {
        refuse_keys(view, "reserve", of_reading);
        return;
    }
    models::ReplicaSpec replica;
    replica.at_least = read_lag(view, "read", replica.lag);
    if (replica.at_least.us <= 0) {
        view.problem("read", "a copy without lag shows what a site that is asked says. remove `read`?");
    }
    channel.read = replica;
    read_updates(view, channel);
}

void read_push(Reader& view, ChannelSpec& channel) {
    constexpr std::array<std::string_view, 3> others{"every", "lag", "read"};
    refuse_keys(view, "push", others);
    channel.view = StockView::pushed;
    channel.view_lag = read_lag(view, "push", channel.push_lag);
    if (channel.push_lag.is_constant() && channel.view_lag.us <= 0) {
        view.problem("push", "a stock view without lag is impossible. write stock_view: live?");
    }
}

void read_copies(Reader& view, ChannelSpec& channel) {
    constexpr std::array<std::string_view, 3> others{"at_least", "updates", "read"};
    refuse_keys(view, "every", others);
    channel.view_every = view.duration("every").value_or(sim::minute);
    refuse_too_often(view, "every", channel.view_every);
    channel.view_lag = view.duration("lag").value_or(sim::minute);
    if (channel.view_lag.us == 0) {
        view.problem("lag", "a stock view without lag is impossible. write stock_view: live?");
    }
}

void read_faults(Reader& view, ChannelSpec& channel) {
    channel.view_loss = view.number("loss");
    channel.hold_back = view.whole("hold_back").value_or(0);
    read_updates(view, channel);
    auto check = view.map("check");
    if (!check)
        return;
    models::ViewCheckSpec spec;
    spec.every = check->duration("every").value_or(sim::hour);
    refuse_too_often(*check, "every", spec.every);
    spec.tolerance = check->number("tolerance");
    spec.repair = check->duration("repair").value_or(sim::Duration{});
    spec.roll_back = check->duration("roll_back");
    if (spec.roll_back && channel.view == StockView::cached) {
        check->problem(
            "roll_back",
            "a copy sent at intervals is right as of when it was sent: there is nothing to roll back. remove "
            "`roll_back`, or write `push`?");
    }
    channel.view_check = spec;
}

}  // namespace

void read_view(Draft& draft, const Node& node, ChannelSpec& channel) {
    if (node.is_scalar() && node.text == "live") {
        channel.view = StockView::live;
        return;
    }
    Reader view(draft, "stock_view", node);
    if (view.node("reserve") != nullptr) {
        read_reservation(view, channel);
        return;
    }
    if (view.node("push") != nullptr) {
        read_push(view, channel);
    } else {
        read_copies(view, channel);
    }
    read_faults(view, channel);
}

}  // namespace spate::scenarios
