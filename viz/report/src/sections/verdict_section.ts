import { baselineOf, figureIndex, type Arm, type Estimate, type Experiment } from "../data/experiment";
import { choiceText } from "../numbers/choice";
import { decimalsFor, decimalText, shownFactor } from "../numbers/compare";
import { figureInSentence, t, textOr, unitName } from "../text/text";
import { currentLanguage } from "../ui/preferences";
import { el, section, type Child } from "../ui/dom";

const SIGNS: Record<string, string> = { better: "✓", worse: "✕", trade_off: "⇄", no_difference_shown: "≈", too_few_replications: "…" };

export function confidenceText(confidence: number): string {
  return `${+(100 * confidence).toFixed(2)} %`;
}

/** Size, interval and direction of a difference in the words of the reader's language. */
function sizes(estimate: Estimate, unit: string) {
  const factor = shownFactor(unit);
  const decimals = decimalsFor((factor * (estimate.high - estimate.low)) / 2);
  const text = (value: number) => decimalText(value * factor, decimals);
  const lower = estimate.difference < 0;
  // "Lower by 2.4 (2.3 to 2.5)": where the whole interval lies on one side of zero, its ends are sizes too.
  const oneSided = estimate.low > 0 || estimate.high < 0;
  const [low, high] = oneSided && lower ? [-estimate.high, -estimate.low] : [estimate.low, estimate.high];
  return {
    direction: t(lower ? "verdict.lower_by" : "verdict.higher_by"),
    size: text(Math.abs(estimate.difference)),
    low: text(low),
    high: text(high),
    unit: unitName(unit),
  };
}

/** The program's verdict in Chinese, from its numbers. */
function chineseVerdict(experiment: Experiment, arm: Arm, estimate: Estimate | undefined, unit: string): string {
  const names = { arm: arm.name, baseline: baselineOf(experiment).name };
  const outcome = textOr(`verdict.sentence.${arm.outcome}`, "");
  const first = outcome ? t(`verdict.sentence.${arm.outcome}`, names) : arm.verdict;
  if (!estimate || !Number.isFinite(estimate.low)) return first;
  const numbers = sizes(estimate, unit);
  const confidence = confidenceText(experiment.confidenceOfDifferences);
  const figure = figureInSentence(experiment.decidedBy);
  return first + t("verdict.sentence.difference", { ...names, ...numbers, figure, confidence, n: estimate.replications });
}

function armCard(experiment: Experiment, arm: Arm, row: number): HTMLElement {
  const figure = figureIndex(experiment, experiment.decidedBy);
  const estimate = experiment.estimates[row][figure];
  const unit = experiment.figures[figure]?.unit ?? "";
  const outcome = arm.isBaseline ? "baseline" : arm.outcome;
  const chinese = currentLanguage() === "zh" && !arm.isBaseline;
  const words: Child[] = [];
  if (!arm.isBaseline) words.push(el("p", { class: "verdict" }, chinese ? chineseVerdict(experiment, arm, estimate, unit) : arm.verdict));
  if (chinese) {
    words.push(el("details", {}, el("summary", {}, t("verdict.as_printed")), el("p", { class: "note", lang: "en" }, arm.verdict)));
  }
  return el(
    "article",
    { class: `card arm ${outcome}` },
    el("p", { class: `outcome ${outcome}` }, `${SIGNS[outcome] ?? "○"} ${textOr(`outcome.${outcome}`, outcome)}`),
    el("h3", {}, arm.name),
    el(
      "p",
      { class: "value" },
      el("span", { class: "number", "data-mean": arm.id }, estimate?.meanText ?? "–"),
      el("span", { class: "unit" }, unitName(unit)),
    ),
    ...words,
  );
}

/** The arm to choose by the means, where the file says so. */
function choice(experiment: Experiment): Child {
  if (!experiment.hasChoice) return undefined;
  const row = experiment.arms.findIndex((arm) => arm.id === experiment.choice);
  if (row < 0) return el("p", { class: "choice" }, t("verdict.no_choice"));
  const figure = figureIndex(experiment, experiment.decidedBy);
  const values = {
    figure: figureInSentence(experiment.decidedBy),
    mean: experiment.estimates[row][figure]?.meanText ?? "–",
    unit: unitName(experiment.figures[figure]?.unit ?? ""),
  };
  const text = t(choiceText(experiment), values);
  return el("p", { class: "choice" }, el("strong", {}, experiment.arms[row].name), " — ", text);
}

export function verdictSection(experiment: Experiment): HTMLElement {
  const most = Math.max(0, ...experiment.estimates.flat().map((estimate) => estimate?.replications ?? 0));
  const lead = t("verdict.decided", {
    figure: figureInSentence(experiment.decidedBy),
    better: t(experiment.better === "higher" ? "verdict.higher" : "verdict.lower"),
    pairs: t(experiment.randomNumbers === "common" ? "verdict.common" : "verdict.independent"),
    replications: most,
  });
  const cards = experiment.arms.map((arm, row) => armCard(experiment, arm, row));
  return section("verdict", t("verdict.title"), lead, choice(experiment), el("div", { class: "arms" }, ...cards));
}


