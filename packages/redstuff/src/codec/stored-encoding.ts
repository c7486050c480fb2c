import type { SliverAxis, SliverData } from '@walrus-ts/core';
import { RedstuffError } from '../errors.js';
import { toSource, type BlobInput, type BlobSource } from '../source/source.js';
import type { TempStore } from '../source/temp-store.js';
import { ProgressMeter } from '../threads/executor.js';
import type { BlobCommitment, OperationOptions, StoredEncoding } from '../types.js';
import { encodeJob, recoveryBytes, runPasses, type EncodeInput } from './encode.js';
import { ColumnReader } from './column-reader.js';
import { COLUMN_COST, codeColumns, type EncodeJob } from './encode-passes.js';
import { blobGeometry, type BlobGeometry, type CodecContext } from './geometry.js';
import { readPanel, sourceMatrix, storeMatrix, type Matrix } from './matrix.js';
import { checkSliverIndex } from './verify.js';

function columnReader(job: EncodeJob, source: Matrix): ColumnReader {
  const { context, geometry, recovery } = job;
  const { symbolSize, columnBytes, dataRows } = geometry;
  const { primary } = context.codes;
  const stride = primary.recoveries * symbolSize;
  return new ColumnReader({
    executor: context.executor,
    symbolSize,
    rows: dataRows,
    columnBytes,
    parts: [
      { matrix: source, columns: primary.sources },
      { matrix: storeMatrix(recovery, stride, dataRows), columns: primary.recoveries },
    ],
  });
}

/** The slivers of a blob, read from its source and from temporary storage when they are asked for. */
class EncodingInStores implements StoredEncoding {
  readonly blobId: StoredEncoding['blobId'];
  readonly rootHash: StoredEncoding['rootHash'];
  readonly metadata: StoredEncoding['metadata'];
  readonly symbolSize: number;
  readonly complete: Promise<void>;
  readonly #context: CodecContext;
  readonly #geometry: BlobGeometry;
  readonly #source: Matrix;
  readonly #columns: ColumnReader;
  readonly #recovery: TempStore;
  readonly #recoveryRows: TempStore;
  readonly #ending: AbortController;
  #isClosed = false;

  constructor(
    job: EncodeJob,
    commitment: BlobCommitment,
    recoveryRows: TempStore,
    complete: Promise<void>,
    ending: AbortController,
  ) {
    this.blobId = commitment.blobId;
    this.rootHash = commitment.rootHash;
    this.metadata = commitment.metadata;
    this.symbolSize = job.geometry.symbolSize;
    this.complete = complete;
    this.#context = job.context;
    this.#geometry = job.geometry;
    this.#source = sourceMatrix(job.source, job.geometry);
    this.#recovery = job.recovery;
    this.#columns = columnReader(job, this.#source);
    this.#recoveryRows = recoveryRows;
    this.#ending = ending;
  }

  get temporaryBytes(): number {
    return this.#recovery.diskBytes + this.#recoveryRows.diskBytes;
  }

  async sliver(axis: SliverAxis, index: number): Promise<SliverData> {
    checkSliverIndex(this.#context, axis, index);
    const { primarySymbols } = this.#context.parameters;
    if (axis === 'primary' && index >= primarySymbols) await this.complete;
    if (this.#isClosed) throw new RedstuffError('REDSTUFF_CLOSED', 'the encoding is closed');
    const data = axis === 'primary' ? await this.#primary(index) : await this.#columns.read(index);
    return { data, symbolSize: this.symbolSize, index };
  }

  async #primary(index: number): Promise<Uint8Array> {
    const { primarySymbols, nShards } = this.#context.parameters;
    const { rowBytes } = this.#geometry;
    const isSystematic = index < primarySymbols;
    const matrix = isSystematic
      ? this.#source
      : storeMatrix(this.#recoveryRows, rowBytes, nShards - primarySymbols);
    const firstRow = isSystematic ? index : index - primarySymbols;
    const data = new Uint8Array(rowBytes);
    await readPanel(matrix, { firstRow, rows: 1, offset: 0, width: rowBytes }, data);
    return data;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ending.abort(new RedstuffError('REDSTUFF_CLOSED', 'the encoding was closed'));
    await this.complete.catch(() => {});
    await this.#columns.close();
    await Promise.all([this.#recovery.close(), this.#recoveryRows.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function release(...things: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.allSettled(things.map((thing) => thing.close()));
}

async function openStores(
  context: CodecContext,
  source: BlobSource,
): Promise<EncodeInput & { readonly recoveryRows: TempStore }> {
  const geometry = blobGeometry(context.parameters, source.sizeBytes);
  const recovery = await context.createTempStore(recoveryBytes(context, geometry));
  try {
    const rows = context.codes.secondary.recoveries;
    const recoveryRows = await context.createTempStore(rows * geometry.rowBytes);
    return { source, geometry, recovery, recoveryRows };
  } catch (error) {
    await release(recovery);
    throw error;
  }
}

/**
 * Encodes a blob into temporary storage, from which slivers can be taken in any order, as often as needed.
 *
 * @param isEarly - return as soon as the blob ID is known, and produce the remaining primary slivers meanwhile
 * @throws REDSTUFF_BLOB_TOO_LARGE, REDSTUFF_SOURCE_CHANGED, REDSTUFF_NO_STORAGE
 */
export async function encodeToStore(
  context: CodecContext,
  blob: BlobInput,
  isEarly: boolean,
  options: OperationOptions = {},
): Promise<StoredEncoding> {
  options.signal?.throwIfAborted();
  const { recoveryRows, ...input } = await openStores(
    context,
    await toSource(blob, options.signal),
  );
  try {
    const job = encodeJob(context, input, options);
    const commitment = await runPasses(job, {
      primary: isEarly ? 'drop' : recoveryRows,
      returnsColumns: false,
    });
    job.progress.finish();
    const ending = new AbortController();
    const later = {
      ...job,
      signal: ending.signal,
      progress: new ProgressMeter(COLUMN_COST, undefined),
    };
    const finish = async (): Promise<void> => {
      if (isEarly) {
        await codeColumns(later, {
          isHashed: false,
          onlySystematic: true,
          primary: recoveryRows,
          returnsColumns: false,
        });
        await job.source.check?.();
      }
      await recoveryRows.seal();
    };
    const complete = finish();
    // Whoever takes a sliver learns of a failure; nobody has to wait for all.
    complete.catch(() => {});
    if (!isEarly) await complete;
    return new EncodingInStores(job, commitment, recoveryRows, complete, ending);
  } catch (error) {
    await release(input.recovery, recoveryRows);
    throw error;
  }
}
