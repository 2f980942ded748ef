// Writes NOTICES: the licences of all that the page contains, as they are in the packages. usage: node notices.mjs [FILE]
import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../node_modules/", import.meta.url);
const read = (path) => readFileSync(new URL(path, folder), "utf8").replace(/\r/g, "").trim();
const version = (name) => JSON.parse(read(`${name}/package.json`)).version;

const PARTS = [
  ["h5wasm", "HDF5 in the browser. Changed November 2026: its binary is carried deflated; nothing else.", ["LICENSE.txt"]],
  ["echarts", "charts", ["NOTICE", "LICENSE", "licenses/LICENSE-d3"]],
  ["zrender", "drawing of the charts", ["LICENSE"]],
  ["tslib", "helpers of zrender and echarts", ["LICENSE.txt"]],
  ["world-atlas", "coastlines, made from Natural Earth (public domain); here on a grid of 0.02 degrees", ["LICENSE"]],
];

const line = "=".repeat(78);
const parts = PARTS.map(([name, what, files]) => [`${line}\n${name} ${version(name)}: ${what}\n${line}`, ...files.map((file) => read(`${name}/${file}`))].join("\n\n"));
const head = "The report page of Spate (Apache-2.0) contains the following software and data.";
writeFileSync(process.argv[2] ?? new URL("../NOTICES", import.meta.url), [head, ...parts].join("\n\n") + "\n");
