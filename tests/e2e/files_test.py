"""Several commands at once, and what killed ones leave: what is on disk is whole, and of one of them.

usage: python3 files_test.py PROGRAM [unittest options]
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from command_test import CommandTest, main  # noqa: E402

SCENARIO = str(ROOT / "scenarios" / "first-steps.yaml")
EXPERIMENT = """\
spate: 1
experiment: first-steps
scenario: {scenario}
replications: {replications}
decide: {{by: cost_per_order_total, better: lower}}
arms: [{{id: base}}, {{id: busy, set: {{"demand.orders": 3000/day}}}}]
"""


class FilesTest(CommandTest):
    def refused(self, *words):
        error = self.spate(*words, code=5).stderr
        self.assertEqual(len(error.splitlines()), 1, error)
        return error

    def run_words(self, days, *words):
        return ["run", SCENARIO, "--set", f"time.horizon={days} d", "--set", "snapshot.every=10 d", "--quiet", *words]

    @contextlib.contextmanager
    def under_way(self, *words, until):
        """The process, stopped once a file is there (a partial one: and locked, since it is written to after that); it
        goes on, to its end, after the block unless that killed it."""
        process = subprocess.Popen([self.program, *map(str, words)], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   text=True)
        try:
            for _ in range(6000):
                with contextlib.suppress(FileNotFoundError):
                    if (self.folder / until).stat().st_size > 0:
                        break
                self.assertIsNone(process.poll(), "it ended too soon")
                time.sleep(0.005)
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            self.assertTrue((self.folder / until).exists())
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.error = process.communicate(timeout=240)[1]

    def kill(self, process):
        process.kill()
        process.wait()

    def names(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    def test_a_second_run_with_the_same_snapshot_is_refused(self):
        self.spate(*self.run_words(300, "-o", "alone.h5"))
        with self.under_way(*self.run_words(300, "-o", "a.h5", "--snapshot", "s"), until="s") as first:
            before = (self.folder / "s").read_bytes()
            told = f"cannot write snapshot s (process {first.pid} is writing it). wait for it, or give another name?"
            for words in (self.run_words(300, "-o", "b.h5", "--snapshot", "s", "--seed", 5),
                          self.run_words(300, "--no-trace", "--snapshot", "s"),
                          ["resume", "s", "-o", "b.h5", "--snapshot", "s"],
                          ["resume", "s", "--no-trace"]):
                self.assertIn(told, self.refused(*words))
            self.assertIn(f"cannot write trace a.h5 (process {first.pid} is writing it)", self.refused("resume", "s"))
            self.assertEqual((self.folder / "s").read_bytes(), before)
            self.assertFalse((self.folder / "s.old").exists())
            # A fork only reads it.
            self.spate(*self.run_words(300, "--from", "s", "-o", "fork.h5"))
        self.assertEqual((first.returncode, first.error), (0, ""))
        with h5py.File(self.folder / "a.h5") as a, h5py.File(self.folder / "alone.h5") as alone, h5py.File(self.folder / "fork.h5") as fork:
            self.assertEqual(a.attrs["digest"], alone.attrs["digest"])
            self.assertEqual(fork.attrs["digest"], alone.attrs["digest"])
        self.spate("resume", "s", "-o", "again.h5", "--snapshot", "s")  # nobody holds it any more
        self.assertEqual([name for name in self.names() if name.endswith((".partial", ".new"))], [])

    def test_what_a_killed_run_leaves_blocks_nobody(self):
        with self.under_way(*self.run_words(300, "-o", "a.h5", "--snapshot", "s"), until="s") as first:
            self.kill(first)
        # It may have died between the snapshot and its rows, or in the next one.
        self.assertEqual(sorted({*self.names()} - {"s.rows", "s.rows.new", "s.new"}), ["a.h5.partial", "s", "s.partial"])
        self.spate("resume", "s", "--quiet")
        self.assertEqual(self.names(), ["a.h5", "s", "s.rows"])

    def test_an_older_snapshot_that_is_in_use_is_not_set_aside(self):
        self.spate(*self.run_words(20, "-o", "a.h5", "--snapshot", "s"))
        self.spate(*self.run_words(300, "-o", "b.h5", "--snapshot", "s.old"))
        kept = (self.folder / "s").read_bytes()
        with self.under_way(*self.run_words(300, "-o", "b.h5", "--force", "--snapshot", "s.old"), until="s.old.partial") as first:
            error = self.refused(*self.run_words(20, "--seed", 9, "-o", "c.h5", "--snapshot", "s"))
            self.assertIn(f"cannot write snapshot s.old (process {first.pid} is writing it)", error)
            self.assertEqual((self.folder / "s").read_bytes(), kept)
        self.assertEqual((first.returncode, first.error), (0, ""))
        (self.folder / "s.old").write_text("mine")
        error = self.refused(*self.run_words(20, "--seed", 9, "-o", "c.h5", "--snapshot", "s"))
        self.assertIn("'s.old' is there, and no snapshot. move it away?", error)
        self.assertEqual((self.folder / "s.old").read_text(), "mine")

    def test_of_two_runs_of_a_scenario_the_second_is_refused(self):
        words = self.run_words(300)
        with self.under_way(*words, until="out/first-steps.h5.snapshot") as first:
            self.assertIn(f"cannot write trace out/first-steps.h5 (process {first.pid} is writing it)", self.refused(*words))
        self.assertEqual(first.returncode, 0)

    def experiment(self, replications=4):
        (self.folder / "x.yaml").write_text(EXPERIMENT.format(scenario=SCENARIO, replications=replications))
        return ["compare", "x.yaml"]

    def test_a_run_and_a_comparison_of_one_name_keep_their_own_files(self):
        compare = self.experiment(2)
        for _ in range(2):
            self.assertIn("out/first-steps.compare.h5 and out/first-steps.compare.csv", self.spate(*compare).stdout)
            self.spate("run", SCENARIO, "--quiet")
        for name, kind in (("first-steps.compare", "experiment"), ("first-steps", None)):
            with h5py.File(self.folder / "out" / f"{name}.h5") as file:
                self.assertEqual(file.attrs.get("kind"), kind)
            self.spate("report", f"out/{name}.h5", "--quiet")
        files = [name for name in self.names() if ".runs/" not in name]
        self.assertEqual(files, ["out/first-steps.compare.csv", "out/first-steps.compare.h5", "out/first-steps.compare.html",
                                 "out/first-steps.h5", "out/first-steps.html", "x.yaml"])

    def test_of_two_comparisons_the_second_is_refused(self):
        compare = self.experiment()
        self.spate(*compare, "-o", "alone.h5")
        runs = "out/first-steps.compare.h5.runs"
        with self.under_way(*compare, until=f"{runs}/base-0.json") as first:
            before = {name for name in self.names() if name.startswith(runs)}
            told = f"cannot write trace out/first-steps.compare.h5 (process {first.pid} is writing it). wait for it, or give another name?"
            for words in ([], ["--fresh"], ["--replications", 2], ["--force", "-o", "out/first-steps.compare.h5"]):
                self.assertIn(told, self.refused(*compare, *words))
            self.assertIn(told, self.refused("run", SCENARIO, "-o", "out/first-steps.compare.h5", "--force"))
            table = "out/first-steps.compare.csv"
            self.assertIn(f"cannot write trace {table} (process {first.pid} is writing it)", self.refused("run", SCENARIO, "-o", table))
            self.assertEqual({name for name in self.names() if name.startswith(runs)}, before)
        self.assertEqual((first.returncode, first.error), (0, ""))
        for ending in ("h5", "csv"):
            self.assertEqual((self.folder / f"out/first-steps.compare.{ending}").read_bytes(), (self.folder / f"alone.{ending}").read_bytes())
        self.assertIn("8 of 8 runs were there already", self.spate(*compare).stdout)

    def test_comparisons_begun_at_the_same_moment(self):
        compare = self.experiment(2)
        self.spate(*compare, "-o", "alone.h5")
        for _ in range(5):
            shutil.rmtree(self.folder / "c.h5.runs", ignore_errors=True)
            all_of_them = [subprocess.Popen([self.program, *compare, "-o", "c.h5", "--force", "--quiet"], cwd=self.folder, stderr=subprocess.PIPE,
                                            text=True) for _ in range(4)]
            errors = [process.communicate(timeout=240)[1] for process in all_of_them]
            self.assertIn(0, [process.returncode for process in all_of_them], errors)
            for process, error in zip(all_of_them, errors):
                if process.returncode != 0:
                    self.assertEqual(process.returncode, 5, error)
                    self.assertRegex(error, r"^spate: cannot write trace c\.h5 \((process \d+|another process) is writing it\)")
            self.assertEqual((self.folder / "c.h5").read_bytes(), (self.folder / "alone.h5").read_bytes())
            self.assertEqual([name for name in self.names() if name.endswith((".partial", ".new"))], [])

    def test_a_killed_comparison_goes_on(self):
        compare = self.experiment()
        with self.under_way(*compare, until="out/first-steps.compare.h5.runs/base-0.json") as first:
            self.kill(first)
        self.assertFalse((self.folder / "out/first-steps.compare.h5").exists())
        # As if it had died while it kept a run that is whole already.
        kept = self.folder / "out/first-steps.compare.h5.runs/base-0.json"
        shutil.copy(self.folder / "out/first-steps.compare.h5.partial", f"{kept}.partial")
        shutil.copy(kept, f"{kept}.new")
        self.assertRegex(self.spate(*compare).stdout, r"\([1-7] of 8 runs were there already\)")
        self.assertEqual([name for name in self.names() if name.endswith((".partial", ".new"))], [])

    def in_the_way(self, path):
        """Puts things at a path that no run has made; yields what tells whether they are still as they were."""
        path.write_text("mine")
        yield lambda: path.read_text() == "mine"
        path.unlink()
        path.mkdir()
        yield path.is_dir
        path.rmdir()
        other = self.folder / "other"
        other.write_text("mine")
        path.symlink_to(other)
        yield lambda: path.is_symlink() and other.read_text() == "mine"
        path.unlink()

    def test_files_of_others_in_the_way_are_named_and_left_alone(self):
        compare = self.experiment(2)
        self.spate(*self.run_words(20, "-o", "a.h5"))
        self.spate(*compare, "-o", "c.h5")
        for name, words in (("b.h5.new", self.run_words(20, "-o", "b.h5")),
                            ("b.h5.snapshot.new", self.run_words(20, "-o", "b.h5")),
                            ("b.h5.snapshot.rows.new", self.run_words(20, "-o", "b.h5")),
                            ("b.h5.snapshot.rows", self.run_words(20, "-o", "b.h5")),
                            ("a.html.new", ["report", "a.h5"]),
                            ("c.csv.new", [*compare, "-o", "c.h5", "--force"]),
                            ("c.h5.new", [*compare, "-o", "c.h5", "--force"])):
            for is_untouched in self.in_the_way(self.folder / name):
                with self.subTest(name):
                    before = self.names()
                    self.assertIn(name, self.refused(*words))
                    self.assertTrue(is_untouched())
                    self.assertEqual(self.names(), before)

    def test_names_of_files_in_the_making_are_refused(self):
        """A run that goes on would write over them, or fail at its end because they are there."""
        compare = self.experiment(2)
        self.spate(*self.run_words(20, "-o", "a.h5", "--snapshot", "a"))
        before = self.names()
        for ending in (".partial", ".new", ".rows"):
            for words in (self.run_words(20, "-o", f"b.h5{ending}"),
                          self.run_words(20, "-o", "b.h5", "--snapshot", f"b.h5{ending}"),
                          ["resume", "a", "-o", f"a.h5{ending}"],
                          ["report", "a.h5", "-o", f"a.html{ending}"],
                          [*compare, "-o", f"c.h5{ending}"]):
                self.assertRegex(self.refused(*words), rf"cannot write .*{ending}' \((files in the making have names with {ending}; give another name\?|the trace is written there)")
        self.assertEqual(self.names(), before)

    def test_old_rows_of_others_are_not_taken_for_those_of_a_snapshot(self):
        self.spate(*self.run_words(20, "-o", "a.h5"))
        rows = (self.folder / "a.h5.snapshot.rows").read_bytes()
        mine = self.folder / "a.h5.snapshot.rows.new"
        mine.write_text("mine")
        os.utime(mine, (1, 1))  # older than the snapshot
        self.spate("resume", "a.h5.snapshot", "-o", "b.h5", "--quiet")
        self.assertEqual((self.folder / "a.h5.snapshot.rows").read_bytes(), rows)
        self.assertEqual(mine.read_text(), "mine")

    def test_amounts_that_cannot_be_counted_end_a_run_as_a_problem_of_the_scenario(self):
        settings = ("demand.orders=20/day", "sessions=[]", "sites[warehouse].stock={units: 100}", "channels[shop].unmet=lose")
        for units, changes, amount in (
                (2000, ["products[lip-glaze].weight=4e8 kg"], r"400000000000000 × \d{6} left"),
                (2000, ["products[lip-glaze].cost=4e8 CNY"], r"\d{6} × 400000000000000 left"),
                (2000, ["products[lip-glaze].weight=1e5 kg", "lanes[0].cost=9e6 CNY/kg"], r"an amount of money, \d[.]\d+e\+22 millionths, left"),
                (2000, ["lanes[0].cost=9e9 CNY/unit"], r"9000000000000000 × \d{6} left"),
                (2000, ["lanes[0].cost=9e9 CNY/trip", "lanes[0].vehicle={volume: 1 L}"], r"9000000000000000 × \d+ left"),
                (50, ["sites[warehouse].handling={per_unit: 9e9 CNY/unit}", "sites[warehouse].stock={units: 5000}"], "the account 'cash' of the ledger left"),
                (2000, ["sites[warehouse].handling={per_unit: 9e9 CNY/unit}", "sites[warehouse].stock={units: 5000}"], "9000000000000000 × 2000 left"),
                (1024, ["sites[warehouse].handling={per_order: 9e9 CNY, per_unit: 9e9 CNY/unit}", "sites[warehouse].stock={units: 5000}"],
                 "a sum with 9216000000000000000 left"),
                (2000, ["lanes[1].cost=9e9 CNY/unit", "sites[warehouse].stock={units: 5000}"], "9000000000000000 × 2000 left"),
                (2000, ["channels[shop].lost_sale=9e9 CNY/unit"], "9000000000000000 × 2000 left")):
            with self.subTest(changes):
                words = [f"--set={setting}" for setting in (*settings, f"demand.quantity={units}", *changes)]
                error = self.spate("run", SCENARIO, *words, "-o", "x.h5", "--quiet", code=2).stderr
                self.assertRegex(error, amount + " the range of 64-bit integers \\(amounts in the scenario are too large\\)")
                self.assertEqual(len(error.splitlines()), 1, error)
        self.assertEqual(self.names(), [])


if __name__ == "__main__":
    main()
