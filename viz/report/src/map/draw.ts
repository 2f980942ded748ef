import { NONE, type Network } from "../data/types";
import { FONT, kindStyle, palette, stressColor, type Shape } from "../ui/palette";
import { boxOf, project, toScreen, type Size, type View } from "./projection";
import { landRings, ringsIn, type Ring } from "./land";
import { lineWidth, marketRadius, type Picture } from "./picture";

/** Projected places of a network, made once. */
export interface Places {
  sites: [number, number][];
  markets: [number, number][];
  centres: [number, number][];
  ends: ([[number, number], [number, number]] | undefined)[];
  land: Path2D;
  /** Rows of sites in the order in which they are drawn: the last kinds of the chain first, so that hubs lie on top. */
  order: number[];
}

function landPath(rings: Ring[]): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = project(ring[i], ring[i + 1]);
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    path.closePath();
  }
  return path;
}

/** Land within three screens of the network is kept; further away nobody looks. */
export function placesOf(network: Network, start: View, size: Size): Places {
  const sites = network.sites.map((p) => project(p.lon, p.lat));
  const markets = network.markets.map((p) => project(p.lon, p.lat));
  const centres = network.centres.map((p) => project(p.lon, p.lat));
  const ends = network.lanes.map((lane): [[number, number], [number, number]] | undefined => {
    const to = lane.toSite !== NONE ? sites[lane.toSite] : markets[lane.toMarket];
    const from = sites[lane.from];
    return from && to && [...from, ...to].every(Number.isFinite) ? [from, to] : undefined;
  });
  const wide = boxOf({ ...start, scale: start.scale / 4 }, { width: size.width, height: Math.max(size.height, size.width) });
  const order = network.sites.map((_, i) => i).sort((a, b) => kindStyle(network.sites[a].kind).size - kindStyle(network.sites[b].kind).size);
  return { sites, markets, centres, ends, land: landPath(ringsIn(landRings(), wide)), order };
}

export interface Scene {
  network: Network;
  places: Places;
  view: View;
  size: Size;
  picture: Picture;
  /** 0 … 1: how far the dashes of moving goods have come; undefined when nothing moves. */
  motion?: number;
  zoom: number;
}

function drawLand(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { view, size, places } = scene;
  const p = palette();
  ctx.fillStyle = p.water;
  ctx.fillRect(0, 0, size.width, size.height);
  ctx.save();
  ctx.translate(size.width / 2, size.height / 2);
  ctx.scale(view.scale, view.scale);
  ctx.translate(-view.x, -view.y);
  ctx.fillStyle = p.land;
  ctx.fill(places.land, "evenodd");
  ctx.strokeStyle = p.coast;
  ctx.lineWidth = 0.8 / view.scale;
  ctx.lineJoin = "round";
  ctx.stroke(places.land);
  ctx.restore();
}

/** The bend of a lane between sites: goods there and back do not lie on each other. */
export function bend(a: [number, number], b: [number, number]): [number, number] {
  return [(a[0] + b[0]) / 2 - 0.12 * (b[1] - a[1]), (a[1] + b[1]) / 2 + 0.12 * (b[0] - a[0])];
}

/** Lines grow a little when the map comes closer. */
export function closeUp(zoom: number): number {
  return Math.max(1, Math.min(2.2, zoom ** 0.4));
}

function drawLane(ctx: CanvasRenderingContext2D, scene: Scene, row: number, trunk: boolean): void {
  const ends = scene.places.ends[row];
  const width = lineWidth(scene.picture.flow[row], scene.picture.fullFlow) * closeUp(scene.zoom);
  if (!ends || width === 0) return;
  const [a, b] = ends.map((point) => toScreen(scene.view, scene.size, point));
  ctx.strokeStyle = stressColor(scene.picture.stress[scene.network.lanes[row].from]);
  ctx.lineWidth = width;
  ctx.globalAlpha = trunk ? 0.85 : Math.min(0.8, 0.4 * closeUp(scene.zoom));
  ctx.beginPath();
  ctx.moveTo(a[0], a[1]);
  if (trunk) ctx.quadraticCurveTo(...bend(a, b), b[0], b[1]);
  else ctx.lineTo(b[0], b[1]);
  ctx.stroke();
  if (trunk && scene.motion !== undefined && width > 1) {
    ctx.globalAlpha = 0.8;
    ctx.strokeStyle = palette().card;
    ctx.lineWidth = Math.min(2.5, width * 0.4);
    ctx.setLineDash([3, 15]);
    ctx.lineDashOffset = -18 * scene.motion;
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

function drawLanes(ctx: CanvasRenderingContext2D, scene: Scene): void {
  if (scene.picture.lanes === "none") return;
  ctx.lineCap = "round";
  const rows = scene.network.lanes.map((_, i) => i);
  const isTrunk = (row: number) => scene.network.lanes[row].toSite !== NONE;
  if (scene.picture.lanes === "all") for (const row of rows) if (!isTrunk(row)) drawLane(ctx, scene, row, false);
  for (const row of rows) if (isTrunk(row)) drawLane(ctx, scene, row, true);
  ctx.globalAlpha = 1;
}

/** Where a return centre is drawn: below its place if a site is there, so that neither hides the other. */
export function centreAt(scene: Scene, row: number): [number, number] {
  const at = toScreen(scene.view, scene.size, scene.places.centres[row]);
  const isTaken = scene.places.sites.some((place) => {
    const site = toScreen(scene.view, scene.size, place);
    return Math.hypot(site[0] - at[0], site[1] - at[1]) < 14;
  });
  return isTaken ? [at[0], at[1] + 19] : at;
}

/** From markets to their return centre, and from there to the site that sells the goods again. They have no width: flows of returns are in the tooltip. */
function drawReturnLinks(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { network, places, picture, view, size } = scene;
  if (picture.lanes === "none" || network.centres.length === 0) return;
  const screen = (place: [number, number] | undefined) => place && toScreen(view, size, place);
  const lines: [[number, number] | undefined, [number, number]][] = network.centres.map((centre, row) => [screen(places.sites[centre.site]), centreAt(scene, row)]);
  if (picture.lanes === "all") for (const link of network.returnLinks) lines.push([screen(places.markets[link.market]), centreAt(scene, link.centre)]);
  ctx.strokeStyle = kindStyle("return_centre").color;
  ctx.lineWidth = 1.1;
  ctx.globalAlpha = 0.65;
  ctx.setLineDash([2, 4]);
  for (const [a, b] of lines) {
    if (!a || !Number.isFinite(a[0] + b[0])) continue;
    ctx.beginPath();
    ctx.moveTo(a[0], a[1]);
    ctx.quadraticCurveTo(...bend(a, b), b[0], b[1]);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function drawCentres(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const style = kindStyle("return_centre");
  scene.network.centres.forEach((_, row) => {
    const [x, y] = centreAt(scene, row);
    if (!Number.isFinite(x)) return;
    markPath(ctx, style.shape, x, y, style.size);
    ctx.fillStyle = style.color;
    ctx.fill();
    ctx.strokeStyle = palette().land;
    ctx.lineWidth = 1.2;
    ctx.stroke();
  });
}

function drawMarkets(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { view, size, places, picture } = scene;
  ctx.fillStyle = palette().market;
  ctx.strokeStyle = palette().land;
  ctx.lineWidth = 0.7;
  places.markets.forEach((place, i) => {
    const [x, y] = toScreen(view, size, place);
    ctx.globalAlpha = 0.7;
    ctx.beginPath();
    ctx.arc(x, y, marketRadius(picture.orders[i], picture.fullOrders), 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  });
  ctx.globalAlpha = 1;
}

/** Traces a mark around (x, y). */
export function markPath(ctx: CanvasRenderingContext2D, shape: Shape, x: number, y: number, r: number): void {
  ctx.beginPath();
  if (shape === "circle") {
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  if (shape === "cross") {
    const w = r / 2.6;
    const outline = [[-w, -r], [w, -r], [w, -w], [r, -w], [r, w], [w, w], [w, r], [-w, r], [-w, w], [-r, w], [-r, -w], [-w, -w]];
    outline.forEach(([dx, dy], i) => (i ? ctx.lineTo(x + dx, y + dy) : ctx.moveTo(x + dx, y + dy)));
    ctx.closePath();
    return;
  }
  const corners = { square: 4, triangle: 3, diamond: 4, hexagon: 6 }[shape];
  const turn = { square: Math.PI / 4, triangle: -Math.PI / 2, diamond: 0, hexagon: Math.PI / 6 }[shape];
  const reach = shape === "square" ? r * 1.2 : shape === "triangle" ? r * 1.25 : r * 1.1;
  for (let i = 0; i < corners; ++i) {
    const angle = turn + (2 * Math.PI * i) / corners;
    const [px, py] = [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
    if (i) ctx.lineTo(px, py);
    else ctx.moveTo(px, py);
  }
  ctx.closePath();
}

function drawSites(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const crowd = scene.network.sites.length > 60 && scene.size.width < 600 ? 0.75 : 1;
  for (const row of scene.places.order) {
    const style = kindStyle(scene.network.sites[row].kind);
    const [x, y] = toScreen(scene.view, scene.size, scene.places.sites[row]);
    if (!Number.isFinite(x)) continue;
    markPath(ctx, style.shape, x, y, style.size * crowd);
    ctx.fillStyle = style.color;
    ctx.fill();
    ctx.strokeStyle = palette().land;
    ctx.lineWidth = 1.2;
    ctx.stroke();
  }
}

interface Label {
  text: string;
  at: [number, number];
  gap: number;
  strong: boolean;
}

function labelsOf(scene: Scene): Label[] {
  const { network, places, zoom } = scene;
  const labels: Label[] = [];
  for (const row of [...places.order].reverse()) {
    const style = kindStyle(network.sites[row].kind);
    if (style.size < 6 && zoom < 3 && network.sites.length > 30) continue;
    labels.push({ text: network.sites[row].name, at: toScreen(scene.view, scene.size, places.sites[row]), gap: style.size + 4, strong: true });
  }
  network.centres.forEach((centre, row) => labels.push({ text: centre.name, at: centreAt(scene, row), gap: 12, strong: true }));
  if (network.markets.length > 15 && zoom < 3) return labels;
  const busiest = network.markets.map((_, i) => i).sort((a, b) => scene.picture.orders[b] - scene.picture.orders[a]);
  for (const row of busiest.slice(0, 60)) {
    labels.push({ text: network.markets[row].name, at: toScreen(scene.view, scene.size, places.markets[row]), gap: 9, strong: false });
  }
  return labels;
}

/** Names, the most important first; a name that would lie on another one is left out. */
function drawLabels(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const p = palette();
  const taken: [number, number, number, number][] = [];
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const { text, at, gap, strong } of labelsOf(scene)) {
    ctx.font = `${strong ? "600 11px" : "10.5px"} ${FONT}`;
    const width = ctx.measureText(text).width;
    const sides = [at[0] + gap, at[0] - gap - width];
    const x = sides.find((left) => {
      const box = [left - 2, at[1] - 8, left + width + 2, at[1] + 8];
      const inside = box[0] > 0 && box[2] < scene.size.width && box[1] > 0 && box[3] < scene.size.height;
      return inside && !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
    });
    if (x === undefined) continue;
    taken.push([x - 2, at[1] - 8, x + width + 2, at[1] + 8]);
    ctx.strokeStyle = p.land;
    ctx.lineWidth = 3;
    ctx.globalAlpha = 0.9;
    ctx.strokeText(text, x, at[1]);
    ctx.globalAlpha = 1;
    ctx.fillStyle = strong ? p.ink : p.quiet;
    ctx.fillText(text, x, at[1]);
  }
}

export function drawScene(ctx: CanvasRenderingContext2D, scene: Scene): void {
  drawLand(ctx, scene);
  drawLanes(ctx, scene);
  drawReturnLinks(ctx, scene);
  drawMarkets(ctx, scene);
  drawSites(ctx, scene);
  drawCentres(ctx, scene);
  drawLabels(ctx, scene);
}
