import { GrpcTypes } from '@mysten/sui/grpc';
import { describe, expect, it } from 'vitest';

import { applyMask, compileMask, isSelected } from '../../src/rpc/mask.js';

const { ExecutedTransaction } = GrpcTypes;

const sample = ExecutedTransaction.create({
  digest: 'D',
  transaction: {
    sender: '0x1',
    digest: 'T',
    kind: {
      data: {
        oneofKind: 'programmableTransaction',
        programmableTransaction: { inputs: [{ objectId: '0x5' }], commands: [] },
      },
    },
  },
  effects: {
    status: { success: true },
    lamportVersion: 7n,
    changedObjects: [
      { objectId: '0xa', objectType: 'A', inputVersion: 1n },
      { objectId: '0xb', objectType: 'B' },
    ],
  },
  timestamp: { seconds: 5n, nanos: 1 },
});

function masked(...paths: string[]) {
  return applyMask(ExecutedTransaction, sample, compileMask(ExecutedTransaction, { paths }, []));
}

describe('read masks', () => {
  it('keeps only the selected fields', () => {
    expect(masked('digest', 'effects.status')).toEqual(
      ExecutedTransaction.create({ digest: 'D', effects: { status: { success: true } } }),
    );
  });

  it('lets the shorter of two overlapping paths win, in either order', () => {
    const whole = masked('effects').effects;
    expect(masked('effects.status', 'effects').effects).toEqual(whole);
    expect(masked('effects', 'effects.changed_objects.object_type').effects).toEqual(whole);
    expect(whole?.lamportVersion).toBe(7n);
  });

  it('steps through repeated fields', () => {
    expect(masked('effects.changed_objects.object_id').effects?.changedObjects).toEqual(
      ['0xa', '0xb'].map((objectId) => GrpcTypes.ChangedObject.create({ objectId })),
    );
  });

  it('steps through oneofs and selects well-known types whole', () => {
    const kind = masked('transaction.kind.programmable_transaction.inputs', 'timestamp');
    expect(kind.transaction?.kind?.data).toMatchObject({ oneofKind: 'programmableTransaction' });
    expect(kind.transaction?.sender).toBeUndefined();
    expect(kind.timestamp).toEqual({ seconds: 5n, nanos: 1 });
  });

  it('takes * as everything and the defaults without a mask', () => {
    expect(masked('*')).toBe(sample);
    const selection = compileMask(ExecutedTransaction, undefined, ['digest']);
    expect(applyMask(ExecutedTransaction, sample, selection)).toEqual(
      ExecutedTransaction.create({ digest: 'D' }),
    );
    expect(isSelected(selection, 'effects')).toBe(false);
  });

  it.each([
    'nothing',
    'effects.nothing',
    'digest.more',
    'effects.status.',
    '',
    'objectTypes',
    'effects.*',
  ])('refuses the unknown path "%s" as INVALID_ARGUMENT, also below a selected one', (path) => {
    expect(() => masked('effects', path)).toThrow(
      expect.objectContaining({ status: 'INVALID_ARGUMENT' }),
    );
  });
});
