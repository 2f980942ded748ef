// viz/report/page.html and NOTICES are what their sources make. usage: node page_fresh_test.mjs
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const report = fileURLToPath(new URL("../../viz/report/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "spate-page-"));
const run = (...words) => execFileSync(process.execPath, words, { cwd: report, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

after(() => rmSync(folder, { recursive: true, force: true }));

test("the committed page is the one that its sources make", () => {
  run("node_modules/typescript/bin/tsc", "--noEmit");
  run("tools/notices.mjs", join(folder, "NOTICES"));
  assert.ok(readFileSync(join(folder, "NOTICES")).equals(readFileSync(join(report, "NOTICES"))), "NOTICES differs. cd viz/report && npm run build?");
  run("node_modules/vite/bin/vite.js", "build", "--logLevel", "error", "--outDir", join(folder, "dist"));
  run("tools/finish.mjs", join(folder, "dist/index.html"), join(folder, "page.html"));
  assert.ok(readFileSync(join(folder, "page.html")).equals(readFileSync(join(report, "page.html"))), "page.html differs. cd viz/report && npm run build?");
});
