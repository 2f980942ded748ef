export interface Step {
  name: string;
  value: number;
  from: number;
  to: number;
}

/** Steps of a waterfall: each begins where the one before ends. Those that are zero are left out. */
export function waterfall(parts: { name: string; value: number }[]): Step[] {
  let level = 0;
  return parts
    .filter((part) => Number.isFinite(part.value) && part.value !== 0)
    .map((part) => {
      const from = level;
      level += part.value;
      return { ...part, from, to: level };
    });
}
