import { splice, type TimeSeries } from "../numbers/splice";
import { parseStart } from "../numbers/time";
import { column } from "./grid";
import type { DataFile } from "./hdf";
import { readFlows, readHistogram, readNetwork, readUses } from "./network";
import { readFrames, readParts, readSeries, type Frames, type Parts } from "./parts";
import type { Figure, Flows, Histogram, LateWait, Network, RunFacts, Session, Use, Wait } from "./types";

export interface Run {
  facts: RunFacts;
  scenario: string;
  figures: Figure[];
  waits: Wait[];
  late: LateWait[];
  /** Late orders that `late` rests on. */
  lateOrders: number;
  uses: Use[];
  costs: { account: string; perOrder: number }[];
  kinds: string[];
  channels: string[];
  sessions: Session[];
  network: Network;
  flows: Flows;
  delivery: Histogram;
  total: TimeSeries;
  /** The same with the minutes of peaks in it, and fewer columns. */
  byMinute: TimeSeries;
  byChannel: Frames;
  byKind: Frames;
  siteFrames: Frames;
  stageFrames: Frames;
  laneFrames: Frames;
  marketFrames: Frames;
  parts: Parts;
}

export function readFacts(file: DataFile): RunFacts {
  return {
    file: file.name,
    name: file.attribute("name"),
    title: file.attribute("title") || file.attribute("name"),
    start: parseStart(file.attribute("start")),
    currency: file.attribute("currency"),
    seed: file.attribute("seed"),
    replication: file.attribute("replication"),
    warmUp: file.numberAttribute("warm_up_us") || 0,
    horizon: file.numberAttribute("horizon_us"),
    digest: file.attribute("digest"),
    version: file.attribute("creator_version"),
    orders: file.numberAttribute("orders"),
    products: file.numberAttribute("products"),
    isIncomplete: file.hasAttribute("recorded_until_us") || file.attribute("digest") === "",
    recordedUntil: file.numberAttribute("recorded_until_us"),
  };
}

function readFigures(file: DataFile): Figure[] {
  const text = (name: string) => file.texts(`/report/figures/${name}`);
  const [units, texts, meanings, reasons] = [text("unit"), text("text"), text("meaning"), text("reason")];
  const values = file.numbers("/report/figures/value");
  return text("name").map((name, i) => ({
    name,
    unit: units[i],
    text: texts[i],
    meaning: meanings[i] ?? "",
    reason: reasons[i] ?? "",
    value: values[i],
  }));
}

function readWaits(file: DataFile): Wait[] {
  const numbers = (name: string) => file.numbers(`/report/waits/${name}`);
  const [hours, jobs, mean, used] = [numbers("hours"), numbers("jobs"), numbers("mean_h"), numbers("used")];
  const places = file.texts("/report/waits/place");
  return file
    .texts("/report/waits/site")
    .map((site, i) => ({ site, place: places[i], hours: hours[i], jobs: jobs[i], mean: mean[i], used: used[i] }));
}

function readLate(file: DataFile): LateWait[] {
  const [sites, places] = [file.texts("/report/late_waits/site"), file.texts("/report/late_waits/place")];
  return Array.from(file.numbers("/report/late_waits/hours"), (hours, i) => ({ site: sites[i], place: places[i], hours }));
}

function readSessions(file: DataFile): Session[] {
  const [names, start] = [file.texts("/sessions/name"), file.numbers("/sessions/start")];
  const [hosts, broadcasts] = [file.texts("/sessions/host"), file.numbers("/sessions/broadcasts")];
  return file.texts("/sessions/id").map((id, i) => ({
    title: [hosts[i], names[i] || id].filter(Boolean).join(" · "),
    start: start[i],
    broadcasts: broadcasts[i] || 1,
  }));
}

export function readRun(file: DataFile): Run {
  const network = readNetwork(file, "");
  const uses = readUses(file, "");
  const total = readSeries(file, "/series/total");
  const accounts = file.numbers("/report/costs/per_order");
  return {
    facts: readFacts(file),
    scenario: file.texts("/run/scenario")[0] ?? "",
    figures: readFigures(file),
    waits: readWaits(file),
    late: readLate(file),
    lateOrders: file.numberAttribute("late_orders_in_sample") || 0,
    uses,
    costs: file.texts("/report/costs/account").map((account, i) => ({ account, perOrder: accounts[i] })),
    kinds: file.texts("/report/kinds/kind"),
    channels: file.texts("/network/channels/name"),
    sessions: readSessions(file),
    network,
    flows: readFlows(file, "", network, uses),
    delivery: readHistogram(file, ""),
    total,
    byMinute: splice(total, readSeries(file, "/series/minutes")),
    byChannel: readFrames(file, "/series/channels", ["placed"]),
    byKind: readFrames(file, "/series/kinds", ["on_hand", "stock_value", "in_process", "sent", "cover"]),
    siteFrames: readFrames(file, "/frames/sites", ["on_hand", "in_process", "received", "shipped", "backordered"]),
    stageFrames: readFrames(file, "/frames/stages", ["waiting", "used"]),
    laneFrames: readFrames(file, "/frames/lanes", ["units"]),
    marketFrames: readFrames(file, "/frames/markets", ["placed", "open", "late"]),
    parts: readParts(file),
  };
}

export function entity(frames: Frames, name: string, index: number): Float64Array {
  const grid = frames.grids[name];
  return grid && index < grid.columns ? column(grid, index) : new Float64Array(0);
}
