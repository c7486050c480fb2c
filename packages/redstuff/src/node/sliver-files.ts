import { open, type FileHandle } from 'node:fs/promises';
import type { SliverSource } from '../source/slivers.js';

/** A file that holds the data of a sliver. */
export interface SliverFile {
  /** Sliver index on its axis. */
  readonly index: number;
  readonly path: string;
  /** Where the data begins, bytes. @default 0 */
  readonly offset?: number | undefined;
  /** Bytes of data. @default up to the end of the file */
  readonly sizeBytes?: number | undefined;
}

/** Slivers in open files. */
export interface SliverFiles extends SliverSource, AsyncDisposable {
  close(): Promise<void>;
}

/**
 * Opens files with the data of slivers of one axis; all of them stay open until `close`.
 *
 * @param files - in the order in which they shall be used
 * @param symbolSize - of the blob, bytes
 * @throws errors of the file system
 */
export async function openSliverFiles(
  files: readonly SliverFile[],
  symbolSize: number,
): Promise<SliverFiles> {
  const handles: FileHandle[] = [];
  const entries: SliverSource['entries'][number][] = [];
  const close = async (): Promise<void> => {
    await Promise.all(handles.splice(0).map((handle) => handle.close()));
  };
  try {
    for (const { index, path, offset = 0, sizeBytes } of files) {
      const handle = await open(path, 'r');
      handles.push(handle);
      const available = (await handle.stat()).size - offset;
      entries.push({ index, symbolSize, sizeBytes: Math.min(sizeBytes ?? Infinity, available) });
    }
  } catch (error) {
    await close();
    throw error;
  }
  const base = (entry: number): number => files[entry]?.offset ?? 0;
  return {
    entries,
    file(entry) {
      const handle = handles[entry];
      return handle && { fd: handle.fd, base: base(entry) };
    },
    async read(entry, position, target) {
      let done = 0;
      while (done < target.length) {
        const at = base(entry) + position + done;
        const result = await handles[entry]?.read(target, done, target.length - done, at);
        if (!result?.bytesRead) throw new Error(`sliver file ${files[entry]?.path} is too short`);
        done += result.bytesRead;
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
