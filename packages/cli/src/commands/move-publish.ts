import { relative } from 'node:path';
import type { Command } from 'commander';
import { normalizeAddress } from '@walrus-ts/core';
import { UsageError } from '../errors.js';
import { formatBytes, formatCoin } from '../format.js';
import { createOutput } from '../output.js';
import { allOptions, type CommandContext } from './command.js';
import { showingCompilerOutput } from './move-support.js';
import { withMoveTarget } from './move-target.js';

/** `walrus move build`: compiles a package. */
export function addMoveBuild(move: Command, context: CommandContext): void {
  move
    .command('build')
    .description('compile a Move package')
    .argument('[directory]', 'directory of the package', '.')
    .addHelpText('after', '\nExample:\n  $ walrus move build examples/nft')
    .action(async (directory: string, _flags: object, command: Command) => {
      const output = createOutput(allOptions(command).json === true);
      const { buildMovePackage } = await import('@walrus-ts/localnet/move');
      const { compiled, path } = await showingCompilerOutput(output, () =>
        buildMovePackage(directory, { signal: context.signal }),
      );
      const modules = compiled.modules.map(({ name, bytes }) => ({
        name,
        sizeBytes: Buffer.byteLength(bytes, 'base64'),
      }));
      output.json({ name: compiled.name, modules, path });
      for (const { name, sizeBytes } of modules) {
        output.text(`${compiled.name}::${name}: ${formatBytes(sizeBytes)}`);
      }
      output.text(`Written to ${relative('.', path)}`);
    });
}

/** `walrus move publish`: publishes a package on the configured network. */
export function addMovePublish(move: Command, context: CommandContext): void {
  move
    .command('publish')
    .description('compile a Move package and publish it on the network')
    .argument('[directory]', 'directory of the package', '.')
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText(
      'after',
      `
The package may depend on wal and walrus as the network has them, and on packages that were published from their own folders.
Without any configuration it is published on the chain of the wallet, and depends on the framework alone. Its ID is kept in build/published.json of the folder, so that walrus move call finds it.

Example:
  $ walrus move publish examples/nft`,
    )
    .action(async (directory: string, _flags: object, command: Command) => {
      await withMoveTarget(allOptions(command), context, async (target) => {
        const { output } = target;
        const { publishMovePackage } = await import('@walrus-ts/localnet/move');
        const ids = await target.packages();
        const publication = await showingCompilerOutput(output, () =>
          publishMovePackage({ ...target, directory, ids }),
        );
        output.json(publication);
        output.text(`Package ID:         ${publication.packageId}`);
        output.text(`Upgrade capability: ${publication.upgradeCap}`);
        output.text(`Transaction:        ${publication.digest}`);
      });
    });
}

interface CallFlags {
  readonly typeArg?: readonly string[];
}

/** `walrus move call`: calls a function of a published package. */
export function addMoveCall(move: Command, context: CommandContext): void {
  move
    .command('call')
    .description('call a Move function with the wallet')
    .argument('<package>', 'ID of the package, or the directory it was published from')
    .argument('<function>', 'module::function')
    .argument('[arguments...]', 'one per parameter, without the transaction context')
    .option('--type-arg <types...>', 'type arguments')
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText(
      'after',
      `
Arguments: numbers, true or false, addresses and texts as they are; vectors as JSON, e.g. [1,2]; options as the value or
none; objects by their IDs, the clock as 0x6. What the function returns is transferred to the wallet if it is a struct.

Examples:
  $ walrus move call examples/nft gallery::mint <BLOB_OBJECT> Sunset
  $ walrus move call 0x2 coin::zero --type-arg 0x2::sui::SUI`,
    )
    .action(
      async (
        packageName: string,
        path: string,
        args: string[],
        _flags: CallFlags,
        command: Command,
      ) => {
        const options = allOptions<CallFlags>(command);
        const [module, name, ...rest] = path.split('::');
        if (module === undefined || name === undefined || rest.length > 0) {
          throw new UsageError(`'${path}' is no module::function`, 'for example: gallery::mint');
        }
        await withMoveTarget(options, context, async (target) => {
          const { output, rpcUrl, signal } = target;
          const { callMove, findPublication } = await import('@walrus-ts/localnet/move');
          const packageId = /^0x[0-9a-fA-F]{1,64}$/.test(packageName)
            ? normalizeAddress(packageName)
            : (await findPublication(packageName, rpcUrl, signal)).packageId;
          const { digest, created, gasCost } = await callMove({
            ...target,
            packageId,
            module,
            function: name,
            typeArguments: options.typeArg ?? [],
            arguments: args,
          });
          output.json({ digest, created, gasCost });
          output.text(`Transaction: ${digest}`);
          for (const { objectId, type } of created) output.text(`Created:     ${objectId} ${type}`);
          output.text(`Gas:         ${formatCoin(gasCost, 'SUI')}`);
        });
      },
    );
}
