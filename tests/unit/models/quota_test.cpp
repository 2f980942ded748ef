// Quotas of broadcasts: which one an order is charged to.

#include "models/sites/channel_stock.hpp"

#include "tests/unit/models/model_runs.hpp"

using namespace spate;
using namespace spate::models;
using namespace spate::test;

namespace {

/// A channel with a quota of five in two broadcasts, of 50 s each from 100 s and 200 s on.
ModelSpec broadcasts() {
    SpecBuilder builder;
    builder.product("phone");
    builder.channel("live");
    builder.site("shop", SiteKind::store, 100);
    SessionSpec session;
    session.start = at_seconds(100);
    session.lasts = sim::second * 50;
    session.repeat_every = sim::second * 100;
    session.repeat_times = 2;
    builder.spec.sessions = {session};
    builder.spec.channels[0].quotas.push_back({QuotaSpec::Per::session, {0}, {0}, 5});
    return builder.spec;
}

struct Quota {
    /// What an order of one unit finds of a hundred; it takes one if it may.
    Units left(double placed, bool may_wait = false, bool waited = false) {
        Order order;
        order.placed = at_seconds(placed);
        order.quantity = 1;
        order.may_wait = may_wait;
        order.waited = waited;
        const Units units = stock.free_to(0, 0, 100, order);
        if (units > 0)
            stock.take(0, 0, order);
        return units;
    }

    ModelSpec spec = broadcasts();
    ChannelStock stock{spec, 0, Assortment({0}, 1)};
};

}  // namespace

TEST_CASE("the broadcast that an order is of is the last that has begun") {
    const QuotaCalendar calendar(broadcasts(), 0);
    CHECK(calendar.broadcast(at_seconds(99)) == 0);
    CHECK(calendar.broadcast(at_seconds(100)) == 1);
    CHECK(calendar.broadcast(at_seconds(150)) == 0);
    CHECK(calendar.broadcast(at_seconds(249)) == 2);
    CHECK(calendar.broadcast(at_seconds(250)) == 0);
}

TEST_CASE("an order is charged to the broadcast it was placed in, however late it comes") {
    Quota quota;
    for (const Units now : {100, 150, 200, 250, 300}) {
        quota.stock.release(at_seconds(static_cast<double>(now)));
        CHECK(quota.left(120) == 5 - (now - 100) / 50);
        CHECK(quota.left(150) == 100);
    }
    CHECK(quota.left(149) == 0);
    CHECK(quota.left(200) == 5);
}

TEST_CASE("who may wait and finds his broadcast's quota used up, or has waited, is charged to the one that is on") {
    Quota quota;
    quota.stock.release(at_seconds(200));
    for (const Units units : {5, 4, 3, 2, 1})
        CHECK(quota.left(120, true) == units);
    CHECK(quota.left(120, true) == 5);
    CHECK(quota.left(90, true, true) == 4);
    CHECK(quota.stock.is_at_quota(0, 0, 4));
    CHECK_FALSE(quota.stock.is_at_quota(0, 0, 3));
    quota.stock.release(at_seconds(250));
    CHECK(quota.left(120, true) == 100);
    CHECK(quota.left(120, false) == 0);
}
