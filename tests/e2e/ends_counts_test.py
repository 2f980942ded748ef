"""Ways for an order to end, and who pays what then: counted by hand. usage: python3 ends_counts_test.py PROGRAM"""
import unittest

from hand_counts_test import ONE, Run

TWO = "products: [{id: a, price: 100 CNY, cost: 40 CNY}, {id: b, price: 50 CNY, cost: 10 CNY}]\n"
INSTEAD = "substitutes: [{for: a, with: b}]\n"


def orders(*rows):
    """Recorded orders of product a, each a time in hours and units."""
    return {"d.csv": "time,market,product,quantity\n" + "".join(f"{at} h,town,a,{units}\n" for at, units in rows)}


class Substitutes(unittest.TestCase):
    GIFT = """
sites: [{id: w, kind: rdc, at: town, assortment: b, stock: {units: 1000}}, {id: v, kind: rdc, at: town, assortment: a}]
lanes: [{from: [w, v], to: markets, transit: 5 h}]
channels: [{id: x}]
demand: {orders: 0/day}
sessions: [{id: show, starts: 10 h, lasts: 1 h, products: a, orders: 20, quantity: 2, %s}]
""" + INSTEAD

    def test_a_gift_stays_one_when_the_product_is_replaced(self):
        """Two units of b are paid and two are given, in whatever way it was said that the gift is of the same product."""
        for gift in ("gift: {each: 1, units: 1}",
                     "gift: {each: 1, units: 1, product: a}",
                     "script: [{at: 0 min, lasts: 1 h, buy: 1, get: 1, product: a}]"):
            run = Run("2 d", TWO + self.GIFT % gift)
            count = run.orders("delivered")
            self.assertGreater(count, 10)
            self.assertEqual(-run.money("revenue"), count * 2 * 50, gift)
            self.assertEqual(run.money("cost of goods sold"), count * 4 * 10, gift)

    def test_a_customer_of_two_products_with_a_gift_of_one_of_them(self):
        """The gift is sold out, so who buys b gets nothing; who buys a gets b and the gift on top of it."""
        text = self.GIFT.replace("products: a, orders", "products: [a, b], orders").replace("assortment: a}", "assortment: [a, b]}")
        text = text % "gift: {each: 2, units: 1, product: a}"
        run = Run("2 d", TWO + text)
        bought = run["orders/quantity"][run["orders/status"] == run.status["delivered"]]
        self.assertTrue((bought == 3).all() and bought.size > 2)
        self.assertEqual(-run.money("revenue"), bought.size * 2 * 50)

    def test_who_accepted_one_and_did_not_get_it_is_not_replaced(self):
        """Ten want a, which is not for this channel; of b there are three."""
        text = """
sites: [{id: w, kind: rdc, at: town, assortment: [a], stock: {units: 10}}, {id: v, kind: rdc, at: town, assortment: [b], stock: {units: 3}}]
lanes: [{from: [w, v], to: markets, transit: 1 h}]
channels: [{id: x, stock_view: %s}, {id: y, stock_view: live, dedicated: {share: 100 %%, products: a, sites: w}}]
demand: [{channels: x, history: d.csv}]
""" + INSTEAD
        for view in ("live", "{reserve: 1 s}", "{push: 1 s}"):
            run = Run("2 d", TWO + text % view, orders(*((hour, 1) for hour in range(1, 11))))
            self.assertEqual((run.orders("delivered"), run.orders("lost")), (3, 7), view)
            self.assertEqual(run["summary/substitutes/accepted"].tolist()[0], 3, view)
            self.assertAlmostEqual(run.figures["conversion_kept"], 0.3, msg=view)

    def test_lines_missing_of_orders_that_are_not_split(self):
        """What nobody has is missing, in an order of one line and in one of several, which gets no substitute."""
        text = """
sites: [{id: w, kind: rdc, at: town, stock: {units: 100k}, assortment: [b, c]}, {id: z, kind: rdc, at: town, assortment: [a]}]
lanes: [{from: [w, z], to: markets, transit: 1 h}]
channels: [{id: shop, stock_view: {push: 1 s}, release: at once, sources: {split: %s}}]
demand: {orders: 200/day, further: {poisson: 1}}
substitutes: [{for: a, with: c, accept: 50 %%}]
"""
        three = TWO.replace("}]\n", "}, {id: c, price: 10 CNY}]\n")
        split, never = (Run("5 d", three + text % how) for how in ("if-needed", "never"))
        self.assertEqual(*(int(run["summary/substitutes/missing"][0]) for run in (split, never)))


class LastNews(unittest.TestCase):
    TEXT = ONE + """
sites: [{id: w, kind: rdc, at: town, stock: {units: 5}}%s]
lanes: [{from: %s, to: markets, transit: 1 h}]
channels: [{id: c1, stock_view: {every: 24 h, lag: %s}, release: at once, lost_sale: 5 CNY%s}, {id: c2, stock_view: {every: 24 h, lag: %s}, release: at once, lost_sale: 5 CNY%s}]
demand: [{channels: c1, history: d.csv}, {channels: c2, history: d.csv}]
"""
    ROWS = orders(*((hour, 1) for hour in range(20, 25)))

    def run_with(self, lag, horizon, more_sites="", sites="w", rule=""):
        return Run(horizon, self.TEXT % (more_sites, sites, lag, rule, lag, rule), self.ROWS)

    def test_refusals_that_desks_would_hear_of_later(self):
        """Two desks sell five units twice. The second five are refused, whether the news of it comes before the end or not."""
        for lag, horizon in (("1 min", "30 h"), ("12 h", "60 h"), ("12 h", "30 h")):
            for rule in ("", ", sources: {rule: cheapest}", ", sources: {rule: most-stock}"):
                run = self.run_with(lag, horizon, rule=rule)
                self.assertEqual(int(run["series/sites/orders_refused"].sum()), 5)
                self.assertEqual(run.orders("refused"), 5, (lag, horizon, rule))
                self.assertAlmostEqual(run.figures["oversold_share"], 0.5)
                self.assertAlmostEqual(run.figures["order_fill_rate"], 0.5)
                self.assertEqual(run.money("lost sale penalty"), 25)

    def test_refusals_that_would_go_on_stay_open(self):
        """Another site has the goods in both copies: these five are on their way to it at the end."""
        run = self.run_with("12 h", "30 h", ", {id: v, kind: rdc, at: town, stock: {units: 100}}", "[w, v]")
        self.assertEqual((run.orders("refused"), run.orders("lost")), (0, 0))
        self.assertAlmostEqual(run.figures["unshipped_share"], 0.5)
        self.assertEqual(run.money("lost sale penalty"), 0)


class Balances(unittest.TestCase):
    def test_who_waited_and_did_not_pay_has_waited(self):
        """No goods until 39 h, no balance paid: both have waited, whether the run ends before or after that."""
        text = ONE + """
sites: [{id: s, kind: supplier, at: town}, {id: w, kind: rdc, at: town, backorder_cost: 1 CNY/unit/d}]
lanes: [{from: w, to: markets, transit: 5 h}, {from: s, to: w, transit: 10 h}]
channels: [{id: c, stock_view: live, unmet: backorder, presale: {deposit: 10 %, balance: {after: 24 h, within: 24 h}, paid: 0 %, lock: stock}}]
demand: {history: d.csv}
policies: {replenish: [{at: w, use: {plan: plan.csv}}]}
"""
        files = orders((1, 1), (2, 1)) | {"plan.csv": "time,product,quantity\n29 h,a,5\n"}
        for horizon in ("30 h", "9 d"):
            self.assertAlmostEqual(Run(horizon, text, files).figures["backordered_share"], 1, msg=horizon)

    def test_time_in_front_of_a_stage_before_the_payment_is_not_lost(self):
        """Twenty orders at 1 h, packed one an hour from 1 h on, paid at 11 h; five hours on the road, one is promised. The
        one packed k-th is ready at 1 + k h: what it waited for the packer after 11 h is lost, which is k - 11 h."""
        text = ONE + """
sites: [{id: w, kind: rdc, at: town, stock: {units: 100}, wave: 1 h, stages: {pack: {servers: 1, time: 1 h}}}]
lanes: [{from: w, to: markets, transit: 5 h}]
channels: [{id: shop, stock_view: live, promise: 1 h, presale: {deposit: 10 %, balance: {after: 10 h, within: 1 us}, lock: stock, express: true}}]
demand: {history: d.csv}
"""
        run = Run("3 d", text, orders(*((1, 1) for _ in range(20))))
        lost = run["late_orders/hours"][run["late_orders/stage"] != 4294967295]
        self.assertEqual(sorted(round(float(hours), 6) for hours in lost if hours > 0), [float(k) for k in range(1, 10)])


class Returns(unittest.TestCase):
    TEXT = """
sites: [{id: w, kind: rdc, at: town, stock: {units: 10000}}]
lanes: [{from: w, to: markets, transit: 5 h}]
channels: [{id: live, stock_view: live, returns: {share: 100 %%, after: 1 h}}]
demand: {orders: 0/day}
sessions: [{id: show, starts: 10 h, lasts: 1 h, products: a, orders: 20, quantity: 2, gift: {each: 1, units: 1%s}}]
return_centres:
  - id: back
    at: town
    transit: 1 d
    freight: 6 CNY
    handling: {per_order: 2 CNY, per_unit: 1 CNY}
    stages: {inspect: {servers: unlimited, time: 10 min}}
    grades: {quality: [100 %%, 0 %%, 0 %%, 0 %%], expectation: [100 %%, 0 %%, 0 %%, 0 %%], other: [100 %%, 0 %%, 0 %%, 0 %%]}
    routes: {A: scrap, B: scrap, C: scrap, D: scrap, late: scrap}
"""

    def test_a_gift_comes_back_in_the_parcel_of_its_order(self):
        """Freight and handling by order are paid once, whether the gift is of the same product or of another."""
        for gift in ("", ", product: b"):
            run = Run("12 d", TWO + self.TEXT % gift)
            count = len(set(run["orders/order"].tolist()))
            self.assertGreater(count, 10)
            self.assertEqual(run.money("return freight"), count * 6, gift)
            self.assertEqual(run.money("return handling"), count * 2 + count * 4, gift)
            for column in ("started_quality", "started_expectation", "started_other"):
                self.assertLessEqual(int(run[f"summary/returns/{column}"].sum()), count)
            for column in ("orders_received", "orders_graded", "orders_closed"):
                self.assertEqual(int(run[f"summary/returns/{column}"].sum()), count, (gift, column))
            self.assertEqual(int(run["summary/returns/units_closed"].sum()), count * 4, gift)


class Recalls(unittest.TestCase):
    def test_a_recall_counts_when_it_is_heard_of(self):
        """Decided half an hour before the warm-up is over and heard of half an hour after: the recall is as much in the
        figures as its units and refunds."""
        text = """
sites: [{id: s, kind: supplier, at: town}, {id: w, kind: rdc, at: town}]
lanes: [{from: s, to: w, transit: 4 h}, {from: w, to: markets, transit: 2 h}]
channels: [{id: shop, stock_view: live}]
demand: {history: d.csv}
quality: {suppliers: [{at: s, share: 100 %%}], recall: {by: batch, dates: [{at: %s h}], customers: 100 %%, news: 1 h}}
policies: {replenish: [{at: w, use: {plan: plan.csv}}]}
"""
        files = orders((20, 3), (100, 1)) | {"plan.csv": "time,product,quantity\n0 h,a,50\n"}
        for at, recalls in (("71.5", 1), ("70.5", 0)):
            run = Run("3 d, warm_up: 3 d", ONE + text % at, files)
            self.assertEqual(run.figures["recalls"], recalls, at)
            self.assertEqual(run.figures["recalled_units"] > 0, recalls == 1, at)


class Groups(unittest.TestCase):
    """Orders are released every 10 min; the cut-off is within a wave."""
    TERMS = """
sites: [{id: w, kind: supplier, at: town}]
lanes: [{from: w, to: markets, transit: 1 h}]
channels: [{id: x, group: {cut_off: %s, at_least: %d}}]
demand: {history: d.csv}
"""

    def at(self, cut_off, at_least, *minutes):
        files = {"d.csv": "time,market,product,quantity\n" + "".join(f"{at} min,town,a,1\n" for at in minutes)}
        run = Run("2 d", ONE + self.TERMS % (cut_off, at_least), files)
        by_placing = run["orders/placed"].argsort(kind="stable")
        released = (run["orders/released"][by_placing] // 60_000_000).tolist()
        names = {code: name for name, code in run.status.items()}
        return released, [names[code] for code in run["orders/status"][by_placing]]

    def test_a_group_that_opens_and_closes_within_a_wave(self):
        """Whoever else is in the channel: the first closes at 5 min past, the second belongs to the next."""
        released, status = self.at("[00:05, 01:05, 02:05]", 2, 63, 68)
        self.assertEqual(status, ["group_failed", "group_failed"])
        for before in ((), (20,)):
            released, status = self.at("[00:05, 01:05, 02:05]", 1, *before, 63, 68)
            self.assertEqual(status, ["delivered"] * (len(before) + 2))
            self.assertEqual(released[-2:], [65 + 1, 125 + 1])

    def test_several_cut_offs_within_a_wave(self):
        released, status = self.at("every 3 min", 1, 61, 65, 69)
        self.assertEqual(released, [63 + 1, 66 + 1, 72 + 1])


class Urgent(unittest.TestCase):
    def test_who_is_served_at_once_needs_no_room_to_wait(self):
        """Eight units are wanted and four are there. Who is more urgent takes three of them; who is not, may not wait."""
        files = {"l.csv": "time,market,product,quantity\n1 h,town,a,8\n", "u.csv": "time,market,product,quantity\n2 h,town,a,3\n"}
        for urgent, expected in ((1, "delivered"), (9, "refused")):
            run = Run("2 d", ONE + f"""
sites: [{{id: w, kind: rdc, at: town, stock: {{units: 4}}, allocate: priority}}]
lanes: [{{from: w, to: markets, transit: 1 h}}]
channels:
  - {{id: low, priority: 9, stock_view: {{push: 1 s}}, release: {{every: 0 s, lag: 1 s}}, unmet: {{backorder: 9 d, at_most: 10 units}}}}
  - {{id: urgent, priority: {urgent}, stock_view: {{push: 1 s}}, release: {{every: 0 s, lag: 1 s}}, unmet: {{backorder: 9 d, at_most: 10 units}}}}
demand: [{{history: l.csv, channels: low}}, {{history: u.csv, channels: urgent}}]
""", files)
            names = {code: name for name, code in run.status.items()}
            placed = run["orders/placed"] == 7200 * 10**6
            self.assertEqual([names[code] for code in run["orders/status"][placed]], [expected])
            if expected == "delivered":
                self.assertEqual(run["orders/shipped"][placed].tolist(), [7201 * 10**6])


if __name__ == "__main__":
    unittest.main()
