// Copies the built page to page.html, as `spate report` reads it, and checks the place where the data go.
// usage: node finish.mjs [BUILT [PAGE]]
import { readFileSync, writeFileSync } from "node:fs";

const MARKER = "<!-- spate:data -->";
const page = readFileSync(process.argv[2] ?? new URL("../dist/index.html", import.meta.url), "utf8");
const parts = page.split(MARKER).length - 1;
if (parts !== 1) throw new Error(`the marker ${MARKER} is in the page ${parts} times (must be once)`);
if (page.indexOf(MARKER) > page.indexOf("<script")) throw new Error("the marker must come before the scripts");
const outside = page.match(/(?:src|href)="(?!data:|#)[^"]+"/);
if (outside) throw new Error(`the page refers to another file: ${outside[0]}`);
const place = process.argv[3] ?? new URL("../page.html", import.meta.url);
writeFileSync(place, page);
console.log(`page.html: ${(page.length / 1e6).toFixed(2)} MB`);
