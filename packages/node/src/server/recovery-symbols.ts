import {
  decodeBlobMetadata,
  decodeSliver,
  pairIndexOfSliver,
  shardOfPair,
  symbolSize,
  type BlobId,
  type SliverAxis,
} from '@walrus-ts/core';
import { apiError, recoverySymbolsBytes, type RecoverySymbolsQuery } from '@walrus-ts/node-api';
import type { ServiceRequest } from '@walrus-ts/node-api/server';
import type { BlobCodec, GeneralRecoverySymbol } from '@walrus-ts/redstuff';
import type { ShardAssignment } from '../epochs/assignment.js';
import type { BlobStore } from '../storage/blob-store.js';
import { requireAssignment } from './blob-writer.js';

/** What recovery symbols are made from. */
export interface RecoverySymbolsComponents {
  readonly store: BlobStore;
  readonly assignment: ShardAssignment;
  readonly codec: (nShards: number) => Promise<BlobCodec>;
}

/** A sliver, and the slivers of the other axis to which its symbols belong. */
interface Source {
  readonly axis: SliverAxis;
  readonly index: number;
  readonly targets: readonly number[];
}

/** Each request may encode many slivers: more at once would starve everything else. */
const MAX_CONCURRENT = 4;

/**
 * Makes recovery symbols out of the slivers of this node, for others that lost or never got theirs.
 *
 * @see spec node-api.md §4.8, redstuff.md §12
 */
export class RecoverySymbolSource {
  readonly #parts: RecoverySymbolsComponents;
  #running = 0;

  /** @param components - store, assignment, codec */
  constructor(components: RecoverySymbolsComponents) {
    this.#parts = components;
  }

  /**
   * Makes the symbols asked for, leaving out those this node cannot make.
   *
   * @param options - `reserve` waits for memory for the symbols; `signal` stops
   * @throws NO_SYMBOLS_SPECIFIED, INVALID_FILTER, INDEX_OUT_OF_RANGE, SYMBOL_NOT_PRESENT_AT_SHARDS,
   *   SLIVER_NOT_FOUND, UNAVAILABLE
   */
  async symbols(
    blobId: BlobId,
    query: RecoverySymbolsQuery,
    { reserve, signal }: Pick<ServiceRequest<unknown, unknown, unknown>, 'reserve' | 'signal'>,
  ): Promise<GeneralRecoverySymbol[]> {
    const { assignment, codec: codecFor, store } = this.#parts;
    const { nShards } = requireAssignment(assignment);
    const wanted = alternatives(nShards, query);
    const metadata = store.metadata(blobId);
    // Without metadata there are no slivers either.
    if (metadata !== undefined) {
      const { unencodedLength } = decodeBlobMetadata(metadata);
      const count = wanted.reduce((sum, [source]) => sum + (source?.targets.length ?? 0), 0);
      await reserve(recoverySymbolsBytes(nShards, count, symbolSize(nShards, unencodedLength)));
    }
    if (this.#running >= MAX_CONCURRENT) {
      throw apiError('UNAVAILABLE', 'UNAVAILABLE', 'too many recovery requests at once');
    }
    this.#running += 1;
    try {
      const codec = await codecFor(nShards);
      const symbols: GeneralRecoverySymbol[] = [];
      let ownsSource = false;
      for (const sources of wanted) {
        for (const { axis, index, targets } of sources) {
          const shard = shardOfPair(nShards, blobId, pairIndexOfSliver(nShards, axis, index));
          if (!assignment.isReadable(shard)) continue;
          ownsSource = true;
          const bytes = await store.sliver({ shard, axis, blobId });
          if (bytes === undefined) continue;
          const sliver = decodeSliver(bytes);
          symbols.push(...(await codec.recoverySymbols({ sliver, axis, targets }, { signal })));
          break;
        }
      }
      if (symbols.length > 0) return symbols;
      throw ownsSource
        ? apiError('NOT_FOUND', 'SLIVER_NOT_FOUND')
        : apiError('INVALID_ARGUMENT', 'SYMBOL_NOT_PRESENT_AT_SHARDS');
    } finally {
      this.#running -= 1;
    }
  }
}

/**
 * Turns a query into the slivers that can answer it: an outer entry per part wanted, an inner one per sliver that
 * would do.
 */
function alternatives(nShards: number, query: RecoverySymbolsQuery): Source[][] {
  const { ids, target, proofAxis } = query;
  if (ids !== undefined && target !== undefined) {
    throw apiError(
      'INVALID_ARGUMENT',
      'INVALID_FILTER',
      'ask for symbols or for a sliver, not both',
    );
  }
  const all = Array.from({ length: nShards }, (_, index) => index);
  if (target !== undefined) {
    checkIndices(nShards, [target.index]);
    // Symbols of a sliver are usually proven in the slivers that cross it; the sliver itself serves too.
    return proofAxis === target.axis
      ? [[{ axis: target.axis, index: target.index, targets: all }]]
      : all.map((index) => [{ axis: otherAxis(target.axis), index, targets: [target.index] }]);
  }
  if (ids === undefined) throw apiError('INVALID_ARGUMENT', 'NO_SYMBOLS_SPECIFIED');
  if (ids.length > nShards) {
    throw apiError('INVALID_ARGUMENT', 'INVALID_FILTER', `more than ${nShards} symbols at once`);
  }
  return ids.map(({ primary, secondary }) => {
    checkIndices(nShards, [primary, secondary]);
    const sources: Source[] = [
      { axis: 'primary', index: primary, targets: [secondary] },
      { axis: 'secondary', index: secondary, targets: [primary] },
    ];
    return sources.filter(({ axis }) => proofAxis === undefined || axis === proofAxis);
  });
}

function checkIndices(nShards: number, indices: readonly number[]): void {
  for (const index of indices) {
    if (index >= nShards) {
      throw apiError(
        'INVALID_ARGUMENT',
        'INDEX_OUT_OF_RANGE',
        `index ${index} of ${nShards} shards`,
      );
    }
  }
}

function otherAxis(axis: SliverAxis): SliverAxis {
  return axis === 'primary' ? 'secondary' : 'primary';
}
