import type { Run } from "../data/run";
import { mapLegend } from "../map/legend";
import { duration, hasPlaces, Moments, type ColorBy, type Lanes } from "../map/moments";
import { NetworkMap } from "../map/network_map";
import { ratesPerHour } from "../numbers/rates";
import { spanText, wallClock } from "../numbers/time";
import { el, section, segments } from "../ui/dom";
import { wantsStillness } from "../ui/preferences";
import { t } from "../text/text";

const SPEEDS = ["1", "2", "4"];
const FRAMES_A_SECOND = 6;

/** What the reader chose; it outlives a change of language or theme. */
export interface MapState {
  index: number;
  colorBy: ColorBy;
  lanes: Lanes;
  speed: string;
}

export const firstMapState = (): MapState => ({ index: 0, colorBy: "use", lanes: "all", speed: "1" });

/** Orders over time behind the slider: where the peak is. */
function sparkline(run: Run): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1000 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const { time, columns } = run.total;
  const rates = ratesPerHour(time, columns["placed"] ?? []);
  const top = Math.max(1, ...rates.filter(Number.isFinite));
  const end = duration(run);
  const points = rates.map((rate, i) => `${((1000 * time[i]) / end).toFixed(1)},${(100 - (95 * (rate || 0)) / top).toFixed(1)}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  path.setAttribute("points", ["0,100", ...points, "1000,100"].join(" "));
  svg.append(path);
  return svg;
}

/** The map with its clock. Owns the timer of playing. */
class Player {
  readonly element: HTMLElement;
  private readonly moments: Moments;
  private readonly map: NetworkMap;
  private readonly slider = el("input", { type: "range", min: 0, step: 1, "aria-label": t("map.time") });
  private readonly clock = el("output", { class: "map-clock" });
  private readonly playButton = el("button", { type: "button", class: "play" });
  private readonly legendBox = el("div", {});
  private playing = false;
  private lastStep = 0;

  constructor(
    private readonly run: Run,
    private readonly state: MapState,
    height: number,
  ) {
    this.moments = new Moments(run);
    state.index = Math.min(state.index, this.moments.all.length);
    this.map = new NetworkMap("network", run.network, this.picture(), height);
    this.slider.max = String(this.moments.all.length);
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.playButton.addEventListener("click", () => this.play(!this.playing));
    this.map.element.append(this.clock);
    this.element = el("div", { class: "card map-card" }, this.controls(), this.map.element, this.moments.all.length ? this.timeRow() : undefined, this.legendBox);
    this.play(false);
    this.go(state.index);
    this.tellLegend();
  }

  private picture() {
    return this.moments.picture(this.state.index, this.state.colorBy, this.state.lanes);
  }

  private controls(): HTMLElement {
    const { state } = this;
    const color = segments(
      t("map.color"),
      [{ value: "use", label: t("map.by_use") }, { value: "backlog", label: t("map.by_backlog") }],
      state.colorBy,
      (value) => {
        state.colorBy = value as ColorBy;
        this.tellLegend();
        this.go(state.index);
      },
    );
    const choices = [
      { value: "all", label: t("map.all_lanes") },
      { value: "trunk", label: t("map.trunk") },
      { value: "none", label: t("map.no_lanes") },
    ];
    const lanes = segments(t("map.lanes"), choices, state.lanes, (value) => {
      state.lanes = value as Lanes;
      this.go(state.index);
    });
    const named = (name: string, control: HTMLElement) => el("div", { class: "field" }, el("span", {}, name), control);
    return el(
      "div",
      { class: "chart-head" },
      el("figcaption", {}, t("map.caption"), el("span", { class: "unit" }, t("map.unit"))),
      el("div", { class: "controls" }, named(t("map.lanes"), lanes), named(t("map.color"), color)),
    );
  }

  private timeRow(): HTMLElement {
    const whole = el("button", { type: "button", click: () => this.go(0), class: "whole" }, t("map.whole"));
    const speed = segments(t("map.speed"), SPEEDS.map((value) => ({ value, label: value + "×" })), this.state.speed, (value) => (this.state.speed = value));
    return el("div", { class: "time-row" }, this.playButton, whole, el("div", { class: "slider" }, sparkline(this.run), this.slider), speed);
  }

  private tellLegend(): void {
    const use = this.state.colorBy === "use";
    const kinds = this.run.kinds.length ? this.run.kinds : [...new Set(this.run.network.sites.map((site) => site.kind))];
    this.legendBox.replaceChildren(mapLegend(kinds, this.moments.full(), "map.legend_width", use ? "map.use_classes" : "map.backlog_classes", this.run.network.centres.length > 0));
  }

  private go(index: number, motion?: number): void {
    this.state.index = index;
    const moment = this.moments.all[index - 1];
    const wall = (time: number) => wallClock(this.run.facts.start, time);
    const text = moment ? spanText(wall(moment.from), wall(moment.to)) : t("map.whole_mean");
    this.slider.value = String(index);
    this.slider.setAttribute("aria-valuetext", text);
    this.clock.textContent = text;
    this.map.show(this.picture(), motion);
  }

  private play(on: boolean): void {
    this.playing = on;
    const label = t(on ? "map.pause" : "map.play");
    this.playButton.textContent = on ? "❚❚" : "▶";
    this.playButton.setAttribute("aria-label", label);
    this.playButton.title = label;
    if (!on) {
      this.map.show(this.map.picture());
      return;
    }
    if (this.state.index >= this.moments.all.length) this.go(0);
    this.lastStep = performance.now();
    requestAnimationFrame((now) => this.step(now));
  }

  private step(now: number): void {
    if (!this.playing || !this.element.isConnected) return;
    const pause = 1000 / (FRAMES_A_SECOND * Number(this.state.speed));
    const motion = wantsStillness() ? undefined : (now / 600) % 1;
    if (now - this.lastStep >= pause) {
      this.lastStep = now;
      this.go(this.state.index + 1, motion);
      if (this.state.index >= this.moments.all.length) {
        this.play(false);
        return;
      }
    } else if (motion !== undefined) {
      this.map.show(this.map.picture(), motion);
    }
    requestAnimationFrame((next) => this.step(next));
  }
}

export function mapSection(run: Run, state: MapState): HTMLElement {
  if (!hasPlaces(run)) return section("map", t("map.title"), undefined, el("p", { class: "empty" }, t("empty.map")));
  const height = Math.round(Math.max(340, Math.min(700, window.innerWidth * 0.52)));
  return section("map", t("map.title"), t("map.lead"), new Player(run, state, height).element, el("p", { class: "note" }, `${t("map.help")} ${t("map.coast")}`));
}
