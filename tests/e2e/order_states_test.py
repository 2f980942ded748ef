"""Every order is in exactly one state, in every scenario of the library, and what is in a state is what came in less what went out.

Each scenario is run, cut short, with all orders in its trace. From the trace alone: one row and one end for every order; the numbers in the
states at every sample, counted again from the single orders, are those of the series and of the ledger; and Little's law (L = λ W) for
every queue, for the orders at sites, for the goods on their way to customers and for those on their way back.

usage: python3 order_states_test.py PROGRAM [SCENARIO ...]
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
from invariants import broken  # noqa: E402
from trace_file import Trace  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
ONLY = [sys.argv.pop() for _ in sys.argv[1:] if sys.argv[-1] in {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}]
DELIVERED, IN_DELIVERY, OPEN, LOST, REFUSED, CANCELLED, GIVEN_UP, GROUP_FAILED, WITHDRAWN = range(9)
ENDS = [OPEN, IN_DELIVERY, DELIVERED, WITHDRAWN, CANCELLED, REFUSED, LOST, GIVEN_UP, GROUP_FAILED]  # of several lines: the first that there is
NEVER = np.iinfo(np.int64).min

# How a scenario is cut short; others: two days without their sessions.
CUT = {
    "first-steps": {"time.horizon": "5 d", "trace.series": "10 min"},
    "double-eleven": {"time.horizon": "2 d", "demand.orders": "50k/day", "sessions": "[]"},
    "bench-national-10m": {"time.horizon": "2 h", "demand[0].orders": "100k/day", "demand[1].orders": "50k/day", "sessions": "[]",
                           "trace.series": "5 min"},
    "net-design": {"time.horizon": "6 d", "demand.orders": "10k/day", "sessions": "[]", "trace.series": "6 h"},
    "bench-two-echelon": {"time.horizon": "30 d", "trace.series": "1 d"},
    "bench-two-echelon-100": {"time.horizon": "5 d", "trace.series": "1 d"},
    "bench-two-echelon-1000": {"time.horizon": "1 d", "trace.series": "2 h"},
    "oversell-sync": {"time.horizon": "4 d"},
    "host-absence": {},
    "flash-bogo": {"time.horizon": "28 d"},
    "live-tiers": {},
    "promotion": {"trace.series": "6 h"},
}
OTHERS = {"time.horizon": "2 d", "sessions": "[]"}


def run(scenario, **more):
    settings = {"time.warm_up": "0 d", "trace.orders": "100 %", **CUT.get(scenario.stem, OTHERS), **more}
    with tempfile.TemporaryDirectory() as folder:
        words = [PROGRAM, "run", scenario, "-o", f"{folder}/run.h5", "--quiet"]
        for key, value in settings.items():
            words += ["--set", f"{key}={value}"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=280)
        if done.returncode != 0:
            raise AssertionError(f"{scenario.stem}: exit {done.returncode}: {done.stderr}")
        return Trace(f"{folder}/run.h5")


class Orders:
    """The rows of /orders, and when each order came into its states and left them."""

    def __init__(self, trace):
        self.rows = {path.split("/")[1]: column for path, column in trace.items() if path.startswith("orders/")}
        self.status, self.quantity = self.rows["status"], self.rows["quantity"]
        self.end = trace.attributes["warm_up_us"] + trace.attributes["horizon_us"]
        # Rows are orders, or parcels and lines of one: the order has not ended while one of its lines or parcels has not; it is
        # delivered if anything of it was, and else withdrawn, cancelled, refused or lost, by the first of these that one of its lines is.
        _, first, order = np.unique(self.rows["order"], return_index=True, return_inverse=True)
        self.lines_fit = (np.bincount(order, self.rows["lines"]) == self.rows["order_lines"][first]).all()
        rank = np.full(len(first), len(ENDS))
        np.minimum.at(rank, order, np.argsort(ENDS)[self.status])
        self.order_status = np.array(ENDS)[rank]
        self.closed = np.full(len(first), NEVER)
        np.maximum.at(self.closed, order, self.rows["time"])

    def where(self, *statuses):
        return np.isin(self.status, statuses)

    def times(self, name, mask):
        return self.rows[name][mask]


def number_at(samples, came, went, weight=None):
    """How many (or how much) had come before each sample and not gone before it."""
    def before(times):
        order = np.argsort(times)
        sums = np.concatenate([[0], np.cumsum((np.ones(len(times), int) if weight is None else weight)[order])])
        return sums[np.searchsorted(times[order], samples, side="left")]

    return before(came) - before(went)


def broken_states(trace):
    """Yields what is wrong with the states of the orders."""
    orders = Orders(trace)
    placed = int(trace["summary/desks/orders_placed"].sum())
    if not len(orders.order_status) == placed == int(trace["series/desks/placed"].sum()):
        yield f"{placed} orders placed, {len(orders.order_status)} orders in the rows"
    if len(np.unique(orders.rows["id"])) != len(orders.status) or not orders.lines_fit:
        yield f"{len(orders.status)} rows, {len(np.unique(orders.rows['id']))} different ones, or lines that are in no row or in two"
    for name, code in (("lost", LOST), ("refused", REFUSED), ("cancelled", CANCELLED), ("withdrawn", WITHDRAWN), ("delivered", DELIVERED)):
        if int((orders.order_status == code).sum()) != trace.desk(f"orders_{name}"):
            yield f"{(orders.order_status == code).sum()} {name} orders in the rows, {trace.desk(f'orders_{name}')} in the summary"
    still_open = int(np.isin(orders.order_status, (OPEN, IN_DELIVERY)).sum())
    if still_open != trace.desk("orders_open"):
        yield f"{still_open} orders not closed in the rows, {trace.desk('orders_open')} in the summary"
    # Each end has the times it needs, in their order, and no others.
    for name, statuses, known in (("shipped", (DELIVERED, IN_DELIVERY), True), ("lost", (LOST, REFUSED), False)):
        mask = orders.where(*statuses)
        for column in ("released", "shipped", "delivered"):
            if ((orders.times(column, mask) != NEVER) != known).any():
                yield f"{name} orders {'without' if known else 'with'} a time in {column}"
    way = [orders.times(column, orders.where(DELIVERED, IN_DELIVERY)) for column in ("placed", "released", "shipped", "delivered")]
    for earlier, later in zip(way, way[1:]):
        if (earlier > later).any():
            yield "an order went on before it came"
    yield from broken_samples(trace, orders)


def broken_samples(trace, orders):
    """The numbers in the states at every sample, from the single orders."""
    samples = trace["series/desks/time"]
    gone = orders.where(DELIVERED, IN_DELIVERY)
    names = trace.names("accounts/name")

    def account(name):
        return trace["series/ledger/balance"][:, names.index(name)]

    def compare(what, counted, booked):
        wrong = np.flatnonzero(counted != booked)
        if len(wrong) > 0:
            return f"{what}: {counted[wrong[0]]} by order, {booked[wrong[0]]} in the books at sample {wrong[0]} ({len(wrong)} wrong)"
        return ""

    shipped, delivered = orders.times("shipped", gone), orders.times("delivered", gone)
    returned = orders.rows["returned"]
    back = returned != NEVER
    never = np.full(back.sum(), np.iinfo(np.int64).max)
    closed = {name: np.searchsorted(np.sort(orders.closed[np.isin(orders.order_status, codes)]), samples, side="left")
              for name, codes in (("lost", (LOST, REFUSED)), ("cancelled", (CANCELLED,)), ("withdrawn", (WITHDRAWN,)))}
    found = [
        compare("units on their way to customers", number_at(samples, shipped, delivered, orders.quantity[gone]), account("in delivery")),
        compare("units on their way back", number_at(samples, returned[back], never, orders.quantity[back]), account("returning")),
        compare("orders lost", closed["lost"], trace["series/desks/lost"].sum(axis=1).cumsum()),
        compare("orders cancelled", closed["cancelled"], trace["series/desks/cancelled"].sum(axis=1).cumsum()),
        compare("orders withdrawn", closed["withdrawn"], trace["series/desks/withdrawn"].sum(axis=1).cumsum()),
        compare("lines shipped", number_at(samples, shipped, np.full(len(shipped), np.iinfo(np.int64).max), orders.rows["lines"][gone]),
                trace["series/sites/orders_shipped"].sum(axis=1).cumsum()),
    ]
    yield from filter(None, found)


def little(trace):
    """Yields what, L as the mean of the samples, λ W from the single orders, and how far they may be apart.

    Between two samples the number there is off the first one by what comes and goes meanwhile, at most.
    """
    orders = Orders(trace)
    samples = trace["series/desks/time"]
    names = trace.names("accounts/name")
    gone = orders.where(DELIVERED, IN_DELIVERY)
    length = orders.end
    step = np.diff(samples).max() / length

    def stays(came, went, weight):
        return float(((np.minimum(went, length) - came) * weight).sum() / length)

    # Mean of the samples by the trapezoidal rule over the whole run.
    def mean(values):
        return float(np.trapz(values, samples) / (samples[-1] - samples[0]))

    shipped, delivered, quantity = orders.times("shipped", gone), orders.times("delivered", gone), orders.quantity[gone]
    yield ("units in delivery", mean(trace["series/ledger/balance"][:, names.index("in delivery")]), stays(shipped, delivered, quantity),
           step * (quantity.sum() + quantity[delivered < length].sum()))
    back = orders.rows["returned"] != NEVER
    if back.any():
        yield ("units on their way back", mean(trace["series/ledger/balance"][:, names.index("returning")]),
               stays(orders.rows["returned"][back], np.full(back.sum(), length), orders.quantity[back]), step * orders.quantity[back].sum())


class OrderStates(unittest.TestCase):
    def test_every_scenario(self):
        for scenario in sorted((ROOT / "scenarios").glob("*.yaml")):
            if ONLY and scenario.stem not in ONLY:
                continue
            with self.subTest(scenario.stem):
                trace = run(scenario)
                self.assertEqual(broken(trace), [])
                self.assertEqual(list(broken_states(trace)), [])
                for what, sampled, by_order, most in little(trace):
                    print(f"{scenario.stem}: {what}: L {sampled:.2f}, λ W {by_order:.2f}, at most {most:.2f} apart")
                    self.assertLessEqual(abs(sampled - by_order), most, what)

    def test_goods_on_their_way_back(self):
        trace = run(ROOT / "scenarios" / "first-steps.yaml", **{"channels[shop].returns": "{share: 25 %, after: 12 h}"})
        self.assertEqual(broken(trace), [])
        self.assertEqual(list(broken_states(trace)), [])
        found = {what: (sampled, by_order, most) for what, sampled, by_order, most in little(trace)}
        sampled, by_order, most = found["units on their way back"]
        self.assertGreater(sampled, 100)
        self.assertLessEqual(abs(sampled - by_order), most)
        self.assertLess(most, 0.05 * sampled)

    def test_customers_who_cancel(self):
        terms = {"channels[shop].cancel": "{share: 30 %, after: {exponential: 6 h}}", "channels[shop].unmet": "backorder"}
        trace = run(ROOT / "scenarios" / "first-steps.yaml", **terms)
        self.assertEqual(broken(trace), [])
        self.assertEqual(list(broken_states(trace)), [])
        in_time, too_late = (int(trace[f"summary/cancellations/{c}"].sum()) for c in ("in_time", "too_late"))
        self.assertEqual(in_time, trace.desk("orders_withdrawn"))
        self.assertGreater(min(in_time, too_late), 200)

    def test_a_changed_trace_is_noticed(self):
        trace = run(ROOT / "scenarios" / "first-steps.yaml")
        self.assertEqual(list(broken_states(trace)), [])
        row = int(np.flatnonzero(trace["orders/status"] == DELIVERED)[0])
        day = 86_400_000_000
        for path, by in (("orders/id", 1), ("orders/status", LOST), ("orders/delivered", day), ("orders/shipped", -day)):
            self.assertNotEqual(list(broken_states(trace.changed(path, row, by))), [], path)


if __name__ == "__main__":
    unittest.main(verbosity=1)
