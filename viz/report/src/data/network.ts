import type { DataFile } from "./hdf";
import { NONE, type Centre, type Flows, type Histogram, type Lane, type Market, type Network, type Site, type Stage, type Use } from "./types";

/** Reads `/network` below `root` ("" for a run, "/arms/ID" for an arm). */
export function readNetwork(file: DataFile, root: string): Network {
  const path = (name: string) => `${root}/network/${name}`;
  const place = (table: string) => {
    const [names, lon, lat] = [file.texts(path(`${table}/name`)), file.numbers(path(`${table}/lon`)), file.numbers(path(`${table}/lat`))];
    return file.texts(path(`${table}/id`)).map((id, i) => ({ id, name: names[i] || id, lon: lon[i], lat: lat[i] }));
  };
  const kinds = file.texts(path("sites/kind"));
  const people = file.numbers(path("markets/population"));
  const stageSites = file.numbers(path("stages/site"));
  const [centreSites, linkCentres] = [file.numbers(path("centres/site")), file.numbers(path("return_links/centre"))];
  return {
    sites: place("sites").map((p, i): Site => ({ ...p, kind: kinds[i] })),
    markets: place("markets").map((p, i): Market => ({ ...p, population: people[i] })),
    stages: file.texts(path("stages/name")).map((name, i): Stage => ({ name, site: stageSites[i] })),
    lanes: readLanes(file, path("lanes")),
    centres: place("centres").map((p, i): Centre => ({ ...p, site: centreSites[i] ?? NONE })),
    returnLinks: Array.from(file.numbers(path("return_links/market")), (market, i) => ({ market, centre: linkCentres[i] })),
  };
}

function readLanes(file: DataFile, path: string): Lane[] {
  const numbers = (name: string) => file.numbers(`${path}/${name}`);
  const [from, toSite, toMarket] = [numbers("from"), numbers("to_site"), numbers("to_market")];
  const [distance, transit] = [numbers("distance"), numbers("mean_transit")];
  return file.texts(`${path}/mode`).map((mode, i) => ({
    mode,
    from: from[i],
    toSite: toSite[i],
    toMarket: toMarket[i],
    distance: distance[i],
    transit: transit[i],
  }));
}

export function readUses(file: DataFile, root: string): Use[] {
  const path = `${root}/report/uses`;
  const numbers = (name: string) => file.numbers(`${path}/${name}`);
  const [stages, jobs, wait] = [file.texts(`${path}/stage`), numbers("jobs"), numbers("mean_wait_h")];
  const [waiting, used] = [numbers("mean_waiting"), numbers("used")];
  return file.texts(`${path}/site`).map((site, i) => ({
    site,
    stage: stages[i],
    jobs: jobs[i],
    meanWait: wait[i],
    meanWaiting: waiting[i],
    used: used[i],
  }));
}

/**
 * Uses by row of `/network/stages`, whose order they have; NaN where there is none. Sites may share a name, so a name alone would not do:
 * each use belongs to the first stage of its names after that of the use before.
 */
export function useOfStages(network: Network, uses: Use[]): Float64Array {
  const result = new Float64Array(network.stages.length).fill(NaN);
  let row = 0;
  for (const use of uses) {
    const isIt = (stage: Stage) => stage.name === use.stage && [network.sites[stage.site]?.name, network.sites[stage.site]?.id].includes(use.site);
    while (row < result.length && !isIt(network.stages[row])) ++row;
    if (row < result.length) result[row++] = use.used;
  }
  return result;
}

export function readFlows(file: DataFile, root: string, network: Network, uses: Use[]): Flows {
  const lane = file.numbers(`${root}/summary/lanes/lane`);
  const spread = (values: Float64Array) => {
    const result = new Float64Array(network.lanes.length);
    lane.forEach((index, i) => {
      if (index < result.length && i < values.length) result[index] += values[i];
    });
    return result;
  };
  return {
    laneUnits: spread(file.numbers(`${root}/summary/lanes/units_sent`)),
    laneCost: spread(file.numbers(`${root}/summary/lanes/cost`)),
    stageUse: useOfStages(network, uses),
  };
}

export function readHistogram(file: DataFile, root: string): Histogram {
  const numbers = (name: string) => file.numbers(`${root}/summary/delivery_time/${name}`);
  return { from: numbers("from"), to: numbers("to"), orders: numbers("orders"), promised: numbers("promised") };
}
