"""Pages: the parts that not every run has, computed again from the trace. usage: python3 report_parts_test.py PROGRAM"""
import base64
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
DAY, HOUR = 86_400_000_000, 3_600_000_000
NONE = 4294967295
# Groups and pick-up points need channels of their own.
TERMS = ['channels[shop].group={cut_off: "daily 22:00", at_least: 4}', "channels[shop].pickup={collect: {exponential: 8 h}, expires: 12 h}",
         "channels[shop].stock_view=live", "demand.orders=60/day", "sessions[eve-of-1111].lift=2 x"]


def spate(folder, *words):
    result = subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return result.stdout


def texts(dataset):
    return list(dataset.asstr()[:])


def sums(table, column, entity_of, count):
    """Sums of a column by entity, in its unit."""
    values = table[column][:] * table[column].attrs.get("scale_factor", 1)
    return np.bincount(entity_of, weights=values, minlength=count)


class Parts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def run_of(self, scenario, *settings):
        """The trace of a run and the data of its page."""
        words = [word for setting in settings for word in ("--set", setting)]
        spate(self.folder, "run", SCENARIOS / f"{scenario}.yaml", "-o", "run.h5", "--force", "--quiet", *words)
        spate(self.folder, "report", "run.h5", "--force", "--quiet")
        block = re.search(r'data-file="run.h5">([^<]*)</script>', (self.folder / "run.html").read_text())
        trace = h5py.File(io.BytesIO((self.folder / "run.h5").read_bytes()))
        return trace, h5py.File(io.BytesIO(base64.b64decode(block.group(1))))

    def check_absent(self, data, *paths):
        for path in paths:
            self.assertNotIn(path, data)

    def test_sessions(self):
        trace, data = self.run_of("live-tiers", "time.warm_up=0 d", "time.horizon=45 d", "demand.orders=100/day",
                                  "sessions[super-1].starts=30 d", "sessions[super-2].starts=35 d",
                                  *(f"sessions[{show}].script=[]" for show in ("theme", "super-1", "super-2")))
        for column in ("carts", "orders", "turned_away"):
            np.testing.assert_array_equal(data["series/sessions"][column][:], trace["series/sessions"][column][:])
        for table in ("broadcasts", "alerts"):
            for column in trace[table].attrs["column_order"]:
                np.testing.assert_array_equal(data[table][column][:], trace[table][column][:], f"{table}/{column}")
        self.assertGreater(len(data["alerts/time"]), 5)
        shows = data["broadcasts"]
        whole = shows["end"][:] <= 45 * DAY
        stated = {0: 400, 1: 5000}  # as in the scenario, without luck and script
        for session, orders in stated.items():
            expected = shows["expected"][:][whole & (shows["session"][:] == session)]
            self.assertGreater(len(expected), 0)
            np.testing.assert_allclose(expected, orders, rtol=1e-6)
        # Orders of a broadcast given its luck are Poisson: sum of (n - m)² / m over k of them is χ² with mean k, variance 2 k + Σ 1/m.
        chosen = whole & (shows["expected"][:] > 0)
        mean = shows["expected"][:][chosen] * shows["luck"][:][chosen]
        chi2 = ((shows["orders"][:][chosen] - mean) ** 2 / mean).sum()
        self.assertLess(abs(chi2 - len(mean)), 3.89 * np.sqrt(2 * len(mean) + (1 / mean).sum()))  # 99.99 %
        late = shows["start"][:] >= 45 * DAY
        self.assertTrue(late.any())
        np.testing.assert_array_equal(shows["expected"][:][late], 0)
        self.check_absent(data, "report/return_centres", "report/quality", "report/groups", "report/presale", "series/terms")

    def test_absences_are_in_their_unit(self):
        trace, data = self.run_of("host-absence", "time.horizon=90 d", "demand.orders=100/day")
        self.assertEqual(len(data["summary/absences/at"]), 1)
        for column in ("mean_stock_before", "sold_before", "mean_stock_after", "sold_after"):
            from_trace = trace["summary/absences"][column][:] * trace["summary/absences"][column].attrs["scale_factor"]
            shown = data["summary/absences"][column]
            np.testing.assert_allclose(shown[:] * shown.attrs.get("scale_factor", 1), from_trace, rtol=1e-12)

    def test_returns(self):
        trace, data = self.run_of("returns-loop", "time.warm_up=10 d", "time.horizon=25 d", "demand.orders=600/day", "trace.orders=20 %")
        summary, centre = trace["summary/returns"], data["report/return_centres"]
        self.assertEqual(texts(centre["centre"]), texts(trace["network/centres/name"]))
        for name in ("units_received", "units_reshelved", "units_outlet", "units_scrapped", "orders_graded", "refunds"):
            np.testing.assert_array_equal(centre[name][:], summary[name][:], name)
        np.testing.assert_allclose(centre["refund_h"][:], summary["refund_hours"][:] / summary["refunds"][:], rtol=1e-12)
        np.testing.assert_allclose(centre["grading_h"][:], summary["grading_hours"][:] / summary["orders_graded"][:], rtol=1e-12)
        for name in ("received", "before_grade", "to_outlet", "to_shelf", "refunds_open"):
            np.testing.assert_array_equal(data["series/returns"][name][:], trace["series/returns"][name][:], name)
        stages = data["report/return_stages"]
        self.assertEqual(texts(stages["stage"]), ["dock", "inspect"])
        np.testing.assert_allclose(stages["used"][1], trace["summary/return_stages/work"][1] / trace["summary/return_stages/capacity"][1])
        self.assertTrue(np.isnan(stages["used"][0]))
        self.check_sampled(trace["returns"], data["report"], 10 * DAY)
        links = trace["network/return_links"]
        np.testing.assert_array_equal(np.sort(links["market"][:]), np.arange(len(trace["network/markets/id"])))
        self.assertEqual(set(links["centre"][:]), {0})
        self.assertEqual(texts(trace["network/sites/id"])[trace["network/centres/site"][0]], "cdc")
        for table in ("network/return_links/market", "network/centres/site"):
            np.testing.assert_array_equal(data[table][:], trace[table][:])

    def check_sampled(self, returns, report, warm_up):
        codes = {name: {code: text for text, code in h5py.check_enum_dtype(returns[name].dtype).items()} for name in ("grade", "route")}
        refunded = returns["refunded"][:] >= warm_up
        hours = (returns["refunded"][:] - returns["started"][:])[refunded] / HOUR
        self.assertGreater(len(hours), 100)
        expected = np.bincount(np.floor(hours).astype(int))
        np.testing.assert_array_equal(report["refund_times/refunds"][:], expected)
        np.testing.assert_array_equal(report["refund_times/from"][:], np.arange(len(expected)))
        units = {}
        for row in np.flatnonzero(returns["inspected"][:] >= warm_up):
            key = (codes["grade"][returns["grade"][row]], codes["route"][returns["route"][row]])
            units[key] = units.get(key, 0) + returns["quantity"][row]
        routes = report["return_routes"]
        self.assertEqual(dict(zip(zip(texts(routes["grade"]), texts(routes["route"])), routes["units"][:])), units)
        self.assertGreater(len(units), 3)

    def test_presale(self):
        trace, data = self.run_of("presale-mix", "demand.orders=200/day", "sessions[deposits].orders=1500", "sessions[eve-of-1111].orders=1500")
        terms = data["series/terms"]
        np.testing.assert_array_equal(terms["time"][:], trace["series/presale/time"][:])
        for name, column in (("deposits", "deposits"), ("paid", "paid"), ("given_up", "given_up"), ("deposits_open", "open")):
            np.testing.assert_array_equal(terms[name][:], trace["series/presale"][column][:].sum(axis=1), name)
        np.testing.assert_array_equal(terms["locked"][:], trace["series/locks/locked"][:].sum(axis=1))
        self.assertGreater(terms["locked"][:].max(), 100)
        channel_of = trace["network/desks/channel"][:][trace["summary/presale/desk"][:]]
        names = texts(trace["network/channels/name"])
        shown = [names.index(name) for name in texts(data["report/presale/channel"])]
        self.assertEqual(shown, sorted(set(channel_of)))
        for name in ("deposits", "paid", "cancelled", "lapsed", "returned", "open"):
            expected = sums(trace["summary/presale"], name, channel_of, len(names))[shown]
            np.testing.assert_array_equal(data["report/presale"][name][:], expected, name)
        in_time, due = (sums(trace["summary/presale"], name, channel_of, len(names))[shown] for name in ("dispatched_in_time", "dispatch_due"))
        np.testing.assert_allclose(data["report/presale/in_time"][:], in_time / due)
        self.check_absent(data, "report/groups", "report/return_centres")

    def test_groups_and_pickup(self):
        trace, data = self.run_of("first-steps", *TERMS)
        terms = data["series/terms"]
        for name, grid, column in (("waiting", "pickup", "waiting"), ("collected", "pickup", "collected"), ("expired", "pickup", "expired"),
                                   ("group_orders", "desks", "placed"), ("group_failed", "desks", "given_up")):
            np.testing.assert_array_equal(terms[name][:], trace[f"series/{grid}/{column}"][:].sum(axis=1), name)
            self.assertGreater(terms[name][:].sum(), 0, name)
        groups, summary = data["report/groups"], trace["summary/groups"]
        market_of = trace["network/desks/market"][:][summary["desk"][:]]
        self.assertEqual(texts(groups["market"]), texts(trace["network/markets/name"]))
        for name in ("groups", "failed", "orders", "orders_failed"):
            np.testing.assert_array_equal(groups[name][:], sums(summary, name, market_of, 2), name)

    def test_views(self):
        trace, data = self.run_of("oversell-sync", "time.horizon=1 d")
        desks, views, feeds, shown = trace["summary/desks"], trace["summary/views"], trace["summary/feeds"], data["report/views"]
        channels = len(trace["network/channels/id"])
        of_desk = trace["network/desks/channel"][:]
        placed, refused = (sums(desks, name, of_desk[desks["desk"][:]], channels) for name in ("orders_placed", "orders_refused"))
        self.assertGreater(refused.sum(), 0)
        np.testing.assert_array_equal(shown["oversold"][:], refused)
        np.testing.assert_allclose(shown["oversold_share"][:], refused / placed, rtol=1e-12)
        known, stocks, hidden, samples = (sums(views, name, of_desk[views["desk"][:]], channels) for name in ("stocks_known", "stocks", "units_hidden", "samples"))
        for name, part, all_of_it in (("accuracy", known, stocks), ("hidden", hidden, samples)):
            expected = np.divide(part, all_of_it, out=np.full(channels, np.nan), where=all_of_it > 0)
            np.testing.assert_allclose(shown[name][:], expected, rtol=1e-12)
            self.assertFalse(np.isnan(expected).all())
        for name in ("messages", "checks", "incidents"):
            np.testing.assert_array_equal(shown[name][:], sums(feeds, name, feeds["channel"][:], channels), name)

    def test_quality(self):
        trace, data = self.run_of("qc-returns", "time.warm_up=0 d", "time.horizon=20 d", "demand.orders=400/day")
        summary, shown = trace["summary/quality"], data["report/quality"]
        names = texts(trace["network/sites/name"])
        self.assertEqual(texts(shown["site"]), [names[site] for site in sorted(summary["site"][:])])
        for name in ("units_in", "defective_in", "defective_removed", "defective_out", "batches_failed"):
            np.testing.assert_array_equal(shown[name][:], summary[name][:], name)
        self.assertGreater(shown["defective_in"][:].sum(), 0)

    def test_grades_and_black_list(self):
        grades = ("quality.grades={first: A, over: 4, levels: [{grade: S, defective: 1 %}, {grade: A, defective: 5 %, seen: 90 %}, {grade: 差, seen: 50 %}], "
                  "black_list: {after: 2, lasts: 20 d, seen: 30 %}}")
        trace, data = self.run_of("qc-returns", "time.warm_up=0 d", "time.horizon=40 d", "demand.orders=400/day", grades)
        desks, shown = trace["summary/desk_grades"], data["report/grades"]
        self.assertEqual(["S", "A", "差"], texts(shown["grade"]))
        for name in ("unseen", "placed", "delivered", "late", "returned"):
            np.testing.assert_array_equal(shown[name][:], sums(desks, name, desks["grade"][:], 3), name)
        self.assertGreater(shown["unseen"][2], 100)
        self.assertAlmostEqual(shown["product_days"][:].sum(), 90 * 40)
        self.assertEqual(desks["placed"][:].sum(), trace["summary/desks/orders_placed"][:].sum())
        listed = trace["summary/black_list"]
        chosen = listed["days"][:] > 0
        names = texts(trace["network/sites/name"])
        self.assertEqual(texts(data["report/black_list/site"]), [names[site] for site in listed["site"][:][chosen]])
        np.testing.assert_array_equal(data["report/black_list/days"][:], listed["days"][:][chosen])
        self.assertGreater(chosen.sum(), 0)

    def test_recalls_and_funds(self):
        trace, data = self.run_of("recall", "time.warm_up=0 d", "time.horizon=60 d")
        sites, shown = trace["summary/recall_sites"], data["report/recalls"]
        self.assertGreater(sites["removed"][:].sum(), 0)
        for name in ("removed", "stopped", "removed_bad", "removed_defective"):
            np.testing.assert_array_equal(shown[name][:], sites[name][:][sites["removed"][:] > 0], name)
        funds = trace["summary/refund_funds"]
        for name in ("opening", "put_aside", "paid", "closing", "owed"):
            np.testing.assert_allclose(data["report/refund_funds"][name][:], funds[name][:] * 1e-6, rtol=1e-12)
        for name in ("refunds", "waited", "waiting"):
            np.testing.assert_array_equal(data["report/refund_funds"][name][:], funds[name][:], name)

    def test_channel_stock(self):
        trace, data = self.run_of("oversell-sync", "time.warm_up=0 d", "time.horizon=3 d", "channels[0].dedicated={share: 30 %, release_after: 6 h}")
        stock, shown = trace["summary/channel_stock"], data["report/channel_stock"]
        names = texts(trace["network/channels/name"])
        self.assertEqual(texts(shown["channel"]), [names[c] for c in sorted(set(stock["channel"][:]))])
        for name in ("opening", "set_apart", "sold_own", "sold_shared", "released", "recalled", "left"):
            self.assertEqual(shown[name][:].sum(), stock[f"units_{name}"][:].sum(), name)
        self.assertGreater(shown["released"][0], 0)
        withheld = trace["summary/withheld"]
        lost = sums(withheld, "orders", trace["network/desks/channel"][:][withheld["desk"][:]], len(names))
        np.testing.assert_array_equal(shown["withheld"][:], lost[sorted(set(stock["channel"][:]))])


if __name__ == "__main__":
    unittest.main()
