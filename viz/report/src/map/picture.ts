import type { Network } from "../data/types";

/** What the map shows at one moment, by row of the network's tables. */
export interface Picture {
  /** Flow by lane; 0 or NaN: not drawn. */
  flow: Float64Array;
  /** Flow that is drawn with the full width. */
  fullFlow: number;
  /** Strain of each site, 0 … 1; NaN: unknown. */
  stress: Float64Array;
  /** Orders by market. */
  orders: Float64Array;
  fullOrders: number;
  lanes: "all" | "trunk" | "none";
  site: (row: number) => [string, string][];
  market: (row: number) => [string, string][];
  lane: (row: number) => [string, string][];
  centre: (row: number) => [string, string][];
}

export type Hit = { what: "site" | "market" | "lane" | "centre"; row: number };

export const WIDEST = 9;

/** Pixels of a line: the area of what flows, so that twice as wide is four times as much. */
export function lineWidth(flow: number, full: number): number {
  if (!(flow > 0) || !(full > 0)) return 0;
  return Math.max(0.35, Math.min(1.6 * WIDEST, WIDEST * Math.sqrt(flow / full)));
}

/** Radius of a market in pixels, by area. */
export function marketRadius(orders: number, full: number): number {
  if (!(orders > 0) || !(full > 0)) return 1;
  return 1 + Math.min(9, 6 * Math.sqrt(orders / full));
}

/** The strain of each site: the largest use among its stages. NaN without any. */
export function siteStress(network: Network, stageUse: ArrayLike<number>): Float64Array {
  const stress = new Float64Array(network.sites.length).fill(NaN);
  network.stages.forEach((stage, i) => {
    if (Number.isFinite(stageUse[i]) && !(stress[stage.site] >= stageUse[i])) stress[stage.site] = stageUse[i];
  });
  return stress;
}

/** A round number not above `value`: 1, 2 or 5 times a power of ten, for the legend. */
export function roundBelow(value: number): number {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].map((n) => n * power).find((n) => n <= value) ?? power;
}
