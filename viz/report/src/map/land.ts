import packed from "virtual:land";

/** A closed ring of coordinates [degrees], flat: lon, lat, lon, lat … */
export type Ring = Float64Array;

const GRID = 0.02;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Undoes tools/land.mjs for one ring. */
export function unpackRing(text: string): Ring {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const letter of text) {
    const code = LETTERS.indexOf(letter);
    value |= (code & 31) << shift;
    shift += 5;
    if (code < 32) {
      numbers.push(value & 1 ? -((value + 1) >> 1) : value >> 1);
      [value, shift] = [0, 0];
    }
  }
  const ring = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; ++i) ring[i] = (numbers[i] + (i > 1 ? Math.round(ring[i - 2] / GRID) : 0)) * GRID;
  return ring;
}

let rings: Ring[] | undefined;

export function landRings(): Ring[] {
  rings ??= packed.split(" ").map(unpackRing);
  return rings;
}

export interface Box {
  west: number;
  east: number;
  south: number;
  north: number;
}

/** The rings that touch a box, so that only these are drawn. */
export function ringsIn(all: Ring[], box: Box): Ring[] {
  return all.filter((ring) => {
    let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < ring.length; i += 2) {
      west = Math.min(west, ring[i]);
      east = Math.max(east, ring[i]);
      south = Math.min(south, ring[i + 1]);
      north = Math.max(north, ring[i + 1]);
    }
    return west <= box.east && east >= box.west && south <= box.north && north >= box.south;
  });
}
