"""A run with all its orders in the trace, its key figures, and what its rows say: orders, samples, balances."""
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
from trace_file import DAY, HOUR, NO_ROW, Trace  # noqa: E402, F401

NEVER = np.iinfo(np.int64).min
DELIVERED, IN_DELIVERY, OPEN, LOST, REFUSED, CANCELLED, GIVEN_UP, GROUP_FAILED, WITHDRAWN = range(9)
# What an order of several rows is: the first of these that one of its rows is.
ENDS = [OPEN, IN_DELIVERY, DELIVERED, WITHDRAWN, CANCELLED, REFUSED, LOST, GIVEN_UP, GROUP_FAILED]


def before(times, samples, weight=None):
    """How many (or how much) there was before each sample; times that never come are not counted."""
    known = times != NEVER
    times, weight = times[known], np.ones(known.sum(), np.int64) if weight is None else weight[known]
    order = np.argsort(times, kind="stable")
    sums = np.concatenate([[0], np.cumsum(weight[order])])
    return sums[np.searchsorted(times[order], samples, side="left")]


class Rows(dict):
    """The columns of a table, as arrays of equal length, and which of the rows."""

    def where(self, mask):
        return Rows({name: column[mask] for name, column in self.items()})

    def __getattr__(self, name):
        return self[name]

    def within(self, name, from_, to):
        """Rows whose time in the column lies in [from_, to)."""
        return (self[name] >= from_) & (self[name] < to)


class Run:
    """A scenario run with settings: trace, key figures as printed, and its rows."""

    def __init__(self, program, scenario, settings, overlay=""):
        self.program, self.scenario, self.settings, self.overlay = program, pathlib.Path(scenario), dict(settings), overlay
        every_row = {"trace.orders": "100 %", "trace.shipments": "true", "trace.decisions": "true"}
        with tempfile.TemporaryDirectory() as folder:
            path = self.scenario
            if overlay:
                path = pathlib.Path(folder) / "s.yaml"
                path.write_text(f"include: {self.scenario}\n{overlay}")
            words = [program, "run", path, "-o", f"{folder}/run.h5", "--json", "--quiet"]
            for key, value in {**every_row, **self.settings}.items():
                words += ["--set", f"{key}={value}"]
            done = subprocess.run(words, capture_output=True, text=True, timeout=280)
            if done.returncode != 0:
                raise AssertionError(f"{self.scenario.stem}: exit {done.returncode}: {done.stderr}")
            self.report = json.loads(done.stdout)
            self.trace = Trace(f"{folder}/run.h5")
        self.shown = {name: figure["value"] for name, figure in self.report["key_figures"].items()}
        self.from_ = int(self.trace.attributes["warm_up_us"])
        self.end = self.from_ + int(self.trace.attributes["horizon_us"])
        self.days = (self.end - self.from_) / DAY

    def has(self, table):
        return any(path.startswith(table + "/") for path in self.trace)

    def rows(self, table):
        return Rows({path[len(table) + 1:]: column for path, column in self.trace.items() if path.startswith(table + "/")})

    def codes(self, path):
        return h5py.check_enum_dtype(self.trace[path].dtype)

    def names(self, table, column="id"):
        return [name.decode() for name in self.trace[f"network/{table}/{column}"]]

    def balance(self, account):
        """Of an account at every sample; the last one is the end of the run."""
        return self.trace["series/ledger/balance"][:, self.names("accounts", "name").index(account)]

    @property
    def samples(self):
        return self.trace["series/ledger/time"]

    def gained(self, *accounts):
        """What these accounts gained in the horizon, by the samples at its begin and its end [currency or units]."""
        first = np.searchsorted(self.samples, self.from_)
        assert self.samples[first] == self.from_ and self.samples[-1] == self.end
        moved = sum(int(self.balance(name)[-1]) - int(self.balance(name)[first]) for name in accounts)
        is_money = self.trace["network/accounts/kind"][self.names("accounts", "name").index(accounts[0])] == b"money"
        return moved / 1e6 if is_money else moved

    def flow(self, path):
        """Sum of a flow of a series over the samples of the horizon."""
        return self.trace[path][self.trace[path.rsplit("/", 1)[0] + "/time"] > self.from_].sum()

    def mean(self, values, path="series/ledger"):
        """Mean of the samples over the horizon, by the trapezoidal rule: as exact as the samples are dense."""
        times = self.trace[f"{path}/time"]
        inside = times >= self.from_
        return float(np.trapz(values[inside], times[inside]) / (self.end - self.from_))

    def price(self, column="price"):
        """Of each product [millionths]."""
        return self.trace[f"network/products/{column}"]


class Orders:
    """Orders of a run: `rows` of /orders placed in the horizon, and each whole order, `by` number."""

    def __init__(self, run, all_of_them=False):
        rows = run.rows("orders")
        self.end = run.end
        self.rows = rows = rows if all_of_them else rows.where(rows.within("placed", run.from_, run.end))
        _, self.first, self.by = np.unique(rows.order, return_index=True, return_inverse=True)
        self.by = self.by.ravel()
        self.number = len(self.first)
        rank = np.full(self.number, len(ENDS))
        np.minimum.at(rank, self.by, np.argsort(ENDS)[rows.status])
        self.status = np.array(ENDS)[rank]
        self.gone = np.isin(rows.status, (DELIVERED, IN_DELIVERY))

    def where(self, *statuses):
        return np.isin(self.status, statuses)

    def count(self, *statuses):
        return int(self.where(*statuses).sum())

    def sum(self, values):
        """Of the rows of each order."""
        return np.bincount(self.by, values, self.number).astype(np.int64)

    def any(self, mask):
        return np.bincount(self.by, mask, self.number) > 0

    def latest(self, values, mask):
        last = np.full(self.number, NEVER)
        np.maximum.at(last, self.by[mask], values[mask])
        return last
