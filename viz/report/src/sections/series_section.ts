import { axis, chartBox, legend, legendRoom, timeZoom, tip, type ChartBox, type Option } from "../charts/echarts";
import { entity, type Run } from "../data/run";
import { axisText, numberText } from "../numbers/format";
import { leastStep, MINUTE_US, peakSpan, ratesPerHour, type Span } from "../numbers/rates";
import { dateTimeText, wallClock } from "../numbers/time";
import { t } from "../text/text";
import { el, section, segments } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";

interface Line {
  name: string;
  values: number[];
  color: string;
  axis: 0 | 1;
  fill?: boolean;
}

/** Rates hold for the whole step before their sample, so they are drawn as steps; states are what they are at the sample. */
function lineOption(line: Line, walls: number[]): Option {
  return {
    name: line.name,
    type: "line",
    xAxisIndex: line.axis,
    yAxisIndex: line.axis,
    step: line.axis === 0 ? "start" : undefined,
    showSymbol: false,
    lineStyle: { width: 1.6, color: line.color },
    itemStyle: { color: line.color },
    areaStyle: line.fill ? { color: line.color, opacity: 0.12 } : undefined,
    data: walls.map((wall, i) => [wall, Number.isFinite(line.values[i]) ? line.values[i] : null]),
  };
}

/** Channels are not known by the minute. */
const shownSeries = (run: Run, byChannel: boolean) => (byChannel ? run.total : run.byMinute);

function linesOf(run: Run, byChannel: boolean): Line[] {
  const { time, columns } = shownSeries(run, byChannel);
  const rate = (name: string) => ratesPerHour(time, columns[name] ?? []);
  const state = (name: string) => Array.from(columns[name] ?? []);
  const demand: Line[] = byChannel
    ? run.channels.map((name, i) => ({ name, values: ratesPerHour(time, entity(run.byChannel, "placed", i)), color: series(i), axis: 0, fill: true }))
    : [
        { name: t("series.placed"), values: rate("placed"), color: series(0), axis: 0, fill: true },
        { name: t("series.delivered"), values: rate("delivered"), color: series(2), axis: 0 },
        { name: t("series.late"), values: rate("late"), color: series(5), axis: 0 },
      ];
  const happens = (name: string) => !byChannel && state(name).some((value) => value > 0);
  if (happens("lost")) demand.push({ name: t("series.lost"), values: rate("lost"), color: series(3), axis: 0 });
  if (happens("withdrawn")) demand.push({ name: t("series.withdrawn"), values: rate("withdrawn"), color: series(7), axis: 0 });
  const waits = state("backordered");
  return [
    ...demand,
    { name: t("series.open"), values: state("open"), color: series(4), axis: 1 },
    { name: t("series.in_process"), values: state("in_process"), color: series(1), axis: 1, fill: true },
    ...(waits.some((value) => value > 0) ? [{ name: t("series.backordered"), values: waits, color: series(6), axis: 1 } as Line] : []),
  ];
}

/** A line where each session first goes on air, with its name where there is room. */
function sessionMarks(run: Run): Option | undefined {
  if (run.sessions.length === 0) return undefined;
  const p = palette();
  const few = run.sessions.length <= 4;
  const end = run.total.time[run.total.time.length - 1];
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: p.accent, type: "dashed", width: 1, opacity: 0.7 },
    data: run.sessions.map((session) => ({
      xAxis: wallClock(run.facts.start, session.start),
      label: {
        show: few,
        formatter: session.title,
        color: p.quiet,
        fontSize: 11,
        position: "insideEndTop",
        rotate: 0,
        align: session.start > end / 2 ? "right" : "left",
        offset: session.start > end / 2 ? [-6, 4] : [6, 4],
      },
    })),
  };
}

function tooltip(lines: Line[], walls: number[]): Option {
  return {
    trigger: "axis",
    formatter: (items: { dataIndex: number }[]) => {
      const i = items[0]?.dataIndex ?? 0;
      const rows = lines.map((line): [string, string] => {
        const unit = line.axis === 0 ? t("series.rate") : t("series.orders");
        const value = line.values[i];
        return [line.name, Number.isFinite(value) ? `${numberText(Math.round(value))} ${unit}` : "–"];
      });
      return tip(dateTimeText(walls[i]), rows, lines.map((line) => line.color));
    },
  };
}

/** Option of two charts over one time axis: flows above, states below. */
export function seriesOption(run: Run, byChannel: boolean, narrow: boolean): Option {
  const walls = Array.from(shownSeries(run, byChannel).time, (time) => wallClock(run.facts.start, time));
  const lines = linesOf(run, byChannel);
  const language = currentLanguage();
  const time = (gridIndex: number, labels: boolean) =>
    axis({ type: "time", gridIndex, splitLine: { show: false }, axisLabel: { show: labels }, min: walls[0], max: walls[walls.length - 1] });
  const count = (gridIndex: number, name: string) =>
    axis({ type: "value", gridIndex, name, min: 0, splitNumber: 4, axisLabel: { formatter: (v: number) => axisText(v, language) } });
  const all = lines.map((line) => lineOption(line, walls));
  if (all[0]) all[0]["markLine"] = sessionMarks(run);
  const side = { left: narrow ? 44 : 60, right: 14 };
  const top = 52 + legendRoom(lines.map((line) => line.name));
  return {
    legend: legend({ top: 0, left: 0, data: lines.map((line) => line.name) }),
    grid: [{ ...side, top, height: 168 }, { ...side, top: top + 212, height: 112 }],
    xAxis: [time(0, false), time(1, true)],
    yAxis: [count(0, t("series.rate")), count(1, t("series.orders"))],
    axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: palette().quiet } },
    dataZoom: timeZoom([0, 1], narrow),
    tooltip: tooltip(lines, walls),
    series: all,
  };
}

function zoomTo(box: ChartBox, run: Run, span: Span): void {
  const [startValue, endValue] = [span.from, span.to].map((time) => wallClock(run.facts.start, time));
  for (const dataZoomIndex of [0, 1]) box.chart()?.dispatchAction({ type: "dataZoom", dataZoomIndex, startValue, endValue });
}

export function seriesSection(run: Run): HTMLElement {
  const { time, columns } = run.byMinute;
  if (time.length < 2) return section("series", t("series.title"), undefined, el("p", { class: "empty" }, t("empty.series")));
  const narrow = window.innerWidth < 600;
  const peak = peakSpan(time, columns["placed"] ?? []);
  const fine = leastStep(time) <= MINUTE_US;
  let byChannel = false;
  const spans = el("div", { class: "segments", role: "group", "aria-label": t("map.time") });
  const button = (id: string, label: string, span: Span) => el("button", { type: "button", "data-zoom": id, click: () => zoomTo(box, run, span) }, label);
  if (peak) spans.append(button("peak", t(fine ? "series.peak_minute" : "series.peak"), peak));
  spans.append(button("whole", t("series.whole"), { from: time[0], to: time[time.length - 1] }));
  const show = () => box.show(seriesOption(run, byChannel, narrow));
  const view = segments(t("series.view"), [{ value: "all", label: t("series.together") }, { value: "channel", label: t("series.channels") }], "all", (value) => {
    byChannel = value === "channel";
    show();
  });
  const controls = [run.channels.length > 1 ? view : undefined, spans];
  const height = 460 + legendRoom(linesOf(run, false).map((line) => line.name));
  const box = chartBox({ id: "series", title: t("series.caption"), unit: t("series.unit"), height, controls, note: fine ? t("series.minutes") : undefined });
  show();
  return section("series", t("series.title"), t("series.lead"), box.element);
}
