"""Demand from outside: its digest, prices, histories, snapshots of demand that changes in absolute time.

usage: python3 demand_test.py PROGRAM [unittest options]
"""
import json
import pathlib
import sys

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from command_test import CommandTest, main  # noqa: E402

FIRST = ROOT / "scenarios" / "first-steps.yaml"
PROMOTION = ROOT / "scenarios" / "promotion.yaml"


class DemandTest(CommandTest):
    def facts(self, *words):
        return json.loads(self.spate("run", *words, "--no-trace", "--json").stdout)["facts"]

    def test_the_digest_of_demand_tells_customers_apart_and_nothing_else(self):
        first = self.facts(PROMOTION, "--workers", 1)
        self.assertRegex(first["demand_digest"], "^[0-9a-f]{16}$")
        for change in ("policies.replenish[0].use.base_stock.cover=9 d", "sites[warehouse].stages.pick=90 units/h",
                       "lanes[1].transit=90 h", "channels[shop].unmet=lose", "channels[shop].stock_view=live",
                       "products[lip-glaze].price=1 CNY", "trace.orders=100 %"):
            other = self.facts(PROMOTION, "--set", change)
            self.assertEqual(other["demand_digest"], first["demand_digest"], change)
            self.assertEqual(other["orders"], first["orders"], change)
        for change in ("price_changes[0].price=81 %", "seed=7", "demand.noise.cv=0.21", "demand.trend.by=31 %",
                       "demand.arrivals.hawkes.branching=0.21"):
            self.assertNotEqual(self.facts(PROMOTION, "--set", change)["demand_digest"], first["demand_digest"], change)
        for workers in (2, 4):
            again = self.facts(PROMOTION, "--workers", workers)
            self.assertEqual((again["digest"], again["demand_digest"]), (first["digest"], first["demand_digest"]))

    def test_a_price_rule_leaves_the_customers_of_others_as_they_are(self):
        rule = "policies: {price: [{products: a, review: daily 00:00, steps: [{cover: 0 d, price: 80 %}], elasticity: 2}]}\n"
        for shape in ("trend: {by: 10 %, every: 1 d}", "noise: {cv: 0.4}", "launch: {starts: 1 d, ramp: 2 d}"):
            text = f"""spate: 1
name: s
time: {{start: 2025-01-06T00:00:00+08:00, horizon: 7 d}}
markets: [{{id: town, at: [110, 30]}}]
products: [{{id: a, price: 100 CNY}}, {{id: b, price: 50 CNY}}, {{id: c, price: 7 CNY}}]
sites: [{{id: w, kind: rdc, at: town, stock: {{units: 1M}}}}]
lanes: [{{from: w, to: markets, transit: 1 h}}]
demand: {{each: 9.7k/day, {shape}}}
"""
            (self.folder / "plain.yaml").write_text(text)
            (self.folder / "rule.yaml").write_text(text + rule)
            self.assertEqual(self.facts("plain.yaml")["demand_digest"], self.facts("rule.yaml")["demand_digest"], shape)

    def test_the_trace_has_the_digest_and_pays_the_price_of_the_day(self):
        self.spate("run", PROMOTION, "-o", "p.h5", "--set", "trace.orders=100 %", "--set", "channels[shop].unmet=lose")
        with h5py.File(self.folder / "p.h5") as trace:
            self.assertEqual(trace.attrs["demand_digest"], self.facts(PROMOTION)["demand_digest"])
            orders = trace["orders"]
            placed, product, quantity = orders["placed"][:], orders["product"][:], orders["quantity"][:]
            shipped = orders["shipped"][:] != np.iinfo(np.int64).min
            price = trace["network/products/price"][:]
            from_us, to_us = ((21 * 24 + 20) * 3600 * 10**6, 23 * 24 * 3600 * 10**6)
            self.assertEqual(product[(placed >= from_us) & (placed < to_us)].min(), 0)
            cut = (product == 0) & (placed >= from_us) & (placed < to_us)
            self.assertGreater((cut & shipped).sum(), 500)
            revenue = (quantity * np.where(cut, price[product] * 8 // 10, price[product]))[shipped].sum()
            names = [name.decode() for name in trace["network/accounts/name"][:]]
            self.assertEqual(-trace["summary/ledger/closing"][:][names.index("revenue")], revenue)

    def test_a_run_of_shaped_demand_resumes_with_the_same_bits(self):
        self.spate("run", PROMOTION, "-o", "whole.h5", "--set", "snapshot.every=23 d")
        self.spate("resume", "whole.h5.snapshot", "-o", "again.h5", "--workers", 2)
        with h5py.File(self.folder / "whole.h5") as whole, h5py.File(self.folder / "again.h5") as again:
            for name in ("digest", "demand_digest", "orders", "events"):
                self.assertEqual(whole.attrs[name], again.attrs[name], name)
            for name in ("orders/placed", "orders/product", "series/desks/placed", "series/ledger/balance"):
                np.testing.assert_array_equal(whole[name][:], again[name][:], name)

    def test_compare_says_whose_customers_are_the_same(self):
        base = "spate: 1\nexperiment: e\nscenario: {}\nreplications: 2\ndecide: {{by: order_fill_rate, better: higher}}\narms:\n".format(FIRST)
        stock = '  - {id: a}\n  - {id: b, set: {"policies.replenish[0].use.base_stock.cover": 9 d}}\n'
        (self.folder / "same.yaml").write_text(base + stock)
        self.assertIn("The customers are the same in all arms, order by order.", self.spate("compare", "same.yaml", "-o", "s.h5").stdout)
        (self.folder / "other.yaml").write_text(base + stock + "  - {id: more, name: 更多, set: {demand.orders: 1600/day}}\n")
        text = self.spate("compare", "other.yaml", "-o", "o.h5").stdout
        self.assertIn("The customers of 更多 are others than the baseline's: the arm changes demand.", text)
        self.assertNotIn("WARNING", text)
        with h5py.File(self.folder / "o.h5") as file:
            self.assertEqual([name.decode() for name in file["experiment/arms/demand"][:]], ["", "same", "other"])
            digests = file["results/runs/demand_digest"][:]
            self.assertEqual(digests[0], digests[2])
            self.assertNotEqual(digests[0], digests[4])
        arms = json.loads(self.spate("compare", "other.yaml", "-o", "o.h5", "--force", "--json").stdout)["arms"]
        self.assertEqual([arm.get("demand") for arm in arms], [None, "same", "other"])

    def test_a_history_in_gb18030_is_read_scaled_and_resampled(self):
        rows = ["time,market,product,quantity"]
        rows += [f"2025-10-{day:02}T12:00:00+08:00,shanghai,lip-glaze,{day}" for day in range(1, 29)]
        (self.folder / "history.csv").write_bytes(("\n".join(rows) + "\n").encode("gb18030"))
        demand = "[{history: %s, encoding: gb18030, bootstrap: 1 d}]" % (self.folder / "history.csv")
        (self.folder / "h.yaml").write_text(
            f"spate: 1\nname: h\ninclude: {FIRST}\ntime: {{horizon: 14 d}}\ndemand: {demand}\nsessions: []\ntrace: {{orders: 100 %}}\n")
        self.spate("run", "h.yaml", "-o", "h.h5")
        with h5py.File(self.folder / "h.h5") as trace:
            order = np.argsort(trace["orders/placed"][:])
            self.assertEqual(len(order), 14)
            day = trace["orders/placed"][:][order] // (24 * 3600 * 10**6)
            np.testing.assert_array_equal(day, np.arange(14))
            # Day 0 is Saturday, 8 November; 1 October was a Wednesday.
            np.testing.assert_array_equal((trace["orders/quantity"][:][order] - 4) % 7, day % 7)


if __name__ == "__main__":
    main()
