import { signedText } from "./format";

/** What a difference means, and how many digits of it are worth showing. */

export type Direction = "lower" | "higher" | "none";

const HIGHER = new Set([
  "order_fill_rate",
  "unit_fill_rate",
  "line_fill_rate",
  "perfect_order_rate",
  "delivered_within_24h",
  "delivered_within_48h",
  "stock_accuracy",
  "deposit_conversion",
  "dispatched_in_time",
  "session_orders",
  "cart_conversion",
  "return_value_net",
  "return_value_share",
  "reshelved_share",
  "conversion_kept",
]);

/** Sizes of a thing that is neither good nor bad in itself, and counts of what observers noticed. */
const NEUTRAL = new Set([
  "orders",
  "units",
  "capacity_use_max",
  "returns_started",
  "return_share",
  "lines_per_order",
  "deposits",
  "groups",
  "broadcasts",
  "alerts_carts",
  "alerts_orders",
  "alerts_turnover",
  "pickup_unit_days",
  "pickup_wait_mean",
  "group_wait_mean",
  "substituted_share",
]);

/** Which side of a key figure is good. The deciding figure's side is said by the experiment. */
export function betterSide(figure: string, decidedBy: string, better: string): Direction {
  if (figure === decidedBy && (better === "lower" || better === "higher")) return better;
  if (HIGHER.has(figure)) return "higher";
  return NEUTRAL.has(figure) ? "none" : "lower";
}

/** Good, bad or open: open where the interval holds zero or the figure has no good side. */
export function judged(low: number, high: number, side: Direction): "good" | "bad" | "open" {
  if (side === "none" || !(low > 0 || high < 0)) return "open";
  return high < 0 === (side === "lower") ? "good" : "bad";
}

/** Decimals that show two digits of the half width of an interval, as the program prints them. */
export function decimalsFor(half: number): number {
  return half > 0 && Number.isFinite(half) ? Math.max(0, Math.min(9, 1 - Math.floor(Math.log10(half)))) : 2;
}

export function decimalText(value: number, decimals: number): string {
  const format = new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return signedText(value, (v) => format.format(v).replace("-", "\u2212")).replace("+", "");
}

/** Factor from stored values to shown ones: shares are shown in per cent. */
export function shownFactor(unit: string): number {
  return unit === "1" ? 100 : 1;
}
