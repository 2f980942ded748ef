"""Orders at words in a broadcast, prices by stock, deposits on what is still to come: counted by hand. usage: python3 policy_counts_test.py PROGRAM"""
import math
import unittest

import numpy as np

from hand_counts_test import ONE, SHELF, Run

HOUR, DAY, MINUTE = 3_600_000_000, 86_400_000_000, 60_000_000
LIMITED, FALSE_ALARM = 1, 3

# A warehouse that is filled up at midnight from a supplier a day away; a hub with goods is four hours away.
LISTENER = """
sites:
  - {id: sup, kind: supplier, at: town}
  - {id: hub, kind: cdc, at: town, stock: {units: 100k}}
  - {id: w, kind: rdc, at: town, stock: {units: 700}}
lanes:
  - {from: sup, to: w, transit: 1 d}
  - {from: hub, to: w, transit: 4 h}
  - {from: hub, to: w, mode: air, transit: 1 h}
  - {from: w, to: markets, transit: 1 h}
channels: [{id: shop, unmet: backorder, release: at once}]
demand: {orders: 0.001/day}
"""
SHOW = "sessions: [{id: show, starts: 20 h, lasts: 2 h, products: a, orders: 1000, script: [{at: 30 min, lasts: 10 min, say: limited, rate: 1.2 x}, {at: 1 h, lasts: 10 min, say: push, rate: 1.2 x}]%s}]\n"
SENSE = "policies: {replenish: [{at: w, from: sup, use: {base_stock: {units: 700}}, review: daily 00:00, sense: {%s}}]}\n"


def listen(sense, more="", horizon="4 d"):
    return Run(horizon, ONE + LISTENER + SHOW % more + SENSE % sense)


class Sensing(unittest.TestCase):
    def test_what_is_ordered_when(self):
        run = listen("say: limited, after: 5 min, order: 30 %, from: hub")
        self.assertEqual(run["emergency_orders/at"].tolist(), [20 * HOUR + 35 * MINUTE])
        self.assertEqual(run["emergency_orders/kind"].tolist(), [LIMITED])
        self.assertEqual(run["emergency_orders/units"].tolist(), [300])
        self.assertEqual((run.figures["emergency_orders"], run.figures["emergency_units"], run.figures["false_alarm_units"]), (1, 300, 0))
        # The order is a minute on its way, the goods four hours.
        moved = (run["shipments/quantity"] == 300) & (run["shipments/sent"] == 20 * HOUR + 36 * MINUTE)
        self.assertEqual(run["shipments/arrived"][moved].tolist(), [24 * HOUR + 36 * MINUTE])

    def test_all_words_and_the_lane_by_its_mode(self):
        run = listen("after: 0 min, order: 10 %, from: hub, mode: air")
        self.assertEqual(run["emergency_orders/at"].tolist(), [20 * HOUR + 30 * MINUTE, 21 * HOUR])
        self.assertEqual(run["emergency_orders/kind"].tolist(), [LIMITED, 0])
        moved = run["shipments/quantity"] == 100
        self.assertEqual((run["shipments/arrived"] - run["shipments/sent"])[moved].tolist(), [HOUR, HOUR])

    def test_customers_have_their_goods_earlier(self):
        """700 in stock for about 1,000 orders: the rest come with the lorry of the next midnight, or four hours after the words."""
        late = {}
        for order in ("0 %", "50 %"):
            run = listen(f"say: limited, after: 5 min, order: {order}, from: hub")
            waited = run["orders/shipped"] - run["orders/placed"] > HOUR
            self.assertGreater(waited.sum(), 150)
            late[order] = run["orders/shipped"][waited]
        self.assertTrue((late["0 %"] >= 2 * DAY).all())
        self.assertTrue((late["50 %"] < 24 * HOUR + 47 * MINUTE).all())

    def test_some_words_are_missed_and_some_imagined(self):
        more = ", repeat: {every: 3 h, times: 300}"
        run = listen("say: limited, hits: 40 %, false_alarms: 2, order: 1 %, from: hub", more, "40 d")
        kinds = np.bincount(run["emergency_orders/kind"], minlength=4)
        self.assertEqual(kinds[[0, 2]].tolist(), [0, 0])
        self.assertLess(abs(kinds[LIMITED] - 120), 4 * math.sqrt(300 * 0.4 * 0.6))
        self.assertLess(abs(kinds[FALSE_ALARM] - 600), 4 * math.sqrt(600))
        self.assertEqual(run.figures["emergency_units"], 10 * kinds.sum())
        self.assertEqual(run.figures["false_alarm_units"], 10 * kinds[FALSE_ALARM])
        # False alarms are spread over the two hours of a broadcast.
        since = (run["emergency_orders/at"][run["emergency_orders/kind"] == FALSE_ALARM] - 5 * MINUTE - 20 * HOUR) % (3 * HOUR)
        self.assertTrue((since < 2 * HOUR).all())
        self.assertLess(abs(since.mean() / HOUR - 1), 4 * 2 / math.sqrt(12 * len(since)))

    def test_sites_may_help_each_other(self):
        run = Run("2 d", ONE + """
sites:
  - {id: v, kind: rdc, at: town, stock: {units: 700}}
  - {id: w, kind: rdc, at: town, stock: {units: 700}}
lanes: [{from: v, to: w, transit: 2 h}, {from: w, to: v, transit: 2 h}, {from: sup, to: [v, w], transit: 1 d}, {from: w, to: markets, transit: 1 h}]
demand: {orders: 10/day}
""".replace("sites:\n", "sites:\n  - {id: sup, kind: supplier, at: town}\n") + SHOW % "" + """policies:
  replenish:
    - {at: v, from: sup, use: {base_stock: {units: 700}}, sense: {order: 1 %, from: w}}
    - {at: w, from: sup, use: {base_stock: {units: 700}}, sense: {order: 20 %, from: v}}
""")
        self.assertEqual(run.code, 0, run.error)
        self.assertEqual(sorted(run["emergency_orders/units"].tolist()), [200, 200])

    def test_what_is_refused(self):
        for sense, why in (("order: 10 %, from: hub, mode: rail", "mode 'rail'"), ("order: 10 %, say: bargain", "nothing to hear"), ("hits: 10 %", "order"), ("order: 10 %, say: buy", "push")):
            run = listen(sense)
            self.assertEqual(run.code, 2, sense)
            self.assertIn(why, run.error)
            self.assertRegex(run.error, r"s\.yaml:\d+:\d+")


class Prices(unittest.TestCase):
    def test_another_step_at_the_same_price_is_no_change(self):
        for steps, changes in (("{cover: 0 d, price: 100 %}", []), ("{cover: 0 d, price: 80 %}, {cover: 3 d, price: 80 %}", [0.8])):
            run = Run("2 d", ONE + SHELF.replace("100k", "100") + f"demand: {{every: 1 h, offset: 30 min}}\npolicies: {{price: [{{products: [a], review: every 6 h, steps: [{steps}]}}]}}\n")
            self.assertEqual(run.figures["price_changes_made"], len(changes))
            self.assertEqual(run["prices/price"].tolist() if "prices/price" in run.tables else [], changes)


# Ten deposits of five in the first hours; 40 units come after three days; balances are paid on the sixth.
DEPOSITS = """
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 1000}}]
lanes: [{from: sup, to: w, transit: 1 d}, {from: w, to: markets, transit: 1 h}]
channels:
  - {id: eve, unmet: backorder, release: at once, presale: {deposit: 10 %%, balance: {after: 5 d, within: 1 d}, lock: %s}}
  - {id: shop, unmet: lose, release: at once}
demand:
  - {history: deposits.csv, channels: eve}
  - {history: spot.csv, channels: shop}
policies: {replenish: [{at: w, use: {plan: plan.csv}}]}
"""
FILES = {
    "deposits.csv": "time,market,product,quantity\n" + "".join(f"{i + 1} h,town,a,5\n" for i in range(10)),
    "spot.csv": "time,market,product,quantity\n2 d,town,a,990\n",
    "plan.csv": "time,product,quantity\n2 d,a,40\n",
}


def book(lock, replace=("", ""), files=FILES, horizon="9 d"):
    return Run(horizon, ONE + (DEPOSITS % lock).replace(*replace), files)


class Bookings(unittest.TestCase):
    def test_goods_on_the_shelf_stay_for_others(self):
        """990 of 1,000 are sold on the second day, which a lock of the stock would refuse."""
        self.assertEqual(book("stock").orders("lost") + book("stock").orders("refused"), 1)
        run = book("capacity")
        self.assertEqual(run.orders("lost") + run.orders("refused"), 0)
        # 40 come for eight deposits; the last two take the ten that are left when they are paid.
        self.assertEqual(run.orders("delivered"), 11)

    def test_parts_of_what_comes_in(self):
        for part, orders in (("100 %", 8), ("50 %", 4), ("30 %", 2), ("5 %", 0)):
            run = book("capacity", ("lock: capacity", f"lock: capacity, capacity: {part}"))
            locked = int(run["summary/locks/orders"].sum()) if orders else 0
            self.assertEqual(locked, orders, part)
            self.assertEqual(run.orders("delivered"), 11)

    def test_who_gives_up_is_waited_for_no_longer(self):
        run = book("capacity", ("deposit: 10 %", "paid: 0 %, cancel: 100 %, deposit: 10 %"))
        self.assertEqual((run.orders("given_up"), run.orders("delivered")), (10, 1))
        names = [name.decode() for name in run["network/accounts/name"]]
        self.assertEqual(int(run["summary/ledger/closing"][names.index("available")]), 1000 - 990 + 40)

    def test_bookings_are_replenished(self):
        """The rule orders 50 for ten deposits, though 1,000 lie there."""
        run = book("capacity", ("{plan: plan.csv}", "{base_stock: {units: 1000}}, review: daily 00:00"), {**FILES, "spot.csv": "time,market,product,quantity\n8 d,town,a,1\n"})
        self.assertEqual(run["shipments/quantity"].tolist()[0], 50)
        self.assertEqual(int(run["summary/locks/orders"].sum()), 10)

    def test_a_factory_makes_what_is_booked(self):
        text = """
sites: [{id: f, kind: factory, at: town, stock: {units: 1000}, production: {lines: 1, rate: 10 units/h, batch: 1}}]
lanes: [{from: f, to: markets, transit: 1 h}]
channels: [{id: eve, unmet: backorder, release: at once, presale: {deposit: 10 %, balance: {after: 5 d, within: 1 d}, lock: LOCK}}]
demand: {history: deposits.csv}
"""
        made = {lock: Run("9 d", ONE + text.replace("LOCK", lock), FILES) for lock in ("stock", "capacity", "'capacity', capacity: 40 %")}
        produced = [int(run["summary/stock/produced"].sum()) for run in made.values()]
        self.assertEqual(produced[:2], [0, 50])
        self.assertEqual(made["capacity"].orders("delivered"), 10)
        # 40 % of what is made: 13 for the five of each deposit, or half a unit less where the next has come by then.
        self.assertTrue(125 <= produced[2] <= 130, produced)
        self.assertEqual(int(made["'capacity', capacity: 40 %"]["summary/locks/orders"].sum()), 10)

    def test_what_came_for_who_has_left(self):
        """50 come for a deposit on 100 that lapses on the fourth day; three are booked behind it, ten in each of two other channels."""
        text = """
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: OPENING}}]
lanes: [{from: sup, to: w, transit: 1 h}, {from: w, to: markets, transit: 1 h}]
channels:
  - {id: e1, unmet: backorder, release: at once, presale: {deposit: 10 %, paid: 0 %, balance: {after: 2 d, within: 1 d}, lock: capacity}}
  - {id: e2, unmet: backorder, release: at once, presale: {deposit: 10 %, balance: {after: 20 d, within: 1 d}, lock: capacity}}
  - {id: e3, unmet: backorder, release: at once, presale: {deposit: 10 %, balance: {after: 20 d, within: 1 d}, lock: capacity}}
demand: [{history: one.csv, channels: e1}, {history: two.csv, channels: e2}, {history: two.csv, channels: e3}]
policies: {replenish: [{at: w, use: {plan: plan.csv}}]}
"""
        rows = "time,market,product,quantity\n"
        files = {"one.csv": rows + "1 h,town,a,100\n60 h,town,a,3\n", "two.csv": rows + "1 h,town,a,10\n", "plan.csv": "time,product,quantity\n50 h,a,50\n80 h,a,10\n"}
        for opening in (1000, 0):
            run = Run("10 d", ONE + text.replace("OPENING", str(opening)), files)
            # The three have theirs when the hundred lapse, the ten of the second receipt are e2's.
            self.assertEqual(int(run["summary/locks/units"].sum()), 13, opening)

    def test_a_factory_makes_what_each_channel_wants(self):
        """About 72 are made for a deposit on 100 when it lapses; they are not those of another channel."""
        text = """
sites: [{id: f, kind: factory, at: town, stock: {units: 0}, production: {lines: 1, rate: 1 units/h}}]
lanes: [{from: f, to: markets, transit: 1 h}]
channels:
  - {id: e1, unmet: backorder, release: at once, presale: {deposit: 10 %, paid: 0 %, balance: {after: 2 d, within: 1 d}, lock: capacity}}
  - {id: e2, unmet: backorder, release: at once, presale: {deposit: 10 %, balance: {after: 20 d, within: 1 d}, lock: capacity}}
demand: [{history: one.csv, channels: e1}, {history: two.csv, channels: e2}]
"""
        rows = "time,market,product,quantity\n"
        files = {"one.csv": rows + "1 h,town,a,100\n60 h,town,a,3\n", "two.csv": rows + "73.5 h,town,a,60\n"}
        run = Run("15 d", ONE + text, files)
        self.assertEqual(int(run["summary/locks/units"].sum()), 63)

    def test_what_is_refused(self):
        for replace, why in ((("unmet: backorder", "unmet: lose"), "unmet: backorder"), (("lock: capacity", "lock: stock, capacity: 10 %"), "lock: capacity"), (("{id: shop,", "{id: shop, dedicated: [{sites: w, share: 10 %}],"), "lock: stock")):
            run = book("capacity", replace)
            self.assertEqual(run.code, 2, replace)
            self.assertIn(why, run.error)


if __name__ == "__main__":
    unittest.main()
