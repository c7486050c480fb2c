import type { BlobMetadata, SliverAxis, SliverData } from '@walrus-ts/core';
import { decodePlan } from '../decode-plan.js';
import { isRedstuffError, RedstuffError, type RedstuffErrorCode } from '../errors.js';
import { consecutive } from '../kernels.js';
import { MerkleTree, verifyMerkleProof } from '../merkle/tree.js';
import type {
  DecodingSymbol,
  GeneralRecoverySymbol,
  InconsistencyProof,
  RecoverySymbol,
  SliverRecovery,
} from '../types.js';
import { blobGeometry, type KernelContext } from './geometry.js';
import { checkMetadataShape, checkSliverIndex, sliverHash, verifySliver } from './verify.js';

/** Which symbols to produce of a sliver. */
export interface ProduceInput {
  readonly sliver: SliverData;
  readonly axis: SliverAxis;
  readonly targets: readonly number[];
}

/** Which sliver to recover, from what. */
export interface RecoverInput {
  readonly metadata: BlobMetadata;
  readonly axis: SliverAxis;
  readonly index: number;
  readonly symbols: readonly (DecodingSymbol | RecoverySymbol)[];
}

/** Returns the other axis. */
export function otherAxis(axis: SliverAxis): SliverAxis {
  return axis === 'primary' ? 'secondary' : 'primary';
}

function symbolError(
  code: RedstuffErrorCode,
  message: string,
  data: Record<string, unknown>,
): RedstuffError {
  return new RedstuffError(code, message, { data });
}

/**
 * Produces the symbols that a sliver contributes to slivers of the other axis, with their proofs.
 *
 * @throws REDSTUFF_SLIVER_INDEX for a source or target out of range, REDSTUFF_SLIVER_LENGTH, REDSTUFF_SLIVER_SYMBOL_SIZE
 * @see spec redstuff.md §12
 */
export function produceSymbols(
  context: KernelContext,
  input: ProduceInput,
): GeneralRecoverySymbol[] {
  const { sliver, axis, targets } = input;
  const { kernels } = context;
  const { nShards } = context.parameters;
  const { symbolSize, data } = sliver;
  const code = context.codes[axis];
  checkSliverIndex(context, axis, sliver.index);
  for (const target of targets) checkSliverIndex(context, otherAxis(axis), target);
  if (!Number.isInteger(symbolSize) || symbolSize < 2 || symbolSize % 2 !== 0) {
    throw new RedstuffError(
      'REDSTUFF_SLIVER_SYMBOL_SIZE',
      `symbols of ${symbolSize} bytes are impossible`,
    );
  }
  if (data.length !== code.sources * symbolSize) {
    throw new RedstuffError(
      'REDSTUFF_SLIVER_LENGTH',
      `${axis} sliver ${sliver.index} has ${data.length} bytes instead of ${code.sources * symbolSize}`,
      { data: { axis, index: sliver.index } },
    );
  }
  kernels.stage(data.length).set(data);
  const { recovery, leaves } = kernels.expand({
    code,
    symbolSize,
    words: 1,
    input: consecutive(symbolSize, code.sources),
    output: consecutive(symbolSize, code.recoveries),
  });
  // Both results live in memory that the next call reuses.
  const symbols = targets.map((target) => {
    const isSource = target < code.sources;
    const at = (isSource ? target : target - code.sources) * symbolSize;
    return (isSource ? data : recovery).slice(at, at + symbolSize);
  });
  const hashes = leaves.slice();
  kernels.stage(hashes.length).set(hashes);
  const tree = MerkleTree.fromNodes(nShards, kernels.treeOverHashes(nShards).slice());
  return targets.map((targetIndex, i) => ({
    sourceAxis: axis,
    sourceIndex: sliver.index,
    targetIndex,
    data: symbols[i] ?? new Uint8Array(0),
    proof: tree.proof(targetIndex),
  }));
}

/** Checks index ranges, length and proof of a symbol that a source sliver is said to hold at some place. */
function verifySymbol(
  context: KernelContext,
  metadata: BlobMetadata,
  symbol: {
    readonly sourceAxis: SliverAxis;
    readonly sourceIndex: number;
    readonly place: number;
    readonly data: Uint8Array;
    readonly proof: RecoverySymbol['proof'];
  },
): void {
  const { nShards } = context.parameters;
  const { sourceAxis, sourceIndex, place, data, proof } = symbol;
  const facts = { sourceAxis, sourceIndex, targetIndex: place };
  for (const index of [sourceIndex, place]) {
    if (!Number.isInteger(index) || index < 0 || index >= nShards) {
      throw symbolError('REDSTUFF_SYMBOL_INDEX', `a recovery symbol has index ${index}`, facts);
    }
  }
  const { symbolSize } = blobGeometry(context.parameters, metadata.unencodedLength);
  if (data.length !== symbolSize) {
    throw symbolError(
      'REDSTUFF_SYMBOL_LENGTH',
      `a recovery symbol has ${data.length} bytes instead of ${symbolSize}`,
      facts,
    );
  }
  const isProven = verifyMerkleProof({
    path: proof,
    root: sliverHash(metadata, sourceAxis, sourceIndex),
    leafCount: nShards,
    leaf: data,
    index: place,
  });
  if (!isProven) {
    throw symbolError(
      'REDSTUFF_SYMBOL_PROOF',
      `the proof of a recovery symbol from ${sourceAxis} sliver ${sourceIndex} does not hold`,
      facts,
    );
  }
}

/**
 * Checks a recovery symbol for a target against verified metadata.
 *
 * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_SYMBOL_INDEX, REDSTUFF_SYMBOL_LENGTH, REDSTUFF_SYMBOL_PROOF
 */
export function verifyRecoverySymbol(
  context: KernelContext,
  metadata: BlobMetadata,
  axis: SliverAxis,
  index: number,
  symbol: RecoverySymbol,
): void {
  checkMetadataShape(context, metadata);
  verifySymbol(context, metadata, {
    sourceAxis: otherAxis(axis),
    sourceIndex: symbol.sourceIndex,
    place: index,
    data: symbol.data,
    proof: symbol.proof,
  });
}

/**
 * Checks a general recovery symbol and turns it into one for the target.
 *
 * @throws as {@link verifyRecoverySymbol}, and REDSTUFF_SYMBOL_TARGET
 */
export function verifyGeneralRecoverySymbol(
  context: KernelContext,
  metadata: BlobMetadata,
  axis: SliverAxis,
  index: number,
  symbol: GeneralRecoverySymbol,
): DecodingSymbol | RecoverySymbol {
  checkMetadataShape(context, metadata);
  const { sourceAxis, sourceIndex, targetIndex, data, proof } = symbol;
  verifySymbol(context, metadata, { sourceAxis, sourceIndex, place: targetIndex, data, proof });
  if (sourceAxis !== axis && targetIndex === index) return { sourceIndex, data, proof };
  // The original forgets to compare the axes here and would take symbols that lie elsewhere.
  if (sourceAxis === axis && sourceIndex === index) return { sourceIndex: targetIndex, data };
  throw symbolError(
    'REDSTUFF_SYMBOL_TARGET',
    `a recovery symbol of ${sourceAxis} sliver ${sourceIndex} does not lie on ${axis} sliver ${index}`,
    { sourceAxis, sourceIndex, targetIndex, axis, index },
  );
}

/** Decodes a sliver from exactly as many symbols as needed, with distinct sources. */
function decodeSliver(
  context: KernelContext,
  axis: SliverAxis,
  index: number,
  symbolSize: number,
  symbols: readonly DecodingSymbol[],
): SliverData {
  const { kernels } = context;
  const code = context.codes[axis];
  const plan = decodePlan(
    code,
    symbols.map(({ sourceIndex }) => sourceIndex),
  );
  const staged = kernels.stage(code.sources * symbolSize);
  symbols.forEach(({ data }, i) => staged.set(data, i * symbolSize));
  const layout = consecutive(symbolSize, code.sources);
  const data = kernels.decode({ code, symbolSize, words: 1, input: layout, output: layout }, plan);
  return { data: data.slice(), symbolSize, index };
}

/** Tells whether a sliver of the right shape matches the metadata. */
function matches(
  context: KernelContext,
  metadata: BlobMetadata,
  axis: SliverAxis,
  sliver: SliverData,
): boolean {
  try {
    verifySliver(context, metadata, axis, sliver.index, sliver);
    return true;
  } catch (error) {
    if (isRedstuffError(error, 'REDSTUFF_SLIVER_ROOT_MISMATCH')) return false;
    throw error;
  }
}

function isProven(symbol: DecodingSymbol | RecoverySymbol): symbol is RecoverySymbol {
  return 'proof' in symbol;
}

/**
 * Recovers a sliver from symbols.
 *
 * @throws REDSTUFF_INVALID_METADATA, REDSTUFF_SLIVER_INDEX, REDSTUFF_NOT_ENOUGH_SYMBOLS
 * @see spec redstuff.md §12
 */
export function recoverSliver(context: KernelContext, input: RecoverInput): SliverRecovery {
  const { metadata, axis, index } = input;
  checkMetadataShape(context, metadata);
  checkSliverIndex(context, axis, index);
  const { symbolSize } = blobGeometry(context.parameters, metadata.unencodedLength);
  const needed = context.codes[axis].sources;
  const taken = new Map<number, DecodingSymbol | RecoverySymbol>();
  for (const symbol of input.symbols) {
    if (taken.size === needed) break;
    const { sourceIndex, data } = symbol;
    const isUsable =
      Number.isInteger(sourceIndex) &&
      sourceIndex >= 0 &&
      sourceIndex < context.parameters.nShards &&
      data.length === symbolSize;
    if (isUsable && !taken.has(sourceIndex)) taken.set(sourceIndex, symbol);
  }
  if (taken.size < needed) {
    throw new RedstuffError(
      'REDSTUFF_NOT_ENOUGH_SYMBOLS',
      `${taken.size} usable symbols for ${axis} sliver ${index}, ${needed} are needed`,
      { data: { axis, index, usable: taken.size, needed }, retryable: true },
    );
  }
  const symbols = [...taken.values()];
  const sliver = decodeSliver(context, axis, index, symbolSize, symbols);
  if (matches(context, metadata, axis, sliver)) return { kind: 'recovered', sliver };
  if (!symbols.every(isProven)) return { kind: 'mismatch' };
  return { kind: 'inconsistent', proof: { axis, targetIndex: index, symbols } };
}

/**
 * Checks an inconsistency proof against verified metadata; returns only if it holds.
 *
 * @throws REDSTUFF_PROOF_COUNT, REDSTUFF_PROOF_DUPLICATE, REDSTUFF_PROOF_CONSISTENT, REDSTUFF_SLIVER_INDEX and the
 *   codes of {@link verifyRecoverySymbol}
 * @see spec redstuff.md §15
 */
export function verifyInconsistencyProof(
  context: KernelContext,
  metadata: BlobMetadata,
  proof: InconsistencyProof,
): void {
  const { axis, targetIndex, symbols } = proof;
  checkMetadataShape(context, metadata);
  checkSliverIndex(context, axis, targetIndex);
  const needed = context.codes[axis].sources;
  if (symbols.length !== needed) {
    throw new RedstuffError(
      'REDSTUFF_PROOF_COUNT',
      `an inconsistency proof has ${symbols.length} symbols instead of ${needed}`,
      { data: { axis, targetIndex, got: symbols.length, needed } },
    );
  }
  if (new Set(symbols.map(({ sourceIndex }) => sourceIndex)).size !== needed) {
    throw new RedstuffError(
      'REDSTUFF_PROOF_DUPLICATE',
      'an inconsistency proof uses a source sliver twice',
      { data: { axis, targetIndex } },
    );
  }
  for (const symbol of symbols) verifyRecoverySymbol(context, metadata, axis, targetIndex, symbol);
  const { symbolSize } = blobGeometry(context.parameters, metadata.unencodedLength);
  const sliver = decodeSliver(context, axis, targetIndex, symbolSize, symbols);
  if (matches(context, metadata, axis, sliver)) {
    throw new RedstuffError(
      'REDSTUFF_PROOF_CONSISTENT',
      `${axis} sliver ${targetIndex} is consistent with the metadata`,
      { data: { axis, targetIndex } },
    );
  }
}
