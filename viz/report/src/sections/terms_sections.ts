import { axis, chartBox, legend, legendRoom, nameAxis, tip, type Option } from "../charts/echarts";
import { panelsHeight, panelsOption, type Line, type Panel } from "../charts/panels";
import type { Run } from "../data/run";
import { byDay, type Daily } from "../numbers/days";
import { axisText, numberText, percentText } from "../numbers/format";
import { ratesPerHour } from "../numbers/rates";
import { dateTimeText, wallClock } from "../numbers/time";
import { worstMarkets } from "../numbers/parts";
import { t, unitName } from "../text/text";
import { el, section, table } from "../ui/dom";
import { series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";

/** Presale, groups and pick-up points: what a channel agrees with its customers. */

const MOST_MARKETS = 15;
const MARKETS_HEIGHT = 400;

const isNarrow = () => window.innerWidth < 600;

function has(run: Run, column: string): boolean {
  return run.parts.terms.columns[column]?.some((value) => value > 0) ?? false;
}

function wallsOf(run: Run): number[] {
  return Array.from(run.parts.terms.time, (time) => wallClock(run.facts.start, time));
}

export function hasPresale(run: Run): boolean {
  return has(run, "deposits");
}

export function hasGroups(run: Run): boolean {
  return run.parts.groups.rows > 0;
}

export function hasPickup(run: Run): boolean {
  return has(run, "waiting");
}

function presaleChart(run: Run): HTMLElement {
  const { time, columns } = run.parts.terms;
  const rate = (name: string) => ratesPerHour(time, columns[name] ?? []);
  const lines: Line[] = [
    { name: t("presale.deposits"), values: rate("deposits"), color: series(1), panel: 0, step: true, fill: true },
    { name: t("presale.paid"), values: rate("paid"), color: series(0), panel: 0, step: true, fill: true },
    { name: t("presale.given_up"), values: rate("given_up"), color: series(5), panel: 0, step: true },
    { name: t("presale.open"), values: columns["deposits_open"] ?? [], color: series(4), panel: 1, fill: true },
  ];
  const panels: Panel[] = [
    { unit: t("series.rate"), height: 150 },
    { unit: t("series.orders"), height: 100 },
  ];
  if (has(run, "locked")) {
    lines.push({ name: t("presale.locked"), values: columns["locked"], color: series(2), panel: 2, fill: true });
    panels.push({ unit: unitName("units"), height: 100 });
  }
  const box = chartBox({ id: "presale", title: t("presale.caption"), unit: panels.map((panel) => panel.unit).join(" / "), height: panelsHeight(panels, lines) });
  box.show(panelsOption(panels, lines, wallsOf(run), isNarrow()));
  return box.element;
}

export function presaleSection(run: Run): HTMLElement {
  const { rows: count, texts, numbers } = run.parts.presale;
  const names = ["deposits", "paid", "cancelled", "lapsed", "returned", "open"];
  const columns = [
    { title: t("presale.channel") },
    ...names.map((name) => ({ title: t(`presale.column.${name}`), number: true })),
    { title: t("presale.column.in_time"), number: true },
  ];
  const rows = Array.from({ length: count }, (_, i) => [
    texts["channel"][i],
    ...names.map((name) => numberText(numbers[name][i])),
    percentText(numbers["in_time"][i]),
  ]);
  return section("presale", t("presale.title"), t("presale.lead"), presaleChart(run), count > 0 ? table(t("presale.table"), columns, rows) : undefined);
}

/** Bars by day, in the order of `names`. */
function daysOption(names: string[], daily: Daily[], colors: string[], stacked: boolean): Option {
  const narrow = isNarrow();
  const { days } = daily[0];
  return {
    legend: legend({ top: 0, left: 0 }),
    grid: { left: narrow ? 46 : 60, right: 14, top: 50 + legendRoom(names), bottom: 30 },
    xAxis: axis({ type: "category", data: days.map((day) => dateTimeText(day).slice(5, 10)), splitLine: { show: false } }),
    yAxis: axis({ type: "value", name: t("terms.per_day"), splitNumber: 4, axisLabel: { formatter: (v: number) => axisText(v, currentLanguage()) } }),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const i = items[0]?.dataIndex ?? 0;
        return tip(dateTimeText(days[i]).slice(0, 10), names.map((name, k): [string, string] => [name, numberText(daily[k].totals[i])]), colors);
      },
    },
    series: names.map((name, k) => ({
      name,
      type: "bar",
      stack: stacked ? "day" : undefined,
      barMaxWidth: 22,
      itemStyle: { color: colors[k] },
      data: daily[k].totals,
    })),
  };
}

function dailyOf(run: Run, columns: string[]): Daily[] {
  const walls = wallsOf(run);
  const time = run.parts.terms.columns;
  return columns.map((name) => byDay(walls, time[name] ?? new Float64Array(walls.length)));
}

function groupMarkets(run: Run): HTMLElement {
  const { texts, numbers } = run.parts.groups;
  const { groups, failed } = numbers;
  const worst = worstMarkets(groups, failed, MOST_MARKETS);
  const narrow = isNarrow();
  const [names, colors] = [[t("groups.made"), t("groups.failed")], [series(2), series(5)]];
  const parts = [worst.map((i) => groups[i] - failed[i]), worst.map((i) => failed[i])];
  const box = chartBox({ id: "groupmarkets", title: t("groups.markets_caption", { n: worst.length }), unit: t("groups.unit"), height: MARKETS_HEIGHT });
  box.show({
    legend: legend({ top: 0, left: 0, itemHeight: 10 }),
    grid: { left: narrow ? 96 : 190, right: narrow ? 24 : 60, top: 36, bottom: 30 },
    xAxis: axis({ type: "value", splitNumber: 4 }),
    yAxis: nameAxis(worst.map((i) => texts["market"][i]), narrow),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const k = items[0]?.dataIndex ?? 0;
        const i = worst[k];
        const rows = names.map((name, part): [string, string] => [name, numberText(parts[part][k])]);
        const more: [string, string][] = [[t("groups.failed_share"), percentText(failed[i] / groups[i])], [t("groups.failed_orders"), numberText(numbers["orders_failed"][i])]];
        return tip(texts["market"][i], [...rows, ...more], colors);
      },
    },
    series: names.map((name, part) => ({
      name,
      type: "bar",
      stack: "groups",
      barWidth: 12,
      itemStyle: { color: colors[part] },
      label: part === 1 ? { show: true, position: "right", fontSize: 11, color: "inherit", formatter: (item: { dataIndex: number }) => percentText(failed[worst[item.dataIndex]] / groups[worst[item.dataIndex]], 0) } : undefined,
      data: parts[part],
    })),
  });
  return box.element;
}

export function groupsSection(run: Run): HTMLElement {
  const names = [t("groups.orders"), t("groups.failed_orders")];
  const box = chartBox({ id: "groups", title: t("groups.caption"), unit: t("terms.per_day"), height: MARKETS_HEIGHT });
  box.show(daysOption(names, dailyOf(run, ["group_orders", "group_failed"]), [series(0), series(5)], false));
  return section("groups", t("groups.title"), t("groups.lead"), el("div", { class: "pair" }, box.element, groupMarkets(run)));
}

export function pickupSection(run: Run): HTMLElement {
  const names = [t("pickup.collected"), t("pickup.expired")];
  const box = chartBox({ id: "pickup", title: t("pickup.caption"), unit: t("terms.per_day"), height: 320 });
  box.show(daysOption(names, dailyOf(run, ["collected", "expired"]), [series(2), series(5)], true));
  const lines: Line[] = [{ name: t("pickup.waiting"), values: run.parts.terms.columns["waiting"], color: series(4), panel: 0, fill: true }];
  const panels: Panel[] = [{ unit: unitName("units"), height: 206 }];
  const waiting = chartBox({ id: "pickupwaiting", title: t("pickup.waiting_caption"), unit: unitName("units"), height: panelsHeight(panels, lines) });
  waiting.show(panelsOption(panels, lines, wallsOf(run), isNarrow()));
  return section("pickup", t("pickup.title"), t("pickup.lead"), el("div", { class: "pair" }, box.element, waiting.element));
}
