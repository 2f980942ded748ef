"""What channels know of the stock, quotas, and who waits for whom: counted by hand. usage: python3 view_counts_test.py PROGRAM"""
import unittest

import numpy as np

from hand_counts_test import ONE, SHELF, Run

HOUR, MINUTE = 3_600_000_000, 60_000_000
TWO = "products: [{id: a, price: 100 CNY, cost: 40 CNY}, {id: b, price: 50 CNY, cost: 10 CNY}]\n"

# Five units on the shelf, and what the plan orders for an hour later.
FEW = """
sites: [{id: s, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 5}}]
lanes: [{from: s, to: w, transit: 1 h}, {from: w, to: markets, transit: 1 h}]
policies: {replenish: [{at: w, use: {plan: plan.csv}}]}
"""
EMPTY = FEW.replace(", stock: {units: 5}", "")
SHOW = "sessions: [{id: t, channel: x, starts: 2 h, lasts: 1 h, products: [a], orders: 100}]\n"
EACH_HOUR = "demand: [{every: 1 h, offset: 30 min}]\n"


def plan(hours, units, product="a"):
    return {"plan.csv": f"time,product,quantity\n{hours} h,{product},{units}\n"}


def sold(run, channel=0):
    return int(run["summary/channel_stock/units_sold_shared"][channel])


class Copies(unittest.TestCase):
    def test_cut_offs_and_payments_long_after_the_session(self):
        """Of the hundred orders none is decided on before the thousand units lie there."""
        for terms in ("group: {cut_off: daily 22:00}", "presale: {deposit: 10 %, balance: {after: 20 h, within: 5 h}, lock: none}"):
            run = Run("3 d", ONE + FEW + f"channels: [{{id: x, unmet: lose, {terms}}}]\ndemand: []\n" + SHOW, plan(9, 1000))
            self.assertGreater(run.orders("delivered"), 60)
            self.assertEqual(run.orders("lost") + run.orders("refused"), 0, terms)

    def test_orders_of_a_cancelled_broadcast_elsewhere(self):
        text = FEW + """
channels: [{id: x, stock_view: live}, {id: z, stock_view: {every: 10 min, lag: 1 min}, release: at once, unmet: lose}]
hosts: [{id: h, tier: B, absent: {at: [0 d], lasts: 5 d}}]
demand: [{orders: 0/day, channels: x}]
sessions: [{id: t, host: h, channel: x, starts: 2 h, lasts: 1 h, products: [a], orders: 100, absence: {to_base: 100 %, over: 1 d, channel: z}}]
"""
        run = Run("3 d", ONE + text, plan(1, 5000))
        self.assertGreater(run.orders("delivered"), 60)
        # Five are there before the lorry comes at 2 h.
        self.assertEqual(run.orders("lost"), 0)

    def test_a_site_that_keeps_only_the_substitute(self):
        """Five of them on the shelf, a hundred more from 11:01 on, and told of by 11:11: the sixth to the eleventh order are lost."""
        text = """
sites: [{id: s, kind: supplier, at: town}, {id: w, kind: rdc, at: town, assortment: [a]}, {id: v, kind: rdc, at: town, assortment: [b], stock: {units: 5}}]
lanes: [{from: s, to: [w, v], transit: 1 h}, {from: [w, v], to: markets, transit: 1 h}]
channels: [{id: x, stock_view: {every: 10 min, lag: 1 min}, release: at once, unmet: lose}]
substitutes: [{for: a, with: b, accept: 100 %}]
demand: [{every: 1 h, offset: 30 min, products: a}]
policies: {replenish: [{at: v, use: {plan: plan.csv}}]}
"""
        run = Run("3 d", TWO + text, plan(10, 100, "b"))
        self.assertEqual(len(run["orders/placed"]), 72)
        self.assertEqual((int(run["summary/substitutes/accepted"].sum()), run.orders("lost")), (66, 6))

    def test_a_lost_copy_is_made_good_by_the_next(self):
        """Half of the copies are lost: with the one of the receipt the second or third order has its goods, not none of 480."""
        text = EMPTY + EACH_HOUR + "channels: [{id: z, stock_view: {every: 10 min, lag: 1 min, loss: 50 %}, release: at once, unmet: lose}]\n"
        for seed in (1, 2, 3):
            run = Run("20 d", ONE + text, plan(1, 5000), f"seed={seed}")
            # 30 min and 1:30 find nothing; each hour more is six copies lost.
            self.assertLessEqual(run.orders("lost"), 4)

    def test_a_check_finds_copies_that_were_all_lost(self):
        view = "{every: 10 min, lag: 1 min, loss: 100 %, check: {every: 1 h, repair: 10 min}}"
        text = FEW + EACH_HOUR + f"channels: [{{id: z, stock_view: {view}, release: at once, unmet: lose}}]\n"
        run = Run("4 d", ONE + text, plan(1, 5000))
        # The order of 0:30 is an incident of 1:00. It is put right; the next is one of 2:00, and so on.
        incidents = int(run["summary/feeds/incidents"].sum())
        self.assertGreaterEqual(incidents, 94)
        self.assertLessEqual(int(run["summary/feeds/repaired"].sum()), incidents)
        self.assertEqual(run.orders("lost"), 0)


class WholeOrders(unittest.TestCase):
    """Two of each lie there for an order of five that waits in front of all."""

    FIRST = {"first.csv": "time,market,product,quantity\n0 min,town,a,5\n"}

    def test_orders_that_are_not_split(self):
        text = """
sites: [{id: w, kind: rdc, at: town, stock: {units: 2}, assortment: [a]}, {id: u, kind: rdc, at: [111, 30], stock: {units: 2}}]
lanes: [{from: [w, u], to: markets, transit: 1 h}]
channels:
  - {id: y, stock_view: live, unmet: backorder, sources: {rule: priority, priority: [u], at_most: 1}}
  - {id: x, stock_view: {reserve: 1 min}, unmet: backorder, sources: {rule: priority, priority: [u], split: never}}
demand: [{history: first.csv, channels: y}, {orders: 24/day, further: 1, channels: x}]
"""
        run = Run("20 h", TWO + text, self.FIRST)
        self.assertGreater(run.orders("delivered"), 0)
        self.assertEqual(run.figures["parcels_per_order"], 1)

    def test_gifts_stay_with_their_order(self):
        text = """
sites: [{id: w, kind: rdc, at: town, stock: {units: 2}}]
lanes: [{from: w, to: markets, transit: 1 h}]
channels: [{id: y, stock_view: live, unmet: backorder}, {id: x, stock_view: live, unmet: backorder}]
demand: [{history: first.csv, channels: y}]
sessions: [{id: t, channel: x, starts: 2 h, lasts: 1 h, products: [a], orders: 10, gift: {each: 1, units: 1, product: b}}]
"""
        run = Run("20 h", TWO + text, self.FIRST)
        self.assertEqual(int(run["summary/stock/shipped"].sum()), 0)

    def test_who_may_not_wait_is_refused_with_all_he_wanted(self):
        """Of a nobody has any, and two units may be waited for: what there is of b stays where it is, as a gift or as a line."""
        text = """
sites: [{id: w, kind: rdc, at: town, assortment: [a, b], stock: {units: 5}}]
lanes: [{from: w, to: markets, transit: 1 h}]
channels: [{id: y, stock_view: live, unmet: backorder}, {id: x, stock_view: %s, release: at once, unmet: {at_most: 2}, sources: {split: never}}]
"""
        gift = """
demand: [{history: first.csv, channels: y}]
sessions: [{id: t, channel: x, starts: 2 h, lasts: 1 h, products: [a], orders: 10, gift: {each: 1, units: 1, product: b}}]
"""
        lines = "demand: [{history: first.csv, channels: y}, {orders: 24/day, further: 1, channels: x}]\n"
        for view in ("live", "{push: 1 s}"):
            for demand in (gift, lines):
                run = Run("20 h", TWO + text % view + demand, self.FIRST)
                of_both = run["orders/order_lines"] == 2
                self.assertGreater(of_both.sum(), 8)
                self.assertTrue((run["orders/shipped"][of_both] < 0).all(), (view, demand))
                self.assertGreater(run.orders("lost"), 2)


class Quotas(unittest.TestCase):
    SESSION = "sessions: [{id: t, channel: x, starts: 2 h, lasts: 50 min, products: [a], orders: 600}]\n"

    def test_orders_count_for_the_broadcast_they_were_placed_in(self):
        """Waves, answers and cut-offs reach the site when it is over."""
        for terms in ("stock_view: {push: 1 s}, release: {every: 30 min, lag: 1 min}", "stock_view: {reserve: 1 min}", "stock_view: live, group: {cut_off: daily 22:00}"):
            run = Run("3 d", ONE + SHELF + self.SESSION + f"channels: [{{id: x, {terms}, quota: {{units: 10 units, per: session}}}}]\n")
            self.assertEqual((run.orders("delivered"), sold(run)), (10, 10), terms)

    def test_two_broadcasts_before_one_cut_off(self):
        again = self.SESSION.replace("orders: 600", "orders: 100, repeat: {every: 5 h, times: 2}")
        run = Run("3 d", ONE + SHELF + again + "channels: [{id: x, stock_view: live, group: {cut_off: daily 22:00}, quota: {units: 10 units, per: session}}]\n")
        placed = run["orders/placed"][run["orders/status"] == run.status["delivered"]]
        self.assertEqual((int((placed < 4 * HOUR).sum()), int((placed > 4 * HOUR).sum())), (10, 10))

    def test_other_orders_are_not_capped_however_late(self):
        """Placed a minute before the broadcast, they come in it."""
        text = SHELF + SHOW + "channels: [{id: x, stock_view: {push: 1 s}, release: {every: 30 min, lag: 1 min}, quota: {units: 10 units, per: session}}]\ndemand: {history: before.csv}\n"
        rows = "time,market,product,quantity\n" + "119 min,town,a,1\n" * 30
        run = Run("10 h", ONE + text, {"before.csv": rows})
        self.assertEqual(run.orders("delivered"), 40)

    def test_who_may_wait_has_his_goods_when_the_broadcast_is_over(self):
        text = SHELF + self.SESSION + "channels: [{id: x, release: {every: 30 min, lag: 1 min}, unmet: backorder, quota: {units: 10 units, per: session}}]\n"
        run = Run("10 h", ONE + text)
        placed, shipped = run["orders/placed"], run["orders/shipped"]
        self.assertEqual(run.orders("delivered"), len(placed))
        self.assertEqual(int((shipped < 2 * HOUR + 50 * MINUTE).sum()), 10)
        # The last wave comes at 3:01.
        self.assertEqual(int(shipped.max()), 3 * HOUR + MINUTE)

    def test_quotas_by_the_calendar_go_by_the_clock_of_the_site(self):
        """Five a day. Six are placed before midnight and reach the site after it, six at noon."""
        rows = "time,market,product,quantity\n" + "".join(f"{t} h,town,a,1\n" for t in (23.8, 36) for _ in range(6))
        text = SHELF + "channels: [{id: x, stock_view: {push: 1 s}, release: {every: 30 min, lag: 1 min}, quota: {units: 5 units, per: day}}]\ndemand: {history: late.csv}\n"
        run = Run("3 d", ONE + text, {"late.csv": rows})
        self.assertEqual(run.orders("delivered"), 5)


class Queues(unittest.TestCase):
    """Who waits only for his next quota."""

    def test_another_site_has_what_it_orders(self):
        text = """
sites: [{id: w, kind: rdc, at: town, stock: {units: 1000}}, {id: v, kind: store, at: town}]
lanes: [{from: w, to: v, transit: 1 h}, {from: [w, v], to: markets, transit: 1 h}]
channels: [{id: x, stock_view: live, unmet: backorder, sources: {rule: priority, priority: [w], at_most: 1}, quota: {units: 2 units, per: day, sites: w}}]
demand: {every: 1 h, offset: 30 min}
policies: {replenish: [{at: v, use: {plan: plan.csv}}]}
"""
        run = Run("20 h", ONE + text, plan(5, 10))
        self.assertEqual(run["shipments/quantity"].tolist(), [10])
        self.assertEqual(run["shipments/sent"].tolist(), [5 * HOUR + MINUTE])

    def channels(self, stock):
        text = """
channels: [{id: x, stock_view: live, unmet: backorder, quota: {units: 2 units, per: day}}, {id: y, stock_view: live, unmet: backorder}]
demand: {every: 1 h, offset: 30 min}
"""
        run = Run("20 h", ONE + stock + text, plan(10, 100))
        desks = run["orders/desk"][run["orders/shipped"] > 0]
        return run, np.bincount(desks, minlength=2).tolist()

    def test_another_channel_sells(self):
        run, shipped = self.channels(SHELF)
        self.assertEqual(shipped, [2, 20])
        self.assertAlmostEqual(run.figures["order_fill_rate"], 22 / 40)

    def test_another_channel_has_the_goods_that_come(self):
        """All wait until 11:01, when those of the first eleven hours are served: of x two."""
        run, shipped = self.channels(EMPTY)
        self.assertEqual(shipped, [2, 20])
        at = run["orders/shipped"][(run["orders/desk"] == 1) & (run["orders/placed"] < 11 * HOUR)]
        self.assertEqual(set(at.tolist()), {11 * HOUR + MINUTE})

    def test_nobody_of_the_channel_overtakes(self):
        """One of three waits for the next day; one of a single unit, which the quota would allow, stays behind."""
        rows = "time,market,product,quantity\n1 h,town,a,1\n2 h,town,a,2\n3 h,town,a,1\n"
        run = Run("2 d", ONE + SHELF + "channels: [{id: x, stock_view: live, unmet: backorder, quota: {units: 2 units, per: day}}]\ndemand: {history: x.csv}\n", {"x.csv": rows})
        by_time = dict(zip(run["orders/placed"].tolist(), run["orders/shipped"].tolist()))
        self.assertEqual((by_time[HOUR], by_time[2 * HOUR]), (HOUR, 24 * HOUR))
        self.assertLess(by_time[3 * HOUR], 0)


class TooManyWait(unittest.TestCase):
    """Two channels promise the same units; each order a minute apart, for two days less an hour: 5,640."""

    def channels(self, units, unmet):
        view = f"stock_view: {{every: 6 h, lag: 1 min}}, release: at once, unmet: {unmet}"
        stock = SHELF.replace("100k", str(units))
        return Run("2 d", ONE + stock + f"channels: [{{id: x, {view}}}, {{id: y, {view}}}]\ndemand: {{every: 1 min, offset: 1 h}}\n")

    def test_promised_and_not_let_wait_is_refused(self):
        run = self.channels(100, "{backorder: 3 d, at_most: 20 units}")
        # 200 are promised, 100 served, and 20 wait. The two orders of the last minute have not come to the site.
        self.assertEqual((run.orders("delivered"), run.orders("refused"), run.orders("lost")), (100, 80, 5640 - 200 - 2))

    def test_as_where_nobody_waits(self):
        for unmet, unknown in (("lose", 0), ("{backorder: 1 d, at_most: 0 units}", 2)):
            run = self.channels(5, unmet)
            self.assertEqual((run.orders("delivered"), run.orders("refused"), run.orders("lost")), (5, 5, 5640 - 10 - unknown), unmet)



class Patience(unittest.TestCase):
    """Nobody packs before midnight, but who is tired of waiting leaves when he is."""
    ONLY = """sites: [{id: w, kind: rdc, at: town, stock: {units: %s}, wave: 1 d, backorder_cost: 24 CNY/unit/d}]
lanes: [{from: w, to: markets, transit: 1 h}]
channels: [{id: x, stock_view: live, unmet: {backorder: 3 h}, lost_sale: 7 CNY/unit}]
demand: {history: orders.csv}
"""

    def orders(self, stock, rows):
        text = "time,market,product,quantity\n" + "".join(f"{at},town,a,{quantity}\n" for at, quantity in rows)
        return Run("2 d", ONE + self.ONLY % stock, {"orders.csv": text})

    def test_waiting_ends_with_patience_and_costs_what_a_lost_sale_costs(self):
        run = self.orders(1, [("61 min", 2), ("80 min", 3)])
        self.assertEqual(run.orders("cancelled"), 2)
        self.assertEqual(run.money("backorder penalty"), 5 * 3)
        self.assertEqual(run.money("lost sale penalty"), 5 * 7)
        self.assertAlmostEqual(run["summary/sites/mean_backordered"].sum(), 15 / 48, 12)
        self.assertAlmostEqual(run["summary/sites/mean_orders_waiting"].sum(), 6 / 48, 12)

    def test_who_comes_after_he_has_left_is_not_behind_him(self):
        run = self.orders(1, [("61 min", 2), ("300 min", 1)])
        self.assertEqual(run.orders("cancelled"), 1)
        self.assertEqual(run["summary/desks/orders_filled"].sum(), 1)

    def test_who_waits_behind_him_is_served_when_he_leaves(self):
        run = self.orders(1, [("60 min", 2), ("90 min", 1)])
        self.assertEqual(run.orders("cancelled"), 1)
        self.assertEqual(run["summary/desks/orders_shipped"].sum(), 1)
        self.assertEqual(run.money("backorder penalty"), 2 * 3 + 2.5)  # until the first one leaves at four

    def test_of_many_with_unequal_patience_each_leaves_in_his_time(self):
        """Two channels whose customers come by turns, one every minute; goods for some of them come after five hours."""
        text = FEW.replace("stock: {units: 5}}", "wave: 1 d, backorder_cost: 24 CNY/unit/d}") + """
channels:
  - {id: x, stock_view: live, unmet: {backorder: 3 h}}
  - {id: y, stock_view: live, unmet: {backorder: 9 h}}
demand:
  - {every: 2 min, channels: x}
  - {every: 2 min, offset: 1 min, channels: y}
"""
        run = Run("1 d", ONE + text, plan(4, 100))
        came = sorted([(2 * n, 0, 180) for n in range(720)] + [(2 * n + 1, 1, 540) for n in range(720)])
        served = [c for c in came if c[0] <= 301 < c[0] + c[2]][:100]
        self.assertEqual(run["summary/desks/orders_shipped"].tolist(), [sum(c[1] == x for c in served) for x in (0, 1)])
        others = [c for c in came if c not in served]
        gone = [sum(c[1] == x and c[0] + c[2] < 1440 for c in others) for x in (0, 1)]
        self.assertEqual(run["summary/desks/orders_cancelled"].tolist(), gone)
        waited = sum(301 - c[0] for c in served) + sum(min(c[2], 1440 - c[0]) for c in others)
        self.assertAlmostEqual(run.money("backorder penalty"), waited / 60, 3)


if __name__ == "__main__":
    unittest.main()
