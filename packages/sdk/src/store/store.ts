import type { Signer } from '@mysten/sui/cryptography';
import {
  certifyBlob,
  extendBlob,
  registerBlob,
  reserveSpace,
  setBlobAttributes,
  type BlobObject,
  type ContractCertificate,
} from '@walrus-ts/chain';
import { isWalrusError, normalizeAddress, type Address, type BlobId } from '@walrus-ts/core';
import type { EventId } from '@walrus-ts/node-api';
import type { BlobCommitment, BlobInput, StoredEncoding } from '@walrus-ts/redstuff';
import type { ClientContext } from '../context.js';
import { SdkError } from '../errors.js';
import type { NetworkView } from '../network.js';
import { verifiedStatus } from '../status.js';
import { checkEpochs, planResources, type ResourceOperation, type ResourcePlan } from './plan.js';
import { uploadAndConfirm, type UploadProgress } from './upload.js';

/** How far a store has come. */
export type StoreProgress =
  | { readonly phase: 'encode'; readonly done: number; readonly total: number }
  | { readonly phase: 'register'; readonly blobId: BlobId }
  | ({ readonly phase: 'upload' } & UploadProgress)
  | { readonly phase: 'certify' };

/** Options of a store. */
export interface StoreOptions {
  /** Pays and receives the blob object. */
  readonly signer: Signer;
  /** Epochs to store the blob for, counting the current one. */
  readonly epochs: number;
  /** Deletable blobs can be deleted by their owner. @default 'deletable' */
  readonly persistence?: 'permanent' | 'deletable' | undefined;
  /** Attributes set on the blob object. */
  readonly attributes?: ReadonlyMap<string, string> | undefined;
  /** Stores again even if the blob is certified already. @default false */
  readonly force?: boolean | undefined;
  /** Buys everything anew instead of using the wallet's storage and registrations. @default false */
  readonly ignoreResources?: boolean | undefined;
  /** Fixed gas budget per transaction, MIST. */
  readonly gasBudget?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: StoreProgress) => void) | undefined;
}

/** What a store ended in. */
export type StoreResult =
  | {
      readonly kind: 'newlyCreated';
      readonly blobId: BlobId;
      readonly blobObject: BlobObject;
      readonly operation: ResourceOperation;
      /** WAL paid, FROST. */
      readonly cost: bigint;
    }
  | {
      readonly kind: 'alreadyCertified';
      readonly blobId: BlobId;
      readonly endEpoch: number;
      /** The wallet's own certified object. */
      readonly object?: Address;
      /** The event that certified somebody's permanent blob. */
      readonly event?: EventId;
    }
  | { readonly kind: 'markedInvalid'; readonly blobId: BlobId; readonly event: EventId };

// Two stores of one client must not pick the same object of the wallet.
const claims = new WeakMap<ClientContext, Set<Address>>();

function claimsOf(context: ClientContext): Set<Address> {
  let set = claims.get(context);
  if (set === undefined) claims.set(context, (set = new Set()));
  return set;
}

function reusedObject(plan: ResourcePlan): Address | undefined {
  if (plan.kind !== 'operation') return undefined;
  const { operation } = plan;
  if ('blob' in operation) return operation.blob.id;
  return operation.kind === 'reuseStorage' ? operation.storage.id : undefined;
}

async function finishedByOthers(
  context: ClientContext,
  view: NetworkView,
  blobId: BlobId,
  options: StoreOptions,
): Promise<StoreResult | undefined> {
  let status;
  try {
    status = await verifiedStatus(context, blobId, { signal: options.signal });
  } catch (error) {
    // Not knowing is no reason not to store.
    if (isWalrusError(error, 'SDK_NO_VALID_STATUS')) return undefined;
    throw error;
  }
  if (status.kind === 'invalid') return { kind: 'markedInvalid', blobId, event: status.event };
  if (options.persistence !== 'permanent' || status.kind !== 'permanent') return undefined;
  const { endEpoch, isCertified, statusEvent } = status;
  return isCertified && endEpoch >= view.system.epoch + options.epochs
    ? { kind: 'alreadyCertified', blobId, endEpoch, event: statusEvent }
    : undefined;
}

async function register(
  context: ClientContext,
  view: NetworkView,
  encoded: BlobCommitment,
  operation: ResourceOperation,
  options: StoreOptions,
): Promise<Address> {
  if ('blob' in operation) return operation.blob.id;
  const refs = await context.chain.refs({ signal: options.signal });
  const owner = options.signer.toSuiAddress();
  const result = await context.chain.execute(
    {
      signer: options.signer,
      gasBudget: options.gasBudget,
      build: (tx) => {
        const storage =
          operation.kind === 'reuseStorage'
            ? tx.object(operation.storage.id)
            : reserveSpace(tx, refs, {
                encodedSize: operation.encodedLength,
                epochs: operation.epochsAhead,
                storagePrice: view.system.storagePrice,
              });
        const blob = registerBlob(
          tx,
          refs,
          storage,
          {
            blobId: encoded.blobId,
            rootHash: encoded.rootHash,
            size: encoded.metadata.unencodedLength,
            encodedSize: operation.encodedLength,
            isDeletable: options.persistence !== 'permanent',
          },
          view.system.writePrice,
        );
        if (options.attributes) setBlobAttributes(tx, refs, blob, options.attributes);
        tx.transferObjects([blob], owner);
      },
    },
    { signal: options.signal },
  );
  const created = result.created.find(({ type }) => type.endsWith('::blob::Blob'));
  if (created === undefined) {
    throw new SdkError('SDK_EPOCH_CHANGED', `transaction ${result.digest} registered no blob`);
  }
  return created.objectId;
}

async function certify(
  context: ClientContext,
  view: NetworkView,
  blobObject: Address,
  operation: ResourceOperation,
  certificate: ContractCertificate | undefined,
  options: StoreOptions,
): Promise<void> {
  const refs = await context.chain.refs({ signal: options.signal });
  const isReused = 'blob' in operation;
  await context.chain.execute(
    {
      signer: options.signer,
      gasBudget: options.gasBudget,
      build: (tx) => {
        if (certificate) certifyBlob(tx, refs, blobObject, certificate);
        if (
          operation.kind === 'reuseAndExtend' ||
          operation.kind === 'reuseAndExtendNonCertified'
        ) {
          extendBlob(tx, refs, {
            blobObject,
            storageSize: operation.blob.storage.storageSize,
            epochs: operation.epochsExtended,
            storagePrice: view.system.storagePrice,
          });
        }
        if (isReused && options.attributes) {
          setBlobAttributes(tx, refs, tx.object(blobObject), options.attributes);
        }
      },
    },
    { signal: options.signal },
  );
}

async function storeOnce(
  context: ClientContext,
  encoding: StoredEncoding,
  options: StoreOptions,
  signal: AbortSignal,
): Promise<StoreResult> {
  const { onProgress } = options;
  const view = await context.network.view({ signal });
  checkEpochs(options.epochs, view.system);
  const { blobId } = encoding;
  if (options.force !== true) {
    const finished = await finishedByOthers(context, view, blobId, options);
    if (finished) return finished;
  }

  const owner = normalizeAddress(options.signer.toSuiAddress());
  const claimed = claimsOf(context);
  const [ownedBlobs, ownedStorage] =
    options.ignoreResources === true
      ? [[], []]
      : await Promise.all([
          context.chain.ownedBlobs(owner, { signal }),
          context.chain.ownedStorage(owner, { signal }),
        ]);
  // No await between choosing and claiming.
  const plan = planResources({
    system: view.system,
    blobId,
    size: encoding.metadata.unencodedLength,
    epochsAhead: options.epochs,
    isDeletable: options.persistence !== 'permanent',
    isForced: options.force === true,
    ownedBlobs: ownedBlobs.filter(({ id }) => !claimed.has(id)),
    ownedStorage: ownedStorage.filter(({ id }) => !claimed.has(id)),
  });
  if (plan.kind === 'alreadyCertified') {
    const { id, storage } = plan.blob;
    return { kind: 'alreadyCertified', blobId, endEpoch: storage.endEpoch, object: id };
  }
  const reused = reusedObject(plan);
  if (reused) claimed.add(reused);
  try {
    const { operation, cost } = plan;
    onProgress?.({ phase: 'register', blobId });
    const blobObject = await register(context, view, encoding, operation, options);
    let certificate: ContractCertificate | undefined;
    if (operation.kind !== 'reuseAndExtend') {
      certificate = await uploadAndConfirm(context, {
        committee: view.committees.current,
        blob: encoding,
        persistence:
          options.persistence === 'permanent'
            ? { kind: 'permanent' }
            : { kind: 'deletable', objectId: blobObject },
        signal,
        onProgress: (progress) => onProgress?.({ phase: 'upload', ...progress }),
      });
    }
    onProgress?.({ phase: 'certify' });
    await certify(context, view, blobObject, operation, certificate, options);
    return {
      kind: 'newlyCreated',
      blobId,
      blobObject: await context.chain.blob(blobObject, { signal }),
      operation,
      cost,
    };
  } finally {
    if (reused) claimed.delete(reused);
  }
}

/** Says whether a failure comes from a file that changed: then the nodes' complaints only confuse. */
async function checkSource(blob: BlobInput): Promise<void> {
  if (!(blob instanceof Uint8Array) && 'check' in blob) await blob.check?.();
}

/**
 * Stores a blob: encodes it, registers it, sends every node its slivers, and certifies it on chain.
 *
 * Works in bounded memory for blobs of any size: a blob that is not in memory is read piece by piece, slivers go through
 * temporary storage of up to 2.5 times its size, which is removed at the end, and each is read when it is its turn to be
 * sent. Sending begins as soon as the blob ID is known, before all is encoded.
 *
 * A store that was interrupted goes on where it stopped when it is called again with the same bytes and wallet: the
 * registration is found and nodes are asked what they have.
 *
 * @param blob - bytes, a `Blob` or `File`, or a source (of a file, for instance); must not change until the promise
 *   settles; not closed
 * @throws SDK_INVALID_EPOCHS, SDK_NOT_ENOUGH_CONFIRMATIONS, REDSTUFF_BLOB_TOO_LARGE, REDSTUFF_SOURCE_CHANGED,
 *   REDSTUFF_NO_STORAGE, errors of the chain
 * @see spec client.md §6
 */
export async function storeBlob(
  context: ClientContext,
  blob: BlobInput,
  options: StoreOptions,
): Promise<StoreResult> {
  const signal = options.signal ?? new AbortController().signal;
  const { system, committees, codec } = await context.network.view({ signal });
  checkEpochs(options.epochs, system);
  const before = committees.current.epoch;
  const encoding = await codec.encodeToStore(blob, {
    isEarly: true,
    signal,
    onProgress: ({ done, total }) => options.onProgress?.({ phase: 'encode', done, total }),
  });
  try {
    return await storeOnce(context, encoding, options, signal);
  } catch (error) {
    signal.throwIfAborted();
    await checkSource(blob);
    context.network.invalidate();
    const after = (await context.network.view({ signal })).committees.current.epoch;
    if (after === before) throw error;
    // The certificate died with its epoch; the registration is found again and reused.
    return await storeOnce(context, encoding, options, signal);
  } finally {
    await encoding.close();
  }
}
