import { currentTheme } from "./preferences";

export const FONT = '-apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif';

/** Colours of charts. The series are those of Okabe and Ito (2008), told apart with every common colour blindness. */

export interface Palette {
  ink: string;
  quiet: string;
  line: string;
  ground: string;
  card: string;
  water: string;
  land: string;
  coast: string;
  accent: string;
  lane: string;
  market: string;
}

const LIGHT: Palette = {
  ink: "#1c2430",
  quiet: "#5c6675",
  line: "#dfe3e8",
  ground: "#f7f7f4",
  card: "#ffffff",
  water: "#eaf0f4",
  land: "#fbfaf6",
  coast: "#b9c3cc",
  accent: "#0b6bab",
  lane: "#b9bcb8",
  market: "#6b7687",
};

const DARK: Palette = {
  ink: "#e8ebef",
  quiet: "#9aa6b4",
  line: "#313a45",
  ground: "#12161b",
  card: "#1a2027",
  water: "#11181f",
  land: "#202830",
  coast: "#43505d",
  accent: "#5cb3ea",
  lane: "#6b7078",
  market: "#aab4c2",
};

export function palette(): Palette {
  return currentTheme() === "dark" ? DARK : LIGHT;
}

const BLUE = "#0072B2";
const SKY = "#56B4E9";
const GREEN = "#009E73";
const ORANGE = "#E69F00";
const ORANGE_STRONG = "#ee7a00";
const VERMILION = "#D55E00";
const PURPLE = "#CC79A7";

/** Series in the order in which they are taken. */
export function series(index: number): string {
  const dark = currentTheme() === "dark";
  const all = [dark ? "#3d9bd9" : BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, dark ? "#c9ced6" : "#4a5361", dark ? "#F0E442" : "#b3a51a"];
  return all[index % all.length];
}

export type Shape = "circle" | "square" | "triangle" | "diamond" | "hexagon" | "cross";

/** Kinds of sites: a colour and a shape, so that neither is needed alone. */
export function kindStyle(kind: string): { color: string; shape: Shape; size: number } {
  const dark = currentTheme() === "dark";
  const styles: Record<string, { color: string; shape: Shape; size: number }> = {
    supplier: { color: dark ? "#b9c0c9" : "#4a5361", shape: "diamond", size: 8 },
    factory: { color: dark ? "#c9ced6" : "#30394a", shape: "square", size: 8 },
    cdc: { color: dark ? "#3d9bd9" : BLUE, shape: "hexagon", size: 9 },
    rdc: { color: GREEN, shape: "triangle", size: 7.5 },
    front: { color: PURPLE, shape: "circle", size: 4 },
    store: { color: dark ? "#F0E442" : "#8f8412", shape: "cross", size: 5 },
    return_centre: { color: VERMILION, shape: "diamond", size: 7.5 },
  };
  return styles[kind] ?? { color: SKY, shape: "circle", size: 6 };
}

/** Where the classes of strain end: parts of the capacity. */
const CLASSES = [0.5, 0.75, 0.9];

/** Colour of a strain in four classes, calm to full; unknown is the plain colour of lanes. */
export function stressColor(stress: number): string {
  if (!Number.isFinite(stress)) return palette().lane;
  return stressColors()[CLASSES.filter((end) => stress >= end).length];
}

export function stressColors(): string[] {
  return currentTheme() === "dark" ? ["#4a90c4", "#d8c06a", ORANGE, "#ff5a2a"] : ["#6fa8d6", "#d9b53c", "#dd8500", "#b83200"];
}

/** Days of work that wait, as a strain: 6 h, 12 h and a day are where the classes end. */
export function backlogStress(days: number): number {
  if (!Number.isFinite(days)) return NaN;
  const classes = [0.25, 0.5, 1].filter((end) => days >= end).length;
  return [0, ...CLASSES][classes];
}

/** Kinds of alerts, least urgent first: carts yellow, orders orange, turnover red; a shape too, so that neither is needed alone. */
export function alertStyle(kind: number): { color: string; symbol: string } {
  const dark = currentTheme() === "dark";
  const styles = [
    { color: dark ? "#F0E442" : "#d1a800", symbol: "circle" },
    { color: ORANGE_STRONG, symbol: "triangle" },
    { color: dark ? "#ff6a50" : "#c22f1a", symbol: "diamond" },
  ];
  return styles[kind] ?? { color: SKY, symbol: "circle" };
}

/** Colours from nothing to full, for heat maps. */
export function heatColors(): string[] {
  return currentTheme() === "dark" ? ["#1a2027", "#57461a", ORANGE, "#ff5a2a"] : ["#fbfaf6", "#f5dd94", "#e69a00", "#a82c00"];
}
