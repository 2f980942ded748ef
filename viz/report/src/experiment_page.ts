import type { Experiment } from "./data/experiment";
import { armCostSection, armDeliverySection, armMapsSection, armScenarios } from "./sections/arm_charts";
import { armsSection } from "./sections/arms_section";
import { forestSection } from "./sections/forest_section";
import { tradeSection } from "./sections/trade_section";
import { verdictSection } from "./sections/verdict_section";

/** The sections of an experiment: the answer first, then what it rests on. */
export function experimentSections(experiment: Experiment): (() => HTMLElement)[] {
  return [
    verdictSection,
    armsSection,
    forestSection,
    tradeSection,
    armCostSection,
    armDeliverySection,
    armMapsSection,
    armScenarios,
  ].map((make) => () => make(experiment));
}
