/**
 * The part of the WebAssembly API that is used here: the compiler's libraries have it only together with all of the
 * DOM, which this package must not use.
 */
declare namespace WebAssembly {
  class Module {
    // Keeps the type from being an empty one that everything fits.
    private readonly brand: 'Module';
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface Instance {
    readonly exports: object;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module): Promise<Instance>;
}
