import h5wasm, { Dataset, File as H5File, Group } from "h5wasm";
import type { Grid } from "./grid";

/** The data blocks of the page: HDF5 files in base 64, one element each (written by `spate report`). */
const BLOCKS = "script.spate-data";

/** How every HDF5 file begins. */
const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function toFloats(value: unknown, scale: number): Float64Array {
  const source = (typeof value === "object" && value !== null ? value : [value]) as ArrayLike<number | bigint>;
  const floats = new Float64Array(source.length);
  for (let i = 0; i < source.length; ++i) floats[i] = Number(source[i]) * scale;
  return floats;
}

/** One HDF5 file. What is absent reads as empty: a section of the page then says so or is left out. */
export class DataFile {
  constructor(
    readonly name: string,
    private readonly file: H5File,
  ) {}

  private dataset(path: string): Dataset | undefined {
    const found = this.file.get(path);
    return found instanceof Dataset ? found : undefined;
  }

  has(path: string): boolean {
    return this.file.get(path) !== null;
  }

  attribute(name: string): string {
    const value = this.file.attrs[name]?.value;
    if (value === undefined || value === null) return "";
    return Array.isArray(value) || ArrayBuffer.isView(value) ? String((value as unknown as ArrayLike<unknown>)[0]) : String(value);
  }

  hasAttribute(name: string): boolean {
    return name in this.file.attrs;
  }

  numberAttribute(name: string): number {
    const text = this.attribute(name);
    return text === "" ? NaN : Number(text);
  }

  /** A column as numbers in its unit (money: times its scale factor). Empty if absent. */
  numbers(path: string): Float64Array {
    const dataset = this.dataset(path);
    if (!dataset || (dataset.shape ?? []).includes(0)) return new Float64Array(0);
    const factor = dataset.attrs["scale_factor"]?.value;
    const scale = factor === undefined || factor === null ? 1 : toFloats(factor, 1)[0];
    return toFloats(dataset.value, scale);
  }

  texts(path: string): string[] {
    const dataset = this.dataset(path);
    if (!dataset || (dataset.shape ?? []).includes(0)) return [];
    const value = dataset.value as unknown;
    return Array.isArray(value) ? value.map(String) : [String(value ?? "")];
  }

  grid(path: string): Grid {
    const shape = this.dataset(path)?.shape ?? [];
    if (shape.length !== 2 || shape.includes(0)) return { rows: 0, columns: 0, values: new Float64Array(0) };
    return { rows: shape[0], columns: shape[1], values: this.numbers(path) };
  }

  /** Names of the members of a group, in their order. */
  members(path: string): string[] {
    const group = this.file.get(path);
    return group instanceof Group ? group.keys() : [];
  }
}

/** Opens all blocks of the page. Throws: Error that names the block which is not an HDF5 file. */
export async function openBlocks(root: Document): Promise<DataFile[]> {
  const { FS } = await h5wasm.ready;
  const elements = [...root.querySelectorAll<HTMLScriptElement>(BLOCKS)];
  return elements.map((element, i) => {
    const name = element.dataset["file"] ?? `block ${i + 1}`;
    const place = `/block-${i}.h5`;
    try {
      const bytes = bytesOf(element.textContent ?? "");
      if (!SIGNATURE.every((byte, k) => bytes[k] === byte)) throw new Error("not an HDF5 file");
      FS.writeFile(place, bytes);
      const file = new DataFile(name, new H5File(place, "r"));
      if (file.attribute("kind") === "") throw new Error("no attribute 'kind'");
      return file;
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}
