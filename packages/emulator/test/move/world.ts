/** A small world for VM tests: packages from module bytes, a session, simple calls. */
import { loadBls, normalizeAddress, type Address } from '@walrus-ts/core';
import {
  createGasMeter,
  createMoveVm,
  newTypeOrigins,
  readModule,
  type CallArgument,
  type GasMeter,
  type MovePackage,
  type MoveVm,
  type ObjectSource,
  type PackageStore,
  type Session,
  type StoredObject,
  type TxEnv,
} from '../../src/move/index.js';

export const ENV: TxEnv = {
  sender: normalizeAddress('0xa11ce'),
  digest: new Uint8Array(32).fill(7),
  epoch: 3n,
  epochTimestampMs: 1_700_000_000_000n,
  referenceGasPrice: 1000n,
  gasPrice: 1001n,
  gasBudget: 5_000_000n,
};

/** A package of version 1 whose linkage names every other address its modules use. */
export function packageOf(address: string, modules: readonly Uint8Array[]): MovePackage {
  const id = normalizeAddress(address);
  const named = new Map(modules.map((bytes) => [readModule(bytes).name, bytes] as const));
  const used = new Set(modules.flatMap((bytes) => readModule(bytes).dependencies));
  return {
    id,
    originalId: id,
    version: 1n,
    modules: named,
    typeOrigins: newTypeOrigins(named, id),
    linkage: new Map([...used].map((a) => [a, { id: a, version: 1n }])),
  };
}

/** Stored child objects and received objects. */
export class MapObjects implements ObjectSource {
  readonly objects = new Map<Address, StoredObject>();

  child(parent: Address, id: Address): StoredObject | undefined {
    const found = this.objects.get(id);
    return found?.owner.kind === 'object' && found.owner.parent === parent ? found : undefined;
  }

  receivable(parent: Address, id: Address, version: bigint): StoredObject | undefined {
    const found = this.objects.get(id);
    const isOwned = found?.owner.kind === 'address' && found.owner.address === parent;
    return isOwned && found.version === version ? found : undefined;
  }
}

/** A VM over a fixed set of packages. */
export class World {
  readonly vm: MoveVm;
  readonly objects = new MapObjects();
  readonly packages = new Map<Address, MovePackage>();
  readonly store: PackageStore = { getPackage: (id) => this.packages.get(id) };

  constructor(vm: MoveVm, packages: readonly MovePackage[]) {
    this.vm = vm;
    for (const p of packages) this.packages.set(p.id, p);
  }

  static async create(...packages: MovePackage[]): Promise<World> {
    return new World(createMoveVm({ bls: await loadBls() }), packages);
  }

  session(meter: GasMeter = createGasMeter()): Session {
    return this.vm.createSession({
      env: ENV,
      packages: this.store,
      objects: this.objects,
      meter,
    });
  }

  /** Calls with BCS arguments (references get a fresh slot) and returns BCS results. */
  call(
    path: string,
    args: readonly Uint8Array[] = [],
    typeArguments: readonly string[] = [],
    session: Session = this.session(),
  ): Uint8Array[] {
    const [address = '', module = '', name = ''] = path.split('::');
    const fn = session.findFunction(normalizeAddress(address), module, name);
    if (fn === undefined) throw new Error(`no function ${path}`);
    const instance = session.instantiate(
      fn,
      typeArguments.map((t) => session.resolveType(t)),
    );
    const parameters = instance.parameters.filter((p) => !p.isTxContext);
    const values = parameters.map((p, i): CallArgument => {
      const value = session.deserialize(p.type, args[i] ?? new Uint8Array());
      if (p.passing === 'value') return { kind: 'value', value };
      return { kind: 'borrow', slot: session.createSlot(p.type, value) };
    });
    const results = session.call(instance, values);
    return results.map((value, i) => {
      const returned = instance.returns[i];
      if (returned === undefined) throw new Error('more results than declared');
      const plain = returned.passing === 'value' ? value : session.readReference(value);
      return session.serialize(returned.type, plain);
    });
  }
}
