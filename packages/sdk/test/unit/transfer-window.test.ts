import { describe, expect, it, vi } from 'vitest';
import { TransferWindow } from '../../src/store/transfer-window.js';

const never = new AbortController().signal;

/** A transfer that ends when told, or is broken off. */
function transfer() {
  let finish: (() => void) | undefined;
  let starts = 0;
  return {
    get starts() {
      return starts;
    },
    finish: () => finish?.(),
    work: (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        starts++;
        finish = resolve;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('TransferWindow', () => {
  it('admits as many bytes as fit, in order, and one that is too large alone', async () => {
    const window = new TransferWindow(100);
    const lane = window.lane();
    const [a, b, c] = [transfer(), transfer(), transfer()];
    const all = [
      window.run(lane, 60, never, a.work),
      window.run(lane, 60, never, b.work),
      window.run(lane, 500, never, c.work),
    ];
    await settled();
    expect([a.starts, b.starts, c.starts]).toEqual([1, 0, 0]);
    a.finish();
    await settled();
    expect([a.starts, b.starts, c.starts]).toEqual([1, 1, 0]);
    b.finish();
    await settled();
    expect(c.starts).toBe(1);
    c.finish();
    await Promise.all(all);
  });

  it('gives the room of a node that hangs to others, and comes back to it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const window = new TransferWindow(100);
      const [slow, fast] = [window.lane(), window.lane()];
      const [a, b, c] = [transfer(), transfer(), transfer()];
      const hanging = window.run(slow, 100, never, a.work);
      const waiting = window.run(fast, 100, never, b.work);
      const next = window.run(fast, 100, never, c.work);
      await vi.advanceTimersByTimeAsync(6000);
      await settled();
      expect([slow.isSlow, fast.isSlow, b.starts]).toEqual([true, false, 1]);
      b.finish();
      await settled();
      // Whoever is not slow goes first, though the slow one waits too.
      expect([a.starts, c.starts]).toEqual([1, 1]);
      c.finish();
      await settled();
      expect(a.starts).toBe(2);
      a.finish();
      await Promise.all([hanging, waiting, next]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets go of a transfer that is cancelled while it waits, and passes errors on', async () => {
    const window = new TransferWindow(100);
    const lane = window.lane();
    const [a, b] = [transfer(), transfer()];
    const first = window.run(lane, 100, never, a.work);
    const abort = new AbortController();
    const waiting = window.run(lane, 100, abort.signal, b.work);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    a.finish();
    await first;
    expect(b.starts).toBe(0);
    await expect(
      window.run(lane, 100, never, () => Promise.reject(new Error('refused'))),
    ).rejects.toThrow('refused');
    const last = transfer();
    const again = window.run(lane, 100, never, last.work);
    await settled();
    last.finish();
    await again;
  });
});
