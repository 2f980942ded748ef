import { axis, chartBox, tip, type Option } from "../charts/echarts";
import { column } from "../data/grid";
import type { Run } from "../data/run";
import { numberText, percentText } from "../numbers/format";
import { shortTimeText, wallClock } from "../numbers/time";
import { stageName, t, unitName } from "../text/text";
import { barCell, el, section, table, toggle, type Child } from "../ui/dom";
import { heatColors, palette } from "../ui/palette";
import { emptyNote } from "./incomplete";

const MOST_ROWS = 20;
const SHOWN_ROWS = 10;

interface HeatRow {
  name: string;
  values: Float64Array;
  top: number;
}

/** Mean of the largest tenth of the known values: how hard a stage is used when it matters. */
export function topTenthMean(values: ArrayLike<number>): number {
  const known = Array.from(values).filter(Number.isFinite).sort((a, b) => b - a);
  if (known.length === 0) return NaN;
  const tenth = known.slice(0, Math.max(1, Math.round(known.length / 10)));
  return tenth.reduce((a, b) => a + b, 0) / tenth.length;
}

/** The stages that were used hardest in their busiest tenth of the time, hardest first. */
export function busiestStages(run: Run): HeatRow[] {
  const grid = run.stageFrames.grids["used"];
  const rows = run.network.stages.map((stage, i): HeatRow => {
    const values = i < grid.columns ? column(grid, i) : new Float64Array(0);
    return { name: `${run.network.sites[stage.site]?.name ?? ""} · ${stageName(stage.name)}`, values, top: topTenthMean(values) };
  });
  return rows.filter((row) => row.top > 0).sort((a, b) => b.top - a.top).slice(0, MOST_ROWS);
}

/** The first column of every day, or of every second, third … so that at most `most` are left. */
export function dayStarts(labels: string[], most: number): Set<number> {
  const starts = labels.map((_, i) => i).filter((i) => i > 0 && labels[i].slice(0, 5) !== labels[i - 1].slice(0, 5));
  const every = Math.max(1, Math.ceil(starts.length / most));
  return new Set(starts.filter((_, i) => i % every === 0));
}

function heatOption(run: Run, rows: HeatRow[], narrow: boolean): Option {
  const p = palette();
  const times = run.stageFrames.time;
  const labels = Array.from(times, (time) => shortTimeText(wallClock(run.facts.start, time)));
  const days = dayStarts(labels, narrow ? 4 : 12);
  const cells = rows.flatMap((row, y) => Array.from(row.values, (value, x) => [x, y, Number.isFinite(value) ? Math.round(value * 1000) / 10 : "-"]));
  return {
    grid: { left: narrow ? 118 : 160, right: 14, top: 8, bottom: 78 },
    xAxis: axis({
      type: "category",
      data: labels,
      splitLine: { show: false },
      axisLabel: { interval: (i: number) => days.has(i), formatter: (text: string) => text.slice(0, 5) },
    }),
    yAxis: axis({
      type: "category",
      inverse: true,
      data: rows.map((row) => row.name),
      splitLine: { show: false },
      axisLabel: { color: p.ink, width: narrow ? 108 : 150, overflow: "truncate", interval: 0 },
    }),
    visualMap: {
      min: 0,
      max: 100,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 4,
      itemWidth: 10,
      itemHeight: 160,
      text: ["100 %", "0 %"],
      textStyle: { color: p.quiet },
      inRange: { color: heatColors() },
    },
    tooltip: {
      formatter: (item: { data: [number, number, number | string] }) => {
        const [x, y, value] = item.data;
        return tip(labels[x], [[rows[y].name, typeof value === "number" ? percentText(value / 100) : t("capacity.closed")]]);
      },
    },
    series: [{ type: "heatmap", data: cells, progressive: 0, progressiveThreshold: 1e9, emphasis: { itemStyle: { borderColor: p.ink, borderWidth: 1 } } }],
  };
}

function heatChart(run: Run): HTMLElement {
  const rows = busiestStages(run);
  if (rows.length === 0) return emptyNote(run, run.uses.some((use) => Number.isFinite(use.used)) ? "empty.heat_series" : "empty.heat");
  const narrow = window.innerWidth < 600;
  const box = chartBox({ id: "capacity", title: t("capacity.heat"), unit: t("capacity.heat_unit"), height: 100 + 20 * Math.max(4, rows.length) });
  box.show(heatOption(run, rows, narrow));
  return box.element;
}

function usedCell(used: number): Child {
  return Number.isFinite(used) ? barCell(percentText(used), used, used > 0.9 ? "strong" : "") : "–";
}

function hoursText(hours: number): string {
  if (!Number.isFinite(hours)) return "–";
  return hours >= 100 ? numberText(Math.round(hours)) : hours.toFixed(2);
}

function usesTable(run: Run): Child {
  const uses = run.uses.filter((use) => use.jobs > 0).sort((a, b) => (b.used || 0) - (a.used || 0));
  if (uses.length === 0) return el("div", {}, el("h3", {}, t("capacity.uses")), emptyNote(run, "empty.uses"));
  const columns = [
    { title: t("capacity.site") },
    { title: t("capacity.stage") },
    { title: t("capacity.used"), number: true, class: "bars" },
    { title: t("capacity.jobs"), number: true },
    { title: `${t("capacity.mean_wait")} [${unitName("h")}]`, number: true },
    { title: t("capacity.waiting"), number: true },
  ];
  const rows = uses.map((use) => [
    use.site,
    stageName(use.stage),
    usedCell(use.used),
    numberText(use.jobs),
    hoursText(use.meanWait),
    hoursText(use.meanWaiting),
  ]);
  const head = el("div", {}, el("h3", {}, t("capacity.uses")), table(t("capacity.uses"), columns, rows.slice(0, SHOWN_ROWS)));
  const all = () => table(t("capacity.uses"), columns, rows);
  if (rows.length > SHOWN_ROWS) head.append(toggle(t("capacity.all", { n: rows.length }), t("capacity.fewer"), all));
  return head;
}

function waitsTable(run: Run): Child {
  const waits = run.waits.filter((wait) => wait.hours > 0).slice(0, SHOWN_ROWS);
  const title = el("h3", {}, t("capacity.waits"));
  if (waits.length === 0) return el("div", {}, title, emptyNote(run, "empty.waits"));
  const most = waits[0].hours;
  const columns = [
    { title: t("capacity.site") },
    { title: t("capacity.place") },
    { title: `${t("capacity.hours")} [${unitName("h")}]`, number: true, class: "bars" },
    { title: t("capacity.jobs"), number: true },
    { title: `${t("capacity.mean_wait")} [${unitName("h")}]`, number: true },
    { title: t("capacity.used"), number: true },
  ];
  const rows = waits.map((wait) => [
    wait.site,
    stageName(wait.place),
    barCell(numberText(Math.round(wait.hours)), wait.hours / most),
    Number.isFinite(wait.jobs) ? numberText(wait.jobs) : "–",
    hoursText(wait.mean),
    percentText(wait.used),
  ]);
  return el("div", {}, title, table(t("capacity.waits"), columns, rows));
}

function lateTable(run: Run): Child {
  const title = el("h3", {}, t("capacity.late"));
  if (run.late.length === 0) return el("div", {}, title, emptyNote(run, "empty.late"));
  const columns = [
    { title: t("capacity.site") },
    { title: t("capacity.place") },
    { title: `${t("capacity.lost")} [${unitName("h")}]`, number: true, class: "bars" },
  ];
  const rows = run.late.slice(0, SHOWN_ROWS).map((wait) => [wait.site, stageName(wait.place), barCell(numberText(Math.round(wait.hours)), wait.hours / run.late[0].hours)]);
  const note = el("p", { class: "note" }, t("capacity.late_note", { n: numberText(run.lateOrders) }));
  return el("div", {}, title, table(t("capacity.late"), columns, rows), note);
}

export function capacitySection(run: Run): HTMLElement {
  return section(
    "capacity",
    t("capacity.title"),
    t("capacity.lead"),
    heatChart(run),
    el("div", { class: "pair tables" }, waitsTable(run), lateTable(run)),
    usesTable(run),
  );
}
