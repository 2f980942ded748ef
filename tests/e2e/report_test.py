"""Pages: what `spate report` puts into them, computed again from the trace. usage: python3 report_test.py PROGRAM"""
import base64
import html
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import numpy as np

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
HOUR = 3_600_000_000
DATA = re.compile(r'<script class="spate-data" type="application/x-hdf5;base64" data-file="([^"]*)">([^<]*)</script>')


def spate(folder, *words):
    return subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, timeout=240)


def data_of(page):
    """Names and HDF5 files in a page."""
    found = DATA.findall(pathlib.Path(page).read_text())
    return {html.unescape(name): h5py.File(io.BytesIO(base64.b64decode(text))) for name, text in found}


def texts(dataset):
    return list(dataset.asstr()[:])


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        (cls.folder / "out").mkdir()
        run = spate(cls.folder, "run", SCENARIOS / "first-steps.yaml", "--json", "--quiet")
        cls.figures = json.loads(run.stdout)["key_figures"]
        cls.table = spate(cls.folder, "run", SCENARIOS / "first-steps.yaml", "-o", "again.h5").stdout
        cls.report = spate(cls.folder, "report", "out/first-steps.h5")
        cls.data = data_of(cls.folder / "out/first-steps.html")["first-steps.h5"]
        cls.trace = h5py.File(cls.folder / "out/first-steps.h5")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_says_where_the_page_is(self):
        self.assertEqual(self.report.returncode, 0, self.report.stderr)
        self.assertRegex(self.report.stdout, r"^page     out/first-steps\.html \(\d+\.\d MB\): open it in a browser\n$")

    def test_runs_of_one_file_name_are_told_apart(self):
        for place in ("p/a", "p/b"):
            (self.folder / place).mkdir(parents=True)
            shutil.copy(self.folder / "again.h5", self.folder / place / "again.h5")
        made = spate(self.folder, "report", "p/a/again.h5", "p/b/again.h5", "out/first-steps.h5", "-o", "all.html")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(list(data_of(self.folder / "all.html")), ["a/again.h5", "b/again.h5", "first-steps.h5"])

    def test_a_page_that_does_not_fit_says_why(self):
        limited = subprocess.run(["sh", "-c", "ulimit -f 900; trap '' XFSZ; exec \"$@\"", "sh", PROGRAM, "report", "again.h5", "-o", "full.html"],
                                 cwd=self.folder, capture_output=True, text=True, timeout=240)
        self.assertRegex(limited.stderr, r"^spate: cannot write page full\.html \(File too large; \d+ bytes are needed\)\n$")
        self.assertFalse(list(self.folder.glob("full.html*")))

    def test_facts_are_those_of_the_trace(self):
        self.assertEqual(self.data.attrs["kind"], "run")
        for name in ("name", "title", "start", "currency", "seed", "digest", "orders", "horizon_us", "warm_up_us"):
            self.assertEqual(self.data.attrs[name], self.trace.attrs[name], name)
        self.assertEqual(self.data.attrs["products"], len(self.trace["network/products/id"]))
        self.assertEqual(self.data["run/scenario"].asstr()[()], self.trace["run/scenario"].asstr()[()])

    def test_figures_are_those_of_the_program(self):
        names = texts(self.data["report/figures/name"])
        self.assertEqual(names, list(self.figures))
        for row, name in enumerate(names):
            value = self.figures[name]["value"]
            self.assertEqual(None if np.isnan(self.data["report/figures/value"][row]) else self.data["report/figures/value"][row], value)
            text = self.data["report/figures/text"].asstr()[row]
            self.assertRegex(self.table, rf"(?m)^\s*{name.replace('_', '[_ ]')}\s+{re.escape(text)}(\s|$)")
        costs = dict(zip(texts(self.data["report/costs/account"]), self.data["report/costs/per_order"][:]))
        self.assertAlmostEqual(sum(costs.values()), self.figures["cost_per_order_total"]["value"], 12)

    def test_totals_are_sums_over_places(self):
        total, desks, sites = self.data["series/total"], self.trace["series/desks"], self.trace["series/sites"]
        np.testing.assert_array_equal(total["time"][:], desks["time"][:])
        for name in ("placed", "lost", "cancelled", "withdrawn", "delivered", "late", "open"):
            np.testing.assert_array_equal(total[name][:], desks[name][:].sum(axis=1), name)
        for name, column in (("received", "orders_received"), ("shipped", "orders_shipped"), ("on_hand", "on_hand")):
            np.testing.assert_array_equal(total[name][:], sites[column][:].sum(axis=1), name)
        scale = sites["stock_value"].attrs.get("scale_factor", 1)
        np.testing.assert_allclose(total["stock_value"][:], sites["stock_value"][:].sum(axis=1) * scale, rtol=1e-12)
        np.testing.assert_array_equal(self.data["series/channels/placed"][:].sum(axis=1), total["placed"][:])
        np.testing.assert_array_equal(self.data["series/kinds/on_hand"][:].sum(axis=1), total["on_hand"][:])

    def test_frames_hold_all_flows(self):
        for grid, column, source in (("markets", "placed", "series/desks/placed"), ("sites", "shipped", "series/sites/orders_shipped"),
                                     ("sites", "received", "series/sites/orders_received")):
            frames = self.data[f"frames/{grid}"]
            self.assertEqual(frames[column][:].sum(), self.trace[source][:].sum())
            self.assertLessEqual(len(frames["time"]), 401)
            np.testing.assert_array_equal(np.diff(np.diff(frames["time"][:-1])), 0)
        states, times = self.data["frames/sites/on_hand"][:], list(self.trace["series/sites/time"][:])
        rows = [times.index(t) for t in self.data["frames/sites/time"][:]]
        np.testing.assert_array_equal(states, self.trace["series/sites/on_hand"][rows])

    def test_lanes_and_cover(self):
        spate(self.folder, "run", SCENARIOS / "first-steps.yaml", "-o", "long.h5", "--set", "time.horizon=12 d", "--set", "trace.series=1 h")
        spate(self.folder, "report", "long.h5", "--quiet")
        data, trace = data_of(self.folder / "long.html")["long.h5"], h5py.File(self.folder / "long.h5")
        np.testing.assert_array_equal(data["frames/lanes/units"][:].sum(axis=0), trace["summary/lanes/units_sent"][:])
        kind_of = texts(trace["network/sites/kind"])
        lane_kind = [kind_of[s] for s in trace["network/lanes/from"][:]]
        units, kinds, known = trace["series/lanes/units"][:], data["series/kinds"], 0
        for at in (23, 24, 100, 168, 169, 200, 288):  # hours
            sent_since = max(0, at - 7 * 24)
            for row, kind in enumerate(texts(data["report/kinds/kind"])):
                sent = units[sent_since + 1:at + 1][:, [k == kind for k in lane_kind]].sum()
                if at < 24 or sent == 0:
                    self.assertTrue(np.isnan(kinds["cover"][at, row]))
                else:
                    known += 1
                    self.assertAlmostEqual(kinds["cover"][at, row], kinds["on_hand"][at, row] / (sent / ((at - sent_since) / 24)), 9)
        self.assertGreater(known, 6)

    def test_stage_use_over_frames(self):
        stages, frames = self.trace["series/stages"], self.data["frames/stages"]
        step = [list(stages["time"][:]).index(t) for t in frames["time"][:]]
        for f in range(1, len(step)):
            rows = slice(step[f - 1] + 1, step[f] + 1)
            work, capacity = stages["work"][rows].sum(axis=0), stages["capacity"][rows].sum(axis=0)
            expected = np.divide(work, capacity, out=np.full(len(work), np.nan), where=capacity > 0)
            np.testing.assert_allclose(frames["used"][f], expected, rtol=1e-9)

    def test_same_trace_same_page(self):
        first = (self.folder / "out/first-steps.html").read_bytes()
        spate(self.folder, "report", "out/first-steps.h5", "--quiet")
        self.assertEqual((self.folder / "out/first-steps.html").read_bytes(), first)

    def test_the_page_of_a_recovered_run_says_how_far_it_goes(self):
        words = ["--set", "time.horizon=60 d", "--set", "demand.orders=60k/day", "--set", "snapshot.every=1 d", "--quiet"]
        process = subprocess.Popen([PROGRAM, "run", SCENARIOS / "first-steps.yaml", *words, "-o", "cut.h5"], cwd=self.folder)
        while process.poll() is None and not (self.folder / "cut.h5.snapshot").exists():
            time.sleep(0.005)
        process.kill()
        process.wait(60)
        self.assertEqual(spate(self.folder, "recover", "cut.h5").returncode, 0)
        report = spate(self.folder, "report", "cut.h5")
        self.assertEqual(report.returncode, 0, report.stderr)
        data = data_of(self.folder / "cut.html")["cut.h5"]
        with h5py.File(self.folder / "cut.h5") as trace:
            self.assertEqual(data.attrs["recorded_until_us"], trace.attrs["rows_until"])
        self.assertNotIn("digest", data.attrs)
        self.assertNotIn("recorded_until_us", self.data.attrs)

    def test_several_runs_and_experiments(self):
        both = spate(self.folder, "report", "out/first-steps.h5", "again.h5", "-o", "both.html")
        self.assertEqual(both.returncode, 0, both.stderr)
        self.assertEqual(list(data_of(self.folder / "both.html")), ["first-steps.h5", "again.h5"])
        compared = spate(self.folder, "compare", SCENARIOS / "experiments/first-steps-stock.yaml", "--replications", "3", "-o", "e.h5")
        self.assertEqual(spate(self.folder, "report", "e.h5").returncode, 0)
        experiment = data_of(self.folder / "e.html")["e.h5"]
        self.assertEqual(experiment.attrs["kind"], "experiment")
        for arm, name in zip(texts(experiment["experiment/arms/id"]), texts(experiment["experiment/arms/name"])):
            self.assertIn(name, compared.stdout)
            lanes = experiment[f"arms/{arm}"]["summary/lanes/units_sent"][:]
            self.assertGreater(lanes.sum(), 0)
        for text in texts(experiment["results/estimates/mean_text"]):
            self.assertIn(text, compared.stdout)
        mixed = spate(self.folder, "report", "again.h5", "e.h5")
        self.assertEqual((mixed.returncode, mixed.stdout), (2, ""))
        self.assertEqual(mixed.stderr, "spate: 'e.h5' is an experiment: it has a page of its own. Give it alone, or runs only\n")
        self.assertFalse((self.folder / "again.html").exists())

    def test_refusals(self):
        def refused(code, message, *words):
            result = spate(self.folder, "report", *words)
            self.assertEqual((result.returncode, result.stdout), (code, ""))
            self.assertIn(message, result.stderr)

        (self.folder / "notes.txt").write_text("no trace")
        refused(5, "no.h5", "no.h5")
        refused(5, "notes.txt", "notes.txt")
        (self.folder / "mine.html").write_text("<!doctype html>mine")
        refused(5, "cannot write page 'mine.html' (the file exists; overwrite it with --force?)", "again.h5", "-o", "mine.html")
        self.assertEqual((self.folder / "mine.html").read_text(), "<!doctype html>mine")
        refused(5, "there is no folder", "again.h5", "-o", "nowhere/mine.html")
        refused(5, "cannot write page 'again.h5'", "again.h5", "-o", "again.h5", "--force")
        self.assertEqual(spate(self.folder, "report", "again.h5", "-o", "mine.html", "--force", "--quiet").stdout, "")
        self.assertEqual(list(data_of(self.folder / "mine.html")), ["again.h5"])


if __name__ == "__main__":
    unittest.main()
