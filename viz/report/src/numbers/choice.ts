/** The text that names the arm to choose; of constraints only where there are some. */
export function choiceText(experiment: { better: string; hasConstraints: boolean }): string {
  if (experiment.better === "higher") return experiment.hasConstraints ? "verdict.choice_highest" : "verdict.best_highest";
  return experiment.hasConstraints ? "verdict.choice_lowest" : "verdict.best_lowest";
}
