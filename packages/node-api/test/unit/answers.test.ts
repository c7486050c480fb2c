import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ANSWER_CHUNK_BYTES, streamedAnswerBytes, watchReader } from '../../src/server/answers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a reader is cut off once, after it has taken nothing for the whole limit', () => {
  const response = new EventEmitter();
  const onStalled = vi.fn<() => void>();
  watchReader(response, 1000, onStalled);
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(900);
    response.emit('drain');
  }
  expect(onStalled).not.toHaveBeenCalled();
  vi.advanceTimersByTime(5000);
  expect(onStalled).toHaveBeenCalledTimes(1);
  expect(response.listenerCount('drain')).toBe(0);
});

test('what has left while the process stood still counts', () => {
  const response = new EventEmitter();
  const onStalled = vi.fn<() => void>();
  const stop = watchReader(response, 1000, onStalled);
  // The timer is due; the event was waiting behind it.
  setTimeout(() => response.emit('drain'), 1000);
  vi.advanceTimersToNextTimer();
  expect(onStalled).not.toHaveBeenCalled();
  vi.advanceTimersByTime(999);
  expect(onStalled).not.toHaveBeenCalled();
  stop();
  vi.advanceTimersByTime(5000);
  expect(onStalled).not.toHaveBeenCalled();
});

test('an answer from disk takes some pieces of memory, a small one its size', () => {
  expect(streamedAnswerBytes(10)).toBe(10);
  expect(streamedAnswerBytes(1e9)).toBe(3 * ANSWER_CHUNK_BYTES);
});
