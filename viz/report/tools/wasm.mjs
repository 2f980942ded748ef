// h5wasm carries its WebAssembly as a text of 3.6 MB. The page carries it deflated in base 64, a third of that, and the browser inflates it.
// fflate rather than node:zlib: its output does not depend on the version of Node, so the page is the same wherever it is built.
import { deflateSync } from "fflate";

const BEFORE = "function findWasmBinary(){return binaryDecode(";
const AFTER = ")}function getBinarySync(file)";

const INFLATE = `
async function inflated(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
`;

/** The module of h5wasm with its binary deflated. Throws if the module does not look as expected. */
export function deflateBinary(code) {
  const from = code.indexOf(BEFORE);
  const to = code.indexOf(AFTER);
  if (from < 0 || to < from) throw new Error("h5wasm: its binary is not where it was in 0.10.3; look at tools/wasm.mjs");
  const coded = new Function("return " + code.slice(from + BEFORE.length, to))();
  const bytes = Uint8Array.from(coded, (letter) => ~letter.charCodeAt(0) >> 8 & letter.charCodeAt(0));
  if (String.fromCharCode(...bytes.slice(1, 4)) !== "asm") throw new Error("h5wasm: what was found is no WebAssembly");
  const packed = Buffer.from(deflateSync(bytes, { level: 9 })).toString("base64");
  return INFLATE + code.slice(0, from) + `function findWasmBinary(){return inflated("${packed}")}` + code.slice(to + 2);
}
