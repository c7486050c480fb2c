/** BCS of transactions. Layout: sui-rpc.md (d), "TransactionData". */

import type {
  Argument,
  CallArg,
  Command,
  FundsSource,
  ObjectRef,
  TransactionData,
  TransactionExpiration,
  TransactionKind,
  ValidDuring,
} from '../types.js';
import { ByteReader, ByteWriter, invalid } from './bytes.js';
import { readObjectData, readOwner, writeObjectData, writeOwner } from './object.js';
import { readIdentifier, readTypeTag, writeTypeTag } from './type-tag.js';

/** Encodes a transaction. */
export function encodeTransactionData(data: TransactionData): Uint8Array {
  const w = new ByteWriter();
  w.u8(0); // TransactionData::V1
  writeKind(w, data.kind);
  w.address(data.sender);
  w.vector(data.gas.payment, (ref) => writeObjectRef(w, ref));
  w.address(data.gas.owner);
  w.u64(data.gas.price);
  w.u64(data.gas.budget);
  writeExpiration(w, data.expiration);
  return w.finish();
}

/**
 * Decodes a transaction.
 *
 * @throws {LEDGER_INVALID_BCS} malformed, truncated or trailing bytes, or a system kind the ledger
 *   does not make
 */
export function decodeTransactionData(bytes: Uint8Array): TransactionData {
  const r = new ByteReader(bytes);
  if (r.uleb() !== 0) throw invalid('transaction version');
  const kind = readKind(r);
  const sender = r.address();
  const payment = r.vector(() => readObjectRef(r));
  const owner = r.address();
  const price = r.u64();
  const budget = r.u64();
  const expiration = readExpiration(r);
  r.end();
  return { kind, sender, gas: { payment, owner, price, budget }, expiration };
}

/** Writes an object reference. */
export function writeObjectRef(w: ByteWriter, ref: ObjectRef): void {
  w.address(ref.objectId);
  w.u64(ref.version);
  w.digest(ref.digest);
}

/** Reads an object reference. */
export function readObjectRef(r: ByteReader): ObjectRef {
  return { objectId: r.address(), version: r.u64(), digest: r.digest() };
}

function writeKind(w: ByteWriter, kind: TransactionKind): void {
  switch (kind.kind) {
    case 'programmable':
      w.u8(0);
      w.vector(kind.inputs, (input) => writeCallArg(w, input));
      w.vector(kind.commands, (command) => writeCommand(w, command));
      return;
    case 'genesis':
      w.u8(2);
      w.vector(kind.objects, (object) => {
        w.u8(0); // GenesisObject::RawObject
        writeObjectData(w, object.data);
        writeOwner(w, object.owner);
      });
      return;
    case 'consensusCommitPrologue':
      w.u8(3);
      w.u64(kind.epoch);
      w.u64(kind.round);
      w.u64(kind.timestampMs);
  }
}

function readKind(r: ByteReader): TransactionKind {
  const variant = r.uleb();
  switch (variant) {
    case 0:
      return {
        kind: 'programmable',
        inputs: r.vector(() => readCallArg(r)),
        commands: r.vector(() => readCommand(r)),
      };
    case 2:
      return {
        kind: 'genesis',
        objects: r.vector(() => {
          if (r.uleb() !== 0) throw invalid('genesis object');
          return { data: readObjectData(r), owner: readOwner(r) };
        }),
      };
    case 3:
      return {
        kind: 'consensusCommitPrologue',
        epoch: r.u64(),
        round: r.u64(),
        timestampMs: r.u64(),
      };
    default:
      throw invalid(`transaction kind ${variant}`);
  }
}

function writeCallArg(w: ByteWriter, input: CallArg): void {
  switch (input.kind) {
    case 'pure':
      w.u8(0);
      w.byteVector(input.bytes);
      return;
    case 'immutableOrOwned':
      w.u8(1);
      w.u8(0);
      writeObjectRef(w, input.ref);
      return;
    case 'shared':
      w.u8(1);
      w.u8(1);
      w.address(input.objectId);
      w.u64(input.initialVersion);
      w.bool(input.mutable);
      return;
    case 'receiving':
      w.u8(1);
      w.u8(2);
      writeObjectRef(w, input.ref);
      return;
    case 'fundsWithdrawal':
      w.u8(2);
      w.u8(0); // Reservation::MaxAmountU64
      w.u64(input.amount);
      w.u8(0); // WithdrawalType::Balance
      writeTypeTag(w, input.coinType);
      writeFundsSource(w, input.source);
  }
}

function readCallArg(r: ByteReader): CallArg {
  const variant = r.uleb();
  if (variant === 0) return { kind: 'pure', bytes: r.byteVector() };
  if (variant === 1) {
    const object = r.uleb();
    if (object === 0) return { kind: 'immutableOrOwned', ref: readObjectRef(r) };
    if (object === 1) {
      return { kind: 'shared', objectId: r.address(), initialVersion: r.u64(), mutable: r.bool() };
    }
    if (object === 2) return { kind: 'receiving', ref: readObjectRef(r) };
    throw invalid(`object argument ${object}`);
  }
  if (variant === 2) {
    if (r.uleb() !== 0) throw invalid('withdrawal reservation');
    const amount = r.u64();
    if (r.uleb() !== 0) throw invalid('withdrawal type');
    return {
      kind: 'fundsWithdrawal',
      amount,
      coinType: readTypeTag(r),
      source: readFundsSource(r),
    };
  }
  throw invalid(`call argument ${variant}`);
}

function writeFundsSource(w: ByteWriter, source: FundsSource): void {
  switch (source.kind) {
    case 'sender':
      w.u8(0);
      return;
    case 'sponsor':
      w.u8(1);
      return;
    case 'senderAllowance':
      w.u8(2);
      w.address(source.funder);
      w.address(source.allowance);
  }
}

function readFundsSource(r: ByteReader): FundsSource {
  const variant = r.uleb();
  if (variant === 0) return { kind: 'sender' };
  if (variant === 1) return { kind: 'sponsor' };
  if (variant === 2)
    return { kind: 'senderAllowance', funder: r.address(), allowance: r.address() };
  throw invalid(`withdrawal source ${variant}`);
}

function writeArgument(w: ByteWriter, argument: Argument): void {
  switch (argument.kind) {
    case 'gasCoin':
      w.u8(0);
      return;
    case 'input':
      w.u8(1);
      w.u16(argument.input);
      return;
    case 'result':
      w.u8(2);
      w.u16(argument.command);
      return;
    case 'nestedResult':
      w.u8(3);
      w.u16(argument.command);
      w.u16(argument.result);
  }
}

function readArgument(r: ByteReader): Argument {
  const variant = r.uleb();
  if (variant === 0) return { kind: 'gasCoin' };
  if (variant === 1) return { kind: 'input', input: r.u16() };
  if (variant === 2) return { kind: 'result', command: r.u16() };
  if (variant === 3) return { kind: 'nestedResult', command: r.u16(), result: r.u16() };
  throw invalid(`argument ${variant}`);
}

function writeArguments(w: ByteWriter, args: readonly Argument[]): void {
  w.vector(args, (argument) => writeArgument(w, argument));
}

function writeCommand(w: ByteWriter, command: Command): void {
  switch (command.kind) {
    case 'moveCall':
      w.u8(0);
      w.address(command.package);
      w.string(command.module);
      w.string(command.function);
      w.vector(command.typeArguments, (type) => writeTypeTag(w, type));
      writeArguments(w, command.arguments);
      return;
    case 'transferObjects':
      w.u8(1);
      writeArguments(w, command.objects);
      writeArgument(w, command.address);
      return;
    case 'splitCoins':
      w.u8(2);
      writeArgument(w, command.coin);
      writeArguments(w, command.amounts);
      return;
    case 'mergeCoins':
      w.u8(3);
      writeArgument(w, command.target);
      writeArguments(w, command.sources);
      return;
    case 'publish':
      w.u8(4);
      w.vector(command.modules, (module) => w.byteVector(module));
      w.vector(command.dependencies, (id) => w.address(id));
      return;
    case 'makeMoveVec':
      w.u8(5);
      w.option(command.type, (type) => writeTypeTag(w, type));
      writeArguments(w, command.elements);
      return;
    case 'upgrade':
      w.u8(6);
      w.vector(command.modules, (module) => w.byteVector(module));
      w.vector(command.dependencies, (id) => w.address(id));
      w.address(command.package);
      writeArgument(w, command.ticket);
  }
}

function readCommand(r: ByteReader): Command {
  const args = (): Argument[] => r.vector(() => readArgument(r));
  const variant = r.uleb();
  switch (variant) {
    case 0:
      return {
        kind: 'moveCall',
        package: r.address(),
        module: readIdentifier(r),
        function: readIdentifier(r),
        typeArguments: r.vector(() => readTypeTag(r)),
        arguments: args(),
      };
    case 1:
      return { kind: 'transferObjects', objects: args(), address: readArgument(r) };
    case 2:
      return { kind: 'splitCoins', coin: readArgument(r), amounts: args() };
    case 3:
      return { kind: 'mergeCoins', target: readArgument(r), sources: args() };
    case 4:
      return {
        kind: 'publish',
        modules: r.vector(() => r.byteVector()),
        dependencies: r.vector(() => r.address()),
      };
    case 5:
      return { kind: 'makeMoveVec', type: r.option(() => readTypeTag(r)), elements: args() };
    case 6:
      return {
        kind: 'upgrade',
        modules: r.vector(() => r.byteVector()),
        dependencies: r.vector(() => r.address()),
        package: r.address(),
        ticket: readArgument(r),
      };
    default:
      throw invalid(`command ${variant}`);
  }
}

function writeExpiration(w: ByteWriter, expiration: TransactionExpiration): void {
  switch (expiration.kind) {
    case 'none':
      w.u8(0);
      return;
    case 'epoch':
      w.u8(1);
      w.u64(expiration.epoch);
      return;
    case 'validDuring':
      w.u8(2);
      writeWindow(w, expiration);
      return;
    case 'validity':
      w.u8(3);
      writeWindow(w, expiration);
      w.option(expiration.allowedProposers, (allowed) => {
        w.u64(allowed.epoch);
        w.vector(allowed.proposers, (proposer) => w.u32(proposer));
      });
  }
}

function writeWindow(w: ByteWriter, window: ValidDuring): void {
  const u64 = (value: bigint): void => w.u64(value);
  w.option(window.minEpoch, u64);
  w.option(window.maxEpoch, u64);
  w.option(window.minTimestampMs, u64);
  w.option(window.maxTimestampMs, u64);
  w.digest(window.chain);
  w.u32(window.nonce);
}

function readExpiration(r: ByteReader): TransactionExpiration {
  const variant = r.uleb();
  if (variant === 0) return { kind: 'none' };
  if (variant === 1) return { kind: 'epoch', epoch: r.u64() };
  if (variant === 2) return { kind: 'validDuring', ...readWindow(r) };
  if (variant === 3) {
    const window = readWindow(r);
    const allowedProposers = r.option(() => ({
      epoch: r.u64(),
      proposers: r.vector(() => r.u32()),
    }));
    return { kind: 'validity', ...window, allowedProposers };
  }
  throw invalid(`expiration ${variant}`);
}

function readWindow(r: ByteReader): ValidDuring {
  const u64 = (): bigint => r.u64();
  return {
    minEpoch: r.option(u64),
    maxEpoch: r.option(u64),
    minTimestampMs: r.option(u64),
    maxTimestampMs: r.option(u64),
    chain: r.digest(),
    nonce: r.u32(),
  };
}
