#!/usr/bin/env python3
"""One scenario, one digest: whatever the number of workers, the back end, the executive and the build.

Each tests/golden/*.expected holds the digest and a few counts of a scenario. A change of behaviour changes them: rewrite with
SPATE_UPDATE_GOLDEN=1 and give the reason where the change is described.

usage: golden_test.py PROGRAM [OTHER_PROGRAM…]     (other programs: the same version from other builds)
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

PROGRAMS = [pathlib.Path(p).resolve() for p in sys.argv[1:] if p]
del sys.argv[1:]
FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
SCENARIOS = {"first-steps": ROOT / "scenarios/first-steps.yaml", "national": FOLDER / "national.yaml",
             "returns": FOLDER / "returns.yaml", "recall": FOLDER / "recall.yaml",
             "presale-mix": ROOT / "scenarios/presale-mix.yaml", "terms": FOLDER / "terms.yaml",
             "promotion": ROOT / "scenarios/promotion.yaml",
             "views": FOLDER / "views.yaml", "channel-stock": FOLDER / "channel-stock.yaml",
             "flash-bogo": ROOT / "scenarios/flash-bogo.yaml", "offers": FOLDER / "offers.yaml",
             "host-absence": ROOT / "scenarios/host-absence.yaml", "live-tiers": ROOT / "scenarios/live-tiers.yaml",
             "changed-orders": FOLDER / "changed-orders.yaml",
             "split-orders": ROOT / "scenarios/split-orders.yaml",
             "fresh-dairy": ROOT / "scenarios/fresh-dairy.yaml"}


def run(program, scenario, *options):
    done = subprocess.run([program, "run", scenario, "--no-trace", "--json", *options], cwd=ROOT, capture_output=True, text=True, timeout=280)
    if done.returncode != 0:
        raise AssertionError(f"{program} {options}: exit {done.returncode}: {done.stderr}")
    facts = json.loads(done.stdout)
    facts = facts["facts"]
    return {key: facts[key] for key in ("digest", "events", "orders")}


class OneDigest(unittest.TestCase):
    maxDiff = None

    def expected(self, name, got):
        path = FOLDER / f"{name}.expected"
        text = "".join(f"{key} {value}\n" for key, value in got.items())
        if os.environ.get("SPATE_UPDATE_GOLDEN"):
            path.write_text(text)
        return path.read_text(), text

    def test_digest_is_the_recorded_one(self):
        for name, scenario in SCENARIOS.items():
            with self.subTest(name):
                self.assertEqual(*self.expected(name, run(PROGRAMS[0], scenario, "--workers", "1")))

    def test_digest_does_not_depend_on_workers_or_back_end(self):
        for name, scenario in SCENARIOS.items():
            first = run(PROGRAMS[0], scenario, "--workers", "1")
            for backend in ("tbb", "std"):
                for workers in (1, 2, 4, 8):
                    with self.subTest(f"{name} {backend} {workers}"):
                        self.assertEqual(first, run(PROGRAMS[0], scenario, "--workers", str(workers), "--backend", backend))

    @unittest.skipUnless(len(PROGRAMS) > 1, "no program of another build was given")
    def test_digest_does_not_depend_on_the_build(self):
        for name, scenario in SCENARIOS.items():
            first = run(PROGRAMS[0], scenario, "--workers", "2")
            for program in PROGRAMS[1:]:
                for workers in ("1", "2"):
                    with self.subTest(f"{name} {program} {workers}"):
                        self.assertEqual(first, run(program, scenario, "--workers", workers))

    def test_another_seed_gives_another_digest(self):
        scenario = SCENARIOS["first-steps"]
        self.assertNotEqual(run(PROGRAMS[0], scenario)["digest"], run(PROGRAMS[0], scenario, "--seed", "7")["digest"])


if __name__ == "__main__":
    unittest.main()
