import { axis, chartBox, nameAxis, timeZoom, tip, type Option } from "../charts/echarts";
import type { Run } from "../data/run";
import { axisText, numberText, percentText } from "../numbers/format";
import { leastStep, MINUTE_US, peakSpan } from "../numbers/rates";
import { dateTimeText, wallClock } from "../numbers/time";
import { runningSum } from "../numbers/parts";
import { t, unitName } from "../text/text";
import { el, section, table, titledTable, type Child } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";
import { emptyNote } from "./incomplete";

const MOST_CHANNELS = 12;

export function hasViews(run: Run): boolean {
  return run.parts.views.rows > 0 || run.parts.channelStock.rows > 0;
}

/** Lines that sites refused, added up: bars by step would be too thin to see at the peak. */
function oversoldOption(run: Run, narrow: boolean): Option {
  const { time, columns } = run.byMinute;
  const walls = Array.from(time, (at) => wallClock(run.facts.start, at));
  const refused = columns["refused"] ?? new Float64Array(time.length);
  const total = runningSum(refused);
  return {
    grid: { left: narrow ? 46 : 60, right: 14, top: 30, bottom: 62 },
    xAxis: axis({ type: "time", splitLine: { show: false }, min: walls[0], max: walls[walls.length - 1] }),
    yAxis: axis({ type: "value", name: t("views.lines"), min: 0, splitNumber: 4, axisLabel: { formatter: (v: number) => axisText(v, currentLanguage()) } }),
    dataZoom: timeZoom([0], narrow),
    tooltip: {
      trigger: "axis",
      formatter: (items: { dataIndex: number }[]) => {
        const i = items[0]?.dataIndex ?? 0;
        return tip(dateTimeText(walls[i]), [[t("views.so_far"), numberText(total[i])], [t("views.in_step"), numberText(refused[i])]]);
      },
    },
    series: [
      {
        name: t("views.so_far"),
        type: "line",
        step: "end",
        showSymbol: false,
        lineStyle: { color: series(5), width: 2 },
        itemStyle: { color: series(5) },
        areaStyle: { color: series(5), opacity: 0.12 },
        data: walls.map((wall, i) => [wall, total[i]]),
      },
    ],
  };
}

function oversoldChart(run: Run): HTMLElement | undefined {
  const { time, columns } = run.byMinute;
  const refused = columns["refused"];
  if (!refused?.some((value) => value > 0)) return undefined;
  const wall = (at: number) => wallClock(run.facts.start, at);
  const zoom = (from: number, to: number) => box.chart()?.dispatchAction({ type: "dataZoom", startValue: wall(from), endValue: wall(to) });
  const peak = peakSpan(time, refused);
  const fine = leastStep(time) <= MINUTE_US;
  const buttons = el("div", { class: "segments", role: "group", "aria-label": t("map.time") });
  if (peak) buttons.append(el("button", { type: "button", click: () => zoom(peak.from, peak.to) }, t(fine ? "series.peak_minute" : "series.peak")));
  buttons.append(el("button", { type: "button", click: () => zoom(time[0], time[time.length - 1]) }, t("series.whole")));
  const box = chartBox({ id: "oversold", title: t("views.caption"), unit: t("views.lines"), height: 320, controls: [buttons], note: t("views.refused_note") });
  box.show(oversoldOption(run, window.innerWidth < 600));
  return box.element;
}

function channelsChart(run: Run): HTMLElement | undefined {
  const { rows, texts, numbers } = run.parts.views;
  const share = numbers["oversold_share"];
  const order = Array.from({ length: rows }, (_, i) => i).filter((i) => share[i] >= 0).sort((a, b) => share[b] - share[a]).slice(0, MOST_CHANNELS);
  if (!order.some((i) => share[i] > 0)) return undefined;
  const narrow = window.innerWidth < 600;
  const values = order.map((i) => share[i] * 1e5);
  const text = (k: number) => numberText(Math.round(values[k] * 10) / 10);
  const box = chartBox({ id: "oversoldchannels", title: t("views.channels_caption"), unit: t("views.per_100k"), height: Math.max(320, 70 + 30 * order.length) });
  box.show({
    grid: { left: narrow ? 96 : 150, right: 60, top: 10, bottom: 30 },
    xAxis: axis({ type: "value", splitNumber: 4 }),
    yAxis: nameAxis(order.map((i) => texts["channel"][i]), narrow),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const k = items[0]?.dataIndex ?? 0;
        const i = order[k];
        return tip(texts["channel"][i], [[t("views.column.orders"), numberText(numbers["orders"][i])], [t("views.column.oversold"), numberText(numbers["oversold"][i])], [t("views.per_100k"), text(k)]]);
      },
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 20,
        itemStyle: { color: series(5), borderRadius: 2 },
        label: { show: true, position: "right", color: palette().ink, fontSize: 12, formatter: (item: { dataIndex: number }) => text(item.dataIndex) },
        data: values,
      },
    ],
  });
  return box.element;
}

const SHARES = ["oversold_share", "accuracy"];
const MEANS = ["hidden", "excess"];
const COLUMNS = ["orders", "oversold", "accuracy", "hidden", "excess", "messages", "messages_lost", "checks", "incidents"];

function viewsTable(run: Run): Child {
  const { rows: count, texts, numbers } = run.parts.views;
  const shown = COLUMNS.filter((name) => numbers[name]);
  const unit = (name: string) => (MEANS.includes(name) ? ` [${unitName("units")}]` : "");
  const cell = (name: string, i: number) => {
    const value = numbers[name][i];
    if (SHARES.includes(name)) return percentText(value, 3);
    return MEANS.includes(name) ? numberText(Math.round(value * 100) / 100) : numberText(value);
  };
  const columns = [{ title: t("views.channel") }, ...shown.map((name) => ({ title: t(`views.column.${name}`) + unit(name), number: true }))];
  const rows = Array.from({ length: count }, (_, i) => [texts["channel"][i], ...shown.map((name) => cell(name, i))]);
  return table(t("views.table"), columns, rows);
}

function channelStockTable(run: Run): HTMLElement | undefined {
  const { rows: count, texts, numbers } = run.parts.channelStock;
  if (count === 0) return undefined;
  const units = ["opening", "set_apart", "sold_own", "sold_shared", "released", "recalled", "left"];
  const shown = units.filter((name) => name !== "recalled" || numbers[name].some((value) => value > 0));
  const columns = [
    { title: t("views.channel") },
    ...shown.map((name) => ({ title: `${t(`views.parts.${name}`)} [${unitName("units")}]`, number: true })),
    ...(numbers["withheld"] ? [{ title: t("views.parts.withheld"), number: true }] : []),
  ];
  const rows = Array.from({ length: count }, (_, i) => [
    texts["channel"][i],
    ...shown.map((name) => numberText(numbers[name][i])),
    ...(numbers["withheld"] ? [numberText(numbers["withheld"][i])] : []),
  ]);
  return titledTable(t("views.parts"), columns, rows);
}

export function viewsSection(run: Run): HTMLElement {
  const charts = [oversoldChart(run), channelsChart(run)].filter((chart) => chart !== undefined);
  return section(
    "views",
    t("views.title"),
    t("views.lead"),
    charts.length ? el("div", { class: "pair" }, ...charts) : emptyNote(run, "empty.oversold"),
    run.parts.views.rows > 0 ? viewsTable(run) : undefined,
    channelStockTable(run),
    run.parts.views.numbers["accuracy"] ? el("p", { class: "note" }, t("views.note")) : undefined,
  );
}
