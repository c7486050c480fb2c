import { errorMessage } from '@walrus-ts/core';
import { maxBlobSize } from '@walrus-ts/core';
import {
  checkEpochs,
  storageCost,
  type NetworkView,
  type StoreProgress,
  type StoreResult,
} from '@walrus-ts/sdk';
import { storeResultJson } from '../blob-json.js';
import { CliError, UsageError, describeError } from '../errors.js';
import { withBlobFile } from '../files.js';
import { formatBytes, formatCoin, formatRate, parseCount } from '../format.js';
import type { ProgressView } from '../progress.js';
import { isVerbose, type Session } from '../session.js';
import { THREADS_HELP, sessionAction, type CommandModule } from './command.js';

interface StoreFlags {
  readonly epochs?: string;
  readonly earliestExpiryTime?: string;
  readonly endEpoch?: string;
  readonly permanent?: boolean;
  readonly deletable?: boolean;
  readonly force?: boolean;
  readonly ignoreResources?: boolean;
  readonly dryRun?: boolean;
}

async function epochsAhead(
  flags: StoreFlags,
  session: Session,
  view: NetworkView,
): Promise<number> {
  const given = [flags.epochs, flags.earliestExpiryTime, flags.endEpoch].filter(
    (flag) => flag !== undefined,
  );
  if (given.length !== 1) {
    throw new UsageError(
      'exactly one of --epochs, --earliest-expiry-time and --end-epoch is needed',
      'for example: walrus store FILE --epochs 5',
    );
  }
  const { maxEpochsAhead, epoch } = view.system;
  let epochs: number;
  if (flags.epochs === 'max') epochs = maxEpochsAhead;
  else if (flags.epochs !== undefined) {
    // The value is well formed or a usage error; what the network sells is checked below.
    if (!/^\d{1,10}$/.test(flags.epochs)) {
      throw new UsageError(
        `--epochs must be a whole number or max, not '${flags.epochs}'`,
        `for example: --epochs 5; the network sells up to ${maxEpochsAhead}`,
      );
    }
    epochs = Number(flags.epochs);
  } else if (flags.endEpoch !== undefined) {
    epochs = parseCount('--end-epoch', flags.endEpoch, 0, 2 ** 31) - epoch;
  } else {
    const time = Date.parse(flags.earliestExpiryTime ?? '');
    if (Number.isNaN(time)) {
      throw new UsageError(
        `--earliest-expiry-time is no time: '${flags.earliestExpiryTime}'`,
        'RFC 3339, for example 2027-01-31T12:00:00Z',
      );
    }
    const staking = await session.chain.staking({ signal: session.signal });
    const start =
      staking.epochState.kind === 'sync' ? Date.now() : Number(staking.epochState.startMs);
    epochs = Math.floor((time - start) / Number(staking.epochDurationMs)) + 1;
  }
  checkEpochs(epochs, view.system);
  return epochs;
}

function show(view: ProgressView, sizeBytes: number): (progress: StoreProgress) => void {
  const startMs = Date.now();
  let uploadMs: number | undefined;
  return (progress) => {
    switch (progress.phase) {
      case 'encode':
        view.update(
          'encoding',
          progress.done,
          progress.total,
          ...formatRate((progress.done / progress.total) * sizeBytes, startMs),
        );
        break;
      case 'register':
        view.update('registering', 0, 1, progress.blobId);
        break;
      case 'upload': {
        uploadMs ??= Date.now();
        const rate = formatRate(progress.sentBytes, uploadMs);
        const confirmed = `confirmed ${progress.weight}/${progress.neededWeight} shards`;
        view.update('uploading', progress.sentBytes, progress.totalBytes, ...rate, confirmed);
        break;
      }
      case 'certify':
        view.update('certifying', 0, 1);
        break;
    }
  };
}

function report(session: Session, path: string, size: number, result: StoreResult): void {
  const { output } = session;
  switch (result.kind) {
    case 'newlyCreated': {
      const { blobObject, operation } = result;
      output.text(`Stored ${path}`);
      output.text(`  Blob ID:       ${result.blobId}`);
      output.text(`  Object ID:     ${blobObject.id}`);
      output.text(
        `  Size:          ${formatBytes(size)} (encoded ${formatBytes(operation.encodedLength)})`,
      );
      output.text(
        `  Cost:          ${formatCoin(result.cost, 'WAL')} (${describeOperation(operation.kind)})`,
      );
      output.text(`  Expires at:    epoch ${blobObject.storage.endEpoch} (exclusive)`);
      output.text(`  Deletable:     ${blobObject.isDeletable ? 'yes' : 'no, permanent'}`);
      break;
    }
    case 'alreadyCertified':
      output.text(`Already stored: ${path}`);
      output.text(`  Blob ID:       ${result.blobId}`);
      if (result.object) output.text(`  Object ID:     ${result.object}`);
      output.text(`  Expires at:    epoch ${result.endEpoch} (exclusive)`);
      break;
    case 'markedInvalid':
      output.text(`Not stored: ${path} has the blob ID ${result.blobId}, which was marked invalid`);
      break;
  }
}

function describeOperation(kind: string): string {
  const words: Readonly<Record<string, string>> = {
    registerFromScratch: 'new storage and registration',
    reuseStorage: 'registration in storage that the wallet had',
    reuseRegistration: 'the wallet had a registration',
    reuseAndExtend: 'extension of a certified blob',
    reuseAndExtendNonCertified: 'extension of a registered blob',
  };
  return words[kind] ?? kind;
}

async function dryRun(
  session: Session,
  view: NetworkView,
  path: string,
  epochs: number,
): Promise<Record<string, unknown>> {
  const { blobId, metadata } = await withBlobFile(
    path,
    maxBlobSize(view.system.nShards),
    (source) => session.walrus.computeBlobId(source, { signal: session.signal }),
  );
  const { unencodedLength } = metadata;
  const price = storageCost(view.system, unencodedLength, epochs);
  const { output } = session;
  output.text(`Would store ${path}`);
  output.text(`  Blob ID:       ${blobId}`);
  output.text(
    `  Size:          ${formatBytes(unencodedLength)} (encoded ${formatBytes(price.encodedLength)})`,
  );
  output.text(
    `  Cost:          ${formatCoin(price.storage + price.write, 'WAL')} for ${epochs} epochs`,
  );
  return {
    path,
    blobId,
    unencodedSize: unencodedLength,
    encodedSize: price.encodedLength,
    storageCost: price.storage + price.write,
    encodingType: 'RS2',
  };
}

async function storeFile(
  session: Session,
  view: NetworkView,
  path: string,
  flags: StoreFlags,
  epochs: number,
): Promise<StoreResult> {
  return withBlobFile(path, maxBlobSize(view.system.nShards), async (source) => {
    const { sizeBytes } = source;
    const progress = session.output.progress();
    try {
      const result = await session.walrus.store(source, {
        signer: await session.signer(),
        epochs,
        persistence: flags.permanent === true ? 'permanent' : 'deletable',
        force: flags.force === true,
        ignoreResources: flags.ignoreResources === true,
        gasBudget: session.gasBudget,
        signal: session.signal,
        onProgress: show(progress, sizeBytes),
      });
      progress.finish();
      report(session, path, sizeBytes, result);
      return result;
    } finally {
      progress.stop();
    }
  });
}

/** `walrus store` (spec cli.md §2). */
export const storeCommand: CommandModule = (program, context) => {
  program
    .command('store')
    .alias('write')
    .description('store files as blobs')
    .argument('<files...>', 'files to store, one blob each')
    .option('--epochs <n|max>', 'number of epochs to store the blobs for')
    .option('--earliest-expiry-time <time>', 'store at least until this time (RFC 3339)')
    .option('--end-epoch <epoch>', 'store until this epoch, exclusive')
    .option('--permanent', 'nobody can delete the blobs before they expire')
    .option('--deletable', 'the owner can delete the blobs (default)')
    .option('--force', 'store even if the blobs are certified already')
    .option('--ignore-resources', 'do not use storage and registrations of the wallet')
    .option('--dry-run', 'compute blob IDs and prices only')
    .option('--threads <n>', THREADS_HELP)
    .addHelpText(
      'after',
      `
An interrupted store goes on where it stopped when the same command is run again.

Examples:
  $ walrus store photo.jpg --epochs 5
  $ walrus store *.log --epochs max --permanent
  $ walrus store big.iso --epochs 2 --dry-run --json`,
    )
    .action(
      sessionAction(context, async (session, flags: StoreFlags, files: string[]) => {
        if (flags.permanent === true && flags.deletable === true) {
          throw new UsageError('--permanent and --deletable exclude each other');
        }
        const view = await session.walrus.network({ signal: session.signal });
        const epochs = await epochsAhead(flags, session, view);
        const results: unknown[] = [];
        let failures = 0;
        for (const path of files) {
          try {
            results.push(
              flags.dryRun === true
                ? await dryRun(session, view, path, epochs)
                : {
                    path,
                    blobStoreResult: storeResultJson(
                      await storeFile(session, view, path, flags, epochs),
                    ),
                  },
            );
          } catch (error) {
            if (files.length === 1 || session.signal.aborted) throw error;
            failures++;
            session.output.note(
              `${path}: ${describeError(error, isVerbose(session.options)).trimEnd()}`,
            );
            results.push({
              path,
              blobStoreResult: {
                error: { blobId: null, failurePhase: 'store', errorMsg: errorMessage(error) },
              },
            });
          }
        }
        session.output.json(results);
        if (failures > 0) {
          throw new CliError('CLI_PARTIAL', `${failures} of ${files.length} files were not stored`);
        }
      }),
    );
};
