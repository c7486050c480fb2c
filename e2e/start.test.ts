import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const START = fileURLToPath(new URL('../scripts/start.mjs', import.meta.url));
const run = promisify(execFile);

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'walrus-start-test-'));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

it.each([
  ['an empty file', ''],
  ['a file of one byte', 'x'],
])(
  'npm start -- --once stores %s, kills seven of twelve nodes and reads it back',
  async (name, text) => {
    const file = join(dir, name);
    const temporary = join(dir, `${name} tmp`);
    await writeFile(file, text);
    const digest = createHash('sha256').update(text).digest('hex');
    await mkdir(temporary);

    // The script ends with another exit code than 0 if the bytes differ, and `run` rejects then.
    const { stdout } = await run(process.execPath, [START, '--once', file], {
      env: { ...process.env, TMPDIR: temporary },
      timeout: 170_000,
    });
    expect(stdout).toContain(`SHA-256 stored ${digest}`);
    expect(stdout).toContain(`SHA-256 read   ${digest}  equal`);
    expect(stdout).toMatch(/Kill 7 of 12 storage nodes/);
    const killed = /Kill 7 of 12.*\n\s+(.*)\n/.exec(stdout)?.[1]?.split(', ') ?? [];
    expect(new Set(killed).size).toBe(7);
    // Nothing is left behind.
    expect(await readdir(temporary)).toEqual([]);
  },
  180_000,
);
