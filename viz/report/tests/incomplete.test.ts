import { expect, test } from "vitest";
import type { DataFile } from "../src/data/hdf";
import { readFacts, type Run } from "../src/data/run";
import { emptyKey, incompleteText } from "../src/sections/incomplete";

/** A data file with these attributes and nothing else. */
function fileOf(attributes: Record<string, string | number>): DataFile {
  const attribute = (name: string) => String(attributes[name] ?? "");
  const numberAttribute = (name: string) => (name in attributes ? Number(attributes[name]) : NaN);
  return { name: "run.h5", attribute, numberAttribute, hasAttribute: (name: string) => name in attributes } as unknown as DataFile;
}

const hour = 3_600_000_000;
const whole = { start: "2025-11-09T00:00:00+08:00", warm_up_us: 24 * hour, horizon_us: 48 * hour };
const runOf = (attributes: Record<string, string | number>) =>
  ({ facts: readFacts(fileOf({ ...whole, ...attributes })), total: { time: Float64Array.from([0, 20 * hour]), columns: {} } }) as unknown as Run;

test("a run that was killed says how far it came, and gives no reason for what is only known at the end", () => {
  const killed = runOf({ recorded_until_us: 30 * hour });
  expect(incompleteText(killed)).toContain("goes only up to 2025-11-10 06:00 instead of 2025-11-12 00:00");
  expect(emptyKey(killed, "empty.waits")).toBe("empty.incomplete");
});

test("a run without a fingerprint did not come to its end, also where its file does not say how far it came", () => {
  expect(incompleteText(runOf({}))).toContain("goes only up to 2025-11-09 20:00");
});

test("a run that came to its end is said to be nothing else", () => {
  const run = runOf({ digest: "0123456789abcdef" });
  expect(incompleteText(run)).toBe("");
  expect(emptyKey(run, "empty.waits")).toBe("empty.waits");
});
