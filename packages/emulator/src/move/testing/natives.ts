/** Natives that only unit tests link. @see spec move-vm.md 9 */
import type { Address } from '@walrus-ts/core';
import type { ObjectOwner } from '../api.js';
import { deserializeValue } from '../bcs.js';
import { moveAbort } from '../errors.js';
import { freshObjectId } from '../ids.js';
import { PRODUCTION_NATIVES } from '../natives/index.js';
import { nativesOf, type NativeTable } from '../natives/table.js';
import type { Runtime } from '../runtime.js';
import type { RuntimeType } from '../types.js';
import { asAddressText, asArray, asBig, toBytes, type Value } from '../values.js';
import type { TestEffects, TestInventory } from './inventory.js';

const SHARED: ObjectOwner = { kind: 'shared', initialVersion: null };
const IMMUTABLE: ObjectOwner = { kind: 'immutable' };
const NOTHING_CREATED = 1;

function inventory(runtime: Runtime): TestInventory {
  if (runtime.inventory === undefined) throw new TypeError('no unit test is running');
  return runtime.inventory;
}

function address(value: Value | undefined): Address {
  return asAddressText(value) as Address;
}

/** Address inside an ID value. */
function idOf(value: Value | undefined): Address {
  return address(asArray(value)[0]);
}

function owned(value: Value | undefined): ObjectOwner {
  return { kind: 'address', address: address(value) };
}

function typeOf(types: readonly RuntimeType[]): RuntimeType {
  const type = types[0];
  if (type === undefined) throw new TypeError('native called without a type argument');
  return type;
}

// Option { vec }, ID { bytes }
function optionalId(id: Address | undefined): Value {
  return [id === undefined ? [] : [[id]]];
}

function effectsValue(effects: TestEffects): Value {
  const ids = (list: readonly Address[]): Value => list.map((id) => [id]);
  const toAccount: Value[] = [];
  const toObject: Value[] = [];
  const shared: Address[] = [];
  const frozen: Address[] = [];
  for (const [id, owner] of effects.transfers) {
    if (owner.kind === 'address') toAccount.push([[id], owner.address]);
    else if (owner.kind === 'object') toObject.push([[id], [owner.parent]]);
    else if (owner.kind === 'shared') shared.push(id);
    else if (owner.kind === 'immutable') frozen.push(id);
  }
  return [
    ids(effects.created),
    ids(effects.written),
    ids(effects.deleted),
    [toAccount],
    [toObject],
    ids(shared),
    ids(frozen),
    BigInt(effects.events),
  ];
}

/** Production natives and those of unit tests. */
export const TEST_NATIVES: NativeTable = new Map([
  ...PRODUCTION_NATIVES,
  ...nativesOf('0x1', 'unit_test', {
    poison: () => undefined,
    destroy: () => undefined,
  }),
  ...nativesOf('0x2', 'test_utils', {
    create_one_time_witness: () => [true],
    destroy: () => undefined,
  }),
  ...nativesOf('0x2', 'tx_context', {
    replace: (runtime, args) => {
      const sponsors = asArray(args[8]);
      runtime.env = {
        sender: address(args[0]),
        digest: toBytes(asArray(args[1])),
        epoch: asBig(args[2]),
        epochTimestampMs: asBig(args[3]),
        referenceGasPrice: asBig(args[5]),
        gasPrice: asBig(args[6]),
        gasBudget: asBig(args[7]),
        ...(sponsors.length === 0 ? {} : { sponsor: address(sponsors[0]) }),
      };
      runtime.idsCreated = asBig(args[4]);
      return undefined;
    },
    last_created_id: (runtime) => {
      if (runtime.idsCreated === 0n) throw moveAbort(NOTHING_CREATED);
      const id = freshObjectId(runtime.env.digest, runtime.idsCreated - 1n);
      runtime.recordNew(id);
      return id;
    },
  }),
  ...nativesOf('0x2', 'event', {
    num_events: (runtime) => runtime.pendingEvents.length,
    events_by_type: (runtime, _args, types) => {
      const type = typeOf(types);
      return runtime.pendingEvents
        .filter((e) => e.type === type)
        .map((e) => deserializeValue(type, e.contents));
    },
  }),
  ...nativesOf('0x2', 'random', {
    generate_rand_seed_for_testing: (runtime) => inventory(runtime).nextSeed(),
  }),
  ...nativesOf('0x2', 'test_scenario', {
    take_from_address_by_id: (runtime, args, types) =>
      inventory(runtime).take(runtime, owned(args[1]), typeOf(types), idOf(args[2])),
    take_shared_by_id: (runtime, args, types) =>
      inventory(runtime).take(runtime, SHARED, typeOf(types), idOf(args[1])),
    take_immutable_by_id: (runtime, args, types) =>
      inventory(runtime).take(runtime, IMMUTABLE, typeOf(types), idOf(args[1])),
    most_recent_id_for_address: (runtime, args, types) =>
      optionalId(inventory(runtime).mostRecent(owned(args[0]), typeOf(types))),
    most_recent_id_shared: (runtime, _args, types) =>
      optionalId(inventory(runtime).mostRecent(SHARED, typeOf(types))),
    most_recent_immutable_id: (runtime, _args, types) =>
      optionalId(inventory(runtime).mostRecent(IMMUTABLE, typeOf(types))),
    ids_for_address: (runtime, args, types) =>
      inventory(runtime)
        .idsFor(owned(args[0]), typeOf(types))
        .map((id) => [id]),
    was_taken_from_address: (runtime, args) =>
      inventory(runtime).wasTaken(idOf(args[1]), owned(args[0])),
    was_taken_shared: (runtime, args) => inventory(runtime).wasTaken(idOf(args[0]), SHARED),
    was_taken_immutable: (runtime, args) => inventory(runtime).wasTaken(idOf(args[0]), IMMUTABLE),
    end_transaction: (runtime) => effectsValue(inventory(runtime).endTransaction(runtime)),
    allocate_receiving_ticket_for_object: (runtime, args) =>
      inventory(runtime).allocateTicket(idOf(args[0])),
    deallocate_receiving_ticket_for_object: (runtime, args) => {
      inventory(runtime).deallocateTicket(idOf(args[0]));
      return undefined;
    },
  }),
]);
