/** Natives of the framework (0x2) except crypto. @see spec move-vm.md 8.2, costs 10.4 */
import { addressFromBytes, type Address } from '@walrus-ts/core';
import type { ObjectOwner } from '../api.js';
import { serializeValue } from '../bcs.js';
import { MoveVmError, moveAbort } from '../errors.js';
import { fieldId, freshObjectId } from '../ids.js';
import type { Runtime } from '../runtime.js';
import { encodeTypeTag } from '../type-tag.js';
import type { RuntimeType } from '../types.js';
import {
  Ref,
  abstractSize,
  asAddressText,
  asArray,
  asBig,
  asRef,
  toBytes,
  type Value,
} from '../values.js';
import { nativesOf, type NativeFunction } from './table.js';

const BASE = 52;
const GETTER = 30;
const FIELD_MISSING = 1;
const FIELD_WRONG_TYPE = 2;
const FIELD_SERIALIZATION = 3;
const SHARED_NON_NEW = 0;
const NOT_SUPPORTED = 5;

function address(value: Value | undefined): Address {
  return asAddressText(value) as Address;
}

function firstType(types: readonly RuntimeType[]): RuntimeType {
  const type = types[0];
  if (type === undefined) throw new TypeError('native called without a type argument');
  return type;
}

/** Id behind `&UID`: UID { id: ID { bytes } }. */
function uidAddress(ref: Value | undefined): Address {
  return address(asArray(asArray(asRef(ref).get())[0])[0]);
}

/** A struct is a one-time witness: one bool field, named like its module in upper case. */
export function isOneTimeWitness(type: RuntimeType): boolean {
  const { shape } = type;
  if (shape.kind !== 'datatype' || shape.args.length > 0) return false;
  const { fields, name, module } = shape.definition;
  if (fields === null || fields.length !== 1 || name !== module.toUpperCase()) return false;
  const field = fields[0]?.type;
  return field?.kind === 'primitive' && field.name === 'bool';
}

function tagSize(type: RuntimeType): number {
  return encodeTypeTag(type.tag).length;
}

function getter(read: (runtime: Runtime) => Value): NativeFunction {
  return (runtime) => {
    runtime.charge(GETTER);
    return read(runtime);
  };
}

function give(runtime: Runtime, owner: ObjectOwner, types: readonly RuntimeType[], value: Value) {
  runtime.charge(BASE);
  return runtime.transfer(owner, firstType(types), value);
}

const borrowChild: NativeFunction = (runtime, args, types) => {
  const parent = uidAddress(args[0]);
  const id = address(args[1]);
  const type = firstType(types);
  const isCached = runtime.children.has(id);
  const entry = runtime.child(parent, id);
  const value = entry?.holder[0];
  runtime.charge(
    BASE + 10 * type.size + (value === undefined || isCached ? 8 : abstractSize(value, false)),
  );
  if (entry === undefined || value === undefined) throw moveAbort(FIELD_MISSING);
  if (entry.type !== type) throw moveAbort(FIELD_WRONG_TYPE);
  return new Ref(entry.holder, 0);
};

function u256Of(text: string): bigint {
  return BigInt(text);
}

/** Natives of 0x2 that production code may link. */
export const SUI_NATIVES: readonly [string, NativeFunction][] = [
  ...nativesOf('0x2', 'address', {
    from_bytes: (runtime, args) => {
      runtime.charge(BASE);
      const bytes = toBytes(asArray(args[0]));
      if (bytes.length !== 32) throw moveAbort(0);
      return addressFromBytes(bytes);
    },
    to_u256: (runtime, args) => {
      runtime.charge(BASE);
      return u256Of(asAddressText(args[0]));
    },
    from_u256: (runtime, args) => {
      runtime.charge(BASE);
      return `0x${asBig(args[0]).toString(16).padStart(64, '0')}`;
    },
  }),
  ...nativesOf('0x2', 'object', {
    borrow_uid: (runtime, args) => {
      runtime.charge(BASE);
      return new Ref(asArray(asRef(args[0]).get()), 0);
    },
    delete_impl: (runtime, args) => {
      runtime.charge(BASE);
      runtime.recordDeleted(address(args[0]));
      return undefined;
    },
    record_new_uid: (runtime, args) => {
      runtime.charge(BASE);
      runtime.recordNew(address(args[0]));
      return undefined;
    },
  }),
  ...nativesOf('0x2', 'dynamic_field', {
    hash_type_and_key: (runtime, args, types) => {
      const type = firstType(types);
      let key: Uint8Array;
      try {
        key = serializeValue(type, args[1] as Value);
      } catch {
        throw moveAbort(FIELD_SERIALIZATION);
      }
      runtime.charge(BASE + 2 * type.size + 2 * key.length + 2 * tagSize(type));
      return fieldId(address(args[0]), type.tag, key);
    },
    add_child_object: (runtime, args, types) => {
      const type = firstType(types);
      runtime.charge(BASE + 2 + 10 * type.size + 10 * tagSize(type));
      runtime.addChild(address(args[0]), type, args[1] as Value);
      return undefined;
    },
    borrow_child_object: borrowChild,
    borrow_child_object_mut: borrowChild,
    remove_child_object: (runtime, args, types) => {
      const type = firstType(types);
      const value = runtime.removeChild(address(args[0]), address(args[1]), type);
      runtime.charge(BASE + abstractSize(value, false) + 2 * type.size);
      return value;
    },
    has_child_object: (runtime, args) => {
      runtime.charge(BASE);
      return runtime.child(address(args[0]), address(args[1])) !== undefined;
    },
    has_child_object_with_ty: (runtime, args, types) => {
      const type = firstType(types);
      runtime.charge(BASE + 2 * type.size + 2 * tagSize(type));
      return runtime.child(address(args[0]), address(args[1]))?.type === type;
    },
  }),
  ...nativesOf('0x2', 'event', {
    emit: (runtime, args, types) => {
      const type = firstType(types);
      const bytes = runtime.emit(type, args[0] as Value);
      const tag = tagSize(type);
      runtime.charge(BASE + 2 * bytes.length + 5 * tag + 10 * (bytes.length + tag));
      return undefined;
    },
  }),
  ...nativesOf('0x2', 'transfer', {
    transfer_impl: (runtime, args, types) => {
      give(runtime, { kind: 'address', address: address(args[1]) }, types, args[0] as Value);
      return undefined;
    },
    freeze_object_impl: (runtime, args, types) => {
      give(runtime, { kind: 'immutable' }, types, args[0] as Value);
      return undefined;
    },
    share_object_impl: (runtime, args, types) => {
      const owner: ObjectOwner = { kind: 'shared', initialVersion: null };
      if (give(runtime, owner, types, args[0] as Value) === 'changed') {
        throw moveAbort(SHARED_NON_NEW);
      }
      return undefined;
    },
    receive_impl: (runtime, args, types) => {
      const type = firstType(types);
      const id = address(asArray(args[1])[0]);
      const value = runtime.receive(address(args[0]), id, asBig(args[2]), type);
      runtime.charge(BASE + abstractSize(value, false) + 2 * type.size);
      return value;
    },
    party_transfer_impl: (runtime, args, types) => {
      const owners = asArray(args[2]);
      const permissions = asArray(args[3]);
      const isSingleOwner =
        args[1] === 0n && owners.length === 1 && permissions.length === 1 && permissions[0] === 15n;
      if (!isSingleOwner) throw moveAbort(NOT_SUPPORTED);
      const owner: ObjectOwner = {
        kind: 'consensusAddress',
        startVersion: null,
        owner: address(owners[0]),
      };
      give(runtime, owner, types, args[0] as Value);
      return undefined;
    },
  }),
  ...nativesOf('0x2', 'tx_context', {
    fresh_id: (runtime) => {
      runtime.charge(BASE);
      return runtime.freshId();
    },
    native_sender: getter((r) => r.env.sender),
    native_epoch: getter((r) => r.env.epoch),
    native_epoch_timestamp_ms: getter((r) => r.env.epochTimestampMs),
    native_rgp: getter((r) => r.env.referenceGasPrice),
    native_gas_price: getter((r) => r.env.gasPrice),
    native_gas_budget: getter((r) => r.env.gasBudget),
    native_ids_created: getter((r) => r.idsCreated),
    native_sponsor: getter((r) => (r.env.sponsor === undefined ? [] : [r.env.sponsor])),
    derive_id: (runtime, args) => {
      runtime.charge(BASE);
      const digest = toBytes(asArray(args[0]));
      if (digest.length !== 32) {
        throw new MoveVmError('UNKNOWN_INVARIANT_VIOLATION_ERROR', 'transaction digest length');
      }
      const id = freshObjectId(digest, asBig(args[1]));
      runtime.recordNew(id);
      return id;
    },
  }),
  ...nativesOf('0x2', 'types', {
    is_one_time_witness: (runtime, _args, types) => {
      const type = firstType(types);
      runtime.charge(BASE + 2 * type.size + 2 * tagSize(type));
      return isOneTimeWitness(type);
    },
  }),
];
