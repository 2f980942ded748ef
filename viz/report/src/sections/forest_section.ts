import { axis, chartBox, nameAxis, nameBelow, tip, type Option } from "../charts/echarts";
import { baselineOf, figureIndex, type Estimate, type Experiment } from "../data/experiment";
import { betterSide, decimalsFor, decimalText, judged, shownFactor } from "../numbers/compare";
import { axisText } from "../numbers/format";
import { figureName, t, unitName } from "../text/text";
import { confidenceText, forestLead } from "../text/verdict_text";
import { el, section, select } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";
import { differenceText } from "./arms_section";

interface Row {
  name: string;
  estimate: Estimate;
}

/** Arms with a difference that can be shown, in their order. */
export function forestRows(experiment: Experiment, figure: number): Row[] {
  return experiment.arms.flatMap((arm, i) => {
    const estimate = experiment.estimates[i][figure];
    return !arm.isBaseline && estimate && Number.isFinite(estimate.difference) ? [{ name: arm.name, estimate }] : [];
  });
}

/** Bounds of the axis: all intervals and zero, with room at both ends. */
export function forestBounds(rows: Row[], factor: number): [number, number] {
  const ends = rows.flatMap(({ estimate }) => [estimate.low, estimate.high, estimate.difference].filter(Number.isFinite).map((v) => v * factor));
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const room = Math.max((high - low) * 0.12, 1e-9);
  return [low - room, high + room];
}

/** Labels near an end of the axis grow away from it. */
function labelSide(value: number, [low, high]: [number, number]): "left" | "center" | "right" {
  const part = (value - low) / (high - low);
  return part < 0.25 ? "left" : part > 0.75 ? "right" : "center";
}

interface Drawing {
  value: (dimension: number) => number;
  coord: (point: [number, number]) => [number, number];
}

/** The interval as a bar with caps. */
function intervalShape(color: (row: number) => string) {
  return (_: unknown, api: Drawing) => {
    const row = api.value(0);
    const [x0, y] = api.coord([api.value(1), row]);
    const [x1] = api.coord([api.value(2), row]);
    const style = { stroke: color(row), lineWidth: 2.5, fill: "none" };
    const line = (a: number, b: number, c: number, d: number) => ({ type: "line", shape: { x1: a, y1: b, x2: c, y2: d }, style });
    return { type: "group", children: [line(x0, y, x1, y), line(x0, y - 6, x0, y + 6), line(x1, y - 6, x1, y + 6)] };
  };
}

function shading(side: "lower" | "higher", bounds: [number, number]): Option {
  const p = palette();
  const good = side === "lower" ? [bounds[0], 0] : [0, bounds[1]];
  return {
    silent: true,
    itemStyle: { color: series(2), opacity: 0.09 },
    label: {
      show: true,
      position: side === "lower" ? "insideBottomLeft" : "insideBottomRight",
      color: p.quiet,
      fontSize: 12,
      formatter: side === "lower" ? `← ${t("forest.better")}` : `${t("forest.better")} →`,
    },
    data: [[{ xAxis: good[0] }, { xAxis: good[1] }]],
  };
}

/** The axis of differences; its ends are no round numbers and stay without labels. */
function valueAxis([min, max]: [number, number], unit: string): Option {
  const formatter = (v: number) => axisText(+v.toPrecision(3), currentLanguage());
  return axis({
    type: "value",
    min,
    max,
    ...nameBelow(unit, 26),
    splitLine: { lineStyle: { color: palette().line }, showMinLine: false, showMaxLine: false },
    axisLabel: { formatter, showMinLabel: false, showMaxLabel: false },
  });
}

function option(experiment: Experiment, figure: number, rows: Row[], narrow: boolean): Option {
  const p = palette();
  const { name, unit } = experiment.figures[figure];
  const factor = shownFactor(unit);
  const side = betterSide(name, experiment.decidedBy, experiment.better);
  const bounds = forestBounds(rows, factor);
  const tones = rows.map(({ estimate }) => judged(estimate.low, estimate.high, side));
  const color = (row: number) => ({ good: series(2), bad: series(5), open: p.quiet })[tones[row]];
  const text = (estimate: Estimate, value: number) => decimalText(value * factor, decimalsFor((factor * (estimate.high - estimate.low)) / 2));
  const unitText = unit === "1" ? t("forest.points") : unitName(unit);
  return {
    grid: { left: narrow ? 96 : 190, right: 26, top: 18, bottom: 40 },
    xAxis: valueAxis(bounds, unitText),
    yAxis: nameAxis(rows.map((row) => row.name), narrow),
    tooltip: {
      formatter: (item: { dataIndex: number }) => {
        const { name: arm, estimate } = rows[item.dataIndex];
        const interval = `${text(estimate, estimate.low)} … ${text(estimate, estimate.high)}`;
        const confidence = confidenceText(experiment.confidenceOfDifferences);
        return tip(arm, [[figureName(name), `${differenceText(estimate)} ${unitText}`], [confidence, interval]]);
      },
    },
    series: [
      {
        type: "custom",
        renderItem: intervalShape(color),
        encode: { x: [1, 2], y: 0 },
        data: rows.map(({ estimate }, i) => [i, estimate.low * factor, estimate.high * factor]),
      },
      {
        type: "scatter",
        symbolSize: 13,
        data: rows.map(({ estimate }, i) => {
          const value = estimate.difference * factor;
          return { value: [value, i], itemStyle: { color: color(i) }, label: { align: labelSide(value, bounds) } };
        }),
        label: {
          show: true,
          position: "top",
          distance: 9,
          color: p.ink,
          fontSize: 12,
          textBorderColor: p.card,
          textBorderWidth: 3,
          formatter: (item: { dataIndex: number }) => differenceText(rows[item.dataIndex].estimate),
        },
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: p.ink, width: 1, type: "solid" }, data: [{ xAxis: 0 }] },
        markArea: side === "none" ? undefined : shading(side, bounds),
      },
    ],
  };
}

export function forestSection(experiment: Experiment): HTMLElement {
  const narrow = window.innerWidth < 600;
  const holder = el("div", {});
  const show = (name: string) => {
    const figure = figureIndex(experiment, name);
    const rows = figure < 0 ? [] : forestRows(experiment, figure);
    const title = t("forest.caption", { figure: figureName(name), baseline: baselineOf(experiment).name });
    if (rows.length === 0) {
      holder.replaceChildren(el("p", { class: "empty" }, t("forest.undefined")));
      return;
    }
    const unit = experiment.figures[figure].unit;
    const box = chartBox({ id: "forest", title, unit: unit === "1" ? t("forest.points") : unitName(unit), height: 90 + 64 * rows.length });
    holder.replaceChildren(box.element);
    box.show(option(experiment, figure, rows, narrow));
  };
  const choices = experiment.figures.map((figure) => ({ value: figure.name, label: figureName(figure.name) }));
  const chooser = select(t("forest.figure"), choices, experiment.decidedBy, show);
  show(experiment.decidedBy);
  const lead = forestLead(experiment);
  return section("forest", t("forest.title"), lead, el("div", { class: "controls above" }, chooser), holder);
}
