import { axis, chartBox, legend, legendRoom, nameBelow, tip, type Option } from "../charts/echarts";
import type { Run } from "../data/run";
import { axisText, numberText, percentText } from "../numbers/format";
import { distribution, type Distribution } from "../numbers/histogram";
import { t } from "../text/text";
import { section } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";
import { emptyNote } from "./incomplete";

const MARKS = [24, 48];

/** Share at an hour, straight between the known points. */
export function shareAt(points: [number, number][], hour: number): number {
  for (let i = 1; i < points.length; ++i) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    if (x1 >= hour) return x1 > x0 ? y0 + ((hour - x0) / (x1 - x0)) * (y1 - y0) : y1;
  }
  return points.length ? points[points.length - 1][1] : NaN;
}

/** Hours from placing, with a label every half day or day. */
export function hourAxis(end: number): Option {
  const interval = end > 120 ? 24 : end > 40 ? 12 : undefined;
  return axis({ type: "value", min: 0, max: end, interval, ...nameBelow(t("delivery.hours")), splitLine: { show: false } });
}

function markLine(shape: Distribution): Option {
  const p = palette();
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: p.quiet, type: "dashed", width: 1 },
    label: { color: p.quiet, fontSize: 11, formatter: "{b}", position: "end" },
    data: MARKS.filter((hour) => hour <= shape.end).map((hour) => ({ name: `${hour} h`, xAxis: hour })),
  };
}

/** The line up to where the bars end. */
export function cut(points: [number, number][], end: number): [number, number][] {
  if (points.length === 0) return [];
  return [...points.filter(([x]) => x < end), [end, shareAt(points, end)]];
}

function option(shape: Distribution, narrow: boolean): Option {
  const language = currentLanguage();
  const width = shape.bins[0].to - shape.bins[0].from;
  const line = (name: string, color: string, points: [number, number][], dashed: boolean): Option => ({
    name,
    type: "line",
    yAxisIndex: 1,
    showSymbol: false,
    lineStyle: { color, width: 2, type: dashed ? "dashed" : "solid" },
    itemStyle: { color },
    data: cut(points, shape.end).map(([x, y]) => [x, 100 * y]),
    z: 4,
  });
  const lines = [line(t("delivery.share"), series(5), shape.cumulative, false)];
  const names = [t("delivery.orders"), t("delivery.share"), ...(shape.promised.length ? [t("delivery.promised")] : [])];
  if (shape.promised.length) lines.push(line(t("delivery.promised"), series(2), shape.promised, true));
  return {
    legend: legend({ top: 0, left: 0 }),
    grid: { left: narrow ? 48 : 62, right: 48, top: 54 + legendRoom(names), bottom: 46 },
    xAxis: hourAxis(shape.end),
    yAxis: [
      axis({ type: "value", name: t("delivery.orders"), splitNumber: 4, axisLabel: { formatter: (v: number) => axisText(v, language) } }),
      axis({ type: "value", name: "%", min: 0, max: 100, splitLine: { show: false } }),
    ],
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "line" },
      formatter: (items: { axisValue: number; data: number[] }[]) => {
        const hour = Number(items[0]?.axisValue ?? 0);
        const bin = shape.bins[Math.min(shape.bins.length - 1, Math.floor(hour / width))];
        const rows: [string, string][] = [
          [t("delivery.orders"), numberText(bin.count)],
          [t("delivery.share"), percentText(shareAt(shape.cumulative, bin.to))],
        ];
        if (shape.promised.length) rows.push([t("delivery.promised"), percentText(shareAt(shape.promised, bin.to))]);
        return tip(t("delivery.within", { from: bin.from, to: bin.to }), rows);
      },
    },
    series: [
      {
        name: t("delivery.orders"),
        type: "bar",
        barWidth: "92%",
        barCategoryGap: 0,
        itemStyle: { color: series(0), opacity: 0.75 },
        data: shape.bins.map((bin) => [(bin.from + bin.to) / 2, bin.count]),
        markLine: markLine(shape),
      },
      ...lines,
    ],
  };
}

export function deliverySection(run: Run): HTMLElement {
  const shape = distribution(run.delivery);
  if (!shape) return section("delivery", t("delivery.title"), undefined, emptyNote(run, "empty.delivery"));
  const narrow = window.innerWidth < 600;
  const note = shape.above > 0 ? t("delivery.above", { share: percentText(shape.above), hours: shape.end }) : undefined;
  const box = chartBox({ id: "delivery", title: t("delivery.caption"), unit: t("delivery.unit"), height: 360, note });
  box.show(option(shape, narrow));
  return section("delivery", t("delivery.title"), t("delivery.lead"), box.element);
}
