import { el } from "../ui/dom";
import { numberText } from "../numbers/format";
import { kindName, t } from "../text/text";
import { kindStyle, palette, stressColors } from "../ui/palette";
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

function lineItem(color: string, text: string): HTMLElement {
  const line = drawing(24, 12, (ctx) => {
    ctx.strokeStyle = color;
    ctx.lineWidth = 4;
    ctx.moveTo(2, 6);
    ctx.lineTo(22, 6);
    ctx.stroke();
  });
  return item(line, text);
}

function returnsItem(): HTMLElement {
  const line = drawing(24, 12, (ctx) => {
    ctx.strokeStyle = kindStyle("return_centre").color;
    ctx.lineWidth = 1.4;
    ctx.setLineDash([2, 4]);
    ctx.moveTo(2, 6);
    ctx.lineTo(22, 6);
    ctx.stroke();
  });
  return item(line, t("map.returns"));
}

/** What marks, widths and colours of a map mean. `widths` and `classes` are keys of texts: for a flow, and for the four classes of strain. */
export function mapLegend(kinds: string[], fullFlow: number, widths: string, classes: string, withReturns: boolean): HTMLElement {
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
    ctx.fillStyle = palette().market;
    ctx.fill();
  });
  const strains = t(classes).split("|").map((text, i) => lineItem(stressColors()[i], text));
  return el(
    "div",
    { class: "legend" },
    ...kinds.map(kindItem),
    item(market, t("map.market")),
    ...(withReturns ? [kindItem("return_centre"), returnsItem()] : []),
    ...lines,
    ...strains,
    lineItem(palette().lane, t(classes === "map.use_classes" ? "map.unknown" : "map.no_orders")),
  );
}
