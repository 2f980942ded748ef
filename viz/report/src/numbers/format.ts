/** Numbers as texts. Key figures come with their own text from the program; these are for charts and tooltips. */

export type Language = "en" | "zh";

const MINUS = "\u2212";
const formats = new Map<string, Intl.NumberFormat>();

function fixed(value: number, digits: number): string {
  const key = String(digits);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format.format(value).replace("-", MINUS);
}

/** About four significant digits with thousands: 12,345 · 12.35 · 0.1235. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return fixed(value, 0);
  if (size >= 1000) return fixed(value, 0);
  if (size >= 100) return fixed(value, 1);
  if (size >= 1) return fixed(value, 2);
  if (size === 0) return "0";
  return fixed(value, Math.min(6, 2 - Math.floor(Math.log10(size))));
}

export function percentText(share: number, digits = 1): string {
  return Number.isFinite(share) ? fixed(100 * share, digits) + " %" : "–";
}

/** With sign, for differences: `+1.2`, `−0.3`. */
export function signedText(value: number, text: (v: number) => string = numberText): string {
  if (!Number.isFinite(value)) return "–";
  const body = text(value);
  return value > 0 ? "+" + body : body;
}

/** Short for axes: 1.2k, 3.4M; in Chinese 1.2万, 3.4亿. */
export function axisText(value: number, language: Language): string {
  const size = Math.abs(value);
  const steps: [number, string][] = language === "zh" ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "M"], [1e3, "k"]];
  for (const [unit, name] of steps) {
    if (size >= unit) return String(+(value / unit).toPrecision(4)).replace("-", MINUS) + (language === "zh" ? name : " " + name).trimEnd();
  }
  return String(+value.toPrecision(4)).replace("-", MINUS);
}

/** A value with its unit as shown: shares as per cent. */
export function withUnit(value: number, unit: string): string {
  if (unit === "1") return percentText(value, 2);
  return Number.isFinite(value) ? `${numberText(value)} ${unit}`.trim() : "–";
}

/** Unit of a column as shown to people. */
export function unitText(unit: string): string {
  return unit === "1" ? "%" : unit;
}
