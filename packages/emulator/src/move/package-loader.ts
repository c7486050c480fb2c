/** Finding packages for a session: the VM's cache, the ledger's store, and the session's overlay. */
import { normalizeAddress, type Address } from '@walrus-ts/core';
import type { MovePackage, PackageStore } from './api.js';
import { MoveVmError } from './errors.js';
import { LinkContext, LoadedPackage, linkError } from './loader.js';
import type { NativeTable } from './natives/table.js';
import { typesMade, type RuntimeType } from './types.js';

/** Packages that link to themselves when a linkage table does not name them. */
const SYSTEM_IDS: readonly Address[] = ['0x1', '0x2', '0x3'].map(normalizeAddress);

const CACHED_PACKAGES_MAX = 1_000;
const CACHED_TYPES_MAX = 50_000;

/** Cache of committed packages and their contexts, shared by all sessions of a VM. */
export class PackageCache {
  readonly packages = new Map<Address, LoadedPackage>();
  readonly contexts = new Map<Address, LinkContext>();
  /** Types by canonical string, for objects read from the store. */
  readonly types = new Map<string, RuntimeType>();
  private typesBefore = typesMade();

  /**
   * Whether it holds much that may never be used again. Callers choose packages and type arguments, so
   * without a bound they could fill the memory. Only between sessions may it be cleared.
   */
  get isFull(): boolean {
    return (
      this.packages.size > CACHED_PACKAGES_MAX || typesMade() - this.typesBefore > CACHED_TYPES_MAX
    );
  }

  /** Forgets everything: types and contexts hold on to definitions of the evicted package. */
  clear(): void {
    this.packages.clear();
    this.contexts.clear();
    this.types.clear();
    this.typesBefore = typesMade();
  }
}

/** Loads packages for one session; packages published in the session stay in its overlay. */
export class PackageLoader {
  private readonly store: PackageStore;
  private readonly cache: PackageCache;
  private readonly natives: NativeTable;
  private readonly overlay = new Map<Address, LoadedPackage>();
  private readonly overlayContexts = new Map<Address, LinkContext>();
  private readonly loading = new Set<Address>();

  constructor(store: PackageStore, cache: PackageCache, natives: NativeTable) {
    this.store = store;
    this.cache = cache;
    this.natives = natives;
  }

  /** Whether types may be cached beyond the session. */
  get isPlain(): boolean {
    return this.overlay.size === 0;
  }

  get typeCache(): Map<string, RuntimeType> {
    return this.cache.types;
  }

  find(id: Address): LoadedPackage | undefined {
    const known = this.overlay.get(id) ?? this.cache.packages.get(id);
    if (known !== undefined) return known;
    const source = this.store.getPackage(id);
    if (source === undefined) return undefined;
    if (source.id !== id) throw linkError(`the store gave package ${source.id} for ${id}`);
    const pkg = this.build(source);
    this.cache.packages.set(id, pkg);
    return pkg;
  }

  require(id: Address): LoadedPackage {
    const pkg = this.find(id);
    if (pkg === undefined) {
      throw new MoveVmError('MISSING_DEPENDENCY', `package ${id} does not exist`);
    }
    return pkg;
  }

  /** Adds a package of this session; replaces an earlier one with the same id. */
  add(source: MovePackage): LoadedPackage {
    const pkg = this.build(source);
    this.overlay.set(source.id, pkg);
    this.overlayContexts.delete(source.id);
    return pkg;
  }

  private build(source: MovePackage): LoadedPackage {
    if (this.loading.has(source.id)) throw linkError(`package ${source.id} depends on itself`);
    this.loading.add(source.id);
    try {
      const dependencies = new Map<Address, LoadedPackage>();
      for (const [originalId, { id }] of source.linkage) {
        if (originalId === source.originalId) continue;
        const dependency = this.require(id);
        if (dependency.originalId !== originalId) throw linkError('linkage names another package');
        dependencies.set(originalId, dependency);
      }
      // Framework packages below this one are always linked, also by tables that leave them out.
      const rank = SYSTEM_IDS.indexOf(source.originalId);
      const below = rank < 0 ? SYSTEM_IDS : SYSTEM_IDS.slice(0, rank);
      for (const id of below) {
        if (dependencies.has(id)) continue;
        const dependency = this.find(id);
        if (dependency !== undefined) dependencies.set(id, dependency);
      }
      const older = new Map<Address, LoadedPackage>();
      for (const origin of source.typeOrigins) {
        if (origin.package === source.id || older.has(origin.package)) continue;
        older.set(origin.package, this.require(origin.package));
      }
      return new LoadedPackage(source, dependencies, older);
    } finally {
      this.loading.delete(source.id);
    }
  }

  /** The link context with this package as root. */
  context(id: Address): LinkContext | undefined {
    const known = this.overlayContexts.get(id) ?? this.cache.contexts.get(id);
    if (known !== undefined && !(this.overlay.has(id) && !this.overlayContexts.has(id))) {
      return known;
    }
    const root = this.find(id);
    if (root === undefined) return undefined;
    const context = new LinkContext(root, this.natives);
    (this.overlay.has(id) ? this.overlayContexts : this.cache.contexts).set(id, context);
    return context;
  }
}

/** Whether a type is `0x2::tx_context::TxContext`. */
export function isTxContext(type: RuntimeType): boolean {
  const { shape } = type;
  return (
    shape.kind === 'datatype' &&
    shape.definition.name === 'TxContext' &&
    shape.definition.module === 'tx_context' &&
    shape.definition.originalPackage === SYSTEM_IDS[1]
  );
}
