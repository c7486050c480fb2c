import { ContractsError } from './errors.js';

const MODULE_HANDLES = 0x01;
const IDENTIFIERS = 0x07;

/**
 * Reads the name of a compiled module.
 *
 * @param bytes - one serialized module
 * @throws CONTRACTS_LINK_FAILED when the bytes are not a module
 * @see spec move-vm.md 1.1, 1.2
 */
export function readModuleName(bytes: Uint8Array): string {
  let at = 8;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) {
      throw new ContractsError('CONTRACTS_LINK_FAILED', 'a compiled module is truncated');
    }
    return value;
  };
  const uleb = (): number => {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
    throw new ContractsError('CONTRACTS_LINK_FAILED', 'a compiled module has a malformed number');
  };

  const tableCount = uleb();
  const tables = new Map<number, { offset: number; length: number }>();
  let tablesLength = 0;
  for (let i = 0; i < tableCount; i++) {
    const kind = byte();
    const offset = uleb();
    const length = uleb();
    tables.set(kind, { offset, length });
    tablesLength = Math.max(tablesLength, offset + length);
  }
  const contents = at;
  const seek = (kind: number): number => {
    const table = tables.get(kind);
    if (table === undefined) {
      throw new ContractsError('CONTRACTS_LINK_FAILED', `a compiled module lacks table ${kind}`);
    }
    return (at = contents + table.offset);
  };

  at = contents + tablesLength;
  const self = uleb();
  seek(MODULE_HANDLES);
  for (let i = 0; i < self; i++) {
    uleb();
    uleb();
  }
  uleb();
  const identifier = uleb();
  seek(IDENTIFIERS);
  for (let i = 0; i < identifier; i++) {
    const length = uleb();
    at += length;
  }
  const length = uleb();
  return new TextDecoder().decode(bytes.subarray(at, at + length));
}
