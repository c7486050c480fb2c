import { multiply } from '../field.js';

/**
 * Tables of the kernels' field arithmetic. Spec: redstuff-performance.md section 3.1.
 *
 * The kernels do not work on stored elements `low | high << 8` but on coordinates (a, b) in the basis {1, g}, g = 0x0100, over
 * the subfield GF(2^8), which is what the stored elements below 256 are: `b = high`, `a = low ^ P(high)`. There a factor
 * below 256 multiplies both bytes in the same way, with a quarter of the tables.
 */

/** Bytes of the tables of a factor in the subfield: products with the low and with the high nibble of a byte. */
const SUBFIELD_BYTES = 32;
/** Bytes of what is kept of any factor: `FACTOR_BYTES` in assembly/transform.ts. */
const FACTOR_BYTES = 4;
/** Bytes of the tables of a linear map of elements: `MAP_BYTES` in assembly/transform.ts. */
const MAP_BYTES = 128;
/** Where `P` is found, behind the tables of the 256 factors of the subfield. */
const BASIS_OFFSET = 256 * SUBFIELD_BYTES;
/** Where the factors begin, 0 first. */
const FACTORS_OFFSET = BASIS_OFFSET + 128;
/** Bytes of the head of an entry of a decode plan: u32 symbol number, u32 position, u32 slot, 4 unused bytes. */
const PLAN_HEADER_BYTES = 16;
/** Bytes of an entry of a decode plan. */
export const PLAN_ENTRY_BYTES = PLAN_HEADER_BYTES + MAP_BYTES;

/** The subfield's part of `high · g`, apart from its coordinate along g: `P(high)`. */
function basisShift(high: number): number {
  return multiply(high, 0x100) & 0xff;
}

/** Turns a stored element into coordinates, and back: the map is its own inverse. */
function changeBasis(element: number): number {
  return element ^ basisShift(element >> 8);
}

/**
 * Writes what a linear map of 16-bit values makes of the 16 values of each nibble: four tables of the results' low bytes, then
 * four of their high bytes.
 */
function writeLinearMap(out: Uint8Array, offset: number, map: (value: number) => number): void {
  for (let place = 0; place < 4; place++) {
    const low = offset + 16 * place;
    const high = low + 64;
    out[low] = 0;
    out[high] = 0;
    for (let bit = 0; bit < 4; bit++) {
      const image = map(1 << (4 * place + bit));
      const size = 1 << bit;
      // The upper half of each doubled range is the lower half plus the image of one bit.
      for (let i = 0; i < size; i++) {
        out[low + size + i] = (out[low + i] ?? 0) ^ (image & 0xff);
        out[high + size + i] = (out[high + i] ?? 0) ^ (image >> 8);
      }
    }
  }
}

/** Writes the tables by which bytes are mapped: 16 products of the low nibble, then 16 of the high one. */
function writeByteMap(out: Uint8Array, offset: number, map: (value: number) => number): void {
  for (let nibble = 0; nibble < 16; nibble++) {
    out[offset + nibble] = map(nibble);
    out[offset + 16 + nibble] = map(nibble << 4);
  }
}

/** Returns the bytes that the tables for factors below `domain` take. */
export function tablesBytes(domain: number): number {
  return FACTORS_OFFSET + domain * FACTOR_BYTES;
}

const tablesOfDomain = new Map<number, Uint8Array>();

/**
 * Returns all tables, {@link tablesBytes} of them; made once, since it takes milliseconds.
 *
 * @param domain - bound of the factors, a power of two
 */
export function fieldTablesOf(domain: number): Uint8Array {
  let tables = tablesOfDomain.get(domain);
  if (tables === undefined) {
    tables = new Uint8Array(tablesBytes(domain));
    writeTables(tables, domain);
    tablesOfDomain.set(domain, tables);
  }
  return tables;
}

function writeTables(out: Uint8Array, domain: number): void {
  for (let factor = 0; factor < 256; factor++) {
    writeByteMap(out, factor * SUBFIELD_BYTES, (value) => multiply(factor, value));
  }
  writeByteMap(out, BASIS_OFFSET, basisShift);
  // With g² = g + h, h = 0x80, a product (a + b g)(c + d g) is a c + b d h + ((a + b)(c + d) + a c) g: three products.
  for (let factor = 0; factor < domain; factor++) {
    const target = FACTORS_OFFSET + factor * FACTOR_BYTES;
    const d = factor >> 8;
    const c = changeBasis(factor) & 0xff;
    out[target] = c;
    out[target + 1] = c ^ d;
    out[target + 2] = multiply(d, 0x80);
  }
}

/**
 * Writes an entry of a decode plan.
 *
 * Its tables multiply and change the basis at once: from stored elements to coordinates for `load`, from coordinates to
 * stored elements for `store`.
 */
export function writePlanEntry(
  out: Uint8Array,
  offset: number,
  entry: {
    readonly index: number;
    readonly position: number;
    /** Place of a given symbol in the input. */
    readonly slot: number;
    readonly factor: number;
    readonly direction: 'load' | 'store';
  },
): void {
  const { index, position, slot, factor, direction } = entry;
  const header = new DataView(out.buffer, out.byteOffset + offset, PLAN_HEADER_BYTES);
  header.setUint32(0, index, true);
  header.setUint32(4, position, true);
  header.setUint32(8, slot, true);
  const map =
    direction === 'load'
      ? (value: number): number => changeBasis(multiply(factor, value))
      : (value: number): number => multiply(factor, changeBasis(value));
  writeLinearMap(out, offset + PLAN_HEADER_BYTES, map);
}
