import { isWalrusError, onAbort, parseBlobId, toBase64 } from '@walrus-ts/core';
import type { ReadOptions, ReadProgress } from '@walrus-ts/sdk';
import { CliError, UsageError } from '../errors.js';
import { writeResultFile } from '../files.js';
import { formatBytes, formatRate } from '../format.js';
import type { ProgressView } from '../progress.js';
import { THREADS_HELP, sessionAction, type CommandModule } from './command.js';

/** Largest blob that fits into a JSON value, bytes. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

interface ReadFlags {
  readonly out?: string;
  readonly strictConsistencyCheck?: boolean;
  readonly skipConsistencyCheck?: boolean;
}

function show(view: ProgressView): (progress: ReadProgress) => void {
  let startMs = Date.now();
  let current: ReadProgress['phase'] = 'metadata';
  return (progress) => {
    // Each step has its own rate.
    if (progress.phase !== current) startMs = Date.now();
    current = progress.phase;
    switch (progress.phase) {
      case 'metadata':
        view.update('metadata', 0, 1);
        break;
      case 'slivers':
      case 'decode': {
        const { phase, done, total, blobBytes } = progress;
        const label = phase === 'slivers' ? 'downloading' : 'decoding';
        view.update(label, done, total, ...formatRate((done / total) * blobBytes, startMs));
        break;
      }
    }
  };
}

/** Ctrl-C must also end a read whose reader takes nothing. */
async function unlessAborted(taken: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let release: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    release = onAbort(signal, () => reject(signal.reason as Error));
  });
  try {
    await Promise.race([taken, aborted]);
  } finally {
    release?.();
  }
}

function tooLargeForJson(cause: Error): CliError {
  return new CliError('CLI_TOO_LARGE_FOR_JSON', cause.message, {
    cause,
    hint: 'add --out FILE, or leave --json out and redirect standard output',
  });
}

/** `walrus read` (spec cli.md §3). */
export const readCommand: CommandModule = (program, context) => {
  program
    .command('read')
    .description('read a blob')
    .argument('<blob-id>', 'ID of the blob')
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--strict-consistency-check', 'encode the blob again and compare its ID')
    .option('--skip-consistency-check', 'trust the writer of the blob')
    .option('--threads <n>', THREADS_HELP)
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText(
      'after',
      `
Examples:
  $ walrus read M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk --out photo.jpg
  $ walrus read M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk | tar x`,
    )
    .action(
      sessionAction(context, async (session, flags: ReadFlags, text: string) => {
        if (flags.strictConsistencyCheck === true && flags.skipConsistencyCheck === true) {
          throw new UsageError(
            '--strict-consistency-check and --skip-consistency-check exclude each other',
          );
        }
        const blobId = parseBlobId(text);
        const { output } = session;
        const progress = output.progress(flags.out !== undefined);
        const readOptions: ReadOptions = {
          signal: session.signal,
          onProgress: show(progress),
          consistencyCheck:
            flags.strictConsistencyCheck === true
              ? 'strict'
              : flags.skipConsistencyCheck === true
                ? 'skip'
                : 'default',
        };
        try {
          if (flags.out !== undefined) {
            const { sizeBytes } = await writeResultFile(flags.out, (sink) =>
              session.walrus.readTo(blobId, sink, readOptions),
            );
            progress.finish();
            output.json({ out: flags.out, blobId });
            if (!output.isJson) output.note(`${formatBytes(sizeBytes)} written to ${flags.out}`);
          } else if (output.isJson) {
            const blob = await session.walrus
              .read(blobId, { ...readOptions, maxBytes: MAX_JSON_BYTES })
              .catch((error: unknown) => {
                throw isWalrusError(error, 'SDK_BLOB_TOO_LARGE') ? tooLargeForJson(error) : error;
              });
            output.json({ blobId, blob: toBase64(blob) });
          } else {
            // Waiting for each piece to be taken is what keeps memory bounded behind a slow pipe.
            await session.walrus.readTo(
              blobId,
              { write: (bytes) => unlessAborted(output.bytes(bytes), session.signal) },
              readOptions,
            );
            progress.finish();
          }
        } finally {
          progress.stop();
        }
      }),
    );
};
