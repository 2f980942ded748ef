import { expect, test } from "vitest";
import type { Run } from "../src/data/run";
import { runLabels } from "../src/sections/headline";

const run = (title: string, file: string, isIncomplete = false) => ({ facts: { title, file, isIncomplete } }) as unknown as Run;

test("runs of one title are told apart by their files alone, others by both", () => {
  expect(runLabels([run("11.11", "before/run.h5"), run("11.11", "after/run.h5")])).toEqual(["before/run", "after/run"]);
  expect(runLabels([run("11.11", "before/run.h5"), run("6.18", "after/run.h5", true)])).toEqual(["11.11 (before/run)", "6.18 (after/run) · incomplete"]);
});
