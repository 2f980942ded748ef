import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { betterSide, decimalsFor, decimalText, judged, NEUTRAL } from "../src/numbers/compare";
import { axisText, numberText, percentText, signedText } from "../src/numbers/format";
import { cumulative, distribution, niceWidth, promises, quantile, thinned } from "../src/numbers/histogram";
import { LEGEND_ROW, moreLegend } from "../src/numbers/legend";
import { HOUR_US, leastStep, MINUTE_US, peakSpan, ratesPerHour } from "../src/numbers/rates";
import { roundBounds, roundStep } from "../src/numbers/scale";
import { dateTimeText, parseStart, spanText, wallClock } from "../src/numbers/time";
import { splice } from "../src/numbers/splice";
import { waterfall } from "../src/numbers/waterfall";

describe("times", () => {
  test("are shown on the clock of the scenario, whatever the browser's zone is", () => {
    const start = parseStart("2025-11-08T00:00:00+08:00");
    expect(start.zone).toBe("UTC+08:00");
    expect(dateTimeText(wallClock(start, 0))).toBe("2025-11-08 00:00");
    expect(dateTimeText(wallClock(start, 68 * HOUR_US))).toBe("2025-11-10 20:00");
    expect(dateTimeText(wallClock(parseStart("2025-11-08T23:30:00-05:00"), HOUR_US))).toBe("2025-11-09 00:30");
    expect(parseStart("2025-11-08T00:00Z").zone).toBe("UTC");
    expect(parseStart("yesterday")).toEqual({ local: 0, zone: "" });
  });
  test("spans name the second date only where it differs", () => {
    const day = Date.parse("2025-11-10T20:00Z");
    expect(spanText(day, day + 7.2e6)).toBe("11-10 20:00 – 22:00");
    expect(spanText(day, day + 1.8e7)).toBe("11-10 20:00 – 11-11 01:00");
  });
});

describe("rates", () => {
  test("are flows by the length of their own step", () => {
    const times = [0, HOUR_US, 1.5 * HOUR_US, 3.5 * HOUR_US];
    expect(ratesPerHour(times, [0, 100, 100, 100])).toEqual([NaN, 100, 200, 50]);
    expect(leastStep(times)).toBe(HOUR_US / 2);
  });
  test("the peak is where the rate is highest, not the flow", () => {
    const hours = Array.from({ length: 48 }, (_, i) => i * HOUR_US);
    const minutes = [hours[47] + HOUR_US / 60];
    const flows = [...hours.map(() => 100), 50];
    expect(peakSpan([...hours, ...minutes], flows, 2)).toEqual({ from: minutes[0] - HOUR_US, to: minutes[0] });
    expect(peakSpan([0, HOUR_US], [0, 0])).toBeUndefined();
  });
});

describe("numbers", () => {
  test("have thousands and a fitting number of decimals", () => {
    expect([1234567, 1234.5, 123.45, 12.345, 0.012345, 0, -5].map(numberText)).toEqual(["1,234,567", "1,235", "123.5", "12.35", "0.0123", "0", "−5"]);
    expect(numberText(NaN)).toBe("–");
    expect([percentText(0.98234), percentText(0.5, 0), percentText(NaN)]).toEqual(["98.2 %", "50 %", "–"]);
    expect([signedText(2.5), signedText(-2.5), signedText(0)]).toEqual(["+2.50", "−2.50", "0"]);
  });
  test("are short on axes, in the units of the language", () => {
    expect([250000, 1500, 0.5].map((v) => axisText(v, "en"))).toEqual(["250 k", "1.5 k", "0.5"]);
    expect([250000, 150000000, 900].map((v) => axisText(v, "zh"))).toEqual(["25万", "1.5亿", "900"]);
  });
});

describe("differences", () => {
  test("more of a good thing is better, more of a bad one worse, and sizes are neither", () => {
    expect(["stock_accuracy", "reshelved_share", "return_value_net", "deposit_conversion", "cart_conversion"].map((name) => betterSide(name, "", ""))).toEqual(Array(5).fill("higher"));
    expect(["oversold_per_100k", "refund_time", "failed_group_share", "defect_share_out", "turned_away_share"].map((name) => betterSide(name, "", ""))).toEqual(Array(5).fill("lower"));
    expect(["orders", "deposits", "groups", "broadcasts", "alerts_orders"].map((name) => betterSide(name, "", ""))).toEqual(Array(5).fill("none"));
    expect(betterSide("groups", "groups", "higher")).toBe("higher");
  });
  test("what sells more or recalls the right goods is better", () => {
    const higher = ["session_revenue", "session_margin", "session_units_served", "recall_precision", "bad_batches_recalled_share"];
    expect(higher.map((name) => betterSide(name, "", ""))).toEqual(Array(5).fill("higher"));
  });
  test("have a good side or none for every key figure of the documents, and none for others", () => {
    const rows = readFileSync(new URL("../../../docs/kpi.md", import.meta.url), "utf8").split("\n").filter((line) => line.startsWith("| `"));
    const names = rows.filter((line) => line.split("|").length > 4).flatMap((line) => [...line.split("|")[1].matchAll(/`(\w+)/g)].map((match) => match[1]));
    expect(names.length).toBeGreaterThan(80);
    for (const name of names) expect([name, betterSide(name, "", "") === "none"]).toEqual([name, NEUTRAL.has(name)]);
    expect(betterSide("another", "", "")).toBe("none");
    expect(betterSide("cost_per_order_freight", "", "")).toBe("lower");
  });
  test("are good or bad only where the interval leaves out zero", () => {
    expect(judged(-2, -1, "lower")).toBe("good");
    expect(judged(1, 2, "lower")).toBe("bad");
    expect(judged(1, 2, "higher")).toBe("good");
    expect(judged(-1, 1, "lower")).toBe("open");
    expect(judged(0, 0, "lower")).toBe("open");
    expect(judged(1, 2, "none")).toBe("open");
  });
  test("the experiment says which side of its own figure is better", () => {
    expect(betterSide("orders", "orders", "higher")).toBe("higher");
    expect(betterSide("order_fill_rate", "cost_per_order_total", "lower")).toBe("higher");
    expect(betterSide("late_share", "cost_per_order_total", "lower")).toBe("lower");
    expect(betterSide("units", "cost_per_order_total", "lower")).toBe("none");
  });
  test("show two digits of the half width, as the program does", () => {
    expect(decimalsFor(0.0725)).toBe(3);
    expect(decimalsFor(0.000105)).toBe(5);
    expect(decimalsFor(123)).toBe(0);
    expect([decimalText(2.3994, 3), decimalText(-12345.6, 0)]).toEqual(["2.399", "−12,346"]);
  });
});

describe("delivery times", () => {
  const to = [1, 2, 3, Infinity];
  test("the cumulative share ends below one where the last bin is open", () => {
    expect(cumulative(to, [1, 1, 1, 1])).toEqual([[0, 0], [1, 0.25], [2, 0.5], [3, 0.75]]);
    expect(cumulative(to, [0, 0, 0, 0])).toEqual([]);
    expect(quantile(cumulative(to, [1, 1, 1, 1]), 0.375)).toBeCloseTo(1.5);
  });
  test("no order is lost between bars and what lies above them", () => {
    const bins = 400;
    const orders = Float64Array.from({ length: bins }, (_, i) => (i < 200 ? 1000 : 1));
    const from = Float64Array.from(orders, (_, i) => i / 4);
    const shape = distribution({ from, to: from.map((v, i) => (i === bins - 1 ? Infinity : v + 0.25)), orders, promised: new Float64Array(0) });
    const shown = shape?.bins.reduce((sum, bin) => sum + bin.count, 0) ?? 0;
    const all = orders.reduce((a, b) => a + b, 0);
    expect(shown / all + (shape?.above ?? 0)).toBeCloseTo(1, 12);
    expect(shape?.bins[0].count).toBe(4000 * ((shape?.bins[0].to ?? 0) as number));
    expect(niceWidth(78, 60)).toBe(2);
  });
  test("promises step up at the promised hour", () => {
    const from = Float64Array.from([24, 48]);
    expect(promises({ from, to: from, orders: from, promised: Float64Array.from([1, 3]) })).toEqual([[0, 0], [24, 0], [24, 0.25], [48, 0.25], [48, 1]]);
  });
  test("a thinned line keeps the corners", () => {
    const line: [number, number][] = [[0, 0], [1, 0], [2, 0], [3, 0.5], [4, 1], [5, 1]];
    expect(thinned(line)).toEqual([[0, 0], [2, 0], [3, 0.5], [4, 1], [5, 1]]);
  });
});

test("legends take a row more where their items do not fit", () => {
  expect(moreLegend(["下单", "送达", "超时送达"], 300)).toBe(0);
  expect(moreLegend(["下单", "送达", "超时送达"], 150)).toBe(LEGEND_ROW);
  expect(moreLegend(["one name that is wider than all the room", "a", "b"], 60)).toBe(2 * LEGEND_ROW);
  expect(moreLegend([], 100)).toBe(0);
});

describe("axes and waterfalls", () => {
  test("bounds are round and stay within per cent", () => {
    expect(roundBounds(35, 98.6, 0, 100)).toEqual({ min: 20, max: 100, interval: 20 });
    expect(roundStep(3)).toBe(5);
    expect(roundStep(0.2)).toBe(0.2);
    const same = roundBounds(5, 5);
    expect(same.min).toBeLessThan(5);
    expect(same.max).toBeGreaterThan(5);
  });
  test("each step of a waterfall begins where the one before ends", () => {
    const parts = [{ name: "a", value: 2 }, { name: "b", value: 0 }, { name: "c", value: -0.5 }];
    expect(waterfall(parts).map((step) => [step.name, step.from, step.to])).toEqual([["a", 0, 2], ["c", 2, 1.5]]);
  });
});

describe("minutes in a series of hours", () => {
  const coarse = { time: Float64Array.of(0, 1, 2, 3).map((h) => h * HOUR_US), columns: { placed: Float64Array.of(0, 5, 60, 7), on_hand: Float64Array.of(9, 9, 9, 9) } };
  const minutes = Array.from({ length: 60 }, (_, m) => HOUR_US + (m + 1) * MINUTE_US);
  const fine = { time: Float64Array.from(minutes), columns: { placed: Float64Array.from(minutes, (_, m) => (m < 30 ? 2 : 0)) } };

  test("replace the hour they are in, with the same sum and only common columns", () => {
    const both = splice(coarse, fine);
    expect(Array.from(both.time.slice(0, 4))).toEqual([0, HOUR_US, HOUR_US + MINUTE_US, HOUR_US + 2 * MINUTE_US]);
    expect(both.time.length).toBe(63);
    expect(Object.keys(both.columns)).toEqual(["placed"]);
    expect(both.columns["placed"].reduce((a, b) => a + b, 0)).toBe(72);
    expect(both.columns["placed"][62]).toBe(7);
    expect(splice(coarse, { time: new Float64Array(0), columns: {} })).toBe(coarse);
  });

  test("are what the peak is zoomed to", () => {
    const both = splice(coarse, fine);
    expect(peakSpan(both.time, both.columns["placed"])).toEqual({ from: HOUR_US, to: 2 * HOUR_US });
    expect(peakSpan(coarse.time, coarse.columns.placed, 2)).toEqual({ from: HOUR_US, to: 3 * HOUR_US });
  });
});
