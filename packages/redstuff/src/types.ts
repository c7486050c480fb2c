import type { BlobId, BlobMetadata, SliverAxis, SliverData } from '@walrus-ts/core';
import type { BlobSink, SliverSink } from './sink/sink.js';
import type { SliverSource } from './source/slivers.js';
import type { BlobInput } from './source/source.js';

/** The two implementations of the arithmetic: WASM with SIMD, or plain TypeScript (slow, the oracle of tests). */
export type Backend = 'wasm' | 'reference';

/** The two builds of the WASM kernels: with the SIMD instructions that are everywhere, or with relaxed ones too. */
export type KernelVariant = 'plain' | 'relaxed';

/** Everything that can do the arithmetic. */
export type Implementation = KernelVariant | 'reference';

/** How far an operation has come, in units of equal cost; only the quotient has a meaning. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Options of every operation that can take longer than a moment. */
export interface OperationOptions {
  /** Cancels the operation: it rejects with the signal's reason as soon as the tasks under way have ended. */
  readonly signal?: AbortSignal | undefined;
  /** Called at most every few milliseconds, and at the end with `done === total`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of encoding in memory. */
export interface EncodeOptions extends OperationOptions {
  /**
   * Whether slivers may be views of shared memory where workers have made them, instead of copies. That is faster and takes less
   * memory, but some interfaces take no shared memory: `fetch` and `crypto.subtle`, for example.
   *
   * @default false
   */
  readonly allowsShared?: boolean | undefined;
}

/**
 * How much a reader checks after decoding.
 *
 * - `default`: every systematic row is encoded again and compared with the metadata.
 * - `strict`: the blob is encoded again completely and its blob ID compared.
 * - `skip`: nothing; only for data that is checked otherwise.
 *
 * @see spec redstuff.md §14
 */
export type ConsistencyCheck = 'default' | 'strict' | 'skip';

/** A node of a Merkle path: 32 bytes, or `null` for the padding node of an odd level. */
export type MerkleNode = Uint8Array | null;

/** What a blob ID is made of. */
export interface BlobCommitment {
  readonly blobId: BlobId;
  /** Root of the tree over the sliver pair hashes, 32 bytes: an argument of the registration on chain. */
  readonly rootHash: Uint8Array;
  readonly metadata: BlobMetadata;
}

/**
 * A blob, encoded: all slivers of both axes.
 *
 * Keeps a reference to the blob's bytes, which must not change as long as slivers are taken.
 */
export interface EncodedBlob extends BlobCommitment {
  /** Bytes per symbol. */
  readonly symbolSize: number;
  /**
   * Returns one sliver.
   *
   * Its data may be a view of memory shared with the blob, this object or other slivers: read-only for the caller.
   *
   * @param axis - primary (a row) or secondary (a column)
   * @param index - sliver index on that axis, 0 to n - 1 (not the pair index)
   * @throws REDSTUFF_SLIVER_INDEX, REDSTUFF_CLOSED
   */
  sliver(axis: SliverAxis, index: number): SliverData;
  /**
   * Gives the memory of the slivers to the next operation, which is faster with memory that was in use already. Slivers
   * that were taken before must not be used any more. Idempotent, and needless: without, that memory is collected like any other.
   */
  close(): void;
}

/** What {@link BlobCodec.encodeToSink} gives back. */
export interface SinkEncoding extends BlobCommitment {
  /** Bytes of temporary files that were needed. */
  readonly temporaryBytes: number;
}

/**
 * A blob, encoded: slivers are read from its source and from temporary storage when they are asked for, in any order and
 * as often as needed, so an upload can send, drop, and send again.
 *
 * The source must stay open and unchanged until {@link StoredEncoding.close}, which removes the temporary storage.
 */
export interface StoredEncoding extends BlobCommitment, AsyncDisposable {
  /** Bytes per symbol. */
  readonly symbolSize: number;
  /** Bytes of temporary files, so far. */
  readonly temporaryBytes: number;
  /** Settles when all slivers are there. Until then those that are not there yet make their takers wait. */
  readonly complete: Promise<void>;
  /**
   * Reads one sliver.
   *
   * @param axis - primary (a row) or secondary (a column)
   * @param index - sliver index on that axis, 0 to n - 1 (not the pair index)
   * @returns the sliver, owned by the caller
   * @throws REDSTUFF_SLIVER_INDEX, REDSTUFF_CLOSED, REDSTUFF_SOURCE_CHANGED
   */
  sliver(axis: SliverAxis, index: number): Promise<SliverData>;
  /** Removes the temporary storage; idempotent. */
  close(): Promise<void>;
}

/** One symbol of the sliver to be recovered. */
export interface DecodingSymbol {
  /** Index of the other axis' sliver that holds this symbol too: the symbol's number on the target. */
  readonly sourceIndex: number;
  /** One symbol. */
  readonly data: Uint8Array;
}

/**
 * A decoding symbol with the proof that its source sliver holds it.
 *
 * @see spec redstuff.md §12
 */
export interface RecoverySymbol extends DecodingSymbol {
  /** Siblings from the leaf up, in the tree of the expanded source sliver; the leaf index is the target index. */
  readonly proof: readonly MerkleNode[];
}

/** A recovery symbol that names its source and target, and so can serve either axis. */
export interface GeneralRecoverySymbol {
  /** Axis of the sliver it was computed from. */
  readonly sourceAxis: SliverAxis;
  readonly sourceIndex: number;
  /** Sliver on the other axis that also holds this symbol. */
  readonly targetIndex: number;
  readonly data: Uint8Array;
  readonly proof: readonly MerkleNode[];
}

/** Evidence that a sliver commitment in the metadata cannot come from one matrix. */
export interface InconsistencyProof {
  readonly axis: SliverAxis;
  readonly targetIndex: number;
  /** Exactly as many symbols as the recovery of the target needs. */
  readonly symbols: readonly RecoverySymbol[];
}

/** What recovering a sliver ends in. */
export type SliverRecovery =
  | { readonly kind: 'recovered'; readonly sliver: SliverData }
  | {
      /** All symbols were proven, but the sliver does not match the metadata: the blob is inconsistent. */
      readonly kind: 'inconsistent';
      readonly proof: InconsistencyProof;
    }
  | {
      /** The result does not match the metadata, and at least one symbol used had no proof: try other symbols. */
      readonly kind: 'mismatch';
    };

/**
 * The RedStuff code for one number of shards.
 *
 * Several operations may run at the same time. Without workers, long ones give control back to the event loop at least
 * every 50 ms or so; with workers this thread only moves bytes. Every method rejects with the reason of an aborted
 * `signal`.
 */
export interface BlobCodec extends AsyncDisposable {
  readonly nShards: number;
  readonly backend: Backend;
  /** Which build of the WASM kernels is used: the fastest that the runtime can run, unless told otherwise. */
  readonly variant: KernelVariant | undefined;
  /** Workers that compute; 0 if this thread does it. */
  readonly threads: number;

  /**
   * Computes the blob ID and the metadata without keeping slivers, in bounded memory.
   *
   * Sources other than memory need half the blob's size of temporary storage if they are large.
   *
   * @param blob - read twice; not closed
   * @throws REDSTUFF_BLOB_TOO_LARGE, REDSTUFF_SOURCE_CHANGED, REDSTUFF_NO_STORAGE
   */
  computeMetadata(blob: BlobInput, options?: OperationOptions): Promise<BlobCommitment>;

  /**
   * Encodes a blob.
   *
   * Takes about 3.5 times the blob's size in memory beside the blob; systematic primary slivers are views of the blob.
   *
   * @throws REDSTUFF_BLOB_TOO_LARGE
   */
  encode(blob: Uint8Array, options?: EncodeOptions): Promise<EncodedBlob>;

  /**
   * Encodes a blob of any size in bounded memory, and hands the slivers to a sink as they are produced.
   *
   * @param blob - read three times; not closed
   * @param sink - takes the slivers; see {@link SliverSink} for their order
   * @throws REDSTUFF_BLOB_TOO_LARGE, REDSTUFF_SOURCE_CHANGED, REDSTUFF_NO_STORAGE, errors of the sink
   */
  encodeToSink(
    blob: BlobInput,
    sink: SliverSink,
    options?: OperationOptions,
  ): Promise<SinkEncoding>;

  /**
   * Encodes a blob of any size in bounded memory into temporary storage of 2.5 times its size, from which slivers can be
   * taken at will.
   *
   * @param blob - must stay readable until the result is closed; not closed
   * @param options - with `isEarly`, the result is there as soon as the blob ID is known, after some 3/4 of the work:
   *   the slivers that are not there yet are produced while the others are taken
   * @throws REDSTUFF_BLOB_TOO_LARGE, REDSTUFF_SOURCE_CHANGED, REDSTUFF_NO_STORAGE
   */
  encodeToStore(
    blob: BlobInput,
    options?: OperationOptions & { readonly isEarly?: boolean | undefined },
  ): Promise<StoredEncoding>;

  /**
   * Restores a blob from slivers of one axis.
   *
   * Slivers of a wrong index, length or symbol size and repeated ones are passed over; of the rest, as many as
   * needed are used, in the given order.
   *
   * @param input - `metadata` and the `blobId` it belongs to (verified here), the `slivers`, and how far to check.
   *   Set `sliversVerified` only if each sliver passed {@link BlobCodec.verifySliver}: rows received then are not
   *   checked a second time.
   * @returns the blob, owned by the caller
   * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_BLOB_ID_MISMATCH, REDSTUFF_NOT_ENOUGH_SLIVERS,
   *   REDSTUFF_INCONSISTENT_BLOB
   */
  decode(
    input: {
      readonly blobId: BlobId;
      readonly metadata: BlobMetadata;
      readonly axis: SliverAxis;
      readonly slivers: readonly SliverData[];
      readonly consistencyCheck?: ConsistencyCheck | undefined;
      readonly sliversVerified?: boolean | undefined;
    },
    options?: OperationOptions,
  ): Promise<Uint8Array>;

  /**
   * Restores a blob of any size from slivers of one axis in bounded memory, and hands its bytes to a sink in order.
   *
   * With the `default` check each row is compared with the metadata before it is handed out, so everything that the sink
   * gets can be trusted, also if a later row fails. With `strict` all is checked before the first byte is handed out.
   * Missing rows need temporary storage when decoding from primary slivers; from the first primary slivers alone,
   * nothing is decoded and the output begins at once.
   *
   * @param input - see {@link BlobCodec.decode}
   * @param sink - takes the blob's bytes
   * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_BLOB_ID_MISMATCH, REDSTUFF_NOT_ENOUGH_SLIVERS,
   *   REDSTUFF_INCONSISTENT_BLOB, REDSTUFF_NO_STORAGE, errors of the slivers' source and of the sink
   */
  decodeToSink(
    input: {
      readonly blobId: BlobId;
      readonly metadata: BlobMetadata;
      readonly axis: SliverAxis;
      readonly slivers: SliverSource;
      readonly consistencyCheck?: ConsistencyCheck | undefined;
      readonly sliversVerified?: boolean | undefined;
    },
    sink: BlobSink,
    options?: OperationOptions,
  ): Promise<void>;

  /**
   * Names the primary slivers that hold a byte range of a blob as they are.
   *
   * @param range - `start` inclusive, `end` exclusive, within the blob
   * @returns sliver indices, ascending
   * @throws REDSTUFF_INVALID_RANGE, REDSTUFF_INVALID_METADATA
   */
  sliversOfRange(metadata: BlobMetadata, range: { start: number; end: number }): number[];

  /**
   * Reads a byte range from only the primary slivers that hold it, each verified against the metadata.
   *
   * @param input - `metadata` belongs to `blobId` (verified here); `sliver` fetches a primary sliver by its index, one
   *   after another
   * @returns the bytes, owned by the caller
   * @throws REDSTUFF_INVALID_RANGE, REDSTUFF_INVALID_METADATA, REDSTUFF_BLOB_ID_MISMATCH, and the codes of
   *   {@link BlobCodec.verifySliver}
   */
  readRange(
    input: {
      readonly blobId: BlobId;
      readonly metadata: BlobMetadata;
      readonly start: number;
      readonly end: number;
      readonly sliver: (index: number) => Promise<SliverData>;
    },
    options?: OperationOptions,
  ): Promise<Uint8Array>;

  /**
   * Checks that metadata is well-formed for this number of shards and belongs to a blob ID.
   *
   * @returns the root hash, 32 bytes
   * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_BLOB_ID_MISMATCH
   */
  verifyMetadata(blobId: BlobId, metadata: BlobMetadata): Promise<Uint8Array>;

  /**
   * Checks a sliver against verified metadata; costs one row or column encode and `n` leaf hashes.
   *
   * @param input - `index` is the sliver index that was asked for (not the pair index)
   * @throws REDSTUFF_SLIVER_INDEX, REDSTUFF_SLIVER_LENGTH, REDSTUFF_SLIVER_SYMBOL_SIZE, REDSTUFF_SLIVER_ROOT_MISMATCH
   */
  verifySliver(
    input: {
      readonly metadata: BlobMetadata;
      readonly axis: SliverAxis;
      readonly index: number;
      readonly sliver: SliverData;
    },
    options?: OperationOptions,
  ): Promise<void>;

  /**
   * Checks many slivers of one blob against verified metadata, on all workers.
   *
   * @param input - slivers as they were received, with the index asked for
   * @returns for each sliver `null`, or the error by which {@link BlobCodec.verifySliver} refuses it
   */
  verifySlivers(
    input: {
      readonly metadata: BlobMetadata;
      readonly slivers: readonly {
        readonly axis: SliverAxis;
        readonly index: number;
        readonly sliver: SliverData;
      }[];
    },
    options?: OperationOptions,
  ): Promise<(Error | null)[]>;

  /**
   * Produces the symbols that a held sliver contributes to the recovery of slivers of the other axis.
   *
   * @param input - the `sliver` held (trusted to be right), its `axis`, and the indices of the `targets` on the
   *   other axis
   * @returns one symbol per target, in the order of `targets`
   * @throws REDSTUFF_SLIVER_INDEX, REDSTUFF_SLIVER_LENGTH
   */
  recoverySymbols(
    input: {
      readonly sliver: SliverData;
      readonly axis: SliverAxis;
      readonly targets: readonly number[];
    },
    options?: OperationOptions,
  ): Promise<GeneralRecoverySymbol[]>;

  /**
   * Checks a recovery symbol against verified metadata.
   *
   * @param input - `axis` and `index` name the sliver to be recovered
   * @throws REDSTUFF_SYMBOL_INDEX, REDSTUFF_SYMBOL_LENGTH, REDSTUFF_SYMBOL_PROOF
   */
  verifyRecoverySymbol(input: {
    readonly metadata: BlobMetadata;
    readonly axis: SliverAxis;
    readonly index: number;
    readonly symbol: RecoverySymbol;
  }): Promise<void>;

  /**
   * Checks a general recovery symbol against verified metadata and turns it into a symbol for the target.
   *
   * A symbol computed from the target's own axis lies on the target if the target is its source; its proof cannot
   * become part of an inconsistency proof, so the result has none.
   *
   * @returns a symbol for {@link BlobCodec.recoverSliver}
   * @throws REDSTUFF_SYMBOL_INDEX, REDSTUFF_SYMBOL_LENGTH, REDSTUFF_SYMBOL_TARGET, REDSTUFF_SYMBOL_PROOF
   */
  verifyGeneralRecoverySymbol(input: {
    readonly metadata: BlobMetadata;
    readonly axis: SliverAxis;
    readonly index: number;
    readonly symbol: GeneralRecoverySymbol;
  }): Promise<DecodingSymbol | RecoverySymbol>;

  /**
   * Recovers a sliver from verified recovery symbols and verifies the result.
   *
   * Symbols of a wrong length or a repeated source are passed over.
   *
   * @param input - `axis` and `index` of the sliver wanted; symbols that carry a proof must have passed
   *   {@link BlobCodec.verifyRecoverySymbol}
   * @returns the sliver, or the proof that there is none
   * @throws REDSTUFF_SLIVER_INDEX, REDSTUFF_NOT_ENOUGH_SYMBOLS
   */
  recoverSliver(
    input: {
      readonly metadata: BlobMetadata;
      readonly axis: SliverAxis;
      readonly index: number;
      readonly symbols: readonly (DecodingSymbol | RecoverySymbol)[];
    },
    options?: OperationOptions,
  ): Promise<SliverRecovery>;

  /**
   * Checks an inconsistency proof against verified metadata; returns only if the blob is proven inconsistent.
   *
   * @throws REDSTUFF_PROOF_COUNT, REDSTUFF_PROOF_DUPLICATE, REDSTUFF_PROOF_CONSISTENT, REDSTUFF_SLIVER_INDEX and the
   *   codes of {@link BlobCodec.verifyRecoverySymbol}
   */
  verifyInconsistencyProof(
    input: { readonly metadata: BlobMetadata; readonly proof: InconsistencyProof },
    options?: OperationOptions,
  ): Promise<void>;

  /** Ends the workers of this codec; operations under way are rejected. Idempotent, and needless without workers. */
  close(): Promise<void>;
}
