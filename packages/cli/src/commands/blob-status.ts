import { maxBlobSize, parseBlobId, type BlobId } from '@walrus-ts/core';
import { blobStatusToJson } from '@walrus-ts/node-api';
import { UsageError } from '../errors.js';
import { withBlobFile } from '../files.js';
import { parseDuration } from '../format.js';
import type { Session } from '../session.js';
import { sessionAction, type CommandModule } from './command.js';

interface StatusFlags {
  readonly file?: string;
  readonly blobId?: string;
  readonly timeout: string;
}

async function identify(session: Session, flags: StatusFlags): Promise<BlobId> {
  if ((flags.file === undefined) === (flags.blobId === undefined)) {
    throw new UsageError('exactly one of --file and --blob-id is needed');
  }
  if (flags.blobId !== undefined) return parseBlobId(flags.blobId);
  const { system } = await session.walrus.network({ signal: session.signal });
  const { blobId } = await withBlobFile(flags.file ?? '', maxBlobSize(system.nShards), (source) =>
    session.walrus.computeBlobId(source, { signal: session.signal }),
  );
  return blobId;
}

async function expiry(session: Session, endEpoch: number): Promise<string | undefined> {
  const staking = await session.chain.staking({ signal: session.signal });
  if (staking.epochState.kind === 'sync') return undefined;
  const left = BigInt(endEpoch - staking.epoch) * staking.epochDurationMs;
  return new Date(Number(staking.epochState.startMs + left)).toISOString();
}

/** `walrus blob-status` (spec cli.md §4). */
export const blobStatusCommand: CommandModule = (program, context) => {
  program
    .command('blob-status')
    .description('ask the storage nodes for the status of a blob')
    .option('--file <file>', 'file whose blob ID is computed')
    .option('--blob-id <id>', 'ID of the blob')
    .option('--timeout <duration>', 'how long to wait for the nodes', '10s')
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText(
      'after',
      `
Examples:
  $ walrus blob-status --file photo.jpg
  $ walrus blob-status --blob-id M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk --json`,
    )
    .action(
      sessionAction(context, async (session, flags: StatusFlags) => {
        const timeoutMs = parseDuration(flags.timeout);
        const blobId = await identify(session, flags);
        const status = await session.walrus.status(blobId, { timeoutMs, signal: session.signal });
        const { output } = session;
        const estimated =
          status.kind === 'permanent' ? await expiry(session, status.endEpoch) : undefined;
        output.json({
          blobId,
          ...(flags.file === undefined ? {} : { file: flags.file }),
          status: blobStatusToJson(status),
          ...(estimated === undefined ? {} : { estimatedExpiryTimestamp: estimated }),
        });
        output.text(`Blob ID:  ${blobId}`);
        switch (status.kind) {
          case 'nonexistent':
            output.text('Status:   not stored on this network');
            break;
          case 'invalid':
            output.text(`Status:   marked invalid (transaction ${status.event.txDigest})`);
            break;
          case 'permanent':
            output.text(
              `Status:   permanent, ${status.isCertified ? 'certified' : 'registered but not certified'}`,
            );
            output.text(
              `Expires:  epoch ${status.endEpoch} (exclusive)${estimated ? `, about ${estimated}` : ''}`,
            );
            break;
          case 'deletable': {
            const { total, certified } = status.deletableCounts;
            output.text(
              `Status:   deletable; ${certified} of ${total} registrations are certified`,
            );
            break;
          }
        }
      }),
    );
};
