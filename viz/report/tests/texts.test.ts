import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import texts from "../src/text/texts.json";

const { en, zh } = texts as { en: Record<string, string>; zh: Record<string, string> };
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join();

test("every English text has a Chinese one with the same places for values", () => {
  for (const [key, text] of Object.entries(en)) {
    expect(zh[key], key).toBeTruthy();
    if (!key.startsWith("verdict.sentence")) expect(names(zh[key]), key).toBe(names(text));
  }
});

test("every key figure of the documents has a name, and its unit a Chinese one", () => {
  const rows = readFileSync(new URL("../../../docs/kpi.md", import.meta.url), "utf8").split("\n").filter((line) => line.startsWith("| `"));
  const cells = rows.map((line) => line.split("|").map((cell) => cell.trim())).filter((row) => row.length > 4);
  const figures = cells.flatMap((row) => [...row[1].matchAll(/`(\w+)`/g)].map((match) => match[1]));
  expect(figures.filter((name) => !en[`figure.${name}`])).toEqual([]);
  const units = [...new Set(cells.map((row) => row[2]))].filter((unit) => !unit.startsWith("currency"));
  const unnamed = units.filter((unit) => !unit.split("/").every((part, i) => zh[`${i > 0 ? "unit.one" : "unit"}.${part}`]));
  expect(unnamed).toEqual([]);
});

test("Chinese texts without an English one are words that the program gives", () => {
  const extra = Object.keys(zh).filter((key) => !(key in en));
  expect(extra.filter((key) => !/^(unit|account|stage|mode|verdict\.sentence)\./.test(key))).toEqual([]);
});

test("every text is used", () => {
  const folder = new URL("../src/", import.meta.url);
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? readdirSync(new URL(entry.name + "/", folder)).map((name) => `${entry.name}/${name}`) : [entry.name],
  );
  const source = files.filter((name) => name.endsWith(".ts")).map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const byProgram =
    /^(figure|kinds?|kind_one|stage|account|mode|unit|outcome|verdict\.sentence|sessions\.(alert|alert_row|alert_value|outcome|column|absence)|(presale|views|returns|quality)\.column|returns\.(state|grade|route|stage|fund)|views\.parts|quality)\./;
  expect(Object.keys(en).filter((key) => !byProgram.test(key) && !source.includes(`"${key}"`))).toEqual([]);
});
