"""Small scenarios in which features meet, against figures counted by hand. usage: python3 hand_counts_test.py PROGRAM"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()

HEAD = """spate: 1
name: count
time: {start: 2025-01-06T00:00:00+08:00, horizon: %s}
markets: [{id: town, at: [110, 30]}]
trace: {series: 1 h, orders: 100 %%, shipments: true}
"""
ONE = "products: [{id: a, price: 100 CNY, cost: 40 CNY}]\n"
SHELF = "sites: [{id: w, kind: rdc, at: town, stock: {units: 100k}}]\nlanes: [{from: w, to: markets, transit: 1 h}]\n"


class Run:
    """A run of a scenario that lasts `horizon`, with its figures, its tables and the closing balances of its ledger."""

    def __init__(self, horizon, text, files=None, *settings):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {"s.yaml": HEAD % horizon + text, **(files or {})}.items():
                (pathlib.Path(folder) / name).write_text(content)
            words = [PROGRAM, "run", "s.yaml", "-o", "s.h5", "--json", "--quiet", *(f for s in settings for f in ("--set", s))]
            done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120)
            self.code, self.error = done.returncode, done.stderr
            if done.returncode != 0:
                return
            figures = json.loads(done.stdout)["key_figures"]
            self.figures = {name: figure["value"] for name, figure in figures.items()}
            with h5py.File(pathlib.Path(folder) / "s.h5") as trace:
                self.tables = {}
                trace.visititems(lambda name, item: self.tables.__setitem__(name, item[()]) if isinstance(item, h5py.Dataset) else None)
                self.attributes = dict(trace.attrs)
                self.status = h5py.check_enum_dtype(trace["orders/status"].dtype)
        names = [name.decode() for name in self["network/accounts/name"]]
        self.closing = dict(zip(names, self["summary/ledger/closing"].tolist()))

    def __getitem__(self, name):
        return self.tables[name]

    def money(self, account):
        return self.closing[account] / 1e6

    def orders(self, status):
        return int((self["orders/status"] == self.status[status]).sum())


def returns(centre, terms="share: 100 %, after: 1 h"):
    """A channel with returns, and a centre that takes them after a day."""
    grades = ", ".join(f"{reason}: [0 %, 100 %, 0 %, 0 %]" for reason in ("quality", "expectation", "other"))
    return f"""channels: [{{id: shop, returns: {{{terms}}}}}]
return_centres:
  - id: back
    at: town
    transit: 1 d
    at_least: 20 h
    stages: {{inspect: {{servers: unlimited, time: 1 min}}}}
    grades: {{{grades}}}
{centre}
"""


class News(unittest.TestCase):
    """What sites have done by the end counts, though desks would hear of it later."""

    def test_orders_of_the_last_half_day(self):
        pick = "stages: {pick: {servers: unlimited, time: 1 min}}"
        run = Run("2 d", ONE + SHELF.replace("100k}", "100k}, " + pick) + """
channels: [{id: shop, stock_view: {every: 1 h, lag: 12 h}, returns: {share: 100 %, after: 1 h}}]
demand: {every: 1 h}
""")
        placed, shipped, delivered = run["orders/placed"], run["orders/shipped"], run["orders/delivered"]
        self.assertEqual(len(placed), 48)
        self.assertEqual((shipped >= 0).sum(), 48)
        self.assertEqual(run.figures["unshipped_share"], 0)
        self.assertEqual(run["summary/desks/orders_shipped"].sum(), 48)
        in_time = int((delivered < 48 * 3_600_000_000).sum())
        self.assertEqual(run["summary/desks/orders_delivered"].sum(), in_time)
        self.assertEqual(run.closing["in delivery"], 48 - in_time)
        self.assertEqual(run["series/desks/delivered"].sum(), in_time)

    def test_sessions(self):
        run = Run("610.5 min", ONE + SHELF + """
channels: [{id: shop}]
demand: {orders: 100/day}
sessions: [{id: s, starts: 5 h, lasts: 5 h, products: [a], orders: 3000, price: 50 CNY}]
""")
        of_session = run["orders/session"] == 0
        shipped = (run["orders/shipped"] >= 0) & of_session
        self.assertEqual(run.figures["session_revenue"], 50 * shipped.sum())
        revenue = 50 * shipped.sum() + 100 * ((run["orders/shipped"] >= 0) & ~of_session).sum()
        self.assertEqual(-run.money("revenue"), revenue)


class Terms(unittest.TestCase):
    def test_who_orders_in_the_instant_of_a_cut_off_belongs_to_the_next_group(self):
        for how in ("release: at once", "stock_view: live", "release: {every: 1 h}"):
            run = Run("20 d", ONE + SHELF + f"""
channels: [{{id: shop, {how}, group: {{cut_off: daily 22:00, at_least: 2}}}}]
demand: {{every: 1 d, offset: 22 h}}
""")
            self.assertEqual(run["summary/groups/failed"].sum(), 19, how)
            self.assertEqual(run["summary/groups/groups"].sum(), 19, how)
            self.assertEqual(run.money("revenue"), 0, how)

    def test_a_wave_that_the_end_cuts_off_has_paid_its_deposits(self):
        run = Run("10 d", ONE + SHELF + """
channels: [{id: shop, release: {every: 1 d, lag: 1 min}, presale: {deposit: 10 %, balance: {after: 1 d, within: 1 d}}}]
demand: {every: 1 h, offset: 30 min}
""")
        self.assertEqual(run["summary/presale/deposits"].sum(), 240)
        self.assertEqual(run["summary/presale/deposit_money"].sum(), 2400e6)

    def test_pick_up_and_returns_exclude_each_other_with_defects_too(self):
        run = Run("5 d", ONE + """
sites: [{id: s, kind: supplier, at: town}, {id: w, kind: rdc, at: town}]
lanes: [{from: s, to: w, transit: 1 h}, {from: w, to: markets, transit: 1 h}]
channels: [{id: shop, unmet: backorder, returns: {share: 0 %}, pickup: {collect: 10 d, expires: 2 d}}]
demand: {every: 1 h}
quality: {suppliers: [{at: s, share: 100 %}]}
policies: {replenish: [{at: w, use: {base_stock: {units: 500}}, review: every 8 h}]}
""")
        self.assertEqual(run.code, 2)
        self.assertIn("returns of goods from pick-up points are not modelled", run.error)

    def test_who_cancels_too_late_keeps_the_goods_where_nothing_is_returned(self):
        run = Run("10 d", ONE + """
sites:
  - {id: s, kind: supplier, at: town}
  - {id: w, kind: rdc, at: town, stock: {units: 5000}, stages: {pick: {servers: unlimited, time: 10 min}}}
lanes: [{from: s, to: w, transit: 1 h}, {from: w, to: markets, transit: 5 h}]
channels: [{id: shop, unmet: {backorder: 10 d}, returns: {share: 0 %}, cancel: {share: 100 %, after: 2 h}}]
demand: {every: 1 h}
quality: {suppliers: [{at: s, share: 0 %}]}
policies: {replenish: [{at: w, use: {base_stock: {units: 500}}, review: every 8 h}]}
""")
        self.assertEqual(run["summary/desks/orders_returned"].sum(), 0)
        self.assertGreater(run["summary/cancellations/too_late"].sum(), 200)


class Baskets(unittest.TestCase):
    TWO = "products: [{id: p, price: 100 CNY, cost: 40 CNY}, {id: q, price: 10 CNY, cost: 4 CNY}]\n"

    def test_stale_reads_count_orders(self):
        run = Run("1 d", "products: [{generate: {id: 'p-{n}', count: 200, price: 100 CNY, cost: 40 CNY}}]\n"
                  + SHELF.replace("100k", "1") + """
channels: [{id: shop, lost_sale: 1 CNY/unit, stock_view: {reserve: 50 ms, read: 30 d}}]
demand: {orders: 2000/day, further: 5}
""")
        lost = run["summary/desks/orders_lost"].sum() + run["summary/desks/orders_refused"].sum()
        placed = run["summary/desks/orders_placed"].sum()
        self.assertGreater(run.figures["stale_reads_per_100k"], 0)
        self.assertLessEqual(run.figures["stale_reads_per_100k"], 1e5 * lost / placed)

    def test_what_is_shipped_in_part_and_cancelled_is_cancelled_too_late(self):
        run = Run("20 d", self.TWO + """
sites:
  - {id: w, kind: rdc, at: town, assortment: [p], stock: {units: 100k}}
  - {id: x, kind: rdc, at: town, assortment: [q]}
lanes: [{from: "*", to: markets, transit: 1 h}]
channels: [{id: shop, unmet: {backorder: 10 d}, cancel: {share: 100 %, after: 1 d}}]
demand: {orders: 100/day, further: 2}
""")
        order, withdrawn = run["orders/order"], run["orders/status"] == run.status["withdrawn"]
        gone = np.isin(run["orders/status"], [run.status["delivered"], run.status["in_delivery"]])
        in_part = len(set(order[withdrawn]) & set(order[gone]))
        whole = len(set(order[withdrawn]) - set(order[gone]))
        self.assertGreater(in_part, 1000)
        self.assertAlmostEqual(run.figures["cancelled_too_late_share"], in_part / (in_part + whole), 12)

    def test_returns_begin_before_the_last_parcel_has_come(self):
        run = Run("10 d", self.TWO + """
sites:
  - {id: w, kind: rdc, at: town, assortment: [p], stock: {units: 100k}}
  - {id: x, kind: rdc, at: town, assortment: [q], stock: {units: 100k}}
lanes: [{from: w, to: markets, transit: 1 h}, {from: x, to: markets, transit: 30 d}]
channels: [{id: shop, returns: {share: 100 %, after: 1 h}}]
demand: {orders: 100/day, further: 5}
""")
        returned = run["orders/returned"] >= 0
        self.assertEqual(run.figures["returns_started"], len(set(run["orders/order"][returned])))
        self.assertLessEqual(run.figures["return_share"], 1)

    def test_orders_in_work_that_have_waited(self):
        text = """
sites:
  - {id: s, kind: supplier, at: town}
  - {id: w, kind: rdc, at: town, stages: {pick: {servers: unlimited, time: 3 d}}}
lanes: [{from: s, to: w, transit: 1 h}, {from: w, to: markets, transit: 1 h}]
channels: [{id: shop, unmet: {backorder: 10 d}}]
policies: {replenish: [{at: w, use: {base_stock: {units: 0}}, review: every 8 h}]}
"""
        self.assertEqual(Run("5 d", ONE + text + "demand: {every: 1 h}\n").figures["backordered_share"], 1)
        run = Run("5 d", self.TWO + text + "demand: {orders: 24/day, further: 1}\n")
        self.assertEqual(run.figures["backordered_share"], 1)


class Returns(unittest.TestCase):
    def test_the_outlet_has_chances_of_its_own(self):
        run = Run("60 d", ONE + SHELF + "demand: {orders: 1000/day}\n" + returns("""
    routes: {A: special, B: special, C: special, D: special}
    special: {every: 1 d, price: 80 %, sold: 50 %, tries: 1}
    outlet: {every: 1 d, offset: 12 h, price: 50 %, sold: 50 %, tries: 1}
    refund: {after: received}
"""))
        closed = run["returns/closed"] >= 0
        route = run["returns/route"][closed]
        special, outlet, scrap = ((route == code).sum() / closed.sum() for code in (1, 2, 4))
        # 57,000 returns: four standard deviations are 0.9 %.
        self.assertAlmostEqual(special, 0.5, delta=0.009, msg=str(np.unique(route, return_counts=True)))
        self.assertAlmostEqual(outlet, 0.25, delta=0.009)
        self.assertAlmostEqual(scrap, 0.25, delta=0.009)

    def test_abuse_is_what_was_paid(self):
        claims = """
    routes: {A: scrap, B: scrap, C: scrap, D: scrap}
    refund_only: {share: 100 %, untrue: 100 %}
"""
        late = Run("10 d", ONE + SHELF + "demand: {every: 1 h}\n" + returns(claims + "    refund: {after: started, plus: 20 d}"))
        self.assertEqual(late.figures["abuse_paid"], 0)
        short = Run("10 d", ONE + SHELF + "demand: {every: 1 h}\n" + returns(claims + """    refund: {after: started, plus: 1 h}
    fund: {opening: 500 CNY, share: 10 %}"""))
        paid = int((short["returns/refunded"] >= 0).sum())
        self.assertGreater(paid, 5)
        self.assertEqual(short.figures["abuse_paid"], 100 * paid)


class Upstream(unittest.TestCase):
    def test_a_delivery_has_one_line_of_a_product(self):
        for batch in (1, 7, 100):
            run = Run("2 d", ONE + f"""
sites:
  - {{id: fac, kind: factory, at: town, stock: {{units: 0}}, production: {{rate: 10 units/h, batch: {batch} units}}}}
  - {{id: rdc, kind: rdc, at: town, stock: {{units: 0}}}}
lanes:
  - {{from: fac, to: rdc, transit: 2 h, departs: "daily 20:00", cost: 10 CNY/order}}
  - {{from: rdc, to: markets, transit: 1 h}}
channels: [{{id: desk, stock_view: live, unmet: backorder}}]
demand: {{every: 1 d, offset: 23 h, quantity: 1}}
policies: {{replenish: [{{at: rdc, use: {{plan: plan.csv}}, order_lag: 0 s}}]}}
""", {"plan.csv": "time,product,quantity\n0 h,a,100\n"})
            self.assertEqual(run.money("freight"), 10, batch)
            self.assertEqual(run["shipments/lines"].tolist(), [1], batch)

    def test_defective_units_of_what_was_ordered_piece_by_piece(self):
        times = "\n".join(f"{24 + 0.25 * (i + 1)} h,a,10" for i in range(24))
        files = {"rdc.csv": "time,product,quantity\n" + times + "\n", "cdc.csv": "time,product,quantity\n0 h,a,100000\n"}
        found = []
        for seed in range(40):
            run = Run("3 d", ONE + """
sites:
  - {id: supplier, kind: supplier, at: town}
  - {id: cdc, kind: cdc, at: town, stock: {units: 0}}
  - {id: rdc, kind: rdc, at: town, stock: {units: 0}}
lanes:
  - {from: supplier, to: cdc, transit: 6 h}
  - {from: cdc, to: rdc, transit: 2 h, departs: "daily 20:00"}
  - {from: rdc, to: markets, transit: 1 h}
channels: [{id: desk, stock_view: live, unmet: backorder}]
demand: {every: 30 d, offset: 60 h, quantity: 240}
quality: {suppliers: [{at: supplier, share: 50 %, alike: 1e9}]}
policies:
  replenish:
    - {at: rdc, use: {plan: rdc.csv}, order_lag: 0 s, from: cdc}
    - {at: cdc, use: {plan: cdc.csv}, order_lag: 0 s, from: supplier}
""", files, f"seed={seed}")
            found.append(run["summary/quality/defective_out"][run["summary/quality/site"] == 2].sum())
        # Hypergeometric: mean 120, variance 60. Of 40 draws the variance is within 60 · (1 ± 4 · √(2/39)).
        self.assertAlmostEqual(np.mean(found), 120, delta=4 * (60 / 40) ** 0.5)
        self.assertLess(np.var(found, ddof=1), 60 * (1 + 4 * (2 / 39) ** 0.5))

    def test_goods_set_aside_for_a_lane_are_stopped_where_they_arrive(self):
        for by in ("product", "batch"):
            run = Run("4 d", ONE + f"""
sites:
  - {{id: sup, kind: supplier, at: town}}
  - {{id: cdc, kind: cdc, at: town, stock: {{units: 0}}}}
  - {{id: rdc, kind: rdc, at: town, stock: {{units: 0}}}}
lanes:
  - {{from: sup, to: cdc, transit: 4 h}}
  - {{from: cdc, to: rdc, transit: 2 h, departs: "daily 20:00"}}
  - {{from: rdc, to: markets, transit: 1 h}}
channels: [{{id: desk, stock_view: live, unmet: lose}}]
demand: {{every: 1 d, offset: 23 h, quantity: 5}}
quality:
  suppliers: [{{at: sup, share: 50 %}}]
  recall: {{by: {by}, dates: [{{at: 12 h}}], news: 1 h, customers: 100 %}}
policies:
  replenish:
    - {{at: cdc, from: sup, use: {{plan: cdc.csv}}, order_lag: 0 s}}
    - {{at: rdc, from: cdc, use: {{plan: rdc.csv}}, order_lag: 0 s}}
""", {"cdc.csv": "time,product,quantity\n0 h,a,100\n", "rdc.csv": "time,product,quantity\n8 h,a,40\n"})
            self.assertEqual(run["summary/recall_sites/stopped"].sum(), 40, by)
            self.assertEqual(run["summary/recall_sites/removed"].sum(), 100, by)
            self.assertEqual(run["summary/desks/orders_shipped"].sum(), 0, by)

    def test_goods_of_a_deposit_that_lapses_are_called_back(self):
        for by in ("product", "batch"):
            run = Run("4 d", ONE + f"""
sites: [{{id: sup, kind: supplier, at: town}}, {{id: cdc, kind: cdc, at: town, stock: {{units: 0}}}}]
lanes: [{{from: sup, to: cdc, transit: 4 h}}, {{from: cdc, to: markets, transit: 1 h}}]
channels:
  - {{id: desk, stock_view: live, unmet: lose, presale: {{deposit: 10 %, balance: {{from: 24 h, to: 48 h}}, paid: 0 %, lock: stock}}}}
  - {{id: shop, stock_view: live, unmet: lose}}
demand: [{{channels: desk, history: desk.csv}}, {{channels: shop, history: shop.csv}}]
quality:
  suppliers: [{{at: sup, share: 50 %}}]
  recall: {{by: {by}, dates: [{{at: 12 h}}], news: 1 h, customers: 100 %}}
policies: {{replenish: [{{at: cdc, from: sup, use: {{plan: cdc.csv}}, order_lag: 0 s}}]}}
""", {"cdc.csv": "time,product,quantity\n0 h,a,100\n",
                "desk.csv": "time,market,product,quantity\n8 h,town,a,60\n",
                "shop.csv": "time,market,product,quantity\n60 h,town,a,10\n"})
            self.assertEqual(run["summary/recall_sites/removed"].sum(), 100, by)
            self.assertEqual(run["summary/desks/orders_shipped"].sum(), 0, by)

    def test_a_factory_makes_up_for_what_was_called_back(self):
        run = Run("4 d", "products: [{id: a, price: 10 CNY, cost: 5 CNY}, {id: b, price: 10 CNY, cost: 5 CNY}]\n" + """
sites:
  - {id: sup, kind: supplier, at: town, assortment: b}
  - {id: fac, kind: factory, at: town, stock: {units: 40}, fill: whole, production: {rate: 10 units/h}}
  - {id: rdc, kind: rdc, at: town, stock: {units: 0}}
lanes: [{from: sup, to: fac, transit: 4 h}, {from: fac, to: rdc, transit: 2 h}, {from: rdc, to: markets, transit: 1 h}]
channels: [{id: desk, stock_view: live, unmet: lose}]
demand: {every: 1 d, offset: 23 h, quantity: 5, products: a}
quality:
  suppliers: [{at: sup, share: 50 %}]
  recall: {by: product, dates: [{at: 9 h, products: a}], news: 1 h}
policies: {replenish: [{at: rdc, from: fac, products: a, use: {plan: plan.csv}, order_lag: 0 s}]}
""", {"plan.csv": "time,product,quantity\n8 h,a,100\n"})
        self.assertEqual(run["shipments/quantity"].tolist(), [100])

    def test_grams_are_not_rounded(self):
        for weight, freight in ((0.4, 20), (1.4, 70), (1.5, 75)):
            run = Run("5 d", f"products: [{{id: a, price: 10 CNY, weight: {weight} g}}]\n" + """
sites: [{id: s, kind: supplier, at: town}]
lanes: [{from: s, to: markets, transit: 1 h, cost: 1 CNY/kg}]
channels: [{id: desk, stock_view: live}]
demand: {every: 1 d, offset: 1 h, quantity: 10k}
""")
            self.assertAlmostEqual(run.money("freight"), freight, 6)
        self.assertEqual(Run("1 d", ONE + SHELF + "channels: [{id: c}]\ndemand: {every: 1 d}\n", None, "products[a].weight=0.0001 g").code, 2)

    def test_a_delivery_that_the_dock_cannot_count_is_an_error(self):
        for units, code in (("4000M", 0), ("5000M", 1)):
            run = Run("2 d", "products: [{id: a, price: 0.01 CNY, cost: 0 CNY}]\n" + """
sites: [{id: sup, kind: supplier, at: town}, {id: r, kind: rdc, at: town, stages: {receive: 1000M units/h}}]
lanes: [{from: sup, to: r, transit: 1 h}, {from: r, to: markets, transit: 1 h}]
channels: [{id: desk, stock_view: live, unmet: backorder}]
demand: {every: 1 d}
policies: {replenish: [{at: r, use: {plan: plan.csv}, order_lag: 0 s}]}
""", {"plan.csv": f"time,product,quantity\n0 h,a,{units}\n"})
            self.assertEqual(run.code, code, run.error)
        self.assertIn("which counts up to 4,294,967,295", run.error)

    def test_a_site_in_front_takes_what_there_is(self):
        run = Run("2 d", ONE + """
sites:
  - {id: cdc, kind: cdc, at: town, stock: {units: 5}, allocate: priority}
  - {id: rdc, kind: rdc, at: town, stock: {units: 0}}
lanes: [{from: cdc, to: markets, transit: 1 h}, {from: cdc, to: rdc, transit: 2 h}]
channels: [{id: slow, stock_view: {every: 10 min, lag: 1 min}, release: at once, unmet: backorder, priority: 9}]
demand: [{channels: slow, history: slow.csv}]
policies: {replenish: [{at: rdc, use: {plan: plan.csv}, order_lag: 0 s, from: cdc}]}
""", {"slow.csv": "time,market,product,quantity\n1 h,town,a,10\n", "plan.csv": "time,product,quantity\n2 h,a,3\n"})
        self.assertEqual(run["shipments/quantity"].tolist(), [3])

    def test_a_gift_of_another_product_leaves_with_its_order(self):
        """Two sites, 100 orders of 4 coats for 50 CNY each: two bags for each coat, at the far site, which has 300 of both."""
        run = Run("3 d", """
products: [{id: coat, price: 100 CNY, cost: 40 CNY}, {id: bag, price: 30 CNY, cost: 7 CNY}]
sites:
  - {id: near, kind: rdc, at: town, stock: {units: 0}}
  - {id: far, kind: rdc, at: [111, 30], stock: {units: 300}}
lanes: [{from: near, to: markets, transit: 1 h}, {from: far, to: markets, transit: 5 h}]
channels: [{id: live, stock_view: live, unmet: lose, sources: {split: always}, lost_sale: 3 CNY, returns: {share: 50 %, after: 1 h}}]
demand: {orders: 0/day}
sessions:
  - {id: show, starts: "2025-01-06T10:00:00+08:00", lasts: 1 h, products: coat, orders: 100, quantity: 4, price: 50 CNY,
     gift: {each: 1, units: 2, product: bag}}
""")
        orders = int(run["summary/sessions/orders_placed"][0])
        self.assertGreater(orders, 80)
        self.assertEqual(run["orders/quantity"].tolist()[:37], [12] * 37)
        self.assertEqual(run["summary/sessions/units_placed"][0], orders * 12)
        self.assertEqual((run["summary/sessions/orders_shipped"][0], run["summary/sessions/units_shipped"][0], run["summary/sessions/units_given"][0]), (37, 444, 296))
        self.assertEqual(run.orders("lost"), 2 * (orders - 37))
        self.assertEqual(run.money("revenue"), -37 * 4 * 50)
        self.assertEqual(run.money("cost of goods sold"), 37 * (4 * 40 + 8 * 7))
        self.assertEqual(run.money("lost sale penalty"), (orders - 37) * 4 * 3)
        returns = run.figures["returns_started"]
        self.assertTrue(0 < returns < 37)
        self.assertEqual(run.closing["returning"], 12 * returns)  # whole orders, with their gifts

    def test_parcels_of_a_wave_catch_the_departure_of_its_instant(self):
        run = Run("1 d", ONE.replace("cost: 40 CNY", "cost: 40 CNY, weight: 1 kg") + """
sites: [{id: w, kind: rdc, at: town, stock: {units: 100}, stages: {pick: {servers: unlimited, time: 1 min}}}]
lanes: [{from: w, to: markets, transit: {gamma: {mean: 1 h, cv: 0.3}}, departs: "daily 20:00", vehicle: {weight: 1 t}, cost: 100 CNY/trip}]
channels: [{id: shop, stock_view: live}]
demand: {history: two.csv}
""", {"two.csv": "time,market,product,quantity\n12 h,town,a,1\n1195 min,town,a,1\n"})
        self.assertEqual((run["summary/lanes/vehicles"].tolist(), run.money("freight")), ([1], 100))
        self.assertEqual(len(set(run["orders/delivered"].tolist())), 1)

    def test_a_factory_makes_up_for_what_others_take(self):
        run = Run("2 d", ONE + """
sites: [{id: fac, kind: factory, at: town, stock: {units: 5}, production: {rate: 10 units/h, batch: 5 units}}]
lanes: [{from: fac, to: markets, transit: 1 h}]
channels: [{id: slow, stock_view: live, unmet: backorder}, {id: quick, stock_view: live}]
demand: [{channels: slow, history: slow.csv}, {channels: quick, history: quick.csv}]
""", {"slow.csv": "time,market,product,quantity\n1 h,town,a,10\n", "quick.csv": "time,market,product,quantity\n70 min,town,a,3\n"})
        self.assertEqual(run.orders("delivered"), 2)

    def test_the_longest_queue_begins_with_who_waits_after_the_warm_up(self):
        rows = "time,market,product,quantity\n" + "".join(f"{60 + i} min,town,a,1\n" for i in range(20))
        for queue in ("", ", queue: priority"):
            run = Run("2 d, warm_up: 2 h", ONE + f"""
sites: [{{id: w, kind: rdc, at: town, stock: {{units: 1000}}, stages: {{pick: {{time: 1 h{queue}}}}}}}]
lanes: [{{from: w, to: markets, transit: 1 h}}]
channels: [{{id: shop, stock_view: live}}]
demand: {{history: rush.csv}}
""", {"rush.csv": rows})
            self.assertEqual(run["summary/stages/max_waiting"].tolist(), [19], queue)

    def test_two_lanes_from_a_site_to_a_market_are_refused(self):
        lanes = SHELF + "lanes: [{from: w, to: markets, transit: 1 h}, {from: w, to: town, transit: 2 h, mode: air}]\ndemand: {every: 1 d}\n"
        run = Run("1 d", ONE + lanes.replace("lanes: [{from: w, to: markets, transit: 1 h}]\n", "", 1))
        self.assertEqual(run.code, 2)
        self.assertIn("a second lane from site 'w' to market 'town'", run.error)

    def test_rejects_that_are_ordered_again_at_once_end_in_an_error(self):
        run = Run("2 d", ONE + """
sites: [{id: sup, kind: supplier, at: town}, {id: r, kind: rdc, at: town, stock: {units: 10}}]
lanes: [{from: sup, to: r, transit: 0 s}, {from: r, to: markets, transit: 1 h}]
channels: [{id: desk, stock_view: live, unmet: backorder}]
demand: {every: 6 h, offset: 1 h, quantity: 3}
quality: {suppliers: [{at: sup, share: 100 %}], inspections: [{at: r, sample: 10 %}]}
policies: {replenish: [{at: r, use: {base_stock: {units: 10}}, review: continuous, order_lag: 0 s}]}
""")
        self.assertEqual(run.code, 1)
        self.assertIn("time stands still", run.error)


class Prices(unittest.TestCase):
    """100 units, one sold every hour: 100 / 24 d at the first review, 76, 52, 28 and 4 units at the next ones."""

    POLICY = "policies: {price: [{products: a, review: daily 00:00, steps: [{cover: 1 d, price: 80 %%}, {cover: 3 d, price: 50 %%}]%s}]}\n"
    SHOP = ONE + SHELF.replace("100k", "100") + "demand: {every: 1 h}\n"

    def test_prices_fall_and_rise_with_the_stock(self):
        run = Run("5 d", self.SHOP + "channels: [{id: shop}]\n" + self.POLICY % "")
        self.assertEqual(run["prices/stock"].tolist(), [100, 52, 4])
        self.assertEqual(run["prices/price"].tolist(), [0.5, 0.8, 1])
        minute = 60_000_000
        self.assertEqual(run["prices/time"].tolist(), [minute, 2880 * minute + minute, 5760 * minute + minute])
        self.assertAlmostEqual(run["prices/cover"][1], 52 / 24)
        # Who orders in the instant of a review pays the old price: prices come two minutes later.
        self.assertEqual(run["summary/desk_prices/placed"].tolist(), [1 + 23, 48, 48])
        self.assertEqual(run["summary/desk_prices/shipped"].tolist(), [1 + 3, 48, 48])
        self.assertEqual(-run.money("revenue"), 4 * 100 + 48 * 80 + 48 * 50)
        self.assertEqual(run.figures["price_changes_made"], 3)
        self.assertAlmostEqual(run.figures["price_mean_share"], 0.664)
        self.assertEqual(run.figures["price_revenue"], 6640)
        self.assertEqual((run.figures["price_customers_gained"], run.figures["price_customers_lost"]), (0, 0))

    def test_a_refund_is_what_was_paid(self):
        centre = returns("    refund: {after: inspected}\n    routes: {A: scrap, B: scrap, C: scrap}", "share: 100 %, after: 20 h")
        run = Run("12 d", self.SHOP + centre + self.POLICY % "")
        self.assertEqual(run.orders("delivered"), 100)
        self.assertEqual(-run.money("revenue"), 6640)
        self.assertEqual(run.money("refunds"), 6640)

    def test_a_deposit_and_its_balance_are_of_one_price(self):
        terms = "channels: [{id: shop, presale: {deposit: 10 %, balance: {after: 30 h, within: 1 h}, lock: stock}}]\n"
        run = Run("12 d", self.SHOP + terms + self.POLICY % "")
        self.assertEqual(-run.money("revenue"), 6640)

    def test_orders_at_regular_times_cannot_answer(self):
        run = Run("5 d", self.SHOP + "channels: [{id: shop}]\n" + self.POLICY % ", elasticity: 1.5")
        self.assertEqual(run.code, 2)
        self.assertIn("cannot answer to a price", run.error)


if __name__ == "__main__":
    unittest.main()
