import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBars, createLines, formatStep } from '../../src/progress.js';

/** A terminal: understands what moves the cursor within a line or clears it, wraps, and refuses everything else. */
class Screen extends Writable {
  readonly isTTY = true;
  columns: number;
  /** Whether a line ever went over the edge. */
  hasWrapped = false;
  readonly #rows: string[] = [''];
  #x = 0;
  #y = 0;
  #saved = { x: 0, y: 0 };

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  get rows(): string[] {
    return this.#rows.map((row) => row.trimEnd());
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    // oxlint-disable-next-line no-control-regex -- escape sequences are what a terminal gets
    for (const [token] of text.matchAll(/\u001B(?:[78]|\[\??[\d;]*[A-Za-z])|[^]/g)) {
      this.#take(token);
    }
    done();
  }

  #take(token: string): void {
    const row = this.#rows[this.#y] ?? '';
    switch (token) {
      case '\n':
        this.#x = 0;
        this.#y += 1;
        this.#rows[this.#y] ??= '';
        break;
      case '\u001B7':
        this.#saved = { x: this.#x, y: this.#y };
        break;
      case '\u001B8':
        ({ x: this.#x, y: this.#y } = this.#saved);
        break;
      case '\u001B[1G':
        this.#x = 0;
        break;
      case '\u001B[0K':
        this.#rows[this.#y] = row.slice(0, this.#x);
        break;
      case '\u001B[2K':
        this.#rows[this.#y] = '';
        break;
      default:
        if (token.startsWith('\u001B'))
          throw new Error(`${JSON.stringify(token)} must be restored`);
        if (this.#x >= this.columns) this.hasWrapped = true;
        this.#rows[this.#y] =
          row.slice(0, this.#x).padEnd(this.#x) + token + row.slice(this.#x + 1);
        this.#x += 1;
    }
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a step in one line', () => {
  const details = ['198.9 MiB', '90.3 MiB/s', 'confirmed 12/67 shards'];

  test.each([
    [
      100,
      'uploading      ================--------------  55% 198.9 MiB, 90.3 MiB/s, confirmed 12/67 shards',
    ],
    [80, 'uploading      ======-----  55% 198.9 MiB, 90.3 MiB/s, confirmed 12/67 shards'],
    [60, 'uploading 55% 198.9 MiB 90.3 MiB/s confirmed 12/67 shards'],
    [59, 'uploading 55% 198.9 MiB 90.3 MiB/s'],
    [40, 'uploading 55% 198.9 MiB 90.3 MiB/s'],
    [30, 'uploading 55% 198.9 MiB'],
    [20, 'uploading 55%'],
    [8, 'uploa'],
    [1, ''],
  ])('fits into %i columns', (columns, line) => {
    expect(formatStep('uploading', 0.557, details, columns)).toBe(line);
  });

  test('percent stay between 0 and 100, and are not rounded up', () => {
    expect(formatStep('a', 0.9999, [], 20)).toBe('a 99%');
    expect(formatStep('a', 1.2, [], 20)).toBe('a 100%');
    expect(formatStep('a', -1, [], 20)).toBe('a 0%');
    expect(formatStep('encoding', 1, [], 100)).toBe(`encoding       ${'='.repeat(30)} 100%`);
  });
});

describe('bars', () => {
  test('move while the work goes on, and leave one full line per step', () => {
    const screen = new Screen(80);
    const lifetime = new EventEmitter();
    const bars = createBars(screen, lifetime);
    for (let done = 0; done <= 9; done++) {
      bars.update('encoding', done, 10, `${done} KiB`, '1 KiB/s');
      vi.advanceTimersByTime(300);
      expect(screen.rows.at(-1)).toContain(
        ` ${done}0% ${done} KiB, 1 KiB/s`.replace(' 00%', ' 0%'),
      );
    }
    bars.update('registering', 0, 1, 'some blob');
    vi.advanceTimersByTime(300);
    bars.update('uploading', 50, 50);
    bars.finish();
    bars.stop();
    vi.advanceTimersByTime(5000);
    const full = '='.repeat(30);
    expect(screen.rows).toEqual([
      `encoding       ${full} 100% 9 KiB, 1 KiB/s`,
      `registering    ${full} 100% some blob`,
      `uploading      ${full} 100%`,
      '',
    ]);
    expect(vi.getTimerCount()).toBe(0);
    expect(lifetime.listenerCount('exit')).toBe(0);
  });

  test('stay in one line of a narrow terminal, also when it is made narrower', () => {
    const screen = new Screen(40);
    const bars = createBars(screen, new EventEmitter());
    for (let done = 0; done < 100; done++) {
      bars.update(
        'downloading',
        done,
        100,
        '1023.9 MiB',
        '1023.9 MiB/s',
        'and a lot more than fits',
      );
      vi.advanceTimersByTime(130);
      if (done === 50) screen.columns = 25;
    }
    bars.finish();
    expect(screen.rows).toEqual(['downloading 100%', '']);
    expect(screen.hasWrapped).toBe(false);
  });

  test('say how far the work came when it fails', () => {
    const screen = new Screen(40);
    const bars = createBars(screen, new EventEmitter());
    bars.update('decoding', 0, 4);
    bars.update('decoding', 3, 4);
    bars.stop();
    screen.write('error: …\n');
    expect(screen.rows).toEqual([formatStep('decoding', 0.75, [], 40), 'error: …', '']);
  });

  test('leave room for the ^C that a terminal shows', () => {
    const screen = new Screen(40);
    const bars = createBars(screen, new EventEmitter());
    bars.update('encoding', 1, 2, '57.2 MiB', '72.7 MiB/s', 'x'.repeat(4));
    screen.write('^C');
    bars.stop();
    screen.write('interrupted\n');
    expect(screen.hasWrapped).toBe(false);
    expect(screen.rows).toEqual(['encoding 50% 57.2 MiB 72.7 MiB/s xxxx', 'interrupted', '']);
  });

  test('leave their line when the process ends in between', () => {
    const screen = new Screen(40);
    const lifetime = new EventEmitter();
    createBars(screen, lifetime).update('decoding', 1, 4);
    lifetime.emit('exit', 130);
    screen.write('$ ');
    expect(screen.rows).toEqual([formatStep('decoding', 0.25, [], 40), '$']);
  });

  test('make room for messages', () => {
    const screen = new Screen(40);
    const bars = createBars(screen, new EventEmitter());
    bars.above('before');
    bars.update('decoding', 1, 4);
    bars.above('warn: a node is slow');
    bars.above('warn: another one');
    vi.advanceTimersByTime(1000);
    bars.update('decoding', 2, 4);
    bars.finish();
    expect(screen.rows).toEqual([
      'before',
      'warn: a node is slow',
      'warn: another one',
      formatStep('decoding', 1, [], 40),
      '',
    ]);
  });
});

test('without a terminal every step is named once', () => {
  const lines: string[] = [];
  const view = createLines((line) => lines.push(line));
  for (const label of ['encoding', 'encoding', 'uploading']) view.update(label, 1, 2, '1 KiB');
  view.finish();
  view.stop();
  expect(lines).toEqual(['encoding …', 'uploading …']);
});
