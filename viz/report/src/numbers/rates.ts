/** Rates from flows, and where a run was busiest. Times in microseconds. */

export const HOUR_US = 3_600_000_000;
export const MINUTE_US = 60_000_000;

/**
 * Flows since the sample before, as rates per hour. The first sample has no step before it unless it is later than time zero.
 * Unknown (NaN) where the step is empty.
 */
export function ratesPerHour(times: ArrayLike<number>, flows: ArrayLike<number>): number[] {
  return Array.from(flows, (flow, i) => {
    const step = times[i] - (i > 0 ? times[i - 1] : 0);
    return step > 0 ? (flow * HOUR_US) / step : NaN;
  });
}

export interface Span {
  from: number;
  to: number;
}

/**
 * The span around the busiest sample: if the samples about it are a few minutes apart, all of these; else `hours` around it.
 * Undefined without any flow.
 */
export function peakSpan(times: ArrayLike<number>, flows: ArrayLike<number>, hours = 8): Span | undefined {
  const rates = ratesPerHour(times, flows);
  let top = -1;
  rates.forEach((rate, i) => {
    if (Number.isFinite(rate) && rate > 0 && (top < 0 || rate > rates[top])) top = i;
  });
  if (top < 0) return undefined;
  const isFine = (i: number) => i > 0 && times[i] - times[i - 1] <= 5 * MINUTE_US;
  let [first, final] = [top, top];
  while (isFine(first)) --first;
  while (final + 1 < times.length && isFine(final + 1)) ++final;
  if (final - first >= 30) return { from: times[first], to: times[final] };
  const half = (hours * HOUR_US) / 2;
  const last = times[times.length - 1];
  return { from: Math.max(times[0], times[top] - half), to: Math.min(last, times[top] + half) };
}

/** The least step between samples [us], to say in which resolution a series is. */
export function leastStep(times: ArrayLike<number>): number {
  let least = Infinity;
  for (let i = 1; i < times.length; ++i) least = Math.min(least, times[i] - times[i - 1]);
  return Number.isFinite(least) ? least : 0;
}
