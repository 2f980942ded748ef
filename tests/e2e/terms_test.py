"""Key figures of presale and groups computed again from every order, as docs/kpi.md says. usage: python3 terms_test.py PROGRAM"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "oracle"))
import invariants  # noqa: E402
from trace_file import Trace  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
HOUR, DAY, NEVER = 3_600_000_000, 86_400_000_000, -2**63


def run(scenario, *settings):
    """The key figures, the orders placed in the horizon as arrays, and the whole trace as a dictionary."""
    with tempfile.TemporaryDirectory() as folder:
        words = [PROGRAM, "run", scenario, "-o", "run.h5", "--json", "--quiet", "--set", "trace.orders=100%", *settings]
        report = json.loads(subprocess.run(words, cwd=folder, capture_output=True, timeout=240, check=True).stdout)
        with h5py.File(pathlib.Path(folder) / "run.h5") as trace:
            everything = {}
            trace.visititems(lambda name, item: everything.__setitem__(name, item[()]) if isinstance(item, h5py.Dataset) else None)
            codes = h5py.check_enum_dtype(trace["orders/status"].dtype)
            attributes = dict(trace.attrs)
    orders = {name.split("/")[1]: column for name, column in everything.items() if name.startswith("orders/")}
    measured = orders["placed"] >= attributes["warm_up_us"]
    orders = {name: column[measured] for name, column in orders.items()}
    orders["is"] = lambda *names: np.isin(orders["status"], [codes[name] for name in names])
    orders["channel"] = everything["network/desks/channel"][orders["desk"]]
    end = attributes["warm_up_us"] + attributes["horizon_us"]
    return {name: figure["value"] for name, figure in report["key_figures"].items()}, orders, everything, end


class Terms(unittest.TestCase):
    def test_presale(self):
        for lock in ("stock", "none"):
            shown, orders, trace, end = run(ROOT / "scenarios/presale-mix.yaml", "--set", f"channels[presale].presale.lock={lock}")
            presale = orders["channel"] == 1
            paid, given_up = presale & (orders["paid"] != NEVER), presale & orders["is"]("given_up")
            self.assertAlmostEqual(shown["deposit_conversion"], paid.sum() / (paid | given_up).sum(), 12)
            # 40,000 deposits, nine of ten paid up: four standard deviations are 0.6 %.
            self.assertAlmostEqual(shown["deposit_conversion"], 0.9, delta=0.006)
            self.assertFalse((orders["paid"][~presale] != NEVER).any())
            due = paid & (orders["paid"] + DAY < end)
            shipped = paid & orders["is"]("delivered", "in_delivery")
            in_time = due & shipped & (orders["shipped"] - orders["paid"] <= DAY)
            self.assertAlmostEqual(shown["dispatched_in_time"], in_time.sum() / due.sum(), 12)
            wait = (orders["shipped"] - orders["paid"])[shipped]
            self.assertTrue((wait > 0).all())
            self.assertAlmostEqual(shown["dispatch_time_mean"], wait.mean() / HOUR, 9)
            arrived = paid & orders["is"]("delivered")
            self.assertAlmostEqual(shown["presale_late_share"], ((orders["delivered"] - orders["paid"])[arrived] > 72 * HOUR).mean(), 12)
            self.assertAlmostEqual(shown["presale_order_time_mean"], (orders["delivered"] - orders["placed"])[arrived].mean() / HOUR, 9)
            # From the opening of the window to its end.
            opens = 28 * DAY + 20 * HOUR
            self.assertTrue((orders["paid"][paid] >= opens).all() and (orders["paid"][paid] < opens + 28 * HOUR).all())
            self.assertEqual("locked_stock_days" in shown, lock == "stock")

    def test_demand_and_fates_do_not_depend_on_stock(self):
        first = run(ROOT / "tests/golden/terms.yaml")[1]
        second = run(ROOT / "tests/golden/terms.yaml", "--set", "sites[wh-east].stock.cover=9 d", "--set", "sites[wh-west].stages.pack=10 orders/h")[1]
        by_key = [{(d, t, p): x for d, t, p, x in zip(o["desk"], o["placed"], o["product"], o["paid"]) if x != NEVER} for o in (first, second)]
        both = by_key[0].keys() & by_key[1].keys()
        self.assertGreater(len(both), 2000)
        self.assertTrue(all(by_key[0][key] == by_key[1][key] for key in both))
        self.assertEqual(sorted(zip(first["placed"], first["desk"])), sorted(zip(second["placed"], second["desk"])))

    def test_groups(self):
        shown, orders, trace, end = run(ROOT / "tests/golden/terms.yaml", "--set", "time.warm_up=0 d", "--set", "channels[street].group.at_least=54",
                                        "--set", "channels[village].share=0")
        street = orders["channel"] == 3
        cut_off = (orders["placed"] // HOUR - 22) // 24 * DAY + DAY + 22 * HOUR
        closed = street & (cut_off < end)
        _, group, size = np.unique(np.stack([orders["desk"], orders["product"], cut_off])[:, closed], axis=1, return_inverse=True, return_counts=True)
        comes_about = size[group.ravel()] >= 54
        failed = orders["is"]("group_failed")[closed]
        self.assertTrue((failed == ~comes_about).all())
        self.assertGreater(failed.sum(), 500)
        self.assertGreater(comes_about.sum(), 500)
        self.assertEqual(shown["groups"], len(size))
        self.assertAlmostEqual(shown["failed_group_share"], (size < 54).mean(), 12)
        self.assertAlmostEqual(shown["group_failed_share"], failed.mean(), 12)
        self.assertAlmostEqual(shown["group_wait_mean"], (cut_off - orders["placed"])[closed][comes_about].mean() / HOUR, 9)

    def test_orders_that_change(self):
        shown, orders, trace, _ = run(ROOT / "tests/golden/changed-orders.yaml")
        number, order = np.unique(orders["order"], return_inverse=True)
        order = order.ravel()
        of_all = lambda mask: np.bincount(order, weights=mask) > 0
        has_left, is_open = of_all(orders["is"]("delivered", "in_delivery")), of_all(orders["is"]("open"))
        withdrawn = of_all(orders["is"]("withdrawn")) & ~has_left & ~is_open
        self.assertGreater(withdrawn.sum(), 500)
        self.assertAlmostEqual(shown["withdrawn_share"], withdrawn.mean(), 12)
        self.assertEqual(trace["summary/desks/orders_withdrawn"].sum(), withdrawn.sum())
        # Nobody in the third channel cancels; nothing is shipped twice or half.
        self.assertFalse((orders["is"]("withdrawn") & (orders["channel"] == 2)).any())
        count = {name: trace[f"summary/substitutes/{name}"].sum() for name in ("missing", "offered", "accepted")}
        self.assertGreater(count["accepted"], 100)
        self.assertTrue(count["missing"] >= count["offered"] >= count["accepted"])
        self.assertAlmostEqual(shown["conversion_kept"], count["accepted"] / count["missing"], 12)
        self.assertAlmostEqual(shown["substituted_share"], count["accepted"] / trace["summary/desks/lines_placed"].sum(), 12)
        in_time, too_late = (trace[f"summary/cancellations/{name}"].sum() for name in ("in_time", "too_late"))
        self.assertAlmostEqual(shown["cancelled_too_late_share"], too_late / (in_time + too_late), 12)

    def test_invariants(self):
        mix, more = "scenarios/presale-mix.yaml", "--set"
        for scenario, settings in ((mix, [more, "channels[presale].presale.express=true"]), (mix, [more, "channels[presale].presale.lock=none"]),
                                   ("tests/golden/terms.yaml", [more, "time.warm_up=0 d"]),
                                   ("tests/golden/changed-orders.yaml", [more, "time.warm_up=0 d"])):
            with tempfile.TemporaryDirectory() as folder:
                words = [PROGRAM, "run", ROOT / scenario, "-o", "run.h5", "--quiet", "--set", "trace.orders=100%", "--set", "trace.shipments=true", *settings]
                subprocess.run(words, cwd=folder, capture_output=True, timeout=240, check=True)
                trace = Trace(pathlib.Path(folder) / "run.h5")
            self.assertEqual(invariants.broken(trace), [])
            if "series/presale/deposits" not in trace:
                continue
            self.assertEqual(sum(trace["series/presale/deposits"].sum(axis=0)),
                             sum(trace["series/presale/paid"].sum(axis=0)) + sum(trace["series/presale/given_up"].sum(axis=0))
                             + trace["series/presale/open"][-1].sum() + trace["summary/presale/returned"].sum())


if __name__ == "__main__":
    unittest.main()
