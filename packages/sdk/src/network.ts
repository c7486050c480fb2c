import type { ChainClient, Committee, Committees, SystemState } from '@walrus-ts/chain';
import type { BlobCodec } from '@walrus-ts/redstuff';
import { SdkError } from './errors.js';

/** What one operation works with: read once at its start, compared at its end. */
export interface NetworkView {
  readonly system: SystemState;
  readonly committees: Committees;
  readonly codec: BlobCodec;
}

/** The network as last read, shared by all operations of a client. */
export interface Network {
  /**
   * Returns the view, reading it anew when it is older than `maxAgeMs`.
   *
   * @throws SDK_NO_COMMITTEE before the first epoch; errors of the chain
   */
  view(options?: {
    readonly maxAgeMs?: number;
    readonly signal?: AbortSignal | undefined;
  }): Promise<NetworkView>;
  /** Forgets what was read, so that the next operation reads anew. */
  invalidate(): void;
  /** Ends the codecs' workers. */
  close(): Promise<void>;
}

/** Makes the codec for a number of shards; what it computes in, and where it keeps temporary data, is its own affair. */
export type CodecFactory = (nShards: number) => Promise<BlobCodec>;

/** Age up to which a view is used without a look at the chain, ms. */
const DEFAULT_MAX_AGE_MS = 10_000;

/**
 * Makes the shared view of a network; nothing is read yet.
 *
 * @param chain - the contracts
 * @param createCodec - called once per number of shards
 */
export function createNetwork(chain: ChainClient, createCodec: CodecFactory): Network {
  const codecs = new Map<number, Promise<BlobCodec>>();
  let current: { readonly view: Promise<NetworkView>; readonly atMs: number } | undefined;

  const codecFor = (nShards: number): Promise<BlobCodec> => {
    let codec = codecs.get(nShards);
    if (codec === undefined) {
      codec = createCodec(nShards);
      codecs.set(nShards, codec);
    }
    return codec;
  };

  const read = async (): Promise<NetworkView> => {
    const [system, committees] = await Promise.all([chain.system(), chain.committees()]);
    if (committees.current.members.length === 0) {
      throw new SdkError('SDK_NO_COMMITTEE', 'the network has no storage nodes yet', {
        retryable: true,
        hint: 'wait until its first epoch has started',
      });
    }
    return { system, committees, codec: await codecFor(committees.current.nShards) };
  };

  return {
    async view({ maxAgeMs = DEFAULT_MAX_AGE_MS, signal } = {}) {
      signal?.throwIfAborted();
      if (current === undefined || Date.now() - current.atMs > maxAgeMs) {
        const view = read();
        const entry = { view, atMs: Date.now() };
        current = entry;
        view.catch(() => {
          if (current === entry) current = undefined;
        });
      }
      return current.view;
    },
    invalidate() {
      current = undefined;
    },
    async close() {
      const open = [...codecs.values()];
      codecs.clear();
      current = undefined;
      await Promise.allSettled(open.map(async (codec) => (await codec).close()));
    },
  };
}

/** Total shards of the members for which `predicate` holds. */
export function weightOf(
  committee: Committee,
  predicate: (memberIndex: number) => boolean,
): number {
  let weight = 0;
  committee.members.forEach((member, index) => {
    if (predicate(index)) weight += member.shards.length;
  });
  return weight;
}
