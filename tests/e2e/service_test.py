"""Customer service of return centres, against times and money counted by hand. usage: python3 service_test.py PROGRAM"""
import unittest

import numpy as np

from hand_counts_test import ONE, SHELF, Run, returns

MINUTE, HOUR, NEVER = 60_000_000, 3_600_000_000, np.iinfo(np.int64).min
SCRAP = "\n    routes: {A: scrap, B: scrap, C: scrap, D: scrap}\n"
HOURLY = "demand: {every: 1 h}\n"
LATER = "share: 100 %, after: 4 h"  # the centre has heard by then
TWO = """channels:
  - {id: bad, stock_view: live, returns: {share: 100 %, quality: 100 %, after: 4 h}}
  - {id: fine, stock_view: live, returns: {share: 100 %, after: 4 h}}
"""


def ordered(*minutes, quantity=1):
    return "time,market,product,quantity\n" + "".join(f"{600 + m} min,town,a,{quantity}\n" for m in minutes)


def two_channels(service, horizon="3 d", bad=(3, 4), fine=(0, 1, 2), quantity=1, rest=""):
    """Orders at so many minutes past ten, bad and fine goods; all come back, and customers say so five hours later."""
    centre = returns(SCRAP + f"    service: {{{service}}}\n{rest}")
    text = TWO + centre[centre.index("return_centres:"):] + """
demand:
  - {channels: bad, history: bad.csv}
  - {channels: fine, history: fine.csv}
"""
    files = {"bad.csv": ordered(*bad, quantity=quantity), "fine.csv": ordered(*fine, quantity=quantity)}
    return Run(horizon, ONE + SHELF + text, files)


def answers(run):
    """Minutes past three o'clock at which each was answered, in the order in which customers asked."""
    order = np.argsort(run["returns/started"])
    return ((run["returns/answered"][order] - 15 * HOUR) / MINUTE).tolist()


class Order(unittest.TestCase):
    def test_complaints_are_answered_first_and_nobody_is_interrupted(self):
        agents = "agents: {servers: 1, time: 10 min}, answer_within: 26 min"
        first = two_channels(agents)
        self.assertEqual(answers(first), [10, 40, 50, 20, 30])
        in_turn = two_channels(agents + ", complaints_first: false")
        self.assertEqual(answers(in_turn), [10, 20, 30, 40, 50])
        for run in (first, in_turn):
            self.assertAlmostEqual(run.figures["answer_time_mean"], 28 / 60, 12)
            self.assertEqual(run["summary/tickets/answered"].tolist(), [5])
        self.assertAlmostEqual(first.figures["complaint_answer_time"], (17 + 26) / 2 / 60, 12)
        self.assertAlmostEqual(in_turn.figures["complaint_answer_time"], (37 + 46) / 2 / 60, 12)
        self.assertAlmostEqual(first.figures["answered_in_time"], 3 / 5, 12)  # after 10, 17 and 26 minutes
        self.assertAlmostEqual(in_turn.figures["answered_in_time"], 2 / 5, 12)
        self.assertEqual(first["summary/return_stages/max_waiting"].max(), 4)

    def test_nobody_answers_at_night(self):
        run = two_channels("agents: {servers: 1, time: 10 min, hours: [{from: \"09:00\", to: \"15:15\"}]}")
        nine = 18 * 60  # of the next day, when the first complaint has been worked on for five minutes
        self.assertEqual(answers(run), [10, nine + 25, nine + 35, nine + 5, nine + 15])

    def test_who_is_not_answered_by_the_end_and_should_have_been_is_not_in_time(self):
        run = two_channels("agents: {servers: 1, time: 10 min}, answer_within: 12 min", "935 min", fine=(0, 1, 2, 30))  # ends at 15:35
        self.assertEqual(run["summary/tickets/overdue"].tolist(), [2])  # asked at 15:01 and 15:02
        self.assertEqual(run["summary/tickets/answered"].tolist(), [3])
        self.assertAlmostEqual(run.figures["answered_in_time"], 1 / 5, 12)
        self.assertEqual(sorted(a for a in run["returns/answered"] if a != NEVER), [15 * HOUR + m * MINUTE for m in (10, 20, 30)])


class Bot(unittest.TestCase):
    def answered(self, share):
        run = Run("20 d", ONE + SHELF + HOURLY + returns(SCRAP + f"""
    service: {{agents: {{servers: unlimited, time: 5 min}}, bot: {share} %}}
""", LATER))
        times = run["returns/answered"] - run["returns/started"]
        return run, dict(zip(run["returns/id"].tolist(), times.tolist()))

    def test_it_answers_at_once_and_a_larger_share_of_the_same(self):
        before = set()
        for share in (0, 30, 60, 100):
            run, times = self.answered(share)
            self.assertTrue(set(times.values()) <= {0, 5 * MINUTE}, share)
            by_bot = {number for number, time in times.items() if time == 0}
            self.assertTrue(before <= by_bot, share)
            self.assertAlmostEqual(len(by_bot) / len(times), share / 100, delta=0.09)  # 475 returns, four deviations
            self.assertAlmostEqual(run.figures["bot_answered_share"], len(by_bot) / len(times), 12)
            self.assertAlmostEqual(run.figures["answer_time_mean"] * 60, 5 * (1 - len(by_bot) / len(times)), 9)
            self.assertEqual(run["summary/return_stages/arrivals"][-1], len(times) - len(by_bot))
            self.assertIsNone(run.figures["misjudged_share"])
            self.assertIsNone(run.figures["complaint_answer_time"])
            before = by_bot


class Refunds(unittest.TestCase):
    SERVICE = "    service: {agents: {servers: unlimited, time: 20 min}}\n    refund: {after: answered, plus: 2 h}\n"

    def test_a_refund_waits_for_the_answer(self):
        run = Run("10 d", ONE + SHELF + HOURLY + returns(SCRAP + self.SERVICE, LATER))
        self.assertGreater(len(run["returns/id"]), 200)
        paid = run["returns/refunded"] != NEVER
        self.assertTrue((run["returns/refunded"][paid] - run["returns/started"][paid] == 140 * MINUTE).all())
        self.assertEqual((run["returns/started"] < 10 * 24 * HOUR - 140 * MINUTE).sum(), paid.sum())
        self.assertEqual(run.money("refunds"), 100 * paid.sum())
        self.assertAlmostEqual(run.figures["refund_time"], 140 / 60, 12)

    def test_money_only_is_decided_with_the_answer(self):
        only = "    refund_only: {share: 100 %, untrue: 50 %, caught: 100 %}\n"
        run = Run("10 d", ONE + SHELF + HOURLY + returns(SCRAP + self.SERVICE.replace("answered", "started") + only, LATER))
        route = run["returns/route"]
        kept, refused, open_ = (route == code for code in (6, 7, 5))
        self.assertTrue(min(kept.sum(), refused.sum()) > 80)
        self.assertTrue((run["returns/answered"][~open_] - run["returns/started"][~open_] == 20 * MINUTE).all())
        self.assertTrue((run["returns/answered"][open_] == NEVER).all())
        paid = kept & (run["returns/refunded"] != NEVER)
        self.assertTrue((run["returns/refunded"][paid] - run["returns/started"][paid] == 140 * MINUTE).all())
        self.assertEqual(run.money("refunds"), 100 * paid.sum())
        self.assertEqual(run["summary/returns/claims"][0], (~open_).sum())
        self.assertEqual(run["summary/returns/claims_refused"][0], refused.sum())

    def test_a_fund_pays_bad_goods_at_once_and_the_others_wait_for_the_answer(self):
        run = two_channels("agents: {servers: 1, time: 10 min}", rest="    refund: {after: answered}\n    fund: {opening: 1k CNY, share: 0 %, pays: quality}\n")
        order = np.argsort(run["returns/started"])
        refunded = (run["returns/refunded"][order] - 15 * HOUR) / MINUTE
        self.assertEqual(refunded.tolist(), [10, 40, 50, 3, 4])

    def test_goods_may_be_gone_before_the_answer(self):
        run = Run("12 d", ONE + SHELF + HOURLY + returns(SCRAP + """
    service: {agents: {servers: unlimited, time: 4 d}}
    refund: {after: started}
""", LATER))
        answered, closed = run["returns/answered"], run["returns/closed"]
        self.assertEqual(len(set(run["returns/id"].tolist())), len(answered))
        self.assertEqual(len(answered), 12 * 24 - 5)
        done = answered != NEVER
        self.assertEqual(done.sum(), 8 * 24 - 5)
        self.assertTrue((answered[done] - run["returns/started"][done] == 96 * HOUR).all())
        self.assertTrue((closed[done] < answered[done]).all())

    def test_who_has_fetched_nothing_asks_nothing(self):
        run = Run("12 d", ONE + SHELF + HOURLY + returns(SCRAP + """
    service: {agents: {servers: unlimited, time: 1 d}}
    refund: {after: answered, plus: 2 h}
""").replace("returns: {share: 100 %, after: 1 h}", "pickup: {collect: 100 d, expires: 2 d}"))
        self.assertEqual(run["summary/tickets/tickets"].tolist(), [0])
        paid = run["returns/refunded"] != NEVER
        self.assertGreater(paid.sum(), 100)
        self.assertTrue((run["returns/refunded"][paid] - run["returns/started"][paid] == 2 * HOUR).all())
        self.assertTrue((run["returns/answered"] == NEVER).all())


class Suppliers(unittest.TestCase):
    def run_with(self, accuracy, rest=""):
        service = f"agents: {{servers: 1, time: 10 min}}, bot: 50 %, liable: {{supplier_pays: 60 %, accuracy: {accuracy} %}}"
        return two_channels(service, quantity=3, fine=(0, 1, 2, 5), rest=rest)

    def test_they_pay_for_bad_goods_and_for_mistakes(self):
        for accuracy, wrong, paid_for in ((100, 0, 2), (0, 1, 4)):  # two bad, four fine
            run = self.run_with(accuracy)
            self.assertEqual(-run.money("supplier claims"), paid_for * 3 * 40 * 0.6, accuracy)
            self.assertEqual(run.figures["supplier_claims"], paid_for * 3 * 40 * 0.6, accuracy)
            self.assertEqual(run.figures["misjudged_share"], wrong, accuracy)
            self.assertEqual(run["summary/tickets/judged"].tolist(), [6])

    def test_they_do_not_pay_for_untrue_claims_nor_for_refused_ones(self):
        for truth, caught, paid_for in (("untrue: 100 %", 0, 0), ("untrue: 0 %", 0, 2), ("untrue: 0 %, wrongly_caught: 100 %", 0, 0)):
            run = self.run_with(100, f"    refund_only: {{share: 100 %, {truth}, caught: {caught} %}}\n")
            self.assertEqual(-run.money("supplier claims"), paid_for * 72, truth)
            self.assertEqual(run["summary/tickets/judged"].tolist(), [0 if "wrongly" in truth else 6])

    def test_more_accuracy_makes_fewer_of_the_same_mistakes(self):
        wrong = []
        for accuracy in (60, 90):
            run = Run("20 d", ONE + SHELF + HOURLY + returns(SCRAP + f"""
    service: {{agents: {{servers: unlimited, time: 5 min}}, liable: {{supplier_pays: 100 %, accuracy: {accuracy} %}}}}
""", LATER))
            wrong.append(run["summary/tickets/misjudged"][0] / run["summary/tickets/judged"][0])
            self.assertAlmostEqual(run.figures["supplier_claims"], 40 * run["summary/tickets/misjudged"][0], 6)
        self.assertAlmostEqual(wrong[0], 0.4, delta=0.09)
        self.assertAlmostEqual(wrong[1], 0.1, delta=0.055)


class Errors(unittest.TestCase):
    def test_a_refund_after_an_answer_that_nobody_gives(self):
        run = Run("2 d", ONE + SHELF + HOURLY + returns(SCRAP + "    refund: {after: answered}"))
        self.assertEqual(run.code, 2)
        self.assertIn("s.yaml:20:21: nobody answers customers who begin a return", run.error)


class Gifts(unittest.TestCase):
    def run_with(self, terms):
        text = """products: [{id: coat, price: 100 CNY, cost: 40 CNY}, {id: bag, price: 20 CNY, cost: 8 CNY}]
""" + SHELF + returns(SCRAP + terms, "share: 100 %, quality: 100 %, after: 4 h").replace("{id: shop,", "{id: shop, stock_view: live,") + """
demand: {orders: 0.001/day}
sessions: [{id: show, starts: 10 h, lasts: 1 h, products: coat, orders: 100, gift: {each: 1, units: 2, product: bag}}]
"""
        return Run("4 d", text)

    def test_a_gift_has_no_ticket_and_no_refund(self):
        run = self.run_with("    service: {agents: {servers: unlimited, time: 6 min}}\n    refund: {after: answered}\n")
        customers = len(np.unique(run["orders/placed"]))
        self.assertEqual(run["summary/tickets/answered"].tolist(), [customers])
        self.assertEqual(int(run["summary/returns/refunds"].sum()), customers)
        self.assertAlmostEqual(run.figures["refund_time"], 0.1, 9)
        self.assertEqual(len(run["returns/started"]), 2 * customers)

    def test_it_is_kept_where_its_product_is(self):
        run = self.run_with("    refund_only: {share: 50 %}\n")
        kept = run["returns/received"] == NEVER
        self.assertTrue(10 < kept.sum() < len(kept) - 10)
        by_customer = {}
        for started, is_kept in zip(run["returns/started"].tolist(), kept.tolist()):
            by_customer.setdefault(started, set()).add(is_kept)
        self.assertTrue(all(len(both) == 1 for both in by_customer.values()))


if __name__ == "__main__":
    unittest.main()
