import { parseBlobId, toBase64 } from '@walrus-ts/core';
import type { ReadProgress } from '@walrus-ts/sdk';
import { UsageError } from '../errors.js';
import { writeResultFile } from '../files.js';
import { formatBytes } from '../format.js';
import type { ProgressView } from '../output.js';
import { sessionAction, type CommandModule } from './command.js';

interface ReadFlags {
  readonly out?: string;
  readonly strictConsistencyCheck?: boolean;
  readonly skipConsistencyCheck?: boolean;
}

function show(view: ProgressView): (progress: ReadProgress) => void {
  return (progress) => {
    switch (progress.phase) {
      case 'metadata':
        view.update('metadata', 0, 1);
        break;
      case 'slivers':
        view.update('downloading', progress.done, progress.total, formatBytes(progress.blobBytes));
        break;
      case 'decode':
        view.update('decoding', progress.done, progress.total);
        break;
    }
  };
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
        const progress = output.progress();
        let blob: Uint8Array;
        try {
          blob = await session.walrus.read(blobId, {
            signal: session.signal,
            onProgress: show(progress),
            consistencyCheck:
              flags.strictConsistencyCheck === true
                ? 'strict'
                : flags.skipConsistencyCheck === true
                  ? 'skip'
                  : 'default',
          });
        } finally {
          progress.stop();
        }
        if (flags.out !== undefined) {
          await writeResultFile(flags.out, blob);
          output.json({ out: flags.out, blobId });
          if (!output.isJson) output.note(`${formatBytes(blob.length)} written to ${flags.out}`);
        } else if (output.isJson) {
          output.json({ blobId, blob: toBase64(blob) });
        } else {
          await output.bytes(blob);
        }
      }),
    );
};
