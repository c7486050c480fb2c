import { blobIdFromInt, maxBlobSize } from '@walrus-ts/core';
import { createCodec } from '@walrus-ts/redstuff/node';
import { UsageError } from '../errors.js';
import { withBlobFile } from '../files.js';
import { formatRate, parseCount, parseThreads } from '../format.js';
import { createOutput } from '../output.js';
import { withSession } from '../session.js';
import { THREADS_HELP, allOptions, type CommandModule } from './command.js';

interface BlobIdFlags {
  readonly nShards?: string;
  readonly threads?: string;
}

/** `walrus blob-id` and `walrus convert-blob-id` (spec cli.md §4). */
export const blobIdCommands: CommandModule = (program, context) => {
  program
    .command('blob-id')
    .description('compute the blob ID of a file')
    .argument('<file>', 'file')
    .option('--n-shards <n>', 'number of shards, to work without a network')
    .option('--threads <n>', THREADS_HELP)
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText(
      'after',
      `
Examples:
  $ walrus blob-id photo.jpg
  $ walrus blob-id photo.jpg --n-shards 1000`,
    )
    .action(async (file: string, _flags: BlobIdFlags, command) => {
      const options = allOptions<BlobIdFlags>(command);
      const compute = async (nShards: number): Promise<void> => {
        const output = createOutput(options.json === true);
        const codec = await createCodec({ nShards, threads: parseThreads(options.threads) });
        const progress = output.progress();
        const startMs = Date.now();
        try {
          const { blobId, metadata } = await withBlobFile(file, maxBlobSize(nShards), (source) =>
            codec.computeMetadata(source, {
              signal: context.signal,
              onProgress: ({ done, total }) =>
                progress.update(
                  'encoding',
                  done,
                  total,
                  ...formatRate((done / total) * source.sizeBytes, startMs),
                ),
            }),
          );
          progress.finish();
          output.text(blobId);
          output.json({
            blobId,
            file,
            unencodedLength: metadata.unencodedLength,
            encodingType: 'RS2',
          });
        } finally {
          progress.stop();
          await codec.close();
        }
      };
      if (options.nShards !== undefined) {
        await compute(parseCount('--n-shards', options.nShards, 4, 1000));
        return;
      }
      await withSession(options, context.signal, async (session) => {
        const { system } = await session.walrus.network({ signal: context.signal });
        await compute(system.nShards);
      });
    });

  program
    .command('convert-blob-id')
    .description('convert a decimal blob ID, as Sui explorers show it')
    .argument('<number>', 'decimal number')
    .addHelpText('after', '\nExample:\n  $ walrus convert-blob-id 12345')
    .action((text: string, _flags: object, command) => {
      if (!/^\d{1,78}$/.test(text)) throw new UsageError(`not a decimal number: '${text}'`);
      const blobId = blobIdFromInt(BigInt(text));
      const output = createOutput(allOptions(command).json === true);
      output.text(blobId);
      output.json(blobId);
    });
};
