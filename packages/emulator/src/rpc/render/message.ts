/** Small builders of protobuf messages shared by all renderers. */

import { GrpcTypes } from '@mysten/sui/grpc';
import type { IMessageType } from '@protobuf-ts/runtime';

import type { Argument, Owner } from '../../ledger/api.js';

/** Field values of a message, where undefined means unset. */
export type Fields<T> = { [K in keyof T]?: T[K] | undefined };

/**
 * Makes a message from its set fields.
 *
 * @param type - message type
 * @param fields - values; undefined ones stay unset
 * @returns a complete message (repeated fields default to empty)
 */
export function message<T extends object>(type: IMessageType<T>, fields: Fields<T>): T {
  const result = type.create();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) (result as Record<string, unknown>)[name] = value;
  }
  return result;
}

/**
 * Wraps BCS bytes.
 *
 * @param value - the bytes
 * @param name - type of the value, if useful to the reader
 */
export function bcs(value: Uint8Array, name?: string): GrpcTypes.Bcs {
  return message(GrpcTypes.Bcs, { name, value });
}

/** The `google.protobuf.Timestamp` shape. */
export interface Timestamp {
  seconds: bigint;
  nanos: number;
}

/**
 * Converts a time.
 *
 * @param timestampMs - ms since 1970
 */
export function timestamp(timestampMs: bigint): Timestamp {
  return { seconds: timestampMs / 1000n, nanos: Number(timestampMs % 1000n) * 1_000_000 };
}

/**
 * Renders an owner. Every kind is one the clients know (1 to 5).
 *
 * @param value - owner of an object
 */
export function owner(value: Owner): GrpcTypes.Owner {
  const kinds = GrpcTypes.Owner_OwnerKind;
  switch (value.kind) {
    case 'address':
      return message(GrpcTypes.Owner, { kind: kinds.ADDRESS, address: value.address });
    case 'object':
      return message(GrpcTypes.Owner, { kind: kinds.OBJECT, address: value.parent });
    case 'shared':
      return message(GrpcTypes.Owner, { kind: kinds.SHARED, version: value.initialVersion });
    case 'immutable':
      return message(GrpcTypes.Owner, { kind: kinds.IMMUTABLE });
    case 'consensusAddress':
      return message(GrpcTypes.Owner, {
        kind: kinds.CONSENSUS_ADDRESS,
        address: value.address,
        version: value.startVersion,
      });
  }
}

/**
 * Renders a command argument.
 *
 * @param value - argument of a programmable transaction
 */
export function argument(value: Argument): GrpcTypes.Argument {
  const kinds = GrpcTypes.Argument_ArgumentKind;
  switch (value.kind) {
    case 'gasCoin':
      return message(GrpcTypes.Argument, { kind: kinds.GAS });
    case 'input':
      return message(GrpcTypes.Argument, { kind: kinds.INPUT, input: value.input });
    case 'result':
      return message(GrpcTypes.Argument, { kind: kinds.RESULT, result: value.command });
    case 'nestedResult':
      return message(GrpcTypes.Argument, {
        kind: kinds.RESULT,
        result: value.command,
        subresult: value.result,
      });
  }
}

/** The protobuf type `google.protobuf.Value`, which the SDK does not export by name. */
const jsonField = GrpcTypes.Object.fields.find((field) => field.name === 'json');

/**
 * Converts JSON-able data to a `google.protobuf.Value`.
 *
 * @param data - what `JSON.parse` could return, or undefined
 * @returns the message, or undefined without data
 */
export function jsonValue(data: unknown): GrpcTypes.Object['json'] {
  if (data === undefined || jsonField?.kind !== 'message') return undefined;
  const type = jsonField.T() as IMessageType<NonNullable<GrpcTypes.Object['json']>>;
  return type.fromJson(data as Parameters<typeof type.fromJson>[0]);
}
