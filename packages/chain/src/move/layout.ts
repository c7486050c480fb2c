import { bcs, type BcsType } from '@mysten/bcs';
import { addressFromBytes, addressToBytes, normalizeAddress, type Address } from '@walrus-ts/core';

/*
 * Layouts of Move's own types and of the framework's, which the generated layouts are made of (spec contracts.md §2).
 * Integers of 64 bits and more are bigints, addresses and object IDs are text.
 */

type Integer = number | bigint | string;
const bigint = (type: BcsType<string, Integer>): BcsType<bigint, Integer> =>
  type.transform({ input: (value: Integer) => value, output: BigInt });

/** `bool` */
export const bool = /* @__PURE__ */ bcs.bool();
/** `u8` */
export const u8 = /* @__PURE__ */ bcs.u8();
/** `u16` */
export const u16 = /* @__PURE__ */ bcs.u16();
/** `u32` */
export const u32 = /* @__PURE__ */ bcs.u32();
/** `u64`, also a `Balance` */
export const u64 = /* @__PURE__ */ bigint(/* @__PURE__ */ bcs.u64());
/** `u128`, also a `UQ64_64` */
export const u128 = /* @__PURE__ */ bigint(/* @__PURE__ */ bcs.u128());
/** `u256` */
export const u256 = /* @__PURE__ */ bigint(/* @__PURE__ */ bcs.u256());
/** `vector<u8>`, also a group element */
export const bytes = /* @__PURE__ */ bcs.byteVector();
/** `String` of either kind */
export const string = /* @__PURE__ */ bcs.string();
/** `address`, `ID` and `UID` */
export const address: BcsType<Address, string> = /* @__PURE__ */ bcs.bytes(32).transform({
  input: (text: string) => addressToBytes(normalizeAddress(text)),
  output: (value) => addressFromBytes(Uint8Array.from(value)),
});

/** `vector` of any element but `u8`. */
export function vector<T, Input>(element: BcsType<T, Input>): BcsType<T[], readonly Input[]> {
  return bcs
    .vector(element)
    .transform({ input: (items: readonly Input[]) => items, output: (items) => items });
}

/** `Option`; none is `null`. */
export function option<T, Input>(inner: BcsType<T, Input>): BcsType<T | null, Input | null> {
  return bcs.option(inner).transform({
    input: (value: Input | null) => value,
    output: (value) => value,
  });
}

/** `VecMap`: entries in the order of the chain. */
export function vecMap<K, KInput, V, VInput>(
  key: BcsType<K, KInput>,
  value: BcsType<V, VInput>,
): BcsType<Map<K, V>, Iterable<readonly [KInput, VInput]>> {
  return bcs.vector(bcs.tuple([key, value])).transform({
    input: (entries: Iterable<readonly [KInput, VInput]>) =>
      Array.from(entries, ([k, v]): [KInput, VInput] => [k, v]),
    output: (entries) => new Map(entries),
  });
}

/** `Table`, `ObjectTable`, `Bag` and `ObjectBag`: the entries are dynamic fields of `id`. */
export const collection = /* @__PURE__ */ bcs.lazy(() =>
  bcs.struct('Collection', { id: address, size: u64 }),
);
/** `Coin` of any type. */
export const coin = /* @__PURE__ */ bcs.lazy(() =>
  bcs.struct('Coin', { id: address, balance: u64 }),
);
/** `UpgradeCap`. */
export const upgradeCap = /* @__PURE__ */ bcs.lazy(() =>
  bcs.struct('UpgradeCap', { id: address, package: address, version: u64, policy: u8 }),
);
/** `Publisher`. */
export const publisher = /* @__PURE__ */ bcs.lazy(() =>
  bcs.struct('Publisher', { id: address, package: string, module_name: string }),
);

/** What a generated layout has besides reading and writing. */
export interface Tagged {
  /** `module::Name` */
  readonly typeName: string;
  /**
   * Name of the type with its package.
   *
   * @param originalPackageId - package that defines the type; upgrades do not change it
   * @param typeArguments - in the order of the declaration
   */
  tag(originalPackageId: string, ...typeArguments: string[]): string;
}

/**
 * Makes the layout of a Move struct or enum. It is built at its first use, so unused ones cost nothing.
 *
 * @param name - `module::Name`
 * @param make - builds the layout
 */
export function datatype<T, Input>(
  name: string,
  make: () => BcsType<T, Input>,
): BcsType<T, Input> & Tagged {
  return Object.assign(bcs.lazy(make), {
    typeName: name,
    tag: (originalPackageId: string, ...typeArguments: string[]) =>
      `${originalPackageId}::${name}${typeArguments.length > 0 ? `<${typeArguments.join(', ')}>` : ''}`,
  });
}

export { bcs };
