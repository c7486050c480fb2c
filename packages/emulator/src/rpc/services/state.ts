/** StateService: owned objects, balances, coin metadata, dynamic fields (sui-rpc.md b). */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { Balance, DynamicFieldEntry, Ledger, LedgerObject } from '../../ledger/api.js';
import { SUI_TYPE, parseStruct } from '../../ledger/codec/type-tag.js';
import { applyMask, compileMask, selectionAt } from '../mask.js';
import type { Selection } from '../mask.js';
import { unary } from '../method.js';
import type { RpcMethod } from '../method.js';
import { parseCoinMetadata, parseTreasurySupply } from '../render/coin.js';
import { bcs, message } from '../render/message.js';
import { renderObject } from '../render/object.js';
import { requireAddress, requireType } from '../resolve/normalize.js';
import { notFound } from '../status.js';
import { objectMask } from './ledger.js';

const {
  DynamicField,
  GetBalanceRequest,
  GetBalanceResponse,
  GetCoinInfoRequest,
  GetCoinInfoResponse,
  ListBalancesRequest,
  ListBalancesResponse,
  ListDynamicFieldsRequest,
  ListDynamicFieldsResponse,
  ListOwnedObjectsRequest,
  ListOwnedObjectsResponse,
  StateService,
} = GrpcTypes;

const DEFAULT_PAGE_ITEMS = 50;
const MAX_PAGE_ITEMS = 1000;
/** A page of owned objects is closed once the objects read for it reach this size. */
const MAX_PAGE_BYTES = 512 * 1024;
const OWNED_OBJECT_PATHS = ['object_id', 'version', 'object_type'];
const DYNAMIC_FIELD_PATHS = ['parent', 'field_id'];

function pageLimit(pageSize: number | undefined): number {
  if (pageSize === undefined || pageSize === 0) return DEFAULT_PAGE_ITEMS;
  return Math.min(pageSize, MAX_PAGE_ITEMS);
}

/** An empty token starts at the beginning, like an absent one. */
function pageStart(token: Uint8Array | undefined): Uint8Array | undefined {
  return token === undefined || token.length === 0 ? undefined : token;
}

function renderBalance(balance: Balance): GrpcTypes.Balance {
  return message(GrpcTypes.Balance, {
    coinType: balance.coinType,
    balance: balance.total,
    // Everything is held as coins; the address balance stays unset, so that clients never try to
    // withdraw from it.
    coinBalance: balance.total === 0n ? undefined : balance.total,
  });
}

function renderDynamicField(
  entry: DynamicFieldEntry,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.DynamicField {
  const kinds = GrpcTypes.DynamicField_DynamicFieldKind;
  const fieldSelection = selectionAt(selection, 'fieldObject');
  const childSelection = selectionAt(selection, 'childObject');
  const child =
    entry.childId === undefined || childSelection === undefined
      ? undefined
      : ledger.getObject(entry.childId);
  const full = message(DynamicField, {
    kind: entry.kind === 'object' ? kinds.OBJECT : kinds.FIELD,
    parent: entry.parent,
    fieldId: entry.fieldId,
    fieldObject:
      fieldSelection === undefined
        ? undefined
        : renderObject(entry.fieldObject, ledger, fieldSelection),
    name: bcs(entry.name, entry.nameType),
    value: bcs(entry.value, entry.valueType),
    valueType: entry.valueType,
    childId: entry.childId,
    childObject:
      child === undefined || childSelection === undefined
        ? undefined
        : renderObject(child, ledger, childSelection),
  });
  return applyMask(DynamicField, full, selection);
}

/** Finds a live object of a type among those the coin's package made when it was published. */
function findPublished(ledger: Ledger, packageId: string, type: string): LedgerObject | undefined {
  const first = ledger.packageVersions(packageId)[0]?.id ?? packageId;
  const publication = ledger.getObject(first)?.previousTransaction;
  const record = publication === undefined ? undefined : ledger.transaction(publication);
  for (const [id, candidate] of record?.objectTypes ?? []) {
    if (candidate === type) return ledger.getObject(id);
  }
  return undefined;
}

function coinInfo(ledger: Ledger, coinType: string): GrpcTypes.GetCoinInfoResponse {
  const packageId = parseStruct(coinType)?.address;
  if (packageId === undefined) throw notFound(`Coin type ${coinType} not found`);
  const coinModule = `0x${'2'.padStart(64, '0')}::coin`;
  const found = findPublished(ledger, packageId, `${coinModule}::CoinMetadata<${coinType}>`);
  const treasury = findPublished(ledger, packageId, `${coinModule}::TreasuryCap<${coinType}>`);
  const metadata =
    found === undefined && coinType === SUI_TYPE
      ? message(GrpcTypes.CoinMetadata, {
          decimals: 9,
          name: 'Sui',
          symbol: 'SUI',
          description: '',
        })
      : found && parseCoinMetadata(found);
  if (metadata === undefined) throw notFound(`Coin type ${coinType} not found`);
  return message(GetCoinInfoResponse, {
    coinType,
    metadata,
    treasury:
      treasury === undefined
        ? undefined
        : message(GrpcTypes.CoinTreasury, {
            id: treasury.objectId,
            totalSupply: parseTreasurySupply(treasury),
          }),
  });
}

/**
 * Makes the methods of StateService.
 *
 * @param ledger - the chain
 * @returns ListOwnedObjects, GetBalance, ListBalances, GetCoinInfo, ListDynamicFields
 */
export function stateMethods(ledger: Ledger): RpcMethod[] {
  return [
    unary(
      StateService,
      'ListOwnedObjects',
      ListOwnedObjectsRequest,
      ListOwnedObjectsResponse,
      (request) => {
        const selection = objectMask(request.readMask, OWNED_OBJECT_PATHS);
        const owner = requireAddress(request.owner, 'owner');
        const type =
          request.objectType === undefined
            ? undefined
            : requireType(request.objectType, 'object_type');
        let remaining = pageLimit(request.pageSize);
        let bytes = 0;
        let token = pageStart(request.pageToken);
        const objects: GrpcTypes.Object[] = [];
        do {
          const limit = Math.min(remaining, DEFAULT_PAGE_ITEMS);
          const page = ledger.ownedObjects(owner, { type, limit, afterToken: token });
          for (const object of page.items) {
            objects.push(renderObject(object, ledger, selection));
            bytes += object.bcs.length;
          }
          remaining -= limit;
          token = page.nextToken;
        } while (token !== undefined && remaining > 0 && bytes < MAX_PAGE_BYTES);
        return message(ListOwnedObjectsResponse, { objects, nextPageToken: token });
      },
    ),
    unary(StateService, 'GetBalance', GetBalanceRequest, GetBalanceResponse, (request) => {
      const owner = requireAddress(request.owner, 'owner');
      const coinType = requireType(request.coinType, 'coin_type');
      return message(GetBalanceResponse, {
        balance: renderBalance(ledger.balance(owner, coinType)),
      });
    }),
    unary(StateService, 'ListBalances', ListBalancesRequest, ListBalancesResponse, (request) => {
      const page = ledger.balances(requireAddress(request.owner, 'owner'), {
        limit: pageLimit(request.pageSize),
        afterToken: pageStart(request.pageToken),
      });
      return message(ListBalancesResponse, {
        balances: page.items.map(renderBalance),
        nextPageToken: page.nextToken,
      });
    }),
    unary(StateService, 'GetCoinInfo', GetCoinInfoRequest, GetCoinInfoResponse, (request) =>
      coinInfo(ledger, requireType(request.coinType, 'coin_type')),
    ),
    unary(
      StateService,
      'ListDynamicFields',
      ListDynamicFieldsRequest,
      ListDynamicFieldsResponse,
      (request) => {
        const selection = compileMask(DynamicField, request.readMask, DYNAMIC_FIELD_PATHS);
        const page = ledger.dynamicFields(requireAddress(request.parent, 'parent'), {
          limit: pageLimit(request.pageSize),
          afterToken: pageStart(request.pageToken),
        });
        return message(ListDynamicFieldsResponse, {
          dynamicFields: page.items.map((entry) => renderDynamicField(entry, ledger, selection)),
          nextPageToken: page.nextToken,
        });
      },
    ),
  ];
}
