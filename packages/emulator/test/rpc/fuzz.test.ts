import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/fuzz/main.mjs', import.meta.url));

/** About 15 s on an idle machine; busy ones are slower by any factor. */
const TIME_LIMIT_MS = 600_000;

it(
  'an emulator process gets along with malformed input of every kind',
  async () => {
    // Exits with 1 and names the case when one fails; then this rejects with its output.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [SCRIPT, '--cases', '3000', '--seed', '1'],
      { maxBuffer: 1 << 24, timeout: TIME_LIMIT_MS - 20_000 },
    );
    const report = JSON.parse(stdout) as {
      cases: number;
      failures: number;
      statuses: Record<string, number>;
      executions: Record<string, number>;
    };
    expect(report).toMatchObject({ cases: 3000, failures: 0 });
    // Cases that are all refused at the door would show nothing.
    for (const status of ['OK', 'INVALID_ARGUMENT', 'NOT_FOUND', 'UNIMPLEMENTED']) {
      expect(report.statuses[status], status).toBeGreaterThan(50);
    }
    for (const kind of ['SUCCESS', 'VM_VERIFICATION_OR_DESERIALIZATION_ERROR']) {
      expect(report.executions[kind], kind).toBeGreaterThan(5);
    }
  },
  TIME_LIMIT_MS,
);
