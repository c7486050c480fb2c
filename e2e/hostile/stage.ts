/** The scene of the hostile transactions: a running network, a victim, an attacker, and what they own. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Signer } from '@mysten/sui/cryptography';
import type { Transaction } from '@mysten/sui/transactions';
import type { Committee } from '@walrus-ts/chain';
import { contractsRoot } from '@walrus-ts/contracts';
import {
  blobIdToInt,
  encodedLength,
  encodeStorageConfirmation,
  normalizeAddress,
  type BlobId,
} from '@walrus-ts/core';
import {
  COIN_UNIT,
  ContractWorld,
  blobOf as blobOfSize,
  changesBesideGas,
  refusal,
  theCreated,
  type Argument,
  type Certificate,
  type ExecuteOptions,
  type TransactionRecord,
  type WorldNode,
} from '@walrus-ts/testkit/contract-world';
import { expect, it } from 'vitest';

export const N_SHARDS = 100;
export const N_NODES = 10;
export const MAX_EPOCHS = 10;
/** Unencoded size of the blobs here, bytes. */
export const BLOB_SIZE = 1000;
export const ENCODED_SIZE = BigInt(encodedLength(N_SHARDS, BLOB_SIZE));

/** Somebody with SUI and a coin of WAL. */
export interface User {
  readonly wallet: Awaited<ReturnType<ContractWorld['newUser']>>['wallet'];
  readonly walCoin: string;
}

/** A blob object and what is known of it. */
export interface StageBlob {
  readonly object: string;
  readonly blobId: BlobId;
  readonly rootHash: bigint;
  readonly isDeletable: boolean;
}

/** How a transaction must fail. */
export interface Failure {
  readonly text: string;
  /** Whether the failure is this one; the text says what it is. */
  readonly of: (record: TransactionRecord) => string;
}

/** Everything that the attacks need. */
export class Stage {
  readonly world: ContractWorld;
  readonly alice: User;
  readonly mallory: User;
  /** A registered node without stake, in no committee. */
  readonly outsider: WorldNode;
  committee: Committee;
  private blobCount = 0;

  private constructor(
    world: ContractWorld,
    alice: User,
    mallory: User,
    outsider: WorldNode,
    committee: Committee,
  ) {
    this.world = world;
    this.alice = alice;
    this.mallory = mallory;
    this.outsider = outsider;
    this.committee = committee;
  }

  /** Deploys everything and goes to epoch 1. */
  static async set(): Promise<Stage> {
    const world = await ContractWorld.deploy({
      nShards: N_SHARDS,
      maxEpochsAhead: MAX_EPOCHS,
      nodes: N_NODES,
    });
    await world.nextEpoch();
    const alice = await world.newUser('alice');
    const mallory = await world.newUser('mallory');
    const { wallet } = await world.newUser('outsider');
    await world.chain.fund([wallet.toSuiAddress()], COIN_UNIT);
    const outsider = await world.registerNode('outsider');
    return new Stage(world, alice, mallory, outsider, await world.client.committee());
  }

  /** Lets an epoch pass and reads the new committee. */
  async nextEpoch(): Promise<number> {
    const epoch = await this.world.nextEpoch();
    this.committee = await this.world.client.committee();
    return epoch;
  }

  /** The node that sits at a position of the committee. */
  member(index: number): WorldNode {
    const nodeId = this.committee.members[index]?.nodeId;
    const node = this.world.nodes.find((candidate) => candidate.nodeId === nodeId);
    if (node === undefined) throw new Error(`no member ${index}`);
    return node;
  }

  /** Adds a purchase of storage from the current epoch on. */
  reserve(
    tx: Transaction,
    payer: User,
    size: bigint,
    epochs: number,
  ): ReturnType<ContractWorld['call']> {
    return this.world.call(tx, 'system::reserve_space', [
      this.world.system,
      tx.pure.u64(size),
      tx.pure.u32(epochs),
      payer.walCoin,
    ]);
  }

  /** Buys storage. @returns ID of the `Storage` */
  async buy(owner: User, size: bigint, epochs: number): Promise<string> {
    return this.make(owner, '::storage_resource::Storage', (tx) =>
      this.reserve(tx, owner, size, epochs),
    );
  }

  /** Buys storage for a range of epochs. @returns ID of the `Storage` */
  async buyRange(owner: User, size: bigint, start: number, end: number): Promise<string> {
    return this.make(owner, '::storage_resource::Storage', (tx) =>
      this.world.call(tx, 'system::reserve_space_for_epochs', [
        this.world.system,
        tx.pure.u64(size),
        tx.pure.u32(start),
        tx.pure.u32(end),
        owner.walCoin,
      ]),
    );
  }

  /** Runs a call whose result goes to the sender. @returns ID of the object with this type */
  async make(
    owner: Pick<User, 'wallet'>,
    suffix: string,
    build: (tx: Transaction) => ReturnType<ContractWorld['call']>,
  ): Promise<string> {
    const record = await this.world.chain.must(owner.wallet, (tx) => {
      tx.transferObjects([build(tx)], owner.wallet.toSuiAddress());
    });
    return theCreated(record, suffix);
  }

  /** Registers a fresh blob in storage bought for it. */
  async register(
    owner: User,
    options: { readonly epochs?: number; readonly isDeletable?: boolean } = {},
  ): Promise<StageBlob> {
    const isDeletable = options.isDeletable ?? false;
    const { blobId, rootHash } = blobOf(++this.blobCount);
    const record = await this.world.chain.must(owner.wallet, (tx) => {
      const storage = this.reserve(tx, owner, ENCODED_SIZE, options.epochs ?? 3);
      const blob = this.registration(tx, owner, storage, { blobId, rootHash, isDeletable });
      tx.transferObjects([blob], owner.wallet.toSuiAddress());
    });
    return { object: theCreated(record, '::blob::Blob'), blobId, rootHash, isDeletable };
  }

  /** Adds a registration; single fields can be changed to wrong ones. */
  registration(
    tx: Transaction,
    payer: User,
    storage: string | Argument,
    blob: {
      readonly blobId: BlobId;
      readonly rootHash: bigint;
      readonly isDeletable?: boolean;
      readonly size?: bigint;
      readonly encodingType?: number;
    },
  ): ReturnType<ContractWorld['call']> {
    return this.world.call(tx, 'system::register_blob', [
      this.world.system,
      storage,
      tx.pure.u256(blobIdToInt(blob.blobId)),
      tx.pure.u256(blob.rootHash),
      tx.pure.u64(blob.size ?? BLOB_SIZE),
      tx.pure.u8(blob.encodingType ?? 1),
      tx.pure.bool(blob.isDeletable ?? false),
      payer.walCoin,
    ]);
  }

  /** The message that confirms a blob in the current epoch. */
  confirmation(blob: StageBlob, epoch = this.committee.epoch): Uint8Array {
    return encodeStorageConfirmation({
      epoch,
      blobId: blob.blobId,
      persistence: blob.isDeletable
        ? { kind: 'deletable', objectId: normalizeAddress(blob.object) }
        : { kind: 'permanent' },
    });
  }

  /** Signs with the first members of the committee. */
  certificate(message: Uint8Array, signers = 7): Certificate {
    return this.world.certify(
      this.committee,
      Array.from({ length: signers }, (_, i) => i),
      message,
    );
  }

  /** Adds the call of a function that takes a certificate at its end. */
  present(
    tx: Transaction,
    target: string,
    before: readonly (string | Argument)[],
    certificate: Certificate,
  ): void {
    this.world.call(tx, target, [
      ...before,
      tx.pure.vector('u8', certificate.signature),
      tx.pure.vector('u8', certificate.bitmap),
      tx.pure.vector('u8', certificate.message),
    ]);
  }

  /** Certifies a blob. */
  async certify(owner: User, blob: StageBlob): Promise<void> {
    await this.world.chain.must(owner.wallet, (tx) => {
      this.present(
        tx,
        'system::certify_blob',
        [this.world.system, blob.object],
        this.certificate(this.confirmation(blob)),
      );
    });
  }

  /** Sends a transaction that must fail in this way and change nothing but gas. */
  async attack(
    signer: Signer,
    build: (tx: Transaction) => void,
    failure: Failure,
    options?: ExecuteOptions,
  ): Promise<void> {
    const { chain } = this.world;
    const before = chain.state();
    const record = await chain.run(signer, build, options);
    expect({
      failure: failure.of(record),
      changed: changesBesideGas(chain, before, record),
    }).toEqual({ failure: failure.text, changed: [] });
  }
}

/** A blob ID that belongs to its root hash and to {@link BLOB_SIZE}. */
export function blobOf(seed: number): ReturnType<typeof blobOfSize> {
  return blobOfSize(seed, BigInt(BLOB_SIZE));
}

// Constants of the framework that the contracts do not catch, from its sources.
const FRAMEWORK_ABORTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  balance: { ENonZero: 0, ENotEnough: 2 },
  bcs: { EOutOfRange: 0 },
  dynamic_field: { EFieldAlreadyExists: 0, EFieldDoesNotExist: 1 },
  package: { EAlreadyAuthorized: 2 },
  vec_map: { EKeyDoesNotExist: 1 },
};

type Interface = Readonly<
  Record<string, Readonly<Record<string, { readonly errors?: readonly string[] }>>>
>;

const contracts = JSON.parse(
  readFileSync(join(contractsRoot(), 'interface.json'), 'utf8'),
) as Interface;

function abortCode(module: string, name: string): number {
  const framework = FRAMEWORK_ABORTS[module]?.[name];
  if (framework !== undefined) return framework;
  for (const modules of Object.values(contracts)) {
    const constant = modules[module]?.errors?.find((error) => error.startsWith(`${name} = `));
    if (constant !== undefined) return Number(constant.slice(name.length + 3));
  }
  throw new Error(`no constant ${name} in module ${module}`);
}

/** An abort by a constant of the official interface, or of the framework. */
export function abort(module: string, name: string): Failure {
  const text = `${module} aborts ${abortCode(module, name)}`;
  return { text, of: failureOf };
}

/** A failure that is not an abort, by the kind in the effects. */
export function fails(kind: string): Failure {
  return { text: kind, of: failureOf };
}

function failureOf({ effects: { status } }: TransactionRecord): string {
  if (status.success) return 'none';
  const { error } = status;
  if (error.kind === 'MoveAbort') return `${error.location.module} aborts ${error.code}`;
  if (error.kind === 'CommandArgumentError') return `${error.kind} ${error.error.kind}`;
  if (error.kind === 'TypeArgumentError') return `${error.kind} ${error.error}`;
  if (error.kind === 'PackageUpgradeError') return `${error.kind} ${error.error.kind}`;
  return error.kind;
}

/** Defines a test of one transaction that fails in Move. */
export type Attack = (
  name: string,
  failure: Failure,
  build: (tx: Transaction, stage: Stage) => void,
  by?: (stage: Stage) => Signer,
) => void;

/** Makes the function that defines tests; the sender is Mallory unless a test says who. */
export function attacks(stage: () => Stage): Attack {
  return (name, failure, build, by = (s) => s.mallory.wallet) => {
    it(name, async () => {
      const s = stage();
      await s.attack(by(s), (tx) => build(tx, s), failure);
    });
  };
}

/** Defines tests of transactions that are refused before they are executed. */
export function refusals(
  stage: () => Stage,
): (
  name: string,
  expected: readonly [status: string, code: string],
  build: (tx: Transaction, stage: Stage) => void,
  options?: (stage: Stage) => ExecuteOptions & { readonly by?: Signer },
) => void {
  return (name, [status, code], build, options = () => ({})) => {
    it(name, async () => {
      const s = stage();
      const { by = s.mallory.wallet, ...execute } = options(s);
      expect(await refusal(s.world.chain, by, (tx) => build(tx, s), execute)).toEqual({
        status,
        code,
        changed: [],
      });
    });
  };
}
