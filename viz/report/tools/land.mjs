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

/** A ring that crosses the date line has a jump of 360 degrees in it: without the jump it is drawn once on each side. */
function acrossDateLine(ring) {
  let turn = 0;
  let crosses = false;
  const whole = ring.map(([lon, lat], i) => {
    const step = i > 0 ? lon - ring[i - 1][0] : 0;
    if (Math.abs(step) > 180) {
      turn -= 360 * Math.sign(step);
      crosses = true;
    }
    return [lon + turn, lat];
  });
  return crosses ? [-360, 0, 360].map((shift) => whole.map(([lon, lat]) => [lon + shift, lat])) : [ring];
}

const isInSight = (ring) => ring.some(([lon]) => lon > -180 && lon < 180);

export function packLand() {
  const file = createRequire(import.meta.url).resolve("world-atlas/land-50m.json");
  const atlas = JSON.parse(readFileSync(file, "utf8"));
  const found = feature(atlas, atlas.objects.land);
  const shapes = found.type === "FeatureCollection" ? found.features.map((f) => f.geometry) : [found.geometry];
  const polygons = shapes.flatMap((g) => (g.type === "MultiPolygon" ? g.coordinates : [g.coordinates]));
  return polygons.flat().flatMap(acrossDateLine).filter(isInSight).map(packRing).filter(Boolean).join(" ");
}
