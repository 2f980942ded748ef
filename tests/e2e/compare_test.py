"""Experiments from outside: the same files for any number of workers, and after being killed; means recomputed.

usage: python3 compare_test.py PROGRAM [unittest options]
"""
import contextlib
import csv
import io
import json
import math
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "soak"))
import coverage  # noqa: E402

SCENARIO = ROOT / "scenarios" / "first-steps.yaml"
EXPERIMENT = """\
spate: 1
experiment: stock
title: 库存对比
scenario: {scenario}
replications: 6
decide: {{by: cost_per_order_total, better: lower, subject_to: [{{figure: order_fill_rate, at_least: 50 %}}]}}
arms:
  - {{id: base, name: 基准}}
  - id: same
  - id: busy
    set: {{"demand.orders": 3000/day}}
"""
EMPTY_STORE = """\
spate: 1
name: empty-store
time: {start: 2025-01-06T00:00:00+08:00, horizon: 500 h}
markets: [{id: town, at: [110, 30]}]
products: [{id: item, price: 1 CNY}]
sites:
  - {id: supplier, kind: supplier, at: town}
  - {id: shop, kind: store, at: town, stock: {units: 0}}
lanes:
  - {from: supplier, to: shop, transit: 48 h}
  - {from: shop, to: markets, transit: 0 s}
channels: [{id: desk, stock_view: live, unmet: backorder}]
demand: {orders: 2/h}
policies: {replenish: [{at: shop, use: {base_stock: {units: 120}}, review: continuous, order_lag: 0 s}]}
trace: {series: 2 h, orders: 0}
"""
EMPTY_EXPERIMENT = """\
spate: 1
experiment: empty
scenario: empty.yaml
replications: 3
warm_up: mser-5
decide: {by: order_fill_rate, better: higher}
arms:
  - {id: near}
  - {id: far, set: {"lanes[0].transit": 96 h, "policies.replenish[0].use.base_stock.units": 210}}
"""
PROGRAM = ""


class CompareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "stock.yaml").write_text(EXPERIMENT.format(scenario=SCENARIO))

    def spate(self, *words, code=0):
        result = subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, capture_output=True, text=True, timeout=240)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def content(self, stem):
        return [(self.folder / (stem + end)).read_bytes() for end in (".h5", ".csv")]

    def test_results_depend_neither_on_workers_nor_on_being_killed(self):
        self.spate("compare", "stock.yaml", "-o", "one.h5", "--workers", 1)
        begin = time.monotonic()
        self.spate("compare", "stock.yaml", "-o", "three.h5", "--workers", 3, "--backend", "std")
        whole = time.monotonic() - begin
        self.assertEqual(self.content("one"), self.content("three"))
        dice = random.Random(5)
        for number in (signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
            process = subprocess.Popen([PROGRAM, "compare", "stock.yaml", "-o", "cut.h5", "--force"], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            time.sleep(whole * dice.random())
            process.send_signal(number)
            _, error = process.communicate(timeout=60)
            if process.returncode == 130:
                self.assertIn("what was finished is kept", error)
        found = self.spate("compare", "stock.yaml", "-o", "cut.h5", "--force").stdout
        self.assertEqual(self.content("one"), self.content("cut"))
        again = self.spate("compare", "stock.yaml", "-o", "cut.h5", "--force").stdout
        self.assertIn("18 of 18 runs were there already", again)
        fresh = self.spate("compare", "stock.yaml", "-o", "cut.h5", "--force", "--fresh").stdout
        self.assertNotIn("there already", fresh)
        self.assertIn("库存对比", found)

    def test_a_kept_run_that_was_damaged_is_made_again(self):
        short = EXPERIMENT.format(scenario=SCENARIO).replace("replications: 6", "replications: 2")
        (self.folder / "short.yaml").write_text(short)
        self.spate("compare", "short.yaml", "-o", "x.h5")
        before = self.content("x")
        kept = sorted((self.folder / "x.h5.runs").glob("*-1.json"))[0]
        text = kept.read_text()
        figure = re.search(r'"value": [^,]*?([1-9])', text)
        digit = "2" if figure[1] == "1" else "1"
        kept.write_text(text[:figure.start(1)] + digit + text[figure.end(1):])
        again = self.spate("compare", "short.yaml", "-o", "x.h5", "--force").stdout
        self.assertIn("5 of 6 runs were there already", again)
        self.assertEqual(self.content("x"), before)
        self.assertEqual(kept.read_text(), text)

    def test_only_its_own_kind_is_overwritten(self):
        short = EXPERIMENT.format(scenario=SCENARIO).replace("replications: 6", "replications: 2")
        (self.folder / "short.yaml").write_text(short.replace("experiment: stock", "experiment: first-steps"))
        (self.folder / "mine.csv").write_text("time,market\n")
        self.assertIn("'mine.csv' (the file exists and is not", self.spate("compare", "short.yaml", "-o", "mine.h5", code=5).stderr)
        self.assertEqual((self.folder / "mine.csv").read_text(), "time,market\n")
        self.spate("compare", "short.yaml")
        results, trace = self.folder / "out/first-steps.compare.h5", self.folder / "out/first-steps.h5"
        results.rename(trace)
        error = self.spate("run", SCENARIO, "--quiet", code=5).stderr
        self.assertIn("holds the results of an experiment; name another one with -o", error)
        self.spate("run", SCENARIO, "--quiet", "--force")
        trace.rename(results)
        self.assertIn("holds the trace of a run", self.spate("compare", "short.yaml", code=5).stderr)
        self.spate("compare", "short.yaml", "--force")
        self.spate("compare", "short.yaml", "-o", "mine.h5", "--force")
        self.assertIn("arm,name,figure", (self.folder / "mine.csv").read_text("utf-8-sig"))

    def test_seeds_of_independent_arms_are_kept(self):
        text = EXPERIMENT.format(scenario=SCENARIO).replace("replications: 6", "replications: 2")
        (self.folder / "own.yaml").write_text(text + "common_random_numbers: false\n")
        told = self.spate("compare", "own.yaml", "-o", "own.h5").stderr
        self.assertIn("warning: arm 'same' is the same scenario as 'base' (all differences will be chance)", told)
        with h5py.File(self.folder / "own.h5") as file:
            seeds = [int(seed) for seed in file["experiment/arms/seed"].asstr()[:]]
            scenario = file["experiment/scenarios/busy"].asstr()[()]
            digest = file["results/runs/digest"].asstr()[:][file["results/runs/arm"][:] == 2][0]
        self.assertEqual(len(set(seeds)), 3)
        self.assertIn(f"\nseed: {seeds[2]}\n", scenario)
        (self.folder / "busy.yaml").write_text(scenario)
        with contextlib.suppress(FileExistsError):
            (self.folder / "out").mkdir()
        alone = json.loads(self.spate("run", "busy.yaml", "--set", "trace.orders=0", "--json", "--quiet").stdout)
        self.assertEqual(alone["facts"]["seed"], seeds[2])
        self.assertEqual(alone["facts"]["digest"], digest)

    def test_a_figure_that_cannot_be_stops_at_once(self):
        text = EXPERIMENT.format(scenario=SCENARIO).replace("by: cost_per_order_total", "by: return_cost")
        (self.folder / "none.yaml").write_text(text.replace("replications: 6", "replications: 500"))
        error = self.spate("compare", "none.yaml", "-o", "none.h5", "--quiet", code=1).stderr
        self.assertIn("there is no return_cost", error)
        self.assertNotIn("longer", error)
        runs = self.folder / "none.h5.runs"
        made = len(list(runs.glob("*.json")))
        self.assertLess(made, 10)
        again = self.spate("compare", "none.yaml", "-o", "none.h5", "--quiet", code=1).stderr
        self.assertIn("there is no return_cost", again)
        self.assertEqual(len(list(runs.glob("*.json"))), made)  # what is there tells it

    def test_means_and_intervals_can_be_recomputed(self):
        self.spate("compare", "stock.yaml", "-o", "r.h5")
        t_5 = 3.163382  # of 97.5 % in both: two comparisons, 5 degrees of freedom, 1 - 0.05 / 4
        with h5py.File(self.folder / "r.h5") as file:
            ids = [name.decode() for name in file["experiment/arms/id"][:]]
            outcomes = [name.decode() for name in file["experiment/arms/outcome"][:]]
            names = [name.decode() for name in file["experiment/figures/name"][:]]
            runs, estimates = file["results/runs"], file["results/estimates"]
            arm, cost = runs["arm"][:], runs["cost_per_order_total"][:]
            row = np.flatnonzero((estimates["arm"][:] == 2) & (estimates["figure"][:] == names.index("cost_per_order_total")))[0]
            difference = cost[arm == 2] - cost[arm == 0]
            self.assertEqual(ids, ["base", "same", "busy"])
            self.assertEqual(len(difference), 6)
            self.assertAlmostEqual(estimates["mean"][row], cost[arm == 2].mean(), 9)
            self.assertAlmostEqual(estimates["difference"][row], difference.mean(), 9)
            half = t_5 * difference.std(ddof=1) / math.sqrt(6)
            self.assertAlmostEqual(estimates["difference_high"][row] - estimates["difference"][row], half, 5)
            np.testing.assert_array_equal(cost[arm == 1], cost[arm == 0])  # the same customers came
            self.assertEqual(outcomes[1], "no_difference_shown")
        with open(self.folder / "r.csv", encoding="utf-8-sig", newline="") as file:
            rows = {(line["arm"], line["figure"]): line for line in csv.DictReader(file)}
        self.assertEqual(rows["base", "orders"]["name"], "基准")
        self.assertAlmostEqual(float(rows["busy", "cost_per_order_total"]["difference"]), difference.mean(), 9)
        shown = json.loads(self.spate("compare", "stock.yaml", "-o", "r.h5", "--force", "--json", "--quiet").stdout)
        self.assertEqual([entry["id"] for entry in shown["arms"]], ids)

    def test_a_run_of_an_arm_is_that_of_the_program(self):
        self.spate("compare", "stock.yaml", "-o", "r.h5")
        alone = json.loads(self.spate("run", SCENARIO, "--replication", 4, "--set", "demand.orders=3000/day", "-o", "run.h5",
                                      "--json", "--quiet").stdout)
        with h5py.File(self.folder / "r.h5") as file:
            runs = file["results/runs"]
            row = np.flatnonzero((runs["arm"][:] == 2) & (runs["replication"][:] == 4))[0]
            self.assertEqual(runs["digest"][row].decode(), alone["facts"]["digest"])
            for name, figure in alone["key_figures"].items():
                expected = math.nan if figure["value"] is None else figure["value"]
                np.testing.assert_equal(runs[name][row], expected, name)

    def test_precision_decides_how_many_replications_there_are(self):
        text = EXPERIMENT.format(scenario=SCENARIO)
        wide = text.replace("replications: 6", "precision: {half_width: 1000, at_most: 40}")
        (self.folder / "wide.yaml").write_text(wide)
        self.assertIn("with 10 replications each", self.spate("compare", "wide.yaml").stdout)
        (self.folder / "narrow.yaml").write_text(wide.replace("1000", "1e-9").replace("40", "13").replace("id: stock", "id: narrow"))
        narrow = self.spate("compare", "narrow.yaml", "-o", "narrow.h5").stdout
        self.assertIn("with 13 replications each", narrow)
        self.assertIn("was not reached with the 13 replications allowed", narrow)

    def test_mser_5_finds_the_lead_time_of_a_store_that_starts_empty(self):
        """Base stock, ordered at the first demand: nothing on hand for the lead time, then the steady state at once."""
        (self.folder / "empty.yaml").write_text(EMPTY_STORE)
        (self.folder / "find.yaml").write_text(EMPTY_EXPERIMENT)
        plan = self.spate("check", "find.yaml").stdout
        self.assertIn("found by MSER-5 in stock on hand from 5 pilot replications of 500 h", plan.replace("20 d 20 h", "500 h"))
        shown = self.spate("compare", "find.yaml", "-o", "one.h5", "--workers", 1).stdout
        self.assertIn("warm-up 4 d 4 h found by MSER-5 from 5 pilot replications; arm far needed the most (stock on hand)", shown)
        for _ in range(4):
            process = subprocess.Popen([PROGRAM, "compare", "find.yaml", "-o", "cut.h5", "--force"], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.Random(3).random() / 5)
            process.kill()
            process.wait()
        self.spate("compare", "find.yaml", "-o", "cut.h5", "--force", "--workers", 3)
        self.assertEqual(self.content("one"), self.content("cut"))
        with h5py.File(self.folder / "one.h5") as file:
            self.assertEqual(file.attrs["warm_up_us"], 100 * 3_600_000_000)
            table = file["experiment/warm_up"]
            # Samples every 2 h in batches of five: the lead times of 48 and 96 h end in the batches that end at 50 and 100 h.
            self.assertEqual(list(table["after"][:] // 3_600_000_000), [50, 100])
            digests = file["results/runs/digest"][:]
        as_json = json.loads(self.spate("compare", "find.yaml", "-o", "one.h5", "--force", "--json", "--quiet").stdout)
        self.assertEqual((as_json["warm_up"]["arm"], as_json["warm_up"]["us"]), ("far", 360_000_000_000))
        # The runs are those of an experiment in which the warm-up is written.
        (self.folder / "find.yaml").write_text(EMPTY_EXPERIMENT.replace("mser-5", "100 h"))
        self.spate("compare", "find.yaml", "-o", "written.h5")
        with h5py.File(self.folder / "written.h5") as file:
            np.testing.assert_array_equal(file["results/runs/digest"][:], digests)

    def test_a_run_that_is_too_short_for_its_transient_is_refused(self):
        (self.folder / "empty.yaml").write_text(EMPTY_STORE.replace("500 h", "160 h"))
        (self.folder / "find.yaml").write_text(EMPTY_EXPERIMENT)
        error = self.spate("compare", "find.yaml", code=1).stderr
        self.assertIn("in arm far the transient of 'stock on hand' does not end within half of the pilot run", error)
        self.assertIn("Run longer", error)

    def test_equal_arms_show_a_difference_by_chance_only(self):
        shutil.copy(ROOT / "tests" / "oracle" / "one-for-one.yaml", self.folder)
        for common in (False, True):
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                is_right = coverage.check_equal_arms(PROGRAM, self.folder, 20, common)
            self.assertTrue(is_right, printed.getvalue())

    def test_a_scenario_is_no_experiment(self):
        error = self.spate("compare", SCENARIO, code=2).stderr
        self.assertIn("spate run", error)
        self.assertEqual(len(error.splitlines()), 1)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
