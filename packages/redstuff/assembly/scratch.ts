/**
 * Where things are: the areas that the caller gives to this instance, and constants in memory.
 *
 * Globals belong to the instance, memory may be shared with others: so nothing that changes lies at a fixed address.
 */

/** Bytes at the start of the scratch area that hashing uses. */
export const SCRATCH_BYTES: usize = 1024;

/** Tables of the 256 factors of the subfield, 32 bytes each. */
export let subfield: usize = 0;
/** The change of basis as two nibble tables. */
export let basis: usize = 0;
/** What is kept of all factors, 4 bytes each. */
export let factors: usize = 0;
/** Chaining values of two messages: 8 vectors. */
export let state: usize = 0;
/** A block of two messages side by side: 16 vectors. */
export let message: usize = 0;
/** Indices for units of several codewords: 8 vectors. */
export let packing: usize = 0;
/** Chaining values of all leaves of one codeword. */
export let states: usize = 0;
/** The area for transforms, and for trees. */
export let work: usize = 0;

/** Tells this instance where its areas are. The tables are as src/wasm/factor-tables.ts writes them. */
export function configure(
  tables: usize,
  scratch: usize,
  stateArea: usize,
  workArea: usize,
): void {
  subfield = tables;
  basis = tables + 8192;
  factors = tables + 8192 + 128;
  state = scratch;
  message = scratch + 128;
  packing = scratch + 512;
  states = stateArea;
  work = workArea;
}

// Constants of vectors come from memory: engines would build them anew at each use in the middle of hot loops.

/** Mask of the low nibble of each byte. */
export const NIBBLES: usize = memory.data<u64>([0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f], 16);

/** 16 bytes of ones, then 16 of zeros: a mask of the first r bytes of a vector is at `FIRST_BYTES + 16 - r`. */
export const FIRST_BYTES: usize = memory.data<u64>(
  [0xffffffffffffffff, 0xffffffffffffffff, 0, 0],
  16,
);

/** Indices that move the bytes of a vector down by r places (up by -r) are at `MOVES + 16 + r`; zeros come in. */
export const MOVES: usize = memory.data<u64>(
  [
    0x8080808080808080, 0x8080808080808080, 0x0706050403020100, 0x0f0e0d0c0b0a0908,
    0x8080808080808080, 0x8080808080808080,
  ],
  16,
);

/** Looks bytes up in a table of 16; all indices are below 16. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function lookUp(table: v128, indices: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? i8x16.relaxed_swizzle(table, indices)
    : i8x16.swizzle(table, indices);
}
