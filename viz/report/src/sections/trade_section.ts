import { axis, chartBox, legend, tip, type Option } from "../charts/echarts";
import { figureIndex, type Experiment } from "../data/experiment";
import { betterSide, shownFactor } from "../numbers/compare";
import { axisText, numberText } from "../numbers/format";
import { figureName, t, unitName } from "../text/text";
import { el, section, select } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";

const SERVICE = ["delivered_within_48h", "order_fill_rate", "late_share"];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"];

/** The service figure in which the arms differ most; the first where they do not differ. */
export function serviceFigure(experiment: Experiment): string {
  const spread = (name: string) => {
    const index = figureIndex(experiment, name);
    const means = experiment.estimates.map((row) => row[index]?.mean ?? NaN).filter(Number.isFinite);
    return means.length ? Math.max(...means) - Math.min(...means) : -1;
  };
  const known = SERVICE.filter((name) => figureIndex(experiment, name) >= 0);
  return [...known].sort((a, b) => spread(b) - spread(a))[0] ?? experiment.decidedBy;
}

function points(experiment: Experiment, arm: number, x: string, y: string): { value: [number, number]; name: string }[] {
  const { runs } = experiment;
  const factor = (name: string) => shownFactor(experiment.figures[figureIndex(experiment, name)].unit);
  const [fx, fy] = [factor(x), factor(y)];
  const found: { value: [number, number]; name: string }[] = [];
  runs.arm.forEach((a, i) => {
    const value: [number, number] = [(runs.values.get(x)?.[i] ?? NaN) * fx, (runs.values.get(y)?.[i] ?? NaN) * fy];
    if (a === arm && value.every(Number.isFinite)) found.push({ value, name: t("trade.replication", { n: runs.replication[i] }) });
  });
  return found;
}

/** In which corner both figures are at their best; undefined if one has no good side. */
function bestCorner(experiment: Experiment, x: string, y: string): Option | undefined {
  const side = (name: string) => betterSide(name, experiment.decidedBy, experiment.better);
  const [sx, sy] = [side(x), side(y)];
  if (sx === "none" || sy === "none") return undefined;
  const arrow = { "lower,lower": "↙", "lower,higher": "↖", "higher,lower": "↘", "higher,higher": "↗" }[`${sx},${sy}`];
  const place = { [sx === "lower" ? "left" : "right"]: sx === "lower" ? 74 : 24, [sy === "lower" ? "bottom" : "top"]: sy === "lower" ? 62 : 46 };
  return { type: "text", ...place, silent: true, style: { text: `${arrow} ${t("trade.best")}`, fill: series(2), fontSize: 13, fontWeight: 600 } };
}

function option(experiment: Experiment, x: string, y: string): Option {
  const p = palette();
  const unit = (name: string) => unitName(experiment.figures[figureIndex(experiment, name)].unit);
  const mean = (arm: number, name: string) => {
    const index = figureIndex(experiment, name);
    return (experiment.estimates[arm][index]?.mean ?? NaN) * shownFactor(experiment.figures[index].unit);
  };
  const meanText = (arm: number, name: string) => `${experiment.estimates[arm][figureIndex(experiment, name)]?.meanText ?? "–"} ${unit(name)}`;
  const label = (name: string) => `${figureName(name)} [${unit(name)}]`;
  const corner = bestCorner(experiment, x, y);
  const value = (name: string, extra: Option) => axis({ type: "value", scale: true, name: label(name), splitNumber: 5, axisLabel: { formatter: (v: number) => axisText(v, currentLanguage()) }, ...extra });
  return {
    legend: legend({ top: 0, left: 0, icon: undefined, itemHeight: 10, data: experiment.arms.map((arm) => arm.name) }),
    grid: { left: 62, right: 28, top: 60, bottom: 50 },
    graphic: corner ? [corner] : [],
    xAxis: value(x, { nameLocation: "middle", nameGap: 30, nameTextStyle: { color: p.quiet, fontSize: 12, align: "center" } }),
    yAxis: value(y, { nameTextStyle: { color: p.quiet, fontSize: 12, align: "left", padding: [0, 0, 0, -40] } }),
    tooltip: {
      formatter: (item: { seriesName: string; name: string; value: [number, number]; seriesIndex: number }) => {
        const arm = Math.floor(item.seriesIndex / 2);
        const isMean = item.seriesIndex % 2 === 1;
        const text = (k: number, name: string) => (isMean ? meanText(arm, name) : `${numberText(item.value[k])} ${unit(name)}`);
        return tip(`${item.seriesName}${isMean ? "" : `, ${item.name}`}`, [[figureName(x), text(0, x)], [figureName(y), text(1, y)]]);
      },
    },
    series: experiment.arms.flatMap((arm, i) => [
      { name: arm.name, type: "scatter", symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 7, itemStyle: { color: series(i), opacity: 0.35 }, data: points(experiment, i, x, y) },
      {
        name: arm.name,
        type: "scatter",
        symbol: SYMBOLS[i % SYMBOLS.length],
        symbolSize: 18,
        z: 5,
        itemStyle: { color: series(i), borderColor: p.card, borderWidth: 2 },
        label: { show: true, position: "right", formatter: arm.name, color: p.ink, fontSize: 12 },
        labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
        data: [[mean(i, x), mean(i, y)]],
      },
    ]),
  };
}

export function tradeSection(experiment: Experiment): HTMLElement {
  const cost = figureIndex(experiment, "cost_per_order_total") >= 0 ? "cost_per_order_total" : experiment.decidedBy;
  let [x, y] = [cost, serviceFigure(experiment)];
  const box = chartBox({ id: "trade", title: t("trade.title"), unit: "", height: 440 });
  const show = () => box.show(option(experiment, x, y));
  const choices = experiment.figures.map((figure) => ({ value: figure.name, label: figureName(figure.name) }));
  const controls = el(
    "div",
    { class: "controls above" },
    select(t("trade.x"), choices, x, (name) => ((x = name), show())),
    select(t("trade.y"), choices, y, (name) => ((y = name), show())),
  );
  show();
  return section("trade", t("trade.title"), t("trade.lead"), controls, box.element);
}
