import { fundSharedBlob, shareBlob } from '@walrus-ts/chain';
import { normalizeAddress } from '@walrus-ts/core';
import { formatCoin, parseAmount } from '../format.js';
import { createdObject, sessionAction, transact, type CommandModule } from './command.js';

/** `walrus share` and `fund-shared-blob` (spec cli.md §5); `extend --shared` is with `extend`. */
export const sharedBlobCommands: CommandModule = (program, context) => {
  program
    .command('share')
    .description('put a blob into a shared object, which anybody may fund and extend')
    .requiredOption('--blob-obj-id <id>', 'blob object; it cannot be taken out again')
    .option('--amount <frost>', 'WAL to put into it')
    .addHelpText('after', '\nExample:\n  $ walrus share --blob-obj-id 0x12…ef --amount 1000000000')
    .action(
      sessionAction(context, async (session, flags: { blobObjId: string; amount?: string }) => {
        const blobObject = normalizeAddress(flags.blobObjId);
        const amount =
          flags.amount === undefined ? undefined : parseAmount('--amount', flags.amount);
        // Reading it first tells a wrong ID from a transaction that fails.
        await session.chain.blob(blobObject, { signal: session.signal });
        const result = await transact(session, (tx, refs) =>
          shareBlob(tx, refs, blobObject, amount),
        );
        const sharedBlobObjectId = createdObject(result, '::shared_blob::SharedBlob');
        session.output.json({ sharedBlobObjectId, amount: amount ?? null });
        session.output.text(`Shared the blob as ${sharedBlobObjectId}`);
        if (amount !== undefined) {
          session.output.text(`It holds ${formatCoin(amount, 'WAL')} for extensions.`);
        }
      }),
    );

  program
    .command('fund-shared-blob')
    .description('add WAL to a shared blob, for extensions')
    .requiredOption('--shared-blob-obj-id <id>', 'shared blob')
    .requiredOption('--amount <frost>', 'WAL to add')
    .addHelpText(
      'after',
      '\nExample:\n  $ walrus fund-shared-blob --shared-blob-obj-id 0x12…ef --amount 1000000000',
    )
    .action(
      sessionAction(
        context,
        async (session, flags: { sharedBlobObjId: string; amount: string }) => {
          const sharedBlob = normalizeAddress(flags.sharedBlobObjId);
          const amount = parseAmount('--amount', flags.amount);
          await transact(session, (tx, refs) => fundSharedBlob(tx, refs, sharedBlob, amount));
          session.output.json({ amount });
          session.output.text(`Added ${formatCoin(amount, 'WAL')} to ${sharedBlob}`);
        },
      ),
    );
};
