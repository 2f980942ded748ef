#!/usr/bin/env python3
"""Key figures of returned goods and of quality, computed again from single returns and from the books.

usage: returns_test.py PROGRAM
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
NEVER = numpy.iinfo(numpy.int64).min
HOUR = 3.6e9


class Returns(unittest.TestCase):
    def run_scenario(self, scenario, *options):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "run.h5"
        done = subprocess.run([PROGRAM, "run", scenario, "-o", path, "--json", "--set", "trace.orders=100 %", *options],
                              capture_output=True, text=True, timeout=300)
        self.assertEqual(0, done.returncode, done.stderr)
        figures = {name: figure["value"] for name, figure in json.loads(done.stdout)["key_figures"].items()}
        trace = h5py.File(path)
        self.addCleanup(trace.close)
        return figures, trace

    def columns(self, trace, table):
        return {name: trace[table][name][:] for name in trace[table].attrs["column_order"]}

    def test_figures_of_returns_are_those_of_the_rows(self):
        figures, trace = self.run_scenario(ROOT / "tests/golden/returns.yaml", "--set", "time.warm_up=0 d")
        rows = self.columns(trace, "returns")
        routes = {code: name for name, code in h5py.check_enum_dtype(trace["returns/route"].dtype).items()}
        route = numpy.array([routes[code] for code in rows["route"]])
        closed = rows["closed"] != NEVER
        graded = rows["inspected"] != NEVER
        refunded = rows["refunded"] != NEVER
        units = rows["quantity"][closed].sum()
        value, cost = (rows[name][closed].sum() * 1e-6 for name in ("value", "cost"))
        fixed = self.columns(trace, "summary/returns")["fixed"].sum() * 1e-6
        price = (trace["network/products/price"][:][rows["product"]] * 1e-6 * rows["quantity"])
        days = (rows["closed"] - rows["received"])[closed] / HOUR / 24
        expected = {
            "return_value_net": (value - cost - fixed) / units,
            "return_cost": (cost + fixed) / units,
            "return_value_share": value / price[closed].sum(),
            "reshelved_share": rows["quantity"][closed & (route == "reshelve")].sum() / units,
            "return_grading_time": ((rows["inspected"] - rows["received"])[graded] / HOUR).mean(),
            "return_cycle_time": ((rows["closed"] - rows["started"])[closed] / HOUR).mean(),
            "disposal_days": (days * rows["quantity"][closed]).sum() / units,
            "refund_time": ((rows["refunded"] - rows["started"])[refunded] / HOUR).mean(),
            "misgraded_share": (rows["grade"] != rows["true_grade"])[graded].mean(),
        }
        answered = rows["answered"] != NEVER
        answer = ((rows["answered"] - rows["started"]) / HOUR)[answered]
        bad = rows["reason"][answered] == 0
        end = int(trace.attrs["warm_up_us"] + trace.attrs["horizon_us"])
        overdue = (~answered & (rows["started"] + 2 * HOUR < end)).sum()
        names = list(trace["network/accounts/name"].asstr()[:])
        claims = dict(zip(names, trace["summary/ledger/closing"][:]))["supplier claims"]
        expected |= {
            "answer_time_mean": answer.mean(),
            "complaint_answer_time": answer[bad].mean(),
            "answered_in_time": (answer <= 2).sum() / (answered.sum() + overdue),
            "supplier_claims": -claims * 1e-6,
        }
        self.assertGreater(units, 5000)
        for name, number in expected.items():
            with self.subTest(name):
                self.assertAlmostEqual(1, figures[name] / number, 9)
        self.assertEqual({"reshelve", "special", "scrap", "open", "kept", "refused"}, set(route))
        returned = self.columns(trace, "orders")["returned"]
        self.assertEqual((returned != NEVER).sum(), len(route))

    def test_money_of_recalls_and_funds(self):
        figures, trace = self.run_scenario(ROOT / "scenarios/recall.yaml", "--set", "time.horizon=60 d", "--set", "time.warm_up=0 d")
        refunded = trace["summary/recall_desks/refunded"]
        self.assertEqual(refunded.attrs["scale_factor"], 1e-6)
        self.assertGreater(refunded[:].sum(), 1e9)
        self.assertAlmostEqual(1, figures["recall_refunds"] / (refunded[:].sum() * 1e-6), 9)
        names = list(trace["network/accounts/name"].asstr()[:])
        books = self.columns(trace, "summary/ledger")
        fund = {names[a]: c for a, c in zip(books["account"], books["closing"])}["refund fund"]
        self.assertGreater(fund, 0)
        self.assertAlmostEqual(1, figures["refund_fund_closing"] / (fund * 1e-6), 9)

    def test_cost_of_quality_is_in_the_books(self):
        figures, trace = self.run_scenario(ROOT / "scenarios/qc-returns.yaml", "--set", "time.horizon=20 d", "--set", "time.warm_up=5 d")
        names = list(trace["network/accounts/name"].asstr()[:])
        books = self.columns(trace, "summary/ledger")
        moved = {names[a]: (c - o) * 1e-6 for a, o, c in zip(books["account"], books["opening"], books["closing"])}
        cost = sum(moved[name] for name in ("quality checks", "return freight", "return handling", "return claims", "scrap loss"))
        orders = self.columns(trace, "summary/desks")["orders_placed"].sum()
        self.assertAlmostEqual(1, figures["quality_cost_per_order"] / (cost / orders), 9)
        quality = self.columns(trace, "summary/quality")
        self.assertAlmostEqual(figures["defect_share_out"], quality["defective_out"].sum() / quality["units_out"].sum())
        self.assertGreater(figures["defect_share_in"], figures["defect_share_out"])


if __name__ == "__main__":
    unittest.main()
