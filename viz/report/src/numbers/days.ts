/** Days of a run, on the wall clock of the scenario [ms as UTC]. */

export const DAY_MS = 86_400_000;

export interface Daily {
  /** Midnight at which each day begins. */
  days: number[];
  totals: number[];
}

/** Flows added up by day. A flow belongs to the day in which its step ends; a step that ends at midnight to the day before. */
export function byDay(walls: ArrayLike<number>, flows: ArrayLike<number>): Daily {
  const days: number[] = [];
  const totals: number[] = [];
  for (let i = 0; i < walls.length; ++i) {
    const day = Math.floor((walls[i] - 1) / DAY_MS) * DAY_MS;
    // The first sample is the start of the run: its day would be the one before.
    if (i === 0 && !(flows[0] > 0)) continue;
    if (days[days.length - 1] !== day) {
      days.push(day);
      totals.push(0);
    }
    totals[totals.length - 1] += flows[i];
  }
  return { days, totals };
}

/** Flows of the last `span` up to each time, the step that ends at the time included; NaN until so long has passed. Times and span in one unit. */
export function trailingSums(times: ArrayLike<number>, flows: ArrayLike<number>, span: number): number[] {
  const sums: number[] = [];
  let [total, first] = [0, 0];
  for (let i = 0; i < times.length; ++i) {
    total += flows[i];
    for (; times[first] <= times[i] - span; ++first) total -= flows[first];
    sums.push(times[i] - times[0] >= span ? total : NaN);
  }
  return sums;
}
