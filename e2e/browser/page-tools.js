/** What the runs of the page share. */
import { encodeBlobMetadata, toHex } from '@walrus-ts/core';

export const AXES = ['primary', 'secondary'];

export async function sha256(bytes) {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** Hash of many pieces, one behind the other. */
export async function sha256Of(parts) {
  return sha256(await new Blob(parts).arrayBuffer());
}

export function metadataHash(metadata) {
  return sha256(encodeBlobMetadata(metadata));
}

/**
 * Tells the runner how far the page is, and waits for it to go on: it records what the page's thread does from `ready` to
 * `done`.
 */
export async function report(state) {
  await new Promise((resolve) => {
    window.go = resolve;
    window.state = state;
  });
}

/** Waits for a file to be picked. */
export async function pickedFile() {
  const input = document.querySelector('#file');
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(input.files[0]), { once: true });
  });
}

/** Shows progress, and counts. */
export function progressBar() {
  const bar = document.querySelector('#progress');
  const status = document.querySelector('#status');
  let updates = 0;
  return {
    onProgress({ done, total }) {
      bar.value = done / total;
      status.textContent = `${Math.floor((100 * done) / total)} %`;
      updates++;
    },
    state: () => ({ progressUpdates: updates, progressAtEnd: bar.value }),
  };
}

/** A sink that puts slivers together. */
export function collectingSink(isWanted = () => true) {
  const slivers = new Map();
  return {
    write({ axis, index, offset, data, sliverBytes, symbolSize }) {
      if (!isWanted(axis, index)) return;
      const key = `${axis} ${index}`;
      const sliver = slivers.get(key) ?? { data: new Uint8Array(sliverBytes), symbolSize, index };
      sliver.data.set(data, offset);
      slivers.set(key, sliver);
    },
    sliver: (axis, index) => slivers.get(`${axis} ${index}`),
  };
}

/** Returns the code of the error that a promise ends with, `null` if it ends well. */
export async function codeOf(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return error.code ?? String(error);
  }
}
