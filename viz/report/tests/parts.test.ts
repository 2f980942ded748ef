import { describe, expect, test } from "vitest";
import { achieved, outcomeOf, sessionSums, type Broadcast } from "../src/numbers/broadcasts";
import { routesByGrade, runningSum, worstMarkets, worstSites } from "../src/numbers/parts";
import { byDay, trailingSums } from "../src/numbers/days";

describe("days", () => {
  const hour = 3_600_000;
  const noon = Date.parse("2025-09-01T12:00Z");
  test("a step that ends at midnight belongs to the day before", () => {
    const walls = [noon, noon + 6 * hour, noon + 12 * hour, noon + 18 * hour, noon + 36 * hour];
    const { days, totals } = byDay(walls, [0, 1, 2, 4, 8]);
    expect(days.map((day) => new Date(day).toISOString().slice(0, 10))).toEqual(["2025-09-01", "2025-09-02"]);
    expect(totals).toEqual([3, 12]);
  });
  test("a run that starts at midnight has no day before its first", () => {
    const midnight = Date.parse("2025-09-01T00:00Z");
    expect(byDay([midnight, midnight + 24 * hour], [0, 5])).toEqual({ days: [midnight], totals: [5] });
  });
  test("nothing is lost: the days add up to the flows", () => {
    const flows = Array.from({ length: 200 }, (_, i) => (i * 7919) % 13);
    const { totals } = byDay(flows.map((_, i) => noon + i * 5 * hour), flows);
    expect(totals.reduce((a, b) => a + b)).toBe(flows.reduce((a, b) => a + b));
  });
  test("trailing sums hold what came in the span, and nothing older", () => {
    expect(trailingSums([0, 1, 2, 3, 5], [9, 1, 2, 4, 8], 2)).toEqual([NaN, NaN, 3, 6, 8]);
    expect(trailingSums([], [], 2)).toEqual([]);
  });
});

describe("broadcasts", () => {
  const show: Broadcast = { session: 0, number: 0, start: 0, host: 1, planned: 1, cancelled: false, closed: -9e18, carts: 30, orders: 12, expected: 10, turnedAway: 0 };
  test("are as planned, with a substitute, cancelled or sold out", () => {
    expect(outcomeOf(show)).toBe("planned");
    expect(outcomeOf({ ...show, host: 2 })).toBe("substitute");
    expect(outcomeOf({ ...show, host: 4294967295, cancelled: true })).toBe("cancelled");
    expect(outcomeOf({ ...show, closed: 7 })).toBe("sold_out");
  });
  test("are measured by what was expected", () => {
    expect(achieved(show)).toBe(1.2);
    expect(achieved({ ...show, expected: 0 })).toBeNaN();
  });
  test("are added up by session; a cancelled one has no substitute", () => {
    const sums = sessionSums([show, { ...show, host: 4294967295, cancelled: true, orders: 0 }, { ...show, host: 2, closed: 7, turnedAway: 3 }]);
    expect(sums).toEqual({ broadcasts: 3, cancelled: 1, substituted: 1, soldOut: 1, carts: 90, orders: 24, expected: 30, turnedAway: 3 });
  });
});

describe("parts of a run", () => {
  test("grades by route: open ones too, grades without units left out", () => {
    const grades = routesByGrade(["a", "a", "c", "c"], ["reshelve", "open", "scrap", "outlet"], [5, 1, 2, 3]);
    expect(grades.map(({ grade, total }) => [grade, total])).toEqual([["a", 6], ["c", 5]]);
    expect(grades[0].units.reduce((a, b) => a + b)).toBe(6);
    expect(grades[1].units).toEqual([0, 0, 3, 0, 2, 0]);
  });
  test("the worst markets by share, not by number; none without groups", () => expect(worstMarkets([100, 10, 0, 4], [20, 5, 0, 1], 2)).toEqual([1, 3]));
  test("the sites with the most defective units, in or out", () => expect(worstSites([[1, 0, 9], [0, 0, 2], [0, 0, 20]], 5)).toEqual([2, 0]));
  test("what was oversold so far", () => expect(runningSum([0, 2, 0, 3])).toEqual([0, 2, 2, 5]));
});
