"""Experiments from outside: the same files for any number of workers, and after being killed; means recomputed.

usage: python3 compare_test.py PROGRAM [unittest options]
"""
import csv
import json
import math
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
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
            self.assertEqual(runs["cost_per_order_total"][row], alone["key_figures"]["cost_per_order_total"]["value"])

    def test_precision_decides_how_many_replications_there_are(self):
        text = EXPERIMENT.format(scenario=SCENARIO)
        wide = text.replace("replications: 6", "precision: {half_width: 1000, at_most: 40}")
        (self.folder / "wide.yaml").write_text(wide)
        self.assertIn("with 10 replications each", self.spate("compare", "wide.yaml").stdout)
        (self.folder / "narrow.yaml").write_text(wide.replace("1000", "1e-9").replace("40", "13").replace("id: stock", "id: narrow"))
        narrow = self.spate("compare", "narrow.yaml", "-o", "narrow.h5").stdout
        self.assertIn("with 13 replications each", narrow)
        self.assertIn("was not reached with the 13 replications allowed", narrow)

    def test_a_scenario_is_no_experiment(self):
        error = self.spate("compare", SCENARIO, code=2).stderr
        self.assertIn("spate run", error)
        self.assertEqual(len(error.splitlines()), 1)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
