import { axis, chartBox, legend, legendRoom, tip, type Option } from "../charts/echarts";
import { figureIndex, type Experiment } from "../data/experiment";
import { betterSide, shownFactor } from "../numbers/compare";
import { axisText, numberText } from "../numbers/format";
import { nameSide, roundBounds } from "../numbers/scale";
import { figureInSentence, figureName, t, unitName } from "../text/text";
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

/** An arrow to the corner where both figures are at their best; "" if one has no good side. */
function bestCorner(experiment: Experiment, x: string, y: string): string {
  const side = (name: string) => betterSide(name, experiment.decidedBy, experiment.better);
  const arrows: Record<string, string> = { "lower,lower": "↙", "lower,higher": "↖", "higher,lower": "↘", "higher,higher": "↗" };
  const arrow = arrows[`${side(x)},${side(y)}`];
  return arrow ? `${arrow} ${t("trade.best")}` : "";
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
  const bounds = (name: string) => {
    const index = figureIndex(experiment, name);
    const factor = shownFactor(experiment.figures[index].unit);
    const known = [...(experiment.runs.values.get(name) ?? [])].filter(Number.isFinite).map((v) => v * factor);
    return factor === 100 ? roundBounds(Math.min(...known), Math.max(...known), 0, 100) : roundBounds(Math.min(...known), Math.max(...known));
  };
  const armLabel = { show: true, distance: 8, color: p.ink, fontSize: 12, textBorderColor: p.card, textBorderWidth: 3 };
  const formatter = (v: number) => axisText(v, currentLanguage());
  const value = (name: string, extra: Option) => axis({ type: "value", ...bounds(name), name: label(name), axisLabel: { formatter }, ...extra });
  return {
    legend: legend({ top: 0, left: 0, icon: undefined, itemHeight: 10, data: experiment.arms.map((arm) => arm.name) }),
    grid: { left: 62, right: 28, top: 72 + legendRoom(experiment.arms.map((arm) => arm.name)), bottom: 50 },
    xAxis: value(x, { nameLocation: "middle", nameGap: 30, nameTextStyle: { color: p.quiet, fontSize: 12, align: "center" } }),
    yAxis: value(y, { nameTextStyle: { color: p.quiet, fontSize: 12, align: "left", padding: [0, 0, 0, -40] } }),
    tooltip: {
      formatter: (item: { seriesName: string; name: string; value: [number, number]; seriesIndex: number }) => {
        const arm = Math.floor(item.seriesIndex / 2);
        const isMean = item.seriesIndex % 2 === 0;
        const text = (k: number, name: string) => (isMean ? meanText(arm, name) : `${numberText(item.value[k])} ${unit(name)}`);
        return tip(`${item.seriesName}${isMean ? "" : `, ${item.name}`}`, [[figureName(x), text(0, x)], [figureName(y), text(1, y)]]);
      },
    },
    series: experiment.arms.flatMap((arm, i) => [
      {
        name: arm.name,
        type: "scatter",
        symbol: SYMBOLS[i % SYMBOLS.length],
        symbolSize: 18,
        z: 5,
        itemStyle: { color: series(i), borderColor: p.card, borderWidth: 2 },
        label: { ...armLabel, position: nameSide(mean(i, y), bounds(y), i), formatter: arm.name },
        labelLayout: { hideOverlap: true },
        data: [[mean(i, x), mean(i, y)]],
      },
      {
        name: arm.name,
        type: "scatter",
        symbol: SYMBOLS[i % SYMBOLS.length],
        symbolSize: 7,
        itemStyle: { color: series(i), opacity: 0.35 },
        data: points(experiment, i, x, y),
      },
    ]),
  };
}

export function tradeSection(experiment: Experiment): HTMLElement {
  const cost = figureIndex(experiment, "cost_per_order_total") >= 0 ? "cost_per_order_total" : experiment.decidedBy;
  let [x, y] = [cost, serviceFigure(experiment)];
  const holder = el("div", {});
  const show = () => {
    const title = t("trade.caption", { x: figureName(x), y: figureInSentence(y) });
    const box = chartBox({ id: "trade", title, unit: bestCorner(experiment, x, y), height: 440 });
    holder.replaceChildren(box.element);
    box.show(option(experiment, x, y));
  };
  const choices = experiment.figures.map((figure) => ({ value: figure.name, label: figureName(figure.name) }));
  const controls = el(
    "div",
    { class: "controls above" },
    select(t("trade.x"), choices, x, (name) => ((x = name), show())),
    select(t("trade.y"), choices, y, (name) => ((y = name), show())),
  );
  show();
  return section("trade", t("trade.title"), t("trade.lead"), controls, holder);
}
