import { currentTheme } from "./preferences";

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
  lane: "#a5a8a6",
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
};

export function palette(): Palette {
  return currentTheme() === "dark" ? DARK : LIGHT;
}

const BLUE = "#0072B2";
const SKY = "#56B4E9";
const GREEN = "#009E73";
const ORANGE = "#E69F00";
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
  };
  return styles[kind] ?? { color: SKY, shape: "circle", size: 6 };
}

function mix(a: string, b: string, t: number): string {
  const part = (text: string, i: number) => parseInt(text.slice(1 + 2 * i, 3 + 2 * i), 16);
  const rgb = [0, 1, 2].map((i) => Math.round(part(a, i) + (part(b, i) - part(a, i)) * t));
  return `rgb(${rgb.join(",")})`;
}

/** Calm to strained, 0 … 1; unknown is the plain colour of lanes. */
export function stressColor(stress: number): string {
  const calm = palette().lane;
  if (!Number.isFinite(stress)) return calm;
  const t = Math.max(0, Math.min(1, stress));
  const dark = currentTheme() === "dark";
  const stops = dark ? ["#4a90c4", "#d8c06a", ORANGE, "#ff6a3d"] : ["#6fa8d6", "#e3c45a", ORANGE, "#b83200"];
  const step = Math.min(2, Math.floor(3 * t));
  return mix(stops[step], stops[step + 1], 3 * t - step);
}
