"""Key figures computed again, from every order and the ledger, as docs/kpi.md says. usage: python3 kpi_test.py PROGRAM"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SCENARIO = pathlib.Path(__file__).resolve().parents[2] / "scenarios/first-steps.yaml"
HOUR, BIN = 3_600_000_000, 0.25


class KeyFigures(unittest.TestCase):
    def check(self, *settings):
        with tempfile.TemporaryDirectory() as folder:
            words = [PROGRAM, "run", SCENARIO, "-o", "run.h5", "--json", "--quiet", "--set", "trace.orders=100%", *settings]
            report = json.loads(subprocess.run(words, cwd=folder, capture_output=True, timeout=240, check=True).stdout)
            shown = {name: figure["value"] for name, figure in report["key_figures"].items()}
            with h5py.File(pathlib.Path(folder) / "run.h5") as trace:
                self.compare_orders(trace, shown)
                names = list(trace["network/accounts/name"].asstr()[:])
                moved = (trace["summary/ledger/closing"][:] - trace["summary/ledger/opening"][:]) / 1e6 / shown["orders"]
                costs = {name: moved[names.index(name)] for name in trace.attrs["expense_accounts"].split(",")}
                costs["total"] = sum(costs.values())
                for name, cost in costs.items():
                    self.assertAlmostEqual(shown.get("cost_per_order_" + name.replace(" ", "_"), 0), cost, delta=1e-12 * abs(cost))
                self.assertEqual(shown["capacity_use_max"], (trace["summary/stages/work"][:] / trace["summary/stages/capacity"][:]).max())
                horizon = trace.attrs["horizon_us"] / HOUR
                waits = {row["for"]: row["hours_waited"] / horizon for row in report["where_orders_wait"]}
                self.assertAlmostEqual(waits["pack"], trace["summary/stages/mean_waiting"][2], 9)
                self.assertAlmostEqual(waits.get("stock", 0), trace["summary/sites/mean_backordered"][1], 9)  # one unit an order
                self.compare_late_orders(trace, shown, report["where_late_orders_lost_time"])
                return report

    def compare_orders(self, trace, shown):
        orders = {name: trace["orders"][name][:] for name in trace["orders"].attrs["column_order"]}
        orders = {name: column[orders["placed"] >= trace.attrs["warm_up_us"]] for name, column in orders.items()}
        codes = h5py.check_enum_dtype(trace["orders/status"].dtype)
        count = {name: int((orders["status"] == code).sum()) for name, code in codes.items()}
        number, took = len(orders["id"]), ((orders["delivered"] - orders["placed"]) / HOUR)[orders["status"] == codes["delivered"]]
        expected = {"orders": number, "units": orders["quantity"].sum(), "lost_share": count["lost"] / number,
                    "cancelled_share": count["cancelled"] / number, "oversold_share": count["refused"] / number,
                    "unshipped_share": count["open"] / number, "returns_started": (orders["returned"] >= 0).sum(),
                    "late_share": (took > 48).mean(), "delivered_within_24h": (took < 24).mean(),
                    "delivered_within_48h": (took < 48).mean()}
        self.assertEqual({name: shown[name] for name in expected}, expected)
        self.assertAlmostEqual(shown["delivery_time_mean"], took.mean(), delta=1e-12 * took.mean())
        for name, q in (("delivery_time_p50", 0.5), ("delivery_time_p95", 0.95)):
            self.assertAlmostEqual(shown[name], np.quantile(took, q), delta=BIN)

    SHORT = ("--set", "sites[warehouse].stock.cover=0.5 d", "--set", "sessions=[]", "--set", "time.horizon=20 h", "--set", "trace.orders=100%")

    def run_short(self, folder, *settings):
        """A run that runs out of stock: the key figures, and the open trace."""
        words = [PROGRAM, "run", SCENARIO, "-o", "run.h5", "--force", "--json", "--quiet", *self.SHORT, *settings]
        report = json.loads(subprocess.run(words, cwd=folder, capture_output=True, timeout=240, check=True).stdout)
        return report["key_figures"], h5py.File(pathlib.Path(folder) / "run.h5")

    def test_units_filled_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            # Orders of three units: as many units as orders, times three, whatever becomes of them.
            for unmet in ("backorder", "{backorder: 1 h}", "lose"):
                figures, trace = self.run_short(folder, "--set", f"channels[shop].unmet={unmet}", "--set", "demand.quantity=3 units")
                with trace:
                    desks = {name: trace["summary/desks"][name][:].sum() for name in trace["summary/desks"]}
                known = sum(desks[f"orders_{fate}"] for fate in ("shipped", "lost", "cancelled", "refused", "waiting"))
                self.assertEqual((desks["units_filled"], desks["units_known"]), (3 * desks["orders_filled"], 3 * known))
                self.assertEqual(figures["unit_fill_rate"]["value"], figures["order_fill_rate"]["value"])
                self.assertLess(figures["unit_fill_rate"]["value"], 0.99)
                self.assertGreater(desks["orders_waiting" if unmet == "backorder" else "orders_cancelled" if "1 h" in unmet else "orders_lost"], 0, unmet)
            # Orders of one or nine: all that were shipped were filled at once, for nobody waits.
            figures, trace = self.run_short(folder, "--set", "channels[shop].unmet=lose",
                                            "--set", "demand.quantity={empirical: {values: [1, 9], weights: [1, 1]}}")
            with trace:
                quantity, status = trace["orders/quantity"][:], trace["orders/status"][:]
                codes = h5py.check_enum_dtype(trace["orders/status"].dtype)
            of = {name: quantity[status == code].sum() for name, code in codes.items()}
            shipped = of["delivered"] + of["in_delivery"]
            self.assertAlmostEqual(figures["unit_fill_rate"]["value"], shipped / (shipped + of["lost"] + of["refused"]), 12)
            self.assertNotAlmostEqual(figures["unit_fill_rate"]["value"], figures["order_fill_rate"]["value"], 3)

    def test_orders_of_several_lines(self):
        with tempfile.TemporaryDirectory() as folder:
            words = [PROGRAM, "run", SCENARIO.parent / "split-orders.yaml", "-o", "run.h5", "--json", "--quiet", "--set", "trace.orders=100%",
                     "--set", "time.warm_up=0 d", "--set", "time.horizon=4 d", "--set", "policies.replenish=[]"]
            report = json.loads(subprocess.run(words, cwd=folder, capture_output=True, timeout=240, check=True).stdout)
            shown = {name: figure["value"] for name, figure in report["key_figures"].items()}
            with h5py.File(pathlib.Path(folder) / "run.h5") as trace:
                rows = {name: trace["orders"][name][:] for name in trace["orders"].attrs["column_order"]}
                codes = h5py.check_enum_dtype(trace["orders/status"].dtype)
        number, of = np.unique(rows["order"], return_inverse=True)
        in_orders = lambda values: np.bincount(of, weights=values, minlength=len(number))
        shipped = (rows["status"] == codes["delivered"]) | (rows["status"] == codes["in_delivery"])
        self.assertTrue((in_orders(rows["lines"]) == in_orders(rows["order_lines"]) / np.bincount(of)).all())
        is_open = in_orders(rows["status"] == codes["open"]) > 0
        parcels = in_orders(shipped)[~is_open]
        last, placed, told = (np.full(len(number), -1) for _ in range(3))
        np.maximum.at(last, of, np.where(shipped, rows["delivered"], -1))
        np.maximum.at(placed, of, rows["placed"])
        np.maximum.at(told, of, np.where(shipped, rows["promise"], -1))
        done = ~is_open & (in_orders(shipped) > 0) & (last < 4 * 24 * HOUR)
        took = (last - placed)[done]
        self.assertGreater((parcels > 1).sum(), 300)
        self.assertGreater(shown["unshipped_share"], 0.05)  # stocks run out
        expected = {"orders": len(number), "lines_per_order": rows["lines"].sum() / len(number),
                    "parcels_per_order": parcels.sum() / (parcels > 0).sum(), "late_share": (took > told[done]).mean()}
        for name, value in expected.items():
            self.assertAlmostEqual(shown[name], value, delta=1e-12 * value, msg=name)
        self.assertAlmostEqual(shown["delivery_time_mean"], took.mean() / HOUR, delta=1e-9)

    def compare_late_orders(self, trace, shown, late):
        parts = {name: trace["late_orders"][name][:] for name in trace["late_orders"].attrs["column_order"]}
        parts = {name: column[parts["placed"] >= trace.attrs["warm_up_us"]] for name, column in parts.items()}
        orders = {name: trace["orders"][name][:] for name in ("id", "placed", "delivered", "shipped", "released", "status")}
        took = orders["delivered"] - orders["placed"]
        is_late = (orders["status"] == 0) & (took > 48 * HOUR) & (orders["placed"] >= trace.attrs["warm_up_us"])
        self.assertEqual(set(parts["id"]), set(orders["id"][is_late]))
        self.assertEqual(late["orders_in_sample"], is_late.sum())
        kinds = h5py.check_enum_dtype(trace["late_orders/kind"].dtype)
        stages = trace["network/stages/name"].asstr()[:]
        lost = {}
        for kind, code in kinds.items():
            for stage in set(parts["stage"][parts["kind"] == code]):
                rows = (parts["kind"] == code) & (parts["stage"] == stage)
                lost[stages[stage] if kind == "stage" else kind] = parts["hours"][rows].sum()
        expected = dict(sorted(((k, v) for k, v in lost.items() if v > 0), key=lambda item: -item[1])[:5])
        printed = {place["in"]: place["hours_lost"] for place in late["places"]}
        self.assertEqual(list(printed), list(expected))
        for place, hours in expected.items():
            self.assertAlmostEqual(printed[place], hours, delta=1e-9 * hours)
        # What each order spent on the way to the site, and on the road, is in /orders too.
        start = dict(zip(orders["id"], (orders["released"] - orders["placed"]) / HOUR))
        road = dict(zip(orders["id"], (orders["delivered"] - orders["shipped"]) / HOUR - 30))
        for name, expected in (("desk", start), ("transit", road)):
            rows = parts["kind"] == kinds[name]
            np.testing.assert_allclose(parts["hours"][rows], [expected[i] for i in parts["id"][rows]], atol=1e-9)

    def test_late_orders_lose_most_time_at_the_bottleneck(self):
        report = self.check("--set", "sites[warehouse].stages.pack.rate=90 orders/h")
        late = report["where_late_orders_lost_time"]
        self.assertEqual("pack", late["places"][0]["in"])
        self.assertGreater(late["orders_in_sample"], 1000)
        self.assertGreater(late["places"][0]["hours_lost"], 10 * late["places"][1]["hours_lost"])

    def test_figures_are_those_of_the_orders(self):
        self.check()
        self.check("--set", "time.warm_up=1 d", "--set", "sites[warehouse].stock.cover=0.5 d",
                   "--set", "channels[shop].returns.share=20 %", "--set", "channels[shop].unmet.backorder=5 h")


if __name__ == "__main__":
    unittest.main()
