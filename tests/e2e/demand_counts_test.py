"""What customers order, against figures counted by hand. usage: python3 demand_counts_test.py PROGRAM"""
import math
import unittest

import numpy as np

from hand_counts_test import ONE, SHELF, Run

DAY = 86_400_000_000
HOUR = DAY // 24
MINUTE = HOUR // 60
HOURS = "time,market,product,quantity\n"
SHOW = """
products: [{id: a, price: 100 CNY, popularity: 3}, {id: b, price: 100 CNY}, {id: c, price: 50 CNY, popularity: 2}]
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 0}}]
lanes: [{from: sup, to: w, transit: 30 min, at_least: 10 min}, {from: w, to: markets, transit: 1 h}]
demand: {orders: 10/day, products: b}
"""


def opening(run):
    """Units in stock at the start."""
    names = [name.decode() for name in run["network/accounts/name"]]
    return int(run["summary/ledger/opening"][names.index("available")])


class Demand(unittest.TestCase):
    def test_each_day_of_a_row_is_like_the_day_it_names(self):
        run = Run("7 d", ONE + SHELF + "demand: {orders: 1000/day, week: [1, 2, 3, 4, 5, 6, 0], calendar: like.csv}\n", {"like.csv": "from,to,like\n2025-01-08,2025-01-10,sun\n"})
        placed = np.bincount(run["orders/placed"] // DAY, minlength=7)
        self.assertEqual(placed[[2, 3, 4, 6]].tolist(), [0, 0, 0, 0])
        for day, weight in ((0, 1), (1, 2), (5, 6)):
            mean = 7000 * weight / 21
            self.assertLess(abs(placed[day] - mean), 4 * math.sqrt(mean))

    def test_what_was_bought_before_the_run_is_missing_after(self):
        run = Run("6 d", ONE + SHELF.replace("100k", "10M") + """demand: {orders: 2000/day}
price_changes: [{products: a, from: "2025-01-04T00:00:00+08:00", to: "2025-01-07T00:00:00+08:00", price: 50 %, elasticity: 1, pull_forward: {share: 50 %, over: 3 d}}]
""")
        # 2,000 more a day for 3 d, half of it missing over 3 d: 1,000 a day.
        placed = np.bincount(run["orders/placed"] // DAY, minlength=6)
        for day, mean in enumerate((4000, 1000, 1000, 1000, 2000, 2000)):
            self.assertLess(abs(placed[day] - mean), 4 * math.sqrt(mean), day)

    def test_what_was_bought_before_the_run_is_missing_from_streams_of_single_products(self):
        products = "products: [" + ", ".join(f"{{id: p{i}, price: 10 CNY}}" for i in range(9)) + "]\n"
        change = 'price_changes: [{products: p0, from: "2025-01-04T00:00:00+08:00", to: "2025-01-07T00:00:00+08:00", price: 50 %, elasticity: 1, pull_forward: {share: 50 %, over: 3 d}}]\n'
        for arrivals in ("poisson", "{gamma: {cv: 0.5}}"):
            run = Run("6 d", products + SHELF.replace("100k", "10M") + f"demand: {{each: 500/day, arrivals: {arrivals}}}\n" + change)
            self.assertGreaterEqual(run["orders/placed"].min(), 0)
            # 500 more a day for 3 d, half of it missing over 3 d: 250 a day.
            for product, means in ((0, (1000, 250, 250, 250, 500, 500)), (8, 6 * (500,))):
                placed = np.bincount(run["orders/placed"][run["orders/product"] == product] // DAY, minlength=6)
                for day, mean in enumerate(means):
                    self.assertLess(abs(placed[day] - mean), 4 * math.sqrt(mean), (arrivals, product, day))

    def test_a_launch_before_the_run_counts_for_what_a_promotion_pulled_forward(self):
        run = Run("4 d", ONE + SHELF.replace("100k", "10M") + """
demand: {orders: 7k/day, week: [1, 1, 1, 0, 0, 0, 6], launch: {starts: "2025-01-02T00:00:00+08:00", ramp: 4 d}}
price_changes: [{products: a, from: "2025-01-02T00:00:00+08:00", to: "2025-01-06T00:00:00+08:00", price: 83.3333333333 %, elasticity: 1, pull_forward: {share: 100 %, over: 4 d}}]
""")
        # Sunday is the last day of the ramp, 7/8 on average: 0.2 · 6 · 7/8 more, missing on three days of weight 1.
        mean = 7000 * 7 / 9 * (1 - 0.2 * 6 * 7 / 8 / 3)
        placed = np.bincount(run["orders/placed"] // DAY, minlength=4)
        for day in range(3):
            self.assertLess(abs(placed[day] - mean), 4 * math.sqrt(mean), day)

    def test_a_history_counts_within_the_run(self):
        rows = HOURS + "".join(f"{hour} h,town,a,1\n" for hour in range(30 * 24))
        run = Run("3 d", ONE + SHELF.replace("{units: 100k}", "{cover: 2 d}") + "demand: {history: month.csv}\n" + "sessions: [{id: s, starts: 1 d, lasts: 10 h, products: a, lift: 101 x}]\n", {"month.csv": rows})
        shown = int((run["orders/session"] == 0).sum())
        self.assertLess(abs(shown - 1000), 4 * math.sqrt(1000))
        self.assertEqual(opening(run), 48)

    def test_what_is_sold_in_sessions_only_is_prepared(self):
        """And its gift, where it is."""
        run = Run("12 d", """
products: [{id: a, price: 100 CNY}, {id: c, price: 10 CNY}, {id: g, price: 1 CNY}]
sites: [{id: sup, kind: supplier, at: town}, {id: w, kind: rdc, at: town, stock: {units: 1000}}]
lanes: [{from: sup, to: w, transit: 1 d}, {from: w, to: markets, transit: 1 h}]
demand: {orders: 100/day, products: a}
sessions: [{id: s, tier: super, starts: 9 d, lasts: 2 h, products: c, orders: 5000, price: 10 CNY, gift: {each: 1, units: 2, product: g}}]
policies: {replenish: [{at: w, use: {base_stock: {units: 1000}}, review: daily 00:00, prepare: {ahead: 3 d, super: 100 %}}]}
""")
        self.assertEqual(run.figures["session_units_served"], 1)

    def test_what_is_prepared_goes_by_the_carts_of_the_broadcast(self):
        """Also where the next one is near: carts for it are made before the last one is over."""
        # By 48 h before 7 % of 50,000 carts are made, 3,400, so κ is 1 ± 0.04. Each is 5,000 until then, 10,000 from then on.
        for every, before, units in (("1 d", 8 * 24, 3 * 10_000 + 5_000), ("3 d", 17 * 24 - 1, 10_000)):
            run = Run("20 d", SHOW + f"""
sessions: [{{id: s, tier: super, starts: 8 d, lasts: 2 h, products: a, orders: 10k, repeat: {{every: {every}, times: 4}}, carts: {{conversion: 20 %, lead: {{lognormal: {{mean: 20 h, cv: 1}}}}}}}}]
policies: {{replenish: [{{at: w, products: a, use: {{base_stock: {{units: 0}}}}, review: every 1 h, prepare: {{}}}}]}}
""", None, "trace.decisions=true")
            level = run["decisions/ordered"] + np.maximum(run["decisions/position"], 0)
            self.assertLess(abs(level[run["decisions/time"] // HOUR == before].max() - units), 0.1 * units, every)

    def test_no_more_is_prepared_than_the_cap(self):
        """Its gifts included, of each product its part."""
        for extra, units in (("", 500), (", gift: {each: 1, units: 1}", 500), (", carts: {conversion: 20 %, lead: 80 h}", 500), (", orders: 200", 200)):
            run = Run("12 d", SHOW + f"""
sessions: [{{id: s, tier: super, starts: 8 d, lasts: 2 h, products: [a, c], cap: 500 units{extra if "orders" in extra else ", orders: 10k" + extra}}}]
policies: {{replenish: [{{at: w, products: [a, c], use: {{base_stock: {{units: 0}}}}, review: every 1 h, prepare: {{super: 100 %}}}}]}}
""", None, "trace.decisions=true")
            level = run["decisions/ordered"] + np.maximum(run["decisions/position"], 0)
            most = [int(level[run["decisions/product"] == product].max()) for product in (0, 2)]
            self.assertEqual(most, [units * 3 // 5, units * 2 // 5], extra)

    def test_broadcasts_that_overlap_are_told_apart(self):
        for pulse, every, times in (("lasts: 2 h", "1 h", 3), ("lasts: 2 h, decay: 5 h", "6 h", 8)):
            run = Run("5 d", ONE + SHELF + f"""demand: {{orders: 100/day}}
sessions: [{{id: s, starts: 10 h, {pulse}, products: a, orders: 20k, repeat: {{every: {every}, times: {times}}}}}]
alerts: {{orders: 120 %}}
""")
            self.assertEqual(run.figures["alerts_orders"], 0, every)

    def test_alerts_of_carts_go_by_the_broadcast(self):
        """Every cart becomes an order so many hours later: carts are counted from the orders, broadcast by broadcast. For 30 h those
        for a broadcast are made before the one before it is over."""
        raised = 0
        for lead, starts, every in ((30, 40, HOUR), (30, 40.5, MINUTE), (10, 40, 7 * MINUTE)):
            run = Run("8 d", ONE + SHELF + f"""demand: {{orders: 100/day}}
sessions: [{{id: s, starts: {starts} h, lasts: 2 h, products: a, orders: 500, luck: {{cv: 0.5}}, repeat: {{every: 1 d, times: 5}}, carts: {{conversion: 100 %, lead: {lead} h}}}}]
alerts: {{carts: 80 %, every: {every // MINUTE} min}}
""")
            start, lasts = round(starts * HOUR), 2 * HOUR
            placed = run["orders/placed"][run["orders/session"] == 0]
            number, made = (placed - start) // DAY, placed - lead * HOUR
            expected = []
            for n in range(1, 5):
                most = max(((number == m) & (made < start + m * DAY + lasts)).sum() for m in range(n))
                for at in range(every, 8 * DAY, every):
                    count = ((number == n) & (made < at)).sum()
                    if start + (n - 1) * DAY + lasts < at <= start + n * DAY + lasts and count >= 0.8 * most:
                        expected.append((at, float(count), round(0.8 * most, 6)))
                        break
            found = zip(*(run[f"alerts/{column}"].tolist() for column in ("at", "value", "limit")))
            self.assertEqual([(at, value, round(limit, 6)) for at, value, limit in found], expected, (lead, starts))
            self.assertEqual(run.figures["alerts_carts"], len(expected))
            raised += len(expected)
        self.assertGreater(raised, 3)

    def test_a_broadcast_off_the_grid_of_samples_raises_its_alert(self):
        for starts in ("20 h", "20.5 h"):
            run = Run("2 d", ONE + SHELF + f"""demand: {{orders: 500/day}}
sessions: [{{id: s, starts: {starts}, lasts: 1 h, products: a, orders: 2000, script: [{{at: 0 h, lasts: 1 h, rate: 1.9 x}}]}}]
alerts: {{orders: 120 %}}
""")
            self.assertEqual(run.figures["alerts_orders"], 1, starts)

    def test_alerts_of_orders_by_hand(self):
        """Twice the orders in the first half: an alert at the first look at which enough are expected, and none when it has faded."""
        for terms, looks in (("least: 0 %, every: 7 min", 7), ("least: 40 %", 1), ("every: 30 min", 30), ("every: 24 h", 1440)):
            run = Run("3 d", ONE + SHELF + f"""demand: {{orders: 0/day}}
sessions: [{{id: s, starts: 10 h, lasts: 1 h, products: a, orders: 20k, script: [{{at: 0 h, lasts: 30 min, rate: 2 x}}]}}]
alerts: {{orders: 120 %, {terms}}}
""")
            placed, least = run["orders/placed"] - 10 * HOUR, {1: 24, 7: 0}.get(looks, 3)
            expected = []
            for at in range(0, 61):
                count = int((placed < at * MINUTE).sum())
                if at > 0 and (600 + at) % looks == 0 and at >= least and count >= 1.2 * 20_000 * at / 60:
                    expected.append(((600 + at) * MINUTE, count))
                    break
            found = list(zip(run["alerts/at"].tolist(), run["alerts/value"].tolist()))
            self.assertEqual(found, expected, terms)
            self.assertEqual(len(found), int(looks < 1440), terms)

    def test_the_sample_period_of_the_trace_changes_nothing(self):
        """What sites prepare after the carts, and alerts: whoever looks at the run must not change it."""
        runs = [Run("12 d", SHOW + f"""
sessions: [{{id: s, tier: super, starts: 8.02 d, lasts: 2 h, products: [a, c], orders: 3k, carts: {{conversion: 20 %, lead: {{gamma: {{mean: 30 h, cv: 0.7}}}}}}, luck: {{cv: 0.5}}, repeat: {{every: 1 d, times: 3}}}}]
policies: {{replenish: [{{at: w, products: [a, c], use: {{base_stock: {{units: 0}}}}, review: every 1 h, prepare: {{super: 50 %, replan: 20.3 h}}}}]}}
alerts: {{carts: 80 %, orders: 110 %}}
""", None, f"trace.series={every}", "trace.decisions=true") for every in ("10 min", "1 h", "4 h")]
        for run in runs[1:]:
            for column in ("decisions/time", "decisions/product", "decisions/ordered", "alerts/at", "alerts/kind", "alerts/value"):
                self.assertTrue(np.array_equal(run[column], runs[0][column]), column)
            self.assertTrue(np.array_equal(*(r["orders/shipped"][r["orders/id"].argsort(kind="stable")] for r in (run, runs[0]))))
        self.assertGreater(len(runs[0]["alerts/at"]), 2)
        self.assertGreater(len(runs[0]["decisions/time"]), 50)

    def test_the_digest_of_demand_goes_by_names(self):
        """A product that nobody orders changes nobody's order, wherever it stands; one more unit does."""
        files = {"d.csv": HOURS + "1 h,town,a,2\n3 h,town,b,1\n"}
        listed = {"a": "{id: a, price: 100 CNY}", "b": "{id: b, price: 50 CNY}", "z": "{id: z, price: 1 CNY}"}

        def digest(names, demand, files=None):
            products = "products: [" + ", ".join(listed[name] for name in names) + "]\n"
            return Run("2 d", products + SHELF + f"demand: {demand}\n", files).attributes["demand_digest"]

        for demand in ("{history: d.csv}", "{each: 50/day, products: [a, b]}", "{orders: 500/day, products: b}",
                       "{orders: 500/day, products: b, arrivals: {hawkes: {branching: 0.4, decay: 10 min}}}"):
            self.assertEqual(len({digest(names, demand, files) for names in ("ab", "abz", "zab", "bza")}), 1, demand)
        more = {"d.csv": files["d.csv"].replace("b,1", "b,2")}
        other = {"d.csv": files["d.csv"].replace("town,b", "town,a")}
        self.assertEqual(len({digest("ab", "{history: d.csv}", f) for f in (files, more, other)}), 3)

    def test_more_than_can_be_simulated_is_refused_at_once(self):
        events = ", ".join(5 * ["{at: 10 min, lasts: 1 h, rate: 1000 x}"])
        for demand, words in ((f"demand: {{orders: 100/day}}\nsessions: [{{id: s, starts: 1 h, lasts: 2 h, products: a, orders: 1000, script: [{events}]}}]", "e+17 orders and carts"),
                              ("demand: {orders: 1000/day, arrivals: {hawkes: {branching: 0.5, decay: 3 us}}}", "write 1 ms or more")):
            run = Run("2 d", ONE + SHELF + demand + "\n")
            self.assertEqual(run.code, 2)
            self.assertIn(words, run.error)
        quick = Run("2 d", ONE + SHELF + "demand: {orders: 1000/day, arrivals: {hawkes: {branching: 0.95, decay: 1 ms}}}\n")
        self.assertEqual(quick.code, 0)

    def test_words_that_only_sites_listen_to(self):
        run = Run("2 d", SHOW + """
sessions: [{id: s, starts: 1 h, lasts: 4 h, products: a, orders: 100, script: [{at: 30 min, say: limited, lasts: 1 min}]}]
policies: {replenish: [{at: w, products: a, use: {base_stock: {units: 1}}, sense: {say: limited, order: 30 %}}]}
""")
        self.assertEqual(run["emergency_orders/units"].tolist(), [30])

    def test_a_lift_is_one_of_orders(self):
        base = 24_000 / 24 * (1 - math.exp(-0.5))  # an hour; the other customers want nothing
        for quantity in ("1", "{poisson: 0.5}"):
            run = Run("1 d", ONE + SHELF + f"""demand: {{orders: 24k/day, quantity: {{poisson: 0.5}}}}
sessions: [{{id: s, starts: 10 h, lasts: 10 h, products: a, lift: 11 x, quantity: {quantity}}}]
""")
            extra = int((run["orders/session"] == 0).sum())
            self.assertLess(abs(extra - 10 * 10 * base), 4 * math.sqrt(10 * 10 * base), quantity)

    def test_broadcasts_after_the_end_do_not_count(self):
        run = Run("2 d", ONE + SHELF + """demand: {orders: 500/day}
hosts: [{id: h, absent: {at: 0 d, lasts: 2 d}}]
sessions: [{id: s, host: h, starts: 1 h, lasts: 3 h, products: a, orders: 2000, repeat: {every: 1 d, times: 50}}]
""")
        self.assertEqual((run.figures["broadcasts"], run.figures["broadcasts_cancelled_share"]), (2, 1))

    def test_carts_convert_as_said_where_some_hold_nothing(self):
        run = Run("2 d", ONE + SHELF + """demand: {orders: 100/day}
sessions: [{id: s, starts: 1 d, lasts: 2 h, products: a, orders: 20k, quantity: {poisson: 0.5}, carts: {conversion: 50 %, lead: 1 h}}]
""")
        carts = int(run["broadcasts/carts"][0])
        self.assertLess(abs(run.figures["cart_conversion"] - 0.5), 4 * 0.5 / math.sqrt(carts))
        orders = 20_000 * (1 - math.exp(-0.5))
        self.assertAlmostEqual(run["broadcasts/expected"][0], orders, delta=1e-6 * orders)
        self.assertLess(abs(int(run["broadcasts/orders"][0]) - orders), 4 * math.sqrt(orders))

    def test_opening_stock_goes_by_rounded_units(self):
        for quantity, mean in (("1.4", 1), ("{normal: {mean: 2, sd: 3}}", 2.45), ("{poisson: 2}", 2)):
            run = Run("10 d", ONE + SHELF.replace("{units: 100k}", "{cover: 10 d}") + f"channels: [{{id: shop, unmet: backorder}}]\ndemand: {{orders: 1000/day, quantity: {quantity}}}\n")
            ordered = run["orders/quantity"].sum()
            self.assertLess(abs(ordered / 10_000 - mean), 0.1)
            self.assertLess(abs(opening(run) / 10_000 - mean), 0.02, quantity)

    def test_a_session_named_like_a_product_has_customers_of_its_own(self):
        run = Run("10 d", ONE + SHELF + """channels: [{id: shop, release: at once, stock_view: live}]
demand: {each: 100/day}
sessions: [{id: a, starts: 0 d, lasts: 10 d, products: a, orders: 1000}]
""")
        of_session = run["orders/session"] == 0
        shown, others = np.sort(run["orders/placed"][of_session]), np.sort(run["orders/placed"][~of_session])
        n = min(len(shown), len(others)) - 1
        self.assertLess(abs(np.corrcoef(np.diff(shown)[:n], np.diff(others)[:n])[0, 1]), 0.2)

    def test_hosts_may_be_absent_when_the_run_begins(self):
        hosts = "".join(f"  - {{id: h{i}, absent: {{per_year: 20, lasts: 14 d}}}}\n" for i in range(150))
        shows = "".join(f"  - {{id: s{i}, host: h{i}, starts: 20 h, lasts: 1 h, products: a, orders: 1, repeat: {{every: 1 d, times: 7}}}}\n" for i in range(150))
        run = Run("7 d", ONE + SHELF + "demand: {orders: 10/day}\nhosts:\n" + hosts + "sessions:\n" + shows)
        # Stationary: 1 - exp(-20 · 14/365) = 0.536; a host's first day is one draw.
        first = run["broadcasts/cancelled"][run["broadcasts/number"] == 0]
        self.assertEqual(len(first), 150)
        self.assertLess(abs(first.mean() - 0.536), 4 * math.sqrt(0.536 * 0.464 / 150))

    def test_a_history_gives_the_rows_that_are_chosen(self):
        rows = HOURS + "".join(f"{hour} h,{market},{product},2\n" for hour in range(48) for market in ("town", "far") for product in "ab")
        two = "markets=[{id: town, at: [110, 30]}, {id: far, at: [111, 30]}]"
        base = """products: [{id: a, price: 10 CNY}, {id: b, price: 10 CNY}]
sites: [{id: w, kind: rdc, at: town, stock: {cover: 10 d}}]
lanes: [{from: w, to: markets, transit: 1 h}]
"""
        for chosen, markets, products in (("markets: far", [1], [0, 1]), ("products: b", [0, 1], [1]), ("markets: town, products: a", [0], [0])):
            run = Run("2 d", base + f"demand: {{history: rows.csv, {chosen}}}\n", {"rows.csv": rows}, two)
            self.assertEqual((sorted(set(run["network/desks/market"][run["orders/desk"]].tolist())), sorted(set(run["orders/product"].tolist()))), (markets, products))
            self.assertEqual(len(run["orders/placed"]), 48 * len(markets) * len(products))
            self.assertEqual(opening(run), 10 * 48 * len(markets) * len(products), chosen)  # 2 units an hour: 48 a day
        run = Run("2 d", base + "demand: {history: rows.csv, products: a}\n", {"rows.csv": rows.replace(",a,", ",b,")}, two)
        self.assertEqual(run.code, 2)
        self.assertIn("s.yaml:9:19: no row of 'rows.csv' is of these `markets` and `products`", run.error)

    def test_what_cannot_be_counted_is_refused_where_it_is_said(self):
        calendar = {"c.csv": "date,factor\n2025-01-07,1000000\n", "none.csv": "from,to,factor\n2025-01-01,2025-12-31,0\n"}
        for text, problem in (
            ("demand: {orders: 1k/day}\nprice_changes: [{products: a, from: 1 d, to: 2 d, price: 1 %, elasticity: 20}]\n", "s.yaml:9:9: the run would have 1e+43 orders"),
            ("demand: {orders: 1000M/day, calendar: c.csv}\n", "s.yaml:9:9: the run would have 1e+15 orders"),
            ("demand: {orders: 1k/day}\nsessions: [{id: s, starts: 1 d, lasts: 1 h, products: a, orders: 1000000M}]\n", "s.yaml:10:17: the run would have 1e+12 orders and carts"),
            ("demand: {orders: 1k/day}\nsessions: [{id: s, starts: 1 d, lasts: 1 h, products: a, orders: 1000M, carts: {conversion: 0.1 %}}]\n", "s.yaml:10:17: the run would have 1e+12 orders and carts"),
            ("demand: {orders: 24k/day}\nsessions: [{id: s, starts: 1 d, lasts: 1 h, products: a, lift: 1000M x}]\n", "s.yaml:10:17: the run would have 1e+12 orders and carts"),
            ("demand: {orders: 24k/day}\nsessions: [{id: s, starts: 1 d, lasts: 1 h, products: a, orders: 1000M, repeat: {every: 3 h, times: 10000}}]\n", "s.yaml:10:17: the run would have 1e+11 orders and carts"),
            ("demand: {orders: 1k/day, calendar: none.csv}\nsessions: [{id: s, starts: 1 d, lasts: 1 h, products: a, lift: 10 x}]\n", "s.yaml:10:17: session 's' lifts nothing"),
            ("demand: {history: late.csv}\nsessions: [{id: s, starts: 1 d, lasts: 1 h, products: a, lift: 10 x}]\n", None),
        ):
            run = Run("14 d", ONE + SHELF + text, {**calendar, "late.csv": HOURS + "1 h,town,a,1\n"})
            if problem is None:
                self.assertEqual(run.code, 0, run.error)
            else:
                self.assertEqual(run.code, 2, text)
                self.assertIn(problem, run.error)

    def test_values_that_change_nothing_are_no_mistake(self):
        run = Run("2 d", ONE + SHELF + """demand: {orders: 10/day}
hosts: [{id: h, absent: {per_year: 0}}]
sessions:
  - {id: s, host: h, starts: 1 d, lasts: 1 h, products: a, orders: 0, discount: 0 %, script: [{at: 1 min, lasts: 1 h, rate: 1 x}]}
  - {id: l, starts: 1 d, lasts: 1 h, products: a, lift: 1 x}
price_changes: [{products: a, from: 1 h, to: 2 h, price: 100 %, elasticity: 2}]
policies: {host_pool: {s_share: 0 %, substitutes: 0, keeps: 100 %}}
""")
        self.assertEqual(run.code, 0, run.error)

    def test_more_units_than_an_order_holds_are_refused(self):
        run = Run("1 d", ONE + SHELF + "demand: {history: big.csv}\n", {"big.csv": HOURS + "1 h,town,a,4294967297\n"})
        self.assertEqual(run.code, 2)
        self.assertIn("4294967297", run.error)


if __name__ == "__main__":
    unittest.main()
