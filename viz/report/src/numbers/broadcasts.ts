/** What became of the broadcasts of sessions. */

export type Outcome = "planned" | "substitute" | "cancelled" | "sold_out";

export const OUTCOMES: Outcome[] = ["planned", "substitute", "cancelled", "sold_out"];

/** One row of `/broadcasts`. `closed` below 0: the cap was never sold. */
export interface Broadcast {
  session: number;
  number: number;
  start: number;
  host: number;
  planned: number;
  cancelled: boolean;
  closed: number;
  carts: number;
  orders: number;
  expected: number;
  turnedAway: number;
}

export function outcomeOf(broadcast: Broadcast): Outcome {
  if (broadcast.cancelled) return "cancelled";
  if (broadcast.closed >= 0) return "sold_out";
  return broadcast.host === broadcast.planned ? "planned" : "substitute";
}

/** Orders by what was to be expected; NaN where nothing was, as after the end of the run. */
export function achieved(broadcast: Broadcast): number {
  return broadcast.expected > 0 ? broadcast.orders / broadcast.expected : NaN;
}

/** Sums over the broadcasts of a session. */
export interface SessionSums {
  broadcasts: number;
  cancelled: number;
  substituted: number;
  soldOut: number;
  carts: number;
  orders: number;
  expected: number;
  turnedAway: number;
}

export function sessionSums(broadcasts: Broadcast[]): SessionSums {
  const sums: SessionSums = { broadcasts: 0, cancelled: 0, substituted: 0, soldOut: 0, carts: 0, orders: 0, expected: 0, turnedAway: 0 };
  for (const broadcast of broadcasts) {
    ++sums.broadcasts;
    sums.cancelled += Number(broadcast.cancelled);
    sums.substituted += Number(!broadcast.cancelled && broadcast.host !== broadcast.planned);
    sums.soldOut += Number(broadcast.closed >= 0);
    sums.carts += broadcast.carts;
    sums.orders += broadcast.orders;
    sums.expected += broadcast.expected;
    sums.turnedAway += broadcast.turnedAway;
  }
  return sums;
}
