/** What must hold for every executed transaction, checked against the ledger that holds it. */

import { bcs } from '@mysten/sui/bcs';
import { expect } from 'vitest';
import {
  decodeObject,
  digestOf,
  type Ledger,
  type TransactionRecord,
} from '../../src/ledger/index.js';
import { SUI_TYPE } from '../../src/ledger/index.js';

/**
 * Checks a record that is the newest to have touched its objects.
 *
 * @returns the record, for chaining
 */
export function checkRecord(ledger: Ledger, record: TransactionRecord): TransactionRecord {
  const { effects } = record;
  expect(digestOf('transaction', record.transactionBcs)).toBe(record.digest);
  expect(digestOf('effects', record.effectsBcs)).toBe(record.effectsDigest);
  if (record.eventsBcs !== undefined)
    expect(digestOf('events', record.eventsBcs)).toBe(effects.eventsDigest);
  bcs.TransactionEffects.parse(record.effectsBcs);
  const ids = effects.changedObjects.map((c) => c.objectId);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
  for (const { objectId, input, output } of effects.changedObjects) {
    const now = ledger.getObject(objectId);
    if (output === undefined) {
      expect(now, objectId).toBeUndefined();
    } else {
      expect(now?.digest, objectId).toBe(output.digest);
      expect(now?.version, objectId).toBe(output.version);
      expect(now?.previousTransaction).toBe(record.digest);
      if (output.kind === 'object') expect(output.version).toBe(effects.lamportVersion);
      if (now !== undefined) {
        expect(decodeObject(now.bcs)).toMatchObject({ digest: now.digest, owner: now.owner });
        expect(bcs.ObjectDigest.serialize(now.digest).toBytes()).toHaveLength(33);
      }
    }
    if (input !== undefined) {
      expect(input.version).toBeLessThan(effects.lamportVersion);
      expect(ledger.getObject(objectId, input.version)?.digest, objectId).toBe(input.digest);
    }
  }
  const gas = effects.gasUsed;
  const sui = record.balanceChanges
    .filter((c) => c.coinType === SUI_TYPE)
    .reduce((sum, c) => sum + c.amount, 0n);
  expect(sui).toBe(gas.storageRebate - gas.computationCost - gas.storageCost);
  const checkpoint = ledger.checkpoint(record.checkpoint);
  expect(checkpoint?.contents[record.indexInCheckpoint]).toMatchObject({
    transaction: record.digest,
    effects: record.effectsDigest,
  });
  expect(ledger.transaction(record.digest)).toEqual(record);
  return record;
}
