import { MAX_BURNS_PER_TRANSACTION, burnBlobs } from '@walrus-ts/chain';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import { UsageError } from '../errors.js';
import { confirm } from '../prompt.js';
import type { Session } from '../session.js';
import { sessionAction, transact, walletAddress, type CommandModule } from './command.js';

interface BurnFlags {
  readonly objectIds?: string[];
  readonly all?: boolean;
  readonly allExpired?: boolean;
  readonly yes?: boolean;
}

async function chosenObjects(session: Session, flags: BurnFlags): Promise<Address[]> {
  const ways = [flags.objectIds, flags.all, flags.allExpired].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new UsageError(
      'exactly one of --object-ids, --all and --all-expired is needed',
      'for example: walrus burn-blobs --all-expired',
    );
  }
  if (flags.objectIds) return [...new Set(flags.objectIds.map((id) => normalizeAddress(id)))];
  const { chain, signal } = session;
  const [{ epoch }, owned] = await Promise.all([
    chain.system({ signal }),
    chain.ownedBlobs(await walletAddress(session), { signal }),
  ]);
  return owned
    .filter((blob) => flags.all === true || blob.storage.endEpoch <= epoch)
    .map(({ id }) => id);
}

/** `walrus burn-blobs` (spec cli.md §5). */
export const burnBlobsCommand: CommandModule = (program, context) => {
  program
    .command('burn-blobs')
    .description('destroy blob objects of the wallet; the data stays stored until its end')
    .option('--object-ids <ids...>', 'blob objects')
    .option('--all', 'all blob objects of the wallet')
    .option('--all-expired', 'those whose storage has ended')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExamples:\n  $ walrus burn-blobs --all-expired\n  $ walrus burn-blobs --object-ids 0x12…ef --yes',
    )
    .action(
      sessionAction(context, async (session, flags: BurnFlags) => {
        const { output, signal } = session;
        const objects = await chosenObjects(session, flags);
        const burned: Address[] = [];
        const question = `Burn ${objects.length} blob object${objects.length === 1 ? '' : 's'}? Their storage cannot be extended or reused afterwards.`;
        if (
          objects.length > 0 &&
          !(await confirm(question, { yes: flags.yes, isJson: output.isJson, signal }))
        ) {
          output.text('Nothing was burned.');
          return;
        }
        const progress = output.progress();
        try {
          while (burned.length < objects.length) {
            const batch = objects.slice(burned.length, burned.length + MAX_BURNS_PER_TRANSACTION);
            await transact(session, (tx, refs) => burnBlobs(tx, refs, batch));
            burned.push(...batch);
            progress.update('burning', burned.length, objects.length);
          }
        } finally {
          progress.stop();
          // What was done is told even if a later transaction failed.
          output.json({ burnedObjects: burned });
          output.text(`Burned ${burned.length} blob object${burned.length === 1 ? '' : 's'}.`);
        }
      }),
    );
};
