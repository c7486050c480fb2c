// Transactions with damaged BCS, types, arguments and modules.
import { bcs } from '@mysten/sui/bcs';
import { GrpcTypes } from '@mysten/sui/grpc';
import { createPrivateKey, sign } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { mutate } from './mutate.mjs';
import { typeText } from './messages.mjs';

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const BUDGET = 20_000_000n;
const MARK = '0x77::marker::Marker';
const MARK_BYTES = Buffer.from(bcs.TypeTag.serialize(MARK).toBytes());

/** Key of a lane; signing by node's own crypto is many times faster than in JavaScript. */
export function laneKey(secret) {
  return createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, secret]),
    format: 'der',
    type: 'pkcs8',
  });
}

/** Signature of transaction bytes: flag, signature, public key. */
export function signTransaction(lane, bytes) {
  const message = blake2b(Buffer.concat([Buffer.of(0, 0, 0), bytes]), { dkLen: 32 });
  return Buffer.concat([Buffer.of(0), sign(null, message, lane.key), lane.publicKey]);
}

function argument(random, inputs, command) {
  return random.weighted([
    [6, { Input: random.below(Math.max(1, inputs)) }],
    [2, { Result: random.below(command + 1) }],
    [2, { NestedResult: [random.below(command + 1), random.below(3)] }],
    [1, { GasCoin: true }],
    [1, { Input: random.below(65536) }],
    [1, { Result: random.below(65536) }],
    [1, { NestedResult: [random.below(65536), random.below(65536)] }],
  ]);
}

const pure = (bytes) => ({ Pure: { bytes } });

/** An input; what is refused before execution stays rare, so that most transactions get further. */
function input(random, world, isOwner) {
  return random.weighted([
    [40, () => pure(random.bytes(random.length(400)))],
    [40, () => pure(bcs.u64().serialize(random.u64()).toBytes())],
    [10, () => pure(Buffer.alloc(random.length(16_000), 0xff))],
    [1, () => pure(Buffer.alloc(random.below(40_000)))],
    [isOwner ? 30 : 1, () => ({ Object: { ImmOrOwnedObject: random.pick(world.owned) } })],
    [
      30,
      () => ({
        Object: { SharedObject: { ...random.pick(world.shared), mutable: random.oneIn(2) } },
      }),
    ],
    [1, () => ({ Object: { Receiving: random.pick(world.owned) } })],
    [
      1,
      () => ({
        Object: {
          ImmOrOwnedObject: {
            objectId: random.pick(world.fullAddresses),
            version: random.u64().toString(),
            digest: random.pick(world.realDigests),
          },
        },
      }),
    ],
  ])();
}

/** A Move type that can be encoded; the text parser of the SDK is stricter than ours. */
function tag(random, world) {
  for (let tries = 0; tries < 3; tries++) {
    const text = typeText(random, world);
    try {
      bcs.TypeTag.serialize(text);
      return text;
    } catch {
      // Not well formed: another one.
    }
  }
  return '0x2::sui::SUI';
}

const PURE = GrpcTypes.OpenSignatureBody_Type;
const INTEGERS = new Map([
  [PURE.U8, 1],
  [PURE.U16, 2],
  [PURE.U32, 4],
  [PURE.U64, 8],
  [PURE.U128, 16],
  [PURE.U256, 32],
]);

/** BCS of a value of a parameter type; undefined for what is no pure value. */
function pureBytes(random, world, body, depth = 0) {
  const size = INTEGERS.get(body.type);
  if (size !== undefined) {
    return random.weighted([
      [3, () => Buffer.concat([Buffer.of(random.below(9)), Buffer.alloc(size - 1)])],
      [1, () => Buffer.alloc(size, 0xff)],
      [1, () => random.bytes(size)],
    ])();
  }
  const [inner] = body.typeParameterInstantiation;
  switch (body.type) {
    case PURE.ADDRESS:
      return Buffer.from(random.pick(world.fullAddresses).slice(2), 'hex');
    case PURE.BOOL:
      return Buffer.of(random.below(2));
    case PURE.TYPE_PARAMETER:
      return random.bytes(8);
    case PURE.VECTOR: {
      const count = random.oneIn(20) ? random.below(4000) : random.below(40);
      const entries = Array.from({ length: depth > 1 ? random.below(3) : count }, () =>
        pureBytes(random, world, inner, depth + 1),
      );
      return entries.includes(undefined)
        ? undefined
        : Buffer.concat([uleb(entries.length), ...entries]);
    }
    case PURE.DATATYPE:
      if (/::(string|ascii)::String$/.test(body.typeName)) {
        return Buffer.from(
          bcs
            .string()
            .serialize('text'.repeat(random.below(9)))
            .toBytes(),
        );
      }
      if (body.typeName.endsWith('::option::Option')) {
        const value = random.oneIn(2) ? undefined : pureBytes(random, world, inner, depth + 1);
        return value === undefined ? Buffer.of(0) : Buffer.concat([Buffer.of(1), value]);
      }
      return body.typeName.endsWith('::object::ID') ? random.bytes(32) : undefined;
    default:
      return undefined;
  }
}

function uleb(value) {
  const bytes = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

function moveCall(random, world, inputs, index) {
  const fresh = world.freshFunctions;
  const from = random.oneIn(2) ? world.pureFunctions : world.functions;
  const target = fresh.length > 0 && random.oneIn(3) ? random.pick(fresh) : random.pick(from);
  const isExact = !random.oneIn(5);
  const arg = () => argument(random, inputs.length, index);
  const types = isExact ? target.typeParameters : random.oneIn(30) ? 20 : random.below(3);
  const typed = (body) => {
    const bytes = random.oneIn(8) ? undefined : pureBytes(random, world, body);
    if (bytes === undefined) return arg();
    const sent = random.oneIn(30) ? mutate(random, bytes) : bytes;
    return { Input: inputs.push(pure(sent)) - 1 };
  };
  return {
    MoveCall: {
      package: target.package,
      module: target.module,
      function: target.name,
      typeArguments: Array.from({ length: types }, () =>
        random.oneIn(10) ? MARK : tag(random, world),
      ),
      arguments: isExact
        ? target.parameters.map(typed)
        : Array.from({ length: random.below(6) }, arg),
    },
  };
}

function command(random, world, inputs, index) {
  const arg = () => argument(random, inputs.length, index);
  const list = (max) =>
    Array.from({ length: random.oneIn(40) ? random.below(600) : 1 + random.below(max) }, arg);
  return random.weighted([
    [8, () => moveCall(random, world, inputs, index)],
    [2, () => ({ TransferObjects: { objects: list(4), address: arg() } })],
    [2, () => ({ SplitCoins: { coin: arg(), amounts: list(4) } })],
    [2, () => ({ MergeCoins: { destination: arg(), sources: list(4) } })],
    [
      2,
      () => ({
        MakeMoveVec: {
          type: random.oneIn(3) ? null : random.oneIn(10) ? MARK : tag(random, world),
          elements: list(6),
        },
      }),
    ],
    [1, () => publish(random, world)],
    [
      1,
      () => ({
        Upgrade: {
          modules: modules(random, world),
          dependencies: dependencies(random, world),
          package: random.pick(world.fullAddresses),
          ticket: arg(),
        },
      }),
    ],
  ])();
}

/** Modules of one package, one of them damaged. */
function modules(random, world) {
  const source = random.weighted(world.packages);
  const bytes = source.modules.map((module) => Buffer.from(module));
  const kept = bytes.length > 6 ? [random.pick(bytes)] : bytes;
  const at = random.below(kept.length);
  kept[at] = random.weighted([
    [10, () => mutate(random, kept[at])],
    [1, () => random.bytes(random.length(3000))],
    [
      1,
      () =>
        Buffer.concat([kept[at].subarray(0, random.below(200)), random.bytes(random.length(3000))]),
    ],
    [1, () => Buffer.concat([kept[at], kept[at]])],
    [1, () => kept[at]],
  ])();
  if (random.oneIn(30)) while (kept.length < 70) kept.push(kept[0]);
  return kept;
}

function dependencies(random, world) {
  return random.weighted([
    [8, () => ['0x1', '0x2']],
    [1, () => Array.from({ length: random.below(5) }, () => random.pick(world.fullAddresses))],
    [1, () => []],
  ])();
}

function publish(random, world) {
  return {
    Publish: { modules: modules(random, world), dependencies: dependencies(random, world) },
  };
}

/** A type nested or branched far beyond every limit, in BCS. */
function hugeTag(random) {
  const depth = random.pick([10, 40, 200, 5000, 30_000]);
  const struct = Buffer.concat([
    Buffer.of(7),
    Buffer.alloc(32, 2),
    Buffer.from([1, 0x61, 1, 0x42]),
  ]);
  return random.weighted([
    [3, () => Buffer.concat([Buffer.alloc(depth, 6), Buffer.of(1)])],
    // A struct with one type argument, nested.
    [
      2,
      () =>
        Buffer.concat([
          ...Array.from({ length: Math.min(depth, 3000) }, () =>
            Buffer.concat([struct, Buffer.of(1)]),
          ),
          Buffer.of(0),
        ]),
    ],
    // Many arguments, or the claim of many.
    [
      1,
      () => Buffer.concat([struct, Buffer.of(0xff, 0xff, 3), Buffer.alloc(random.below(70_000))]),
    ],
    [1, () => Buffer.concat([struct, Buffer.of(0xff, 0xff, 0xff, 0xff, 0x0f)])],
  ])();
}

function replaceMark(random, bytes) {
  const pieces = [];
  let from = 0;
  for (let at = bytes.indexOf(MARK_BYTES); at >= 0; at = bytes.indexOf(MARK_BYTES, from)) {
    pieces.push(bytes.subarray(from, at), hugeTag(random));
    from = at + MARK_BYTES.length;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

function programmable(random, world, isOwner) {
  if (random.oneIn(3)) {
    const transfer = { TransferObjects: { objects: [{ Result: 0 }], address: { Input: 0 } } };
    const recipient = pure(bcs.Address.serialize(world.sender).toBytes());
    return { inputs: [recipient], commands: [publish(random, world), transfer] };
  }
  const inputCount = random.oneIn(60) ? random.below(2200) : random.below(8);
  const commandCount = random.oneIn(60) ? random.below(1100) : 1 + random.below(4);
  // The same object twice is refused.
  const named = new Set();
  const inputs = Array.from({ length: inputCount }, () => {
    const made = input(random, world, isOwner);
    const id = (
      made.Object?.ImmOrOwnedObject ??
      made.Object?.SharedObject ??
      made.Object?.Receiving
    )?.objectId;
    if (id === undefined || random.oneIn(50)) return made;
    if (named.has(id)) return pure(random.bytes(8));
    named.add(id);
    return made;
  });
  const commands = Array.from({ length: commandCount }, (_, index) =>
    command(random, world, inputs, index),
  );
  return { inputs, commands };
}

/** BCS of a transaction of a lane; some of them damaged as bytes. */
function transactionBytes(random, world, lane, hasPayment) {
  const data = {
    V1: {
      kind: { ProgrammableTransaction: programmable(random, world, lane === world.lanes[0]) },
      sender: lane.address,
      gasData: {
        payment: hasPayment ? [lane.gas] : [],
        owner: lane.address,
        price: random.oneIn(60) ? random.u64() : 1000n,
        budget: random.oneIn(60) ? random.u64() : BUDGET,
      },
      expiration: random.weighted([
        [8, { None: true }],
        [1, { Epoch: random.u64() }],
      ]),
    },
  };
  let bytes = replaceMark(
    random,
    Buffer.from(bcs.TransactionData.serialize(data, { maxSize: 64 << 20 }).toBytes()),
  );
  if (random.oneIn(4)) bytes = mutate(random, bytes);
  return bytes;
}

/** A signed transaction for ExecuteTransaction. */
export function executeRequest(random, world, lane) {
  const bytes = transactionBytes(random, world, lane, true);
  let signature = signTransaction(lane, bytes);
  if (random.oneIn(20)) signature = mutate(random, signature);
  return GrpcTypes.ExecuteTransactionRequest.toBinary({
    transaction: { ...GrpcTypes.Transaction.create(), bcs: { value: bytes } },
    signatures: [{ bcs: { value: signature }, signature: { oneofKind: undefined } }],
    readMask: { paths: ['effects', 'events', 'objects', 'balance_changes', 'transaction'] },
  });
}

/** A transaction in BCS for SimulateTransaction. */
export function simulateRequest(random, world, lane) {
  // The first lane owns the objects.
  const bytes = transactionBytes(
    random,
    world,
    random.pick([lane, world.lanes[0]]),
    random.oneIn(2),
  );
  return GrpcTypes.SimulateTransactionRequest.toBinary({
    transaction: { ...GrpcTypes.Transaction.create(), bcs: { value: bytes } },
    checks: random.below(2),
    doGasSelection: random.oneIn(2),
    ...(random.oneIn(2) ? {} : { readMask: { paths: ['transaction.effects', 'command_outputs'] } }),
  });
}

/** A valid transfer, for the liveness check. */
export function transferBytes(lane, recipient) {
  return Buffer.from(
    bcs.TransactionData.serialize({
      V1: {
        kind: {
          ProgrammableTransaction: {
            inputs: [
              { Pure: { bytes: bcs.u64().serialize(1000).toBase64() } },
              { Pure: { bytes: bcs.Address.serialize(recipient).toBase64() } },
            ],
            commands: [
              { SplitCoins: { coin: { GasCoin: true }, amounts: [{ Input: 0 }] } },
              { TransferObjects: { objects: [{ NestedResult: [0, 0] }], address: { Input: 1 } } },
            ],
          },
        },
        sender: lane.address,
        gasData: { payment: [lane.gas], owner: lane.address, price: 1000n, budget: BUDGET },
        expiration: { None: true },
      },
    }).toBytes(),
  );
}
