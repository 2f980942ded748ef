"""Rules with several sources, against a count of their own. usage: python3 supply_test.py PROGRAM"""
import math
import unittest

import numpy as np

from hand_counts_test import ONE, Run

DAY, HOUR, MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000
NET = """sites:
  - {id: near, kind: supplier, at: [111, 30]}
  - {id: far, kind: supplier, at: [112, 30]}
  - {id: third, kind: supplier, at: [113, 30]}
  - {id: w, kind: rdc, at: town, stock: {units: 1000}}
lanes:
  - {from: near, to: w, mode: truck, transit: 1 d}
  - {from: far, to: w, mode: truck, transit: 3 d}
  - {from: third, to: w, mode: truck, transit: 2 d}
  - {from: w, to: markets, transit: 1 h}
channels: [{id: shop, stock_view: live}]
demand: {every: 1 h}
"""


def rule(split, use="base_stock: {units: 1000}"):
    return NET + "policies:\n  replenish:\n    - {at: w, use: {%s}, review: daily 00:00, split: {%s}}\n" % (use, split)


def sources(**shares):
    return "sources: [" + ", ".join(f"{{from: {name}, share: {share} %}}" for name, share in shares.items()) + "]"


def shipped(run, supplier):
    """Units by day on which they were sent, of one of the three suppliers."""
    lane = {"near": 0, "far": 1, "third": 2}[supplier]
    of = run["shipments/lane"] == lane
    days = run["shipments/sent"][of] // DAY
    return np.bincount(days, run["shipments/quantity"][of], minlength=60)


def divided(shares, quantities):
    """Largest remainders, where what somebody has not had is carried on."""
    owed, parts = np.zeros(len(shares)), []
    for quantity in quantities:
        owed += np.array(shares) * quantity
        part = np.array([math.floor(o + 1e-9) for o in owed])
        for _ in range(int(quantity - part.sum())):
            part[np.argmax(np.round(owed - part, 9))] += 1
        owed -= part
        parts.append(part)
    return np.array(parts)


class Shares(unittest.TestCase):
    def test_orders_are_divided_and_what_is_missing_is_made_up(self):
        run = Run("30 d", ONE + rule(sources(near=62, far=27, third=11)))
        expected = divided([0.62, 0.27, 0.11], [24] * 24)
        for s, name in enumerate(("near", "far", "third")):
            self.assertEqual(shipped(run, name)[1:25].tolist(), expected[:, s].tolist(), name)
        self.assertEqual(run["summary/supply/ordered"].sum(), 29 * 24)
        np.testing.assert_allclose(run["summary/supply/ordered"], 29 * 24 * np.array([0.62, 0.27, 0.11]), atol=1)
        self.assertEqual(run["summary/supply/lines"].tolist(), [29, 29, 29])
        lanes = run["summary/lanes/units_arrived"][:3]
        self.assertEqual(run["summary/supply/arrived"].tolist(), lanes.tolist())
        self.assertEqual(run["network/supply/share"].tolist(), [0.62, 0.27, 0.11])
        self.assertIsNone(run.figures["late_supply_share"])
        self.assertEqual(run.figures["sources_dropped"], 0)

    def test_one_unit_at_a_time_goes_where_most_is_owed(self):
        text = NET + "policies:\n  replenish:\n    - {at: w, use: {base_stock: {units: 1000}}, review: continuous, split: {%s}}\n"
        run = Run("10 d", ONE + text % sources(near=50, far=30, third=20))
        np.testing.assert_allclose(run["summary/supply/ordered"], 239 * np.array([0.5, 0.3, 0.2]), atol=1.01)
        self.assertEqual(run["summary/supply/ordered"].sum(), run["summary/supply/lines"].sum())

    def test_the_same_source_alone_is_no_split(self):
        run = Run("30 d", ONE + rule(sources(near=99.9999, far=0.0001)).replace("0.0001 %", "0.01 %").replace("99.9999", "99.99"))
        alone = Run("30 d", ONE + NET + "policies: {replenish: [{at: w, from: near, use: {base_stock: {units: 1000}}, review: daily 00:00}]}\n")
        self.assertEqual(run["summary/supply/ordered"].tolist(), [29 * 24, 0])
        self.assertEqual(run["summary/lanes/units_sent"].tolist(), alone["summary/lanes/units_sent"].tolist())
        self.assertNotIn("sources_dropped", alone.figures)

    def test_order_cost_is_for_every_line(self):
        text = rule(sources(near=50, far=50)).replace("town, stock: {units: 1000}", "town, stock: {units: 1000}, order_cost: 7 CNY")
        run = Run("30 d", ONE + text)
        self.assertEqual(run.error, "")
        self.assertEqual(run.money("ordering"), 7 * 29 * 2)


class Judged(unittest.TestCase):
    LATE = "score: {review: daily 00:00, over: 4, late: {weight: 1, worst: 50 %, within: 2 d}, trial: 10 %}"

    def test_who_is_late_gets_the_least_share(self):
        run = Run("30 d", ONE + rule(sources(near=60, far=40) + ", " + self.LATE))
        # Ordered at the end of day 0, for the first time at 24 h: overdue from 72 h on, so judged at midnight of day 4.
        far, near = shipped(run, "far"), shipped(run, "near")
        early = divided([0.6, 0.4], [24] * 3)
        self.assertEqual(near[1:4].tolist(), early[:, 0].tolist())
        self.assertEqual(far[1:4].tolist(), early[:, 1].tolist())
        later = divided([0.9, 0.1], [24] * 20)
        self.assertEqual(far[4:24].tolist(), later[:, 1].tolist())
        self.assertEqual(run["supply_shares/time"].tolist(), [4 * DAY] * 2)
        np.testing.assert_allclose(run["supply_shares/share"], [0.9, 0.1], atol=1e-12)
        np.testing.assert_allclose(run["supply_shares/score"], [1, 0], atol=1e-12)
        late, arrived = run["summary/supply/late"], run["summary/supply/arrived"]
        self.assertEqual(late.tolist(), [0, arrived[1]])
        self.assertAlmostEqual(run.figures["late_supply_share"], arrived[1] / arrived.sum(), 12)

    def test_half_late_is_half_the_score(self):
        # A lorry every second midnight: what is ordered at midnight comes after four days or five, by turns.
        lane = "transit: 3 d, departs: every 48 h}"
        text = rule(sources(near=50, far=50) + ", score: {review: daily 12:00, over: 4, late: {weight: 2, worst: 100 %, within: 108 h}, trial: 0 %}")
        run = Run("40 d", ONE + text.replace("transit: 3 d}", lane))
        self.assertEqual(run.error, "")
        late, arrived = run["summary/supply/late"][1], run["summary/supply/arrived"][1]
        self.assertGreater(late, 0)
        self.assertLess(late, arrived)
        scores, shares = (run["supply_shares/" + column].reshape(-1, 2) for column in ("score", "share"))
        self.assertGreater(len(scores), 1)
        self.assertTrue((scores[:, 1] < 1).all() and (scores[:, 1] > 0).all())
        np.testing.assert_allclose(shares, scores / scores.sum(axis=1, keepdims=True), atol=1e-12)

    def failing(self, near, score, days):
        quality = """quality:
  suppliers: [{at: near, share: %s}, {at: far, share: 100 %%}]
  inspections: [{at: w, sample: 100 %%, accept: 5 %%, failed: back}]
""" % near
        run = Run(days, ONE + rule(sources(near=60, far=40) + ", score: {review: daily 06:00, " + score + "}") + quality)
        self.assertEqual(run.error, "")
        return run

    def test_who_fails_is_dropped_for_a_while_and_begins_anew(self):
        run = self.failing("0 %", "over: 4, defective: {weight: 1, worst: 10 %}, trial: 40 %, drop: {failed: 2, lasts: 10 d}", "40 d")
        changes = run["supply_shares/time"].reshape(-1, 2)[:, 0]
        dropped = run["supply_shares/dropped"].reshape(-1, 2)[:, 1]
        # Batches come at midnight from day 4 on and fail: two by six o'clock on day 5. New orders are placed from day 16 on, and the
        # second of their batches has come on day 20.
        first = 5 * DAY + 6 * HOUR
        self.assertEqual(changes[:3].tolist(), [first, first + 10 * DAY, 20 * DAY + 6 * HOUR])
        self.assertEqual(dropped[:3].tolist(), [1, 0, 1])
        self.assertEqual(run.figures["sources_dropped"], (dropped == 1).sum())
        out = sum(min(int(t) + 10 * DAY, 40 * DAY) - int(t) for t in changes[dropped == 1])
        self.assertAlmostEqual(run["summary/supply/days_dropped"][1], out / DAY, 9)
        self.assertAlmostEqual(run.figures["supply_dropped_share"], 0.4 * out / (40 * DAY), 12)
        far = shipped(run, "far")
        self.assertEqual(far[6:16].sum(), 0)
        self.assertGreater(far[16], 0)

    def test_what_was_tested_is_what_inspections_tested(self):
        run = self.failing("0 %", "defective: {weight: 1, worst: 10 %}", "20 d")
        tested, defective = run["summary/supply/tested"], run["summary/supply/defective"]
        self.assertEqual(tested.sum(), run["summary/quality/units_tested"].sum())
        self.assertEqual(defective.tolist(), [0, tested[1]])

    def test_the_last_source_is_never_dropped(self):
        run = self.failing("100 %", "defective: {weight: 1, worst: 10 %}, drop: {below: 50 %}", "20 d")
        self.assertEqual(run["summary/supply/drops"].tolist(), [1, 0])
        self.assertEqual(run["summary/supply/share"].tolist(), [0, 1])


class Meeting(unittest.TestCase):
    def test_goods_known_by_batch_are_one_delivery(self):
        """A site fed four units an hour sends what it has every nine days: many batches, but one line each time."""
        net = NET.replace("{id: far, kind: supplier, at: [112, 30]}", "{id: far, kind: cdc, at: [112, 30]}").replace(
            "{from: far, to: w, mode: truck, transit: 3 d}",
            "{from: far, to: w, mode: truck, transit: 1 d, departs: every 216 h}\n  - {from: near, to: far, transit: 1 h}")
        score = ", score: {review: daily 12:00, over: 4, late: {weight: 1, worst: 100 %, within: 5 d}}"
        text = net + """policies:
  replenish:
    - {at: far, from: near, use: {plan: p.csv}}
    - {at: w, use: {base_stock: {units: 1000}}, review: every 6 d, split: {%s}}
quality:
  suppliers: [{at: near, share: 0 %%}]
""" % (sources(near=50, far=50) + score)
        rows = {"p.csv": "time,product,quantity\n" + "".join(f"{i} h,a,4\n" for i in range(600))}
        plain = Run("70 d", ONE + text, rows)
        recall = Run("70 d", ONE + text + "  recall: {dates: [{at: 69 d}], bad: 50 %}\n", rows)
        self.assertGreater(len(plain["supply_shares/score"]), 10)
        self.assertEqual(recall["supply_shares/score"].tolist(), plain["supply_shares/score"].tolist())

    def test_who_is_dropped_for_lateness_comes_back_when_his_time_is_over(self):
        drop = "score: {review: daily 12:00, late: {weight: 1, worst: 50 %, within: 2 d}, drop: {below: 50 %, lasts: 30 h}}"
        run = Run("20 d", ONE + rule(sources(near=50, far=50) + ", " + drop))
        times, dropped = (run["supply_shares/" + c].reshape(-1, 2)[:, 1].tolist() for c in ("time", "dropped"))
        # Ordered on day 1, overdue at noon of day 3. From 18:00 on day 4 on it counts anew; ordered on day 5, overdue on day 7.
        noon = [3 * DAY + 12 * HOUR + 4 * n * DAY for n in range(5)]
        self.assertEqual(times[::2], noon[:len(times[::2])])
        self.assertEqual(times[1::2], [t + 30 * HOUR for t in noon][:len(times[1::2])])
        self.assertEqual(dropped, [1, 0] * (len(dropped) // 2) + [1] * (len(dropped) % 2))
        self.assertGreater(len(dropped), 7)


class Refused(unittest.TestCase):
    def test_one_clear_error(self):
        good = sources(near=60, far=40)
        for split, words in (
            (sources(near=60, far=30), "add up to 90 %, not to 100 %"),
            (sources(near=100), "two sources or more"),
            (sources(near=60, near2=40), "near2"),
            (sources(near=60, w=40), "no lane leads to 'w' from 'w'"),
            (good.replace("near, share", "far, share"), "twice"),
            (good + ", score: {over: 3}", "nothing counts"),
            (good + ", score: {defective: {weight: 1, worst: 5 %}}", "never tested"),
            (good + ", score: {review: continuous, late: {weight: 1, worst: 5 %, within: 1 d}}", "judged at times"),
            (good + ", score: {late: {weight: 1, worst: 5 %}}", "within"),
            (good + ", score: {late: {weight: 1, worst: 5 %, within: 1 d}, drop: {lasts: 3 d}}", "nobody is ever dropped"),
        ):
            run = Run("3 d", ONE + rule(split))
            self.assertEqual(run.code, 2, split)
            self.assertIn(words, run.error)
            self.assertEqual(len(run.error.strip().splitlines()), 1, run.error)
        both = Run("3 d", ONE + rule(good).replace("at: w, use", "at: w, from: near, use"))
        self.assertIn("either `from` or `split`", both.error)


if __name__ == "__main__":
    unittest.main()
