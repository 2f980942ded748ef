import { row } from "../data/grid";
import type { Run } from "../data/run";
import { HOUR_US } from "../numbers/rates";
import { numberText, percentText } from "../numbers/format";
import { kindName, modeName, stageName, t, unitName } from "../text/text";
import { backlogStress } from "../ui/palette";
import { siteStress, type Picture } from "./picture";

/** The frames of a run as pictures. Moment 0 is the whole run, moment k the k-th step between frames. */

export const DAY_US = 24 * HOUR_US;
export type ColorBy = "use" | "backlog";
export type Lanes = "all" | "trunk" | "none";

/** Frames that have a step before them: (from, to] in microseconds, and the row of the frame. */
export interface Moment {
  from: number;
  to: number;
  frame: number;
}

export function momentsOf(times: ArrayLike<number>): Moment[] {
  const moments: Moment[] = [];
  for (let i = 0; i < times.length; ++i) {
    const from = i > 0 ? times[i - 1] : 0;
    if (times[i] > from) moments.push({ from, to: times[i], frame: i });
  }
  return moments;
}

/** Length of what the trace covers [us]: to the last sample, else warm-up and horizon. */
export function duration(run: Run): number {
  const { time } = run.total;
  return time.length > 1 ? time[time.length - 1] : run.facts.warmUp + run.facts.horizon;
}

interface Columns {
  /** Units/day by lane. */
  flow: Float64Array;
  use: ArrayLike<number>;
  /** State or mean by site. */
  site: Record<string, ArrayLike<number>>;
  market: Record<string, ArrayLike<number>>;
  days: number;
}

function scaled(values: ArrayLike<number>, factor: number): Float64Array {
  return Float64Array.from(values, (v) => v * factor);
}

function meanRows(run: Run, table: "siteFrames" | "marketFrames", name: string, flow: boolean): Float64Array {
  const grid = run[table].grids[name];
  const result = new Float64Array(grid.columns);
  for (let i = 0; i < grid.rows; ++i) row(grid, i).forEach((v, k) => (result[k] += v));
  return flow ? result : scaled(result, 1 / Math.max(1, grid.rows));
}

const STATES = ["on_hand", "in_process", "backordered"];
const SITE_FLOWS = ["received", "shipped"];
const MARKET_FLOWS = ["placed", "late"];

function wholeColumns(run: Run): Columns {
  const days = duration(run) / DAY_US;
  const site: Columns["site"] = {};
  for (const name of STATES) site[name] = meanRows(run, "siteFrames", name, false);
  for (const name of SITE_FLOWS) site[name] = meanRows(run, "siteFrames", name, true);
  const market: Columns["market"] = { open: meanRows(run, "marketFrames", "open", false) };
  for (const name of MARKET_FLOWS) market[name] = meanRows(run, "marketFrames", name, true);
  return { flow: scaled(run.flows.laneUnits, 1 / days), use: run.flows.stageUse, site, market, days };
}

function frameColumns(run: Run, moment: Moment): Columns {
  const days = (moment.to - moment.from) / DAY_US;
  const pick = (table: "siteFrames" | "marketFrames", names: string[]) =>
    Object.fromEntries(names.map((name) => [name, row(run[table].grids[name], moment.frame)]));
  return {
    flow: scaled(row(run.laneFrames.grids["units"], moment.frame), 1 / days),
    use: row(run.stageFrames.grids["used"], moment.frame),
    site: pick("siteFrames", [...STATES, ...SITE_FLOWS]),
    market: pick("marketFrames", ["open", ...MARKET_FLOWS]),
    days,
  };
}

/** Days of work that lie at each site: orders there by the orders it ships in a day of the whole run. NaN where it ships none. */
function backlogDays(columns: Columns, whole: Columns): Float64Array {
  return Float64Array.from(columns.site["in_process"], (orders, i) => {
    const perDay = whole.site["shipped"][i] / whole.days;
    return perDay > 0 ? orders / perDay : NaN;
  });
}

/** Makes the pictures of a run. Keeps what does not change from moment to moment. */
export class Moments {
  readonly all: Moment[];
  private readonly whole: Columns;
  private readonly fullFlow: number;
  private readonly fullOrders: number;
  private readonly sentBy: number[][];

  constructor(private readonly run: Run) {
    this.all = momentsOf(run.laneFrames.time);
    this.whole = wholeColumns(run);
    this.fullFlow = this.whole.flow.reduce((a, b) => Math.max(a, b), 0);
    this.fullOrders = scaled(this.whole.market["placed"] ?? [], 1 / this.whole.days).reduce((a, b) => Math.max(a, b), 0);
    this.sentBy = run.network.sites.map(() => []);
    run.network.lanes.forEach((lane, i) => this.sentBy[lane.from]?.push(i));
  }

  /** Flow of the widest line [units/day]. */
  full(): number {
    return this.fullFlow;
  }

  picture(index: number, colorBy: ColorBy, lanes: Lanes): Picture {
    const moment = this.all[index - 1];
    const columns = moment ? frameColumns(this.run, moment) : this.whole;
    const backlog = backlogDays(columns, this.whole);
    return {
      flow: columns.flow,
      fullFlow: this.fullFlow,
      stress: colorBy === "use" ? siteStress(this.run.network, columns.use) : backlog.map(backlogStress),
      orders: scaled(columns.market["placed"] ?? [], 1 / columns.days),
      fullOrders: this.fullOrders,
      lanes,
      site: (site) => this.siteRows(site, columns, backlog[site]),
      market: (market) => this.marketRows(market, columns),
      lane: (lane) => this.laneRows(lane, columns),
      centre: (centre) => this.centreRows(centre),
    };
  }

  private siteRows(site: number, columns: Columns, backlog: number): [string, string][] {
    const perDay = (name: string) => t("map.per_day", { n: numberText(Math.round(columns.site[name][site] / columns.days)) });
    const state = (name: string) => numberText(Math.round(columns.site[name][site]));
    const sent = this.sentBy[site].reduce((total, lane) => total + columns.flow[lane], 0);
    const rows: [string, string][] = [
      [t("map.tip.kind"), kindName(this.run.network.sites[site].kind)],
      [t("map.tip.on_hand"), `${state("on_hand")} ${unitName("units")}`],
      [t("map.tip.sent"), t("map.per_day", { n: `${numberText(Math.round(sent))} ${unitName("units")}` })],
    ];
    if (columns.site["received"][site] > 0 || columns.site["in_process"][site] > 0) {
      rows.push([t("map.tip.received"), perDay("received")], [t("map.tip.shipped"), perDay("shipped")]);
      rows.push([t("map.tip.in_process"), state("in_process")], [t("map.tip.backordered"), state("backordered")]);
      if (Number.isFinite(backlog)) rows.push([t("map.tip.backlog"), `${numberText(Math.round(backlog * 240) / 10)} ${unitName("h")}`]);
    }
    this.run.network.stages.forEach((stage, i) => {
      if (stage.site === site && Number.isFinite(columns.use[i])) {
        rows.push([t("map.tip.use", { stage: stageName(stage.name) }), percentText(columns.use[i], 0)]);
      }
    });
    return rows;
  }

  private marketRows(market: number, columns: Columns): [string, string][] {
    const perDay = (name: string) => t("map.per_day", { n: numberText(Math.round((columns.market[name]?.[market] ?? NaN) / columns.days)) });
    return [
      [t("map.tip.placed"), perDay("placed")],
      [t("map.tip.late"), perDay("late")],
      [t("map.tip.open"), numberText(Math.round(columns.market["open"]?.[market] ?? NaN))],
    ];
  }

  /** Over the horizon, whatever the moment. */
  private centreRows(row: number): [string, string][] {
    const { numbers } = this.run.parts.centres;
    const markets = this.run.network.returnLinks.filter((link) => link.centre === row).length;
    const hours = (name: string) => `${numberText(Math.round((numbers[name]?.[row] ?? NaN) * 10) / 10)} ${unitName("h")}`;
    return [
      [t("map.tip.kind"), kindName("return_centre")],
      [t("map.tip.return_markets"), numberText(markets)],
      [t("map.tip.returns"), `${numberText(numbers["units_received"]?.[row] ?? NaN)} ${unitName("units")}`],
      [t("map.tip.grading"), hours("grading_h")],
      [t("map.tip.refund"), hours("refund_h")],
    ];
  }

  private laneRows(row: number, columns: Columns): [string, string][] {
    const lane = this.run.network.lanes[row];
    const whole = this.run.flows.laneUnits[row];
    return [
      [t("map.tip.units"), t("map.per_day", { n: `${numberText(Math.round(columns.flow[row]))} ${unitName("units")}` })],
      [t("map.tip.units_run"), numberText(whole)],
      ...laneFacts(lane.mode, lane.distance, lane.transit),
    ];
  }
}

export function laneFacts(mode: string, distance: number, transit: number): [string, string][] {
  return [
    [t("map.tip.distance"), `${numberText(Math.round(distance))} ${unitName("km")}`],
    [t("map.tip.transit"), `${numberText(Math.round(transit * 10) / 10)} ${unitName("h")}`],
    [t("map.tip.mode"), modeName(mode)],
  ];
}

/** True if anything can be placed on a map. */
export function hasPlaces(run: { network: Run["network"] }): boolean {
  const placed = (p: { lon: number; lat: number }) => Number.isFinite(p.lon) && Number.isFinite(p.lat);
  return run.network.sites.some(placed) || run.network.markets.some(placed);
}

