/** Building of programmable transactions without a client: the objects are known, nothing is resolved. */

import { bcs } from '@mysten/sui/bcs';
import type { Argument, CallArg, Command } from '@walrus-ts/emulator/ledger';

/** What a program needs to know of an object that it names. */
export interface KnownObject {
  readonly objectId: string;
  readonly version: bigint;
  readonly digest: string;
  /** Version at which a shared object was shared; undefined for owned objects. */
  readonly sharedAt: bigint | undefined;
}

/** Inputs and commands of one programmable transaction. Pure inputs and objects are added as they are named. */
export class Program {
  readonly inputs: CallArg[] = [];
  readonly commands: Command[] = [];
  private readonly find: (objectId: string) => KnownObject;
  private readonly objects = new Map<string, Argument>();
  private readonly pures = new Map<string, Argument>();

  /** @param find - looks an object up; throws if it does not exist */
  constructor(find: (objectId: string) => KnownObject) {
    this.find = find;
  }

  /** Whether the program does nothing. */
  get isEmpty(): boolean {
    return this.commands.length === 0;
  }

  /** Objects named so far. */
  get objectIds(): string[] {
    return [...this.objects.keys()];
  }

  /** An object, shared ones as mutable. */
  object(objectId: string): Argument {
    const named = this.objects.get(objectId);
    if (named !== undefined) return named;
    const { version, digest, sharedAt } = this.find(objectId);
    const argument = this.input(
      sharedAt === undefined
        ? { kind: 'immutableOrOwned', ref: { objectId, version, digest } }
        : { kind: 'shared', objectId, initialVersion: sharedAt, mutable: true },
    );
    this.objects.set(objectId, argument);
    return argument;
  }

  /** BCS of a plain value. */
  pure(bytes: Uint8Array): Argument {
    const key = Buffer.from(bytes).toString('hex');
    const known = this.pures.get(key);
    if (known !== undefined) return known;
    const argument = this.input({ kind: 'pure', bytes });
    this.pures.set(key, argument);
    return argument;
  }

  u8 = (value: number): Argument => this.pure(bcs.u8().serialize(value).toBytes());
  u16 = (value: number): Argument => this.pure(bcs.u16().serialize(value).toBytes());
  u32 = (value: number): Argument => this.pure(bcs.u32().serialize(value).toBytes());
  u64 = (value: bigint): Argument => this.pure(bcs.u64().serialize(value).toBytes());
  u256 = (value: bigint): Argument => this.pure(bcs.u256().serialize(value).toBytes());
  bool = (value: boolean): Argument => this.pure(bcs.bool().serialize(value).toBytes());
  address = (value: string): Argument => this.pure(bcs.Address.serialize(value).toBytes());
  string = (value: string): Argument => this.pure(bcs.string().serialize(value).toBytes());
  bytes = (value: Uint8Array): Argument => this.pure(bcs.byteVector().serialize(value).toBytes());
  addresses = (values: readonly string[]): Argument =>
    this.pure(bcs.vector(bcs.Address).serialize(values).toBytes());

  /** @param target - `package::module::function` */
  call(target: string, args: readonly Argument[], typeArguments: readonly string[] = []): Argument {
    const [pkg = '', module = '', name = ''] = target.split('::');
    return this.command({
      kind: 'moveCall',
      package: pkg,
      module,
      function: name,
      typeArguments,
      arguments: args,
    });
  }

  /** Splits one coin off. */
  split(coin: Argument, amount: bigint): Argument {
    const { command } = this.command({ kind: 'splitCoins', coin, amounts: [this.u64(amount)] });
    return { kind: 'nestedResult', command, result: 0 };
  }

  transfer(object: Argument, address: string): void {
    this.command({ kind: 'transferObjects', objects: [object], address: this.address(address) });
  }

  /** Makes a vector of values of one type. */
  vector(type: string, elements: readonly Argument[]): Argument {
    return this.command({ kind: 'makeMoveVec', type, elements });
  }

  /** Adds any command and gives its only result. */
  command(command: Command): { readonly kind: 'result'; readonly command: number } {
    this.commands.push(command);
    return { kind: 'result', command: this.commands.length - 1 };
  }

  private input(input: CallArg): Argument {
    this.inputs.push(input);
    return { kind: 'input', input: this.inputs.length - 1 };
  }
}

/** Full address of the framework package. */
export const SUI_FRAMEWORK = `0x${'2'.padStart(64, '0')}`;
