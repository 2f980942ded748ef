import type { DataFile } from "./hdf";
import { readFlows, readHistogram, readNetwork, readUses } from "./network";
import type { Flows, Histogram, Network } from "./types";

/** What the interval of a mean says about a bound. */
export type ConstraintState = "met" | "missed" | "not_shown";

/** A bound of the mean of a figure that an arm must keep to be chosen. `kind`: at_least, at_most. */
export interface Bound {
  figure: string;
  kind: string;
  /** In the unit of the figure. */
  value: number;
}

export interface Arm {
  id: string;
  /** Told apart by the id where another arm has the same name. */
  name: string;
  outcome: string;
  verdict: string;
  /** Customers against the baseline's, order by order: same, other, unexpected; "" where nothing is known. */
  demand: string;
  /** What was found of each bound of the experiment, in the arm and in the baseline. */
  bounds: { arm: ConstraintState; baseline: ConstraintState }[];
  isBaseline: boolean;
  scenario: string;
  network: Network;
  flows: Flows;
  delivery: Histogram;
}

export interface ComparedFigure {
  name: string;
  unit: string;
  meaning: string;
}

/** Mean of one figure in one arm and its difference from the baseline, with their intervals. NaN: undefined. */
export interface Estimate {
  replications: number;
  mean: number;
  meanLow: number;
  meanHigh: number;
  meanText: string;
  difference: number;
  low: number;
  high: number;
  differenceText: string;
}

export interface Experiment {
  id: string;
  title: string;
  version: string;
  decidedBy: string;
  better: string;
  randomNumbers: string;
  confidence: number;
  confidenceOfDifferences: number;
  currency: string;
  /** Id of the arm with the best mean that keeps every constraint; "" if none does. */
  choice: string;
  /** Whether arms had constraints to keep; files that do not say so may have had some. */
  hasConstraints: boolean;
  /** The constraints one by one; empty also in files that do not say them. */
  bounds: Bound[];
  /** Whether the file says anything of a choice. */
  hasChoice: boolean;
  arms: Arm[];
  figures: ComparedFigure[];
  /** By arm, then by figure. */
  estimates: (Estimate | undefined)[][];
  /** Values of each figure over the runs; arm and replication of each run. */
  runs: { arm: Float64Array; replication: Float64Array; values: Map<string, Float64Array> };
}

/** Arms may have the same name: their ids tell them apart. */
export function distinctNames(ids: string[], names: string[]): string[] {
  const shown = ids.map((id, i) => names[i] || id);
  return shown.map((name, i) => (shown.indexOf(name) === shown.lastIndexOf(name) ? name : `${name} (${ids[i]})`));
}

function readBounds(file: DataFile): Bound[] {
  const [kinds, values] = [file.texts("/experiment/constraints/kind"), file.numbers("/experiment/constraints/value")];
  return file.texts("/experiment/constraints/figure").map((figure, i) => ({ figure, kind: kinds[i], value: values[i] }));
}

/** By arm, then by bound. */
function readFindings(file: DataFile, arms: number): Arm["bounds"][] {
  const text = (name: string) => file.texts(`/results/constraints/${name}`) as ConstraintState[];
  const [states, baselines] = [text("arm_state"), text("baseline_state")];
  const constraint = file.numbers("/results/constraints/constraint");
  const found = Array.from({ length: arms }, (): Arm["bounds"] => []);
  file.numbers("/results/constraints/arm").forEach((arm, i) => (found[arm][constraint[i]] = { arm: states[i], baseline: baselines[i] }));
  return found;
}

function readArms(file: DataFile): Arm[] {
  const text = (name: string) => file.texts(`/experiment/arms/${name}`);
  const [ids, outcomes, verdicts, demands] = [text("id"), text("outcome"), text("verdict"), text("demand")];
  const names = distinctNames(ids, text("name"));
  const baseline = file.numbers("/experiment/arms/is_baseline");
  const findings = readFindings(file, ids.length);
  return ids.map((id, i) => {
    const root = `/arms/${id}`;
    const network = readNetwork(file, root);
    return {
      id,
      name: names[i],
      outcome: outcomes[i] ?? "",
      verdict: verdicts[i] ?? "",
      demand: demands[i] ?? "",
      bounds: findings[i],
      isBaseline: baseline[i] === 1,
      scenario: file.texts(`/experiment/scenarios/${id}`)[0] ?? "",
      network,
      flows: readFlows(file, root, network, readUses(file, root)),
      delivery: readHistogram(file, root),
    };
  });
}

function readEstimates(file: DataFile, arms: number, figures: number): (Estimate | undefined)[][] {
  const numbers = (name: string) => file.numbers(`/results/estimates/${name}`);
  const [arm, figure, replications] = [numbers("arm"), numbers("figure"), numbers("replications")];
  const [mean, meanLow, meanHigh] = [numbers("mean"), numbers("mean_low"), numbers("mean_high")];
  const [difference, low, high] = [numbers("difference"), numbers("difference_low"), numbers("difference_high")];
  const [meanText, differenceText] = [file.texts("/results/estimates/mean_text"), file.texts("/results/estimates/difference_text")];
  const table = Array.from({ length: arms }, () => new Array<Estimate | undefined>(figures));
  arm.forEach((a, i) => {
    table[a][figure[i]] = {
      replications: replications[i],
      mean: mean[i],
      meanLow: meanLow[i],
      meanHigh: meanHigh[i],
      meanText: meanText[i] ?? "",
      difference: difference[i],
      low: low[i],
      high: high[i],
      differenceText: differenceText[i] ?? "",
    };
  });
  return table;
}

export function readExperiment(file: DataFile): Experiment {
  const text = (name: string) => file.texts(`/experiment/figures/${name}`);
  const [units, meanings] = [text("unit"), text("meaning")];
  const figures = text("name").map((name, i) => ({ name, unit: units[i], meaning: meanings[i] ?? "" }));
  const arms = readArms(file);
  return {
    id: file.attribute("experiment"),
    title: file.attribute("title") || file.attribute("experiment"),
    version: file.attribute("creator_version"),
    decidedBy: file.attribute("decided_by"),
    better: file.attribute("better"),
    randomNumbers: file.attribute("random_numbers"),
    confidence: file.numberAttribute("confidence"),
    confidenceOfDifferences: file.numberAttribute("confidence_of_differences"),
    currency: file.attribute("currency"),
    choice: file.attribute("choice"),
    hasConstraints: !file.hasAttribute("subject_to") || file.attribute("subject_to") !== "",
    bounds: readBounds(file),
    hasChoice: file.hasAttribute("choice"),
    arms,
    figures,
    estimates: readEstimates(file, arms.length, figures.length),
    runs: {
      arm: file.numbers("/results/runs/arm"),
      replication: file.numbers("/results/runs/replication"),
      values: new Map(figures.map((figure) => [figure.name, file.numbers(`/results/runs/${figure.name}`)])),
    },
  };
}

export function figureIndex(experiment: Experiment, name: string): number {
  return experiment.figures.findIndex((figure) => figure.name === name);
}

export function baselineOf(experiment: Experiment): Arm {
  return experiment.arms.find((arm) => arm.isBaseline) ?? experiment.arms[0];
}
