import { GrpcTypes } from '@mysten/sui/grpc';
import type { FieldInfo, IMessageType } from '@protobuf-ts/runtime';
import { ScalarType } from '@protobuf-ts/runtime';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { encodeDataFrame } from '../../src/rpc/framing.js';
import { Harness } from './harness.js';

const MAX_DEPTH = 7;
const internalErrors: unknown[] = [];
let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start({ onInternalError: (error) => internalErrors.push(error) });
});

afterAll(() => harness.close());

const texts = fc.oneof(
  fc.constantFrom(
    '0x2',
    '0x6',
    '0x5',
    `0x${'11'.repeat(32)}`,
    '0x2::sui::SUI',
    '0x2::coin::Coin<0x2::sui::SUI>',
    '0x2::clock::Clock',
    'clock',
    'timestamp_ms',
    'coin',
    'split',
    'vector<u8>',
    'vector<'.repeat(60),
    '9TbnuRiNJ1MgHSRN1v9FEcG54cwvHTM7nWjXERXyFfuD',
    '',
    '*',
    'digest',
    'effects.status',
    'object_id',
  ),
  fc.string({ maxLength: 20 }),
);

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return texts;
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 80 });
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.oneof(fc.constantFrom(0n, 1n, 2n, 1000n, 2n ** 64n - 1n), fc.bigInt(0n, 5n));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return fc.double({ noNaN: true });
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    default:
      return fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(2 ** 32 - 1));
  }
}

function single(field: FieldInfo, depth: number): fc.Arbitrary<unknown> | undefined {
  switch (field.kind) {
    case 'scalar':
      return scalar(field.T);
    case 'enum':
      return fc.integer({ min: 0, max: 6 });
    case 'message':
      return depth >= MAX_DEPTH
        ? undefined
        : messages(field.T() as IMessageType<object>, depth + 1);
    default:
      return undefined;
  }
}

/** Any message of a type: every field set or not, one member of each oneof. */
function messages(type: IMessageType<object>, depth = 0): fc.Arbitrary<object> {
  if (
    type.typeName.startsWith('google.protobuf.') &&
    type.typeName !== 'google.protobuf.FieldMask'
  ) {
    return fc.constant(type.create());
  }
  const groups = new Map<string, fc.Arbitrary<object>[]>();
  const plain: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of type.fields) {
    const value = single(field, depth);
    if (value === undefined) continue;
    if (field.oneof !== undefined) {
      const members = groups.get(field.oneof) ?? [];
      members.push(value.map((v) => ({ oneofKind: field.localName, [field.localName]: v })));
      groups.set(field.oneof, members);
    } else if (field.repeat !== 0) {
      plain[field.localName] = fc.array(value, { maxLength: 3 });
    } else {
      plain[field.localName] = value;
    }
  }
  for (const [name, members] of groups) plain[name] = fc.oneof(...members);
  for (const [name, value] of Object.entries(plain)) {
    plain[name] = fc.option(value, { nil: undefined, freq: 10 });
  }
  return fc.record(plain).map((fields) => {
    const set = Object.entries(fields).filter(([, value]) => value !== undefined);
    return Object.assign(type.create(), Object.fromEntries(set));
  });
}

const methods = [
  GrpcTypes.LedgerService,
  GrpcTypes.StateService,
  GrpcTypes.TransactionExecutionService,
  GrpcTypes.MovePackageService,
  GrpcTypes.ForkingService,
].flatMap((service) =>
  service.methods
    .filter((method) => !method.serverStreaming)
    .map((method) => ({
      path: `/${service.typeName}/${method.name}`,
      input: method.I as IMessageType<object>,
    })),
);

describe('hostile requests', () => {
  it.each(methods)('of $path never meet an internal error', async ({ path, input }) => {
    const bodies = fc.oneof(
      { weight: 4, arbitrary: messages(input).map((value) => input.toBinary(value)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (bytes) => {
        internalErrors.length = 0;
        const response = await fetch(`${harness.emulator.rpcUrl}${path}`, {
          method: 'POST',
          body: encodeDataFrame(bytes, 'binary'),
          headers: { 'content-type': 'application/grpc-web+proto' },
        });
        await response.arrayBuffer();
        expect(response.status).toBe(200);
        expect(internalErrors).toEqual([]);
        expect(response.headers.get('grpc-status')).not.toBe('13');
      }),
      { numRuns: 40 },
    );
  });
});
