/** Callbacks by signal; each signal carries one listener of ours, however many calls it can cancel. */
const callbacks = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs a callback when a signal fires.
 *
 * Callers cancel hundreds of calls with one signal; a listener for each would make Node warn of a leak.
 *
 * @param signal - if it has fired already, the callback runs as soon as the caller has come to its end or waits
 * @param callback - runs at most once
 * @returns takes the callback back
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    // Not at once: the callback may use what the caller makes of the result of this.
    let isTakenBack = false;
    queueMicrotask(() => {
      if (!isTakenBack) callback();
    });
    return () => {
      isTakenBack = true;
    };
  }
  let set = callbacks.get(signal);
  if (set === undefined) {
    const made = new Set<() => void>();
    const fire = (): void => {
      callbacks.delete(signal);
      for (const run of made) run();
    };
    signal.addEventListener('abort', fire, { once: true });
    callbacks.set(signal, made);
    set = made;
  }
  // A wrapper, so that the same function given twice counts twice.
  const entry = (): void => callback();
  set.add(entry);
  return () => void set.delete(entry);
}
