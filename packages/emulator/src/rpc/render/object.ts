/** Objects to the protobuf `Object`. */

import { GrpcTypes } from '@mysten/sui/grpc';

import { coinBalance } from '../../ledger/codec/object.js';
import { coinTypeOf } from '../../ledger/codec/type-tag.js';
import type { Ledger, LedgerObject } from '../../ledger/api.js';
import type { Selection } from '../mask.js';
import { applyMask, isSelected, selectionAt } from '../mask.js';
import { renderDisplay } from './display.js';
import { bcs, jsonValue, message, owner } from './message.js';
import { renderPackage } from './package.js';

/**
 * Reads the balance of a coin object.
 *
 * @param object - any object
 * @returns the balance in base units, or undefined if it is not a coin
 */
export function coinBalanceOf(object: LedgerObject): bigint | undefined {
  const { data } = object;
  if (data.kind !== 'move' || coinTypeOf(data.type) === undefined) return undefined;
  return coinBalance(data.contents);
}

/**
 * Renders the selected parts of an object.
 *
 * @param object - one version of an object
 * @param ledger - renders contents as JSON when asked for
 * @param selection - read mask, root `Object`
 */
export function renderObject(
  object: LedgerObject,
  ledger: Ledger,
  selection: Selection,
): GrpcTypes.Object {
  const { data } = object;
  const packageSelection = selectionAt(selection, 'package');
  const isMove = data.kind === 'move';
  const full = message(GrpcTypes.Object, {
    bcs: bcs(object.bcs, 'Object'),
    objectId: object.objectId,
    version: object.version,
    digest: object.digest,
    owner: owner(object.owner),
    objectType: isMove ? data.type : 'package',
    hasPublicTransfer: isMove ? data.hasPublicTransfer : undefined,
    contents: isMove ? bcs(data.contents, data.type) : undefined,
    package:
      !isMove && packageSelection !== undefined
        ? renderPackage(data, ledger, packageSelection)
        : undefined,
    previousTransaction: object.previousTransaction,
    storageRebate: object.storageRebate,
    json:
      isMove && isSelected(selection, 'json')
        ? jsonValue(ledger.renderJson(data.type, data.contents))
        : undefined,
    balance: coinBalanceOf(object),
    display: isMove && isSelected(selection, 'display') ? renderDisplay(data, ledger) : undefined,
  });
  return applyMask(GrpcTypes.Object, full, selection);
}
