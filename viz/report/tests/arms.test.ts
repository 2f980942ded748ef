import { expect, test } from "vitest";
import type { Estimate } from "../src/data/experiment";
import { differenceText } from "../src/sections/arms_section";
import { nameSide } from "../src/numbers/scale";

test("differences have a sign, but not where they are rounded to zero", () => {
  const text = (difference: number, printed: string) => differenceText({ difference, differenceText: printed } as Estimate);
  expect([text(2.5, "2.5 ± 0.3"), text(-2.5, "-2.5 ± 0.3"), text(0.25, "0.25")]).toEqual(["+2.5 ± 0.3", "−2.5 ± 0.3", "+0.25"]);
  expect([text(-0.04, "-0.0 ± 1.7"), text(0.04, "0.0 ± 1.7"), text(0, "0"), text(0, "0.00")]).toEqual(["0.0 ± 1.7", "0.0 ± 1.7", "0", "0.00"]);
});

test("names of points stay inside of the chart", () => {
  const share = { min: 75, max: 100 };
  expect([nameSide(100, share, 0), nameSide(76, share, 1), nameSide(90, share, 0), nameSide(90, share, 1)]).toEqual(["bottom", "top", "top", "bottom"]);
});
