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
SCENARIO = pathlib.Path(__file__).resolve().parents[2] / "scenarios" / "first-steps.yaml"
HOUR, BIN, PROMISE = 3_600_000_000, 0.25, 48


class KeyFigures(unittest.TestCase):
    def check(self, *settings):
        with tempfile.TemporaryDirectory() as folder:
            words = [word for setting in ("trace.orders=100%", *settings) for word in ("--set", setting)]
            words = [PROGRAM, "run", SCENARIO, "-o", "run.h5", "--json", "--quiet", *words]
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
                used = trace["summary/stages/work"][:] / trace["summary/stages/capacity"][:]
                self.assertEqual(shown["capacity_use_max"], used.max())
                waits = {row["for"]: row["hours_waited"] / trace.attrs["horizon_us"] * HOUR for row in report["where_orders_wait"]}
                self.assertAlmostEqual(waits["pack"], trace["summary/stages/mean_waiting"][2], 9)
                self.assertAlmostEqual(waits.get("stock", 0), trace["summary/sites/mean_backordered"][1], 9)  # one unit an order

    def compare_orders(self, trace, shown):
        orders = {name: trace["orders"][name][:] for name in trace["orders"].attrs["column_order"]}
        orders = {name: column[orders["placed"] >= trace.attrs["warm_up_us"]] for name, column in orders.items()}
        codes = h5py.check_enum_dtype(trace["orders/status"].dtype)
        count = {name: int((orders["status"] == code).sum()) for name, code in codes.items()}
        number, took = len(orders["id"]), ((orders["delivered"] - orders["placed"]) / HOUR)[orders["status"] == codes["delivered"]]
        within = [(took < hours).sum() / len(took) for hours in (24, 48)]
        expected = {"orders": number, "units": orders["quantity"].sum(), "lost_share": count["lost"] / number,
                    "cancelled_share": count["cancelled"] / number, "oversold_share": count["refused"] / number,
                    "unshipped_share": count["open"] / number, "late_share": (took > PROMISE).sum() / len(took),
                    "returns_started": (orders["returned"] >= 0).sum(), "delivered_within_24h": within[0], "delivered_within_48h": within[1]}
        self.assertEqual({name: shown[name] for name in expected}, expected)
        self.assertAlmostEqual(shown["delivery_time_mean"], took.mean(), delta=1e-12 * took.mean())
        for name, q in (("delivery_time_p50", 0.5), ("delivery_time_p95", 0.95)):
            self.assertAlmostEqual(shown[name], np.quantile(took, q), delta=BIN)

    def test_figures_are_those_of_the_orders(self):
        self.check()
        self.check("time.warm_up=1 d", "sites[warehouse].stock.cover=0.5 d", "channels[shop].returns.share=20 %",
                   "channels[shop].unmet.backorder=5 h")


if __name__ == "__main__":
    unittest.main()
