import { axis, chartBox, legend, legendRoom, nameAxis, nameBelow, tip, type Option } from "../charts/echarts";
import { panelsHeight, panelsOption, type Line, type Panel } from "../charts/panels";
import { column, rowSums } from "../data/grid";
import type { Run } from "../data/run";
import { trailingSums } from "../numbers/days";
import { numberText, percentText } from "../numbers/format";
import { distribution, quantile, type Distribution } from "../numbers/histogram";
import { HOUR_US } from "../numbers/rates";
import { ROUTES, routesByGrade } from "../numbers/parts";
import { wallClock } from "../numbers/time";
import { t, unitName } from "../text/text";
import { barCell, el, section, select, table, titledTable, type Child } from "../ui/dom";
import { series } from "../ui/palette";
import { cut, shareAt } from "./delivery_section";

const STATES = ["before_grade", "to_shelf", "to_special", "to_outlet", "in_repair"];

export function hasReturns(run: Run): boolean {
  return run.parts.centres.rows > 0;
}

function stateOf(run: Run, name: string, centre: number | undefined): Float64Array {
  const grid = run.parts.returns.grids[name];
  return centre === undefined ? rowSums(grid) : column(grid, centre);
}

function flowLines(run: Run, centre: number | undefined): { panels: Panel[]; lines: Line[] } {
  const { time } = run.parts.returns;
  const inDay = (name: string) => trailingSums(time, stateOf(run, name, centre), 24 * HOUR_US);
  const states = STATES.filter((name) => stateOf(run, name, undefined).some((value) => value > 0));
  const lines: Line[] = states.map((name) => ({
    name: t(`returns.state.${name}`),
    values: stateOf(run, name, centre),
    color: series([0, 2, 1, 3, 6][STATES.indexOf(name)]),
    panel: 0,
    stack: "units",
    fill: true,
  }));
  lines.push({ name: t("returns.received"), values: inDay("received"), color: series(4), panel: 1 });
  lines.push({ name: t("returns.refunds_open"), values: stateOf(run, "refunds_open", centre), color: series(5), panel: 2, fill: true });
  const panels = [
    { unit: unitName("units"), height: 160 },
    { unit: unitName("units"), height: 90 },
    { unit: t("returns.returns"), height: 90 },
  ];
  return { panels, lines };
}

function flowChart(run: Run): Child[] {
  const walls = Array.from(run.parts.returns.time, (time) => wallClock(run.facts.start, time));
  if (walls.length < 2) return [];
  const first = flowLines(run, undefined);
  const unit = first.panels.map((panel) => panel.unit).join(" / ");
  const box = chartBox({ id: "returns", title: t("returns.caption"), unit, height: panelsHeight(first.panels, first.lines), note: t("returns.open_note") });
  const show = (centre: number | undefined) => {
    const { panels, lines } = flowLines(run, centre);
    box.show(panelsOption(panels, lines, walls, window.innerWidth < 600));
  };
  show(undefined);
  const names = run.parts.centres.texts["centre"];
  const choices = [{ value: "all", label: t("returns.all") }, ...names.map((name, i) => ({ value: String(i), label: name }))];
  const choice = select(t("returns.centre"), choices, "all", (value) => show(value === "all" ? undefined : Number(value)));
  return [names.length > 1 ? el("div", { class: "controls above" }, choice) : undefined, box.element];
}

function routesChart(run: Run): HTMLElement | undefined {
  const { texts, numbers } = run.parts.routes;
  const grades = routesByGrade(texts["grade"] ?? [], texts["route"] ?? [], numbers["units"] ?? []);
  if (grades.length === 0) return undefined;
  const narrow = window.innerWidth < 600;
  const routes = ROUTES.map((_, i) => i).filter((i) => grades.some(({ units }) => units[i] > 0));
  const names = routes.map((i) => t(`returns.route.${ROUTES[i]}`));
  const colors = routes.map((i) => series([2, 1, 3, 6, 5, 4][i]));
  const total = grades.reduce((sum, grade) => sum + grade.total, 0);
  const box = chartBox({ id: "returnroutes", title: t("returns.routes_caption"), unit: t("returns.routes_unit"), height: 300, note: t("returns.sample_note", { n: numberText(total) }) });
  box.show({
    legend: legend({ top: 0, left: 0, itemHeight: 10 }),
    grid: { left: narrow ? 96 : 150, right: 20, top: 40 + legendRoom(names, 2), bottom: 34 },
    xAxis: axis({ type: "value", splitNumber: 4, axisLabel: { formatter: "{value} %" } }),
    yAxis: nameAxis(grades.map(({ grade }) => t(`returns.grade.${grade}`)), narrow),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const grade = grades[items[0]?.dataIndex ?? 0];
        const rows = routes.map((i, k): [string, string] => [names[k], `${percentText(grade.units[i] / total)} (${numberText(grade.units[i])} ${unitName("units")})`]);
        return tip(t(`returns.grade.${grade.grade}`), [...rows, [t("returns.all_routes"), percentText(grade.total / total)]], colors);
      },
    },
    series: routes.map((i, k) => ({
      name: names[k],
      type: "bar",
      stack: "route",
      barMaxWidth: 30,
      itemStyle: { color: colors[k] },
      data: grades.map(({ units }) => (100 * units[i]) / total),
    })),
  });
  return box.element;
}

function refundsOption(shape: Distribution, narrow: boolean): Option {
  const width = shape.bins[0].to - shape.bins[0].from;
  const unit = unitName("d");
  const days = (hours: number) => hours / 24;
  return {
    legend: legend({ top: 0, left: 0 }),
    grid: { left: narrow ? 46 : 56, right: 48, top: 54, bottom: 46 },
    xAxis: axis({ type: "value", min: 0, max: days(shape.end), ...nameBelow(t("returns.days")), splitLine: { show: false } }),
    yAxis: [
      axis({ type: "value", name: t("returns.refunds"), splitNumber: 4 }),
      axis({ type: "value", name: "%", min: 0, max: 100, splitLine: { show: false } }),
    ],
    tooltip: {
      trigger: "axis",
      formatter: (items: { axisValue: number }[]) => {
        const hour = 24 * Number(items[0]?.axisValue ?? 0);
        const bin = shape.bins[Math.max(0, Math.min(shape.bins.length - 1, Math.floor(hour / width)))];
        const head = `${numberText(Math.round(days(bin.from) * 100) / 100)} – ${numberText(Math.round(days(bin.to) * 100) / 100)} ${unit}`;
        return tip(head, [[t("returns.refunds"), numberText(bin.count)], [t("returns.refunded_by"), percentText(shareAt(shape.cumulative, bin.to))]]);
      },
    },
    series: [
      {
        name: t("returns.refunds"),
        type: "bar",
        barWidth: "92%",
        barCategoryGap: 0,
        itemStyle: { color: series(0), opacity: 0.75 },
        data: shape.bins.map((bin) => [days((bin.from + bin.to) / 2), bin.count]),
      },
      {
        name: t("returns.refunded_by"),
        type: "line",
        yAxisIndex: 1,
        showSymbol: false,
        lineStyle: { color: series(5), width: 2 },
        itemStyle: { color: series(5) },
        data: cut(shape.cumulative, shape.end).map(([x, y]) => [days(x), 100 * y]),
      },
    ],
  };
}

function refundsChart(run: Run): HTMLElement | undefined {
  const shape = distribution(run.parts.refunds, 40);
  if (!shape) return undefined;
  const median = quantile(shape.cumulative, 0.5) / 24;
  const note = t("returns.refunds_note", { n: numberText(run.parts.refunds.orders.reduce((a, b) => a + b, 0)), days: median.toFixed(1) });
  const box = chartBox({ id: "refunds", title: t("returns.refunds_caption"), unit: t("returns.refunds_unit"), height: 300, note });
  box.show(refundsOption(shape, window.innerWidth < 600));
  return box.element;
}

const hours = (value: number) => (Number.isFinite(value) ? numberText(Math.round(value * 10) / 10) : "–");

function centresTable(run: Run): HTMLElement {
  const { rows: count, texts, numbers } = run.parts.centres;
  const units = ["units_received", "units_closed", "units_reshelved", "units_special", "units_outlet", "units_scrapped"];
  const shown = units.filter((name) => name.match(/received|closed|reshelved/) || numbers[name].some((value) => value > 0));
  const times = ["grading_h", "closing_h", "refund_h"];
  const columns = [
    { title: t("returns.centre") },
    ...shown.map((name) => ({ title: `${t(`returns.column.${name}`)} [${unitName("units")}]`, number: true })),
    ...times.map((name) => ({ title: `${t(`returns.column.${name}`)} [${unitName("h")}]`, number: true })),
  ];
  const rows = Array.from({ length: count }, (_, i) => [
    texts["centre"][i],
    ...shown.map((name) => numberText(numbers[name][i])),
    ...times.map((name) => hours(numbers[name][i])),
  ]);
  return table(t("returns.centres_table"), columns, rows);
}

function stagesTable(run: Run): Child {
  const { rows: count, texts, numbers } = run.parts.returnStages;
  if (count === 0) return undefined;
  const columns = [
    { title: t("returns.centre") },
    { title: t("capacity.stage") },
    { title: t("capacity.used"), number: true, class: "bars" },
    { title: t("capacity.jobs"), number: true },
    { title: `${t("capacity.mean_wait")} [${unitName("h")}]`, number: true },
    { title: t("capacity.waiting"), number: true },
    { title: t("returns.max_waiting"), number: true },
  ];
  const used = (value: number) => (Number.isFinite(value) ? barCell(percentText(value), value, value > 0.9 ? "strong" : "") : "–");
  const rows = Array.from({ length: count }, (_, i) => [
    texts["centre"][i],
    t(`returns.stage.${texts["stage"][i]}`),
    used(numbers["used"][i]),
    numberText(numbers["arrivals"][i]),
    hours(numbers["mean_wait"][i]),
    hours(numbers["mean_waiting"][i]),
    numberText(numbers["max_waiting"][i]),
  ]);
  return titledTable(t("returns.stages"), columns, rows);
}

function fundsTable(run: Run): Child {
  const { rows: count, texts, numbers } = run.parts.funds;
  if (count === 0) return undefined;
  const money = ["opening", "put_aside", "paid", "closing", "owed"];
  const counts = ["refunds", "waited", "waiting"];
  const columns = [
    { title: t("returns.centre") },
    ...money.map((name) => ({ title: `${t(`returns.fund.${name}`)} [${unitName(run.facts.currency)}]`, number: true })),
    ...counts.map((name) => ({ title: t(`returns.fund.${name}`), number: true })),
  ];
  const rows = Array.from({ length: count }, (_, i) => [texts["centre"][i], ...[...money, ...counts].map((name) => numberText(Math.round(numbers[name][i])))]);
  return titledTable(t("returns.funds"), columns, rows);
}

export function returnsSection(run: Run): HTMLElement {
  const sampled = [routesChart(run), refundsChart(run)].filter((chart) => chart !== undefined);
  return section(
    "returns",
    t("returns.title"),
    t("returns.lead"),
    ...flowChart(run),
    sampled.length ? el("div", { class: "pair" }, ...sampled) : undefined,
    centresTable(run),
    stagesTable(run),
    fundsTable(run),
  );
}
