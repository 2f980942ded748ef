import type { Estimate, Experiment } from "../data/experiment";
import { betterSide, judged } from "../numbers/compare";
import { figureName, t, unitName } from "../text/text";
import { confidenceText } from "../text/verdict_text";
import { el, section, segments, table, type Child } from "../ui/dom";

const MAIN = new Set([
  "orders",
  "order_fill_rate",
  "late_share",
  "delivery_time_p50",
  "delivery_time_p95",
  "delivered_within_24h",
  "delivered_within_48h",
  "stock_value_mean",
  "turnover_days",
  "capacity_use_max",
  "cost_per_order_total",
  "co2_per_order",
]);

function cell(experiment: Experiment, estimate: Estimate | undefined, figure: string, isBaseline: boolean): Child {
  if (!estimate) return "–";
  const side = betterSide(figure, experiment.decidedBy, experiment.better);
  const tone = judged(estimate.low, estimate.high, side);
  const difference = isBaseline || !Number.isFinite(estimate.difference) ? undefined : el("span", { class: `difference ${tone}` }, differenceText(estimate));
  return el("span", { class: "estimate" }, el("span", {}, estimate.meanText), difference);
}

/** The difference as printed, with a sign where it has none; what is rounded to zero has none. */
export function differenceText(estimate: Estimate): string {
  const text = estimate.differenceText.replace(/^[-+]/, "");
  if (/^[0.]+( |$)/.test(text)) return text;
  return (estimate.difference > 0 ? "+" : "−") + text;
}

function figuresTable(experiment: Experiment, all: boolean): HTMLElement {
  const columns = [
    { title: t("arms.figure") },
    { title: t("headline.unit") },
    ...experiment.arms.map((arm) => ({ title: arm.isBaseline ? `${arm.name} (${t("outcome.baseline")})` : arm.name, number: true })),
  ];
  const rows = experiment.figures.flatMap((figure, i) => {
    if (!all && !MAIN.has(figure.name) && figure.name !== experiment.decidedBy) return [];
    const name = figureName(figure.name);
    const label = el("span", { title: figure.meaning }, figure.name === experiment.decidedBy ? el("b", {}, name) : name);
    const cells = experiment.arms.map((arm, a) => cell(experiment, experiment.estimates[a][i], figure.name, arm.isBaseline));
    return [[label, unitName(figure.unit), ...cells]];
  });
  return table(t("arms.table"), columns, rows);
}

export function armsSection(experiment: Experiment): HTMLElement {
  const holder = el("div", {}, figuresTable(experiment, false));
  const choices = [{ value: "main", label: t("arms.main") }, { value: "all", label: t("arms.all") }];
  const view = segments(t("arms.view"), choices, "main", (value) => holder.replaceChildren(figuresTable(experiment, value === "all")));
  const lead = t("arms.lead", {
    confidence: confidenceText(experiment.confidence),
    differences: confidenceText(experiment.confidenceOfDifferences),
  });
  return section("arms", t("arms.title"), lead, el("div", { class: "controls above" }, view), holder);
}
