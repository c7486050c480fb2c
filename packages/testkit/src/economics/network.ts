/**
 * A deployed network beside its model: runs operations on both, and connects the objects that transactions
 * make with what the model expects.
 */

import { encodeProofOfPossession, loadBls, normalizeAddress, type Bls } from '@walrus-ts/core';
import type { Argument, TransactionRecord } from '@walrus-ts/emulator/ledger';
import { Refusal } from './aborts.js';
import { Certifier } from './certifier.js';
import {
  CLOCK,
  deployContracts,
  type DeployedContracts,
  type NetworkConstants,
  type PackageOverrides,
  type SubsidyParameters,
} from './contracts.js';
import { EconomyModel, type Stake } from './economy-model.js';
import { LedgerWorld, UnknownObject } from './ledger-world.js';
import { bigAt, field, listAt, MoveReader, textAt, type MoveStruct } from './move-reader.js';
import type { Program } from './program.js';

/** One thing that somebody does. */
export interface Operation {
  /** What and with which numbers, for the log. */
  readonly label: string;
  /** It must be possible: if the model refuses it, the run has failed. */
  readonly isStep?: boolean;
  /** Does it in the model. @throws Refusal before it changes anything */
  apply(): void;
  /** Adds its commands to a transaction. */
  build(program: Program): void;
}

/** A storage node. */
export interface NetworkNode {
  readonly nodeId: string;
  /** ID of the capability object. */
  readonly capability: string;
  /** BLS key. */
  readonly secret: bigint;
  /** Number of the newest deny list. */
  denyListSequence: bigint;
}

/** A reservation that nobody uses. */
export interface Reservation {
  objectId: string;
  start: number;
  end: number;
  size: bigint;
}

/** A registered blob. */
export interface BlobRecord {
  objectId: string;
  readonly blobId: bigint;
  readonly encodedSize: bigint;
  readonly isDeletable: boolean;
  isCertified: boolean;
  /** The reservation it sits in. */
  start: number;
  end: number;
  size: bigint;
  /** FROST of a shared blob's own funds; undefined for owned blobs. */
  funds: bigint | undefined;
}

/** A storage pool. */
export interface StoragePoolRecord {
  objectId: string;
  start: number;
  end: number;
  size: bigint;
  used: bigint;
}

interface Expectation {
  readonly suffix: string;
  matches(value: MoveStruct): boolean;
  settle(objectId: string, value: MoveStruct): void;
}

type FailedStatus = Extract<TransactionRecord['effects']['status'], { readonly success: false }>;

/** What the chain did is not what the model says. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** Types whose objects the runs go on to use. */
const WATCHED = [
  '::StakedWal',
  '::Storage',
  '::Blob',
  '::SharedBlob',
  '::StoragePool',
  '::StorageNodeCap',
];

/** The network and its model. */
export class Network {
  readonly world: LedgerWorld;
  readonly contracts: DeployedContracts;
  readonly constants: NetworkConstants;
  readonly model: EconomyModel;
  readonly reader: MoveReader;
  readonly certifier: Certifier;
  readonly nodes: NetworkNode[] = [];
  readonly reservations = new Set<Reservation>();
  readonly blobs = new Set<BlobRecord>();
  readonly storagePools = new Set<StoragePoolRecord>();
  /** Newest operations last; for reports. */
  readonly log: string[] = [];
  /** Operations that the chain accepted, and refused as foreseen, by name. */
  readonly counts = new Map<string, { accepted: number; refused: number }>();
  /** Makes blobs distinct. */
  blobCounter = 0;
  private readonly bls: Bls;
  private expected: Expectation[] = [];
  private readonly payouts = new Map<string, bigint>();
  private addresses = 0n;

  private constructor(parts: {
    world: LedgerWorld;
    contracts: DeployedContracts;
    constants: NetworkConstants;
    model: EconomyModel;
    bls: Bls;
  }) {
    this.world = parts.world;
    this.contracts = parts.contracts;
    this.constants = parts.constants;
    this.model = parts.model;
    this.bls = parts.bls;
    this.reader = new MoveReader(this.world.ledger, this.contracts.walType);
    this.certifier = new Certifier(parts.bls);
  }

  /** Deploys a network in epoch 0. Close it. */
  static async open(
    constants: NetworkConstants,
    subsidies: SubsidyParameters,
    overrides?: PackageOverrides,
  ): Promise<Network> {
    const world = await LedgerWorld.open();
    try {
      const contracts = await deployContracts(world, constants, subsidies, overrides);
      const model = new EconomyModel({
        nShards: constants.nShards,
        maxEpochsAhead: constants.maxEpochsAhead,
        subsidies,
        supply: TOTAL_SUPPLY,
      });
      return new Network({ world, contracts, constants, model, bls: await loadBls() });
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.world.close();
  }

  // ------------------------------------------------------------------ operations

  /**
   * Runs operations in one transaction. Each is tried in the model first; what the model refuses is left out.
   *
   * @param operations - made one by one, each after the one before was applied to the model
   * @returns the operations that the model refused
   */
  async batch(operations: Iterable<Operation>): Promise<Operation[]> {
    const program = this.world.program();
    const done: { readonly operation: Operation; readonly firstCommand: number }[] = [];
    const refused: Operation[] = [];
    for (const operation of operations) {
      try {
        operation.apply();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (operation.isStep === true) {
          throw new Mismatch(`the network is stuck: ${operation.label}: ${error.message}`);
        }
        refused.push(operation);
        continue;
      }
      done.push({ operation, firstCommand: program.commands.length });
      operation.build(program);
      this.note(operation, 'accepted');
    }
    if (program.isEmpty) return refused;
    const record = await this.world.run(program);
    const { status } = record.effects;
    if (!status.success) {
      const at = status.command ?? 0;
      const culprit = done.findLast(({ firstCommand }) => firstCommand <= at)?.operation.label;
      throw new Mismatch(`the model allows ${culprit}; the chain: ${status.description}`);
    }
    this.settle(record);
    return refused;
  }

  /**
   * Runs one operation in a transaction of its own. Where the model refuses it, the chain must abort with the
   * same code. Does nothing if an object of the operation is gone.
   */
  async probe(operation: Operation): Promise<void> {
    try {
      operation.build(this.world.program());
    } catch (error) {
      if (error instanceof UnknownObject) return;
      throw error;
    } finally {
      this.payouts.clear();
    }
    let refusal: Refusal | undefined;
    try {
      operation.apply();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
    }
    this.note(operation, refusal === undefined ? 'accepted' : 'refused');
    const program = this.world.program();
    operation.build(program);
    if (refusal !== undefined) this.payouts.clear();
    const before = this.contents(program);
    const record = await this.world.run(program);
    const { status } = record.effects;
    if (refusal === undefined) {
      if (!status.success) {
        throw new Mismatch(`the model allows ${operation.label}; the chain: ${status.description}`);
      }
      this.settle(record);
      return;
    }
    const wanted = `${operation.label}: the model says ${refusal.message}`;
    if (status.success) throw new Mismatch(`${wanted}, the chain accepts it`);
    if (!isForeseen(refusal, status))
      throw new Mismatch(`${wanted}, the chain: ${status.description}`);
    // Owned inputs get a new version, as on Sui, and stay as they were.
    const isUntouched =
      this.contents(program).every((contents, i) => contents === before[i]) &&
      record.effects.changedObjects.length <= before.length + 1;
    if (!isUntouched)
      throw new Mismatch(`${wanted}, and the aborted transaction changed something`);
  }

  /** Contents of the objects that a program names. */
  private contents(program: Program): string[] {
    return program.objectIds.map((id) => {
      const { data } = this.world.object(id);
      return data.kind === 'move' ? Buffer.from(data.contents).toString('hex') : '';
    });
  }

  private note(operation: Operation, outcome: 'accepted' | 'refused'): void {
    this.log.push(outcome === 'accepted' ? operation.label : `${operation.label} (to be refused)`);
    const name = operation.label.split(' ', 1)[0] ?? '';
    const count = this.counts.get(name) ?? { accepted: 0, refused: 0 };
    count[outcome]++;
    this.counts.set(name, count);
  }

  // ------------------------------------------------------------------ arguments

  /** Full name of a function of the `walrus` package. */
  walrus(name: string): string {
    return `${this.contracts.walrus}::${name}`;
  }

  /** Full name of a function of the `wal` package. */
  wal(name: string): string {
    return `${this.contracts.walType.split('::', 1)[0] ?? ''}::${name}`;
  }

  clock(program: Program): Argument {
    return program.object(CLOCK);
  }

  staking(program: Program): Argument {
    return program.object(this.contracts.staking);
  }

  system(program: Program): Argument {
    return program.object(this.contracts.system);
  }

  bank(program: Program): Argument {
    return program.object(this.contracts.bank);
  }

  /** A coin of an amount, from the bank. */
  coin(program: Program, amount: bigint): Argument {
    return program.split(this.bank(program), amount);
  }

  /**
   * Sends a coin where nothing else is, so that its amount can be compared.
   *
   * @param amount - read when the model has been asked
   */
  payOut(program: Program, coin: Argument, amount: bigint): void {
    const address = `0x${(PAYOUT_ADDRESSES + this.addresses++).toString(16).padStart(64, '0')}`;
    program.transfer(coin, address);
    this.payouts.set(address, amount);
  }

  /** Keeps an object for later operations. */
  keep(program: Program, object: Argument): void {
    program.transfer(object, this.world.sender);
  }

  // ------------------------------------------------------------------ new objects

  expect(expectation: Expectation): void {
    this.expected.push(expectation);
  }

  expectStake(stake: Stake): void {
    this.expect({
      suffix: '::StakedWal',
      matches: (value) => stake.objectId === undefined && stakeMatches(stake, value),
      settle: (objectId) => {
        stake.objectId = objectId;
      },
    });
  }

  expectReservation(reservation: Omit<Reservation, 'objectId'>): void {
    this.expect({
      suffix: '::Storage',
      matches: (value) =>
        value['start_epoch'] === reservation.start &&
        value['end_epoch'] === reservation.end &&
        value['storage_size'] === reservation.size,
      settle: (objectId) => this.reservations.add({ ...reservation, objectId }),
    });
  }

  private settle(record: TransactionRecord): void {
    const { expected } = this;
    this.expected = [];
    for (const { objectId, input, output } of record.effects.changedObjects) {
      const type = record.objectTypes.get(objectId) ?? '';
      // New, or taken out of another object.
      if (output?.kind !== 'object' || input !== undefined) continue;
      const suffix = WATCHED.find((name) => type.endsWith(name));
      if (suffix !== undefined && output.owner.kind !== 'object') {
        const value = this.reader.value(this.world.object(objectId));
        const at = expected.findIndex((one) => one.suffix === suffix && one.matches(value));
        const [match] = at === -1 ? [] : expected.splice(at, 1);
        if (match === undefined) throw new Mismatch(`the chain made an unforeseen ${type}`);
        match.settle(objectId, value);
      } else if (output.owner.kind === 'address' && this.payouts.has(output.owner.address)) {
        const { address } = output.owner;
        const paid = bigAt(this.reader.value(this.world.object(objectId)), 'balance', 'value');
        const due = this.payouts.get(address);
        this.payouts.delete(address);
        if (paid !== due) throw new Mismatch(`payout of ${paid}, the model says ${due}`);
      }
    }
    if (expected.length > 0) {
      const kinds = expected.map(({ suffix }) => suffix).join(', ');
      throw new Mismatch(`the chain did not make what the model says: ${kinds}`);
    }
    if (this.payouts.size > 0) throw new Mismatch('a payout did not arrive');
  }

  // ------------------------------------------------------------------ nodes

  /** Arguments of a registration: a node with a key of its own and a proof that it has it. */
  newKey(index: number): { secret: bigint; publicKey: Uint8Array; proof: Uint8Array } {
    const secret = BigInt(index + 1) * KEY_SPREAD;
    const bytes = this.certifier.secretBytes(secret);
    const publicKey = this.bls.publicKey(bytes);
    const proof = this.bls.sign(
      bytes,
      encodeProofOfPossession({
        epoch: this.model.epoch,
        address: normalizeAddress(this.world.sender),
        publicKey,
      }),
    );
    return { secret, publicKey, proof };
  }

  /** The node with an ID. */
  node(nodeId: string): NetworkNode {
    const node = this.nodes.find((one) => one.nodeId === nodeId);
    if (node === undefined) throw new Error(`no node ${nodeId}`);
    return node;
  }

  /** Sum of the funds of shared blobs. */
  get sharedFunds(): bigint {
    let sum = 0n;
    for (const { funds } of this.blobs) sum += funds ?? 0n;
    return sum;
  }
}

/** Whether a `StakedWal` is what the model says. */
export function stakeMatches(stake: Stake, value: MoveStruct): boolean {
  const state = field(value, 'state');
  const withdraw =
    field(state, 'variant') === 'Withdrawing' ? field(state, 'withdraw_epoch') : undefined;
  return (
    field(value, 'node_id') === stake.nodeId &&
    field(value, 'principal', 'value') === stake.principal &&
    field(value, 'activation_epoch') === stake.activation &&
    withdraw === stake.withdrawEpoch
  );
}

/** Whether a transaction failed in the way that the model says. */
function isForeseen({ module, code }: Refusal, status: FailedStatus): boolean {
  const { error, description } = status;
  if (code === undefined) {
    const isArithmetic = description.includes('arithmetic error');
    return (
      error.kind === 'MovePrimitiveRuntimeError' &&
      error.location?.module === module &&
      isArithmetic
    );
  }
  return error.kind === 'MoveAbort' && error.location.module === module && error.code === code;
}

/** The nodes that a transaction has registered, by name. */
export function createdCapabilities(
  network: Network,
  record: TransactionRecord,
): Map<string, Omit<NetworkNode, 'secret'>> {
  const { reader, world } = network;
  const found = new Map<string, Omit<NetworkNode, 'secret'>>();
  for (const { objectId, output } of record.effects.changedObjects) {
    const type = record.objectTypes.get(objectId) ?? '';
    if (output === undefined || !type.endsWith('::StorageNodeCap')) continue;
    const nodeId = textAt(reader.value(world.object(objectId)), 'node_id');
    const pool = reader.value(world.object(nodeId));
    const text = String.fromCharCode(...listAt(pool, 'node_info', 'name', 'bytes').map(Number));
    found.set(text, { nodeId, capability: objectId, denyListSequence: 0n });
  }
  return found;
}

const TOTAL_SUPPLY = 5_000_000_000_000_000_000n;
const PAYOUT_ADDRESSES = 0xbeef_0000_0000_0000_0000n;
/** Makes the small numbers of nodes into keys that look like keys. */
const KEY_SPREAD = 0x1f3d_5b79_1122_3344_5566_7788_99aa_bbcc_ddee_ff01_2345_6789n;
