/**
 * Entry of the compiler process: runs the Move compiler and test runner, which are WASM and block
 * the event loop for seconds. Jobs come and answers go over the channel to the parent.
 */
import { resolve } from 'node:path';
import {
  MovePackageFetcher,
  dumpMovePackage,
  initMovePackageBuilder,
  testMovePackage,
} from '@zktx.io/sui-move-builder/full';
import type { BuilderJob, BuilderReply } from './builder-protocol.js';

/** Serves the dependencies that came with the job; nothing is ever fetched. */
class JobFetcher extends MovePackageFetcher {
  constructor({ directory, dependencies }: BuilderJob) {
    super();
    // The base class declares this as an optional property, so a method would not be seen.
    this.fetchLocal = async (path) => {
      const files = dependencies[resolve(directory, path)];
      if (files === undefined) throw new Error(`dependency ${path} is not part of the job`);
      return { ...files };
    };
  }

  override async fetch(gitUrl: string): Promise<Record<string, string>> {
    throw new Error(`builds are offline, but a manifest names ${gitUrl}`);
  }

  override async fetchFile(): Promise<string | null> {
    return null;
  }

  override getResolvedSha(): string | undefined {
    return undefined;
  }
}

async function run(job: BuilderJob): Promise<BuilderReply> {
  await initMovePackageBuilder();
  const input = {
    files: { ...job.files },
    fetcher: new JobFetcher(job),
    // Names the publication entries in Published.toml; no network is contacted.
    network: 'testnet' as const,
    silenceWarnings: !job.warnings,
    ansiColor: false,
  };
  const result = job.kind === 'test' ? await testMovePackage(input) : await dumpMovePackage(input);
  if ('error' in result) {
    return { kind: 'failed', category: result.category ?? 'unknown', message: result.error };
  }
  if ('passed' in result) return { kind: 'tested', passed: result.passed, output: result.output };
  return {
    kind: 'dumped',
    modules: result.modules,
    dependencies: result.dependencies,
    digest: result.digest,
    warnings: result.warnings ?? '',
  };
}

process.on('message', (job: BuilderJob) => {
  void run(job)
    .catch((error: unknown): BuilderReply => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: 'failed', category: 'crashed', message };
    })
    .then((reply) => process.send?.(reply));
});
