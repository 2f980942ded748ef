/** Bounds of axes that round numbers fit into. */

/** The least of 1, 2, 2.5 or 5 times a power of ten that is not below `value`. */
export function roundStep(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= value * (1 - 1e-12)) ?? 10 * power;
}

/** Bounds with room around [low, high], on round numbers, and not beyond `least` and `most` (0 to 100 for per cent). */
export function roundBounds(low: number, high: number, least = -Infinity, most = Infinity): { min: number; max: number; interval: number } {
  const span = high > low ? high - low : Math.max(Math.abs(high) * 0.1, 1e-6);
  const interval = roundStep(span / 5);
  const min = Math.max(least, Math.floor((low - 0.15 * span) / interval) * interval);
  const max = Math.min(most, Math.ceil((high + 0.15 * span) / interval) * interval);
  return { min: +min.toPrecision(12), max: +max.toPrecision(12), interval };
}

/** Names of points near an end of the axis stand on the side where there is room; the others take turns. */
export function nameSide(value: number, { min, max }: { min: number; max: number }, index: number): "top" | "bottom" {
  const part = (value - min) / (max - min);
  if (part > 0.9) return "bottom";
  return part < 0.1 || index % 2 === 0 ? "top" : "bottom";
}
