#!/usr/bin/env python3
"""Every broken scenario and experiment in tests/failure gives exactly its expected messages and exit code 2, from `check` and from `run`.

usage: failure_test.py PROGRAM
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
CASES = pathlib.Path(__file__).resolve().parent.parent / "failure"
NEEDED = """unknown-key wrong-unit negative-capacity unreachable-market duplicate-id glob-matches-nothing missing-csv-column bad-csv-row
nan tabs duplicate-yaml-key alias-bomb deep-nesting invalid-utf8 gbk-file empty-file overflow cyclic-include
session-outside-horizon zero-demand""".split()
EXPERIMENTS = "experiment-drop-matches-nothing experiment-problem-of-the-base experiment-unknown-figure".split()


class BrokenScenarios(unittest.TestCase):
    def run_case(self, case, *words):
        return subprocess.run([PROGRAM, *words], cwd=case, capture_output=True, timeout=60)

    def test_all_named_kinds_of_mistake_have_a_case(self):
        self.assertEqual([], [name for name in NEEDED + EXPERIMENTS if not (CASES / name / "expected.txt").exists()])

    def test_check_prints_exactly_the_expected_messages(self):
        for case in sorted(path.parent for path in CASES.glob("*/expected.txt")):
            with self.subTest(case.name):
                is_experiment = (case / "experiment.yaml").exists()
                done = self.run_case(case, "check", "experiment.yaml" if is_experiment else "scenario.yaml")
                self.assertEqual(2, done.returncode)
                self.assertEqual((case / "expected.txt").read_text("utf-8"), done.stderr.decode("utf-8"))
                self.assertEqual(b"", done.stdout)

    def test_run_refuses_them_alike_and_writes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            trace = pathlib.Path(folder) / "run.h5"
            for name in NEEDED:
                case = CASES / name
                with self.subTest(name):
                    done = self.run_case(case, "run", "scenario.yaml", "-o", trace)
                    self.assertEqual(2, done.returncode)
                    self.assertEqual((case / "expected.txt").read_text("utf-8"), done.stderr.decode("utf-8"))
                    self.assertEqual([], list(pathlib.Path(folder).iterdir()))


if __name__ == "__main__":
    unittest.main()
