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

/** Straight between the points (x, y), x increasing; the ends beyond them. */
function between(x: number[], y: number[], at: number): number {
  let [low, high] = [0, x.length - 1];
  if (at <= x[low]) return y[low];
  if (at >= x[high]) return y[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  return y[low] + ((at - x[low]) / (x[high] - x[low])) * (y[high] - y[low]);
}

/** Rates of samples `first` … `last`, closer than the window: over the window before each, but the first window of them as one block. */
function fineRates(times: ArrayLike<number>, flows: ArrayLike<number>, window: number, first: number, last: number): number[] {
  const x = [first > 0 ? times[first - 1] : 0];
  const y = [0];
  for (let i = first; i <= last; ++i) {
    x.push(times[i]);
    y.push(y[y.length - 1] + flows[i]);
  }
  const end = x[x.length - 1];
  return x.slice(1).map((time) => {
    const to = Math.max(time, Math.min(end, x[0] + window));
    const from = Math.max(x[0], to - window);
    return ((between(x, y, to) - between(x, y, from)) * HOUR_US) / (to - from);
  });
}

/**
 * Rates per hour over the step before each sample, or over the last `window` microseconds where samples are closer. Channels release orders
 * in waves: minute by minute, a wave of ten minutes would look like ten times its rate.
 */
export function trailingRates(times: ArrayLike<number>, flows: ArrayLike<number>, window: number): number[] {
  const rates = ratesPerHour(times, flows);
  const isFine = (i: number) => Number.isFinite(rates[i]) && times[i] - (i > 0 ? times[i - 1] : 0) < window;
  for (let i = 0; i < rates.length; ++i) {
    if (!isFine(i)) continue;
    let last = i;
    while (last + 1 < rates.length && isFine(last + 1)) ++last;
    rates.splice(i, last - i + 1, ...fineRates(times, flows, window, i, last));
    i = last;
  }
  return rates;
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
