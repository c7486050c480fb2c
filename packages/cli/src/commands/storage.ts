import {
  fuseStorage,
  reserveSpace,
  splitStorageByEpoch,
  splitStorageBySize,
  storageCost,
  type StorageResource,
} from '@walrus-ts/chain';
import { normalizeAddress } from '@walrus-ts/core';
import { CliError, UsageError } from '../errors.js';
import { formatBytes, formatCoin, formatTable, parseCount, parseSize } from '../format.js';
import type { Session } from '../session.js';
import {
  createdObject,
  sessionAction,
  transact,
  walletAddress,
  type CommandModule,
} from './command.js';

const STORAGE_TYPE = '::storage_resource::Storage';
const MAX_EPOCH = 2 ** 32 - 1;

async function ownedStorage(session: Session): Promise<StorageResource[]> {
  return session.chain.ownedStorage(await walletAddress(session), { signal: session.signal });
}

async function ownedResource(session: Session, text: string): Promise<StorageResource> {
  const id = normalizeAddress(text);
  const resource = (await ownedStorage(session)).find((candidate) => candidate.id === id);
  if (resource === undefined) {
    throw new CliError('CLI_NOT_OWNED', `the wallet owns no storage resource ${id}`, {
      hint: 'see those it owns with: walrus storage list',
    });
  }
  return resource;
}

/** `walrus storage`: the reservations that blobs are registered in, which the official CLI has no commands for. */
export const storageCommands: CommandModule = (program, context) => {
  const storage = program
    .command('storage')
    .description('buy, list, split, merge and transfer reserved storage')
    .addHelpText(
      'after',
      '\nExamples:\n  $ walrus storage list\n  $ walrus storage buy --size 1GiB --epochs 10\n  $ walrus storage split 0x12…ef --size 512MiB',
    );

  storage
    .command('list')
    .description('list the storage resources of the wallet')
    .action(
      sessionAction(context, async (session) => {
        const resources = (await ownedStorage(session)).toSorted((a, b) => a.endEpoch - b.endEpoch);
        session.output.json(resources);
        if (resources.length === 0) session.output.text('No storage resources.');
        else {
          const rows = resources.map((resource) => [
            formatBytes(resource.storageSize),
            String(resource.startEpoch),
            String(resource.endEpoch),
            resource.id,
          ]);
          const head = ['Size', 'From epoch', 'Until epoch', 'Object ID'];
          session.output.text(formatTable([head, ...rows]));
        }
      }),
    );

  storage
    .command('buy')
    .description('reserve storage from the current epoch on')
    .requiredOption('--size <bytes>', 'encoded size, e.g. 1GiB')
    .requiredOption('--epochs <n>', 'number of epochs')
    .action(
      sessionAction(context, async (session, flags: { size: string; epochs: string }) => {
        const encodedSize = parseSize('--size', flags.size);
        const { storagePrice, maxEpochsAhead } = await session.chain.system({
          signal: session.signal,
        });
        const epochs = parseCount('--epochs', flags.epochs, 1, maxEpochsAhead);
        const cost = storageCost(encodedSize, epochs, storagePrice);
        const result = await transact(session, (tx, refs, sender) => {
          const resource = reserveSpace(tx, refs, { encodedSize, epochs, storagePrice });
          tx.transferObjects([resource], sender);
        });
        const storageId = createdObject(result, STORAGE_TYPE);
        session.output.json({ storageId, cost });
        session.output.text(`Bought storage ${storageId} for ${formatCoin(cost, 'WAL')}`);
      }),
    );

  storage
    .command('split')
    .description('split a storage resource in size or in time')
    .argument('<id>', 'storage resource')
    .option('--size <bytes>', 'size that stays in it')
    .option('--epoch <n>', 'epoch at which the new one begins')
    .addHelpText('after', '\nExample:\n  $ walrus storage split 0x12…ef --epoch 20')
    .action(
      sessionAction(
        context,
        async (session, flags: { size?: string; epoch?: string }, text: string) => {
          if ((flags.size === undefined) === (flags.epoch === undefined)) {
            throw new UsageError('exactly one of --size and --epoch is needed');
          }
          const size = flags.size === undefined ? undefined : parseSize('--size', flags.size);
          const epoch =
            flags.epoch === undefined ? 0 : parseCount('--epoch', flags.epoch, 0, MAX_EPOCH);
          const { id } = await ownedResource(session, text);
          const result = await transact(session, (tx, refs, sender) => {
            const other =
              size === undefined
                ? splitStorageByEpoch(tx, refs, id, epoch)
                : splitStorageBySize(tx, refs, id, size);
            tx.transferObjects([other], sender);
          });
          const newStorageId = createdObject(result, STORAGE_TYPE);
          session.output.json({ storageId: id, newStorageId });
          session.output.text(`Split ${id}: the rest is in ${newStorageId}`);
        },
      ),
    );

  storage
    .command('merge')
    .description('merge storage resources of the same period or with periods that touch')
    .argument('<id>', 'storage resource that remains')
    .argument('<others...>', 'those that are used up, in order')
    .addHelpText('after', '\nExample:\n  $ walrus storage merge 0x12…ef 0x34…ab')
    .action(
      sessionAction(context, async (session, _flags: object, text: string, others: string[]) => {
        const { id } = await ownedResource(session, text);
        const merged = others.map((other) => normalizeAddress(other));
        if (new Set([id, ...merged]).size !== merged.length + 1) {
          throw new UsageError('a storage resource was named twice');
        }
        await transact(session, (tx, refs) => {
          for (const other of merged) fuseStorage(tx, refs, id, other);
        });
        session.output.json({ storageId: id, merged });
        session.output.text(`Merged ${merged.length + 1} storage resources into ${id}`);
      }),
    );

  storage
    .command('transfer')
    .description('give storage resources to another address')
    .argument('<ids...>', 'storage resources')
    .requiredOption('--to <address>', 'who gets them')
    .addHelpText('after', '\nExample:\n  $ walrus storage transfer 0x12…ef --to 0x99…00')
    .action(
      sessionAction(context, async (session, flags: { to: string }, ids: string[]) => {
        const to = normalizeAddress(flags.to);
        const owned = new Set((await ownedStorage(session)).map(({ id }) => id));
        const given = [...new Set(ids.map((id) => normalizeAddress(id)))];
        // Anything else that the wallet owns could be given away by a slip otherwise.
        const foreign = given.find((id) => !owned.has(id));
        if (foreign !== undefined) await ownedResource(session, foreign);
        await transact(session, (tx) => tx.transferObjects(given, to));
        session.output.json({ transferred: given, to });
        session.output.text(`Transferred ${given.length} storage resources to ${to}`);
      }),
    );
};
