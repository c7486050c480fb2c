/** Does what a user would: picks a file, computes its blob ID, and encodes it; nothing else may hold up the page. */
import { createCodec } from '@walrus-ts/redstuff';
import { metadataHash, pickedFile, progressBar, report } from './page-tools.js';

/** Measures the longest time between two timers that should fire every few milliseconds. */
function watchMainThread() {
  const period = 4;
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - period);
    last = now;
  }, period);
  return {
    /** Returns the longest delay so far, ms, and starts anew. */
    take() {
      const result = longest;
      longest = 0;
      last = performance.now();
      return result;
    },
    stop: () => clearInterval(timer),
  };
}

export async function encodeRun({ nShards }) {
  const picking = pickedFile();
  await report('ready');
  const file = await picking;
  const watch = watchMainThread();
  const { onProgress, state } = progressBar();
  const codec = await createCodec({ nShards });
  const startMs = performance.now();
  const { blobId, metadata } = await codec.computeMetadata(file, { onProgress });
  const metadataMs = performance.now() - startMs;
  const metadataBlockMs = watch.take();
  let sliverBytes = 0;
  const sinkStartMs = performance.now();
  const encoded = await codec.encodeToSink(
    file,
    { write: ({ data }) => void (sliverBytes += data.length) },
    { onProgress },
  );
  const encodeMs = performance.now() - sinkStartMs;
  const encodeBlockMs = watch.take();
  watch.stop();
  const { threads } = codec;
  await codec.close();
  await report('done');
  return {
    threads,
    blobId,
    encodedBlobId: encoded.blobId,
    metadata: await metadataHash(metadata),
    sliverBytes,
    metadataMs,
    encodeMs,
    metadataBlockMs,
    encodeBlockMs,
    ...state(),
  };
}
