/**
 * Run-time values of the interpreter.
 *
 * bool is boolean; u8, u16, u32 are number; u64, u128, u256 are bigint; address is a 0x string of
 * 64 digits; struct and vector are arrays of slots; enum is EnumValue; a reference is Ref. The
 * bytecode is checked before it runs, so an array has exactly one owner: moving it is aliasing it.
 */

/** A struct (fields in order) or a vector (elements). */
export type ValueArray = Value[];

/** An enum value: variant tag and its fields. */
export class EnumValue {
  readonly tag: number;
  readonly fields: ValueArray;

  constructor(tag: number, fields: ValueArray) {
    this.tag = tag;
    this.fields = fields;
  }
}

/** A live reference: slot `index` of `container` (locals, struct fields, vector, holder). */
export class Ref {
  readonly container: ValueArray;
  readonly index: number;

  constructor(container: ValueArray, index: number) {
    this.container = container;
    this.index = index;
  }

  get(): Value {
    const value = this.container[this.index];
    if (value === undefined) throw new TypeError('reference to an empty slot');
    return value;
  }

  set(value: Value): void {
    this.container[this.index] = value;
  }
}

/** Any run-time value. */
export type Value = boolean | number | bigint | string | ValueArray | EnumValue | Ref;

/** Deep copy; references are copied as references. */
export function copyValue(value: Value): Value {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return copyArray(value);
  if (value instanceof EnumValue) return new EnumValue(value.tag, copyArray(value.fields));
  return value;
}

function copyArray(source: ValueArray): ValueArray {
  const first = source[0];
  // Vectors of primitives are homogeneous, structs are short: one native copy, then fix objects.
  const out = source.slice();
  if (typeof first !== 'object' && source.length > 16 && typeof source.at(-1) !== 'object') {
    let flat = true;
    for (const item of source) {
      if (typeof item === 'object') {
        flat = false;
        break;
      }
    }
    if (flat) return out;
  }
  for (let i = 0; i < out.length; i++) {
    const item = out[i];
    if (typeof item === 'object') out[i] = copyValue(item);
  }
  return out;
}

/** Structural equality; references compare what they point to. */
export function equalValues(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a instanceof Ref) return equalValues(a.get(), b instanceof Ref ? b.get() : b);
  if (b instanceof Ref) return equalValues(a, b.get());
  if (Array.isArray(a)) return Array.isArray(b) && equalArrays(a, b);
  return b instanceof EnumValue && a.tag === b.tag && equalArrays(a.fields, b.fields);
}

function equalArrays(a: ValueArray, b: ValueArray): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y) continue;
    if (x === undefined || y === undefined || typeof x !== 'object') return false;
    if (!equalValues(x, y)) return false;
  }
  return true;
}

/**
 * Abstract size of a value for the gas meter (an estimate: integers inside containers count by
 * their run-time form, since slots carry no types).
 *
 * @see spec move-vm.md 10.1
 */
export function abstractSize(value: Value, through: boolean): number {
  if (typeof value === 'string') return 32;
  if (typeof value !== 'object') return 8;
  if (Array.isArray(value)) return arraySize(value);
  if (value instanceof EnumValue) return arraySize(value.fields);
  return through ? 8 + abstractSize(value.get(), false) : 8;
}

function arraySize(items: ValueArray): number {
  let total = 2;
  for (const item of items) {
    switch (typeof item) {
      case 'number':
        total += 1;
        break;
      case 'boolean':
      case 'bigint':
        total += 8;
        break;
      case 'string':
        total += 32;
        break;
      default:
        if (item !== undefined) total += abstractSize(item, false);
    }
  }
  return total;
}

/** Bytes of a `vector<u8>` value. */
export function toBytes(value: Value): Uint8Array {
  return Uint8Array.from(asArray(value) as number[]);
}

/** A `vector<u8>` value with these bytes. */
export function fromBytes(bytes: Uint8Array): ValueArray {
  return Array.from(bytes);
}

/** Narrows to an array value; a failure is a bug or unverified code. */
export function asArray(value: Value | undefined): ValueArray {
  if (!Array.isArray(value)) throw new TypeError('expected a struct or vector value');
  return value;
}

/** Narrows to a reference. */
export function asRef(value: Value | undefined): Ref {
  if (!(value instanceof Ref)) throw new TypeError('expected a reference');
  return value;
}

/** Narrows to an enum value. */
export function asEnum(value: Value | undefined): EnumValue {
  if (!(value instanceof EnumValue)) throw new TypeError('expected an enum value');
  return value;
}

/** Narrows to u64, u128 or u256. */
export function asBig(value: Value | undefined): bigint {
  if (typeof value !== 'bigint') throw new TypeError('expected a wide integer');
  return value;
}

/** Narrows to u8, u16 or u32. */
export function asNumber(value: Value | undefined): number {
  if (typeof value !== 'number') throw new TypeError('expected a narrow integer');
  return value;
}

/** Narrows to an address. */
export function asAddressText(value: Value | undefined): string {
  if (typeof value !== 'string') throw new TypeError('expected an address');
  return value;
}
