/**
 * What must hold after every epoch: the state on chain equals the model's, no FROST is anywhere else or
 * missing, shards add up, nobody has more than the cap, share values never fall.
 */

import { shardCap, type Committee } from './apportionment.js';
import {
  bigAt,
  field,
  listAt,
  numberAt,
  textAt,
  type MoveStruct,
  type MoveValue,
} from './move-reader.js';
import { Mismatch, stakeMatches, type Network } from './network.js';
import type { PoolModel } from './pool-model.js';

const RATE_TYPE =
  /::dynamic_field::Field<u32, ?0x[0-9a-f]+::pool_exchange_rate::PoolExchangeRate>$/;

/** Values that are compared. */
type Comparable = MoveValue | undefined;

function same(what: string, chain: Comparable, model: Comparable): void {
  if (chain === model) return;
  throw new Mismatch(`${what}: ${shown(chain)} on chain, ${shown(model)} in the model`);
}

function shown(value: Comparable): string {
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`;
}

/** Entries of a `VecMap`. */
function entries(value: MoveValue): (readonly [MoveValue, MoveValue])[] {
  return listAt(value, 'contents').map((entry) => [field(entry, 'key'), field(entry, 'value')]);
}

/** Checks a network; keeps what it has read for the next time. */
export class Comparison {
  private readonly network: Network;
  private readonly walByObject = new Map<string, { held: bigint; supply: bigint }>();
  private readonly poolOfRates = new Map<string, PoolModel>();
  /** Recorded ratios that were not looked at yet: field to table. */
  private readonly newRates = new Map<string, string>();
  private readonly lastRate = new Map<string, readonly [wal: bigint, shares: bigint]>();
  private held = 0n;
  private supply = 0n;
  private readonly systemState: string;
  private readonly stakingState: string;
  private readonly activeSet: string;
  private readonly treasuryCap: string;

  constructor(network: Network) {
    this.network = network;
    const { system, staking } = network.contracts;
    this.systemState = this.onlyField(system);
    this.stakingState = this.onlyField(staking);
    const state = this.value(this.stakingState);
    this.activeSet = this.onlyField(textAt(state, 'value', 'active_set', 'id'));
    const [cap] = [...network.world.objects.keys()].filter((id) => {
      const { data } = network.world.object(id);
      return data.kind === 'move' && data.type.includes('::coin::TreasuryCap<');
    });
    if (cap === undefined) throw new Error('there is no treasury');
    this.treasuryCap = cap;
  }

  private value(objectId: string): MoveStruct {
    return this.network.reader.value(this.network.world.object(objectId));
  }

  private onlyField(parent: string): string {
    const { items } = this.network.world.ledger.dynamicFields(parent, { limit: 2 });
    const [only] = items;
    if (only === undefined || items.length > 1) throw new Error(`${parent} has not one field`);
    return only.fieldId;
  }

  /** Checks everything. @throws Mismatch */
  check(): void {
    this.changes();
    this.conservation();
    this.system();
    this.staking();
    for (const pool of this.network.model.pools.values()) this.pool(pool);
    for (const [objectId, table] of this.newRates) this.rate(table, this.value(objectId));
    this.newRates.clear();
    this.objects();
  }

  // ------------------------------------------------------------------ WAL

  /** Brings the sums up to date with the objects that were written. */
  private changes(): void {
    const { world, reader } = this.network;
    for (const objectId of world.takeChanged()) {
      const before = this.walByObject.get(objectId);
      this.held -= before?.held ?? 0n;
      this.supply -= before?.supply ?? 0n;
      this.walByObject.delete(objectId);
      if (!world.objects.has(objectId)) continue;
      const object = world.object(objectId);
      const found = reader.wal(object);
      if (found.held > 0n || found.supply > 0n) this.walByObject.set(objectId, found);
      this.held += found.held;
      this.supply += found.supply;
      if (object.data.kind === 'move' && RATE_TYPE.test(object.data.type)) {
        if (object.owner.kind === 'object') this.newRates.set(objectId, object.owner.parent);
      }
    }
  }

  /** All WAL in all objects is what the treasury says, and what the model says. */
  private conservation(): void {
    const { model, sharedFunds } = this.network;
    same('supply', this.supply, model.supply);
    same('WAL in all objects', this.held, this.supply);
    same('WAL in the model', model.totalHeld(sharedFunds), model.supply);
  }

  /** Reads every object on the chain again, also those that no transaction has touched. */
  fullScan(): void {
    const { world, reader } = this.network;
    let held = 0n;
    for (const objectId of world.objects.keys()) held += reader.wal(world.object(objectId)).held;
    same('WAL in all objects, read again', held, this.held);
    const cap = field(this.value(this.treasuryCap), 'total_supply', 'value');
    same('supply in the treasury', cap, this.supply);
  }

  // ------------------------------------------------------------------ system

  private system(): void {
    const { model } = this.network;
    const state = field(this.value(this.systemState), 'value');
    const { accounting } = model;
    same('storage price', field(state, 'storage_price_per_unit_size'), accounting.storagePrice);
    same('write price', field(state, 'write_price_per_unit_size'), accounting.writePrice);
    same('capacity', field(state, 'total_capacity_size'), accounting.capacity);
    same('used capacity', field(state, 'used_capacity_size'), accounting.slot(0).used);
    same('epoch of the system', field(state, 'committee', 'epoch'), model.epoch);

    const ring = field(state, 'future_accounting');
    const slots = listAt(ring, 'ring_buffer');
    const first = numberAt(ring, 'current_index');
    accounting.slots.forEach((slot, i) => {
      const onChain = slots[(first + i) % slots.length];
      const what = `slot of epoch ${model.epoch + i}`;
      same(`${what}: epoch`, field(onChain, 'epoch'), model.epoch + i);
      same(`${what}: bytes`, field(onChain, 'used_capacity'), slot.used);
      same(`${what}: FROST`, field(onChain, 'rewards_to_distribute', 'value'), slot.rewards);
    });

    const members = listAt(state, 'committee', 'members');
    same('members of the signing committee', members.length, model.committee.size);
    [...model.committee].forEach(([nodeId, shards], i) => {
      same(`signer ${i}`, field(members[i], 'node_id'), nodeId);
      same(`weight of signer ${i}`, field(members[i], 'weight'), shards.length);
    });
  }

  // ------------------------------------------------------------------ staking

  private staking(): void {
    const { model } = this.network;
    const state = field(this.value(this.stakingState), 'value');
    same('epoch of staking', field(state, 'epoch'), model.epoch);
    same('phase', field(state, 'epoch_state', 'variant'), PHASES[model.phase]);
    this.committee('committee', field(state, 'committee'), model.committee);
    this.committee('previous committee', field(state, 'previous_committee'), model.previous);
    const next = listAt(state, 'next_committee', 'vec');
    same('selected committees', next.length, model.next === undefined ? 0 : 1);
    if (model.next !== undefined) this.committee('next committee', field(next[0]), model.next);

    const set = field(this.value(this.activeSet), 'value');
    const nodes = listAt(set, 'nodes');
    const { candidates } = model.activeSet;
    same('nodes in the active set', nodes.length, candidates.length);
    candidates.forEach(({ nodeId, stake }, i) => {
      same(`place ${i} in the active set`, field(nodes[i], 'node_id'), nodeId);
      same(`stake of ${nodeId}`, field(nodes[i], 'staked_amount'), stake);
    });
  }

  private committee(what: string, value: MoveValue, model: Committee): void {
    const members = entries(field(value, 'pos0'));
    same(`members of the ${what}`, members.length, model.size);
    const all = new Set<number>();
    [...model].forEach(([nodeId, shards], i) => {
      const [id, held] = members[i] ?? [];
      same(`member ${i} of the ${what}`, id, nodeId);
      const onChain = listAt(held ?? []).map((shard) => numberAt(shard));
      for (const shard of onChain) all.add(shard);
      same(`shards of ${nodeId} in the ${what}`, onChain.join(), shards.join());
    });
    if (members.length === 0) return;
    // Every shard once, from 0 on.
    const { nShards } = this.network.constants;
    same(`shards of the ${what}`, all.size, nShards);
    for (const shard of all) {
      if (shard >= nShards) throw new Mismatch(`shard ${shard} of ${nShards}`);
    }
    const total = members.reduce((sum, [, shards]) => sum + listAt(shards).length, 0);
    same(`sum of the shards of the ${what}`, total, nShards);
  }

  /** Nobody in the selected committee has more shards than the cap. To be called when voting has ended. */
  cap(): void {
    const { model } = this.network;
    const cap = shardCap(model.competitors, model.nShards);
    for (const [nodeId, shards] of model.next ?? []) {
      if (shards.length > cap)
        throw new Mismatch(`${nodeId} has ${shards.length} shards of ${cap}`);
    }
  }

  private pool(pool: PoolModel): void {
    const state = this.value(pool.nodeId);
    const what = `pool ${pool.nodeId.slice(0, 10)}`;
    same(`${what}: balance`, field(state, 'wal_balance'), pool.balance);
    same(`${what}: shares`, field(state, 'num_shares'), pool.shares);
    same(`${what}: rewards`, field(state, 'rewards_pool', 'value'), pool.rewards);
    same(`${what}: commission`, field(state, 'commission', 'value'), pool.commission);
    same(`${what}: rate`, field(state, 'commission_rate'), pool.commissionRate);
    same(`${what}: joining`, pending(state, 'pending_stake'), pendingText(pool.joining));
    same(`${what}: leaving`, pending(state, 'pending_shares_withdraw'), pendingText(pool.leaving));
    same(
      `${what}: leaving before active`,
      pending(state, 'pre_active_withdrawals'),
      pendingText(pool.leavingEarly),
    );
    this.poolOfRates.set(textAt(state, 'exchange_rates', 'id'), pool);
  }

  /** A ratio that was recorded: the model's, and not below the one before. */
  private rate(table: string, value: MoveStruct): void {
    const pool = this.poolOfRates.get(table);
    if (pool === undefined) throw new Mismatch(`table ${table} belongs to no pool`);
    const rate = field(value, 'value');
    if (field(rate, 'variant') === 'Flat') {
      // Nobody holds a share: the next ones start anew.
      this.lastRate.delete(table);
      return;
    }
    const epoch = numberAt(value, 'name');
    const wal = bigAt(rate, 'wal_amount');
    const shares = bigAt(rate, 'share_amount');
    const expected = pool.ratioAt(epoch);
    same(`ratio of epoch ${epoch}: WAL`, wal, expected.wal);
    same(`ratio of epoch ${epoch}: shares`, shares, expected.shares);
    const [lastWal, lastShares] = this.lastRate.get(table) ?? [1n, 1n];
    if (wal * lastShares < lastWal * shares) {
      throw new Mismatch(`the share value of ${pool.nodeId} fell in epoch ${epoch}`);
    }
    this.lastRate.set(table, [wal, shares]);
  }

  // ------------------------------------------------------------------ what people own

  private objects(): void {
    const { model, contracts, reservations, blobs } = this.network;
    same('WAL in the bank', field(this.value(contracts.bank), 'balance', 'value'), model.bank);
    for (const stake of model.stakes) {
      const { objectId } = stake;
      if (objectId === undefined || !stakeMatches(stake, this.value(objectId))) {
        throw new Mismatch(`stake ${objectId} is not as in the model: ${stake.principal}`);
      }
    }
    for (const { objectId, ...storage } of reservations)
      this.storage(this.value(objectId), storage);
    for (const { objectId, funds, isCertified, ...storage } of blobs) {
      const value = this.value(objectId);
      const blob = funds === undefined ? value : field(value, 'blob');
      this.storage(field(blob, 'storage'), storage);
      const certified = listAt(blob, 'certified_epoch', 'vec');
      same('whether a blob is certified', certified.length, isCertified ? 1 : 0);
      if (funds !== undefined) same('funds', field(value, 'funds', 'value'), funds);
    }
  }

  private storage(
    value: MoveValue,
    model: { readonly start: number; readonly end: number; readonly size: bigint },
  ): void {
    same('start of a reservation', field(value, 'start_epoch'), model.start);
    same('end of a reservation', field(value, 'end_epoch'), model.end);
    same('bytes of a reservation', field(value, 'storage_size'), model.size);
  }
}

function pending(state: MoveValue, name: string): string {
  return pendingText(
    new Map(
      entries(field(state, name, 'pos0')).map(([epoch, amount]) => [
        numberAt(epoch),
        bigAt(amount),
      ]),
    ),
  );
}

function pendingText(map: ReadonlyMap<number, bigint>): string {
  return [...map]
    .filter(([, amount]) => amount !== 0n)
    .sort(([a], [b]) => a - b)
    .map(([epoch, amount]) => `${epoch}: ${amount}`)
    .join(', ');
}

const PHASES = {
  syncing: 'EpochChangeSync',
  voting: 'EpochChangeDone',
  selected: 'NextParamsSelected',
} as const;
