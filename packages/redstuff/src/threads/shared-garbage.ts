/** Bytes of shared memory let go of, from which on the collector is told. */
const LIMIT_BYTES = 256 << 20;

/**
 * Counts shared memory that this thread lets go of. Engines do not: a worker that allocates little else would never collect
 * the few objects that hold hundreds of megabytes.
 */
export class SharedGarbage {
  #bytes = 0;

  /** Notes memory as garbage, or as such that will be. */
  add(sizeBytes: number): void {
    this.#bytes += sizeBytes;
    if (this.#bytes < LIMIT_BYTES) return;
    try {
      // Counted, never touched, and so never there: it only makes the collector have a look.
      this.#bytes -= new ArrayBuffer(this.#bytes).byteLength;
    } catch {
      // There is no room for it: then the collector has looked already.
      this.#bytes = 0;
    }
  }
}
