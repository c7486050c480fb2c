import { createReferenceKernels } from '../reference/kernels.js';
import type { Backend, BlobCodec, OperationOptions } from '../types.js';
import { createWasmKernels } from '../wasm/kernels.js';
import { decodeBlob } from './decode.js';
import { computeCommitment, encodeBlob } from './encode.js';
import { codecShape, type CodecContext } from './geometry.js';
import {
  produceSymbols,
  recoverSliver,
  verifyGeneralRecoverySymbol,
  verifyInconsistencyProof,
  verifyRecoverySymbol,
} from './recovery.js';
import { verifyMetadata, verifySliver } from './verify.js';

/** Which code, and who computes it. */
export interface BlobCodecInit {
  /** Number of shards, 4 to 1000. */
  readonly nShards: number;
  /** @default 'wasm' */
  readonly backend?: Backend | undefined;
}

/** Single steps are short: it is enough to look at the signal before them. */
function checkSignal(options: OperationOptions | undefined): void {
  options?.signal?.throwIfAborted();
}

/**
 * Creates a codec for one number of shards; make one and keep it.
 *
 * @param init - number of shards and backend
 * @throws CORE_INVALID_SHARDS, REDSTUFF_WASM_UNAVAILABLE
 * @example
 * ```ts
 * const codec = await createCodec({ nShards: 1000 });
 * const encoded = await codec.encode(bytes);
 * const first = encoded.sliver('primary', 0);
 * ```
 */
export async function createCodec(init: BlobCodecInit): Promise<BlobCodec> {
  const { nShards, backend = 'wasm' } = init;
  const shape = codecShape(nShards);
  const kernels =
    backend === 'wasm' ? await createWasmKernels(shape.codes) : createReferenceKernels();
  const context: CodecContext = { ...shape, kernels };
  return {
    nShards,
    backend,
    computeMetadata: (blob, options) => computeCommitment(context, blob, options),
    encode: (blob, options) => encodeBlob(context, blob, options),
    decode: (input, options) => decodeBlob(context, input, options),
    async verifyMetadata(blobId, metadata) {
      return verifyMetadata(context, blobId, metadata);
    },
    async verifySliver({ metadata, axis, index, sliver }, options) {
      checkSignal(options);
      verifySliver(context, metadata, axis, index, sliver);
    },
    async recoverySymbols(input, options) {
      checkSignal(options);
      return produceSymbols(context, input);
    },
    async verifyRecoverySymbol({ metadata, axis, index, symbol }) {
      verifyRecoverySymbol(context, metadata, axis, index, symbol);
    },
    async verifyGeneralRecoverySymbol({ metadata, axis, index, symbol }) {
      return verifyGeneralRecoverySymbol(context, metadata, axis, index, symbol);
    },
    async recoverSliver(input, options) {
      checkSignal(options);
      return recoverSliver(context, input);
    },
    async verifyInconsistencyProof({ metadata, proof }, options) {
      checkSignal(options);
      verifyInconsistencyProof(context, metadata, proof);
    },
  };
}
