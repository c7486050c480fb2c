// Random request messages of every served method, made from the descriptors of the SDK.
import { ScalarType } from '@protobuf-ts/runtime';
import { GrpcTypes } from '@mysten/sui/grpc';

const MAX_DEPTH = 8;

const SERVICES = [
  GrpcTypes.LedgerService,
  GrpcTypes.StateService,
  GrpcTypes.TransactionExecutionService,
  GrpcTypes.MovePackageService,
  GrpcTypes.SubscriptionService,
  GrpcTypes.NameService,
  GrpcTypes.SignatureVerificationService,
  GrpcTypes.ForkingService,
];

/** All methods the SDK knows, served or not. */
export const METHODS = SERVICES.flatMap((service) =>
  service.methods.map((method) => ({
    path: `/${service.typeName}/${method.name}`,
    name: method.name,
    input: method.I,
    output: method.O,
    isStreaming: method.serverStreaming === true,
    // These never end by themselves: the caller sets a deadline.
    isEndless: service === GrpcTypes.SubscriptionService,
  })),
);

const FIELD_NAMES = (() => {
  const names = new Set();
  const seen = new Set();
  const visit = (type) => {
    if (seen.has(type.typeName)) return;
    seen.add(type.typeName);
    for (const field of type.fields) {
      names.add(field.name);
      if (field.kind === 'message') visit(field.T());
    }
  };
  for (const { output } of METHODS) visit(output);
  return [...names];
})();

const IDENTIFIERS = [
  'coin',
  'split',
  'sample',
  'note',
  'Counter',
  'Item',
  'sui',
  'SUI',
  'vector',
  'T',
  '_',
  '',
];

/** A Move type, mostly well formed. */
export function typeText(random, world, depth = 0) {
  const inner = () => typeText(random, world, depth + 1);
  if (depth > 3) return random.pick(['u8', 'bool', 'address', '0x2::sui::SUI']);
  return random.weighted([
    [4, () => random.pick(world.types)],
    [2, () => random.pick(['u8', 'u64', 'u256', 'bool', 'address', 'signer'])],
    [2, () => `vector<${inner()}>`],
    [2, () => `0x2::coin::Coin<${inner()}>`],
    [1, () => `0x1::option::Option<${inner()}>`],
    [
      1,
      () =>
        `${random.pick(world.addresses)}::${random.pick(IDENTIFIERS)}::${random.pick(IDENTIFIERS)}`,
    ],
    [1, () => `0x2::a::B<${Array.from({ length: random.below(40) }, inner).join(',')}>`],
    [1, () => `${'vector<'.repeat(random.below(200))}u8${'>'.repeat(random.below(200))}`],
  ])();
}

function text(random, world, fieldName) {
  const address = () => random.pick(world.addresses);
  if (!random.oneIn(6)) {
    if (/type/.test(fieldName)) return typeText(random, world);
    if (/digest|^chain/.test(fieldName)) return random.pick(world.digests);
    if (/address|owner|sender|parent|_id$|package$/.test(fieldName)) return address();
    if (/module|name|function/.test(fieldName)) {
      return random.weighted([
        [2, () => random.pick(IDENTIFIERS)],
        [1, () => `${address()}::${random.pick(IDENTIFIERS)}`],
        [1, () => `${address()}::${random.pick(IDENTIFIERS)}::${random.pick(IDENTIFIERS)}`],
      ])();
    }
  }
  return random.weighted([
    [3, address],
    [2, () => random.pick(world.digests)],
    [2, () => typeText(random, world)],
    [1, () => random.bytes(random.length(300)).toString('latin1')],
    [1, () => random.bytes(random.length(300)).toString('utf8')],
    [1, () => '0x' + 'f'.repeat(random.below(80))],
    [1, () => random.pick(['', '*', '\0', '::', '0x', '%', '\u{1f600}', '-1', '1e9'])],
  ])();
}

function scalar(random, world, field) {
  switch (field.T) {
    case ScalarType.STRING:
      return text(random, world, field.name);
    case ScalarType.BYTES:
      return random.weighted([
        [3, () => random.pick(world.blobs)],
        [2, () => random.bytes(random.length(2000))],
        [1, () => Buffer.alloc(random.length(5000))],
      ])();
    case ScalarType.BOOL:
      return random.oneIn(2);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return random.u64();
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return BigInt.asIntN(64, random.u64());
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return random.pick([0, -1, NaN, Infinity, 1e300, random.u32()]);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return random.pick([0, 1, 3, -1, 2 ** 31 - 1, -(2 ** 31)]);
    default:
      return random.weighted([
        [4, () => random.below(4)],
        [1, () => random.u32()],
        [1, () => 2 ** 32 - 1],
      ])();
  }
}

function maskPath(random) {
  const steps = Array.from({ length: 1 + random.below(4) }, () => random.pick(FIELD_NAMES));
  return random.weighted([
    [6, steps.join('.')],
    [2, '*'],
    [1, `${steps[0]}.${'.'.repeat(random.below(50))}`],
    [1, 'a.'.repeat(random.below(2000))],
  ]);
}

/** Paths that exist, walked from the root of a message type. */
function realPath(random, type) {
  const steps = [];
  let current = type;
  while (current !== undefined && current.fields.length > 0 && steps.length < 6) {
    const field = random.pick(current.fields);
    steps.push(field.name);
    current = field.kind === 'message' && !random.oneIn(3) ? field.T() : undefined;
  }
  return steps.join('.');
}

function itemType(output) {
  const field = output.fields.find((candidate) => candidate.kind === 'message');
  return field === undefined ? output : field.T();
}

/** A random message: every field set or not, one member of each oneof. */
export function randomMessage(random, world, type, output, depth = 0) {
  if (type.typeName === 'google.protobuf.FieldMask') {
    const count = random.oneIn(50) ? 1200 : random.below(6);
    const root = output === undefined ? undefined : random.pick([itemType(output), output]);
    const path = () =>
      root === undefined || random.oneIn(4) ? maskPath(random) : realPath(random, root);
    return { paths: Array.from({ length: count }, path) };
  }
  const message = type.create();
  const groups = new Map();
  for (const field of type.fields) {
    const value = () => {
      if (field.kind === 'scalar') return scalar(random, world, field);
      if (field.kind === 'enum') return random.below(random.oneIn(8) ? 100 : 6);
      if (field.kind === 'message') {
        return depth >= MAX_DEPTH
          ? undefined
          : randomMessage(random, world, field.T(), output, depth + 1);
      }
      return undefined;
    };
    if (field.oneof !== undefined) {
      const members = groups.get(field.oneof) ?? [];
      members.push({ field, value });
      groups.set(field.oneof, members);
      continue;
    }
    if (random.oneIn(depth === 0 ? 6 : 4) || field.kind === 'map') continue;
    if (field.repeat) {
      const count = random.oneIn(60) ? random.below(2500 >> (2 * depth)) : random.below(4);
      message[field.localName] = Array.from({ length: count }, value).filter(
        (entry) => entry !== undefined,
      );
    } else {
      const single = value();
      if (single !== undefined) message[field.localName] = single;
    }
  }
  for (const [name, members] of groups) {
    if (random.oneIn(8)) continue;
    const { field, value } = random.pick(members);
    const chosen = value();
    if (chosen !== undefined)
      message[name] = { oneofKind: field.localName, [field.localName]: chosen };
  }
  return message;
}

/** A length-delimited field around bytes. */
export function delimited(fieldNumber, bytes) {
  const header = [];
  for (let rest = (fieldNumber << 3) | 2; ; rest >>>= 7) {
    if (rest < 0x80) {
      header.push(rest);
      break;
    }
    header.push((rest & 0x7f) | 0x80);
  }
  for (let rest = bytes.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      header.push(rest);
      break;
    }
    header.push((rest & 0x7f) | 0x80);
  }
  return Buffer.concat([Buffer.from(header), bytes]);
}

/** A message nested in itself thousands of times: `literal` inputs hold JSON values of any depth. */
export function nestedMessage(random) {
  const depth = random.pick([50, 500, 4000]);
  let bytes = Buffer.from([0x08, 0x00]);
  // Sizes grow with every level, so the innermost ones are built first and then wrapped.
  for (let i = 0; i < depth; i++) bytes = delimited(random.pick([1, 6]), bytes);
  const input = delimited(1000, bytes);
  const transaction = delimited(4, delimited(2, delimited(1, input)));
  return delimited(1, transaction);
}
