import type { MoveUnitTest } from '@walrus-ts/contracts';
import type { MoveTestResult } from '@walrus-ts/emulator/move';

/** What a test process is asked to do; one job at a time. */
export type TestJob =
  | { readonly kind: 'compile'; readonly package: string; readonly cacheFolder: string }
  | {
      readonly kind: 'run';
      readonly package: string;
      readonly cacheFolder: string;
      /** `module::name` of the tests to run. */
      readonly tests: readonly string[];
    };

/** What a test process answers. */
export type TestReply =
  | {
      readonly kind: 'compiled';
      readonly tests: readonly MoveUnitTest[];
      readonly durationMs: number;
    }
  | {
      readonly kind: 'ran';
      readonly results: readonly MoveTestResult[];
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failed';
      /** Code of a typed error. */
      readonly code: string | undefined;
      readonly message: string;
      readonly hint: string | undefined;
    };
