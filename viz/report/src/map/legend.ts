import { el } from "../ui/dom";
import { numberText } from "../numbers/format";
import { kindName, t } from "../text/text";
import { kindStyle, palette, series, stressColor } from "../ui/palette";
import { markPath } from "./draw";
import { lineWidth, roundBelow } from "./picture";

function drawing(width: number, height: number, draw: (ctx: CanvasRenderingContext2D) => void): HTMLElement {
  const canvas = el("canvas", { width: width * 2, height: height * 2, "aria-hidden": "true" });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const ctx = canvas.getContext("2d");
  if (ctx) {
    ctx.scale(2, 2);
    draw(ctx);
  }
  return canvas;
}

function item(picture: HTMLElement, text: string): HTMLElement {
  return el("span", { class: "legend-item" }, picture, text);
}

function kindItem(kind: string): HTMLElement {
  const style = kindStyle(kind);
  const mark = drawing(20, 20, (ctx) => {
    markPath(ctx, style.shape, 10, 10, Math.min(8, style.size));
    ctx.fillStyle = style.color;
    ctx.fill();
  });
  return item(mark, kindName(kind));
}

function stressItem(low: string, high: string): HTMLElement {
  const ramp = drawing(90, 8, (ctx) => {
    for (let x = 0; x < 90; ++x) {
      ctx.fillStyle = stressColor(x / 89);
      ctx.fillRect(x, 0, 1, 8);
    }
  });
  return el("span", { class: "legend-item" }, low, ramp, high);
}

/** What marks, widths and colours of a map mean. `widths` names the key of the text for a flow. */
export function mapLegend(kinds: string[], fullFlow: number, widths: string, stress: [string, string], unknown: boolean): HTMLElement {
  const sizes = [...new Set([roundBelow(fullFlow), roundBelow(fullFlow / 20)])].filter((flow) => flow > 0);
  const lines = sizes.map((flow) =>
    item(
      drawing(30, 12, (ctx) => {
        ctx.strokeStyle = palette().lane;
        ctx.lineCap = "round";
        ctx.lineWidth = lineWidth(flow, fullFlow);
        ctx.moveTo(6, 6);
        ctx.lineTo(24, 6);
        ctx.stroke();
      }),
      t(widths, { n: numberText(flow) }),
    ),
  );
  const market = drawing(16, 16, (ctx) => {
    ctx.arc(8, 8, 4, 0, 2 * Math.PI);
    ctx.fillStyle = series(1);
    ctx.fill();
  });
  const grey = drawing(30, 12, (ctx) => {
    ctx.strokeStyle = palette().lane;
    ctx.lineWidth = 3;
    ctx.moveTo(3, 6);
    ctx.lineTo(27, 6);
    ctx.stroke();
  });
  return el(
    "div",
    { class: "legend" },
    ...kinds.map(kindItem),
    item(market, t("map.market")),
    ...lines,
    stressItem(...stress),
    unknown ? item(grey, t("map.unknown")) : undefined,
  );
}
