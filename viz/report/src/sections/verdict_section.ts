import { figureIndex, type Arm, type Experiment } from "../data/experiment";
import { choiceText } from "../numbers/choice";
import { figureInSentence, t, textOr, unitName } from "../text/text";
import { chineseVerdict, customersText, demandText } from "../text/verdict_text";
import { currentLanguage } from "../ui/preferences";
import { el, section, type Child } from "../ui/dom";

const SIGNS: Record<string, string> = { better: "✓", worse: "✕", trade_off: "⇄", no_difference_shown: "≈", too_few: "…" };

function armCard(experiment: Experiment, arm: Arm, row: number): HTMLElement {
  const figure = figureIndex(experiment, experiment.decidedBy);
  const estimate = experiment.estimates[row][figure];
  const unit = experiment.figures[figure]?.unit ?? "";
  const outcome = arm.isBaseline ? "baseline" : arm.outcome;
  const chinese = currentLanguage() === "zh" && !arm.isBaseline;
  const words: Child[] = [];
  if (!arm.isBaseline) words.push(el("p", { class: "verdict" }, chinese ? chineseVerdict(experiment, arm, estimate, unit) : arm.verdict));
  const demand = demandText(arm);
  if (demand) words.push(el("p", { class: `customers ${arm.demand}` }, demand));
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
    pairs: customersText(experiment),
    replications: most,
  });
  const cards = experiment.arms.map((arm, row) => armCard(experiment, arm, row));
  return section("verdict", t("verdict.title"), lead, choice(experiment), el("div", { class: "arms" }, ...cards));
}


