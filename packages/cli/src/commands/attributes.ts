import { clearBlobAttributes } from '@walrus-ts/chain';
import { normalizeAddress, shorten, type Address } from '@walrus-ts/core';
import { CliError, UsageError } from '../errors.js';
import { formatTable } from '../format.js';
import type { Session } from '../session.js';
import { sessionAction, transact, type CommandModule } from './command.js';

/** `--attr KEY VALUE`, any number of times: commander hands over one word after the other. */
function pairsOf(words: readonly string[]): Map<string, string> {
  if (words.length % 2 !== 0) {
    throw new UsageError(
      `--attr needs a key and a value, but '${words.at(-1)}' stands alone`,
      'for example: --attr author ada --attr title "Notes on the engine"',
    );
  }
  const pairs = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) {
    const [key = '', value = ''] = words.slice(i, i + 2);
    if (pairs.has(key)) throw new UsageError(`attribute '${key}' was given twice`);
    pairs.set(key, value);
  }
  return pairs;
}

async function change(
  session: Session,
  objectId: Address,
  changes: ReadonlyMap<string, string | null>,
): Promise<void> {
  const { walrus, gasBudget, signal } = session;
  await walrus.setAttributes(objectId, changes, {
    signer: await session.signer(),
    gasBudget,
    signal,
  });
}

async function existing(session: Session, objectId: Address): Promise<Map<string, string>> {
  const attributes = await session.walrus.attributes(objectId, { signal: session.signal });
  return attributes ?? new Map<string, string>();
}

const jsonOf = (objectId: Address, attributes: ReadonlyMap<string, string> | undefined) => ({
  objectId,
  attribute: attributes === undefined ? null : Object.fromEntries(attributes),
});

/** The attribute commands (spec cli.md §6); the setters print the attributes that are there afterwards. */
export const attributeCommands: CommandModule = (program, context) => {
  program
    .command('get-blob-attribute')
    .description('show the attributes of a blob object')
    .argument('<object>', 'blob object')
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText('after', '\nExample:\n  $ walrus get-blob-attribute 0x12…ef --json')
    .action(
      sessionAction(context, async (session, _flags, object: string) => {
        const objectId = normalizeAddress(object);
        const { output, signal } = session;
        // Reading the object first tells a wrong ID from a blob without attributes.
        await session.chain.blob(objectId, { signal });
        const attributes = await session.walrus.attributes(objectId, { signal });
        output.json(jsonOf(objectId, attributes));
        if (attributes === undefined || attributes.size === 0) output.text('No attributes.');
        else output.text(formatTable([['Key', 'Value'], ...attributes]));
      }),
    );

  program
    .command('set-blob-attribute')
    .description('set attributes of a blob object')
    .argument('<object>', 'blob object')
    .requiredOption('--attr <key value...>', 'key and value, repeatable')
    .addHelpText(
      'after',
      '\nExample:\n  $ walrus set-blob-attribute 0x12…ef --attr content-type image/png --attr author ada',
    )
    .action(
      sessionAction(context, async (session, flags: { attr: string[] }, object: string) => {
        const objectId = normalizeAddress(object);
        const pairs = pairsOf(flags.attr);
        await change(session, objectId, pairs);
        session.output.json(jsonOf(objectId, await existing(session, objectId)));
        session.output.text(`Set ${pairs.size} attributes of blob object ${objectId}`);
      }),
    );

  program
    .command('remove-blob-attribute-fields')
    .description('remove attributes of a blob object')
    .argument('<object>', 'blob object')
    .requiredOption('--keys <keys...>', 'keys to remove')
    .addHelpText(
      'after',
      '\nExample:\n  $ walrus remove-blob-attribute-fields 0x12…ef --keys author title',
    )
    .action(
      sessionAction(context, async (session, flags: { keys: string[] }, object: string) => {
        const objectId = normalizeAddress(object);
        const before = await existing(session, objectId);
        const missing = flags.keys.filter((key) => !before.has(key));
        if (missing.length > 0) {
          throw new CliError(
            'CLI_NO_ATTRIBUTE',
            `blob object ${objectId} has no attribute ${missing.map((key) => shorten(key)).join(', ')}`,
            { hint: `nothing was changed; see them with: walrus get-blob-attribute ${objectId}` },
          );
        }
        await change(session, objectId, new Map(flags.keys.map((key) => [key, null])));
        session.output.json(jsonOf(objectId, await existing(session, objectId)));
        session.output.text(`Removed ${flags.keys.length} attributes of blob object ${objectId}`);
      }),
    );

  program
    .command('remove-blob-attribute')
    .description('remove all attributes of a blob object')
    .argument('<object>', 'blob object')
    .addHelpText('after', '\nExample:\n  $ walrus remove-blob-attribute 0x12…ef')
    .action(
      sessionAction(context, async (session, _flags: object, object: string) => {
        const objectId = normalizeAddress(object);
        const { output, walrus, signal } = session;
        if ((await walrus.attributes(objectId, { signal })) === undefined) {
          throw new CliError('CLI_NO_ATTRIBUTE', `blob object ${objectId} has no attributes`, {
            hint: 'nothing was changed',
          });
        }
        await transact(session, (tx, refs) => clearBlobAttributes(tx, refs, objectId));
        output.json(jsonOf(objectId, undefined));
        output.text(`Removed all attributes of blob object ${objectId}`);
      }),
    );
};
