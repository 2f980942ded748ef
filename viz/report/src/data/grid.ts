/** Two-dimensional tables: time × entity. */

export interface Grid {
  rows: number;
  columns: number;
  /** Row by row: values[row * columns + column]. */
  values: Float64Array;
}

export function column(grid: Grid, index: number): Float64Array {
  const values = new Float64Array(grid.rows);
  for (let row = 0; row < grid.rows; ++row) values[row] = grid.values[row * grid.columns + index];
  return values;
}

export function row(grid: Grid, index: number): Float64Array {
  return grid.values.subarray(index * grid.columns, (index + 1) * grid.columns);
}

/** Sum over the columns, by row. */
export function rowSums(grid: Grid): Float64Array {
  const sums = new Float64Array(grid.rows);
  for (let i = 0; i < grid.rows; ++i) sums[i] = row(grid, i).reduce((a, b) => a + b, 0);
  return sums;
}
