import { axisText, numberText } from "../numbers/format";
import { dateTimeText } from "../numbers/time";
import { currentLanguage } from "../ui/preferences";
import { palette } from "../ui/palette";
import { axis, legend, legendRoom, timeZoom, tip, type Option } from "./echarts";

/** One line of a chart over time. A value that is not finite is a gap. */
export interface Line {
  name: string;
  values: ArrayLike<number>;
  color: string;
  panel: number;
  /** Rates and sums hold for the whole step before their sample; states are what they are at the sample. */
  step?: boolean;
  fill?: boolean;
  /** Lines of one panel with the same word lie on each other. */
  stack?: string;
  dashed?: boolean;
}

/** One chart below another, with an axis of its own. */
export interface Panel {
  /** What its axis counts. */
  unit: string;
  height: number;
}

const GAP = 44;
const ZOOM_ROOM = 62;

/** Height of a chart of these panels and lines, its legend and zoom included. */
export function panelsHeight(panels: Panel[], lines: Line[]): number {
  return topOf(lines) + panels.reduce((total, panel) => total + panel.height + GAP, 0) - GAP + ZOOM_ROOM;
}

function topOf(lines: Line[]): number {
  return 52 + legendRoom(lines.map((line) => line.name));
}

function lineOption(line: Line, walls: number[]): Option {
  return {
    name: line.name,
    type: "line",
    xAxisIndex: line.panel,
    yAxisIndex: line.panel,
    stack: line.stack,
    step: line.step ? "start" : undefined,
    showSymbol: false,
    lineStyle: { width: line.stack ? 0.8 : 1.6, color: line.color, type: line.dashed ? "dashed" : "solid" },
    itemStyle: { color: line.color },
    areaStyle: line.fill ? { color: line.color, opacity: line.stack ? 0.55 : 0.12 } : undefined,
    data: walls.map((wall, i) => [wall, Number.isFinite(line.values[i]) ? line.values[i] : null]),
  };
}

function tooltip(lines: Line[], panels: Panel[], walls: number[]): Option {
  return {
    trigger: "axis",
    formatter: (items: { dataIndex: number; seriesType: string }[]) => {
      const i = items.find((item) => item.seriesType === "line")?.dataIndex;
      if (i === undefined) return "";
      const text = (line: Line) => (Number.isFinite(line.values[i]) ? `${numberText(Math.round(line.values[i] * 10) / 10)} ${panels[line.panel].unit}` : "–");
      return tip(dateTimeText(walls[i]), lines.map((line): [string, string] => [line.name, text(line)]), lines.map((line) => line.color));
    },
  };
}

/** Option of charts over one time axis, one below the other. `walls`: wall clock of the samples [ms as UTC]. */
export function panelsOption(panels: Panel[], lines: Line[], walls: number[], narrow: boolean): Option {
  const language = currentLanguage();
  const last = panels.length - 1;
  let top = topOf(lines);
  const grids = panels.map((panel) => {
    const grid = { left: narrow ? 46 : 60, right: 14, top, height: panel.height };
    top += panel.height + GAP;
    return grid;
  });
  const xAxis = panels.map((_, gridIndex) =>
    axis({ type: "time", gridIndex, splitLine: { show: false }, axisLabel: { show: gridIndex === last }, min: walls[0], max: walls[walls.length - 1] }),
  );
  const yAxis = panels.map((panel, gridIndex) =>
    axis({ type: "value", gridIndex, name: panel.unit, min: 0, splitNumber: 4, axisLabel: { formatter: (v: number) => axisText(v, language) } }),
  );
  return {
    legend: legend({ top: 0, left: 0, data: lines.map((line) => line.name) }),
    grid: grids,
    xAxis,
    yAxis,
    axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: palette().quiet } },
    dataZoom: timeZoom(panels.map((_, i) => i), narrow),
    tooltip: tooltip(lines, panels, walls),
    series: lines.map((line) => lineOption(line, walls)),
  };
}
