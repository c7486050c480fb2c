import { describe, expect, it } from 'vitest';
import { onAbort } from '../../src/index.js';

describe('onAbort', () => {
  it('runs every callback once when the signal fires, but not those taken back', () => {
    const controller = new AbortController();
    const calls: string[] = [];
    onAbort(controller.signal, () => calls.push('a'));
    const takeBack = onAbort(controller.signal, () => calls.push('b'));
    onAbort(controller.signal, () => calls.push('c'));
    takeBack();
    controller.abort();
    controller.abort();
    expect(calls).toEqual(['a', 'c']);
  });

  it('runs a callback also for a signal that has fired, when the caller has come to its end', async () => {
    const calls: string[] = [];
    const signal = AbortSignal.abort();
    onAbort(signal, () => calls.push('a'));
    const takeBack = onAbort(signal, () => calls.push('b'));
    takeBack();
    expect(calls).toEqual([]);
    await Promise.resolve();
    expect(calls).toEqual(['a']);
  });
});
