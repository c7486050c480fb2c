/** Coin metadata and treasury objects of `0x2::coin`. */

import { bcs as bcsTypes } from '@mysten/bcs';
import { GrpcTypes } from '@mysten/sui/grpc';

import type { LedgerObject } from '../../ledger/api.js';
import { message } from './message.js';

const ID_BYTES = 32;

const coinMetadata = bcsTypes.struct('CoinMetadata', {
  id: bcsTypes.bytes(ID_BYTES),
  decimals: bcsTypes.u8(),
  name: bcsTypes.string(),
  symbol: bcsTypes.string(),
  description: bcsTypes.string(),
  iconUrl: bcsTypes.option(bcsTypes.string()),
});

const treasuryCap = bcsTypes.struct('TreasuryCap', {
  id: bcsTypes.bytes(ID_BYTES),
  totalSupply: bcsTypes.u64(),
});

/**
 * Reads a `0x2::coin::CoinMetadata<T>` object.
 *
 * @param object - object of that type
 * @returns the message, or undefined if it is not a Move object
 */
export function parseCoinMetadata(object: LedgerObject): GrpcTypes.CoinMetadata | undefined {
  if (object.data.kind !== 'move') return undefined;
  const { decimals, name, symbol, description, iconUrl } = coinMetadata.parse(object.data.contents);
  return message(GrpcTypes.CoinMetadata, {
    id: object.objectId,
    decimals,
    name,
    symbol,
    description,
    iconUrl: iconUrl ?? undefined,
  });
}

/**
 * Reads the supply in a `0x2::coin::TreasuryCap<T>` object.
 *
 * @param object - object of that type
 * @returns the supply in base units, or undefined if it is not a Move object
 */
export function parseTreasurySupply(object: LedgerObject): bigint | undefined {
  if (object.data.kind !== 'move') return undefined;
  return BigInt(treasuryCap.parse(object.data.contents).totalSupply);
}
