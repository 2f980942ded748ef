"""Returns around the end of the warm-up, claims for money only, recalls at their limits: counted by hand. usage: python3 returns_counts_test.py PROGRAM"""
import unittest

import numpy as np

from hand_counts_test import ONE, SHELF, Run, returns

HOUR, NEVER = 3_600_000_000, np.iinfo(np.int64).min
ORDERS, PLAN = "time,market,product,quantity\n", "time,product,quantity\n"
SCRAP = "\n    routes: {A: scrap, B: scrap, C: scrap}\n"
TRUE = "    refund_only: {share: 100 %, untrue: 0 %, wrongly_caught: 50 %}\n"
UNTRUE = "    refund_only: {share: 100 %, untrue: 100 %, caught: 0 %}\n"
SOON = "    refund: {after: started, plus: 1 h}\n"


def returned(orders, terms, after="4 d", horizon="7 d"):
    """An order every twelve hours from the start on, each delivered after an hour; three days are warm-up."""
    rows = ORDERS + "".join(f"{12 * i} h,town,a,1\n" for i in range(orders))
    text = returns(SCRAP + terms, f"share: 100 %, after: {after}").replace("{id: shop,", "{id: shop, stock_view: live,")
    return Run(f"{horizon}, warm_up: 3 d", ONE + SHELF + text + "demand: {history: d.csv}\n", {"d.csv": rows}, "seed=3")


def hourly(run, account):
    names = [name.decode() for name in run["network/accounts/name"]]
    return run["series/ledger/balance"][:, names.index(account)]


class WarmUp(unittest.TestCase):
    """A centre hears of returns when goods are shipped; they count when customers begin, from hour 97 on every twelve hours."""

    def test_returns_count_from_their_start(self):
        self.assertEqual(returned(6, "")["summary/returns/started_other"].tolist(), [6])
        early = returned(6, "", after="1 h")  # from hour 2 on; that of hour 62 is in the warm-up, as the five before
        self.assertEqual(early["summary/returns/started_other"].tolist(), [0])

    def test_a_return_in_the_first_instant_of_the_horizon_counts(self):
        self.assertEqual(returned(1, "", after="71 h")["summary/returns/started_other"].tolist(), [1])
        self.assertEqual(returned(1, "", after="4259 min")["summary/returns/started_other"].tolist(), [0])

    def test_true_claims(self):
        run = returned(16, TRUE + SOON)  # hours 97 to 229
        refused = int((run["returns/refunded"] == NEVER).sum())
        self.assertTrue(0 < refused < 12)
        for column, right in (("started_other", 12), ("claims", 12), ("claims_true", 12), ("wrongly_refused", refused)):
            self.assertEqual(run[f"summary/returns/{column}"].tolist(), [right], column)
        self.assertAlmostEqual(run.figures["wrongly_refused_share"], refused / 12, 12)

    def test_untrue_claims(self):
        run = returned(6, UNTRUE + SOON)
        self.assertEqual(run.figures["abuse_paid"], 600)
        self.assertEqual(run["summary/returns/claims"].tolist(), [6])

    def test_what_was_claimed_before_is_paid_within(self):
        run = returned(6, UNTRUE + "    refund: {after: started, plus: 1 d}\n", after="1 h")
        self.assertEqual(run["summary/returns/claims"].tolist(), [0])
        self.assertEqual(run.figures["abuse_paid"], 200)  # of hours 50 and 62, paid at 74 and 86

    def test_with_a_service(self):
        run = returned(16, UNTRUE + SOON + "    service: {agents: {servers: unlimited, time: 6 min}, bot: 50 %}\n")
        for table in ("returns/started_other", "returns/claims", "tickets/tickets", "tickets/answered"):
            self.assertEqual(run[f"summary/{table}"].tolist(), [12], table)
        self.assertEqual(run.figures["abuse_paid"], 1200)

    def test_goods_that_nobody_fetches(self):
        text = returns(SCRAP).replace("returns: {share: 100 %, after: 1 h}", "stock_view: live, pickup: {collect: 100 d, expires: 3 d}")
        run = Run("5 d, warm_up: 3 d", ONE + SHELF + text + "demand: {every: 12 h}\n")
        begun = int((run["returns/started"] >= 72 * HOUR).sum())
        self.assertEqual(begun, 10)
        self.assertEqual(run["summary/returns/started_other"].tolist(), [begun])


class MoneyOnly(unittest.TestCase):
    def test_goods_stay_with_their_customers(self):
        run = returned(16, TRUE + SOON)
        self.assertEqual(set(hourly(run, "returning").tolist()), {0})
        hours = np.arange(241)
        delivered = np.minimum(np.maximum(hours - 2, -12) // 12 + 1, 16)  # at hours 1, 13, …, in the books an hour later
        self.assertEqual(hourly(run, "at customer")[:-1].tolist(), delivered[:-1].tolist())

    def test_a_refund_is_open_from_the_start_of_the_return(self):
        run = returned(16, UNTRUE + SOON)
        open_at = np.flatnonzero(run["series/returns/refunds_open"].ravel())
        self.assertEqual(open_at.tolist(), [98 + 12 * i for i in range(12)])

    def test_goods_are_on_their_way_from_the_start_of_the_return(self):
        run = returned(6, "")  # back a day after the customer sends them
        expected = np.zeros(240, int)
        for i in range(6):
            expected[98 + 12 * i:122 + 12 * i] += 1
        self.assertEqual(hourly(run, "returning")[:240].tolist(), expected.tolist())


RECALL = """
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 0}}]
lanes: [{from: sup, to: w, transit: 1 h}, {from: w, to: markets, transit: 1 h}]
channels:
  - {id: bad, stock_view: live, unmet: lose, returns: {share: 100 %%, quality: 100 %%, after: 1 h}}
  - {id: fine, stock_view: live, unmet: lose, returns: {share: 100 %%, after: 1 h}}
demand: [{channels: bad, history: bad.csv}, {channels: fine, history: fine.csv}]
policies: {replenish: [{at: w, from: sup, use: {plan: plan.csv}, order_lag: 0 s}]}
quality:
  suppliers: [{at: sup, share: 0 %%}]
  recall: {by: %s, returns: {at_least: 1 units, share: %s, every: 10 d}, news: 1 h}
"""


class Recalls(unittest.TestCase):
    def recalls(self, bad, fine, share, bad_at=10, by="batch"):
        """Bad and fine units that come back before the first look, the bad ones from the hour `bad_at`."""
        def rows(hour, count):
            return ORDERS + "".join(f"{60 * hour + i} min,town,a,1\n" for i in range(count))
        files = {"plan.csv": PLAN + "0 h,a,500\n", "bad.csv": rows(bad_at, bad), "fine.csv": rows(12, fine)}
        run = Run("20 d", ONE + RECALL % (by, share), files)
        return list(zip(run["recalls/returned_quality"].tolist(), run["recalls/returned"].tolist()))

    def test_all_that_is_known_is_counted_before(self):
        for by in ("batch", "product"):
            for bad_at in (10, 14):  # first, last
                self.assertEqual(self.recalls(1, 9, "50 %", bad_at, by), [], (by, bad_at))
                self.assertEqual(self.recalls(5, 5, "50 %", bad_at, by), [(5, 10)], (by, bad_at))

    def test_a_share_met_exactly(self):
        self.assertEqual(self.recalls(7, 93, "7 %"), [(7, 100)])
        self.assertEqual(self.recalls(6, 94, "7 %"), [])

    def test_a_bad_batch_met_exactly(self):
        text = """
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 5}}]
lanes: [{from: sup, to: w, transit: 1 h}, {from: w, to: markets, transit: 1 h}]
channels: [{id: shop, stock_view: live, unmet: lose}]
demand: {every: 1 d}
policies: {replenish: [{at: w, from: sup, use: {plan: plan.csv}, order_lag: 0 s}]}
quality:
  suppliers: [{at: sup, share: 7 %, alike: 1e9}]
  recall: {dates: [{at: 2 d}], bad: 7 %}
"""
        run = Run("4 d", ONE + text, {"plan.csv": PLAN + "".join(f"{i} h,a,100\n" for i in range(24))})
        defective = run["recalls/defective"]
        self.assertEqual(len(defective), 24)
        self.assertTrue((defective == 7).any())
        self.assertEqual(run["summary/recalls/bad_batches"].tolist(), [int((defective >= 7).sum())])


class Loading(unittest.TestCase):
    def test_reasons_that_make_up_the_whole_share(self):
        for share, quality, expectation in ((30, 10, 20), (70, 69, 1), (60, 57, 3), (90, 83, 7)):
            terms = f"share: {share} %, quality: {quality} %, expectation: {expectation} %, after: 1 h"
            run = Run("1 d", ONE + SHELF + f"channels: [{{id: shop, returns: {{{terms}}}}}]\ndemand: {{every: 1 h}}\n")
            self.assertEqual((run.code, run.error), (0, ""))

    def test_a_centre_for_defective_goods_only(self):
        text = """
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 5}}]
lanes: [{from: sup, to: w, transit: 1 h}, {from: w, to: markets, transit: 1 h}]
""" + returns(SCRAP, "share: 0 %, defective: 100 %, after: 4 h").replace("{id: shop,", "{id: shop, stock_view: live, unmet: lose,") + """
demand: {every: 1 h}
policies: {replenish: [{at: w, from: sup, use: {base_stock: {units: 100}}, review: every 8 h}]}
quality:
  suppliers: [{at: sup, share: 30 %}]
"""
        run = Run("4 d", ONE + text)
        self.assertEqual(run.code, 0, run.error)
        back = int((run["orders/returned"] != NEVER).sum())
        self.assertGreater(back, 10)
        self.assertEqual(run["summary/returns/started_quality"].tolist(), [back])
        none = Run("4 d", ONE + text.replace("defective: 100 %", "defective: 0 %"))
        self.assertIn("nothing is ever returned", none.error)

    def test_merging_needs_a_view_of_the_stock(self):
        text = """
channels: [{id: shop, stock_view: %s, unmet: {backorder: 20 h}, sources: {merge: 6 h}}]
demand: [{orders: 24/day, further: 1}]
"""
        goods = "products: [{id: p, price: 100 CNY, cost: 40 CNY}, {id: q, price: 10 CNY, cost: 4 CNY}]\n" + SHELF
        for view, code in (("live", 2), ("{reserve: 50 ms}", 2), ("{every: 1 min, lag: 1 s}", 0), ("{push: 200 ms}", 0)):
            run = Run("1 d", goods + text % view)
            self.assertEqual(run.code, code, (view, run.error))
            self.assertEqual("`merge` needs a view of the stock" in run.error, code == 2, view)


PLANNED = """
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 50}}]
lanes: [{from: sup, to: w, transit: 1 h, co2: 100 g/order, cost: 5 CNY/order}, {from: w, to: markets, transit: 1 h}]
channels: [{id: shop, stock_view: live}]
demand: {every: 6 h, products: a}
policies: {replenish: [{at: w, from: sup%s, use: {plan: plan.csv}}]}
"""


class Plans(unittest.TestCase):
    TWO = "products: [{id: a, price: 100 CNY, cost: 40 CNY}, {id: b, price: 100 CNY, cost: 40 CNY}]\n"

    def planned(self, rows, products=""):
        return Run("2 d", self.TWO + PLANNED % products, {"plan.csv": PLAN + rows})

    def test_a_row_that_no_site_takes(self):
        run = self.planned("1 h,a,30\n2 h,b,40\n3 h,b,40\n", ", products: a")
        self.assertEqual(run.code, 2)
        self.assertIn("plan.csv:3:5: no rule with this plan orders 'b'", run.error)
        self.assertEqual(run.error.count("no rule with this plan"), 1)

    def test_emissions_by_order_between_sites(self):
        run = self.planned("1 h,a,30\n2 h,b,40\n3 h,a,10\n3 h,b,10\n")  # two products leave together at the end
        for column, right in (("departures", 3), ("cost", 20_000_000), ("co2", 400)):
            self.assertEqual(run[f"summary/lanes/{column}"][0], right, column)
        self.assertAlmostEqual(run.figures["co2_per_order"], 400 / 8, 9)


if __name__ == "__main__":
    unittest.main()
