#!/usr/bin/env python3
"""The trace of a run opens with h5py in three lines, and what it says agrees with what the program prints.

usage: trace_test.py PROGRAM
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Trace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name) / "national.h5"
        done = subprocess.run([PROGRAM, "run", ROOT / "tests/golden/national.yaml", "-o", cls.path, "--json"],
                              cwd=ROOT, capture_output=True, text=True, timeout=280, check=True)
        cls.printed = json.loads(done.stdout)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_three_lines_of_h5py_read_a_column(self):
        with h5py.File(self.path) as trace:
            on_hand = trace["series/sites/on_hand"][:]
            names = trace["network/sites/name"].asstr()[:]
        self.assertEqual((7, 113), on_hand.shape)
        self.assertIn("武汉中心仓", names)

    def test_sessions_are_named(self):
        with h5py.File(self.path) as trace:
            self.assertEqual(["李同学"], list(trace["sessions/host"].asstr()[:]))
            self.assertEqual(2 * 3_600_000_000, trace["sessions/start"][0])  # 20:00, two hours after the start

    def test_ledger_sums_to_zero_at_every_sample(self):
        with h5py.File(self.path) as trace:
            balance = trace["series/ledger/balance"][:]
            kinds = trace["network/accounts/kind"].asstr()[:]
        for kind in ("units", "money"):
            self.assertFalse(balance[:, kinds == kind].sum(axis=1).any(), kind)
            self.assertTrue(balance[:, kinds == kind].any(), kind)

    def test_series_of_lanes_and_stages_add_up_to_their_summaries(self):
        with h5py.File(self.path) as trace:
            lanes, sent = trace["series/lanes/units"][:], trace["summary/lanes/units_sent"][:]
            stages = {name: (trace["series/stages"][name][:].sum(axis=0), trace["summary/stages"][name][:])
                      for name in ("work", "capacity")}
            to_market = trace["network/lanes/to_market"][:] != 0xFFFFFFFF
            shipped = trace["summary/stock/shipped"][:].sum()
        np.testing.assert_array_equal(sent, lanes.sum(axis=0))
        self.assertEqual(shipped, lanes.sum())
        self.assertTrue(lanes[1:, to_market].any(axis=1).all())
        for name, (series, summary) in stages.items():
            np.testing.assert_allclose(series, summary, rtol=1e-9, atol=1e-9, err_msg=name)
            self.assertTrue(summary.any(), name)

    def test_minutes_around_the_show_add_up_to_the_hours(self):
        flows = {"desks": ("released", "delivered", "lost", "cancelled", "late"), "sites": ("received", "shipped", "refused")}
        states = {"open": "desks/open", "in_process": "sites/in_process", "backordered": "sites/backordered"}
        with h5py.File(self.path) as trace:
            minutes = {name: trace["series/minutes"][name][:] for name in trace["series/minutes"].attrs["column_order"]}
            grids = {table: {name: trace["series"][table][name][:] for name in trace["series"][table].attrs["column_order"]}
                     for table in flows}
            self.assertEqual(60_000_000, trace.attrs["peaks_every_us"])
        # The show begins at 20:00, two hours after the start, and the run ends at midnight.
        np.testing.assert_array_equal(minutes["time"], (60 + 1 + np.arange(300)) * 60_000_000)
        for table, columns in flows.items():
            for column in columns:
                name = {"released": "placed"}.get(column, column if table == "desks" else "orders_" + column)
                hourly = grids[table][name].sum(axis=1)
                np.testing.assert_array_equal(minutes[column].reshape(5, 60).sum(axis=1), hourly[2:], column)
        for state, path in states.items():
            table, column = path.split("/")
            np.testing.assert_array_equal(minutes[state][59::60], grids[table][column].sum(axis=1)[2:], state)
        # A quarter of an hour after its begin the show places several times the orders of the quarter before.
        self.assertGreater(minutes["placed"][75:85].sum(), 3 * minutes["placed"][45:55].sum())

    def test_an_order_is_placed_in_the_minute_in_which_the_customer_ordered(self):
        path = pathlib.Path(self.folder.name) / "waves.h5"
        command = [PROGRAM, "run", ROOT / "scenarios/first-steps.yaml", "--set", "trace.orders=100 %"]
        subprocess.run([*command, "-o", path], cwd=ROOT, capture_output=True, timeout=280, check=True)
        with h5py.File(path) as trace:
            minutes = {name: trace["series/minutes"][name][:] for name in ("time", "placed", "released")}
            placed, series = trace["orders/placed"][:], trace["series/desks/placed"][:]
            self.assertEqual(len(placed), trace.attrs["orders"])
        ends = placed // 60_000_000 * 60_000_000 + 60_000_000
        np.testing.assert_array_equal([np.count_nonzero(ends == time) for time in minutes["time"]], minutes["placed"])
        self.assertFalse(minutes["released"][minutes["time"] // 60_000_000 % 10 != 1].any())
        self.assertGreater(np.count_nonzero(minutes["placed"]), 3 * np.count_nonzero(minutes["released"]))
        self.assertEqual(len(placed), series.sum())

    def test_promised_times_are_those_of_the_delivered_orders(self):
        with h5py.File(self.path) as trace:
            histogram, desks = trace["summary/delivery_time"], trace["summary/desks"]
            promised, start = histogram["promised"][:], histogram["from"][:]
            wanted, delivered = desks["orders_promised"][:].sum(), desks["orders_delivered"][:].sum()
        self.assertEqual(wanted, promised.sum())
        self.assertEqual(wanted, delivered)
        self.assertEqual([48.0], list(start[promised > 0]))  # every channel promises 48 h

    def test_orders_and_cost_agree_with_the_printed_key_figures(self):
        figures = {name: figure["value"] for name, figure in self.printed["key_figures"].items()}
        with h5py.File(self.path) as trace:
            desks = trace["summary/desks"]
            placed = int(desks["orders_placed"][:].sum())
            closed = sum(int(desks[column][:].sum()) for column in
                         ("orders_delivered", "orders_lost", "orders_cancelled", "orders_refused", "orders_withdrawn", "orders_open"))
            names = list(trace["network/accounts/name"].asstr()[:])
            change = trace["summary/ledger/closing"][:] - trace["summary/ledger/opening"][:]
        self.assertEqual(placed, closed)
        self.assertEqual(placed, figures["orders"])
        self.assertAlmostEqual(change[names.index("freight")] / 1e6 / placed, figures["cost_per_order_freight"], places=9)

    def test_sampled_orders_are_an_unbiased_share(self):
        with h5py.File(self.path) as trace:
            sampled = len(trace["orders/id"])
            placed = int(trace["summary/desks/orders_placed"][:].sum())
        # Binomial share of 10 %: within five standard deviations.
        self.assertLess(abs(sampled - 0.1 * placed), 5 * np.sqrt(placed * 0.09))


if __name__ == "__main__":
    unittest.main()
