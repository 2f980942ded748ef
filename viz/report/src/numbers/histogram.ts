import type { Histogram } from "../data/types";

/** A histogram as drawn: bins of equal width, and the share at or below the end of each original bin. */
export interface Distribution {
  bins: { from: number; to: number; count: number }[];
  /** [hours, part of all], from 0. */
  cumulative: [number, number][];
  promised: [number, number][];
  /** Where the bars end, and the part of all that lies above. */
  end: number;
  above: number;
}

/** Part of all that lies below each bin end. The open last bin (infinite `to`) never reaches a point. Empty without any. */
export function cumulative(to: ArrayLike<number>, counts: ArrayLike<number>): [number, number][] {
  let total = 0;
  for (let i = 0; i < counts.length; ++i) total += counts[i];
  if (!(total > 0)) return [];
  const points: [number, number][] = [[0, 0]];
  let below = 0;
  for (let i = 0; i < counts.length && Number.isFinite(to[i]); ++i) {
    below += counts[i];
    points.push([to[i], below / total]);
  }
  return points;
}

/** The value below which `share` of all lies, straight within a bin; the last known point if it lies beyond. */
export function quantile(points: [number, number][], share: number): number {
  for (let i = 1; i < points.length; ++i) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    if (y1 >= share) return y1 > y0 ? x0 + ((share - y0) / (y1 - y0)) * (x1 - x0) : x1;
  }
  return points.length ? points[points.length - 1][0] : NaN;
}

/** A bin width of whole steps that makes about `wanted` bars up to `end`. */
export function niceWidth(end: number, wanted: number): number {
  return [0.25, 0.5, 1, 2, 3, 4, 6, 12, 24, 48, 96].find((width) => end / width <= wanted) ?? 168;
}

/** Keeps few enough points of a line for a chart: those where it has grown by at least `least`, and the last. */
export function thinned(points: [number, number][], least = 0.0015): [number, number][] {
  let kept = -1;
  return points.filter(([, y], i) => {
    const next = points[i + 1];
    const keep = i === 0 || !next || y - kept >= least || next[1] - y >= least;
    if (keep) kept = y;
    return keep;
  });
}

/** Promises are exact hours, at the lower end of their bins: the share promised by each bin's start, as steps. */
export function promises({ from, promised }: Histogram): [number, number][] {
  let total = 0;
  for (let i = 0; i < promised.length; ++i) total += promised[i];
  const points: [number, number][] = [];
  let below = 0;
  for (let i = 0; total > 0 && i < promised.length; ++i) {
    if (promised[i] === 0) continue;
    points.push([from[i], below / total]);
    below += promised[i];
    points.push([from[i], below / total]);
  }
  return points.length ? [[0, 0], ...points] : [];
}

/** Bars up to where 99.5 % of the orders are delivered (at least 48 h or what there is), lines for all of them. */
export function distribution(histogram: Histogram, wanted = 60): Distribution | undefined {
  const line = cumulative(histogram.to, histogram.orders);
  if (line.length === 0) return undefined;
  const width = niceWidth(Math.max(quantile(line, 0.995), 1), wanted);
  const least = Math.max(quantile(line, 0.995), Math.min(50, line[line.length - 1][0]));
  const unit = Math.max(width, least > 120 ? 24 : least > 24 ? 12 : 1);
  const end = Math.ceil(least / unit) * unit;
  const bins = Array.from({ length: Math.round(end / width) }, (_, i) => ({ from: i * width, to: (i + 1) * width, count: 0 }));
  let [inside, total] = [0, 0];
  histogram.orders.forEach((count, i) => {
    const bin = bins[Math.floor((histogram.from[i] + 1e-9) / width)];
    total += count;
    if (!bin) return;
    bin.count += count;
    inside += count;
  });
  return { bins, cumulative: thinned(line), promised: promises(histogram), end, above: (total - inside) / total };
}
