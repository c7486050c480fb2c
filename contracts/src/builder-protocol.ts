import type { PackageFiles } from './package-files.js';

/** What the compiler process is asked to do. */
export interface BuilderJob {
  readonly kind: 'dump' | 'test';
  /** Absolute path of the root package; nothing is read from it. */
  readonly directory: string;
  readonly files: PackageFiles;
  /** Absolute path of each dependency to its files. */
  readonly dependencies: Readonly<Record<string, PackageFiles>>;
  /** Also return the warnings of the compiler. */
  readonly warnings: boolean;
}

/** What the compiler process answers. */
export type BuilderReply =
  | {
      readonly kind: 'dumped';
      /** Module bytes as base64. */
      readonly modules: readonly string[];
      readonly dependencies: readonly string[];
      readonly digest: readonly number[];
      readonly warnings: string;
    }
  | { readonly kind: 'tested'; readonly passed: boolean; readonly output: string }
  | { readonly kind: 'failed'; readonly category: string; readonly message: string };
