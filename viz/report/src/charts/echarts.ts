import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { moreLegend } from "../numbers/legend";
import { currentLanguage } from "../ui/preferences";
import { el, type Child } from "../ui/dom";
import { FONT, palette } from "../ui/palette";

echarts.use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  LabelLayout,
  CanvasRenderer,
]);

export type Option = Record<string, unknown>;

/** All charts on the page, by id: for tests, and to make new ones when language or theme change. */
export const charts = new Map<string, echarts.ECharts>();

const observer = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const chart = echarts.getInstanceByDom(entry.target as HTMLElement);
    if (chart && !chart.isDisposed() && entry.contentRect.width > 0) chart.resize();
  }
});

export function forgetCharts(): void {
  observer.disconnect();
  for (const chart of charts.values()) chart.dispose();
  charts.clear();
}

export interface ChartFrame {
  id: string;
  title: string;
  /** What the axes count, shown beside the title. */
  unit: string;
  height: number;
  /** Controls beside the title. */
  controls?: Child[];
  note?: string;
}

export interface ChartBox {
  element: HTMLElement;
  /** Shows an option; a later one replaces the first. */
  show: (option: Option) => void;
  chart: () => echarts.ECharts | undefined;
}

/** A figure with title, unit and an empty chart. The chart is made once the element is on the page and has a width. */
export function chartBox(frame: ChartFrame): ChartBox {
  const holder = el("div", { class: "chart", role: "img", "aria-label": `${frame.title} [${frame.unit}]` });
  holder.style.height = `${frame.height}px`;
  const head = el(
    "div",
    { class: "chart-head" },
    el("figcaption", {}, frame.title, frame.unit ? el("span", { class: "unit" }, frame.unit) : undefined),
    frame.controls?.length ? el("div", { class: "controls" }, ...frame.controls) : undefined,
  );
  const element = el("figure", { class: "card", id: `figure-${frame.id}` }, head, holder, frame.note ? el("p", { class: "note" }, frame.note) : undefined);
  let chart: echarts.ECharts | undefined;
  const show = (option: Option) => {
    const place = () => {
      chart ??= makeChart(frame.id, holder);
      chart.setOption(withBase(option), { notMerge: true });
    };
    if (holder.isConnected) place();
    else queueMicrotask(() => requestAnimationFrame(place));
  };
  return { element, show, chart: () => chart };
}

function makeChart(id: string, holder: HTMLElement): echarts.ECharts {
  charts.get(id)?.dispose();
  const chart = echarts.init(holder, undefined, { renderer: "canvas", locale: currentLanguage() === "zh" ? "ZH" : "EN" });
  charts.set(id, chart);
  observer.observe(holder);
  return chart;
}

/** Fonts, colours and tooltip common to all charts. */
function withBase(option: Option): Option {
  const p = palette();
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: FONT, color: p.ink },
    ...option,
    tooltip: {
      confine: true,
      backgroundColor: p.card,
      borderColor: p.line,
      textStyle: { color: p.ink, fontFamily: FONT, fontSize: 12 },
      renderMode: "html",
      transitionDuration: 0,
      ...(option["tooltip"] as Option | undefined),
    },
  };
}

/** The look of an axis. */
export function axis(extra: Option = {}): Option {
  const p = palette();
  return {
    axisLine: { lineStyle: { color: p.line } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: p.line, width: 1 } },
    nameTextStyle: { color: p.quiet, fontSize: 11, align: "left" },
    ...extra,
    axisLabel: { color: p.quiet, fontSize: 11, hideOverlap: true, ...(extra["axisLabel"] as Option | undefined) },
  };
}

/** The name of a horizontal axis, centred under it. */
export function nameBelow(name: string, gap = 28): Option {
  return { name, nameLocation: "middle", nameGap: gap, nameTextStyle: { color: palette().quiet, fontSize: 11, align: "center" } };
}

/** A vertical axis of names, the first on top. */
export function nameAxis(names: string[], narrow: boolean): Option {
  const label = { color: palette().ink, fontSize: 12, lineHeight: 15, width: narrow ? 86 : 178, overflow: "break", interval: 0 };
  return axis({ type: "category", inverse: true, data: names, splitLine: { show: false }, axisLabel: label });
}

/** Extra room above a chart for a legend of several rows, in a card `columns` of which stand side by side on wide screens. */
export function legendRoom(names: string[], columns = 1): number {
  const page = Math.min(window.innerWidth, 1480);
  const inside = page - (page < 600 ? 64 : page < 1100 ? 140 : 170);
  return moreLegend(names, page < 1100 ? inside : inside / columns - 24);
}

export function legend(extra: Option = {}): Option {
  const p = palette();
  return { icon: "roundRect", itemWidth: 14, itemHeight: 4, itemGap: 16, textStyle: { color: p.quiet, fontSize: 12 }, inactiveColor: p.line, ...extra };
}

/** Slider and wheel zoom along x, for charts over time. */
export function timeZoom(axes: number[], narrow: boolean): Option[] {
  const p = palette();
  const common = { xAxisIndex: axes, filterMode: "none" };
  return [
    { type: "inside", ...common, zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, preventDefaultMouseMove: false },
    {
      type: "slider",
      ...common,
      height: 22,
      bottom: 6,
      showDetail: !narrow,
      brushSelect: false,
      borderColor: p.line,
      fillerColor: p.accent + "22",
      handleStyle: { color: p.card, borderColor: p.accent },
      moveHandleStyle: { color: p.accent, opacity: 0.5 },
      dataBackground: { lineStyle: { color: p.quiet }, areaStyle: { color: p.line } },
      selectedDataBackground: { lineStyle: { color: p.accent }, areaStyle: { color: p.accent, opacity: 0.15 } },
      textStyle: { color: p.quiet, fontSize: 10 },
    },
  ];
}

/** Escapes a name for the tooltip, which is markup: names come from users. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Tooltip: a head line and rows of name and value, all escaped. */
export function tip(head: string, rows: [string, string][], marker?: (string | undefined)[]): string {
  const lines = rows.map(([name, value], i) => {
    const dot = marker?.[i] ? `<i style="background:${marker[i]};width:8px;height:8px;border-radius:4px;display:inline-block;margin-right:6px"></i>` : "";
    return `<tr><td style="padding-right:14px">${dot}${escaped(name)}</td><td style="text-align:right;font-variant-numeric:tabular-nums">${escaped(value)}</td></tr>`;
  });
  return `<b>${escaped(head)}</b><table style="border-spacing:0">${lines.join("")}</table>`;
}
