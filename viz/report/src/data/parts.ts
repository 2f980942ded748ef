import type { TimeSeries } from "../numbers/splice";
import type { Grid } from "./grid";
import type { DataFile } from "./hdf";
import type { Histogram } from "./types";

/** A table by its columns; empty if the file has none. */
export interface Table {
  rows: number;
  texts: Record<string, string[]>;
  numbers: Record<string, Float64Array>;
}

/** Grids of one table: the same times and entities in all. */
export interface Frames {
  time: Float64Array;
  grids: Record<string, Grid>;
}

/** What not every run has. What is absent is empty. */
export interface Parts {
  broadcasts: Table;
  hosts: string[];
  alerts: Table;
  absences: Table;
  sessions: Frames;
  /** Deposits, groups and pick-up points of all channels through time. */
  terms: TimeSeries;
  presale: Table;
  groups: Table;
  views: Table;
  centres: Table;
  returnStages: Table;
  returns: Frames;
  routes: Table;
  refunds: Histogram;
  quality: Table;
  grades: Table;
  blackList: Table;
  recalls: Table;
  channelStock: Table;
  funds: Table;
}

/** `texts`: names of the columns that hold texts; all others are numbers. */
export function readTable(file: DataFile, path: string, texts: string[]): Table {
  const table: Table = { rows: 0, texts: {}, numbers: {} };
  for (const name of file.members(path)) {
    if (texts.includes(name)) table.texts[name] = file.texts(`${path}/${name}`);
    else table.numbers[name] = file.numbers(`${path}/${name}`);
  }
  const columns = [...Object.values(table.texts), ...Object.values(table.numbers)];
  table.rows = columns[0]?.length ?? 0;
  return table;
}

export function readSeries(file: DataFile, path: string): TimeSeries {
  const columns: Record<string, Float64Array> = {};
  for (const name of file.members(path)) if (name !== "time") columns[name] = file.numbers(`${path}/${name}`);
  return { time: file.numbers(`${path}/time`), columns };
}

export function readFrames(file: DataFile, path: string, names: string[]): Frames {
  const grids: Record<string, Grid> = {};
  for (const name of names) grids[name] = file.grid(`${path}/${name}`);
  return { time: file.numbers(`${path}/time`), grids };
}

const RETURN_STATES = ["before_grade", "in_repair", "to_shelf", "to_special", "to_outlet", "refunds_open"];

export function readParts(file: DataFile): Parts {
  const refund = (name: string) => file.numbers(`/report/refund_times/${name}`);
  return {
    broadcasts: readTable(file, "/broadcasts", []),
    hosts: file.texts("/hosts/name"),
    alerts: readTable(file, "/alerts", []),
    absences: readTable(file, "/summary/absences", []),
    sessions: readFrames(file, "/series/sessions", ["carts", "orders", "turned_away"]),
    terms: readSeries(file, "/series/terms"),
    presale: readTable(file, "/report/presale", ["channel"]),
    groups: readTable(file, "/report/groups", ["market"]),
    views: readTable(file, "/report/views", ["channel"]),
    centres: readTable(file, "/report/return_centres", ["centre"]),
    returnStages: readTable(file, "/report/return_stages", ["centre", "stage"]),
    returns: readFrames(file, "/series/returns", ["received", "closed", ...RETURN_STATES]),
    routes: readTable(file, "/report/return_routes", ["grade", "route"]),
    refunds: { from: refund("from"), to: refund("to"), orders: refund("refunds"), promised: new Float64Array(0) },
    quality: readTable(file, "/report/quality", ["site"]),
    grades: readTable(file, "/report/grades", ["grade"]),
    blackList: readTable(file, "/report/black_list", ["site"]),
    recalls: readTable(file, "/report/recalls", ["site"]),
    channelStock: readTable(file, "/report/channel_stock", ["channel"]),
    funds: readTable(file, "/report/refund_funds", ["centre"]),
  };
}
