/** Encodes small blobs in every way; the runner compares with the official encoder. */
import { createCodec } from '@walrus-ts/redstuff';
import { seededBytes } from './bytes.js';
import { AXES, collectingSink, metadataHash, sha256, sha256Of } from './page-tools.js';

function all(nShards, sliver) {
  return AXES.flatMap((axis) => Array.from({ length: nShards }, (_, i) => sliver(axis, i).data));
}

async function identityOf({ nShards, sizeBytes, variants, threads }) {
  const blob = seededBytes(nShards + sizeBytes, sizeBytes);
  const blobHash = await sha256(blob);
  const primarySymbols = nShards - 2 * Math.floor((nShards - 1) / 3);
  const ways = [];
  for (const variant of variants) {
    const codec = await createCodec({
      nShards,
      variant,
      ...(threads !== undefined && { threads }),
    });
    const encoded = await codec.encode(blob);
    const sink = collectingSink();
    const streamed = await codec.encodeToSink(new Blob([blob]), sink);
    const { blobId, metadata } = encoded;
    const decoded = await codec.decode({
      blobId,
      metadata,
      axis: 'primary',
      slivers: Array.from({ length: primarySymbols }, (_, i) =>
        encoded.sliver('primary', nShards - 1 - i),
      ),
    });
    const isDecoded = (await sha256(decoded)) === blobHash;
    const facts = { variant: codec.variant, threads: codec.threads, isDecoded };
    ways.push(
      {
        ...facts,
        way: 'in memory',
        blobId,
        metadata: await metadataHash(metadata),
        slivers: await sha256Of(all(nShards, (axis, i) => encoded.sliver(axis, i))),
      },
      {
        ...facts,
        way: 'streamed',
        blobId: streamed.blobId,
        metadata: await metadataHash(streamed.metadata),
        slivers: await sha256Of(all(nShards, sink.sliver)),
      },
    );
    await codec.close();
  }
  return ways;
}

export async function identityRun({ cases }) {
  const results = [];
  for (const one of cases) {
    try {
      results.push(await identityOf(one));
    } catch (cause) {
      throw new Error(`${JSON.stringify(one)}: ${cause.message}`, { cause });
    }
  }
  return { results };
}
