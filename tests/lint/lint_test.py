"""The lint tests find what they are for: each is run on a small tree, clean and with one violation planted at a time.

usage: lint_test.py
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
FUNCTION = "int {name}() {{\n{body}    return 0;\n}}\n"


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def run(script, *arguments):
    """(accepted, what was printed)."""
    if script.endswith(".cmake"):
        command = ["cmake", f"-DROOT={arguments[0]}", "-P", str(HERE / script)]
    else:
        command = [sys.executable, "-B", str(HERE / script), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stdout + result.stderr


class Lint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        write(self.root, ".clang-format", (HERE.parents[1] / ".clang-format").read_text(encoding="utf-8"))
        write(self.root, "sim/clock.cpp", '#include "sim/clock.hpp"\n\n#include <vector>\n')
        write(self.root, "sim/clock.hpp", "#pragma once\n\nstruct Clock {\n    int time() { return 1; }\n};\n")

    def accepts(self, script, *arguments):
        accepted, text = run(script, self.root, *arguments)
        self.assertTrue(accepted, text)

    def refuses(self, script, what, *arguments):
        accepted, text = run(script, self.root, *arguments)
        self.assertFalse(accepted, text)
        self.assertIn(what, text)


class Layers(Lint):
    def test_clean_tree(self):
        write(self.root, "models/network/graph.cpp", '#include <boost/graph/adjacency_list.hpp>\n#include "sim/clock.hpp"\n')
        self.accepts("check_layers.cmake")

    def test_each_rule(self):
        cases = [
            ("sim/a.cpp", '#include "models/model.hpp"', "layer 'sim'"),
            ("analysis/a.cpp", '#include "sim/engine/engine.hpp"', "layer 'analysis'"),
            ("models/a.cpp", '#include "cli/run.hpp"', "layer 'models'"),
            ("sim/a.hpp", '#include "clock.hpp"', "starts at the root"),
            ("sim/engine/a.cpp", "#include <tbb/task_arena.h>", "lives only in"),
            ("models/a.cpp", "#include <hdf5.h>", "lives only in"),
            ("cli/a.cpp", "#include <yaml-cpp/yaml.h>", "lives only in"),
            ("models/network/a.hpp", "#include <boost/graph/adjacency_list.hpp>", "lives only in"),
            ("models/network/a.cpp", "#include <boost/math/distributions/students_t.hpp>", "lives only in"),
            ("analysis/a.hpp", "#include <boost/math/distributions/students_t.hpp>", "lives only in"),
            ("models/sites/a.cpp", "#include <Eigen/Core>", "lives only in"),
            ("sim/a.cpp", "#include <catch2/catch.hpp>", "lives only in"),
            ("analysis/a.cpp", "#include <nlohmann/json.hpp>", "lives only in"),
            ("scenarios/a.cpp", "  # include <CLI/CLI.hpp>", "lives only in"),
            ("sim/a.cpp", "#include <curl/curl.h>", "without a home"),
            ("models/network/a.cpp", "#include <boost/asio.hpp>", "without a home"),
        ]
        for path, include, what in cases:
            with self.subTest(include=include):
                write(self.root, path, include + "\n")
                self.refuses("check_layers.cmake", what)
                (self.root / path).unlink()
                self.accepts("check_layers.cmake")

    def test_empty_tree(self):
        accepted, _ = run("check_layers.cmake", self.root / "nothing")
        self.assertFalse(accepted)


class Format(Lint):
    def test_format(self):
        self.accepts("check_format.py")
        write(self.root, "sim/a.cpp", "int  f( ){return 0;}\n")
        self.refuses("check_format.py", "sim/a.cpp")


class Sizes(Lint):
    def test_clean_tree(self):
        self.accepts("check_sizes.py")

    def test_long_source(self):
        write(self.root, "models/a.cpp", "int x;\n" * 501)
        self.refuses("check_sizes.py", "models/a.cpp: 501 lines")

    def test_long_function(self):
        body = "    // {\n    auto text = R\"({)\";\n" + "    work({1, 2});\n" * 57
        write(self.root, "sim/a.cpp", FUNCTION.format(name="longer", body=body))
        self.refuses("check_sizes.py", "longer has 62 lines")

    def test_constructor_with_braces(self):
        body = "    work();\n" * 60
        write(self.root, "sim/a.cpp", "Clock::Clock(int a)\n    : a_{a}\n    , b_(a) {\n" + body + "}\n")
        self.refuses("check_sizes.py", "Clock::Clock has 64 lines")

    def test_too_many_middling_functions(self):
        text = "".join(FUNCTION.format(name=f"f{i}", body="    work();\n" * 30) for i in range(2))
        write(self.root, "sim/a.cpp", text)
        self.refuses("check_sizes.py", "sim: only")


class Walk(Lint):
    def walk(self, extra):
        lines = "`Clock::time` (`sim/clock.hpp`)\n" * 20
        write(self.root, "docs/walk.md", lines + extra)

    def test_clean_page(self):
        self.walk("An `Order` and `sim/clock.cpp`, then `time()` (`sim/clock.hpp`).\n")
        self.accepts("check_walk.py")

    def test_each_rule(self):
        cases = [
            ("`Clock::date` (`sim/clock.hpp`)", "is not defined"),
            ("`date()` (`sim/clock.hpp`)", "is not defined"),
            ("`Watch::time` (`sim/clock.hpp`)", "is not defined"),
            ("`Clock::time` (`sim/watch.hpp`)", "there is no file"),
            ("`Clock::time` tells it", "without its file"),
            ("see `sim/watch.hpp`", "there is no file"),
        ]
        for extra, what in cases:
            with self.subTest(extra=extra):
                self.walk(extra)
                self.refuses("check_walk.py", what)

    def test_empty_page(self):
        write(self.root, "docs/walk.md", "nothing here\n")
        self.refuses("check_walk.py", "only 0 functions")


class Pages(Lint):
    def setUp(self):
        super().setUp()
        write(self.root, "docs/a.md", "# The first page\n\n[b](b.md) and [there](b.md#what-it-is)\n")
        write(self.root, "docs/b.md", "# B\n\n## What it is\n\n`[no](link)`\n")
        write(self.root, "docs/scenario-format.md", "the page\n")
        write(self.root, "scenarios/one.yaml", "good: 1\n")
        # Stands for the program: `defaults`, `defaults --format-page`, `check FILE` (which wants the word good).
        write(self.root, "spate", '#!/bin/sh\n[ "$1" = check ] && exec grep -q good "$2"\n[ -n "$2" ] && echo "the page" || echo "good: 2"\n')
        (self.root / "spate").chmod(0o755)

    def test_clean_tree(self):
        self.accepts("check_pages.py", self.root / "spate")

    def test_each_rule(self):
        cases = [
            ("docs/c.md", "[x](missing.md)\n", "leads nowhere"),
            ("docs/c.md", "[x](b.md#why-it-is)\n", "has no heading"),
            ("sim/c.cpp", "// TO" + "DO: later\n", "a reminder"),
            ("docs/c.md", "<<<<<<< here\n", "a merge mark"),
            ("docs/c.md", "see /ho" + "me/me/x\n", "somebody's disk"),
            ("docs/c.md", "A sea" + "mless experience.\n", "advertising"),
            ("docs/scenario-format.md", "an old page\n", "differs from the field table"),
            ("scenarios/two.yaml", "bad: 1\n", "two.yaml does not load"),
        ]
        for path, text, what in cases:
            with self.subTest(what=what):
                before = (self.root / path).read_text(encoding="utf-8") if (self.root / path).exists() else None
                write(self.root, path, text)
                self.refuses("check_pages.py", what, self.root / "spate")
                if before is None:
                    (self.root / path).unlink()
                else:
                    write(self.root, path, before)
                self.accepts("check_pages.py", self.root / "spate")


if __name__ == "__main__":
    unittest.main()
