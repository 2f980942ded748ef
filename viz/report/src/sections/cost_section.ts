import { axis, chartBox, tip, type Option } from "../charts/echarts";
import type { Run } from "../data/run";
import { numberText, percentText } from "../numbers/format";
import { waterfall, type Step } from "../numbers/waterfall";
import { accountName, t, unitName } from "../text/text";
import { el, section, table } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { emptyNote } from "./incomplete";

/** The total as the program prints it; the sum of the accounts where the run has no such figure. */
function totalOf(run: Run, steps: Step[]): { value: number; text: string } {
  const figure = run.figures.find((f) => f.name === "cost_per_order_total");
  if (figure && Number.isFinite(figure.value)) return { value: figure.value, text: figure.text };
  const value = steps.length ? steps[steps.length - 1].to : 0;
  return { value, text: numberText(value) };
}

function accountText(run: Run, step: Step): string {
  const key = `cost_per_order_${step.name.replace(/[ _]/g, "_")}`;
  return run.figures.find((figure) => figure.name === key)?.text ?? numberText(step.value);
}

function option(run: Run, steps: Step[], unit: string): Option {
  const p = palette();
  const total = totalOf(run, steps);
  const names = [...steps.map((step) => accountName(step.name)), t("cost.total")];
  const texts = [...steps.map((step) => accountText(run, step)), total.text];
  const spans = [...steps.map((step) => [step.from, step.to]), [0, total.value]];
  return {
    grid: { left: 46, right: 14, top: 34, bottom: 34 },
    xAxis: axis({ type: "category", data: names, splitLine: { show: false }, axisLabel: { color: p.ink, interval: 0, width: 80, overflow: "break" } }),
    yAxis: axis({ type: "value", name: unit, splitNumber: 4 }),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const i = items[0]?.dataIndex ?? 0;
        return tip(names[i], [[unit, texts[i]]]);
      },
    },
    series: [
      { type: "bar", stack: "w", silent: true, itemStyle: { color: "transparent" }, data: spans.map(([from, to]) => Math.min(from, to)) },
      {
        type: "bar",
        stack: "w",
        barWidth: "58%",
        label: { show: true, position: "top", color: p.ink, fontSize: 12, formatter: (item: { dataIndex: number }) => texts[item.dataIndex] },
        data: spans.map(([from, to], i) => ({ value: Math.abs(to - from), itemStyle: { color: i === steps.length ? p.quiet : series(0), borderRadius: 2 } })),
      },
    ],
  };
}

export function costSection(run: Run): HTMLElement {
  const steps = waterfall(run.costs.map((cost) => ({ name: cost.account, value: cost.perOrder })));
  if (steps.length === 0) return section("cost", t("cost.title"), undefined, emptyNote(run, "empty.costs"));
  const unit = unitName(`${run.facts.currency}/order`);
  const box = chartBox({ id: "cost", title: t("cost.caption"), unit, height: 320 });
  box.show(option(run, steps, unit));
  const total = totalOf(run, steps);
  const columns = [{ title: t("cost.account") }, { title: unit, number: true }, { title: t("cost.share"), number: true }];
  const rows = [
    ...steps.map((step) => [accountName(step.name), accountText(run, step), percentText(step.value / total.value)]),
    [el("b", {}, t("cost.total")), el("b", {}, total.text), "100.0 %"],
  ];
  return section("cost", t("cost.title"), t("cost.lead"), el("div", { class: "pair wide-left" }, box.element, table(t("cost.table"), columns, rows)));
}
