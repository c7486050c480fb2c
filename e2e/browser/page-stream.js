/** Streams that can be read only once: spooled to the private file system, from which nothing is left. */
import { createCodec, streamSource } from '@walrus-ts/redstuff';
import { codeOf, metadataHash } from './page-tools.js';

const CHUNK_BYTES = 1 << 20;

/** Gives the bytes of a blob made of repeated chunks, each with its number. */
function stream(sizeBytes, { failAt, onChunk } = {}) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at === failAt) throw new TypeError('the network is gone');
      if (at >= sizeBytes) {
        controller.close();
        return;
      }
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, sizeBytes - at));
      for (let i = 0; i < chunk.length; i += 997) chunk[i] = at / CHUNK_BYTES + i;
      at += chunk.length;
      onChunk?.(at);
      controller.enqueue(chunk);
    },
  });
}

async function files() {
  const folder = await navigator.storage.getDirectory();
  const names = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

export async function streamRun({ sizeBytes, smallBytes, nShards }) {
  const leftFromBefore = await files();
  const codec = await createCodec({ nShards });
  const result = { filesAfter: {} };
  // Shown if it does not come to an end.
  window.partial = result;

  const source = await streamSource(stream(sizeBytes));
  result.filesDuring = (await files()).length;
  // The file of the page that was closed before.
  result.isLeftoverGone = !(await files()).some((name) => leftFromBefore.includes(name));
  result.leftovers = leftFromBefore.length;
  result.sizeBytes = source.sizeBytes;
  const { blobId, metadata } = await codec.computeMetadata(source);
  result.blobId = blobId;
  result.metadata = await metadataHash(metadata);
  // Too large for memory: the recovery symbols go to the private file system, too.
  const stored = await codec.encodeToStore(source, { isEarly: true });
  result.storedBlobId = stored.blobId;
  const startMs = performance.now();
  const verdicts = await codec.verifySlivers({
    metadata,
    slivers: await Promise.all(
      [0, 1, 2, 500, nShards - 1].flatMap((index) =>
        ['primary', 'secondary'].map(async (axis) => ({
          axis,
          index,
          sliver: await stored.sliver(axis, index),
        })),
      ),
    ),
  });
  result.sliversMs = performance.now() - startMs;
  result.temporaryBytes = stored.temporaryBytes;
  result.areSliversRight = verdicts.every((verdict) => verdict === null);
  await stored.close();
  await source.close();
  await source.close();
  result.filesAfter.success = await files();

  result.failureCode = await codeOf(streamSource(stream(sizeBytes, { failAt: 80 * CHUNK_BYTES })));
  result.filesAfter.failure = await files();

  const controller = new AbortController();
  const onChunk = (at) => {
    if (at === 70 * CHUNK_BYTES) controller.abort(new Error('enough'));
  };
  const { signal } = controller;
  result.abortCode = await codeOf(streamSource(stream(sizeBytes, { onChunk }), { signal }));
  result.filesAfter.abort = await files();

  // A stream that stops: only the signal can end it.
  const hanging = new AbortController();
  const stuck = new ReadableStream({ pull: () => new Promise(() => hanging.abort()) });
  result.hangCode = await codeOf(streamSource(stuck, { signal: hanging.signal }));

  const maxBytes = 70 * CHUNK_BYTES;
  result.limitCode = await codeOf(streamSource(stream(sizeBytes), { maxBytes }));
  result.filesAfter.limit = await files();

  const small = await streamSource(stream(smallBytes));
  result.smallBlobId = (await codec.computeMetadata(small)).blobId;
  result.filesAfter.small = await files();
  await small.close();

  // Where nothing can be written any more.
  const { createWritable } = FileSystemFileHandle.prototype;
  FileSystemFileHandle.prototype.createWritable = async function open() {
    const writable = await createWritable.call(this);
    writable.write = async () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
    return writable;
  };
  const full = await streamSource(stream(sizeBytes)).catch((error) => error);
  result.quota = { code: full.code, message: full.message };
  FileSystemFileHandle.prototype.createWritable = createWritable;
  result.filesAfter.quota = await files();

  // Where there is no private file system.
  navigator.storage.getDirectory = () => Promise.reject(new DOMException('no', 'SecurityError'));
  const inMemory = await streamSource(stream(sizeBytes));
  result.inMemoryBlobId = (await codec.computeMetadata(inMemory)).blobId;
  const none = await streamSource(stream(300 * CHUNK_BYTES)).catch((error) => error);
  result.none = { code: none.code, limitBytes: none.data?.limitBytes, hint: none.hint };
  await codec.close();
  return result;
}

/** Is closed while its temporary file is there. */
export async function leaveBehindRun({ sizeBytes }) {
  await streamSource(stream(sizeBytes));
  return { files: await files() };
}
