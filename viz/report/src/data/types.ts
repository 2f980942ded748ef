import type { Start } from "../numbers/time";

/** No row (`missing_value` of row numbers). */
export const NONE = 4294967295;

export interface Figure {
  name: string;
  unit: string;
  text: string;
  meaning: string;
  reason: string;
  value: number;
}

export interface Place {
  id: string;
  name: string;
  lon: number;
  lat: number;
}

export interface Site extends Place {
  kind: string;
}

export interface Market extends Place {
  population: number;
}

export interface Stage {
  name: string;
  site: number;
}

export interface Lane {
  mode: string;
  from: number;
  /** Row of a site or NONE. */
  toSite: number;
  /** Row of a market or NONE. */
  toMarket: number;
  distance: number;
  transit: number;
}

/** A return centre. `site`: row of the site that gets what is sold as new, or NONE. */
export interface Centre extends Place {
  site: number;
}

/** Who sends returns where, by row. */
export interface ReturnLink {
  market: number;
  centre: number;
}

export interface Network {
  sites: Site[];
  markets: Market[];
  stages: Stage[];
  lanes: Lane[];
  centres: Centre[];
  returnLinks: ReturnLink[];
}

/** Means over the run, by row of the network. */
export interface Flows {
  /** Units sent by lane. */
  laneUnits: Float64Array;
  laneCost: Float64Array;
  /** Part of capacity used, by stage; NaN without limit. */
  stageUse: Float64Array;
}

export interface Session {
  title: string;
  /** First broadcast [us]. */
  start: number;
  broadcasts: number;
}

/** Hours that late orders lost in a place. */
export interface LateWait {
  site: string;
  place: string;
  hours: number;
}

export interface Wait {
  site: string;
  place: string;
  hours: number;
  jobs: number;
  mean: number;
  used: number;
}

export interface Use {
  site: string;
  stage: string;
  jobs: number;
  meanWait: number;
  meanWaiting: number;
  used: number;
}

export interface Histogram {
  from: Float64Array;
  to: Float64Array;
  orders: Float64Array;
  /** Delivered orders by promised time; empty where nothing is known of promises. */
  promised: Float64Array;
}

export interface RunFacts {
  file: string;
  name: string;
  title: string;
  start: Start;
  currency: string;
  seed: string;
  replication: string;
  warmUp: number;
  horizon: number;
  digest: string;
  version: string;
  orders: number;
  products: number;
  /** The run was killed: the trace ends before the run does, and what is only known at the end is not in it. */
  isIncomplete: boolean;
  /** Where the trace of an incomplete run ends [us]; NaN if not said. */
  recordedUntil: number;
}
