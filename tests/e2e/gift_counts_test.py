"""Gifts of another product that run out while what they come with goes on selling: counted by hand. usage: python3 gift_counts_test.py PROGRAM"""
import itertools
import pathlib
import sys
import unittest

import numpy as np

from hand_counts_test import PROGRAM, Run

sys.argv.insert(1, str(PROGRAM))
import order_states_test  # noqa: E402
from invariants import broken  # noqa: E402
from trace_file import Trace  # noqa: E402

HOUR, MINUTE, NEVER = 3_600_000_000, 60_000_000, np.iinfo(np.int64).min
GOODS = "products: [{id: coat, price: 100 CNY, cost: 40 CNY}, {id: bag, price: 30 CNY, cost: 7 CNY}]\n"
BAG = "gift: {each: 1, units: 1, product: bag, when_out: without}"


def show(gift=BAG, more=""):
    return f"""demand: [{{orders: 0/day, channels: live}}]
sessions: [{{id: show, channel: live, starts: 2 h, lasts: 1 h, products: coat, orders: 100, price: 50 CNY, {gift}{more}}}]
"""


def one_site(channel):
    return GOODS + f"""sites: [{{id: s, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town}}]
lanes: [{{from: s, to: w, transit: 1 h}}, {{from: w, to: markets, transit: 1 h}}]
channels: [{{id: live, {channel}}}]
policies: {{replenish: [{{at: w, use: {{plan: w.csv}}, order_lag: 0 s}}]}}
"""


def stock(site="w", hour=0, **units):
    """What comes to a site an hour later."""
    rows = "".join(f"{hour} h,{product},{count}\n" for product, count in units.items() if count > 0)
    return {f"{site}.csv": "time,product,quantity\n" + rows}


class Rows:
    """The rows of /orders, by what they are."""

    def __init__(self, run):
        self.all = {name.split("/")[1]: values for name, values in run.tables.items() if name.startswith("orders/")}
        self.status = run.status
        coat = self.all["product"] == 0
        self.with_gift = self.where((self.all["lines"] == 2) & (self.all["shipped"] > NEVER))
        self.without = self.where(coat & (self.all["lines"] == 1) & (self.all["shipped"] > NEVER))
        self.gifts = self.where((self.all["product"] == 1) & (self.all["order"] != self.all["id"]))

    def where(self, mask):
        return {name: values[mask] for name, values in self.all.items()}

    def gift_ends(self, status):
        return int((self.gifts["status"] == self.status[status]).sum())


class Gifts(unittest.TestCase):
    def check_missed(self, run, orders, units, broken_promises):
        """Of the orders shipped: how many went without, units of these gifts, and how many had been promised them."""
        table = [int(run[f"summary/sessions/{name}"][0]) for name in ("orders_without_gift", "gifts_missed", "gift_promises_broken")]
        self.assertEqual(table, [orders, units, broken_promises])
        self.assertEqual([run.figures["gifts_missed"], run.figures["gift_promises_broken"]], [units, broken_promises])
        given = int(run["summary/sessions/units_given"][0])
        self.assertAlmostEqual(run.figures["gifts_missed_share"], units / (units + given))

    def test_ten_bags(self):
        """However the site is asked or looked at, the first ten get one, all others are told that there is none."""
        for view in ("live", "{reserve: 1 s}", "{reserve: 1 s, read: 1 s}", "{push: 1 us}"):
            terms = f"stock_view: {view}, release: at once, lost_sale: 3 CNY, returns: {{share: 100 %, after: 1 h}}"
            run = Run("2 d", one_site(terms) + show(), stock(coat=1000, bag=10))
            rows, count = Rows(run), int(run["summary/sessions/orders_placed"][0])
            self.assertGreater(count, 70)
            self.assertEqual((len(rows.with_gift["id"]), len(rows.without["id"]), rows.gift_ends("lost")), (10, count - 10, count - 10), view)
            self.assertLess(rows.with_gift["placed"].max(), rows.without["placed"].min())
            self.assertTrue((rows.without["order_lines"] == 2).all() and (rows.gifts["shipped"] == NEVER).all())
            self.check_missed(run, count - 10, count - 10, 0)
            self.assertEqual([int(run[f"summary/sessions/{name}"][0]) for name in ("orders_shipped", "units_shipped", "units_given")],
                             [count, count + 10, 10])
            self.assertEqual(int(run["summary/sessions/units_placed"][0]), 2 * count)
            self.assertEqual((run.money("revenue"), run.money("cost of goods sold"), run.money("lost sale penalty")), (-50 * count, 40 * count + 70, 0))
            self.assertEqual(run.closing["returning"], count + 10, view)  # a bag that was not given does not come back
            desk = {name: int(run[f"summary/desks/orders_{name}"][0]) for name in ("shipped", "filled", "short", "lost", "delivered")}
            self.assertEqual(desk, {"shipped": count, "filled": 10, "short": count - 10, "lost": 0, "delivered": count}, view)
            self.assertAlmostEqual(run.figures["line_fill_rate"], (count + 10) / (2 * count))

    def test_without_the_option_sales_stop(self):
        """The same customers, to the digit of the digest of the demand; only what becomes of them differs."""
        text, goods = one_site("stock_view: live") + show(), stock(coat=1000, bag=10)
        without, stop, absent = (Run("2 d", text.replace(", when_out: without", option), goods) for option in (", when_out: without", ", when_out: stop", ""))
        self.assertEqual(stop.orders("delivered"), 10)
        self.assertNotIn("gifts_missed", stop.figures)
        self.assertEqual(stop.figures, absent.figures)
        self.assertEqual(len({run.attributes["demand_digest"] for run in (without, stop, absent)}), 1)
        self.assertEqual(without["summary/sessions/units_placed"].tolist(), stop["summary/sessions/units_placed"].tolist())

    def test_bags_that_others_have_bought_meanwhile(self):
        """Another channel buys all bags a minute before the show, which is told half an hour later. Until then they are promised."""
        text = one_site("stock_view: {push: 30 min}, release: at once").replace("channels: [", "channels: [{id: shop, stock_view: live}, ")
        text += show().replace("demand: [", "demand: [{history: bags.csv, channels: shop}, ")
        for unmet in ("lose", "backorder", "{at_most: 1}"):
            run = Run("2 d", text.replace("{id: live,", f"{{id: live, unmet: {unmet},"),
                      stock(coat=1000, bag=500) | {"bags.csv": "time,market,product,quantity\n119 min,town,bag,500\n"})
            rows = Rows(run)
            told = rows.without["placed"] >= 149 * MINUTE
            self.assertEqual(len(rows.with_gift["id"]), 0)
            self.assertGreater(min((~told).sum(), told.sum()), 20)
            self.assertEqual((rows.gift_ends("refused"), rows.gift_ends("lost")), ((~told).sum(), told.sum()), unmet)
            self.check_missed(run, len(told), len(told), (~told).sum())
            self.assertEqual(run.figures["oversold_share"], 0)  # the orders themselves were kept
            self.assertEqual(int(run["series/sites/orders_refused"].sum()), (~told).sum())

    def test_who_waits_for_a_coat_does_not_wait_for_the_bag(self):
        """No coats until 20 h. Of those who wait the first three have their bag set aside; with `stop` all others wait for one on and on."""
        text = one_site("stock_view: %s, release: at once, unmet: backorder") + show()
        plan = {"w.csv": "time,product,quantity\n0 h,bag,3\n19 h,coat,1000\n"}
        for view, gift in itertools.product(("live", "{reserve: 1 s}", "{push: 1 s}"), ("without", "stop")):
            run = Run("3 d", text.replace("%s", view).replace("when_out: without", f"when_out: {gift}"), plan)
            rows, count = Rows(run), int(run["summary/sessions/orders_placed"][0])
            self.assertEqual(sorted(rows.with_gift["placed"]), sorted(set(run["orders/placed"].tolist()))[:3], (view, gift))
            if gift == "stop":
                self.assertEqual((run.orders("delivered"), run.orders("open")), (3, 2 * (count - 3)))
                continue
            self.assertEqual(int(run["summary/desks/orders_delivered"][0]), count, view)
            self.assertTrue((np.concatenate([rows.with_gift["shipped"], rows.without["shipped"]]) >= 20 * HOUR).all())
            self.assertEqual(rows.gift_ends("lost"), count - 3)
            self.check_missed(run, count - 3, count - 3, 0)

    NEAR_AND_FAR = GOODS + """
sites:
  - {id: s, kind: supplier, at: town}
  - {id: near, kind: rdc, at: town}
  - {id: far, kind: rdc, at: [111, 30]}
lanes: [{from: s, to: [near, far], transit: 1 h}, {from: near, to: markets, transit: 1 h, cost: 1 CNY/order}, {from: far, to: markets, transit: 5 h, cost: 2 CNY/order}]
channels: [{id: live, stock_view: %s, release: at once}]
policies: {replenish: [{at: near, use: {plan: near.csv}, order_lag: 0 s}, {at: far, use: {plan: far.csv}, order_lag: 0 s}]}
"""

    def test_a_gift_is_worth_a_longer_way_where_it_is_seen(self):
        """A desk that sees both sites has coats with bags come from the far one; one that asks takes the first that has the coat."""
        for view, given in (("{push: 1 us}", 15), ("live", 0), ("{reserve: 1 s}", 0)):
            run = Run("2 d", self.NEAR_AND_FAR % view + show(), stock("near", coat=1000) | stock("far", coat=20, bag=15))
            rows, count = Rows(run), int(run["summary/sessions/orders_placed"][0])
            self.assertEqual((len(rows.with_gift["id"]), len(rows.without["id"])), (given, count - given), view)
            self.assertEqual(run.money("freight"), count + given, view)
            self.assertTrue((rows.with_gift["delivered"] - rows.with_gift["shipped"] == 5 * HOUR).all())
            self.check_missed(run, count - given, count - given, 0)

    def test_a_script_says_whether_it_stops(self):
        """Bags go on with or without from 30 min on; what the show itself gives stops the sales once there is none."""
        said = ", script: [{at: 30 min, lasts: 1 h, buy: 1, get: 1, product: bag, when_out: %s}]"
        for own, scripted in (("stop", "without"), ("without", "stop")):
            text = one_site("stock_view: live") + show(BAG.replace("without", own), more=said % scripted)
            run = Run("2 d", text, stock(coat=1000, bag=10))
            rows = Rows(run)
            placed = np.unique(run["orders/placed"])
            goes_on = placed >= 150 * MINUTE if scripted == "without" else placed < 150 * MINUTE
            self.assertGreater(min(goes_on.sum(), (~goes_on).sum()), 20)
            first = np.isin(placed, placed[:10])
            self.assertEqual(sorted(np.concatenate([rows.with_gift["placed"], rows.without["placed"]])), sorted(placed[goes_on | first]))
            self.check_missed(run, (goes_on & ~first).sum(), (goes_on & ~first).sum(), 0)

    def test_who_wants_more_of_it_than_is_left_gets_none(self):
        """Two bags for every two coats, in one parcel or not at all: of three bags the first who buys three coats gets two, none the other."""
        text = one_site("stock_view: live") + show("gift: {each: 2, units: 2, product: bag, when_out: without}", more=", quantity: 3")
        run = Run("2 d", text, stock(coat=1000, bag=3))
        rows, count = Rows(run), int(run["summary/sessions/orders_placed"][0])
        self.assertEqual(rows.with_gift["quantity"].tolist(), [5])
        self.check_missed(run, count - 1, 2 * (count - 1), 0)
        self.assertEqual(run.money("revenue"), -150 * count)

    def test_a_bag_does_not_leave_without_its_coat(self):
        """At most two coats may be waited for: who would be one more is refused with his bag, whether or not that may be left out."""
        for gift in ("stop", "without"):
            for view in ("live", "{push: 1 s}"):
                text = one_site(f"stock_view: {view}, release: at once, unmet: {{at_most: 2}}") + show(BAG.replace("without", gift))
                run = Run("2 d", text, stock(bag=50))
                count = int(run["summary/sessions/orders_placed"][0])
                self.assertEqual((run.orders("lost"), run.orders("open")), (2 * (count - 2), 4), (gift, view))
                self.assertTrue((run["orders/shipped"] == NEVER).all())
                if gift == "without":
                    self.check_none(run)

    def check_none(self, run):
        self.assertEqual((run.figures["gifts_missed"], run.figures["gift_promises_broken"]), (0, 0))
        self.assertIsNone(run.figures["gifts_missed_share"])


class Reconciliation(unittest.TestCase):
    """Everything at once, and the gifts counted again from the rows of the single orders."""

    TEXT = GOODS + """
sites:
  - {id: s, kind: supplier, at: town}
  - {id: near, kind: rdc, at: town, stock: {units: 100}, stages: {pack: {servers: 2, time: 2 min}}, wave: 10 min}
  - {id: far, kind: rdc, at: [111, 30], stock: {units: 80}}
lanes: [{from: s, to: [near, far], transit: 3 h}, {from: near, to: markets, transit: 1 h}, {from: far, to: markets, transit: {gamma: {mean: 5 h, cv: 0.4}}}]
channels:
  - {id: shop, stock_view: {push: 1 min}, unmet: lose}
  - {id: live, stock_view: %s, unmet: %s, %s returns: {share: 30 %%, after: 3 h}}
demand: [{orders: 500/day, channels: shop}]
sessions:
  - {id: show, channel: live, starts: 5 h, lasts: 2 h, decay: 20 min, products: [coat, bag], orders: 300, quantity: {poisson: 2}, repeat: {every: 12 h, times: 4},
     gift: {each: 2, units: 1, product: bag, when_out: without},
     script: [{at: {uniform: [10 min, 60 min]}, lasts: 30 min, buy: 1, get: 2, product: bag, when_out: without}]}
policies: {forecast: {moving_average: 1 d}, replenish: [{at: [near, far], use: {base_stock: {units: 120}}, review: every 6 h}]}
"""

    def test_gifts_due_are_given_or_missed(self):
        views = ("live", "{reserve: 1 min}", "{reserve: 1 min, read: 5 min}", "{push: 20 min}", "{every: 30 min, lag: 1 min}")
        seen = {"given": 0, "missed": 0, "broken": 0}
        for view, unmet, terms in itertools.product(views, ("lose", "backorder", "{at_most: 30}"), ("", "cancel: {share: 30 %, after: {exponential: 2 h}},")):
            run = Run("3 d", self.TEXT % (view, unmet, terms))
            self.assertEqual(run.code, 0, run.error)
            self.check(run, (view, unmet, terms), seen)
        self.assertTrue(seen["broken"] > 50 and min(seen["given"], seen["missed"]) > 10_000, seen)

    def check(self, run, what, seen):
        trace = Trace.__new__(Trace)
        trace.update(run.tables)
        trace.attributes = run.attributes
        self.assertEqual((broken(trace), list(order_states_test.broken_states(trace))), ([], []), what)
        columns = ("order", "id", "session", "product", "quantity", "lines", "order_lines", "placed", "shipped", "status")
        orders = {}
        for row in zip(*(run[f"orders/{name}"].tolist() for name in columns)):
            row = dict(zip(columns, row))
            if row["session"] == 0:
                orders.setdefault(row["order"], []).append(row)
        found = dict.fromkeys(("orders_shipped", "revenue", "units_given", "orders_without_gift", "gifts_missed", "gift_promises_broken"), 0)
        for rows in orders.values():
            self.count(run, sorted(rows, key=lambda row: row["id"]), found, what)
        self.assertEqual({name: int(run[f"summary/sessions/{name}"][0]) for name in found}, found, what)
        if "push" not in what[0] and "every" not in what[0]:
            self.assertEqual(found["gift_promises_broken"], 0, what)
        for name, column in (("given", "units_given"), ("missed", "gifts_missed"), ("broken", "gift_promises_broken")):
            seen[name] += found[column]

    def count(self, run, rows, found, what):
        """What one order was asked to pay and got, by the terms of the moment in which it was placed."""
        first, parcels = rows[0], [row for row in rows if row["shipped"] != NEVER]
        self.assertEqual(sum(row["lines"] for row in rows), first["order_lines"], what)
        if not parcels:
            return
        self.assertEqual([row["id"] for row in parcels], [first["order"]], what)  # one parcel, in which is what was bought
        is_said = ((run["script/from"] <= first["placed"]) & (first["placed"] < run["script/to"])).any()
        each, units = (1, 2) if is_said else (2, 1)
        bundle = parcels[0]["quantity"]
        missed = first["order_lines"] == 2 and parcels[0]["lines"] == 1
        is_alone = first["product"] == 0 and (missed or first["order_lines"] == 1)
        paid = bundle if is_alone else next(q for q in range(1, bundle + 1) if q + units * (q // each) == bundle)
        if first["product"] == 0:
            self.assertEqual(first["order_lines"], 2 if paid >= each else 1, what)
        found["orders_shipped"] += 1
        found["revenue"] += paid * (30 if first["product"] else 100) * 1_000_000
        found["units_given"] += bundle - paid
        if missed:
            gift = rows[1]
            self.assertIn(gift["status"], (run.status["lost"], run.status["refused"]), what)
            self.assertEqual(gift["quantity"], units * (paid // each), what)
            found["orders_without_gift"] += 1
            found["gifts_missed"] += gift["quantity"]
            found["gift_promises_broken"] += gift["status"] == run.status["refused"]


if __name__ == "__main__":
    unittest.main()
