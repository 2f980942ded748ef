import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { packLand } from "./tools/land.mjs";
import { deflateBinary } from "./tools/wasm.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A module whose default export is a text made when the page is built. */
function text(name: string, make: () => string): Plugin {
  return {
    name,
    resolveId: (id) => (id === name ? "\0" + name : undefined),
    load: (id) => (id === "\0" + name ? "export default " + JSON.stringify(make()) : undefined),
  };
}

/** h5wasm with its binary deflated. */
function smallWasm(): Plugin {
  const isIt = (id: string) => id.replace(/\?.*/, "").endsWith("esm/hdf5_util.js");
  return { name: "small-wasm", apply: "build", transform: (code, id) => (isIt(id) ? { code: deflateBinary(code), map: null } : undefined) };
}

export default defineConfig({
  root: here("."),
  plugins: [
    text("virtual:land", packLand),
    text("virtual:notices", () => readFileSync(here("NOTICES"), "utf8")),
    smallWasm(),
    viteSingleFile({ removeViteModuleLoader: true }),
  ],
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, reportCompressedSize: false, chunkSizeWarningLimit: 8000 },
  // A number: the tests must run where the name localhost is not known.
  server: { host: "127.0.0.1" },
  test: { include: ["tests/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
