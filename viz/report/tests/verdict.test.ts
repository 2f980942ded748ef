import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { distinctNames, type Arm, type Estimate, type Experiment } from "../src/data/experiment";
import { chineseVerdict, customersText, demandText, forestLead } from "../src/text/verdict_text";
import { chooseLanguage } from "../src/ui/preferences";

const arm = (name: string, extra: Partial<Arm> = {}) => ({ id: name, name, outcome: "", verdict: "", demand: "same", bounds: [], isBaseline: false, ...extra }) as unknown as Arm;
const base = arm("a", { isBaseline: true, demand: "" });

function experiment(extra: Partial<Experiment> = {}): Experiment {
  const figures = [
    { name: "cost_per_order_total", unit: "CNY/order", meaning: "" },
    { name: "late_share", unit: "1", meaning: "" },
    { name: "delivery_time_p95", unit: "h", meaning: "" },
  ];
  const all = { decidedBy: "cost_per_order_total", better: "lower", randomNumbers: "common", confidenceOfDifferences: 0.95, bounds: [], arms: [base, arm("b")], figures };
  return { ...all, ...extra } as unknown as Experiment;
}

const estimate = (difference: number, low: number, high: number) => ({ replications: 5, difference, low, high }) as Estimate;

beforeEach(() => chooseLanguage("zh"));
afterEach(() => chooseLanguage("en"));

describe("customers", () => {
  test("are the same only where every arm has those of the baseline", () => {
    chooseLanguage("en");
    expect(customersText(experiment())).toBe("all arms served the same customers");
    for (const demand of ["other", "unexpected", ""]) expect(customersText(experiment({ arms: [base, arm("b"), arm("c", { demand })] }))).toBe("all arms had the same random numbers");
    expect(customersText(experiment({ randomNumbers: "independent" }))).toBe("every arm had customers of its own");
  });
  test("that are others are said to be so, with a warning where nothing in the arm explains it", () => {
    chooseLanguage("en");
    expect(demandText(arm("b"))).toBe("");
    expect(demandText(arm("b", { demand: "other" }))).toContain("the arm changes demand");
    expect(demandText(arm("b", { demand: "unexpected" }))).toMatch(/^WARNING: .* Do not trust this comparison\.$/);
  });
});

test("differences are paired only with common random numbers", () => {
  chooseLanguage("en");
  expect(forestLead(experiment())).toContain("paired");
  expect(forestLead(experiment({ randomNumbers: "independent" }))).toBe("Dot: difference of the means. Bar: its 95 % interval. A bar that crosses zero shows no difference.");
});

test("arms of the same name are told apart by their ids", () => {
  expect(distinctNames(["a", "b", "c", "d"], ["基线", "少备货", "基线", ""])).toEqual(["基线 (a)", "少备货", "基线 (c)", "d"]);
});

describe("the Chinese verdict", () => {
  test("counts shares in percentage points", () => {
    const text = chineseVerdict(experiment({ decidedBy: "late_share" }), arm("b", { outcome: "worse" }), estimate(0.1422, 0.1402, 0.1442), "1");
    expect(text).toBe("b不如a。b的超时率比a高 14.22 个百分点（95 % 区间：高 14.02 至 14.42），共 5 次重复。");
  });
  test("says on which side the ends of the interval are", () => {
    const said = (low: number, high: number) => /区间：([^）]+)/.exec(chineseVerdict(experiment(), arm("b"), estimate((low + high) / 2, low, high), "CNY/order"))?.[1];
    expect(said(-0.04, 0.028)).toBe("低 0.040 至高 0.028");
    expect(said(-0.04, -0.028)).toBe("低 0.0280 至 0.0400");
    expect(said(0.028, 0.04)).toBe("高 0.0280 至 0.0400");
  });
  test("says that nothing differs at all", () => {
    const text = chineseVerdict(experiment(), arm("b", { outcome: "no_difference_shown" }), estimate(0, 0, 0), "CNY/order");
    expect(text).toBe("在全部 5 次重复中，b与a的单均总成本完全相同。");
    expect(chineseVerdict(experiment(), arm("b", { outcome: "too_few" }), { ...estimate(NaN, NaN, NaN) }, "")).toBe("重复次数太少，无法比较b与a。");
  });
  test("names the constraints that are not kept", () => {
    const bounds = [
      { figure: "late_share", kind: "at_most", value: 0.15 },
      { figure: "delivery_time_p95", kind: "at_most", value: 48 },
      { figure: "late_share", kind: "at_least", value: 0.01 },
    ];
    const found: Arm["bounds"] = [
      { arm: "missed", baseline: "met" },
      { arm: "not_shown", baseline: "not_shown" },
      { arm: "met", baseline: "met" },
    ];
    const text = chineseVerdict(experiment({ bounds }), arm("b", { outcome: "trade_off", bounds: found }), estimate(-2, -2.1, -1.9), "CNY/order");
    expect(text.split("。").slice(2)).toEqual(["约束“超时率不高于 15 %”：b不满足，a满足", "约束“配送时长 95 分位数不高于 48 小时”：两者都未能证明满足", ""]);
  });
});
