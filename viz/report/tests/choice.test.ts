import { expect, test } from "vitest";
import { choiceText } from "../src/numbers/choice";
import texts from "../src/text/texts.json";

const { en, zh } = texts as { en: Record<string, string>; zh: Record<string, string> };

test("the arm to choose is said to keep constraints only where there are some", () => {
  for (const better of ["lower", "higher"]) {
    const free = choiceText({ better, hasConstraints: false });
    const bound = choiceText({ better, hasConstraints: true });
    expect([en[free].includes("constraint"), zh[free].includes("约束")]).toEqual([false, false]);
    expect([en[bound].includes("constraint"), zh[bound].includes("约束")]).toEqual([true, true]);
    expect(en[free].startsWith(better === "higher" ? "highest" : "lowest")).toBe(true);
  }
});
