/** Series of different steps in one. Times in microseconds. */

export interface TimeSeries {
  time: Float64Array;
  columns: Record<string, Float64Array>;
}

/**
 * `coarse` with the rows of `fine` in place of its own where there are some: a row says what happened since the row before it, so that of
 * the same time is replaced and those between are added. Only columns that both have.
 */
export function splice(coarse: TimeSeries, fine: TimeSeries): TimeSeries {
  if (fine.time.length === 0) return coarse;
  const replaced = new Set(fine.time);
  const rows = [
    ...Array.from(coarse.time, (time, row) => ({ time, row, from: coarse })).filter(({ time }) => !replaced.has(time)),
    ...Array.from(fine.time, (time, row) => ({ time, row, from: fine })),
  ].sort((a, b) => a.time - b.time);
  const columns: Record<string, Float64Array> = {};
  for (const name of Object.keys(coarse.columns)) {
    if (fine.columns[name]) columns[name] = Float64Array.from(rows, ({ row, from }) => from.columns[name][row]);
  }
  return { time: Float64Array.from(rows, ({ time }) => time), columns };
}
