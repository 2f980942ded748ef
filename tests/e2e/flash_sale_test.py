"""A flash sale that nothing survives unless it is counted right: 100,000 orders in a minute for 2,000 units, 10 channels, 20 sites.

What every customer was told (confirmed, refused at once, cancelled after the confirmation, still waiting) is added up from the single
orders and compared with the totals, the series, the stock of every site and the ledger, to the unit, for every way in which channels
can know the stock.

usage: python3 flash_sale_test.py PROGRAM
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "oracle"))
from invariants import broken  # noqa: E402
from trace_file import NO_ROW, Trace  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
CHANNELS, SITES, UNITS, ORDERS = 10, 20, 2_000, 100_000
SECOND = 1_000_000
DELIVERED, IN_DELIVERY, OPEN, LOST, REFUSED, CANCELLED = range(6)

# What channels know, the oldest first, and whether they ask for every order.
AT_ONCE = "release: {every: 0 s, lag: 0 s}"
PROTOCOLS = {
    "a copy every ten minutes": ("{every: 10 min, lag: 1 s}", False),
    "a copy every ten seconds": ("{every: 10 s, lag: 1 s}", False),
    "changes within a second": ("{push: 1 s}", False),
    "changes within 200 ms": ("{push: 200 ms}", False),
    "changes within 20 ms": ("{push: 20 ms}", False),
    "changes, some of them lost": ("{push: 200 ms, loss: 0.1 %}", False),
    "a reservation": ("{reserve: 50 ms}", True),
    "live": ("live", True),
}


def scenario(view, unmet):
    channels = "\n".join(f"  - {{id: channel-{c}, stock_view: {view}, {AT_ONCE}, unmet: {unmet}}}" for c in range(CHANNELS))
    sites = "\n".join(f"  - {{id: site-{s}, kind: rdc, at: [{110 + 0.1 * s:.1f}, 30], stock: {{units: {UNITS // SITES}}}}}" for s in range(SITES))
    sale = "\n".join(f"  - {{id: sale-{c}, channel: channel-{c}, starts: 1 min, lasts: 1 min, products: phone, orders: {ORDERS // CHANNELS}}}"
                     for c in range(CHANNELS))
    return f"""\
spate: 1
name: flash-sale
time: {{start: 2025-11-10T20:00:00+08:00, horizon: 50 min}}
markets: [{{id: town, at: [110, 30]}}]
products: [{{id: phone, price: 1999 CNY, cost: 1500 CNY}}]
sites:
{sites}
lanes: [{{from: site-*, to: markets, transit: 10 min}}]
channels:
{channels}
sources: {{at_most: {SITES}}}
demand: {{each: 0.0001/h}}
sessions:
{sale}
trace: {{series: 1 min, orders: 100 %}}
"""


class FlashSale(unittest.TestCase):
    def run_sale(self, view, unmet, workers=1):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "sale.yaml").write_text(scenario(view, unmet), encoding="utf-8")
            words = [PROGRAM, "run", "sale.yaml", "-o", "run.h5", "--quiet", "--workers", str(workers)]
            done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=280)
            self.assertEqual(done.returncode, 0, done.stderr)
            trace = Trace(path / "run.h5")
        self.assertEqual(broken(trace), [])
        return trace

    def told(self, trace, asks):
        """Customers by what they were told in the end, after making sure that all books agree."""
        status, desk, site = trace["orders/status"], trace["orders/desk"], trace["orders/site"]
        placed = trace["series/desks/placed"].sum()
        self.assertEqual(len(np.unique(trace["orders/id"])), placed)  # every order ends in one state, and only once
        self.assertEqual(len(status), placed)
        self.assertTrue((trace["orders/quantity"] == 1).all())
        shipped = np.isin(status, [DELIVERED, IN_DELIVERY])
        counts = {name: int((status == code).sum()) for name, code in
                  (("lost", LOST), ("refused", REFUSED), ("cancelled", CANCELLED), ("open", OPEN))}
        counts["shipped"] = int(shipped.sum())
        for name, column in (("lost", "lost"), ("refused", "refused"), ("cancelled", "cancelled"), ("shipped", "shipped")):
            self.assertEqual(counts[name], trace.desk(f"orders_{column}"), name)
            if name != "shipped":
                code = {"lost": LOST, "refused": REFUSED, "cancelled": CANCELLED}[name]
                by_desk = np.bincount(desk[status == code], minlength=CHANNELS)
                self.assertEqual(by_desk.tolist(), trace[f"summary/desks/orders_{column}"].tolist(), name)
        self.assertEqual(counts["open"] + counts["shipped"] - int((status == DELIVERED).sum()), trace.desk("orders_open"))
        # Unit by unit: what left each site, what it still has, what the ledger says.
        by_site = np.bincount(site[shipped], minlength=SITES)
        self.assertEqual(by_site.tolist(), trace["summary/stock/shipped"].tolist())
        self.assertEqual((by_site + trace["summary/stock/final"]).tolist(), [UNITS // SITES] * SITES)
        self.assertTrue((site[~shipped] == NO_ROW).all())
        self.assertEqual(counts["shipped"], sum(map(trace.account, ("in delivery", "at customer"))))
        self.assertEqual(trace.account("available") + trace.account("reserved"), UNITS - counts["shipped"])
        self.assertEqual(trace.account("revenue"), -counts["shipped"] * 1999 * 1_000_000)
        self.assertEqual(trace["series/sites/orders_shipped"].sum(), counts["shipped"])
        self.assertEqual(trace["series/desks/lost"].sum(), counts["lost"] + counts["refused"])
        self.assertEqual(sum(counts.values()), placed)
        self.assertEqual(counts["shipped"], UNITS)
        if asks:
            self.assertEqual(counts["refused"], 0)
        return counts

    def test_customers_who_do_not_wait(self):
        oversold = {}
        for name, (view, asks) in PROTOCOLS.items():
            with self.subTest(name):
                counts = self.told(self.run_sale(view, "lose"), asks)
                self.assertEqual(counts["cancelled"] + counts["open"], 0)
                self.assertTrue(abs(sum(counts.values()) - ORDERS) < 5 * ORDERS**0.5)
                oversold[name] = counts["refused"]
                confirmed = counts["shipped"] + counts["refused"]
                print(f"{name}: {confirmed} confirmed, {counts['lost']} refused at once, {counts['refused']} cancelled after confirmation")
        ages = list(oversold.values())
        # All is sold within two seconds: copies that are older make no difference.
        self.assertGreaterEqual(ages[0], ages[1])
        self.assertGreaterEqual(ages[1], ages[2])
        self.assertGreater(ages[2], ages[3])
        self.assertGreater(ages[3], ages[4])
        self.assertGreater(ages[4], 0)
        # A channel that knows nothing of the others confirms no more than the whole stock.
        self.assertLessEqual(ages[0], (CHANNELS - 1) * UNITS)

    def test_customers_who_wait(self):
        for name in ("a copy every ten seconds", "changes, some of them lost", "a reservation"):
            view, asks = PROTOCOLS[name]
            with self.subTest(name):
                # 30 min after the sale the customers of the first two minutes have given up.
                counts = self.told(self.run_sale(view, "{backorder: 30 min}"), asks)
                self.assertEqual(counts["lost"] + counts["refused"], 0)
                self.assertEqual(counts["open"], 0)
                self.assertEqual(counts["cancelled"], sum(counts.values()) - UNITS)
                # For ever: they still wait, and the books know how many.
                trace = self.run_sale(view, "backorder")
                waiting = self.told(trace, asks)
                self.assertEqual(waiting["open"], sum(waiting.values()) - UNITS)
                self.assertEqual(trace.desk("orders_waiting"), waiting["open"])
                self.assertEqual(trace["series/sites/backordered"][-1].sum(), waiting["open"])

    def test_a_run_goes_on_from_the_middle_of_the_sale(self):
        for name in ("a copy every ten seconds", "changes, some of them lost", "a reservation"):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                (pathlib.Path(folder) / "sale.yaml").write_text(scenario(PROTOCOLS[name][0], "lose"), encoding="utf-8")
                once = ["--set", "time.horizon=150 s", "--set", "snapshot.every=80.0001 s"]  # the only one
                for words in (["run", "sale.yaml", *once, "-o", "whole.h5", "--workers", "1"],
                              ["resume", "whole.h5.snapshot", "-o", "rest.h5", "--workers", "2"]):
                    done = subprocess.run([PROGRAM, *words, "--quiet"], cwd=folder, capture_output=True, text=True, timeout=120)
                    self.assertEqual(done.returncode, 0, done.stderr)
                whole, rest = (Trace(pathlib.Path(folder) / f"{name}.h5") for name in ("whole", "rest"))
                self.assertEqual(whole.attributes["digest"], rest.attributes["digest"])
                self.assertEqual(whole.keys(), rest.keys())
                for path in whole:
                    np.testing.assert_array_equal(whole[path], rest[path], path)

    def test_workers_change_nothing(self):
        for name in ("changes, some of them lost", "a reservation"):
            traces = [self.run_sale(PROTOCOLS[name][0], "lose", workers) for workers in (1, 2, 4)]
            for other in traces[1:]:
                self.assertEqual(traces[0].attributes["digest"], other.attributes["digest"])
                for path in ("orders/id", "orders/status", "orders/site", "summary/feeds/messages", "series/ledger/balance"):
                    if path in traces[0]:
                        np.testing.assert_array_equal(traces[0][path], other[path], path)


if __name__ == "__main__":
    unittest.main(verbosity=1)
