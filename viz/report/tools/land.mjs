// Coastlines of Natural Earth 1:50m (package world-atlas) as one short text: rings separated by blanks, each a run of
// differences of (longitude, latitude) on a grid of 0.02 degrees, zigzag-coded in base 64 with five bits a letter.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";

export const GRID = 0.02;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LEAST_POINTS = 4;

function letters(number) {
  let rest = number < 0 ? -2 * number - 1 : 2 * number;
  let text = "";
  do {
    const five = rest & 31;
    rest >>>= 5;
    text += LETTERS[rest ? five | 32 : five];
  } while (rest);
  return text;
}

function packRing(ring) {
  let [x, y] = [0, 0];
  let [text, points] = ["", 0];
  for (const [lon, lat] of ring) {
    const [nextX, nextY] = [Math.round(lon / GRID), Math.round(lat / GRID)];
    if (points > 0 && nextX === x && nextY === y) continue;
    text += letters(nextX - x) + letters(nextY - y);
    [x, y] = [nextX, nextY];
    ++points;
  }
  return points >= LEAST_POINTS ? text : "";
}

export function packLand() {
  const file = createRequire(import.meta.url).resolve("world-atlas/land-50m.json");
  const atlas = JSON.parse(readFileSync(file, "utf8"));
  const found = feature(atlas, atlas.objects.land);
  const shapes = found.type === "FeatureCollection" ? found.features.map((f) => f.geometry) : [found.geometry];
  const polygons = shapes.flatMap((g) => (g.type === "MultiPolygon" ? g.coordinates : [g.coordinates]));
  return polygons.flat().map(packRing).filter(Boolean).join(" ");
}
