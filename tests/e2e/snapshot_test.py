"""Runs that are killed and resumed, and forks, from outside.

usage: python3 snapshot_test.py PROGRAM [unittest options]
"""
import base64
import io
import json
import os
import pathlib
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = str(ROOT / "scenarios" / "first-steps.yaml")
LONG = ["--set", "time.horizon=300 d"]
PROGRAM = ""


def datasets(path):
    """All datasets of a trace, by name."""
    found = {}
    with h5py.File(path) as trace:
        trace.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
        found["digest"] = trace.attrs["digest"]
    return found


class SnapshotTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def spate(self, *words):
        return subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, capture_output=True, text=True, timeout=120)

    def done(self, *words):
        result = self.spate(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def fails(self, code, *words):
        result = self.spate(*words)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertFalse(list(self.folder.glob("*.partial")))
        return result.stderr

    def assertSameTrace(self, one, other):
        a, b = datasets(self.folder / one), datasets(self.folder / other)
        self.assertEqual(a.keys(), b.keys())
        for name in a:
            np.testing.assert_array_equal(a[name], b[name], name)

    def start(self, *words):
        return subprocess.Popen([PROGRAM, *map(str, words)], cwd=self.folder, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)

    def kill_when(self, process, number, is_time, delay=0.0):
        """Sends a signal some time after a condition holds; returns exit code and messages."""
        for _ in range(3000):
            if is_time() or process.poll() is not None:
                break
            time.sleep(0.005)
        time.sleep(delay)
        process.send_signal(number)
        _, error = process.communicate(timeout=60)
        return process.returncode, error

    def test_a_killed_run_goes_on_where_it_stopped(self):
        self.done("run", SCENARIO, *LONG, "-o", "whole.h5", "--quiet")
        dice = random.Random(1)
        for workers in (1, 3):
            process = self.start("run", SCENARIO, *LONG, "-o", "cut.h5")
            kills = 0
            while True:
                code, error = self.kill_when(process, signal.SIGTERM, (self.folder / "cut.h5.partial").exists,
                                             dice.uniform(0, 0.25))
                if code == 0:
                    break
                kills += 1
                self.assertEqual(code, 143, error)
                if "before the start" in error or "the partial trace was removed" in error:
                    process = self.start("run", SCENARIO, *LONG, "-o", "cut.h5")
                    continue
                self.assertRegex(error, r"the state was kept\. Go on with: spate resume cut\.h5\.snapshot\n$")
                self.assertFalse((self.folder / "cut.h5").exists())
                if kills >= 3:
                    self.done("resume", "cut.h5.snapshot", "--workers", workers, "--quiet")
                    break
                process = self.start("resume", "cut.h5.snapshot", "--workers", workers)
            self.assertGreaterEqual(kills, 1)
            self.assertSameTrace("whole.h5", "cut.h5")
            (self.folder / "cut.h5").unlink()

    def test_a_run_that_died_goes_on_from_its_last_snapshot(self):
        snapshot = self.folder / "cut.h5.snapshot"
        setting = ["--set", "snapshot.every=10 d"]
        self.done("run", SCENARIO, *LONG, *setting, "-o", "whole.h5", "--quiet")
        process = self.start("run", SCENARIO, *LONG, *setting, "-o", "cut.h5")
        code, _ = self.kill_when(process, signal.SIGKILL, snapshot.exists, 0.05)
        self.assertEqual(code, -signal.SIGKILL)
        self.done("resume", snapshot.name, "--workers", 2, "--quiet")
        self.assertSameTrace("whole.h5", "cut.h5")
        self.assertEqual([path.name for path in self.folder.iterdir() if path.suffix in (".new", ".partial")], [])

    def test_what_is_no_snapshot_of_this_program_is_refused(self):
        self.done("run", SCENARIO, "--set", "snapshot.every=2 d", "-o", "a.h5", "--quiet")
        snapshot = self.folder / "a.h5.snapshot"
        whole = snapshot.read_bytes()
        self.assertIn("No such file", self.fails(5, "resume", "no.snapshot"))
        self.assertIn("folder", self.fails(5, "resume", "."))
        self.assertIn("not a snapshot", self.fails(5, "resume", "a.h5"))
        snapshot.write_bytes(whole[:-100])
        self.assertIn("cut short", self.fails(5, "resume", "a.h5.snapshot"))
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 1
        snapshot.write_bytes(changed)
        self.assertIn("damaged", self.fails(5, "resume", "a.h5.snapshot"))
        older = bytearray(whole)
        older[8] += 1
        snapshot.write_bytes(older)
        self.assertIn("format", self.fails(5, "resume", "a.h5.snapshot"))
        snapshot.write_bytes(whole)
        rows = self.folder / "a.h5.snapshot.rows"
        kept = rows.read_bytes()
        rows.unlink()
        rows.write_bytes(kept[:len(kept) // 2])
        self.assertIn("damaged or end early", self.fails(5, "resume", "a.h5.snapshot", "-o", "b.h5"))
        rows.unlink()
        self.assertIn("a.h5.snapshot.rows", self.fails(5, "resume", "a.h5.snapshot", "-o", "b.h5"))
        self.done("resume", "a.h5.snapshot", "--no-trace")

    def test_forks(self):
        self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "-o", "a.h5", "--quiet")
        start = 6 * 86400 * 10**6  # of the last snapshot
        for name, words in (("same", []), ("seed", ["--seed", 99]), ("rest", ["--seed", 99, "--without-past"])):
            self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "--from", "a.h5.snapshot", "--snapshot", "other",
                      "-o", name + ".h5", "--quiet", *words)
        self.assertSameTrace("a.h5", "same.h5")
        a, seed, rest = (datasets(self.folder / name) for name in ("a.h5", "seed.h5", "rest.h5"))
        self.assertNotEqual(a["digest"], seed["digest"])
        self.assertEqual(seed["digest"], rest["digest"])
        past = int(np.searchsorted(a["series/desks/time"], start))
        np.testing.assert_array_equal(a["series/desks/placed"][:past], seed["series/desks/placed"][:past])
        self.assertTrue((a["series/desks/placed"][past:] != seed["series/desks/placed"][past:]).any())
        np.testing.assert_array_equal(seed["series/desks/placed"][past:], rest["series/desks/placed"])

    def test_nothing_else_is_overwritten(self):
        self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "-o", "a.h5", "--quiet")
        before = (self.folder / "a.h5.snapshot").read_bytes()
        self.done("resume", "a.h5.snapshot", "-o", "again.h5", "--quiet")
        self.done("run", SCENARIO, "--set", "snapshot.every=6 h", "--from", "a.h5.snapshot", "--seed", 5, "-o", "a.h5", "--force", "--quiet")
        self.assertEqual((self.folder / "a.h5.snapshot").read_bytes(), before)
        self.assertTrue((self.folder / "a.h5.fork.snapshot").exists())
        (self.folder / "notes.txt").write_text("mine")
        for words, why in ((("--snapshot", "notes.txt", "-o", "b.h5"), "is no snapshot"),
                           (("--snapshot", "b.h5", "-o", "b.h5"), "the trace is written there"),
                           (("--snapshot", "b.h5.partial", "-o", "b.h5"), "the trace is written there"),
                           (("-o", "notes.txt", "--force"), "is no trace")):
            self.assertIn(why, self.fails(5, "run", SCENARIO, *words))
        self.assertIn("is no page", self.fails(5, "report", "a.h5", "-o", "notes.txt", "--force"))
        self.assertEqual((self.folder / "notes.txt").read_text(), "mine")
        self.assertIn("there is no folder 'nowhere'", self.fails(5, "run", SCENARIO, "--snapshot", "nowhere/s", "-o", "b.h5"))
        (self.folder / "mine.rows").write_text("mine")
        self.assertIn("'mine.rows' is there", self.fails(5, "run", SCENARIO, "--snapshot", "mine", "-o", "b.h5"))
        self.assertEqual((self.folder / "mine.rows").read_text(), "mine")
        (self.folder / "b.h5.partial").write_text("mine")
        self.assertIn("was not left by a run", self.spate("run", SCENARIO, "-o", "b.h5", "--quiet").stderr)
        self.assertEqual((self.folder / "b.h5.partial").read_text(), "mine")
        self.done("run", SCENARIO, "--from", "a.h5.snapshot", "--without-past", "-o", "rest.h5", "--quiet")
        self.done("report", "rest.h5", "--quiet")

    def test_rows_that_have_not_got_their_name(self):
        self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "-o", "a.h5", "--quiet")
        rows = self.folder / "a.h5.snapshot.rows"
        rows.rename(self.folder / "a.h5.snapshot.rows.new")  # died right before
        rows.write_bytes(b"those of the snapshot before")
        self.done("resume", "a.h5.snapshot", "-o", "b.h5", "--quiet")
        self.assertSameTrace("a.h5", "b.h5")
        (self.folder / "a.h5.snapshot.rows.new").write_bytes(b"of a snapshot that was never whole")
        self.done("resume", "a.h5.snapshot", "-o", "c.h5", "--quiet")
        self.assertSameTrace("a.h5", "c.h5")

    def test_a_trace_of_another_run_is_kept(self):
        self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "-o", "a.h5", "--quiet")
        self.done("resume", "a.h5.snapshot", "--quiet")
        self.done("run", SCENARIO, "--seed", 77, "-o", "a.h5", "--force", "--quiet")
        before = (self.folder / "a.h5").read_bytes()
        self.assertIn("of another run", self.fails(5, "resume", "a.h5.snapshot.old"))
        self.assertEqual((self.folder / "a.h5").read_bytes(), before)
        self.done("resume", "a.h5.snapshot.old", "--force", "--quiet")

    def killed(self, *words):
        """Starts a long run, ends it by SIGTERM once it is under way, and returns how to go on."""
        for delay in (0.1, 0.2, 0.4, 0.8):
            process = self.start("run", SCENARIO, "--set", "time.horizon=600 d", "--quiet", *words)
            code, error = self.kill_when(process, signal.SIGTERM, lambda: False if time.sleep(delay) else True)
            self.assertEqual(code, 143, error)
            if "Go on with: spate " in error:
                return shlex.split(error.split("Go on with: spate ")[1])
        self.fail(error)

    def test_what_is_printed_to_go_on_with_leads_to_the_trace(self):
        (self.folder / "out").mkdir()
        self.done("run", SCENARIO, "--seed", 77, "--quiet")
        other = (self.folder / "out" / "first-steps.h5").read_bytes()
        place = self.folder / "other place"
        place.mkdir()
        words = self.killed("-o", "mine.h5", "--snapshot", "other place/keep it.snap")
        self.assertEqual(words, ["resume", "other place/keep it.snap"])
        self.done(*words, "--quiet")
        self.assertTrue((self.folder / "mine.h5").exists())
        self.assertEqual((self.folder / "out" / "first-steps.h5").read_bytes(), other)
        words = self.killed("--no-trace", "--snapshot", "nt.snap")
        self.assertIn("Go on with --no-trace", self.fails(5, "resume", "nt.snap"))
        self.done(*words, "--quiet")

    def test_an_old_snapshot_is_not_taken_for_that_of_another_run(self):
        self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "-o", "a.h5", "--quiet")
        self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "-o", "a.h5", "--force", "--quiet")
        before = (self.folder / "a.h5.snapshot").read_bytes()
        self.assertFalse((self.folder / "a.h5.snapshot.old").exists())  # of the same run
        told = self.done("run", SCENARIO, "--seed", 77, "-o", "a.h5", "--force").stderr
        self.assertIn("a.h5.snapshot is of another run: it is called a.h5.snapshot.old now", told)
        self.assertFalse((self.folder / "a.h5.snapshot").exists())
        self.assertEqual((self.folder / "a.h5.snapshot.old").read_bytes(), before)
        self.done("resume", "a.h5.snapshot.old", "-o", "b.h5", "--quiet")
        self.assertIn("of another run", self.fails(5, "resume", "a.h5.snapshot.old"))

    def test_a_snapshot_that_cannot_be_written_ends_no_run_and_leaves_the_one_before(self):
        (self.folder / "s.partial").mkdir()
        words = ("run", SCENARIO, *LONG, "--set", "snapshot.every=10 d", "--snapshot", "s", "-o", "a.h5", "--quiet")
        self.assertIn("cannot write snapshot s (s.partial: Is a directory)", self.spate(*words).stderr)
        (self.folder / "s.partial").rmdir()
        process = self.start(*words)
        while not (self.folder / "s").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.001)
        while not self.in_the_way(process, self.folder / "s.new"):
            self.assertIsNone(process.poll())
        _, told = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, told)
        self.assertRegex(told, r"warning: no snapshot at 20..-..-.. 00:00: cannot write snapshot s \(s.new is in the way")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["a.h5", "s", "s.new", "s.rows"])
        (self.folder / "s.new").rmdir()
        self.done("resume", "s", "-o", "b.h5", "--quiet")  # the last one that could be written, with its rows
        self.assertSameTrace("a.h5", "b.h5")

    def in_the_way(self, process, folder):
        """Makes a folder while the process stands still; False if it has a file of that name at the moment."""
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        try:
            folder.mkdir()
        except FileExistsError:
            return False
        finally:
            process.send_signal(signal.SIGCONT)
        return True

    def test_a_recovered_trace_has_no_figures(self):
        process = self.start("run", SCENARIO, "--set", "time.horizon=30000 d", "-o", "cut.h5", "--quiet")
        time.sleep(12)  # rows are sealed every ten seconds
        process.kill()
        process.communicate()
        self.done("recover", "cut.h5")
        self.assertIn("overwrite it with --force?", self.spate("recover", "cut.h5").stderr)
        self.assertIn("has no figures", self.done("report", "cut.h5").stderr)
        page = (self.folder / "cut.html").read_text()
        data = re.search(r'application/x-hdf5;base64" data-file="cut.h5">([^<]*)<', page).group(1)
        with h5py.File(io.BytesIO(base64.b64decode(data))) as run:
            self.assertGreater(run.attrs["recorded_until_us"], 0)
            self.assertTrue(np.isnan(run["report/figures/value"][:]).all())
            self.assertEqual(set(run["report/figures/reason"].asstr()[:]), {"the run was killed before its end"})

    def test_forks_that_cannot_be(self):
        self.done("run", SCENARIO, "--set", "snapshot.every=3 d", "-o", "a.h5", "--quiet")
        other = str(ROOT / "scenarios" / "double-eleven.yaml")
        self.assertIn("does not fit the scenario", self.fails(5, "run", other, "--from", "a.h5.snapshot", "-o", "b.h5"))
        self.assertIn("a horizon of 168 h",
                      self.fails(5, "run", SCENARIO, *LONG, "--from", "a.h5.snapshot", "-o", "b.h5"))
        text = pathlib.Path(SCENARIO).read_text().replace("wuhan", "wuhu")
        (self.folder / "other.yaml").write_text(text)
        self.assertIn("wuhan", self.fails(5, "run", "other.yaml", "--from", "a.h5.snapshot", "-o", "b.h5"))
        for change, why in (("trace.orders=1 %", "--without-past"), ("products[lip-glaze].cost=1 CNY", "cost of product")):
            self.assertIn(why, self.fails(5, "run", SCENARIO, "--from", "a.h5.snapshot", "-o", "b.h5", "--set", change))
        self.assertIn("is above 18", self.fails(2, "run", SCENARIO, "--seed", 2**64))
        self.assertIn("--from", self.fails(2, "run", SCENARIO, "--without-past"))


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
