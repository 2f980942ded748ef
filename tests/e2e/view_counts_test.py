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
demand: [{every: 30 d, offset: 29 d, channels: x}]
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


class TooManyWait(unittest.TestCase):
    """Two channels promise the same units; each order a minute apart, for two days less an hour: 5,640."""

    def channels(self, units, unmet):
        view = f"stock_view: {{every: 6 h, lag: 1 min}}, release: at once, unmet: {unmet}"
        stock = SHELF.replace("100k", str(units))
        return Run("2 d", ONE + stock + f"channels: [{{id: x, {view}}}, {{id: y, {view}}}]\ndemand: {{every: 1 min, offset: 1 h}}\n")

    def test_promised_and_not_let_wait_is_refused(self):
        run = self.channels(100, "{backorder: 3 d, at_most: 20 units}")
        # 200 are promised, 100 served, and 20 wait. Of the four orders of the last two minutes nothing is known.
        self.assertEqual((run.orders("delivered"), run.orders("refused"), run.orders("lost")), (100, 80, 5640 - 200 - 4))

    def test_as_where_nobody_waits(self):
        for unmet, unknown in (("lose", 0), ("{backorder: 1 d, at_most: 0 units}", 4)):
            run = self.channels(5, unmet)
            self.assertEqual((run.orders("delivered"), run.orders("refused"), run.orders("lost")), (5, 5, 5640 - 10 - unknown), unmet)


if __name__ == "__main__":
    unittest.main()
