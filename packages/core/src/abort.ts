/** Callbacks by signal; each signal carries one listener of ours, however many calls it can cancel. */
const callbacks = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs a callback when a signal fires.
 *
 * Callers cancel hundreds of calls with one signal; a listener for each would make Node warn of a leak.
 *
 * @param signal - not aborted yet
 * @param callback - runs at most once
 * @returns takes the callback back
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
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
