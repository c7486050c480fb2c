import { RedstuffError } from '../errors.js';
import type { StoreHandle } from '../threads/tasks.js';
import { memoryStore, type CreateTempStore, type TempStore } from './temp-store.js';

/** Up to here temporary data stays in memory, bytes. */
const MEMORY_LIMIT_BYTES = 64 << 20;
/** Up to here it does so where there is no storage. */
const FALLBACK_MEMORY_BYTES = 256 << 20;

/** The part of the origin private file system that is used here. */
interface PrivateFile {
  createWritable(): Promise<{
    write(command: { type: 'write'; position: number; data: Uint8Array }): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
  getFile(): Promise<Blob>;
}
interface PrivateFolder {
  getFileHandle(name: string, options: { create: boolean }): Promise<PrivateFile>;
  removeEntry(name: string): Promise<void>;
}
interface StorageGlobals {
  readonly navigator?: {
    readonly storage?: { getDirectory?(): Promise<PrivateFolder> };
  };
}

const globals = globalThis as typeof globalThis & StorageGlobals;

async function privateFolder(): Promise<PrivateFolder | undefined> {
  const { storage } = globals.navigator ?? {};
  try {
    // Missing in insecure contexts, refused in private windows of some browsers.
    return await storage?.getDirectory?.();
  } catch {
    return undefined;
  }
}

/** Makes a place in memory while it is small, else in the origin private file system of the page. */
export const createBrowserTempStore: CreateTempStore = async (sizeBytes) => {
  if (sizeBytes <= MEMORY_LIMIT_BYTES) return memoryStore(new Uint8Array(sizeBytes));
  const folder = await privateFolder();
  if (folder !== undefined) return privateFileStore(folder, sizeBytes);
  if (sizeBytes <= FALLBACK_MEMORY_BYTES) return memoryStore(new Uint8Array(sizeBytes));
  throw new RedstuffError(
    'REDSTUFF_NO_STORAGE',
    `${sizeBytes} bytes of temporary storage are needed, and this page has none`,
    {
      data: { sizeBytes, limitBytes: FALLBACK_MEMORY_BYTES },
      hint: 'use a smaller file, or a page with access to the origin private file system',
    },
  );
};

async function privateFileStore(folder: PrivateFolder, sizeBytes: number): Promise<TempStore> {
  const name = `redstuff-${crypto.randomUUID()}.tmp`;
  const file = await folder.getFileHandle(name, { create: true });
  const writable = await file.createWritable();
  let blob: Blob | undefined;
  let isClosed = false;
  const store: TempStore & { handle: StoreHandle | undefined } = {
    diskBytes: sizeBytes,
    handle: undefined,
    async write(position, bytes) {
      // Sent to another process: the bytes are copied before the promise settles.
      await writable.write({ type: 'write', position, data: bytes });
    },
    async seal() {
      await writable.close();
      blob = await file.getFile();
      store.handle = { kind: 'blob', blob };
    },
    async read(position, target) {
      const part = await blob?.slice(position, position + target.length).arrayBuffer();
      if (part?.byteLength !== target.length) {
        throw new RedstuffError('REDSTUFF_NO_STORAGE', 'temporary data of this page is gone');
      }
      target.set(new Uint8Array(part));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      if (blob === undefined) await writable.abort().catch(() => {});
      await folder.removeEntry(name).catch(() => {});
    },
  };
  return store;
}
