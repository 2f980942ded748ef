/** Times of a run: microseconds since its start, shown in the scenario's own time zone. */

const MICROSECONDS = 1000;

/** The start of a run: `local` is its wall clock read as if it were UTC [ms], `zone` the text of its offset. */
export interface Start {
  local: number;
  zone: string;
}

/** Reads `2025-11-08T00:00:00+08:00`. Charts get wall-clock times as UTC, so no browser shifts them to its own zone. */
export function parseStart(text: string): Start {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text.trim());
  if (!match) return { local: 0, zone: "" };
  const clock = match[2].length === 5 ? match[2] + ":00" : match[2];
  return { local: Date.parse(`${match[1]}T${clock}Z`), zone: match[3] === "Z" ? "UTC" : match[3] ? "UTC" + match[3] : "" };
}

/** Wall clock of a time of the run, as UTC milliseconds. */
export function wallClock(start: Start, microseconds: number): number {
  return start.local + microseconds / MICROSECONDS;
}

const two = (n: number) => String(n).padStart(2, "0");

/** `2025-11-10 20:00` */
export function dateTimeText(wall: number): string {
  const d = new Date(wall);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** `11-10 20:00` */
export function shortTimeText(wall: number): string {
  return dateTimeText(wall).slice(5);
}

/** `11-10 20:00 – 22:00`, with both dates where they differ. */
export function spanText(from: number, to: number): string {
  const [a, b] = [shortTimeText(from), shortTimeText(to)];
  return `${a} – ${a.slice(0, 5) === b.slice(0, 5) ? b.slice(6) : b}`;
}
