"""The program from outside: exit codes, messages, help, JSON, traces.

usage: python3 cli_test.py PROGRAM [unittest options]
"""
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
import unittest

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = str(ROOT / "scenarios" / "first-steps.yaml")
EXPERIMENT = str(ROOT / "scenarios" / "experiments" / "first-steps-stock.yaml")
PROGRAM = ""
COMMANDS = ["run", "resume", "check", "show", "recover", "defaults"]


def columns(text):
    """Columns the text takes on a terminal."""
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))
    return wide


class CliTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def spate(self, *words, **options):
        return subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, capture_output=True, text=True, timeout=120,
                              **options)

    def fails(self, code, *words):
        """Runs a command that must fail with this code; returns its only line on stderr."""
        result = self.spate(*words)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertTrue(lines[0].startswith("spate: "), lines[0])
        return lines[0]

    def short_run(self, *words):
        result = self.spate("run", SCENARIO, *words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result


class HelpTest(CliTest):
    def test_help_is_narrow_and_has_examples(self):
        for words in [[]] + [[command] for command in COMMANDS]:
            result = self.spate(*words, "--help")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn("Examples:", result.stdout)
            for line in result.stdout.splitlines():
                self.assertLessEqual(columns(line), 100, line)

    def test_help_lists_commands_and_exit_codes(self):
        text = self.spate("--help").stdout
        for word in COMMANDS + ["Exit codes", "wrong usage", "130, 143"]:
            self.assertIn(word, text)

    def test_version(self):
        self.assertRegex(self.spate("--version").stdout, r"^spate \d+\.\d+\.\d+\n$")

    def test_defaults_are_a_scenario_without_problems(self):
        (self.folder / "mine.yaml").write_text(self.spate("defaults").stdout)
        self.assertEqual(self.spate("check", "mine.yaml").returncode, 0)

    def test_defaults_run(self):
        text = self.spate("defaults").stdout
        self.assertIn("orders: 1M/day", text)
        (self.folder / "mine.yaml").write_text(text.replace("orders: 1M/day", "orders: 1k/day"))  # as many take minutes
        result = self.spate("run", "mine.yaml", "-o", "mine.h5", "--quiet")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_format_page(self):
        self.assertGreater(len(self.spate("defaults", "--format-page").stdout), 1000)


class UsageTest(CliTest):
    def test_misspelt_words_are_explained(self):
        self.assertIn("did you mean 'run'?", self.fails(2, "rnu", SCENARIO))
        self.assertIn("did you mean '--workers'?", self.fails(2, "run", SCENARIO, "--wokers", "2"))
        self.assertIn("did you mean '--version'?", self.fails(2, "--vresion"))

    def test_wrong_words(self):
        self.assertIn("no command", self.fails(2))
        self.assertIn("SCENARIO", self.fails(2, "run"))
        self.assertIn("'extra'", self.fails(2, "run", SCENARIO, "extra"))
        self.assertIn("--set", self.fails(2, "run", SCENARIO, "--set", "seed"))
        for words in (["--workers", "0"], ["--workers", "many"], ["--seed", "-1"], ["--replication", "99999999999"],
                      ["--backend", "magic"], ["--no-trace", "-o", "x.h5"], ["--seed", "1", "--seed", "2"]):
            self.fails(2, "run", SCENARIO, *words)

    def test_every_problem_of_a_scenario_has_its_place(self):
        text = pathlib.Path(SCENARIO).read_text().replace("horizon:", "horizn:").replace("currency: CNY", "currency: 7 d")
        (self.folder / "wrong.yaml").write_text(text)
        for command in ("run", "check"):
            result = self.spate(command, "wrong.yaml")
            self.assertEqual(result.returncode, 2)
            self.assertEqual(result.stdout, "")
            self.assertRegex(result.stderr, r"(?m)^wrong\.yaml:\d+:\d+: .*horizn")
        self.assertFalse((self.folder / "out").exists())

    def test_problems_as_json(self):
        (self.folder / "wrong.yaml").write_text("name: x\n")
        result = self.spate("check", "wrong.yaml", "--json")
        self.assertEqual(result.returncode, 2)
        problems = json.loads(result.stdout)["problems"]
        self.assertTrue(problems)
        self.assertEqual(set(problems[0]), {"file", "line", "column", "text"})


class FileTest(CliTest):
    def test_missing_scenario_and_trace(self):
        self.assertIn("no.yaml", self.fails(5, "run", "no.yaml"))
        self.assertIn("no.yaml", self.fails(5, "check", "no.yaml"))
        self.assertIn("no.h5", self.fails(5, "show", "no.h5"))
        self.assertIn("folder", self.fails(5, "run", "."))
        (self.folder / "text.h5").write_text("not a trace")
        self.assertIn("text.h5", self.fails(5, "show", "text.h5"))

    def test_check_counts_the_rows_of_a_history_within_the_run(self):
        rows = [f"{hour} h,shanghai,lip-glaze,1\n" for hour in (0, 1, 2, 10_000)]
        (self.folder / "h.csv").write_text("time,market,product,quantity\n" + "".join(rows))
        words = [f"--set={change}" for change in (f"demand={{history: {self.folder / 'h.csv'}}}", "sessions=[]", "time.horizon=3 d")]
        result = self.spate("check", SCENARIO, *words, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertAlmostEqual(json.loads(result.stdout)["base_orders_per_day"], 1)

    def test_amounts_that_are_too_large_together_are_a_problem_of_the_scenario(self):
        products = "products={generate: {id: 'p{n}', count: 100, price: 100 CNY, cost: 100 CNY}}"
        result = self.spate("check", SCENARIO, *(f"--set={change}" for change in (products, "sessions=[]", "sites[1].stock={units: 9e9}")))
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("first-steps.yaml: the account 'opening capital' of the ledger left the range", result.stderr)
        told = self.fails(2, "run", SCENARIO, "--set=products[lip-glaze].weight=1e12 kg", "-o", "x.h5", "--quiet")
        self.assertIn("of the ledger left the range of 64-bit integers (amounts in the scenario are too large)", told)

    def test_outputs_that_cannot_be_written(self):
        (self.folder / "sub").mkdir()
        for output in ("missing/run.h5", "sub", "/dev/null", "/proc/run.h5"):
            self.fails(5, "run", SCENARIO, "-o", output)
        (self.folder / "out").write_text("in the way")
        self.fails(5, "run", SCENARIO)

    def test_only_the_default_trace_is_overwritten(self):
        for _ in range(2):
            self.short_run()
        self.assertEqual([path.name for path in (self.folder / "out").iterdir()], ["first-steps.h5"])
        self.short_run("-o", "mine.h5")
        self.assertIn("--force", self.fails(5, "run", SCENARIO, "-o", "mine.h5"))
        self.short_run("-o", "mine.h5", "--force")

    def test_the_scenario_is_never_overwritten(self):
        text = pathlib.Path(SCENARIO).read_text()
        (self.folder / "s.yaml").write_text(text)
        self.fails(5, "run", "s.yaml", "-o", "s.yaml", "--force")
        self.assertEqual((self.folder / "s.yaml").read_text(), text)

    def test_full_output_device(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "defaults"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 5)
        self.assertTrue(result.stderr.startswith("spate: "))

    def test_a_reader_that_goes_away_is_no_error(self):
        result = subprocess.run(f"{PROGRAM} defaults | true; exit ${{PIPESTATUS[0]}}", shell=True, executable="/bin/bash",
                                stderr=subprocess.PIPE, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_file_size_limit_is_an_error_of_the_file(self):
        result = subprocess.run(f"ulimit -f 4; exec {PROGRAM} run {SCENARIO} -o big.h5", shell=True, cwd=self.folder,
                                executable="/bin/bash", capture_output=True, text=True)
        self.assertEqual(result.returncode, 5, result.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])


class RunTest(CliTest):
    def test_key_figures_and_facts_are_printed(self):
        result = self.short_run()
        self.assertEqual(result.stderr, "")
        for word in ("order fill rate", "delivery time p95", "cost per order total", "digest", "out/first-steps.h5"):
            self.assertIn(word, result.stdout)
        self.assertNotIn("nan", result.stdout)
        for line in result.stdout.splitlines():
            self.assertLessEqual(columns(line), 100, line)

    def test_json_is_one_object(self):
        report = json.loads(self.short_run("--json", "--quiet").stdout)
        self.assertEqual(report["trace"], "out/first-steps.h5")
        self.assertGreater(report["key_figures"]["orders"]["value"], 0)
        self.assertLessEqual(report["key_figures"]["order_fill_rate"]["value"], 1)
        for figure in report["key_figures"].values():
            self.assertIn("unit", figure)
            self.assertEqual(figure["value"] is None, "reason" in figure)
        self.assertRegex(report["facts"]["digest"], "^[0-9a-f]{16}$")

    def test_workers_and_back_ends_do_not_change_the_result(self):
        digests = set()
        for words in (["--workers", "1"], ["--workers", "2"], ["--workers", "2", "--backend", "std"]):
            digests.add(json.loads(self.short_run("--no-trace", "--json", *words).stdout)["facts"]["digest"])
        self.assertEqual(len(digests), 1)

    def test_seed_and_replication_change_the_result(self):
        digests = set()
        for words in ([], ["--seed", "7"], ["--replication", "1"]):
            digests.add(json.loads(self.short_run("--no-trace", "--json", *words).stdout)["facts"]["digest"])
        self.assertEqual(len(digests), 3)

    def test_without_trace_only_facts_are_told(self):
        result = self.short_run("--no-trace")
        self.assertIn("digest", result.stdout)
        self.assertNotIn("order fill rate", result.stdout)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_quiet_says_nothing(self):
        result = self.short_run("--quiet")
        self.assertEqual((result.stdout, result.stderr), ("", ""))

    def test_key_figures_agree_with_the_trace(self):
        report = json.loads(self.short_run("--json").stdout)
        with h5py.File(self.folder / report["trace"]) as trace:
            desks = trace["summary/desks"]
            placed = sum(desks["orders_placed"])
            self.assertEqual(report["key_figures"]["orders"]["value"], placed)
            decided = sum(sum(desks[f"orders_{fate}"]) for fate in ("shipped", "lost", "cancelled", "refused", "waiting"))
            self.assertAlmostEqual(report["key_figures"]["order_fill_rate"]["value"], sum(desks["orders_filled"]) / decided)

    def test_progress_is_shown_on_a_terminal_only(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execv(PROGRAM, [PROGRAM, "run", SCENARIO, "--no-trace"])
        text = b""
        try:
            while chunk := os.read(terminal, 4096):
                text += chunk
        except OSError:
            pass
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        self.assertIn(b"digest", text)


class InterruptTest(CliTest):
    def test_interrupted_runs_leave_no_trace(self):
        for number, code in ((signal.SIGINT, 130),):
            process = subprocess.Popen([PROGRAM, "run", SCENARIO, "--set", "time.horizon=3000 d", "-o", "long.h5"],
                                       cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(500):
                if (self.folder / "long.h5.partial").exists() or process.poll() is not None:
                    break
                time.sleep(0.01)
            time.sleep(0.2)
            process.send_signal(number)
            out, error = process.communicate(timeout=60)
            self.assertEqual(process.returncode, code, error)
            self.assertEqual(out, "")
            self.assertRegex(error, r"^spate: interrupted .*removed\n$")
            self.assertEqual(list(self.folder.iterdir()), [])


class CheckTest(CliTest):
    def test_what_a_scenario_is(self):
        result = self.spate("check", SCENARIO)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for word in ("1 supplier", "1 rdc", "a day", "process groups", "parallelism:", "workers can be busy"):
            self.assertIn(word, result.stdout)

    def test_json(self):
        report = json.loads(self.spate("check", SCENARIO, "--json").stdout)
        self.assertEqual(report["problems"], [])
        self.assertEqual(report["markets"], 2)
        self.assertAlmostEqual(report["base_orders_per_day"], 1500)
        self.assertTrue(report["groups"])


class ExperimentTest(CliTest):
    def test_what_an_experiment_is(self):
        result = self.spate("check", EXPERIMENT)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for word in ("60: 3 arms, 20 replications each", "the base itself (baseline)", "change policies",
                     "order_fill_rate is at least 85 %", "7 d after 1 d of warm-up", "common to all arms"):
            self.assertIn(word, result.stdout)

    def test_json(self):
        report = json.loads(self.spate("check", EXPERIMENT, "--json").stdout)
        self.assertEqual((report["problems"], report["warnings"]), ([], []))
        self.assertEqual([arm["id"] for arm in report["arms"]], ["base-stock", "lean", "min-max"])
        self.assertEqual(report["runs"], {"replications": 20, "at_most": 60, "pilots": 0})
        self.assertEqual(report["arms"][2]["changes"], ["change policies"])

    def test_run_refuses_an_experiment(self):
        self.assertIn("is an experiment, not a scenario", self.fails(2, "run", EXPERIMENT))

    def test_warnings_and_wrong_units(self):
        text = pathlib.Path(EXPERIMENT).read_text().replace("../first-steps.yaml", SCENARIO)
        (self.folder / "seed.yaml").write_text(text.replace("\"policies.replenish[0].use.base_stock.service\": 85 %", "seed: 9"))
        result = self.spate("check", "seed.yaml")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stderr, r"^seed\.yaml:\d+:\d+: warning: arm 'lean' has another seed")
        (self.folder / "unit.yaml").write_text(text.replace("replications: 20", "precision: {half_width: 1 USD/order, at_most: 9}"))
        result = self.spate("check", "unit.yaml", "--json")
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, r"^unit\.yaml:\d+:\d+: '1 USD/order' has another unit")
        self.assertEqual(len(json.loads(result.stdout)["problems"]), 1)

    def test_every_figure_of_a_run_can_be_named_with_its_unit(self):
        figures = json.loads(self.short_run("--json", "--quiet").stdout)["key_figures"]
        self.assertGreater(len(figures), 15)
        units = {name: "" if figure["unit"] == "1" else " " + figure["unit"] for name, figure in figures.items()}
        bounds = "".join(f"    - {{figure: {name}, at_least: 0{unit}}}\n" for name, unit in units.items())
        text = pathlib.Path(EXPERIMENT).read_text().replace("../first-steps.yaml", SCENARIO)
        (self.folder / "all.yaml").write_text(text.replace("    - {figure: order_fill_rate, at_least: 85 %}\n", bounds))
        self.assertEqual(self.spate("check", "all.yaml").stderr, "")


class ShowTest(CliTest):
    def setUp(self):
        super().setUp()
        self.short_run("-o", "run.h5", "--set", "trace.orders=100 %")

    def show(self, *words):
        result = self.spate("show", "run.h5", *words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def test_everything_in_the_file_is_listed(self):
        text = self.show()
        report = json.loads(self.show("--json"))
        paths = [table["path"] for table in report["tables"]]
        with h5py.File(self.folder / "run.h5") as trace:
            self.assertEqual({name for name in trace.attrs}, set(report["attributes"]))
            datasets = []
            trace.visititems(lambda name, item: datasets.append("/" + name) if isinstance(item, h5py.Dataset) else None)
        for dataset in datasets:
            table, column = dataset.rsplit("/", 1)
            self.assertIn(table, paths)
            self.assertIn(column, text)

    def test_spans_are_no_dates_and_a_number_of_rows_is_no_negative_one(self):
        row = json.loads(self.show("/orders", "--rows", "1", "--json"))["rows"][0]
        lines = self.show("/orders", "--rows", "1").splitlines()
        at = lines[0].split().index("promise")
        self.assertIsNotNone(row["promise"])
        self.assertNotRegex(lines[1][lines[0].index("promise"):], r"^\S*2025-")
        self.assertIn("not a whole number", self.fails(2, "show", "run.h5", "/orders", "--rows", "-1"))

    def test_large_seeds_are_kept(self):
        self.short_run("-o", "big.h5", "--seed", str(2**63 + 1))
        with h5py.File(self.folder / "big.h5") as trace:
            self.assertEqual(int(trace.attrs["seed"]), 2**63 + 1)
        shown = json.loads(self.spate("show", "big.h5", "--json").stdout)["attributes"]
        self.assertEqual(shown["seed"], str(2**63 + 1))

    def test_rows_are_readable(self):
        lines = self.show("/orders", "--rows", "3").splitlines()
        self.assertIn("product", lines[0])
        self.assertEqual(len(lines), 5)
        self.assertRegex(lines[1], r"2025-11-08 \d\d:\d\d:\d\d")
        self.assertRegex(lines[1], r"(shanghai|wuhan)/shop")
        self.assertRegex(lines[-1], r"^/orders: 3 of [\d,]+ rows$")

    def test_ideographs_are_aligned(self):
        lines = self.show("network/products").splitlines()
        self.assertIn("唇釉", "\n".join(lines))
        names = [line for line in lines if any(name in line for name in ("唇釉", "面膜", "吹风机"))]
        ends = {columns(line) for line in names}
        self.assertEqual(len(names), 3)
        self.assertEqual(len(ends), 1, lines)

    def test_money_and_names_in_grids(self):
        rows = json.loads(self.show("/series/ledger", "--rows", "60", "--json"))["rows"]
        names = {row["accounts"] for row in rows}
        self.assertIn("revenue", names)
        self.assertEqual(len(rows), 60)

    def test_single_texts_and_unknown_tables(self):
        self.assertIn("first-steps", self.show("/run/scenario"))
        self.assertIn("did you mean '/orders'?", self.fails(2, "show", "run.h5", "/oders"))

    def test_every_table_can_be_shown(self):
        for table in json.loads(self.show("--json"))["tables"]:
            self.show(table["path"], "--rows", "5")
            json.loads(self.show(table["path"], "--rows", "5", "--json"))
            self.show(table["path"], "--rows", "0")

    def test_damaged_files_are_refused_not_crashed_on(self):
        whole = (self.folder / "run.h5").read_bytes()
        for length in (0, 7, 100, len(whole) // 2, len(whole) - 1):
            (self.folder / "cut.h5").write_bytes(whole[:length])
            self.fails(5, "show", "cut.h5")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
