import type { Run } from "./data/run";
import { aboutSection } from "./sections/about";
import { capacitySection } from "./sections/capacity_section";
import { costSection } from "./sections/cost_section";
import { deliverySection } from "./sections/delivery_section";
import { headlineSection } from "./sections/headline";
import { mapSection, type MapState } from "./sections/map_section";
import { hasQuality, qualitySection } from "./sections/quality_section";
import { hasReturns, returnsSection } from "./sections/returns_section";
import { seriesSection } from "./sections/series_section";
import { hasSessionParts, sessionsSection } from "./sections/sessions_section";
import { stockSection } from "./sections/stock_section";
import { groupsSection, hasGroups, hasPickup, hasPresale, pickupSection, presaleSection } from "./sections/terms_sections";
import { hasViews, viewsSection } from "./sections/views_section";

type Make = (run: Run) => HTMLElement;

/** Sections that only some runs have. */
const PARTS: Record<string, [(run: Run) => boolean, Make]> = {
  sessions: [hasSessionParts, sessionsSection],
  presale: [hasPresale, presaleSection],
  groups: [hasGroups, groupsSection],
  pickup: [hasPickup, pickupSection],
  views: [hasViews, viewsSection],
  returns: [hasReturns, returnsSection],
  quality: [hasQuality, qualitySection],
};

function partsOf(run: Run, names: string[]): Make[] {
  return names.map((name) => PARTS[name]).filter(([isThere]) => isThere(run)).map(([, make]) => make);
}

/** The sections of one run, in the order in which a board reads them: demand, stock, work, cost, service, what comes back. */
export function runSections(run: Run, state: MapState): (() => HTMLElement)[] {
  const sections: Make[] = [
    headlineSection,
    aboutSection,
    (shown) => mapSection(shown, state),
    seriesSection,
    ...partsOf(run, ["sessions", "presale", "groups", "pickup"]),
    stockSection,
    ...partsOf(run, ["views"]),
    capacitySection,
    costSection,
    deliverySection,
    ...partsOf(run, ["returns", "quality"]),
  ];
  return sections.map((make) => () => make(run));
}
