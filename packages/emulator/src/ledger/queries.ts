/** Listings over the durable state: owned objects, balances, dynamic fields. */

import type { Balance, DynamicFieldEntry, Page, PageOptions } from './api.js';
import { ByteReader } from './codec/bytes.js';
import { coinOf, coinTypeOf, parseStruct, SUI_FRAMEWORK } from './codec/type-tag.js';
import type { PackageDescriber } from './describe.js';
import { LedgerError } from './errors.js';
import { ownerPrefix, type LedgerStore, type OwnedKey } from './store.js';
import type { LedgerObject } from './types.js';

const MAX_LIMIT = 1000;
const OWNER_KEY_LENGTH = 105;
const COIN = `${SUI_FRAMEWORK}::coin::Coin`;
const FIELD = `${SUI_FRAMEWORK}::dynamic_field::Field`;
const WRAPPER = `${SUI_FRAMEWORK}::dynamic_object_field::Wrapper`;

function checkPage(options: PageOptions, prefix: Uint8Array): Uint8Array | undefined {
  const { limit, afterToken } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new LedgerError(
      'LEDGER_INVALID_ARGUMENT',
      `page size ${limit} is not between 1 and ${MAX_LIMIT}`,
    );
  }
  if (afterToken === undefined) return undefined;
  const belongs =
    afterToken.length === OWNER_KEY_LENGTH &&
    Buffer.compare(afterToken.subarray(0, prefix.length), prefix) === 0;
  if (!belongs)
    throw new LedgerError('LEDGER_INVALID_ARGUMENT', 'page token does not belong to this listing');
  return afterToken;
}

/** Takes up to `limit` items and the key to go on behind, if there is more. */
function page<T>(
  keys: Iterable<OwnedKey>,
  limit: number,
  convert: (key: OwnedKey) => T | undefined,
): Page<T> {
  const items: T[] = [];
  let last: Uint8Array | undefined;
  for (const key of keys) {
    if (items.length === limit) return { items, nextToken: last };
    last = key.key;
    const item = convert(key);
    if (item !== undefined) items.push(item);
  }
  return { items, nextToken: undefined };
}

/** See `Ledger.ownedObjects`. */
export function listOwned(
  store: LedgerStore,
  owner: string,
  options: PageOptions & { readonly type?: string | undefined },
): Page<LedgerObject> {
  const { type } = options;
  if (type !== undefined && parseStruct(type) === undefined) {
    throw new LedgerError('LEDGER_INVALID_ARGUMENT', `type ${type} is no object type`);
  }
  const prefix = ownerPrefix('address', owner, type, type !== undefined && !type.includes('<'));
  const after = checkPage(options, prefix);
  return page(store.owned(prefix, after), options.limit, (key) => store.object(key.objectId));
}

/** See `Ledger.balance`. */
export function sumBalance(store: LedgerStore, owner: string, coinType: string): Balance {
  let total = 0n;
  let coins = 0;
  for (const { balance } of store.owned(ownerPrefix('address', owner, coinOf(coinType)))) {
    total += balance;
    coins++;
  }
  return { coinType, total, coins };
}

/** See `Ledger.balances`. */
export function listBalances(
  store: LedgerStore,
  owner: string,
  options: PageOptions,
): Page<Balance> {
  const prefix = ownerPrefix('address', owner, COIN, true);
  const after = checkPage(options, prefix);
  const items: Balance[] = [];
  let group: Uint8Array | undefined;
  let current: { coinType: string; total: bigint; coins: number } | undefined;
  for (const key of store.owned(prefix, after)) {
    if (group === undefined || Buffer.compare(group, key.typePrefix) !== 0) {
      if (current !== undefined) items.push(current);
      if (items.length === options.limit && group !== undefined)
        return { items, nextToken: lastKeyOf(group) };
      group = key.typePrefix;
      const type = store.object(key.objectId)?.data;
      current = {
        coinType: (type?.kind === 'move' && coinTypeOf(type.type)) || '',
        total: 0n,
        coins: 0,
      };
    }
    if (current !== undefined) {
      current.total += key.balance;
      current.coins++;
    }
  }
  if (current !== undefined) items.push(current);
  return { items, nextToken: undefined };
}

/** A key behind all keys of one owner and type. */
function lastKeyOf(typePrefix: Uint8Array): Uint8Array {
  const key = new Uint8Array(OWNER_KEY_LENGTH).fill(0xff);
  key.set(typePrefix);
  return key;
}

/** See `Ledger.dynamicFields`. */
export function listDynamicFields(
  store: LedgerStore,
  describer: PackageDescriber,
  parent: string,
  options: PageOptions,
): Page<DynamicFieldEntry> {
  const prefix = ownerPrefix('object', parent, FIELD, true);
  const after = checkPage(options, prefix);
  return page(store.owned(prefix, after), options.limit, (key) => {
    const fieldObject = store.object(key.objectId);
    return fieldObject === undefined
      ? undefined
      : fieldEntry(store, describer, parent, fieldObject);
  });
}

function fieldEntry(
  store: LedgerStore,
  describer: PackageDescriber,
  parent: string,
  fieldObject: LedgerObject,
): DynamicFieldEntry | undefined {
  const { data } = fieldObject;
  if (data.kind !== 'move') return undefined;
  const [keyType, valueType] = parseStruct(data.type)?.typeArguments ?? [];
  if (keyType === undefined || valueType === undefined) return undefined;
  const common = { parent, fieldId: fieldObject.objectId, fieldObject };
  const rest = data.contents.subarray(32);
  if (keyType.startsWith(`${WRAPPER}<`)) {
    const split = rest.length - 32;
    const value = Uint8Array.from(rest.subarray(split));
    const childId = `0x${Buffer.from(value).toString('hex')}`;
    const child = store.object(childId)?.data;
    return {
      ...common,
      kind: 'object',
      nameType: keyType.slice(WRAPPER.length + 1, -1),
      name: Uint8Array.from(rest.subarray(0, split)),
      valueType: child?.kind === 'move' ? child.type : valueType,
      value,
      childId,
    };
  }
  const reader = new ByteReader(rest);
  describer.render(keyType, reader);
  const split = rest.length - reader.remaining;
  return {
    ...common,
    kind: 'field',
    nameType: keyType,
    name: Uint8Array.from(rest.subarray(0, split)),
    valueType,
    value: Uint8Array.from(rest.subarray(split)),
    childId: undefined,
  };
}
