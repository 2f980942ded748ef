import { axis, chartBox, legend, legendRoom, nameAxis, tip, type Option } from "../charts/echarts";
import { type Arm, type Experiment } from "../data/experiment";
import { mapLegend } from "../map/legend";
import { hasPlaces, laneFacts } from "../map/moments";
import { NetworkMap } from "../map/network_map";
import { siteStress, type Picture } from "../map/picture";
import { numberText, percentText } from "../numbers/format";
import { cumulative, quantile, thinned } from "../numbers/histogram";
import { accountName, kindName, stageName, t, unitName } from "../text/text";
import { el, section, toggle } from "../ui/dom";
import { palette, series } from "../ui/palette";
import { cut, hourAxis, shareAt } from "./delivery_section";

const PREFIX = "cost_per_order_";

/** Accounts of costs that are not zero in some arm, with their means by arm. */
export function costsByArm(experiment: Experiment): { account: string; means: number[]; texts: string[] }[] {
  return experiment.figures.flatMap((figure, i) => {
    if (!figure.name.startsWith(PREFIX) || figure.name === PREFIX + "total") return [];
    const estimates = experiment.estimates.map((row) => row[i]);
    const means = estimates.map((estimate) => estimate?.mean ?? NaN);
    const some = means.some((mean) => Number.isFinite(mean) && mean !== 0);
    return some ? [{ account: figure.name.slice(PREFIX.length), means, texts: estimates.map((estimate) => estimate?.meanText ?? "–") }] : [];
  });
}

function costOption(experiment: Experiment, unit: string, narrow: boolean): Option {
  const p = palette();
  const costs = costsByArm(experiment);
  const total = experiment.figures.findIndex((figure) => figure.name === PREFIX + "total");
  const totalText = (arm: number) => experiment.estimates[arm][total]?.meanText ?? "";
  const totals = { show: true, position: "right", color: p.ink, fontSize: 12, formatter: (item: { dataIndex: number }) => totalText(item.dataIndex) };
  return {
    legend: legend({ top: 0, left: 0, itemHeight: 10 }),
    grid: { left: narrow ? 96 : 190, right: narrow ? 20 : 110, top: 40 + legendRoom(costs.map((cost) => accountName(cost.account))), bottom: 30 },
    xAxis: axis({ type: "value", splitNumber: 4 }),
    yAxis: nameAxis(experiment.arms.map((arm) => arm.name), narrow),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: { dataIndex: number }[]) => {
        const arm = items[0]?.dataIndex ?? 0;
        const rows = costs.map((cost): [string, string] => [accountName(cost.account), `${cost.texts[arm]} ${unit}`]);
        return tip(experiment.arms[arm].name, [...rows, [t("cost.total"), `${totalText(arm)} ${unit}`]], costs.map((_, i) => series(i)));
      },
    },
    series: costs.map((cost, i) => ({
      name: accountName(cost.account),
      type: "bar",
      stack: "cost",
      barWidth: 26,
      itemStyle: { color: series(i), borderColor: p.card, borderWidth: 1 },
      label: i === costs.length - 1 && !narrow ? totals : undefined,
      data: cost.means.map((mean) => (Number.isFinite(mean) ? mean : 0)),
    })),
  };
}

export function armCostSection(experiment: Experiment): HTMLElement {
  if (costsByArm(experiment).length === 0) return section("armcost", t("armcost.title"), undefined, el("p", { class: "empty" }, t("empty.costs")));
  const unit = unitName(`${experiment.currency || "CNY"}/order`);
  const box = chartBox({ id: "armcost", title: t("armcost.caption"), unit, height: 96 + 46 * experiment.arms.length });
  box.show(costOption(experiment, unit, window.innerWidth < 600));
  return section("armcost", t("armcost.title"), t("cost.lead_short"), box.element);
}

function deliveryOption(arms: Arm[], lines: [number, number][][]): Option {
  const p = palette();
  const end = Math.ceil(Math.max(50, ...lines.map((line) => quantile(line, 0.995))) / 12) * 12;
  const marks = {
    silent: true,
    symbol: "none",
    lineStyle: { color: p.quiet, type: "dashed", width: 1 },
    label: { color: p.quiet, fontSize: 11, formatter: "{b}" },
    data: [24, 48].map((hour) => ({ name: `${hour} h`, xAxis: hour })),
  };
  return {
    legend: legend({ top: 0, left: 0 }),
    grid: { left: 46, right: 20, top: 52 + legendRoom(arms.map((arm) => arm.name)), bottom: 46 },
    xAxis: hourAxis(end),
    yAxis: axis({ type: "value", name: "%", min: 0, max: 100 }),
    tooltip: {
      trigger: "axis",
      formatter: (items: { axisValue: number }[]) => {
        const hour = Math.round(Number(items[0]?.axisValue ?? 0) * 4) / 4;
        return tip(`${numberText(hour)} h`, lines.map((line, i): [string, string] => [arms[i].name, percentText(shareAt(line, hour))]), lines.map((_, i) => series(i)));
      },
    },
    series: lines.map((line, i) => ({
      name: arms[i].name,
      type: "line",
      showSymbol: false,
      lineStyle: { width: 2, color: series(i), type: (["solid", "dashed", "dotted"] as const)[Math.floor(i / 4) % 3] },
      itemStyle: { color: series(i) },
      data: cut(thinned(line), end).map(([x, y]) => [x, 100 * y]),
      markLine: i === 0 ? marks : undefined,
    })),
  };
}

export function armDeliverySection(experiment: Experiment): HTMLElement {
  const arms = experiment.arms.filter((arm) => cumulative(arm.delivery.to, arm.delivery.orders).length > 0);
  if (arms.length === 0) return section("armdelivery", t("armdelivery.title"), undefined, el("p", { class: "empty" }, t("empty.arms_delivery")));
  const lines = arms.map((arm) => cumulative(arm.delivery.to, arm.delivery.orders));
  const box = chartBox({ id: "armdelivery", title: t("armdelivery.caption"), unit: t("armdelivery.unit"), height: 360 });
  box.show(deliveryOption(arms, lines));
  return section("armdelivery", t("armdelivery.title"), undefined, box.element);
}

/** Units sent in the run on each lane, coloured by the use of the sending site; on one scale for all arms. */
function armPicture(arm: Arm, fullFlow: number): Picture {
  const { network, flows } = arm;
  const orders = new Float64Array(network.markets.length);
  network.lanes.forEach((lane, i) => {
    if (lane.toMarket < orders.length) orders[lane.toMarket] += flows.laneUnits[i];
  });
  const sent = (site: number) => network.lanes.reduce((total, lane, i) => total + (lane.from === site ? flows.laneUnits[i] : 0), 0);
  const units = (value: number): [string, string] => [t("map.tip.units_run"), `${numberText(value)} ${unitName("units")}`];
  return {
    flow: flows.laneUnits,
    fullFlow,
    stress: siteStress(network, flows.stageUse),
    orders,
    fullOrders: orders.reduce((a, b) => Math.max(a, b), 0),
    lanes: "all",
    site: (site) => [
      [t("map.tip.kind"), kindName(network.sites[site].kind)],
      units(sent(site)),
      ...network.stages.flatMap((stage, i): [string, string][] =>
        stage.site === site && Number.isFinite(flows.stageUse[i]) ? [[t("map.tip.use", { stage: stageName(stage.name) }), percentText(flows.stageUse[i], 0)]] : [],
      ),
    ],
    market: (market) => [units(orders[market])],
    centre: () => [[t("map.tip.kind"), kindName("return_centre")]],
    lane: (lane) => [units(flows.laneUnits[lane]), ...laneFacts(network.lanes[lane].mode, network.lanes[lane].distance, network.lanes[lane].transit)],
  };
}

export function armMapsSection(experiment: Experiment): HTMLElement {
  const arms = experiment.arms.filter(hasPlaces);
  if (arms.length === 0) return section("armmap", t("armmap.title"), undefined, el("p", { class: "empty" }, t("empty.arms_map")));
  const full = Math.max(0, ...arms.map((arm) => arm.flows.laneUnits.reduce((a, b) => Math.max(a, b), 0)));
  const maps = arms.map((arm) =>
    el("figure", { class: "card" }, el("figcaption", {}, arm.name), new NetworkMap(arm.id, arm.network, armPicture(arm, full), 340).element),
  );
  const kinds = [...new Set(arms.flatMap((arm) => arm.network.sites.map((site) => site.kind)))];
  const legendBox = mapLegend(kinds, full, "map.legend_width_run", "map.use_classes", arms.some((arm) => arm.network.centres.length > 0));
  return section("armmap", t("armmap.title"), t("armmap.lead"), el("div", { class: arms.length % 3 === 0 ? "maps three" : "maps" }, ...maps), legendBox);
}

export function armScenarios(experiment: Experiment): HTMLElement {
  const texts = experiment.arms.filter((arm) => arm.scenario).map((arm) =>
    toggle(t("arm.scenario", { arm: arm.name }), t("page.hide"), () => el("pre", { class: "scenario", tabindex: 0 }, arm.scenario)),
  );
  return section("scenarios", t("arm.scenarios"), undefined, ...texts);
}
