"""Goods that do not keep for ever: worked out again, unit by unit, and against closed forms. usage: python3 shelf_life_test.py PROGRAM"""
import heapq
import json
import math
import pathlib
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

from hand_counts_test import HEAD, PROGRAM, Run

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
COST, DISPOSAL = 40, 2


def product(life, remaining=0, more=""):
    return f"products: [{{id: a, price: 100 CNY, cost: {COST} CNY, shelf_life: {life} h, min_remaining: {remaining} h, disposal: {DISPOSAL} CNY/unit{more}}}]\n"


class Shelf:
    """Units one by one, as (came, made, number)."""

    TURN = {
        "fifo": lambda unit: unit[2],
        "lifo": lambda unit: -unit[2],
        "fefo": lambda unit: (unit[1], unit[2]),
    }

    def __init__(self, issue):
        self.turn, self.units, self.count = self.TURN[issue], [], 0

    def put(self, came, made, number):
        self.units += [(came, made, self.count + i) for i in range(number)]
        self.count += number

    def drop(self, made_by):
        before = len(self.units)
        self.units = [unit for unit in self.units if unit[1] > made_by]
        return before - len(self.units)

    def take(self, number):
        self.units.sort(key=self.turn)
        taken, self.units = self.units[:number], self.units[number:]
        return taken


class Replay:
    """What deliveries (came, made, units) and orders (placed, units) make of a shelf: events by time; goods end before others come."""

    END, COME, ORDER = range(3)

    def __init__(self, issue, life, remaining, lots, orders, way, end):
        self.shelf, self.life, self.sells_for, self.way = Shelf(issue), life, life - remaining, way
        self.expired = self.stopped = self.sold = self.late = self.left = self.lost = 0
        events = [(came, self.COME, n, (made, units)) for n, (came, made, units) in enumerate(lots)]
        events += [(placed, self.ORDER, n, units) for n, (placed, units) in enumerate(orders)]
        heapq.heapify(events)
        while events:
            at, kind, _, what = heapq.heappop(events)
            if at >= end:
                break
            if kind == self.END:
                self.expired += self.shelf.drop(at - self.sells_for)
            elif kind == self.COME:
                made, units = what
                if at > 0 and made + self.sells_for <= at:
                    self.stopped += units
                    continue
                self.shelf.put(at, made, units)
                heapq.heappush(events, (max(made + self.sells_for, 0), self.END, 0, None))
            else:
                self.sell(at, what)

    def sell(self, at, units):
        if units > len(self.shelf.units):
            self.lost += 1
            return
        for _, made, _ in self.shelf.take(units):
            rest = made + self.life - (at + self.way)
            self.sold += 1
            self.late += rest < 0
            self.left += max(rest, 0)


def opening(units, oldest_days):
    """As many lots as days, each in the middle of its day, the oldest first; parts by largest whole numbers."""
    cuts = [units * k // oldest_days for k in range(oldest_days + 1)]
    return [(0, -(2 * (oldest_days - k) - 1) * DAY // 2, cuts[k + 1] - cuts[k]) for k in range(oldest_days)]


class OneSite(unittest.TestCase):
    """A warehouse gets goods from two suppliers, from the farther one older, and customers want a few units at a time."""

    DAYS, STOCK, OLDEST = 40, 200, 3

    def text(self, issue, life, remaining, age=0):
        return product(life, remaining) + f"""
sites:
  - {{id: near, kind: supplier, at: [111, 30]}}
  - {{id: far, kind: supplier, at: [112, 30], age: {age} h}}
  - {{id: w, kind: rdc, at: town, stock: {{units: {self.STOCK}, oldest: {self.OLDEST} d}}, issue: {issue}}}
lanes:
  - {{from: near, to: w, transit: 5 h}}
  - {{from: far, to: w, transit: 43 h}}
  - {{from: w, to: markets, transit: 6 h}}
channels: [{{id: shop, stock_view: live, release: at once}}]
demand: {{orders: 40/d, quantity: {{poisson: 1.5}}}}
policies:
  replenish: [{{at: w, use: {{base_stock: {{units: 220}}}}, review: daily 00:00, split: {{sources: [{{from: near, share: 60 %}}, {{from: far, share: 40 %}}]}}}}]
"""

    def check(self, issue, life, remaining, age=0):
        run = Run(f"{self.DAYS} d", self.text(issue, life, remaining, age))
        self.assertEqual(run.code, 0, run.error)
        names = [name.decode() for name in run["network/sites/id"]]
        lots = opening(self.STOCK, self.OLDEST)
        for source, sent, came, units in zip(*(run["shipments/" + name].tolist() for name in ("from", "sent", "arrived", "quantity"))):
            lots.append((came, sent - age * HOUR * (names[source] == "far"), units))
        orders = list(zip(run["orders/placed"].tolist(), run["orders/quantity"].tolist()))
        own = Replay(issue, life * HOUR, remaining * HOUR, lots, orders, 6 * HOUR, self.DAYS * DAY)
        found = {name: run["summary/shelf_life/" + name][0] for name in ("expired", "stopped", "sold", "sold_late", "mean_left")}
        self.assertEqual([found[name] for name in ("expired", "stopped", "sold", "sold_late")], [own.expired, own.stopped, own.sold, own.late])
        self.assertAlmostEqual(found["mean_left"], own.left / own.sold / HOUR, places=6)
        self.assertEqual(run.orders("lost"), own.lost)
        self.assertEqual(run["summary/stock/final"][2], len(own.shelf.units))
        self.assertEqual(run["summary/stock/expired"][2], own.expired)
        self.check_books(run, own)
        return run, own

    def check_books(self, run, own):
        gone = own.expired + own.stopped
        self.assertEqual(run.closing["expired"], gone)
        self.assertAlmostEqual(run.money("expiry loss"), gone * (COST + DISPOSAL), places=6)
        self.assertEqual(run.figures["expired_units"], gone)
        self.assertAlmostEqual(run.figures["expired_share"], gone / (gone + own.sold), places=9)
        self.assertAlmostEqual(run.figures["shelf_life_left"], own.left / own.sold / own.life, places=9)
        self.assertAlmostEqual(run.figures["past_date_share"], own.late / own.sold, places=9)
        self.assertAlmostEqual(run.figures["cost_per_order_expiry_loss"], gone * (COST + DISPOSAL) / run.figures["orders"] / run.figures["order_fill_rate"], places=6)

    def test_each_rule_of_issue(self):
        wasted = {issue: self.check(issue, 96, 12)[1].expired for issue in ("fefo", "fifo", "lifo")}
        self.assertGreater(wasted["lifo"], 1.5 * wasted["fifo"])
        self.assertGreater(wasted["fifo"], wasted["fefo"])
        self.assertGreater(wasted["fefo"], 0)

    def test_goods_that_come_too_old_are_not_put_on_the_shelf(self):
        _, own = self.check("fefo", 96, 12, age=41)
        self.assertGreater(own.stopped, 0)
        # At the very end of its time goods come too late, a microsecond before they do not.
        _, own = self.check("fefo", 48, 5)
        self.assertGreater(own.stopped, 0)
        self.assertEqual(self.check("fefo", 48, 4)[1].stopped, 0)

    def test_goods_reach_customers_past_their_date(self):
        _, own = self.check("fefo", 72, 0)
        self.assertGreater(own.late, 10)
        _, own = self.check("fefo", 78, 6)
        self.assertEqual(own.late, 0)


class TwoSites(unittest.TestCase):
    """Goods get older on their way: the centre sends what came first, the store sells what came last."""

    def test_the_date_goes_with_the_goods(self):
        run = Run("30 d", product(100, 10) + """
sites:
  - {id: maker, kind: supplier, at: [111, 30]}
  - {id: centre, kind: cdc, at: [111, 30], stock: {units: 60}, issue: fifo}
  - {id: store, kind: store, at: town, stock: {units: 80}, issue: lifo}
lanes:
  - {from: maker, to: centre, transit: {uniform: [1 h, 40 h]}, at_least: 1 h}
  - {from: centre, to: store, transit: {uniform: [5 h, 30 h]}, at_least: 5 h}
  - {from: store, to: markets, transit: 1 h}
channels: [{id: shop, stock_view: live, release: at once}]
demand: {orders: 30/d}
policies:
  replenish:
    - {at: store, from: centre, use: {base_stock: {units: 150}}, review: every 12 h}
    - {at: centre, from: maker, use: {base_stock: {units: 330}}, review: every 12 h}
""")
        self.assertEqual(run.code, 0, run.error)
        sells_for, shelves = 90 * HOUR, [Shelf("fifo"), Shelf("lifo")]
        expired, stopped, sold, ends = [0, 0], [0, 0], 0, (0, 1)
        shelves[0].put(0, 0, 60)
        shelves[1].put(0, 0, 80)
        queue = [(sells_for, 0, "end", 0, 0)]
        for source, sent, came, units in zip(*(run["shipments/" + name].tolist() for name in ("from", "sent", "arrived", "quantity"))):
            queue.append((came, 1, "reach", 0, [sent] * units) if source == 0 else (sent, 3, "leave", came, units))
        # Those that have left and not arrived have no row: the centre's goods of these are found by what is left of its stock.
        queue += [(placed, 2, "order", 0, units) for placed, units in zip(run["orders/placed"].tolist(), run["orders/quantity"].tolist())]
        heapq.heapify(queue)
        while queue:
            at, _, kind, a, b = heapq.heappop(queue)
            if at >= 30 * DAY:
                break
            if kind == "end":
                for site in ends:
                    expired[site] += shelves[site].drop(at - sells_for)
            elif kind == "leave":
                made = [unit[1] for unit in shelves[0].take(b)]
                self.assertEqual(len(made), b)
                heapq.heappush(queue, (a, 1, "reach", 1, made))
            elif kind == "reach":
                for made in b:
                    stopped[a] += made + sells_for <= at
                    if made + sells_for > at:
                        shelves[a].put(at, made, 1)
                        heapq.heappush(queue, (made + sells_for, 0, "end", 0, 0))
            elif len(shelves[1].units) >= b:
                sold += len(shelves[1].take(b))
        self.assertEqual(run["summary/shelf_life/expired"][-1], expired[1])
        self.assertEqual(run["summary/shelf_life/stopped"].tolist()[-2:], stopped)
        self.assertEqual(run["summary/shelf_life/sold"].tolist()[-1], sold)
        self.assertLessEqual(abs(run["summary/shelf_life/expired"][-2] - expired[0]), run["summary/lanes/units_in_transit"][1])
        self.assertGreater(min(expired), 20)
        self.assertGreater(stopped[1], 0)


class Reserved(unittest.TestCase):
    """Who has goods reserved gets fresher ones, if there are any when theirs end."""

    def run_with(self, plan, stages="stages: {pick: {time: 1 min, servers: unlimited, hours: [{days: daily, from: 12:00, to: 24:00}]}}"):
        return Run("4 d", product(30, 0) + f"""
sites: [{{id: sup, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town, stock: {{units: 10}}, {stages}}}]
lanes: [{{from: sup, to: w, transit: 1 h}}, {{from: w, to: markets, transit: 1 h}}]
channels: [{{id: shop, stock_view: live, release: at once}}]
demand: {{history: orders.csv}}
policies: {{replenish: [{{at: w, use: {{plan: plan.csv}}}}]}}
""", {"plan.csv": "time,product,quantity\n" + plan, "orders.csv": "time,market,product,quantity\n1 d,town,a,6\n"})

    def counts(self, run):
        self.assertEqual(run.code, 0, run.error)
        return {name: run["summary/shelf_life/" + name][-1] for name in ("expired", "sold", "sold_late")}, run["summary/stock/final"][-1]

    def test_nothing_fresher_is_there(self):
        # Ordered at 24:00, the pick begins at 36:00; at 30:00 the ten end: the four that nobody has go, six are sent late.
        self.assertEqual(self.counts(self.run_with("3 d,a,1\n")), ({"expired": 4, "sold": 6, "sold_late": 6}, 1))

    def test_fresher_goods_were_there(self):
        # Twenty of 25:00 (made at 24:01): all ten go, and six of the twenty are sent; the rest ends at 54:01.
        self.assertEqual(self.counts(self.run_with("1 d,a,20\n")), ({"expired": 24, "sold": 6, "sold_late": 0}, 0))

    def test_fresher_goods_come_later(self):
        # Five come at 33:01: one of the six stays with old goods.
        self.assertEqual(self.counts(self.run_with("32 h,a,5\n")), ({"expired": 9, "sold": 6, "sold_late": 1}, 0))


class Made(unittest.TestCase):
    def test_what_a_factory_has_made_too_much_ends(self):
        """Six are ordered at 1 h. A batch of 30 is done 18 minutes later; the 24 that are left end 40 h after that."""
        for horizon, expired in ((41, 0), (42, 24)):
            run = Run(f"{horizon} h", product(40) + """
sites: [{id: maker, kind: factory, at: town, stock: {units: 0}, production: {rate: 100 units/h, batch: 30}}]
lanes: [{from: maker, to: markets, transit: 1 h}]
channels: [{id: shop, stock_view: live, unmet: backorder}]
demand: {history: orders.csv}
""", {"orders.csv": "time,market,product,quantity\n1 h,town,a,6\n"})
            self.assertEqual(run.code, 0, run.error)
            self.assertEqual([run["summary/shelf_life/" + name][0] for name in ("expired", "sold")], [expired, 6])
            self.assertAlmostEqual(run["summary/shelf_life/mean_left"][0], 39, places=9)


class CalledBack(unittest.TestCase):
    """What was reserved when its batch was called back stays with its orders, whatever leaves first otherwise."""

    def check(self, issue, by, keys, second, expected):
        run = Run("4 d", f"""products: [{{id: a, price: 100 CNY, cost: 40 CNY{keys}}}]
sites: [{{id: sup, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town, issue: {issue}, stages: {{pick: {{time: 1 min, servers: unlimited, hours: [{{days: daily, from: 12:00, to: 24:00}}]}}}}}}]
lanes: [{{from: sup, to: w, transit: 1 h}}, {{from: w, to: markets, transit: 1 h}}]
channels: [{{id: shop, stock_view: live}}]
demand: {{history: orders.csv}}
quality: {{suppliers: [{{at: sup, share: 0.001 %}}], recall: {{by: {by}, customers: 100 %, goods: scrap, news: 1 min, dates: [{{at: 3 h}}]}}}}
policies: {{replenish: [{{at: w, use: {{plan: plan.csv}}}}]}}
""", {"orders.csv": f"time,market,product,quantity\n2 h,town,a,6\n{second},town,a,4\n", "plan.csv": "time,product,quantity\n0 h,a,10\n4 h,a,10\n"})
        self.assertEqual(run.code, 0, run.error)
        # Ten come at 1:01, six of them are reserved; four are called back at once, and the six from who had ordered them.
        self.assertEqual((run["summary/recall_sites/removed"][-1], run["summary/recall_desks/sold"].sum(), run["summary/stock/final"][-1]), expected)

    def test_reserved_goods(self):
        for by in ("batch", "product"):
            for issue in ("fifo", "fefo", "lifo"):
                keys = ", shelf_life: 100 d" if issue == "lifo" else ""
                self.check(issue, by, keys, "30 h", (4, 6, 6))
                self.check(issue, by, keys, "6 h", (4, 6, 6))
            # Goods that end while the six wait to be picked: the six stay, the ten that came later end as well.
            self.check("fefo", by, ", shelf_life: 8 h", "30 h", (4, 6, 0))


class Forks(unittest.TestCase):
    """Ten units of 45 h. Six are reserved at 40 h for a deposit that lapses at 55 h, so four end at 45 h. At 70 h somebody wants two. Snapshot at 50 h."""

    def text(self, life):
        return HEAD % "4 d" + f"""
products: [{{id: a, price: 100 CNY, cost: 40 CNY, shelf_life: {life}}}]
sites: [{{id: sup, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town, stock: {{units: 10}}}}]
lanes: [{{from: sup, to: w, transit: 1 h}}, {{from: w, to: markets, transit: 1 h}}]
channels:
  - {{id: pre, presale: {{deposit: 10 %, paid: 0 %, balance: {{after: 5 h, within: 10 h}}, lock: stock}}}}
  - {{id: shop, stock_view: live}}
demand: [{{history: deposits.csv, channels: [pre]}}, {{history: orders.csv, channels: [shop]}}]
snapshot: {{every: 50 h}}
"""

    def fork(self, before, after, orders):
        with tempfile.TemporaryDirectory() as folder:
            files = {"a.yaml": self.text(before), "b.yaml": self.text(after), "deposits.csv": "40 h,town,a,6\n", "orders.csv": orders}
            for name, content in files.items():
                (pathlib.Path(folder) / name).write_text(content if "yaml" in name else "time,market,product,quantity\n" + content)
            for words in (["a.yaml", "-o", "a.h5"], ["b.yaml", "--from", "a.h5.snapshot", "-o", "b.h5"]):
                done = subprocess.run([PROGRAM, "run", *words, "--json", "--quiet"], cwd=folder, capture_output=True, text=True, timeout=120)
                self.assertEqual(done.returncode, 0, done.stderr)
            with h5py.File(pathlib.Path(folder) / "b.h5") as trace:
                counts = tuple(int(trace["summary/shelf_life/" + name][-1]) for name in ("expired", "sold", "sold_late"))
                final = int(trace["summary/stock/final"][-1])
            return counts, final, json.loads(done.stdout)["key_figures"]["shelf_life_left"]["value"]

    def test_goods_that_ended_may_end_again(self):
        self.assertEqual(self.fork("45 h", "45 h", "70 h,town,a,2\n")[:2], ((10, 0, 0), 0))
        self.assertEqual(self.fork("45 h", "60 h", "70 h,town,a,2\n")[:2], ((10, 0, 0), 0))
        self.assertEqual(self.fork("45 h", "80 h", "70 h,town,a,2\n")[:2], ((8, 2, 0), 0))

    def test_the_part_left_goes_by_the_life_then(self):
        # Two are sold after 10 h of 60 d, two after 70 h of 20 d; each is an hour on its way.
        _, _, left = self.fork("60 d", "20 d", "10 h,town,a,2\n70 h,town,a,2\n")
        self.assertAlmostEqual(left, (60 * 24 - 11 + 20 * 24 - 71) / (80 * 24), places=9)


class ClosedForms(unittest.TestCase):
    def test_one_unit_that_is_sold_or_ends(self):
        """Renewal-reward: a unit is on the shelf min(X, T), X exponential; the next comes a lead time L after it has gone."""
        products, days, rate, life, lead = 150, 400, 0.5, 3.0, 1.0
        run = Run(f"{days} d", f"""products: [{{generate: {{id: "p{{n}}", count: {products}, price: 9 CNY, cost: 4 CNY, shelf_life: {life} d}}}}]
sites: [{{id: sup, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town, stock: {{units: 1}}}}]
lanes: [{{from: sup, to: w, transit: {lead} d}}, {{from: w, to: markets, transit: 1 h}}]
channels: [{{id: shop, stock_view: live, release: at once}}]
demand: {{each: {rate}/d}}
policies: {{replenish: [{{at: w, use: {{base_stock: {{units: 1}}}}, review: continuous, order_lag: 0 s}}]}}
""", None, "trace.orders=0 %")
        self.assertEqual(run.code, 0, run.error)
        shelf = life - lead
        ends = math.exp(-rate * shelf)
        on_shelf = (1 - ends) / rate
        cycle = on_shelf + lead
        expired = run["summary/shelf_life/expired"][-products:] / days
        sold = run["summary/shelf_life/sold"][-products:] / days
        # The first unit is fresh: a difference of less than one cycle in the horizon, 1/days of a rate.
        for name, found, rate_of in (("expired", expired, ends / cycle), ("sold", sold, (1 - ends) / cycle)):
            half = 3.3 * found.std(ddof=1) / math.sqrt(products)
            self.assertLess(half, 0.01, name)
            self.assertLess(abs(found.mean() - rate_of), half + 1 / days, name)
        mean = run["summary/stock/mean_on_hand"][-products:].mean()
        self.assertAlmostEqual(mean, on_shelf / cycle, delta=0.012)

    def test_newspapers(self):
        """Goods of one day, S of them each morning: what ends is (S - D)+, what is sold min(S, D), D Poisson over the 23 hours on the shelf."""
        days, mean, level, products = 300, 12, 13, 150
        run = Run(f"{days} d", f"""products: [{{generate: {{id: "p{{n}}", count: {products}, price: 9 CNY, cost: 4 CNY, shelf_life: 24 h}}}}]
sites: [{{id: sup, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town, stock: {{units: 0}}}}]
lanes: [{{from: sup, to: w, transit: 1 h}}, {{from: w, to: markets, transit: 1 h}}]
channels: [{{id: shop, stock_view: live, release: at once}}]
demand: {{each: {mean}/d}}
policies: {{replenish: [{{at: w, use: {{base_stock: {{units: {level}}}}}, review: daily 01:00, order_lag: 0 s}}]}}
""", None, "trace.orders=0 %")
        self.assertEqual(run.code, 0, run.error)
        wanted = mean * 23 / 24
        chance = [math.exp(-wanted + d * math.log(wanted) - math.lgamma(d + 1)) for d in range(80)]
        left = sum(p * max(level - d, 0) for d, p in enumerate(chance))
        spread = math.sqrt(sum(p * max(level - d, 0) ** 2 for d, p in enumerate(chance)) - left**2)
        half = 3.3 * spread / math.sqrt(products * (days - 1))  # 99.9 %
        found = run["summary/shelf_life/expired"].sum() / products / (days - 1)
        self.assertLess(half, 0.02 * left)
        self.assertLess(abs(found - left), half)
        self.assertEqual(set(run["summary/shelf_life/stopped"].tolist()), {0})
        # What came is sold, or has ended, or is of the last day.
        np.testing.assert_array_less(run["summary/shelf_life/expired"] + run["summary/shelf_life/sold"], days * level + 1)


class LeftOut(unittest.TestCase):
    """Rules that do not count what is expected to end, with numbers by hand."""

    def decisions(self, word):
        run = Run("3 d", product(60) + f"""
sites: [{{id: sup, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town, stock: {{units: 20}}}}]
lanes: [{{from: sup, to: w, transit: 1 d}}, {{from: w, to: markets, transit: 1 h}}]
channels: [{{id: shop, stock_view: live, release: at once}}]
demand: {{every: 6 h, offset: 3 h}}
policies: {{replenish: [{{at: w, use: {{base_stock: {{units: 20}}}}, review: daily 00:00, forecast: expected, expiring: {word}}}]}}
""", None, "trace.decisions=true")
        self.assertEqual(run.code, 0, run.error)
        return list(zip(run["decisions/position"].tolist(), run["decisions/ordered"].tolist()))

    def test_by_hand(self):
        # Four a day. On the second day 16 are there, and end in 1.5 days: 10 of them unsold. On the third 12 are there, of which 10 end in half a
        # day, and 14 are on order. An order of now and one of the next review come within 2 days, so on the first day nothing is left out.
        self.assertEqual(self.decisions("left-out"), [(20, 0), (6, 14), (16, 4)])
        self.assertEqual(self.decisions("counted"), [(20, 0), (16, 4), (16, 4)])


class Refused(unittest.TestCase):
    def refused(self, text, *words):
        run = Run("3 d", text)
        self.assertEqual(run.code, 2, run.error)
        for word in words:
            self.assertIn(word, run.error)

    def shop(self, stock="{units: 5}", more="", rule="", first="a", keys=", shelf_life: 9 d"):
        return f"""products: [{{id: a, price: 9 CNY, cost: 4 CNY{keys}}}]
sites: [{{id: sup, kind: supplier, at: town}}, {{id: w, kind: rdc, at: town, stock: {stock}{more}}}]
lanes: [{{from: sup, to: w, transit: 1 h}}, {{from: w, to: markets, transit: 1 h}}]
demand: {{each: 1/d}}
policies: {{replenish: [{{at: w, use: {{base_stock: {{units: 2}}}}{rule}}}]}}
"""

    def test_what_makes_no_sense(self):
        self.refused(self.shop(keys=", shelf_life: 9 d, min_remaining: 9 d"), "min_remaining", "must be below `shelf_life`")
        self.refused(self.shop(keys=", min_remaining: 9 d, disposal: 1 CNY/unit"), "`min_remaining` has no effect", "`disposal` has no effect")
        self.refused(self.shop(more=", age: 1 d"), "limited stock", "oldest")
        self.refused(self.shop(stock="unlimited", more=", issue: lifo"), "no older and newer goods")
        self.refused(self.shop(stock="{units: 5, oldest: 2 d}", keys=""), "no product kept here has a shelf life")
        self.refused(self.shop(rule=", expiring: left-out, review: continuous"), "looked at in reviews")
        self.refused(self.shop(rule=", expiring: left-out, review: every 1 d", keys=""), "no product of this rule has a shelf life")
        self.refused(self.shop(more=", issue: lifo", keys=""), "`issue` has no effect")
        self.refused(self.shop(stock="{oldest: 2 d}"), "there is no opening stock")
        self.refused(self.shop().replace("kind: supplier,", "kind: supplier, age: 9 d,"), "'a' could never be sold")
        self.refused(self.shop(more=", issue: newest"), "issue", "fefo", "lifo")


if __name__ == "__main__":
    unittest.main()
