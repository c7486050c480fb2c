import { extendSharedBlob, type BlobObject } from '@walrus-ts/chain';
import {
  errorMessage,
  maxBlobSize,
  normalizeAddress,
  parseBlobId,
  type Address,
} from '@walrus-ts/core';
import { blobStatusToJson } from '@walrus-ts/node-api';
import { blobObjectJson } from '../blob-json.js';
import { CliError, UsageError } from '../errors.js';
import { withBlobFile } from '../files.js';
import { formatBytes, formatTable, parseCount } from '../format.js';
import { confirm } from '../prompt.js';
import type { Session } from '../session.js';
import { sessionAction, transact, type CommandModule } from './command.js';

const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

interface DeleteFlags {
  readonly files?: string[];
  readonly blobIds?: string[];
  readonly objectIds?: string[];
  readonly yes?: boolean;
  readonly statusCheck: boolean;
}

interface Target {
  readonly identity: Record<string, string>;
  readonly label: string;
  readonly objects: readonly BlobObject[];
  readonly needsConsent: boolean;
}

async function findTargets(session: Session, flags: DeleteFlags): Promise<Target[]> {
  const { walrus, chain, signal } = session;
  const owner = normalizeAddress((await session.signer()).toSuiAddress());
  const { system } = await walrus.network({ signal });
  const owned = await chain.ownedBlobs(owner, { signal });
  const deletable = (blobId: string): BlobObject[] =>
    owned.filter(
      (blob) => blob.blobId === blobId && blob.isDeletable && blob.storage.endEpoch > system.epoch,
    );
  const targets: Target[] = [];
  for (const text of flags.blobIds ?? []) {
    const blobId = parseBlobId(text);
    targets.push({
      identity: { blobId },
      label: blobId,
      objects: deletable(blobId),
      needsConsent: true,
    });
  }
  for (const file of flags.files ?? []) {
    const { blobId } = await withBlobFile(file, maxBlobSize(system.nShards), (source) =>
      walrus.computeBlobId(source, { signal }),
    );
    targets.push({
      identity: { blobId, file },
      label: file,
      objects: deletable(blobId),
      needsConsent: true,
    });
  }
  for (const text of flags.objectIds ?? []) {
    const objectId = normalizeAddress(text);
    const blob = await chain.blob(objectId, { signal });
    targets.push({
      identity: { objectId, blobId: blob.blobId },
      label: objectId,
      objects: [blob],
      needsConsent: false,
    });
  }
  return targets;
}

async function deleteTarget(
  session: Session,
  target: Target,
  flags: DeleteFlags,
): Promise<{ json: unknown; isFailed: boolean }> {
  const { output, walrus, signal } = session;
  const identity = { blobId: null, file: null, objectId: null, ...target.identity };
  const base = { blobIdentity: identity, deletedBlobs: [], noBlobFound: false, aborted: false };
  if (target.objects.length === 0) {
    output.note(`${target.label}: the wallet owns no deletable blob of this ID`);
    return { json: { ...base, noBlobFound: true }, isFailed: true };
  }
  const many = target.objects.length;
  const question = `Delete ${many} blob object${many > 1 ? 's' : ''} of ${target.label}?`;
  if (
    target.needsConsent &&
    !(await confirm(question, { yes: flags.yes, isJson: output.isJson, signal }))
  ) {
    return { json: { ...base, aborted: true }, isFailed: false };
  }
  const deleted: BlobObject[] = [];
  try {
    for (const { id } of target.objects) {
      deleted.push(
        await walrus.delete(id, {
          signer: await session.signer(),
          gasBudget: session.gasBudget,
          signal,
        }),
      );
      output.text(`Deleted blob object ${id}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (target.objects.length === 1 && !output.isJson) throw error;
    output.note(`${target.label}: ${errorMessage(error)}`);
    return {
      json: { ...base, deletedBlobs: deleted.map(blobObjectJson), error: errorMessage(error) },
      isFailed: true,
    };
  }
  const [first] = target.objects;
  let after: unknown;
  if (flags.statusCheck && first) {
    // Nodes hear of the deletion with the next checkpoint.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // The deletion is done: not knowing what is left is worth a message, not a failure.
    const status = await walrus.status(first.blobId, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      output.note(`deleted, but the status afterwards is not known: ${errorMessage(error)}`);
      return undefined;
    });
    if (status) {
      after = blobStatusToJson(status);
      if (status.kind !== 'nonexistent') {
        output.text('The blob is still stored: there are other registrations of the same bytes.');
      }
    }
  }
  return {
    json: {
      ...base,
      deletedBlobs: deleted.map(blobObjectJson),
      ...(after === undefined ? {} : { postDeletionStatus: after }),
    },
    isFailed: false,
  };
}

/** `walrus list-blobs`, `delete` and `extend` (spec cli.md §5). */
export const blobCommands: CommandModule = (program, context) => {
  program
    .command('list-blobs')
    .description("list the wallet's blobs")
    .option('--include-expired', 'also list expired blobs')
    .addHelpText('after', '\nExample:\n  $ walrus list-blobs --json')
    .action(
      sessionAction(context, async (session, flags: { includeExpired?: boolean }) => {
        const { signal, chain, output } = session;
        const owner = normalizeAddress((await session.signer()).toSuiAddress());
        const [{ epoch }, owned] = await Promise.all([
          chain.system({ signal }),
          chain.ownedBlobs(owner, { signal }),
        ]);
        const blobs = owned
          .filter((blob) => flags.includeExpired === true || blob.storage.endEpoch > epoch)
          .toSorted((a, b) => a.storage.endEpoch - b.storage.endEpoch);
        output.json(blobs.map(blobObjectJson));
        if (blobs.length === 0) output.text('No blobs.');
        else {
          const rows = blobs.map((blob) => [
            blob.blobId,
            formatBytes(blob.size),
            blob.certifiedEpoch === undefined ? 'no' : 'yes',
            blob.isDeletable ? 'yes' : 'no',
            String(blob.storage.endEpoch),
            blob.id,
          ]);
          const head = [
            'Blob ID',
            'Size',
            'Certified',
            'Deletable',
            'Expires at epoch',
            'Object ID',
          ];
          output.text(formatTable([head, ...rows]));
        }
      }),
    );

  program
    .command('delete')
    .description('delete deletable blobs of the wallet')
    .option('--files <files...>', 'files whose blobs are deleted')
    .option('--blob-ids <id>', 'blob ID, repeatable: all its deletable objects', collect)
    .option('--object-ids <ids...>', 'blob objects')
    .option('--yes', 'do not ask')
    .option('--no-status-check', 'do not ask the nodes afterwards')
    .addHelpText(
      'after',
      `
Examples:
  $ walrus delete --blob-ids M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk --yes
  $ walrus delete --files photo.jpg`,
    )
    .action(
      sessionAction(context, async (session, flags: DeleteFlags) => {
        const targets = await findTargets(session, flags);
        if (targets.length === 0) {
          throw new UsageError(
            'nothing to delete was named',
            'use --blob-ids, --files or --object-ids',
          );
        }
        const results: unknown[] = [];
        let failures = 0;
        for (const target of targets) {
          const { json, isFailed } = await deleteTarget(session, target, flags);
          results.push(json);
          if (isFailed) failures++;
        }
        session.output.json(results);
        if (failures > 0) {
          throw new CliError(
            'CLI_PARTIAL',
            `${failures} of ${targets.length} blobs were not deleted`,
          );
        }
      }),
    );

  program
    .command('extend')
    .description('store a certified blob for more epochs')
    .requiredOption('--blob-obj-id <id>', 'blob object')
    .requiredOption('--epochs-extended <n>', 'how many epochs more')
    .option('--shared', 'the blob is shared; its own funds pay')
    .addHelpText('after', '\nExample:\n  $ walrus extend --blob-obj-id 0x12…ef --epochs-extended 3')
    .action(
      sessionAction(
        context,
        async (session, flags: { blobObjId: string; epochsExtended: string; shared?: boolean }) => {
          const epochs = parseCount('--epochs-extended', flags.epochsExtended, 0, 2 ** 31);
          const id: Address = normalizeAddress(flags.blobObjId);
          if (flags.shared === true) {
            await transact(session, (tx, refs) => extendSharedBlob(tx, refs, id, epochs));
            session.output.json({ epochsExtended: epochs });
            session.output.text(`Extended shared blob ${id} by ${epochs} epochs`);
            return;
          }
          const { gasBudget, signal } = session;
          const blob = await session.walrus.extend(id, epochs, {
            signer: await session.signer(),
            gasBudget,
            signal,
          });
          session.output.json({ epochsExtended: epochs });
          session.output.text(
            `Extended blob object ${id} by ${epochs} epochs: it expires at epoch ${blob.storage.endEpoch}`,
          );
        },
      ),
    );
};
