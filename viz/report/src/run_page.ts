import type { Run } from "./data/run";
import { aboutSection } from "./sections/about";
import { capacitySection } from "./sections/capacity_section";
import { costSection } from "./sections/cost_section";
import { deliverySection } from "./sections/delivery_section";
import { headlineSection } from "./sections/headline";
import { mapSection, type MapState } from "./sections/map_section";
import { seriesSection } from "./sections/series_section";
import { stockSection } from "./sections/stock_section";

/** The sections of one run, in the order in which a board reads them. */
export function runSections(run: Run, state: MapState): (() => HTMLElement)[] {
  return [
    () => headlineSection(run),
    () => aboutSection(run),
    () => mapSection(run, state),
    () => seriesSection(run),
    () => stockSection(run),
    () => capacitySection(run),
    () => costSection(run),
    () => deliverySection(run),
  ];
}
