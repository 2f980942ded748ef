"""Prices by stock, its age, a date and a competitor: worked out again, unit by unit and customer by customer. usage: python3 price_drivers_test.py PROGRAM"""
import collections
import unittest

from hand_counts_test import ONE, SHELF, Run

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
KNOWN = 2 * MINUTE  # after a review: what it brings holds
NOTHING, COVER, AGE, DATE, COMPETITOR = range(5)

# A warehouse with 200 units and 60 more on the 4th and the 9th day, a minute after midnight; one is sold every hour, at half past.
SHOP = """
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 200}}]
lanes: [{from: sup, to: w, transit: 1 d}, {from: w, to: markets, transit: 1 h}]
channels: [{id: shop, release: at once}]
demand: {every: 1 h, offset: 30 min}
"""
PLAN = "time,product,quantity\n2 d,a,60\n7 d,a,60\n"
RECEIPTS = [(0, 200), (3 * DAY + MINUTE, 60), (8 * DAY + MINUTE, 60)]
DAYS, PER_DAY = 12, 24


def policy(rule, steps):
    listed = ", ".join("{" + ", ".join(f"{key}: {value}" for key, value in step.items()) + "}" for step in steps)
    return f"policies:\n  replenish: [{{at: w, use: {{plan: plan.csv}}}}]\n  price: [{{products: a, review: every 6 h, {rule}steps: [{listed}]}}]\n"


class Shelf:
    """Units one by one, with the times when they came: the oldest is sold first."""

    def __init__(self, moves):
        self.moves = moves

    def at(self, now):
        units = collections.deque()
        for at, number in self.moves:
            if at > now:
                break
            for _ in range(abs(number)):
                units.append(at) if number > 0 else units.popleft()
        return units


class Book:
    """What a rule says at every review, from its numbers."""

    def __init__(self, steps, rivals=(), clear_by=None, follow=None):
        self.steps, self.rivals, self.clear_by, self.follow = steps, rivals, clear_by, follow

    def rival(self, now):
        return next((price / 100 for at, price in reversed(self.rivals) if at <= now), None)

    def prices_named(self, now, units):
        """Each driver with the price that it names; nothing of those that name none."""
        cover = len(units) / PER_DAY
        age = sum(now - came for came in units) / len(units) if units else -1
        left = self.clear_by - now if self.clear_by is not None else DAY * 999
        tests = {COVER: ("cover", lambda v: cover >= v), AGE: ("age", lambda v: age >= v * DAY), DATE: ("left", lambda v: left <= v * DAY)}
        for driver, (key, reached) in tests.items():
            hits = [step["price"] for step in self.steps if key in step and reached(step[key])]
            if hits:
                yield driver, hits[-1]
        if self.follow and self.rival(now) is not None:
            ratio, floor, ceiling = self.follow
            listed = sorted(p for p in {1, *(step["price"] for step in self.steps)} if floor <= p <= ceiling)
            below = [p for p in listed if p <= ratio * self.rival(now) + 1e-12]
            yield COMPETITOR, below[-1] if below else listed[0]

    def decide(self, now, units):
        named = sorted((price, driver) for driver, price in self.prices_named(now, units))
        return named[0] if named else (1, NOTHING)


def written(steps):
    unit = {"price": lambda v: f"{v * 100:g} %"}
    return [{key: unit.get(key, lambda v: f"{v:g} d")(value) for key, value in step.items()} for step in steps]


class Drivers(unittest.TestCase):
    def check(self, steps, rule="", rivals=(), more="", files=None, **book):
        """Reviews, changes, orders at each step and revenue against what the book says. Returns the drivers that decided."""
        run = Run(f"{DAYS} d", ONE + SHOP + more + policy(rule, written(steps)), {"plan.csv": PLAN, **(files or {})})
        self.assertEqual(run.code, 0, run.error)
        orders = [hour * HOUR + HOUR // 2 for hour in range(DAYS * 24)]
        shelf = Shelf(sorted(RECEIPTS + [(at, -1) for at in orders]))
        self.book = Book(steps, rivals, **book)
        price, changes, sold, revenue = 1, [], collections.Counter(), 0
        reviews = [(at, *self.book.decide(at, shelf.at(at))) for at in range(0, DAYS * DAY, 6 * HOUR)]
        for at, new, driver in reviews:
            if new != price:
                units = shelf.at(at)
                changes.append((at + MINUTE, len(units), new, driver, sum(at - came for came in units) / len(units) / DAY))
            price = new
        price, coming = 1, iter([*reviews, (DAYS * DAY, 1, 0)])
        review = next(coming)
        for at in orders:
            while review[0] + KNOWN <= at:
                price, review = review[1], next(coming)
            sold[price] += 1
            revenue += round(100 * price, 2)
        found = list(zip(*(run["prices/" + name].round(9).tolist() for name in ("time", "stock", "price", "driver"))))
        self.assertEqual(found, [change[:4] for change in changes])
        self.ages, self.expected_ages = run["prices/age"].tolist(), [change[4] for change in changes]
        self.assertEqual(len(run["orders/placed"]), len(orders))
        self.assertEqual(-run.money("revenue"), round(revenue, 2))
        placed = collections.Counter()
        for share, number in zip(run["summary/desk_prices/price"].round(9).tolist(), run["summary/desk_prices/placed"].tolist()):
            placed[share] += number
        self.assertEqual({p: n for p, n in placed.items() if n}, dict(sold))
        drivers = [change[3] for change in changes]
        for name, driver in (("cover", COVER), ("age", AGE), ("date", DATE), ("competitor", COMPETITOR)):
            self.assertEqual(run["summary/prices/by_" + name].tolist(), [drivers.count(driver)], name)
        self.assertEqual(run["summary/prices/changes"].tolist(), [len(drivers)])
        return drivers

    def test_the_date(self):
        steps = [{"left": 6, "price": 0.7}, {"left": 3, "price": 0.5}, {"left": 1, "price": 0.3}]
        self.assertEqual(self.check(steps, "clear_by: 10 d, ", clear_by=10 * DAY), [DATE] * 3)
        self.assertEqual(self.check(steps, "clear_by: 2025-01-16T00:00:00+08:00, ", clear_by=10 * DAY), [DATE] * 3)
        # Longer ago than the first step at the start, and reached between two reviews.
        self.assertEqual(self.check(steps, "clear_by: 4.1 d, ", clear_by=DAY * 41 // 10), [DATE] * 3)

    def test_the_age_falls_when_goods_come(self):
        drivers = self.check([{"age": 2, "price": 0.9}, {"age": 3.5, "price": 0.8}, {"age": 5, "price": 0.6}])
        self.assertIn(NOTHING, self.check([{"age": 2.5, "price": 0.9}]))
        self.assertGreater(drivers.count(AGE), 3)
        for found, counted in zip(self.ages, self.expected_ages):
            self.assertAlmostEqual(found, counted, places=9)

    def test_a_competitor_in_yaml_and_in_csv(self):
        rivals = [(0, 97), (2 * DAY, 88), (5 * DAY, 40), (9 * DAY, 130), (10 * DAY, 86)]
        steps = [{"price": 0.95}, {"price": 0.85}, {"price": 0.75}, {"price": 1.1}]
        listed = "competitor_prices: [" + ", ".join(f"{{time: {at // DAY} d, products: a, price: {price} CNY}}" for at, price in rivals) + "]\n"
        rows = "".join(f"2025-01-{6 + at // DAY:02}T00:00:00+08:00,a,{price}\n" for at, price in rivals)
        files = {"rivals.csv": "time,products,price [CNY]\n" + "2024-12-01T00:00:00+08:00,a,500\n" + rows + "2026-01-01T00:00:00+08:00,a,1\n"}
        for more, csv in ((listed, {}), ("competitor_prices: {from: rivals.csv}\n", files)):
            for ratio, floor, ceiling in ((1, 0.75, 1), (0.98, 0.8, 1.1), (1.2, 0.5, 0.95)):
                rule = f"follow: {{ratio: {ratio * 100:g} %, floor: {floor * 100:g} %, ceiling: {ceiling * 100:g} %}}, "
                used = [step for step in steps if floor <= step["price"] <= ceiling]
                drivers = self.check(used, rule, rivals, more, csv, follow=(ratio, floor, ceiling))
                self.assertEqual(set(drivers), {COMPETITOR})
                self.assertGreater(len(drivers), 2)

    def test_the_cheapest_of_all_drivers_holds(self):
        rivals = [(DAY, 80), (6 * DAY, 103), (7 * DAY, 62), (7 * DAY + HOUR, 97)]
        steps = [{"cover": 0, "price": 1.1}, {"cover": 6, "price": 0.9, "age": 1}, {"age": 3, "price": 0.8}, {"price": 0.75}, {"left": 1, "price": 0.5, "cover": 9}]
        listed = "".join(f"  - {{time: {at // HOUR} h, products: all, price: {price} CNY}}\n" for at, price in rivals)
        rule = "clear_by: 11 d, follow: {floor: 70 %, ceiling: 120 %}, "
        drivers = self.check(steps, rule, rivals, "competitor_prices:\n" + listed, clear_by=11 * DAY, follow=(1, 0.7, 1.2))
        self.assertEqual(set(drivers), {COVER, AGE, DATE, COMPETITOR})


class Customers(unittest.TestCase):
    """Factors that are whole numbers: of layer k come all or none, so runs with one price show who belongs to which layer."""

    SHOP = ONE + SHELF + "channels: [{id: shop, release: at once}]\ndemand: {orders: 300/day}\n"

    def run_with(self, rule, more=""):
        run = Run("12 d", self.SHOP + more + f"policies: {{price: [{{products: a, review: daily 00:00, {rule}}}]}}\n")
        self.assertEqual(run.code, 0, run.error)
        return run

    def layers(self):
        """Times of customers by layer, 0 to 3. Before the first price is known only layer 0 comes."""
        found, known = [], set()
        for share in (100, 50, 25):
            times = set(self.run_with(f"elasticity: 1, steps: [{{cover: 0 d, price: {share} %}}]")["orders/placed"].tolist())
            self.assertLessEqual(known, times)
            found.append(times - known)
            known = times
        return found[0], found[1], found[2]  # the third: of layers 2 and 3

    def test_who_comes_at_prices_by_date_and_competitor(self):
        rivals = "competitor_prices: [{time: 0 d, products: a, price: 100 CNY}, {time: 3 d, products: a, price: 50 CNY}, {time: 5 d, products: a, price: 200 CNY}, {time: 6.5 d, products: a, price: 100 CNY}]\n"
        steps = "clear_by: 10 d, steps: [{left: 2 d, price: 50 %}, {left: 1 d, price: 25 %}]"
        base, first, second = self.layers()
        followed = self.run_with("elasticity: 1, follow: {floor: 50 %}, " + steps, rivals)
        half, quarter = [(3 * DAY + KNOWN, 5 * DAY + KNOWN), (8 * DAY + KNOWN, 13 * DAY)], [(9 * DAY + KNOWN, 13 * DAY)]

        def within(times, spans):
            return {at for at in times if any(since <= at < to for since, to in spans)}

        self.assertEqual(set(followed["orders/placed"].tolist()), base | within(first, half) | within(second, quarter))
        gained = len(within(first, half)) + len(within(second, quarter))
        self.assertEqual((followed.figures["price_customers_gained"], followed.figures["price_customers_lost"]), (gained, 0))

        # Customers who compare: twice as many while the competitor takes twice as much, from that instant on. At a quarter of the
        # price four times as many, by own price alone.
        compared = self.run_with("elasticity: 1, cross_elasticity: 1, " + steps, rivals.replace("price: 50 CNY", "price: 100 CNY"))
        more = [(5 * DAY, DAY * 13 // 2), half[1]]
        self.assertEqual(set(compared["orders/placed"].tolist()), base | within(first, more) | within(second, quarter))

        # Half the price against half the price of the competitor: those of the normal prices.
        matched = self.run_with("elasticity: 1, cross_elasticity: 1, follow: {floor: 50 %}, steps: [{price: 50 %}]", rivals.replace("0 d, products: a, price: 100", "0 d, products: a, price: 50"))
        at, both = set(matched["orders/placed"].tolist()), (KNOWN, 5 * DAY)
        self.assertEqual(within(at, [both]), within(base, [both]))

    def test_some_stay_away_when_the_competitor_is_cheap(self):
        rivals = "competitor_prices: {time: 4 d, products: a, price: 64 CNY}\n"
        rule = "elasticity: 2, cross_elasticity: 0.5, steps: [{cover: 0 d, price: 100 %}]"
        free, run = (set(self.run_with(rule, more)["orders/placed"].tolist()) for more in ("competitor_prices: {time: 0 d, products: a, price: 100 CNY}\n", rivals))
        self.assertLess(run, free)
        self.assertEqual({at for at in free if at < 4 * DAY}, {at for at in run if at < 4 * DAY})
        before, after = (sum(at >= 4 * DAY for at in times) for times in (free, run))
        self.assertLess(abs(after - 0.8 * before), 4 * (before * 0.8 * 0.2) ** 0.5)  # 0.64^0.5 of 300 a day for eight days


if __name__ == "__main__":
    unittest.main()
