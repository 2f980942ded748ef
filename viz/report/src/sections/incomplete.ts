import type { Run } from "../data/run";
import { duration } from "../map/moments";
import { dateTimeText, wallClock } from "../numbers/time";
import { t } from "../text/text";
import { el } from "../ui/dom";

/** What is to be said of a run that was killed; "" of one that came to its end. */
export function incompleteText(run: Run): string {
  const { isIncomplete, recordedUntil, start, warmUp, horizon } = run.facts;
  if (!isIncomplete) return "";
  const wall = (time: number) => dateTimeText(wallClock(start, time));
  return t("incomplete.banner", { until: wall(Number.isFinite(recordedUntil) ? recordedUntil : duration(run)), end: wall(warmUp + horizon) });
}

/** Why a part is empty: `key`, but in a run that was killed nobody knows. */
export function emptyKey(run: Run, key: string): string {
  return run.facts.isIncomplete ? "empty.incomplete" : key;
}

export function emptyNote(run: Run, key: string): HTMLElement {
  return el("p", { class: "empty" }, t(emptyKey(run, key)));
}
