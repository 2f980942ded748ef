import type { Network } from "../data/types";
import { el } from "../ui/dom";
import { modeName, t } from "../text/text";
import { drawScene, placesOf, type Places, type Scene } from "./draw";
import { hitAt } from "./hit";
import type { Hit, Picture } from "./picture";
import { fit, zoomAt, type Size, type View } from "./projection";

const MARGIN = 42;
const MOST_ZOOM = 60;
const LEAST_ZOOM = 0.4;

/** All maps on the page, by id: for tests. */
export const maps = new Map<string, NetworkMap>();

/** A map on a canvas with zoom, pan and tooltips. It draws the picture it was given last. */
export class NetworkMap {
  readonly element: HTMLElement;
  private readonly canvas = el("canvas", { tabindex: 0, role: "img" });
  private readonly tooltip = el("div", { class: "map-tip", role: "status", hidden: true });
  private readonly size: Size = { width: 0, height: 0 };
  private view: View | undefined;
  private home: View | undefined;
  private places: Places | undefined;
  private readonly pointers = new Map<number, [number, number]>();
  private motion: number | undefined;
  private asked = false;

  constructor(
    readonly id: string,
    private readonly network: Network,
    private current: Picture,
    height: number,
  ) {
    const { sites, markets, lanes } = network;
    this.canvas.setAttribute("aria-label", t("map.aria", { sites: sites.length, markets: markets.length, lanes: lanes.length }) + " " + t("map.help"));
    const button = (label: string, sign: string, act: () => void) =>
      el("button", { type: "button", title: label, "aria-label": label, click: act }, sign);
    const buttons = el(
      "div",
      { class: "map-buttons" },
      button(t("map.zoom_in"), "+", () => this.zoom(1.6)),
      button(t("map.zoom_out"), "−", () => this.zoom(1 / 1.6)),
      button(t("map.fit"), "⤢", () => this.goHome()),
    );
    this.element = el("div", { class: "map", id: `map-${id}` }, this.canvas, buttons, this.tooltip);
    this.element.style.height = `${height}px`;
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.element);
    maps.set(id, this);
  }

  /** Shows another moment. `motion` moves the dashes of the lanes while the map plays. */
  show(picture: Picture, motion?: number): void {
    this.current = picture;
    this.motion = motion;
    this.ask();
  }

  picture(): Picture {
    return this.current;
  }

  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || (width === this.size.width && height === this.size.height)) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    [this.size.width, this.size.height] = [width, height];
    [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const few = this.network.sites.length + this.network.markets.length < 10;
    this.home = fit([...this.network.sites, ...this.network.markets, ...this.network.centres], this.size, Math.min(MARGIN, width / 10) + width * (few ? 0.06 : 0));
    this.view = this.home;
    this.places = this.home && placesOf(this.network, this.home, this.size);
    this.draw();
  }

  private scene(): Scene | undefined {
    if (!this.view || !this.places || !this.home) return undefined;
    const { network, places, view, size, motion } = this;
    return { network, places, view, size, picture: this.current, motion, zoom: view.scale / this.home.scale };
  }

  private draw(): void {
    const scene = this.scene();
    const ctx = this.canvas.getContext("2d");
    if (!scene || !ctx) return;
    const ratio = this.canvas.width / this.size.width;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawScene(ctx, scene);
  }

  private zoom(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    if (!this.view || !this.home) return;
    const times = this.view.scale / this.home.scale;
    const held = Math.max(LEAST_ZOOM / times, Math.min(MOST_ZOOM / times, factor));
    this.view = zoomAt(this.view, this.size, held, x, y);
    this.ask();
  }

  private move(dx: number, dy: number): void {
    if (!this.view) return;
    this.view = { ...this.view, x: this.view.x - dx / this.view.scale, y: this.view.y - dy / this.view.scale };
    this.ask();
  }

  private goHome(): void {
    this.view = this.home;
    this.ask();
  }

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      this.pointers.set(event.pointerId, this.point(event));
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => this.onMove(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      canvas.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    }
    canvas.addEventListener("pointerleave", () => (this.tooltip.hidden = true));
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    canvas.addEventListener("dblclick", (event) => this.zoom(2, ...this.point(event)));
  }

  private point(event: MouseEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private onMove(event: PointerEvent): void {
    const point = this.point(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.tell(point);
      return;
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const distance = (p: [number, number]) => Math.max(10, Math.hypot(p[0] - other[0], p[1] - other[1]));
      this.zoom(distance(point) / distance(before), (point[0] + other[0]) / 2, (point[1] + other[1]) / 2);
    } else {
      this.move(point[0] - before[0], point[1] - before[1]);
    }
    this.pointers.set(event.pointerId, point);
    this.tooltip.hidden = true;
  }

  private onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * 0.004), ...this.point(event));
  }

  private onKey(event: KeyboardEvent): void {
    const step = 60;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => this.move(step, 0),
      ArrowRight: () => this.move(-step, 0),
      ArrowUp: () => this.move(0, step),
      ArrowDown: () => this.move(0, -step),
      "+": () => this.zoom(1.6),
      "=": () => this.zoom(1.6),
      "-": () => this.zoom(1 / 1.6),
      "0": () => this.goHome(),
    };
    const act = moves[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  private headOf(hit: Hit): string {
    const { sites, markets, lanes, centres } = this.network;
    if (hit.what === "centre") return centres[hit.row].name;
    if (hit.what === "site") return sites[hit.row].name;
    if (hit.what === "market") return markets[hit.row].name;
    const lane = lanes[hit.row];
    const to = sites[lane.toSite] ?? markets[lane.toMarket];
    return `${sites[lane.from]?.name} → ${to?.name} (${modeName(lane.mode)})`;
  }

  private tell(point: [number, number]): void {
    const scene = this.scene();
    const hit = scene && hitAt(scene, point);
    this.canvas.style.cursor = hit ? "pointer" : "grab";
    this.tooltip.hidden = !hit;
    if (!hit) return;
    const rows = this.current[hit.what](hit.row).map(([name, value]) => el("tr", {}, el("td", {}, name), el("td", {}, value)));
    this.tooltip.replaceChildren(el("b", {}, this.headOf(hit)), el("table", {}, ...rows));
    const { offsetWidth: width, offsetHeight: height } = this.tooltip;
    const x = point[0] + 14 + width > this.size.width ? Math.max(4, point[0] - width - 14) : point[0] + 14;
    const y = Math.max(4, Math.min(point[1] + 10, this.size.height - height - 4));
    this.tooltip.style.transform = `translate(${x}px, ${y}px)`;
  }
}
