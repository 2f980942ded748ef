"""Every key figure of every scenario of the library, computed again from the rows of the trace.

Each scenario (and arms of experiments) is run with all orders in its trace, and what `spate run` prints is compared with what follows from
single orders, returns and shipments, from the samples and the ledger: never from the /summary tables that the program uses. Counts, money
and means of single times are equal but for the last bits; means of samples are only as exact as these are dense. What rows do not tell is in
NOT_FROM_ROWS, with the reason: a figure that is neither there nor computed here fails the test, and so does one of docs/kpi.md.

usage: python3 figures_from_rows_test.py PROGRAM [CASE ...]
"""
import dataclasses
import pathlib
import re
import sys
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import figures_of_money as money  # noqa: E402
import figures_of_orders as orders  # noqa: E402
import laws_of_rows as laws  # noqa: E402
from trace_rows import DAY, HOUR, Run  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
ONLY = [sys.argv.pop() for _ in sys.argv[1:] if not sys.argv[-1].startswith("-")]

# What the rows of a trace do not tell.
NOT_FROM_ROWS = {
    "co2_per_order": "what a trip emits depends on the vehicles and loads of its lane, which are in no row",
    "locked_stock_days": "rows do not say when goods were set aside for a deposit; the samples give the mean (locked_units_mean)",
    "defect_share_in": "the defective units of a batch are in no row, but for batches that are called back",
    "defect_share_out": "which units are defective is in no row",
    "batches_failed_share": "inspections have no rows",
    "inspection_wait_mean": "inspections have no rows",
    "recalled_units": "what a recall takes off shelves is in the same account as what inspections send back",
    "recall_precision": "the same, and batches of what was taken off",
    "bad_batches_recalled_share": "batches that are not called back have no rows",
    "black_list_days": "verdicts have no rows, and the list is not in /grades",
    "misjudged_share": "/returns does not say what was decided about who is liable",
    "abuse_paid": "/returns does not say which claims are untrue",
    "wrongly_refused_share": "the same",
    "stock_accuracy": "what desks believe is in no row",
    "units_hidden_mean": "what desks believe is in no row",
    "stock_incidents_per_month": "checks have no rows",
    "units_withheld": "rows of lost orders do not say what sites had for others",
    "withheld_share": "the same",
    "dedicated_released_share": "what is set apart for channels is in no row",
    "stale_reads_per_100k": "rows of lost orders do not say what customers had been shown",
    "cancelled_too_late_share": "rows of shipped orders do not say that their customers cancelled",
    "conversion_kept": "rows do not say that a product was missing",
    "shelf_life_left": "when the goods of an order were made is in no row; shelf_life_test.py keeps them unit by unit",
    "past_date_share": "the same",
    "supply_price_level": "rows of shipments do not name their products; purchase_prices_test.py counts what was paid",
    "gifts_missed": "only orders of several lines have them, and rows do not name their products; gift_counts_test.py counts them",
    "gifts_missed_share": "the same",
    "gift_promises_broken": "the same",
}
# Of scenarios in which all stock costs the same share of its value a year: nothing waits at a supplier for its lorry, which costs nothing.
HOLDING = {"price-by-stock": 0.2, "qc-returns": 0.18, "recall": 0.18, "supplier-scores": 0.18}
SAMPLED_STOCK = ("stock_value_mean", "turnover_days")
SAMPLED = ("locked_units_mean", "pickup_wait_mean", "pickup_unit_days")


def nothing(_):
    return {}


@dataclasses.dataclass
class Case:
    """A scenario with settings, or more lines; what else it shows than orders, cost and stock do; and what its rows are worth."""

    scenario: str
    settings: dict = dataclasses.field(default_factory=dict)
    lines: str = ""
    more: object = nothing  # run: figures
    longer: float = 6  # days until all orders of the horizon are done; 0: waits for stock cannot be had
    why_not: str = ""  # they cannot be had
    paid: object = laws.catalogue  # rows of /orders: what they pay; none: rows do not tell
    sampled: float = 0.02  # error of the mean stock: by how much it changes between two samples
    handling: tuple = ()  # by order and by unit, if all sites take the same
    freight: tuple = ()  # by order and by kg, if all goods go to customers, and for the same
    lost_sale: float = 0  # for a unit that would have been paid
    given: object = laws.no_gifts  # units that are not
    waits: bool = True  # orders wait line by line


def every(names, key, value):
    return {f"channels[{name}].{key}": value for name in names.split()}


GROUPS = """channels: [{id: community, group: {cut_off: "daily 22:00", at_least: 3}%s}]
policies: {replenish: [{at: town, use: {base_stock: {units: 0}}, review: daily 22:30}]}
"""
VAN = """lanes:
  - {from: farm, to: town, mode: truck, speed: 50 km/h, departs: daily 23:30, cost: 4.5 CNY/km}
  - {from: town, to: markets, mode: van, speed: 25 km/h, departs: daily 06:00, vehicle: {volume: 3 m3, weight: 600 kg}, cost: [15 CNY/trip, 0.2 CNY/order]}
"""
SMALL = {"demand.orders": "400/day", "sites[town].stock.cover": "0 d", "trace.series": "10 min"}
SENSE = "{say: limited, order: 30 %, hits: 60 %, false_alarms: 0.2}"
AGENTS = "{servers: 4, time: {gamma: {mean: 8 min, cv: 0.5}}, hours: two-shift}"
SERVICE = "{agents: %s, bot: 60 %%, answer_within: 2 h, liable: {supplier_pays: 60 %%, accuracy: 90 %%}}" % AGENTS
DROP = "{below: 60 %, lasts: 20 d}"
SCORE = "{review: mon 01:00, over: 60, defective: {weight: 60 %%, worst: 10 %%}, late: {weight: 40 %%, worst: 50 %%, within: 60 h}, drop: %s}" % DROP
LEVELS = "[{grade: S, defective: 0.5 %, sample: 0.5}, {grade: A, defective: 2 %}, {grade: B, defective: 4 %, seen: 80 %}, {grade: C, seen: 40 %}]"
GRADES = {"quality.grades": "{first: A, over: 8, levels: %s, black_list: {after: 3, lasts: 30 d, seen: 20 %%}}" % LEVELS}
BY_PRODUCT = "{by: product, returns: {at_least: 40 units, share: 20 %, every: 1 d}, news: 1 d, customers: 30 %, bad: 8 %}"
MONEY_ONLY = "{share: 8 %, up_to: 60 CNY, untrue: 15 %, caught: 80 %, wrongly_caught: 3 %}"
LINES = "shop market video social stores"
FEW = {"demand.orders": "100/day", "sessions[evening].orders": "70", "sessions[noon].orders": "30"}
STEPS = {"policies.price[0].steps": "[{cover: 0 d, price: 115 %}, {cover: 30 d, price: 100 %}, {cover: 50 d, price: 85 %}, {cover: 80 d, price: 70 %}]"}
UNPAID = "orders that wait before they are paid leave no trace of it"


def sessions(run):
    return money.broadcasts(run) | money.leftover(run) | money.sales(run) | money.absences(run)


def bogo(run, rows):
    """Units given away: one with each that is paid while the words of the host hold; if there are none, in the whole show."""
    said = run.trace["script/from"][0] if run.trace["script/buy"].any() else 0
    return np.where((rows.session == 0) & (rows.placed >= said), rows.quantity // 2, 0)


def show(run):
    return money.broadcasts(run) | money.leftover(run) | money.sales(run, 69_000_000, bogo) | money.absences(run)


def paid_in_show(run, rows):
    return np.where(rows.session == 0, 69_000_000, run.price()[rows["product"]]) * (rows.quantity - bogo(run, rows))


def both_prices(run):
    return money.prices(run) | money.customers(run, without(run, **{"policies.price": "[]"}))


def quality(run):
    return money.returns(run, 4000)


def recall(run):
    return quality(run) | money.recalls(run, DAY) | money.fund(run) | money.recall_refunds(run)


def without(run, **settings):
    changed = {**run.settings, **settings}
    return Run(PROGRAM, run.scenario, {key: value for key, value in changed.items() if value is not None}, run.overlay)


CASES = {
    "first-steps": Case("first-steps", {"time.warm_up": "1 d"}, handling=(1.2, 0.3)),
    "lean": Case("first-steps", {"sites[warehouse].stock.cover": "0.5 d", "channels[shop].returns": "{share: 20 %, after: 1 d}"}, handling=(1.2, 0.3)),
    "cancel": Case("first-steps", {"channels[shop].unmet": "backorder", "channels[shop].cancel": "{share: 20 %, after: {exponential: 6 h}}"},
                   longer=0, why_not="who cancels while waiting leaves no trace of the wait"),
    "substitutes": Case("first-steps", {"channels[shop].unmet": "lose", "sites[warehouse].stock.cover": "4 d", "policies.replenish": "[]",
                                        "substitutes": "[{for: lip-glaze, with: face-mask, accept: 40 %}]"},
                        more=lambda run: orders.substituted(run, without(run, substitutes="[]"))),
    "split-orders": Case("split-orders", {"time.horizon": "8 d"}, paid=None),
    "split-always": Case("split-orders", {"time.horizon": "4 d", "sources": "{rule: nearest, split: always}",
                                          "sites[rdc-east].stock.cover": "0.5 d"}, paid=None),
    "split-never": Case("split-orders", {"time.horizon": "4 d", "sources": "{rule: cheapest, split: never}", "channels[shelf].unmet": "backorder",
                                         "sites[rdc-east].assortment": "all"}, paid=None, waits=False),
    "flash-bogo": Case("flash-bogo", more=show, paid=paid_in_show, given=bogo, lost_sale=20),
    "announced": Case("flash-bogo", {"sessions[show].script": "[{at: 30 min, lasts: 150 min, rate: 1.5 x}]", "sessions[show].gift": "{each: 1, units: 1}"},
                      more=show, paid=paid_in_show, given=bogo, longer=0, why_not="as in flash-bogo"),
    "capped": Case("flash-bogo", {"sessions[show].cap": "20k units"}, more=show, paid=paid_in_show, given=bogo,
                   longer=0, why_not="as in flash-bogo"),
    "price-by-stock": Case("price-by-stock", more=both_prices, paid=laws.by_stock, freight=(6, 1)),
    "dearer": Case("price-by-stock", {"time.warm_up": "5 d", **STEPS}, paid=laws.by_stock, more=both_prices),
    "promotion": Case("promotion", paid=laws.promotion, longer=0, why_not="a longer run has another mean demand, so another opening stock"),
    "live-tiers": Case("live-tiers", more=lambda run: sessions(run) | money.alerts(run), longer=0, why_not="nobody waits"),
    "sense": Case("live-tiers", {**{f"policies.replenish[{i}].sense": SENSE for i in range(3)}},
                  more=lambda run: sessions(run) | money.alerts(run) | money.emergencies(run), longer=0, why_not="nobody waits"),
    "host-absence": Case("host-absence", FEW, more=sessions, handling=(1.2, 0.3)),
    "substitute-hosts": Case("host-absence", {**FEW, "policies.host_pool.s_share": "30 %", "policies.host_pool.substitutes": "3"}, more=sessions),
    "presale-mix": Case("presale-mix", {"demand.orders": "1k/day", "sessions[deposits].orders": "10k", "sessions[eve-of-1111].orders": "10k"},
                        more=lambda run: orders.presale(run, 30 * DAY, DAY) | orders.locks(run), longer=0, why_not=UNPAID,
                        handling=(1.2, 0.3), lost_sale=60),
    "no-lock": Case("presale-mix", {"demand.orders": "1k/day", "sessions[deposits].orders": "10k", "sessions[eve-of-1111].orders": "10k",
                                    "channels[presale].presale.lock": "none"}, more=lambda run: orders.presale(run, 30 * DAY, DAY), lost_sale=60),
    "fresh-dairy": Case("fresh-dairy", more=money.expired, freight=(), lost_sale=8),
    "group-buy": Case("group-buy", {"time.horizon": "20 d", "demand.orders": "1k/day", "trace.series": "10 min"}, lost_sale=5),
    "group-home": Case("group-buy", {"time.horizon": "20 d", **SMALL}, GROUPS % "", more=lambda run: orders.groups(run, 22, 3), sampled=0.2),
    "group-pickup": Case("group-buy", {"time.horizon": "20 d", "time.warm_up": "0 d", "demand.quantity": "1 unit", **SMALL},
                         GROUPS % ", pickup: {collect: {exponential: 8 h}, expires: 2 d}" + VAN,
                         more=lambda run: orders.groups(run, 22, 3) | orders.pickup(run, 2), sampled=0.2),
    "oversell-sync": Case("oversell-sync", {"time.horizon": "4 d", "trace.series": "1 min"}, longer=5),
    "dedicated": Case("oversell-sync", {"time.horizon": "4 d", "trace.series": "1 min",
                                        "channels[walk-in].dedicated": "{share: 100 %, sites: store-*}"}, longer=0, why_not="as in oversell-sync"),
    "replica": Case("oversell-sync", {"time.horizon": "2 d", "trace.series": "1 min",
                                      **every(LINES, "stock_view", "{reserve: 50 ms, read: 200 ms}")}, longer=5),
    "bench-two-echelon": Case("bench-two-echelon", {"time.horizon": "300 d"}),
    "bench-two-echelon-100": Case("bench-two-echelon-100", {"time.horizon": "15 d", "trace.series": "1 d"}),
    "bench-two-echelon-1000": Case("bench-two-echelon-1000", {"time.horizon": "2 d", "trace.series": "2 h"}, longer=2),
    "bench-national-10m": Case("bench-national-10m", {"time.horizon": "2 h", "demand[0].orders": "50k/day", "demand[1].orders": "20k/day", "sessions": "[]",
                                                      "trace.series": "5 min"}, longer=0, why_not="orders of two hours are not done for days"),
    "supplier-scores": Case("supplier-scores", {"time.horizon": "40 d", "demand.orders": "1k/day"},
                            more=lambda run: money.returns(run) | money.supply(run, 0), handling=(1.2, 0.3)),
    "dropped": Case("supplier-scores", {"time.horizon": "90 d", "policies.replenish[0].split.score": SCORE,
                                        **{f"lanes[{i}].transit": "{gamma: {mean: %d h, cv: 0.1}}" % h for i, h in enumerate((60, 60, 48, 24))}},
                    more=lambda run: money.returns(run) | money.supply(run, 60 * HOUR), longer=0, why_not="as in supplier-scores"),
    "qc-returns": Case("qc-returns", {"time.horizon": "40 d", "demand.orders": "1k/day"}, more=quality, handling=(1.2, 0.3)),
    "graded": Case("qc-returns", {"time.horizon": "40 d", "demand.orders": "1k/day", **GRADES}, longer=0, why_not="as in qc-returns",
                   more=lambda run: quality(run) | orders.unseen(run, without(run, **{"quality.grades": None}))),
    "recall": Case("recall", {"time.horizon": "60 d", "demand.orders": "2k/day"}, more=recall, longer=0, why_not="as in qc-returns"),
    "recall-at-the-end": Case("recall", {"time.horizon": "53.5 d", "demand.orders": "2k/day"}, more=recall, longer=0, why_not="as in qc-returns"),
    "by-product": Case("recall", {"time.horizon": "40 d", "demand.orders": "1k/day", "quality.recall": BY_PRODUCT,
                                  "quality.inspections[0].admission": "1", "quality.inspections[0].benches": "4"}, more=recall),
    "returns-loop": Case("returns-loop", {"time.horizon": "40 d", "demand.orders": "1500/day"},
                         more=lambda run: money.returns(run, 20000), handling=(1.2, 0.3)),
    "desk-bot": Case("returns-loop", {"time.horizon": "40 d", "demand.orders": "1500/day", "return_centres[back].service": SERVICE,
                                      "return_centres[back].refund": "{after: answered, plus: 2 h}",
                                      "return_centres[back].fund": "{opening: 100k CNY, share: 2 %, pays: quality}"}, longer=0, why_not="as in returns-loop",
                     more=lambda run: money.returns(run, 20000) | money.tickets(run, 2 * HOUR) | money.fund(run)),
    "money-only": Case("returns-loop", {"time.horizon": "40 d", "demand.orders": "1500/day", "return_centres[back].refund_only": MONEY_ONLY},
                       more=lambda run: money.returns(run, 20000), longer=0, why_not="as in returns-loop"),
    "double-eleven": Case("double-eleven", {"demand.orders": "1k/day"}, longer=0, why_not="a longer run is dear"),
    "net-design": Case("net-design", {"demand.orders": "1k/day"}),
}
WAITS = ("order_fill_rate", "unit_fill_rate", "line_fill_rate", "perfect_order_rate", "backordered_share")


def is_equal(shown, value, error):
    if shown is None or value is None:
        return shown is value
    return abs(shown - value) <= error * max(abs(shown), abs(value))


class FiguresFromRows(unittest.TestCase):
    compared = set()

    def expected(self, case, run):
        found = orders.counts(run) | money.costs(run) | money.use(run) | money.stock(run, HOLDING.get(case.scenario)) | case.more(run)
        if case.longer:
            waits = orders.Waits(run, case.longer)
            self.assertTrue(waits.begins_alike, "a longer run begins otherwise")
            found |= orders.fill(run, waits)
            if case.waits:
                self.assertEqual(list(orders.wrong_waits(run, waits)), [])
        return found

    def error_of(self, figure, case):
        if figure in SAMPLED_STOCK:
            return 1e-7 if case.scenario in HOLDING else case.sampled
        return 0.02 if figure in SAMPLED else 1e-9

    def check(self, name, case):
        run = Run(PROGRAM, ROOT / f"scenarios/{case.scenario}.yaml", case.settings, case.lines)
        found = self.expected(case, run)
        unknown = set(run.shown) - set(found) - set(NOT_FROM_ROWS) - (set() if case.longer else set(WAITS))
        self.assertEqual(unknown, set(), "figures that are neither computed here nor in NOT_FROM_ROWS")
        for figure, value in found.items():
            self.assertIn(figure, run.shown)
            error = self.error_of(figure, case)
            with self.subTest(f"{name}: {figure}"):
                self.assertTrue(is_equal(run.shown[figure], value, error), f"printed {run.shown[figure]}, by the rows {value}")
            if value:
                self.compared.add(figure if figure == "cost_per_order_total" else re.sub("cost_per_order_.*", "cost_per_order_", figure))
        self.assertEqual(list(laws.broken(run, case)), [])
        self.assertEqual(list(orders.wrong_late_places(run)), [])
        self.assertEqual(list(orders.wrong_queues(run)), [])

    def test_every_case(self):
        for name, case in CASES.items():
            if not ONLY or name in ONLY:
                with self.subTest(name):
                    self.check(name, case)
        if not ONLY:
            self.assertEqual(figures_of_the_page() - self.compared - set(NOT_FROM_ROWS), set(), "figures of docs/kpi.md that no case has computed")

    def test_every_scenario_is_a_case(self):
        self.assertEqual({path.stem for path in (ROOT / "scenarios").glob("*.yaml")} - set(CASES), set())


def figures_of_the_page():
    """Names in the first column of the tables of docs/kpi.md."""
    text = (ROOT / "docs/kpi.md").read_text(encoding="utf-8")
    names = {name for line in re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE) for name in re.findall(r"`([a-z0-9_]+)", line)}
    return names - {"stock", "carrier"}  # places where orders wait


if __name__ == "__main__":
    unittest.main(verbosity=1)
