import { baselineOf, figureIndex, type Arm, type Bound, type ConstraintState, type Estimate, type Experiment } from "../data/experiment";
import { decimalsFor, decimalText, shownFactor } from "../numbers/compare";
import { numberText } from "../numbers/format";
import { figureInSentence, t, textOr, unitName } from "./text";

export function confidenceText(confidence: number): string {
  return `${+(100 * confidence).toFixed(2)} %`;
}

/** The customers of all arms: the same only where every arm is known to have those of the baseline. */
export function customersText(experiment: Experiment): string {
  if (experiment.randomNumbers !== "common") return t("verdict.independent");
  const areSame = experiment.arms.every((arm) => arm.isBaseline || arm.demand === "same");
  return t(areSame ? "verdict.common" : "verdict.same_numbers");
}

/** What is to be said of the customers of one arm; "" if nothing. */
export function demandText(arm: Arm): string {
  if (arm.demand === "other") return t("verdict.demand_other");
  return arm.demand === "unexpected" ? t("verdict.demand_unexpected") : "";
}

export function forestLead(experiment: Experiment): string {
  const confidence = confidenceText(experiment.confidenceOfDifferences);
  return t(experiment.randomNumbers === "common" ? "forest.lead" : "forest.lead_independent", { confidence });
}

/** `低 5.90 至 6.34`; where zero lies within, `低 0.30 至高 0.20`. `text`: of a size. */
function intervalText(low: number, high: number, text: (value: number) => string): string {
  const [lower, higher] = [t("verdict.lower_by"), t("verdict.higher_by")];
  const to = t("verdict.sentence.to");
  if (low < 0 && high > 0) return `${lower} ${text(low)} ${to}${higher} ${text(high)}`;
  return low < 0 ? `${lower} ${text(high)} ${to} ${text(low)}` : `${higher} ${text(low)} ${to} ${text(high)}`;
}

function differenceSentence(experiment: Experiment, arm: Arm, estimate: Estimate, unit: string): string {
  const names = { arm: arm.name, baseline: baselineOf(experiment).name, figure: figureInSentence(experiment.decidedBy), n: estimate.replications };
  if (estimate.low === 0 && estimate.high === 0) return t("verdict.sentence.same", names);
  const factor = shownFactor(unit);
  const half = (factor * (estimate.high - estimate.low)) / 2;
  const text = (value: number) => (half >= 1e-6 ? decimalText(Math.abs(value) * factor, decimalsFor(half)) : numberText(Math.abs(value) * factor));
  return t("verdict.sentence.difference", {
    ...names,
    direction: t(estimate.difference < 0 ? "verdict.lower_by" : "verdict.higher_by"),
    size: text(estimate.difference),
    unit: unit === "1" ? t("verdict.sentence.points") : unitName(unit),
    confidence: confidenceText(experiment.confidenceOfDifferences),
    interval: intervalText(estimate.low, estimate.high, text),
  });
}

function boundText(bound: Bound, unit: string): string {
  const value = +(bound.value * shownFactor(unit)).toPrecision(9);
  return `${Math.abs(value) < 1000 ? value : numberText(value)} ${unitName(unit)}`;
}

/** A bound that the arm or the baseline is not shown to keep. */
function boundSentence(experiment: Experiment, arm: Arm, bound: Bound, found: { arm: ConstraintState; baseline: ConstraintState }): string {
  if (found.arm === "met" && found.baseline === "met") return "";
  const state = (value: ConstraintState) => t(`verdict.sentence.${value}`);
  const each = `${arm.name}${state(found.arm)}，${baselineOf(experiment).name}${state(found.baseline)}`;
  return t("verdict.sentence.bound", {
    figure: figureInSentence(bound.figure),
    kind: t(`verdict.sentence.${bound.kind}`),
    bound: boundText(bound, experiment.figures[figureIndex(experiment, bound.figure)]?.unit ?? ""),
    findings: found.arm === found.baseline ? t("verdict.sentence.both") + state(found.arm) : each,
  });
}

/** The program's verdict in Chinese, from its numbers. */
export function chineseVerdict(experiment: Experiment, arm: Arm, estimate: Estimate | undefined, unit: string): string {
  const outcome = `verdict.sentence.${arm.outcome}`;
  const first = textOr(outcome, "") ? t(outcome, { arm: arm.name, baseline: baselineOf(experiment).name }) : arm.verdict;
  if (!estimate || !Number.isFinite(estimate.low)) return first;
  const isSame = estimate.low === 0 && estimate.high === 0;
  const bounds = arm.bounds.map((found, i) => found && boundSentence(experiment, arm, experiment.bounds[i], found));
  return [isSame ? "" : first, differenceSentence(experiment, arm, estimate, unit), ...bounds].filter(Boolean).join("");
}
