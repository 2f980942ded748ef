"""Prices of sites for what they buy or make, against books kept by hand. usage: python3 purchase_prices_test.py PROGRAM"""
import pathlib
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

from hand_counts_test import HEAD, ONE, PROGRAM, Run

DAY, HOUR = 86_400_000_000, 3_600_000_000
PPV = "purchase price variance"
COST, PRICE, STOCK = 4000, 10000, 1000  # cents; units at the start
SOURCES = "split: {sources: [{from: near, share: 60 %}, {from: far, share: 40 %}]}"
NET = """sites:
  - {id: near, kind: supplier, at: [111, 30]%s}
  - {id: far, kind: supplier, at: [112, 30]%s}
  - {id: w, kind: rdc, at: town, stock: {units: 1000}}
lanes:
  - {from: near, to: w, mode: truck, transit: 1 d}
  - {from: far, to: w, mode: truck, transit: 3 d}
  - {from: w, to: markets, transit: 1 h}
channels: [{id: shop, stock_view: live}]
demand: {every: 1 h}
policies: {replenish: [{at: w, use: {base_stock: {units: 1000}}, review: daily 00:00, %s}]}
"""
NEAR, FAR = 3635, 4320  # cents: below standard cost, and 108 % of it
PRICES = (", purchase_prices: [{price: 36.35 CNY}]", ", purchase_prices: [{price: 108 %}]")


def net(near=PRICES[0], far=PRICES[1], rule=SOURCES):
    return NET % (near, far, rule)


def cents(run, account):
    micro = run.closing[account]
    assert micro % 10_000 == 0, f"{account}: {micro}"
    return micro // 10_000


def bought(run):
    """Units that were bought at the two suppliers, near and far."""
    return run["summary/stock/received"][:2].tolist()


class Books(unittest.TestCase):
    def ok(self, run):
        self.assertEqual(run.code, 0, run.error)
        money = [name for name, kind in zip(run["network/accounts/name"], run["network/accounts/kind"]) if kind == b"money"]
        self.assertEqual(sum(run.closing[name.decode()] for name in money), 0)
        return run

    def test_two_sources_to_the_cent(self):
        run = self.ok(Run("10 d", ONE + net()))
        # 24 units a day are ordered on the midnights 1 to 9: of 24 · 9 = 216 the sources get 129.6 and 86.4.
        near, far = bought(run)
        self.assertEqual((near, far), (130, 86))
        sold = int((run["orders/shipped"] >= 0).sum())
        self.assertEqual(sold, 240)
        paid = near * NEAR + far * FAR
        self.assertEqual(cents(run, PPV), near * (NEAR - COST) + far * (FAR - COST))
        self.assertEqual(cents(run, PPV), 130 * -365 + 86 * 320)
        self.assertEqual(cents(run, "inventory"), (STOCK + near + far - sold) * COST)
        self.assertEqual(cents(run, "cash"), sold * PRICE - paid)
        self.assertEqual(cents(run, "opening capital"), -STOCK * COST)
        # What was bought and paid is at standard cost and the variance; nothing else costs anything here.
        self.assertEqual(paid, (near + far) * COST + cents(run, PPV))
        orders = run.figures["orders"]
        for figure in ("cost_per_order_purchase_price_variance", "cost_per_order_total"):
            self.assertAlmostEqual(run.figures[figure], cents(run, PPV) / 100 / orders, 9)

    def test_what_each_source_was_paid(self):
        run = self.ok(Run("10 d", ONE + net()))
        # Ordered a minute after midnight and a day or three on the road: what was ordered on 8 and 6 midnights has come.
        near, far = run["summary/supply/arrived"].tolist()
        self.assertEqual((near, far), (115, 58))  # 24 · 8 · 60 % = 115.2, 24 · 6 · 40 % = 57.6
        self.assertEqual((run["summary/supply/paid"] // 10_000).tolist(), [near * NEAR, far * FAR])
        self.assertEqual((run["summary/supply/standard_cost"] // 10_000).tolist(), [near * COST, far * COST])
        self.assertEqual(run["summary/supply/paid_back"].tolist(), [0, 0])
        self.assertAlmostEqual(run.figures["supply_price_level"], (near * NEAR + far * FAR) / ((near + far) * COST), 12)
        self.assertEqual(run["network/purchase_prices/price"].tolist(), [NEAR * 10_000, FAR * 10_000])
        self.assertEqual(run["network/purchase_prices/site"].tolist(), [0, 1])

    def test_figures_count_the_horizon_only(self):
        run = self.ok(Run("6 d, warm_up: 4 d", ONE + net()))
        # Midnight 4 is the begin: at its very instant orders are placed, which suppliers get a minute later.
        before = np.array([60, 40]) * 24 * 3 / 100
        self.assertAlmostEqual(before.sum(), 72)
        near, far = bought(run)
        first_near, first_far = 43, 29  # of the 72 units of the midnights 1 to 3: 43.2 and 28.8
        gained = (near - first_near) * (NEAR - COST) + (far - first_far) * (FAR - COST)
        self.assertAlmostEqual(run.figures["cost_per_order_purchase_price_variance"], gained / 100 / run.figures["orders"], 9)

    def test_prices_change_money_only(self):
        dear, plain = self.ok(Run("10 d", ONE + net())), self.ok(Run("10 d", ONE + net("", "")))
        self.assertEqual(plain.closing[PPV], 0)
        self.assertNotIn("cost_per_order_purchase_price_variance", plain.figures)
        self.assertEqual(plain.figures["supply_price_level"], 1)
        self.assertNotIn("network/purchase_prices/price", plain.tables)
        for table in ("orders/shipped", "shipments/quantity", "summary/stock/final"):
            self.assertEqual(dear[table].tolist(), plain[table].tolist(), table)
        moved = {name for name in plain.closing if plain.closing[name] != dear.closing[name]}
        self.assertEqual(moved, {"cash", PPV})
        self.assertEqual(dear.closing["cash"] - plain.closing["cash"], -dear.closing[PPV])

    def test_one_source_alone(self):
        run = self.ok(Run("10 d", ONE + net(rule="from: far")))
        self.assertEqual(bought(run), [0, 216])
        self.assertEqual(cents(run, PPV), 216 * (FAR - COST))
        self.assertEqual(cents(run, "cash"), 240 * PRICE - 216 * FAR)

    def test_customers_served_by_the_supplier_itself(self):
        text = ONE + """sites: [{id: s, kind: supplier, at: town, purchase_prices: [{price: 41.01 CNY}]}]
lanes: [{from: s, to: markets, transit: 1 h}]
demand: {every: 1 h}
"""
        run = self.ok(Run("2 d", text))
        self.assertEqual(cents(run, PPV), 48 * 101)
        self.assertEqual(cents(run, "cost of goods sold"), 48 * COST)
        self.assertEqual(cents(run, "cash"), 48 * (PRICE - 4101))

    def test_what_a_factory_makes(self):
        text = ONE + """sites:
  - {id: f, kind: factory, at: town, stock: {units: 7}, production: {rate: 100 units/h, batch: 5 units}, purchase_prices: [{price: 90 %}]}
lanes: [{from: f, to: markets, transit: 1 h}]
channels: [{id: shop, unmet: {backorder: 9 d}}]
demand: {every: 1 h}
"""
        run = self.ok(Run("2 d", text))
        made = int(run["summary/stock/produced"][0])
        self.assertEqual(made, 45)  # 48 ordered, 7 were there: 9 batches of five
        self.assertEqual(cents(run, PPV), 45 * -400)
        self.assertEqual(cents(run, "opening capital"), -7 * COST)

    def test_lists_globs_and_later_entries(self):
        products = "products: [" + ", ".join(f"{{id: {name}, price: 100 CNY, cost: 40 CNY}}" for name in ("lip-a", "lip-b", "mask", "soap", "tea")) + "]\n"
        entries = "[{price: 110 %}, {products: [lip-*, soap], price: 31.5 CNY}, {from: list.csv}]"
        text = products + """sites: [{id: s, kind: supplier, at: town, purchase_prices: %s}]
lanes: [{from: s, to: markets, transit: 1 h}]
demand: {every: 1 h}
""" % entries
        run = self.ok(Run("1 d", text, {"list.csv": "products,price [CNY]\nlip-b,29\nmask,0\n"}))
        expected = np.array([31.5, 29, 0, 31.5, 44]) * 1e6
        self.assertEqual(run["network/purchase_prices/price"].tolist(), expected.astype(int).tolist())
        self.assertEqual(run.closing[PPV], int(24 * (expected - 40e6).sum()))


class SentBack(unittest.TestCase):
    """A supplier pays back what it was paid."""

    ok = Books.ok

    def failing(self, failed):
        quality = "quality: {suppliers: [{at: near, share: 100 %%}, {at: far, share: 0 %%}], inspections: [{at: w, sample: 100 %%, failed: %s}]}\n"
        return self.ok(Run("10 d", ONE + net() + quality % failed))

    def test_failed_inspections(self):
        run = self.failing("back")
        near, far = bought(run)
        gone = run.closing["sent back"]
        self.assertEqual(gone, run["summary/supply/arrived"][0])
        self.assertGreater(gone, 100)
        self.assertEqual(cents(run, PPV), (near - gone) * (NEAR - COST) + far * (FAR - COST))
        self.assertEqual(cents(run, "cash"), 240 * PRICE - (near - gone) * NEAR - far * FAR)
        self.assertEqual((run["summary/supply/paid_back"] // 10_000).tolist(), [gone * NEAR, 0])
        self.assertEqual((run["summary/supply/paid"] // 10_000).tolist()[0], gone * NEAR)

    def test_what_is_scrapped_is_not_paid_back(self):
        run = self.failing("scrap")
        near, far = bought(run)
        gone = run.closing["scrapped"]
        self.assertGreater(gone, 100)
        self.assertEqual(cents(run, "scrap loss"), gone * COST)
        self.assertEqual(cents(run, PPV), near * (NEAR - COST) + far * (FAR - COST))
        self.assertEqual(run["summary/supply/paid_back"].tolist(), [0, 0])

    def test_recalls_know_who_sold_what(self):
        # Only what came from the suppliers is of a batch, and the opening stock outlasts the run: all that arrived goes back.
        recall = "quality: {suppliers: [{at: near, share: 0 %%}, {at: far, share: 0 %%}], recall: {by: %s, dates: [{at: 9.5 d}], news: 1 h, goods: %s}}\n"
        for by, goods in (("batch", "back"), ("batch", "scrap"), ("product", "back")):
            with self.subTest(f"{by} {goods}"):
                run = self.ok(Run("10 d", ONE + net() + recall % (by, goods)))
                bought_near, bought_far = bought(run)
                near, far = run["summary/supply/arrived"].tolist()
                # By product the opening stock goes too; nobody knows who sold it, and it goes back at standard cost.
                others = run.closing["sent back" if goods == "back" else "scrapped"] - near - far
                self.assertEqual(others > 0, by == "product")
                if goods == "scrap":
                    near = far = 0
                self.assertEqual(cents(run, PPV), (bought_near - near) * (NEAR - COST) + (bought_far - far) * (FAR - COST))
                self.assertEqual((run["summary/supply/paid_back"] // 10_000).tolist(), [near * NEAR, far * FAR])

    def test_through_a_second_warehouse(self):
        """A hub mixes the goods of both; the shop behind it sends them back to who sold them."""
        text = ONE + """sites:
  - {id: near, kind: supplier, at: [111, 30]%s}
  - {id: far, kind: supplier, at: [112, 30]%s}
  - {id: hub, kind: cdc, at: [113, 30]}
  - {id: w, kind: rdc, at: town, stock: {units: 1000}}
lanes:
  - {from: near, to: hub, transit: 1 h}
  - {from: far, to: hub, transit: 1 h}
  - {from: hub, to: w, transit: 1 h}
  - {from: w, to: markets, transit: 1 h}
demand: {every: 1 h}
quality: {suppliers: [{at: near, share: 0 %%}, {at: far, share: 0 %%}], recall: {by: batch, dates: [{at: 3 d}], news: 1 h}}
policies:
  replenish:
    - {at: hub, use: {plan: hub.csv}, split: {sources: [{from: near, share: 50 %%}, {from: far, share: 50 %%}]}}
    - {at: w, from: hub, use: {plan: w.csv}}
""" % PRICES
        run = self.ok(Run("4 d", text, {"hub.csv": "time,product,quantity\n0 h,a,100\n", "w.csv": "time,product,quantity\n8 h,a,70\n"}))
        self.assertEqual(bought(run), [50, 50])
        self.assertEqual(run.closing["sent back"], 100)
        self.assertEqual(run.closing[PPV], 0)
        self.assertEqual(cents(run, "cash"), run.closing["in delivery"] * PRICE + run.closing["at customer"] * PRICE)
        # Of the hub's goods those that came in first have left, 50 of one source and 20 of the other: 30 went back from there, which counts for
        # their source. The rule of the shop has no sources but the hub.
        self.assertIn((run["summary/supply/paid_back"] // 10_000).tolist(), ([0, 30 * FAR], [30 * NEAR, 0]))


class Forks(unittest.TestCase):
    SNAPSHOT = "snapshot: {every: 5 d}\n"

    def spate(self, folder, *words):
        done = subprocess.run([PROGRAM, *words, "--quiet"], cwd=folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)

    def closing(self, path):
        with h5py.File(path) as trace:
            names = [name.decode() for name in trace["network/accounts/name"]]
            closing = dict(zip(names, trace["summary/ledger/closing"][()].tolist()))
            return closing[PPV], trace["summary/supply/paid"][()].tolist(), trace["summary/supply/arrived"][()].tolist()

    def test_a_fork_pays_its_own_prices_from_then_on(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for file, prices in (("a", PRICES), ("b", (", purchase_prices: [{price: 50 CNY}]", ""))):
                (folder / f"{file}.yaml").write_text(HEAD % "10 d" + ONE + net(*prices) + self.SNAPSHOT)
            self.spate(folder, "run", "a.yaml", "-o", "a.h5")
            self.spate(folder, "resume", "a.h5.snapshot", "-o", "again.h5", "--workers", "2")
            self.spate(folder, "run", "b.yaml", "--from", "a.h5.snapshot", "-o", "b.h5")
            whole, paid, arrived = self.closing(folder / "a.h5")
            self.assertEqual(self.closing(folder / "again.h5"), (whole, paid, arrived))
            # The snapshot is of the midnight of day 5 before its events: four midnights at the old prices, 96 units, 57.6 and 38.4.
            forked, paid, arrived = self.closing(folder / "b.h5")
            near, far = 58, 38
            self.assertEqual(forked // 10_000, near * (NEAR - COST) + far * (FAR - COST) + (130 - near) * 1000)
            # What was on the road then is paid for where it arrives, at the prices that hold: of 3 and of 1 midnights before.
            self.assertEqual(arrived, [115, 58])
            self.assertEqual([p // 10_000 for p in paid], [43 * NEAR + (115 - 43) * 5000, 10 * FAR + (58 - 10) * COST])


class Refused(unittest.TestCase):
    def refused(self, entries, words, site="kind: supplier, at: town", products=ONE):
        text = products + "sites: [{id: s, %s, purchase_prices: %s}]\nlanes: [{from: s, to: markets, transit: 1 h}]\ndemand: {every: 1 h}\n" % (site, entries)
        run = Run("1 d", text)
        self.assertEqual(run.code, 2, entries)
        self.assertIn(words, run.error)
        self.assertEqual(len(run.error.strip().splitlines()), 1, run.error)
        self.assertRegex(run.error, r"s\.yaml:\d+:\d+: ")

    def test_one_clear_error(self):
        two = "products: [{id: a, price: 100 CNY, cost: 40 CNY}, {id: b, price: 100 CNY}]\n"
        only_a = "kind: supplier, at: town, assortment: [a]"
        self.refused("[{price: -1 CNY}]", "-1 CNY")
        self.refused("[{price: -3 %}]", "-3 %")
        self.refused("[{price: 31}]", "31 what? write for example 31 CNY")
        self.refused("[{price: 31 USD}]", "USD")
        self.refused("[{price: 31 CNY, of_cost: 3 %}]", "of_cost")
        self.refused("[{products: a}]", "price")
        self.refused("[{products: c, price: 1 CNY}]", "no product 'c'")
        self.refused("[{products: b, price: 1 CNY}]", "keeps no product 'b'", only_a, two)
        self.refused("[{products: [a, b], price: 1 CNY}]", "keeps no product 'b'", only_a, two)
        self.refused("[{products: b, price: 90 %}]", "no standard cost", products=two)
        self.refused("[{price: 1e30 CNY}]", "1e30 CNY")
        self.refused("[{price: 9 million %}]", "9 million %")
        self.refused("[{price: 2 CNY}, {price: 3 CNY}]", "later entries")
        self.refused("[{price: 2 CNY}]", "neither buys goods", "kind: rdc, at: town, stock: {units: 9}")


if __name__ == "__main__":
    unittest.main()
