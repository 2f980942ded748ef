import type { Box } from "./land";

/** Mercator, in degrees: x is the longitude, y grows downwards as on a screen. */
export function project(lon: number, lat: number): [number, number] {
  const held = Math.max(-85, Math.min(85, lat));
  return [lon, (-180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (held * Math.PI) / 360))];
}

/** Latitude of a projected y. */
export function latitude(y: number): number {
  return (Math.atan(Math.exp((-y * Math.PI) / 180)) * 360) / Math.PI - 90;
}

/** What is in sight: projected centre and pixels for each projected degree. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const LEAST_SPAN = 0.8;

/** The view that shows all points with a margin in pixels. Points whose coordinates are not numbers do not count. */
export function fit(points: { lon: number; lat: number }[], size: Size, margin: number): View | undefined {
  const placed = points.filter((p) => Number.isFinite(p.lon) && Number.isFinite(p.lat)).map((p) => project(p.lon, p.lat));
  if (placed.length === 0) return undefined;
  const xs = placed.map(([x]) => x);
  const ys = placed.map(([, y]) => y);
  const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = Math.max(east - west, LEAST_SPAN);
  const height = Math.max(south - north, LEAST_SPAN);
  const room = (length: number) => Math.max(20, length - 2 * margin);
  return { x: (west + east) / 2, y: (north + south) / 2, scale: Math.min(room(size.width) / width, room(size.height) / height) };
}

export function toScreen(view: View, size: Size, [x, y]: [number, number]): [number, number] {
  return [(x - view.x) * view.scale + size.width / 2, (y - view.y) * view.scale + size.height / 2];
}

/** Zooms by a factor and keeps the point under (px, py) where it is. */
export function zoomAt(view: View, size: Size, factor: number, px: number, py: number): View {
  const scale = view.scale * factor;
  const [dx, dy] = [px - size.width / 2, py - size.height / 2];
  return { x: view.x + dx / view.scale - dx / scale, y: view.y + dy / view.scale - dy / scale, scale };
}

/** Geographic box of what is in sight. */
export function boxOf(view: View, size: Size): Box {
  const [dx, dy] = [size.width / 2 / view.scale, size.height / 2 / view.scale];
  return { west: view.x - dx, east: view.x + dx, south: latitude(view.y + dy), north: latitude(view.y - dy) };
}
