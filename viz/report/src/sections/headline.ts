import type { Figure } from "../data/types";
import type { Run } from "../data/run";
import { HOUR_US } from "../numbers/rates";
import { numberText } from "../numbers/format";
import { figureName, t, unitName } from "../text/text";
import { el, section, table, toggle } from "../ui/dom";
import { emptyNote } from "./incomplete";

const CARDS = [
  "orders",
  "order_fill_rate",
  "late_share",
  "delivery_time_p50",
  "delivery_time_p95",
  "delivered_within_48h",
  "cost_per_order_total",
  "co2_per_order",
  "stock_value_mean",
  "turnover_days",
  "capacity_use_max",
];

/** Shown besides where a run has them: each says how one part of the run went. */
const PART_CARDS = [
  "perfect_order_rate",
  "withdrawn_share",
  "substituted_share",
  "oversold_per_100k",
  "stock_accuracy",
  "expired_share",
  "shelf_life_left",
  "past_date_share",
  "session_orders",
  "turned_away_share",
  "gifts_missed_share",
  "broadcasts_cancelled_share",
  "lost_sales_and_leftover",
  "deposit_conversion",
  "dispatched_in_time",
  "failed_group_share",
  "uncollected_share",
  "return_share",
  "return_value_net",
  "refund_time",
  "defect_share_out",
  "quality_cost_per_order",
];

/** The value as the program prints it, with its unit. */
export function shownValue(figure: Figure): HTMLElement {
  return el(
    "span",
    { class: "value", "data-figure": figure.name },
    el("span", { class: "number" }, figure.text),
    Number.isNaN(figure.value) ? undefined : el("span", { class: "unit" }, unitName(figure.unit)),
  );
}

function card(figure: Figure): HTMLElement {
  const about = figure.reason || figure.meaning;
  return el("div", { class: "kpi", title: about }, el("span", { class: "name" }, figureName(figure.name)), shownValue(figure));
}

/** All figures of one run. The names stand as keys too: they are the words of the documents and of scenario files. */
export function figureTable(figures: Figure[]): HTMLElement {
  const columns = [
    { title: t("headline.figure") },
    { title: t("headline.value"), number: true },
    { title: t("headline.unit") },
    { title: t("headline.meaning"), class: "wide" },
  ];
  const rows = figures.map((figure) => [
    el("span", { title: figure.name }, figureName(figure.name)),
    el("span", { "data-value": figure.name }, figure.text),
    unitName(figure.unit),
    figure.reason && Number.isNaN(figure.value) ? `(${figure.reason})` : figure.meaning,
  ]);
  return table(t("headline.table"), columns, rows);
}

function horizonNote(run: Run): HTMLElement | undefined {
  if (!(run.facts.warmUp > 0)) return undefined;
  const hours = t("about.hours", { n: numberText(run.facts.warmUp / HOUR_US) });
  return el("p", { class: "note" }, t("headline.warm_up", { hours }));
}

export function headlineSection(run: Run): HTMLElement {
  const byName = new Map(run.figures.map((figure) => [figure.name, figure]));
  // Figures without a value stand in the table, with the reason.
  const isKnown = (figure: Figure | undefined): figure is Figure => figure !== undefined && !Number.isNaN(figure.value);
  const known = (names: string[]) => names.map((name) => byName.get(name)).filter(isKnown);
  // A part of which nothing happened has no card.
  const cards = [...known(CARDS), ...known(PART_CARDS).filter((figure) => figure.value !== 0)];
  return section(
    "figures",
    t("headline.title"),
    undefined,
    cards.length > 0 ? el("div", { class: "kpis" }, ...cards.map(card)) : emptyNote(run, "empty.figures"),
    horizonNote(run),
    toggle(t("headline.all"), t("headline.hide"), () => figureTable(run.figures)),
  );
}

/** Several runs: all their figures in one table. */
export function sideBySide(runs: Run[]): HTMLElement {
  const names = [...new Set(runs.flatMap((run) => run.figures.map((figure) => figure.name)))];
  const columns = [{ title: t("headline.figure") }, { title: t("headline.unit") }, ...runLabels(runs).map((title) => ({ title, number: true }))];
  const rows = names.map((name) => {
    const found = runs.map((run) => run.figures.find((figure) => figure.name === name));
    const units = [...new Set(found.flatMap((figure) => (figure ? [unitName(figure.unit)] : [])))];
    const cells = found.map((figure) => (figure && units.length > 1 ? `${figure.text} ${unitName(figure.unit)}` : (figure?.text ?? "–")));
    return [figureName(name), units.length > 1 ? "" : (units[0] ?? ""), ...cells];
  });
  return section("runs", t("headline.side"), undefined, table(t("headline.side"), columns, rows));
}

/** One for each run: title and file; the file only where all have the same title. */
export function runLabels(runs: Run[]): string[] {
  const isOneTitle = new Set(runs.map((run) => run.facts.title)).size === 1;
  return runs.map((run) => runLabel(run, isOneTitle));
}

function runLabel(run: Run, isOneTitle: boolean): string {
  const file = run.facts.file.replace(/\.h5$/, "");
  const name = isOneTitle ? file : `${run.facts.title} (${file})`;
  return run.facts.isIncomplete ? `${name} · ${t("incomplete.label")}` : name;
}

