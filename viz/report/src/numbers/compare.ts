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
  "session_revenue",
  "price_revenue",
  "session_margin",
  "session_units_served",
  "cart_conversion",
  "return_value_net",
  "return_value_share",
  "reshelved_share",
  "recall_precision",
  "bad_batches_recalled_share",
  "conversion_kept",
  "shelf_life_left",
  "answered_in_time",
]);

const LOWER = new Set([
  "parcels_per_order",
  "lost_share",
  "cancelled_share",
  "withdrawn_share",
  "oversold_share",
  "oversold_per_100k",
  "backordered_share",
  "unshipped_share",
  "late_share",
  "delivery_time_mean",
  "delivery_time_p50",
  "delivery_time_p95",
  "return_cost",
  "return_grading_time",
  "return_cycle_time",
  "disposal_days",
  "refund_time",
  "refunds_waited_share",
  "refund_fund_wait_mean",
  "misgraded_share",
  "abuse_paid",
  "wrongly_refused_share",
  "false_alarm_units",
  "answer_time_mean",
  "complaint_answer_time",
  "misjudged_share",
  "supply_dropped_share",
  "late_supply_share",
  "supply_price_level",
  "expired_units",
  "expired_share",
  "past_date_share",
  "defect_share_in",
  "defect_share_out",
  "quality_cost_per_order",
  "inspection_wait_mean",
  "unseen_share",
  "units_hidden_mean",
  "units_withheld",
  "withheld_share",
  "dedicated_released_share",
  "stale_reads_per_100k",
  "dispatch_time_mean",
  "presale_late_share",
  "presale_order_time_mean",
  "failed_group_share",
  "group_failed_share",
  "uncollected_share",
  "stock_value_mean",
  "turnover_days",
  "broadcasts_cancelled_share",
  "turned_away_share",
  "gifts_missed",
  "gifts_missed_share",
  "gift_promises_broken",
  "leftover_value",
  "lost_sales_and_leftover",
  "turnover_fall_after_absence",
  "cost_per_delivered_order",
  "co2_per_order",
]);

/**
 * Neither: sizes of a thing that is no good or bad in itself, what customers or the scenario decide, and what rises as well where more is
 * looked for (batches failed, incidents found, alerts), done about it (recalls, black list, substitutes) or done sooner (cancelled too late).
 */
export const NEUTRAL = new Set([
  "orders",
  "units",
  "lines_per_order",
  "capacity_use_max",
  "returns_started",
  "return_share",
  "batches_failed_share",
  "stock_incidents_per_month",
  "recalls",
  "recalled_units",
  "recall_refunds",
  "black_list_days",
  "refund_fund_closing",
  "bot_answered_share",
  "supplier_claims",
  "sources_dropped",
  "price_changes_made",
  "price_mean_share",
  "price_customers_gained",
  "price_customers_lost",
  "deposits",
  "locked_stock_days",
  "locked_units_mean",
  "groups",
  "group_wait_mean",
  "pickup_wait_mean",
  "pickup_unit_days",
  "cancelled_too_late_share",
  "substituted_share",
  "broadcasts",
  "broadcasts_substituted_share",
  "units_given_away",
  "alerts_carts",
  "alerts_orders",
  "alerts_turnover",
  "emergency_orders",
  "emergency_units",
]);

/** A figure that is not known has no good side. */
function knownSide(figure: string): Direction {
  if (HIGHER.has(figure)) return "higher";
  return LOWER.has(figure) || figure.startsWith("cost_per_order_") ? "lower" : "none";
}

/** Which side of a key figure is good. The deciding figure's side is said by the experiment. */
export function betterSide(figure: string, decidedBy: string, better: string): Direction {
  if (figure === decidedBy && (better === "lower" || better === "higher")) return better;
  return knownSide(figure);
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
