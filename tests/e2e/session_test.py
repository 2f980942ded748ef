"""Figures of sessions computed again from the trace, as docs/kpi.md says. usage: python3 session_test.py PROGRAM"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
NONE, DAY = 4294967295, 86_400_000_000


def run(folder, scenario, *words):
    done = subprocess.run([PROGRAM, "run", SCENARIOS / f"{scenario}.yaml", "--json", "--quiet", *words], cwd=folder, capture_output=True, timeout=280)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return json.loads(done.stdout)


def account(trace, name):
    names = list(trace["network/accounts/name"].asstr()[:])
    row = list(trace["summary/ledger/account"][:]).index(names.index(name))
    return (trace["summary/ledger/closing"][row] - trace["summary/ledger/opening"][row]) / 1e6


class Sessions(unittest.TestCase):
    def check_broadcasts(self, trace, shown):
        table = {name: trace["broadcasts"][name][:] for name in trace["broadcasts"].attrs["column_order"]}
        table = {name: column[table["start"] >= trace.attrs["warm_up_us"]] for name, column in table.items()}
        count, orders, away = len(table["start"]), table["orders"].sum(), table["turned_away"].sum()
        missed = table["host"] != table["planned"]
        self.assertEqual(shown["broadcasts"], count)
        self.assertEqual(shown["broadcasts_cancelled_share"], (missed & (table["host"] == NONE)).sum() / count)
        self.assertEqual(shown["broadcasts_substituted_share"], (missed & (table["host"] != NONE)).sum() / count)
        self.assertEqual(shown["session_orders"], orders)
        self.assertEqual(shown["cart_conversion"], (orders + away) / table["carts"].sum())
        left = trace["summary/stock/final"][:] * trace["network/products/cost"][:][trace["summary/stock/product"][:]] / 1e6
        self.assertAlmostEqual(shown["leftover_value"], left.sum(), delta=1e-9 * left.sum())
        self.assertAlmostEqual(shown["lost_sales_and_leftover"], left.sum() + account(trace, "lost sale penalty"), delta=1e-9 * left.sum())

    def check_turnover(self, trace, shown):
        missed = trace["broadcasts/start"][:][trace["broadcasts/host"][:] != trace["broadcasts/planned"][:]]
        events = []
        for at in sorted(missed):
            if not events or at >= events[-1] + 30 * DAY:
                events.append(at)
        names, balance = list(trace["network/accounts/name"].asstr()[:]), trace["series/ledger/balance"][:]
        time = trace["series/ledger/time"][:]
        stock, sold = balance[:, names.index("inventory")], balance[:, names.index("cost of goods sold")]
        turns = [0, 0]
        for at in events:
            for side, (low, high) in enumerate([(at - 30 * DAY, at), (at, at + 30 * DAY)]):
                inside = np.flatnonzero((time > low) & (time <= high))
                turns[side] += (sold[inside[-1]] - sold[inside[0] - 1]) / stock[inside].mean()
        self.assertEqual(len(events), len(trace["summary/absences/at"]))
        self.assertAlmostEqual(shown["turnover_fall_after_absence"], 1 - turns[1] / turns[0], 9)

    def test_hosts(self):
        with tempfile.TemporaryDirectory() as folder:
            words = ["--set", "policies.host_pool.substitutes=2", "--set", "policies.host_pool.s_share=60%"]
            shown = {name: figure["value"] for name, figure in run(folder, "host-absence", "-o", "run.h5", *words)["key_figures"].items()}
            with h5py.File(pathlib.Path(folder) / "run.h5") as trace:
                self.check_broadcasts(trace, shown)
                self.check_turnover(trace, shown)
                tier = trace["hosts/tier"][:][trace["broadcasts/planned"][:]]
                self.assertLessEqual((tier == 0).mean(), 0.6)
                self.assertGreater(shown["broadcasts_substituted_share"], 0)

    def test_tiers_and_alerts(self):
        with tempfile.TemporaryDirectory() as folder:
            report = run(folder, "live-tiers", "-o", "run.h5", "--workers", "1")
            shown = {name: figure["value"] for name, figure in report["key_figures"].items()}
            with h5py.File(pathlib.Path(folder) / "run.h5") as trace:
                self.check_broadcasts(trace, shown)
                late = trace["alerts/at"][:] >= trace.attrs["warm_up_us"]
                for kind, name in enumerate(("carts", "orders", "turnover")):
                    self.assertEqual(shown[f"alerts_{name}"], ((trace["alerts/kind"][:] == kind) & late).sum())
            for workers in ("2", "4"):
                self.assertEqual(run(folder, "live-tiers", "--no-trace", "--workers", workers)["facts"]["digest"], report["facts"]["digest"])

    def test_offers(self):
        """Prices and gifts, order by order: what the show's orders pay and get, in the figures and in the books."""
        with tempfile.TemporaryDirectory() as folder:
            report = run(folder, "flash-bogo", "-o", "run.h5", "--set", "trace.orders=100 %")
            shown = {name: figure["value"] for name, figure in report["key_figures"].items()}
            with h5py.File(pathlib.Path(folder) / "run.h5") as trace:
                self.check_broadcasts(trace, shown)
                orders = {name: trace["orders"][name][:] for name in ("session", "placed", "shipped", "quantity", "product")}
                shipped, in_show = orders["shipped"] > -2**63, orders["session"] == 0
                start, price = trace["sessions/start"][0], np.where(in_show, 69_000_000, trace["network/products/price"][:][orders["product"]])
                after = orders["placed"] - start
                is_free = in_show & (after >= 1_800_000_000) & (after < 3 * 3_600_000_000)
                self.assertTrue((orders["quantity"] == np.where(is_free, 2, 1)).all())
                self.assertGreater(is_free.sum(), 15_000)
                paid = orders["quantity"] - is_free
                measured = trace.attrs["warm_up_us"]
                show = shipped & in_show
                cost = trace["network/products/cost"][:][orders["product"]] * orders["quantity"]
                self.assertEqual(shown["session_revenue"], (price * paid)[show].sum() / 1e6)
                self.assertAlmostEqual(shown["session_margin"], ((price * paid)[show].sum() - cost[show].sum()) / 1e6, 3)
                self.assertEqual(shown["units_given_away"], (orders["quantity"] - paid)[show].sum())
                self.assertEqual(shown["session_units_served"], orders["quantity"][show].sum() / orders["quantity"][in_show].sum())
                self.assertEqual(account(trace, "revenue"), -(price * paid)[shipped & (orders["shipped"] >= measured)].sum() / 1e6)
                self.assertLess(shown["session_units_served"], 0.9)

    def test_carts_show_before_the_orders(self):
        """Half of the carts of the first super session are there 48 h before it, and none of its orders."""
        with tempfile.TemporaryDirectory() as folder:
            run(folder, "live-tiers", "-o", "run.h5")
            with h5py.File(pathlib.Path(folder) / "run.h5") as trace:
                row = list(trace["sessions/id"].asstr()[:]).index("super-1")
                before = trace["series/sessions/time"][:] <= trace["sessions/start"][row] - 2 * DAY
                carts, orders = trace["series/sessions/carts"][:, row], trace["series/sessions/orders"][:, row]
                self.assertGreater(carts[before].sum(), 0.5 * carts.sum())
                self.assertEqual(orders[before].sum(), 0)


if __name__ == "__main__":
    unittest.main()
