/** How much room the legend of a chart takes, so that it does not lie on the chart. */

const MARK = 14 + 5;
const GAP = 16;
export const LEGEND_ROW = 26;

/** About how wide a text is in 12 pixels: Chinese characters are square, others about half as wide. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letter.charCodeAt(0) > 0x2e80 ? 12 : 6.9;
  return width;
}

/** Pixels of the rows that follow the first one, where items fill rows of `width` pixels. */
export function moreLegend(names: string[], width: number): number {
  let [rows, used] = [1, 0];
  for (const name of names) {
    const item = MARK + textWidth(name) + GAP;
    if (used > 0 && used + item - GAP > width) {
      ++rows;
      used = 0;
    }
    used += item;
  }
  return (rows - 1) * LEGEND_ROW;
}
