/**
 * The page of the browser test: encodes the file that is picked in workers, shows progress, and measures how long the
 * page did not react. Results go to `window.result`; run.mjs looks at them.
 */
import { createCodec } from '@walrus-ts/redstuff';
import { encodeBlobMetadata, toHex } from '@walrus-ts/core';

const fileInput = document.querySelector('#file');
const bar = document.querySelector('#progress');
const status = document.querySelector('#status');

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

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function sha256(bytes) {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function metadataHash(metadata) {
  return sha256(encodeBlobMetadata(metadata));
}

/** Encodes small blobs in memory and through the streamed path, and returns what run.mjs compares with Node. */
async function identity(cases) {
  const results = [];
  for (const { nShards, sizeBytes, threads } of cases) {
    const blob = Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 167 + 13) % 256);
    const codec = await createCodec({ nShards, ...(threads !== undefined && { threads }) });
    const encoded = await codec.encode(blob);
    const slivers = [];
    for (const axis of ['primary', 'secondary']) {
      for (let i = 0; i < nShards; i++) slivers.push(encoded.sliver(axis, i).data);
    }
    const parts = new Map();
    const streamed = await codec.encodeToSink(new Blob([blob]), {
      write({ axis, index, offset, data, sliverBytes }) {
        const key = `${axis} ${index}`;
        const sliver = parts.get(key) ?? new Uint8Array(sliverBytes);
        sliver.set(data, offset);
        parts.set(key, sliver);
      },
    });
    const streamedSlivers = [];
    for (const axis of ['primary', 'secondary']) {
      for (let i = 0; i < nShards; i++) streamedSlivers.push(parts.get(`${axis} ${i}`));
    }
    const { primarySymbols } = { primarySymbols: nShards - 2 * Math.floor((nShards - 1) / 3) };
    const decoded = await codec.decode({
      blobId: encoded.blobId,
      metadata: encoded.metadata,
      axis: 'primary',
      slivers: Array.from({ length: primarySymbols }, (_, i) =>
        encoded.sliver('primary', nShards - 1 - i),
      ),
    });
    results.push({
      nShards,
      sizeBytes,
      threads: codec.threads,
      blobId: encoded.blobId,
      streamedBlobId: streamed.blobId,
      metadata: await metadataHash(encoded.metadata),
      slivers: await sha256(await new Blob(slivers).arrayBuffer()),
      streamedSlivers: await sha256(await new Blob(streamedSlivers).arrayBuffer()),
      isDecoded: (await sha256(decoded)) === (await sha256(blob)),
    });
    await codec.close();
  }
  return results;
}

/** Does what a user would: computes the blob ID of the file, and encodes it. */
async function largeFile(file, nShards) {
  const watch = watchMainThread();
  await sleep(1000);
  const idleBlockMs = watch.take();
  const codec = await createCodec({ nShards });
  const startupBlockMs = watch.take();
  let updates = 0;
  const onProgress = ({ done, total }) => {
    bar.value = done / total;
    status.textContent = `${Math.floor((100 * done) / total)} %`;
    updates++;
  };
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
  return {
    isIsolated: crossOriginIsolated,
    threads,
    blobId,
    encodedBlobId: encoded.blobId,
    metadata: await metadataHash(metadata),
    sliverBytes,
    metadataMs,
    encodeMs,
    idleBlockMs,
    startupBlockMs,
    metadataBlockMs,
    encodeBlockMs,
    progressUpdates: updates,
    progressAtEnd: bar.value,
  };
}

const parameters = new URLSearchParams(location.search);

async function main() {
  const cases = JSON.parse(parameters.get('cases') ?? '[]');
  const results = await identity(cases);
  window.isReady = true;
  const file = await new Promise((resolve) => {
    fileInput.addEventListener('change', () => resolve(fileInput.files[0]), { once: true });
  });
  const large = await largeFile(file, Number(parameters.get('shards') ?? 1000));
  window.result = { identity: results, large };
}

main().catch((error) => {
  window.failure = `${error.stack ?? error} ${error.cause?.stack ?? error.cause ?? ''}`;
});
