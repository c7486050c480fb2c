/**
 * Attacks the RPC port of a real emulator process with malformed input.
 *
 * Usage: npm run fuzz:rpc -- [--cases N] [--seed N] [--from I] [--lanes N] [--verbose]
 *
 * Every case is made from the seed and its number alone, so `--seed S --from I --cases 1` sends case I
 * again. A case fails when the answer is no well-formed gRPC-web, says INTERNAL, UNKNOWN or DATA_LOSS, does
 * not come within two minutes, or an execution reports an invariant violation. The run fails on the first 20 such cases, when
 * the process dies, writes to standard error, stops doing ordinary work, or its memory keeps growing.
 */
import { parseArgs } from 'node:util';
import { GrpcTypes } from '@mysten/sui/grpc';
import { METHODS, delimited, nestedMessage, randomMessage } from './messages.mjs';
import { mutate } from './mutate.mjs';
import { Random } from './random.mjs';
import {
  executeRequest,
  signTransaction,
  simulateRequest,
  transferBytes,
} from './transactions.mjs';
import { closeConnections, frame, parseAnswer, post, rawConnection } from './wire.mjs';
import { HEAP_MIB, createWorld, describeFunctions, startEmulator } from './world.mjs';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    lanes: { type: 'string', default: '8' },
    verbose: { type: 'boolean', default: false },
  },
});
const CASES = Number(options.cases);
const SEED = Number(options.seed);
const FIRST = Number(options.from);
const LANES = Number(options.lanes);
const CHECK_EVERY = 500;
const MAX_FAILURES = 20;
/** Of the server: it may hang up on those who send more. */
const MAX_BODY_BYTES = 2 << 20;
const MAX_FRESH_FUNCTIONS = 400;
/** How much private memory may grow after the warm-up, the first fifth of the run, MiB. */
const MAX_GROWTH_MIB = 96;

const EXECUTE = METHODS.find(({ name }) => name === 'ExecuteTransaction');
const SIMULATE = METHODS.find(({ name }) => name === 'SimulateTransaction');
const ERROR_KINDS = GrpcTypes.ExecutionError_ExecutionErrorKind;
const OBJECT_STATES = GrpcTypes.ChangedObject_OutputObjectState;
const BROKEN_KINDS = new Set([ERROR_KINDS.INVARIANT_VIOLATION, ERROR_KINDS.VM_INVARIANT_VIOLATION]);
/** INTERNAL, UNKNOWN, DATA_LOSS: the server is at fault, not the caller. */
const SERVER_FAULTS = new Set([2, 13, 15]);
const HTTP_REFUSALS = new Set([400, 404, 405, 408, 411, 413, 414, 415, 431]);

const binary = (method) => ({
  'content-type': 'application/grpc-web+proto',
  ...(method?.isEndless ? { 'grpc-timeout': '30m' } : {}),
});
const text = (method) => ({ ...binary(method), 'content-type': 'application/grpc-web-text' });

/** What a transaction names to use an object as it now is. */
const reference = ({ objectId, outputVersion, outputDigest }) => ({
  objectId,
  version: String(outputVersion),
  digest: outputDigest,
});

/** A well-formed call with any message. */
function callCase(random, method, message) {
  const framed = frame(message);
  return random.oneIn(4)
    ? {
        method,
        path: method.path,
        headers: text(method),
        body: Buffer.from(framed.toString('base64')),
      }
    : { method, path: method.path, headers: binary(method), body: framed };
}

function messageCase(random, world) {
  const method = random.pick(METHODS);
  return callCase(
    random,
    method,
    method.input.toBinary(randomMessage(random, world, method.input, method.output)),
  );
}

function damagedMessageCase(random, world) {
  const { method, ...rest } = messageCase(random, world);
  const message = method.input.toBinary(randomMessage(random, world, method.input, method.output));
  return { ...rest, ...callCase(random, method, mutate(random, Buffer.from(message))) };
}

function noiseCase(random) {
  const method = random.pick(METHODS);
  const size = random.length(random.oneIn(20) ? 300_000 : 3000);
  return callCase(random, method, random.bytes(size));
}

/** Broken frames, encodings and headers. */
function frameCase(random, world) {
  const { method, body, headers, path } = messageCase(random, world);
  const wrongHeaders = {
    'content-type': random.pick([
      'application/grpc',
      'application/json',
      'application/grpc-web+json',
      'application/grpc-web; charset=utf-8',
      'application/grpc-web-text',
      '',
      'x'.repeat(2000),
    ]),
  };
  return {
    method,
    ...random.weighted([
      [4, { path, headers, body: mutate(random, body) }],
      [2, { path, headers, body: Buffer.concat([body, body]) }],
      [
        2,
        { path, headers, body: Buffer.concat([frame(random.bytes(9), random.below(256)), body]) },
      ],
      [2, { path, headers, body: random.bytes(random.length(500)) }],
      [2, { path, headers: { ...headers, ...wrongHeaders }, body }],
      [
        1,
        {
          path,
          headers: {
            ...headers,
            'grpc-timeout': random.pick(
              // A stream without end that is given 11,000 years takes them.
              method.isEndless ? ['0n', '1n', '-1S', 'x'] : ['0n', '1n', '-1S', 'x', '99999999H'],
            ),
          },
          body,
        },
      ],
      [1, { path: `/${random.bytes(random.below(60)).toString('hex')}`, headers, body }],
      [1, { path: `${path}${random.pick(['/', '?a=%', '%00', '/../x', '//'])}`, headers, body }],
      [1, { path, headers, body: Buffer.alloc(0) }],
    ]),
  };
}

/** Messages at and above the size limit, also with content that is expensive to read. */
function largeCase(random) {
  const method = random.pick(METHODS);
  const size = random.pick([1 << 20, (2 << 20) - 5, (2 << 20) - 4, 9 << 20]);
  const message = random.weighted([
    [1, () => Buffer.alloc(size)],
    [1, () => Buffer.alloc(size, 0xff)],
    // Millions of empty entries of a repeated field.
    [2, () => Buffer.alloc(size >> 3, Buffer.from([0x0a, 0x00]))],
    [2, () => Buffer.alloc(size >> 3, Buffer.from([0x12, 0x00]))],
    [1, () => delimited(1, Buffer.alloc(size - 16, 0x61))],
  ])();
  return callCase(random, method, message);
}

function rawCase(random) {
  const line = random.pick([
    'POST /x HTTP/1.1\r\n',
    'GET / HTTP/9.9\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00',
    '',
  ]);
  const rest = random.weighted([
    [2, () => 'content-length: 99999999999\r\n\r\nabc'],
    [2, () => 'transfer-encoding: chunked\r\n\r\nffffffff\r\nabc'],
    [1, () => `${'x-a: b\r\n'.repeat(random.below(3000))}\r\n`],
    [1, () => `x: ${'y'.repeat(random.below(100_000))}\r\n\r\n`],
    [2, () => random.bytes(random.length(400)).toString('latin1')],
  ])();
  return { raw: Buffer.from(line + rest, 'latin1'), isPatient: random.oneIn(10) };
}

function transactionCase(random, world, lane) {
  return random.oneIn(2)
    ? { ...callCase(random, EXECUTE, executeRequest(random, world, lane)), lane }
    : callCase(random, SIMULATE, simulateRequest(random, world, lane));
}

const KINDS = [
  [400, ['message', messageCase]],
  [150, ['damaged message', damagedMessageCase]],
  [60, ['noise', noiseCase]],
  [120, ['frame', frameCase]],
  [250, ['transaction', transactionCase]],
  [
    4,
    [
      'nested',
      (random) => callCase(random, random.pick([SIMULATE, EXECUTE]), nestedMessage(random)),
    ],
  ],
  [2, ['large', largeCase]],
  [14, ['raw', rawCase]],
];

const shorten = (bytes) =>
  `${bytes.subarray(0, 400).toString('hex')}${bytes.length > 400 ? '…' : ''}`;

class Run {
  failures = [];
  times = [];
  slowest = [];
  statuses = new Map();
  errorKinds = new Map();
  memory = [];
  asked = [];
  next = FIRST;
  isStopped = false;

  constructor(emulator, world) {
    this.emulator = emulator;
    this.world = world;
  }

  get isOver() {
    return (
      this.isStopped ||
      this.next >= FIRST + CASES ||
      this.failures.length >= MAX_FAILURES ||
      this.emulator.hasExited()
    );
  }

  fail(index, kind, problem, attempt) {
    if (this.isStopped) return;
    const sent =
      attempt === undefined
        ? {}
        : {
            path: attempt.path,
            bytes: shorten(attempt.raw ?? attempt.body),
          };
    this.failures.push({ case: index, kind, problem, ...sent });
    console.error(
      `case ${index} (${kind}): ${problem}\n  ${JSON.stringify(sent)}\n  again: ${replay(index)}`,
    );
  }

  keepSlowest() {
    this.slowest = this.slowest.toSorted((a, b) => b.ms - a.ms).slice(0, 8);
    return this.slowest;
  }

  async one(index, lane) {
    const random = new Random(SEED, index);
    const [kind, make] = random.weighted(KINDS);
    const attempt = make(random, this.world, lane);
    try {
      if (attempt.raw !== undefined) {
        await rawConnection(this.emulator.rpcUrl, attempt.raw, attempt.isPatient);
        return;
      }
      const send = () => post(this.emulator.rpcUrl, attempt.path, attempt.headers, attempt.body);
      let answer = await send();
      // A starved machine loses connections too; what the server cuts it cuts again.
      if (answer.isCut) answer = await send();
      this.times.push(answer.ms);
      this.slowest.push({ case: index, kind, path: attempt.path, ms: Math.round(answer.ms) });
      if (this.slowest.length > 100) this.keepSlowest();
      const problem = this.judge(attempt, answer, kind);
      if (problem !== undefined) this.fail(index, kind, problem, attempt);
      if (options.verbose)
        console.error(index, kind, attempt.path, answer.statusCode, Math.round(answer.ms));
    } catch (error) {
      this.fail(index, kind, error.stack ?? String(error), attempt);
    }
  }

  /** What is wrong with an answer, if anything. */
  judge(attempt, answer, kind) {
    if (answer.isCut) {
      const isAllowed = kind === 'frame' || attempt.body.length > MAX_BODY_BYTES;
      return isAllowed ? undefined : 'connection was cut';
    }
    if (HTTP_REFUSALS.has(answer.statusCode) && kind === 'frame') return undefined;
    if (answer.statusCode !== 200)
      return `HTTP ${answer.statusCode}: ${answer.body.subarray(0, 200)}`;
    const parsed = parseAnswer(answer);
    if (parsed.fault !== undefined) return parsed.fault;
    if (options.verbose && kind === 'transaction')
      console.error('T', parsed.status, parsed.message.slice(0, 60));
    this.statuses.set(parsed.status, (this.statuses.get(parsed.status) ?? 0) + 1);
    if (SERVER_FAULTS.has(parsed.status)) return `status ${parsed.status}: ${parsed.message}`;
    for (const bytes of parsed.messages) {
      const message = attempt.method.output.fromBinary(bytes);
      const broken = this.lookAtExecution(message, attempt.lane);
      if (broken !== undefined) return broken;
    }
    return undefined;
  }

  /** Follows the gas coin of a lane and looks for broken invariants. */
  lookAtExecution({ transaction }, lane) {
    const effects = transaction?.effects;
    if (effects === undefined) return undefined;
    if (lane !== undefined) this.follow(effects, lane);
    const error = effects.status?.error;
    const name = error === undefined ? 'SUCCESS' : ERROR_KINDS[error.kind];
    this.errorKinds.set(name, (this.errorKinds.get(name) ?? 0) + 1);
    return BROKEN_KINDS.has(error?.kind) ? `${name}: ${error.description}` : undefined;
  }

  /** Notes the new versions of the objects that later cases name. */
  follow({ gasObject, changedObjects }, lane) {
    if (gasObject !== undefined) lane.gas = reference(gasObject);
    for (const change of changedObjects) {
      if (change.outputState === OBJECT_STATES.PACKAGE_WRITE) this.learn(change.objectId);
      const at = this.world.owned.findIndex(({ objectId }) => objectId === change.objectId);
      if (at >= 0 && change.outputDigest !== undefined) this.world.owned[at] = reference(change);
    }
  }

  /** Lets later cases call a package that was accepted although it was damaged. */
  learn(packageId) {
    const asked = this.world.client.movePackageService.getPackage({ packageId }).then(
      ({ response }) => {
        const known = this.world.freshFunctions;
        known.unshift(...describeFunctions(response));
        known.length = Math.min(known.length, MAX_FRESH_FUNCTIONS);
      },
      (error) => this.fail(this.next, 'package', `cannot be described: ${error.message}`),
    );
    this.asked.push(asked);
  }

  async lane(lane) {
    while (!this.isOver) {
      const index = this.next++;
      if (index % CHECK_EVERY === CHECK_EVERY - 1) await this.check(index, lane);
      await this.one(index, lane);
    }
  }

  /** Ordinary work still goes on: a transfer is executed and read back. */
  async check(index, lane) {
    try {
      // Once more for connections that a starved machine lost.
      await this.work(lane).catch(() => this.work(lane));
    } catch (error) {
      this.fail(index, 'check', error.stack ?? String(error));
    }
    this.memory.push({ index, mib: this.emulator.memoryMib() });
    if (process.stderr.isTTY || (index + 1) % 5000 === 0) console.error(`${index + 1} cases`);
  }

  async work(lane) {
    const { client } = this.world;
    // A damaged transaction may have moved the coin of another lane.
    const { object } = await client.core.getObject({ objectId: lane.gas.objectId });
    lane.gas = { objectId: object.objectId, version: object.version, digest: object.digest };
    const bytes = transferBytes(lane, this.world.sender);
    const signature = signTransaction(lane, bytes).toString('base64');
    const result = await client.core.executeTransaction({
      transaction: bytes,
      signatures: [signature],
      include: { effects: true },
    });
    const { digest, effects, status } = result.Transaction ?? result.FailedTransaction;
    if (!status.success) throw new Error(`transfer failed: ${JSON.stringify(status)}`);
    lane.gas = reference(effects.gasObject);
    await client.core.getTransaction({ digest });
  }

  /** Growth of the smallest quarter-run samples after the warm-up: what is collected later is no leak. */
  growthMib() {
    const samples = this.memory.flatMap(({ mib }) => (mib === undefined ? [] : [mib]));
    const warm = samples.slice(Math.floor(samples.length / 5));
    if (warm.length < 8) return undefined;
    const quarter = Math.floor(warm.length / 4);
    return Math.min(...warm.slice(-quarter)) - Math.min(...warm.slice(0, quarter));
  }
}

const replay = (index) => `npm run fuzz:rpc -- --seed ${SEED} --from ${index} --cases 1`;
const quantile = (list, q) => list[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0;

const emulator = await startEmulator();
const started = performance.now();
let run;
// Whoever ends this process ends the emulator with it.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    if (run !== undefined) run.isStopped = true;
    void emulator.stop().finally(() => process.exit(1));
  });
}
try {
  run = new Run(emulator, await createWorld(emulator, LANES));
  await Promise.all(run.world.lanes.map((lane) => run.lane(lane)));
  await Promise.all(run.asked);
  if (emulator.hasExited()) run.fail(run.next, 'process', 'the emulator ended');
  else await run.check(run.next - 1, run.world.lanes[0]);
} finally {
  closeConnections();
  await emulator.stop();
}
for (const line of emulator.errors) run.fail(run.next, 'process', `standard error: ${line}`);
const growth = run.growthMib();
if (growth !== undefined && growth > MAX_GROWTH_MIB) {
  run.fail(run.next, 'memory', `grew by ${growth.toFixed(0)} MiB after the warm-up`);
}
const times = run.times.toSorted((a, b) => a - b);
const names = Object.entries(
  { OK: 0, CANCELLED: 1, UNKNOWN: 2, INVALID_ARGUMENT: 3, DEADLINE_EXCEEDED: 4, NOT_FOUND: 5, RESOURCE_EXHAUSTED: 8, FAILED_PRECONDITION: 9, UNIMPLEMENTED: 12, INTERNAL: 13, UNAVAILABLE: 14 }, // prettier-ignore
);
const statusName = (number) => names.find(([, value]) => value === number)?.[0] ?? String(number);
console.log(
  JSON.stringify(
    {
      cases: run.next - FIRST,
      seed: SEED,
      seconds: Math.round((performance.now() - started) / 1000),
      failures: run.failures.length,
      statuses: Object.fromEntries(
        [...run.statuses].map(([status, count]) => [statusName(status), count]),
      ),
      executions: Object.fromEntries([...run.errorKinds].toSorted((a, b) => b[1] - a[1])),
      answerMs: {
        median: Math.round(quantile(times, 0.5) * 10) / 10,
        p99: Math.round(quantile(times, 0.99)),
        max: Math.round(times.at(-1) ?? 0),
      },
      slowest: run.keepSlowest(),
      memoryMib: {
        heapLimit: HEAP_MIB,
        afterWarmUp: Math.round(run.memory[Math.floor(run.memory.length / 5)]?.mib ?? 0),
        atEnd: Math.round(run.memory.at(-1)?.mib ?? 0),
        growth: growth === undefined ? null : Math.round(growth),
      },
    },
    null,
    2,
  ),
);
process.exitCode = run.failures.length === 0 ? 0 : 1;
