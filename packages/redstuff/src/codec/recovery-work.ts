import type { BlobMetadata } from '@walrus-ts/core';
import type { GeneralRecoverySymbol, InconsistencyProof, SliverRecovery } from '../types.js';
import type { CodecContext, KernelContext } from './geometry.js';
import {
  produceSymbols,
  recoverSliver,
  verifyInconsistencyProof,
  type ProduceInput,
  type RecoverInput,
} from './recovery.js';

/** Work on symbols that takes long enough to be done by a worker. */
export type RecoveryWork =
  | ({ readonly kind: 'produce' } & ProduceInput)
  | ({ readonly kind: 'recover' } & RecoverInput)
  | {
      readonly kind: 'checkProof';
      readonly metadata: BlobMetadata;
      readonly proof: InconsistencyProof;
    };

/** What it gives. */
export type RecoveryResult =
  | { readonly kind: 'produced'; readonly symbols: GeneralRecoverySymbol[] }
  | { readonly kind: 'proofHolds' }
  | SliverRecovery;

/** Does such work on this thread. */
export function recoverHere(context: KernelContext, work: RecoveryWork): RecoveryResult {
  switch (work.kind) {
    case 'produce':
      return { kind: 'produced', symbols: produceSymbols(context, work) };
    case 'recover':
      return recoverSliver(context, work);
    case 'checkProof':
      verifyInconsistencyProof(context, work.metadata, work.proof);
      return { kind: 'proofHolds' };
  }
}

/** Does such work on a worker if there are any. */
async function recoverAnywhere(context: CodecContext, work: RecoveryWork): Promise<RecoveryResult> {
  const { executor, kernels, parameters } = context;
  if (executor.isInline) return recoverHere(context, work);
  const { recovery } = await executor.run({
    kind: 'recovery',
    nShards: parameters.nShards,
    implementation: kernels.implementation,
    work,
  });
  if (recovery === undefined) throw wrongResult();
  return recovery;
}

function wrongResult(): Error {
  return new Error('a worker gave the result of another task');
}

/** {@link produceSymbols} on a worker if there are any. */
export async function produceSymbolsAnywhere(
  context: CodecContext,
  { sliver, axis, targets }: ProduceInput,
): Promise<GeneralRecoverySymbol[]> {
  // A sliver may be a view of a whole blob, all of which would be sent along.
  const data = context.executor.isInline ? sliver.data : sliver.data.slice();
  const work = { kind: 'produce', sliver: { ...sliver, data }, axis, targets } as const;
  const result = await recoverAnywhere(context, work);
  if (result.kind !== 'produced') throw wrongResult();
  return result.symbols;
}

/** {@link recoverSliver} on a worker if there are any. */
export async function recoverSliverAnywhere(
  context: CodecContext,
  { metadata, axis, index, symbols }: RecoverInput,
): Promise<SliverRecovery> {
  const result = await recoverAnywhere(context, {
    kind: 'recover',
    metadata,
    axis,
    index,
    symbols,
  });
  if (result.kind === 'produced' || result.kind === 'proofHolds') throw wrongResult();
  return result;
}

/** {@link verifyInconsistencyProof} on a worker if there are any. */
export async function verifyInconsistencyProofAnywhere(
  context: CodecContext,
  metadata: BlobMetadata,
  proof: InconsistencyProof,
): Promise<void> {
  await recoverAnywhere(context, { kind: 'checkProof', metadata, proof });
}
