/**
 * The part of the WebAssembly API that is used here: the compiler's libraries have it only together with all of the
 * DOM, which this package must not use.
 */
declare namespace WebAssembly {
  class Module {
    // Keeps the type from being an empty one that everything fits.
    private readonly brand: 'Module';
  }
  interface MemoryDescriptor {
    readonly initial: number;
    readonly maximum?: number;
    readonly shared?: boolean;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    /** Shared if the memory is. */
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
    grow(pages: number): number;
  }
  interface Instance {
    readonly exports: object;
  }
  type Imports = Readonly<Record<string, Readonly<Record<string, Memory>>>>;
  function validate(bytes: Uint8Array): boolean;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
