import type { Signer } from '@mysten/sui/cryptography';
import {
  deleteBlob,
  extendBlob,
  removeBlobAttributes,
  setBlobAttributes,
  type BlobObject,
  type ChainClient,
} from '@walrus-ts/chain';
import { loadBls, type Address, type BlobId } from '@walrus-ts/core';
import { createNodeClient, type BlobStatus } from '@walrus-ts/node-api';
import {
  createBrowserTempStore,
  createCodec,
  type BlobCommitment,
  type BlobInput,
  type BlobSink,
  type CreateTempStore,
  type OperationOptions,
} from '@walrus-ts/redstuff';
import type { ClientContext } from './context.js';
import { SdkError } from './errors.js';
import { SILENT, type Logger } from './logger.js';
import { createNetwork, type CodecFactory, type NetworkView } from './network.js';
import { createNodePool, type NodeConnector } from './nodes.js';
import { readBlob, readBlobTo, type ReadOptions } from './read/read.js';
import { verifiedStatus, type StatusOptions } from './status.js';
import { checkEpochs } from './store/plan.js';
import { storeBlob, type StoreOptions, type StoreResult } from './store/store.js';

/** Settings of a client. */
export interface WalrusClientInit {
  /** How nodes are addressed. @default 'https' */
  readonly nodeUrlScheme?: 'http' | 'https' | undefined;
}

/** What a client is built from. */
export interface WalrusClientComponents {
  readonly chain: ChainClient;
  /** How to reach nodes. @default `fetch`, which cannot pin keys; `@walrus-ts/sdk/node` has a better one */
  readonly connect?: NodeConnector | undefined;
  /**
   * Makes the codec. `nodeComponents` of `@walrus-ts/sdk/node` has one with worker threads and files.
   *
   * @default web workers in pages, else the calling thread
   */
  readonly createCodec?: CodecFactory | undefined;
  /** Makes places for slivers of large blobs that are read. @default memory and the page's private file system */
  readonly createTempStore?: CreateTempStore | undefined;
  readonly logger?: Logger | undefined;
}

/** Options of calls that send one transaction. */
export interface TransactionOptions {
  readonly signer: Signer;
  readonly gasBudget?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A client of a Walrus network. */
export interface WalrusClient {
  readonly chain: ChainClient;
  /** Epoch, prices, committees, codec; at most ten seconds old. */
  network(options?: { readonly signal?: AbortSignal | undefined }): Promise<NetworkView>;
  /** See {@link storeBlob}. */
  store(blob: BlobInput, options: StoreOptions): Promise<StoreResult>;
  /** See {@link readBlob}. */
  read(blobId: BlobId, options?: ReadOptions): Promise<Uint8Array>;
  /** See {@link readBlobTo}. */
  readTo(
    blobId: BlobId,
    sink: BlobSink,
    options?: ReadOptions,
  ): Promise<{ readonly sizeBytes: number }>;
  /** See {@link verifiedStatus}. */
  status(blobId: BlobId, options?: StatusOptions): Promise<BlobStatus>;
  /** Computes the blob ID that a blob has on this network, in bounded memory. */
  computeBlobId(blob: BlobInput, options?: OperationOptions): Promise<BlobCommitment>;
  /**
   * Deletes a deletable blob; its storage goes back to the wallet.
   *
   * @throws SDK_NOT_DELETABLE, errors of the chain
   */
  delete(blobObject: Address, options: TransactionOptions): Promise<BlobObject>;
  /**
   * Extends a certified blob by a number of epochs.
   *
   * @returns the extended blob object
   * @throws SDK_INVALID_EPOCHS, errors of the chain
   */
  extend(blobObject: Address, epochs: number, options: TransactionOptions): Promise<BlobObject>;
  /** Attributes of a blob object; `undefined` if it never had any. */
  attributes(
    blobObject: Address,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Map<string, string> | undefined>;
  /** Sets attributes (`null` removes one) in one transaction. */
  setAttributes(
    blobObject: Address,
    attributes: ReadonlyMap<string, string | null>,
    options: TransactionOptions,
  ): Promise<void>;
  /** Closes all connections and ends all workers; the client cannot be used afterwards. */
  close(): Promise<void>;
}

/**
 * Makes a client of a Walrus network.
 *
 * @example
 * const chain = createChainClient({ rpcUrl, systemObject, stakingObject });
 * const walrus = createWalrusClient({ nodeUrlScheme: 'http' }, { chain });
 * const result = await walrus.store(bytes, { signer, epochs: 5 });
 * const same = await walrus.read(result.blobId);
 */
export function createWalrusClient(
  init: WalrusClientInit,
  components: WalrusClientComponents,
): WalrusClient {
  const { chain } = components;
  const scheme = init.nodeUrlScheme ?? 'https';
  const connect: NodeConnector =
    components.connect ??
    ((member, nShards) =>
      createNodeClient({ baseUrl: `${scheme}://${member.networkAddress}`, nShards }));
  const context: ClientContext = {
    chain,
    network: createNetwork(
      chain,
      components.createCodec ?? ((nShards) => createCodec({ nShards })),
    ),
    createTempStore: components.createTempStore ?? createBrowserTempStore,
    nodes: createNodePool(connect),
    logger: components.logger ?? SILENT,
    bls: loadBls,
  };

  return {
    chain,
    network: (options) => context.network.view(options),
    store: (blob, options) => storeBlob(context, blob, options),
    read: (blobId, options) => readBlob(context, blobId, options),
    readTo: (blobId, sink, options) => readBlobTo(context, blobId, sink, options),
    status: (blobId, options) => verifiedStatus(context, blobId, options),
    async computeBlobId(blob, options) {
      const { codec } = await context.network.view({ signal: options?.signal });
      return codec.computeMetadata(blob, options);
    },
    async delete(blobObject, { signer, gasBudget, signal }) {
      const blob = await chain.blob(blobObject, { signal });
      if (!blob.isDeletable) {
        throw new SdkError('SDK_NOT_DELETABLE', `blob object ${blobObject} is permanent`, {
          hint: 'only blobs stored without --permanent can be deleted before they expire',
        });
      }
      const refs = await chain.refs({ signal });
      const build = (tx: Parameters<typeof deleteBlob>[0]): void => {
        tx.transferObjects([deleteBlob(tx, refs, blobObject)], signer.toSuiAddress());
      };
      await chain.execute({ signer, gasBudget, build }, { signal });
      return blob;
    },
    async extend(blobObject, epochs, { signer, gasBudget, signal }) {
      const [blob, { system }, refs] = await Promise.all([
        chain.blob(blobObject, { signal }),
        context.network.view({ maxAgeMs: 0, signal }),
        chain.refs({ signal }),
      ]);
      checkEpochs(epochs, system);
      const { storageSize } = blob.storage;
      const { storagePrice } = system;
      await chain.execute(
        {
          signer,
          gasBudget,
          build: (tx) => extendBlob(tx, refs, { blobObject, storageSize, epochs, storagePrice }),
        },
        { signal },
      );
      return chain.blob(blobObject, { signal });
    },
    attributes: (blobObject, options) => chain.blobAttributes(blobObject, options),
    async setAttributes(blobObject, attributes, { signer, gasBudget, signal }) {
      const refs = await chain.refs({ signal });
      const sets = new Map<string, string>();
      const removals: string[] = [];
      for (const [key, value] of attributes) {
        if (value === null) removals.push(key);
        else sets.set(key, value);
      }
      await chain.execute(
        {
          signer,
          gasBudget,
          build: (tx) => {
            const blob = tx.object(blobObject);
            removeBlobAttributes(tx, refs, blob, removals);
            setBlobAttributes(tx, refs, blob, sets);
          },
        },
        { signal },
      );
    },
    async close() {
      await Promise.all([context.nodes.close(), context.network.close()]);
    },
  };
}
