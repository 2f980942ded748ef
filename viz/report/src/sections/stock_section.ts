import { axis, chartBox, legend, legendRoom, timeZoom, tip, type Option } from "../charts/echarts";
import { entity, type Run } from "../data/run";
import { axisText, numberText } from "../numbers/format";
import { roundStep } from "../numbers/scale";
import { dateTimeText, wallClock } from "../numbers/time";
import { kindName, t, unitName } from "../text/text";
import { el, section, segments, table } from "../ui/dom";
import { kindStyle } from "../ui/palette";
import { currentLanguage } from "../ui/preferences";

type Measure = "on_hand" | "stock_value";

/** Kinds that keep stock in this run: a supplier that never runs out has none to show. */
function kindsWithStock(run: Run): number[] {
  return run.kinds.map((_, i) => i).filter((i) => entity(run.byKind, "on_hand", i).some((value) => value > 0));
}

/** Median of the known values; NaN without any. */
export function median(values: ArrayLike<number>): number {
  const known = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  if (known.length === 0) return NaN;
  const middle = known.length >> 1;
  return known.length % 2 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
}

/** Mean of a state over time: each value holds until the next sample. */
export function timeMean(times: ArrayLike<number>, values: ArrayLike<number>): number {
  let [total, length] = [0, 0];
  for (let i = 0; i + 1 < times.length; ++i) {
    total += values[i] * (times[i + 1] - times[i]);
    length += times[i + 1] - times[i];
  }
  return length > 0 ? total / length : (values[0] ?? NaN);
}

/** Cover above this is not drawn: where hardly anything is sent, stock lasts for ever. Thrice the largest median of the kinds [d]. */
export function coverCap(run: Run, kinds: number[]): number {
  const medians = kinds.map((i) => median(entity(run.byKind, "cover", i))).filter(Number.isFinite);
  return medians.length ? roundStep(3 * Math.max(...medians)) : Infinity;
}

interface View {
  column: string;
  unit: string;
  stacked: boolean;
  /** Upper end of the axis; infinite: that of the data. */
  cap: number;
}

function option(run: Run, { column, unit, stacked, cap }: View, kinds: number[], narrow: boolean): Option {
  const walls = Array.from(run.byKind.time, (time) => wallClock(run.facts.start, time));
  const values = kinds.map((i) => entity(run.byKind, column, i));
  const names = kinds.map((i) => kindName(run.kinds[i]));
  const colors = kinds.map((i) => kindStyle(run.kinds[i]).color);
  return {
    legend: legend({ top: 0, left: 0 }),
    grid: { left: narrow ? 46 : 60, right: 14, top: 50 + legendRoom(names, 2), bottom: 62 },
    xAxis: axis({ type: "time", splitLine: { show: false }, min: walls[0], max: walls[walls.length - 1] }),
    yAxis: axis({
      type: "value",
      name: unit,
      min: 0,
      max: Number.isFinite(cap) ? cap : undefined,
      splitNumber: 4,
      axisLabel: { formatter: (v: number) => axisText(v, currentLanguage()) },
    }),
    dataZoom: timeZoom([0], narrow),
    tooltip: {
      trigger: "axis",
      formatter: (items: { dataIndex: number }[]) => {
        const i = items[0]?.dataIndex ?? 0;
        const text = (value: number) => (Number.isFinite(value) ? `${numberText(stacked ? Math.round(value) : Math.round(value * 100) / 100)} ${unit}` : "–");
        return tip(dateTimeText(walls[i]), names.map((name, k): [string, string] => [name, text(values[k][i])]), colors);
      },
    },
    series: kinds.map((_, k) => ({
      name: names[k],
      type: "line",
      stack: stacked ? "stock" : undefined,
      showSymbol: false,
      lineStyle: { width: stacked ? 0.8 : 1.8, color: colors[k] },
      itemStyle: { color: colors[k] },
      areaStyle: stacked ? { color: colors[k], opacity: 0.55 } : undefined,
      data: walls.map((wall, i) => [wall, Number.isFinite(values[k][i]) ? values[k][i] : null]),
    })),
  };
}

function stockTable(run: Run, kinds: number[]): HTMLElement {
  const columns = [
    { title: t("stock.kind") },
    { title: `${t("stock.mean")} [${unitName("units")}]`, number: true },
    { title: `${t("stock.least")} [${unitName("units")}]`, number: true },
    { title: `${t("stock.last")} [${unitName("units")}]`, number: true },
    { title: `${t("stock.mean")} [${unitName(run.facts.currency)}]`, number: true },
    { title: `${t("stock.mean_cover")} [${unitName("d")}]`, number: true },
  ];
  const rows = kinds.map((i) => {
    const units = entity(run.byKind, "on_hand", i);
    const whole = (value: number) => numberText(Math.round(value));
    const cover = median(entity(run.byKind, "cover", i));
    return [
      kindName(run.kinds[i]),
      whole(timeMean(run.byKind.time, units)),
      whole(units.reduce((a, b) => Math.min(a, b), Infinity)),
      whole(units[units.length - 1]),
      whole(timeMean(run.byKind.time, entity(run.byKind, "stock_value", i))),
      Number.isFinite(cover) ? cover.toFixed(1) : "–",
    ];
  });
  return table(t("stock.table"), columns, rows);
}

export function stockSection(run: Run): HTMLElement {
  const kinds = kindsWithStock(run);
  if (kinds.length === 0) return section("stock", t("stock.title"), undefined, el("p", { class: "empty" }, t("empty.stock")));
  const narrow = window.innerWidth < 600;
  const unit: Record<Measure, string> = { on_hand: unitName("units"), stock_value: unitName(run.facts.currency) };
  const show = (measure: Measure) => stock.show(option(run, { column: measure, unit: unit[measure], stacked: true, cap: Infinity }, kinds, narrow));
  const choices = [{ value: "on_hand", label: t("stock.units") }, { value: "stock_value", label: t("stock.value") }];
  const controls = [segments(t("stock.measure"), choices, "on_hand", (value) => show(value as Measure))];
  const stock = chartBox({ id: "stock", title: t("stock.caption"), unit: `${unit.on_hand} / ${unit.stock_value}`, height: 340, controls });
  show("on_hand");
  const covered = kinds.filter((i) => entity(run.byKind, "cover", i).some(Number.isFinite));
  const cap = coverCap(run, covered);
  const isCut = covered.some((i) => entity(run.byKind, "cover", i).some((value) => value > cap));
  const note = isCut ? t("stock.cut", { n: numberText(cap) }) : undefined;
  const cover = chartBox({ id: "cover", title: t("stock.cover_caption"), unit: unitName("d"), height: 340, note });
  if (covered.length) cover.show(option(run, { column: "cover", unit: unitName("d"), stacked: false, cap: isCut ? cap : Infinity }, covered, narrow));
  return section(
    "stock",
    t("stock.title"),
    t("stock.lead"),
    el("div", { class: "pair" }, stock.element, covered.length ? cover.element : undefined),
    stockTable(run, kinds),
  );
}
