import { NONE } from "../data/types";
import { kindStyle } from "../ui/palette";
import { bend, centreAt, closeUp, type Scene } from "./draw";
import { lineWidth, marketRadius, type Hit } from "./picture";
import { toScreen } from "./projection";

type Point = [number, number];

/** Distance of a point from a piece of a line. */
export function distanceToPiece(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}

function distanceToBend(p: Point, a: Point, b: Point): number {
  const c = bend(a, b);
  let [least, before] = [Infinity, a];
  for (let i = 1; i <= 12; ++i) {
    const t = i / 12;
    const next: Point = [0, 1].map((k) => (1 - t) ** 2 * a[k] + 2 * t * (1 - t) * c[k] + t * t * b[k]) as Point;
    least = Math.min(least, distanceToPiece(p, before, next));
    before = next;
  }
  return least;
}

function nearest(places: Point[], scene: Scene, p: Point, reach: (row: number) => number): number {
  let [best, least] = [-1, Infinity];
  places.forEach((place, row) => {
    const [x, y] = toScreen(scene.view, scene.size, place);
    const distance = Math.hypot(x - p[0], y - p[1]) - reach(row);
    if (distance < 3 && distance < least) [best, least] = [row, distance];
  });
  return best;
}

function nearestLane(scene: Scene, p: Point): number {
  let [best, least] = [-1, 4];
  if (scene.picture.lanes === "none") return best;
  scene.network.lanes.forEach((lane, row) => {
    const ends = scene.places.ends[row];
    const trunk = lane.toSite !== NONE;
    const width = lineWidth(scene.picture.flow[row], scene.picture.fullFlow) * closeUp(scene.zoom);
    if (!ends || width === 0 || (!trunk && scene.picture.lanes === "trunk")) return;
    const [a, b] = ends.map((end) => toScreen(scene.view, scene.size, end)) as [Point, Point];
    const distance = (trunk ? distanceToBend(p, a, b) : distanceToPiece(p, a, b) + 1) - width / 2;
    if (distance < least) [best, least] = [row, distance];
  });
  return best;
}

function nearestCentre(scene: Scene, p: Point): number {
  const { size } = kindStyle("return_centre");
  return scene.network.centres.findIndex((_, row) => {
    const [x, y] = centreAt(scene, row);
    return Math.hypot(x - p[0], y - p[1]) < size + 3;
  });
}

/** What lies under a point: a site, else a return centre, a market, a lane. */
export function hitAt(scene: Scene, p: Point): Hit | undefined {
  const site = nearest(scene.places.sites, scene, p, (row) => kindStyle(scene.network.sites[row].kind).size);
  if (site >= 0) return { what: "site", row: site };
  const centre = nearestCentre(scene, p);
  if (centre >= 0) return { what: "centre", row: centre };
  const market = nearest(scene.places.markets, scene, p, (row) => marketRadius(scene.picture.orders[row], scene.picture.fullOrders));
  if (market >= 0) return { what: "market", row: market };
  const lane = nearestLane(scene, p);
  return lane >= 0 ? { what: "lane", row: lane } : undefined;
}
