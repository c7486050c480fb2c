// Usage: npm start [-- [--once] [FILE]]
// Brings a local network up, stores FILE on it (default: the running Node executable), kills seven of the twelve
// storage nodes, reads the file back from the rest and compares it, then starts the killed nodes again and stays up.
// With --once everything is stopped at the end. Exit code 0 only if the bytes are equal.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ROOT, ensureBuilt, ensureInstalled } from './steps.mjs';

const NODES = 12;
const SHARDS = 100;
const KILLED = 7;
const EPOCHS = 5;
const CLI = join(ROOT, 'packages/cli/bin/walrus.js');

const args = process.argv.slice(2);
const isOnce = args.includes('--once');
const isHelp = args.includes('--help') || args.includes('-h');
const unknown = args.find(
  (arg) => arg.startsWith('-') && !['--once', '--help', '-h'].includes(arg),
);
const files = args.filter((arg) => !arg.startsWith('-'));
if (isHelp || unknown !== undefined || files.length > 1) {
  if (unknown !== undefined) console.error(`unknown option ${unknown}`);
  if (files.length > 1) console.error('one file at most');
  console.error('Usage: npm start [-- [--once] [FILE]]');
  process.exit(isHelp ? 0 : 2);
}
// npm runs scripts in the package's folder; a path of the user is relative to where they are.
const file = files[0] ? resolve(process.env['INIT_CWD'] ?? '.', files[0]) : process.execPath;
if (!existsSync(file) || !statSync(file).isFile()) {
  console.error(`error: ${file} is not a file`);
  process.exit(1);
}

const timings = [];
async function phase(name, work) {
  const start = performance.now();
  console.log(`\n▸ ${name}`);
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  timings.push([name, seconds]);
  console.log(`  ${seconds.toFixed(1)} s`);
  return result;
}

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

await phase('Install and build what is missing', async () => {
  ensureInstalled();
  ensureBuilt();
});

const { defaultNetworkDir, startLocalNetwork } = await import('@walrus-ts/localnet');
const { createOutput, formatBytes, showNetworkEvents } = await import('@walrus-ts/cli');

const temporary = await mkdtemp(join(tmpdir(), 'walrus-start-'));
const dir = isOnce ? join(temporary, 'network') : defaultNetworkDir();
const interrupt = new AbortController();
let interrupts = 0;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (++interrupts > 1) process.exit(130);
    interrupt.abort(new Error('interrupted'));
  });
}

/** Runs a command of the CLI against this network and returns what it printed. */
function walrus(...command) {
  console.log(`  $ walrus ${command.join(' ')}`);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [CLI, ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, WALRUS_NETWORK_DIR: dir },
      signal: interrupt.signal,
      killSignal: 'SIGINT',
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) done(text);
      else fail(new Error(`walrus ${command[0]} ended with exit code ${code}`));
    });
  });
}

let network;
let exitCode = 1;
try {
  network = await phase(
    `Bring up a local network: chain, contracts, ${NODES} storage nodes`,
    () => {
      const output = createOutput(false);
      const progress = output.progress();
      return startLocalNetwork({
        dir,
        ...(isOnce ? { nNodes: NODES, nShards: SHARDS, ports: 'any' } : {}),
        onEvent: showNetworkEvents(output, progress),
        signal: interrupt.signal,
      }).finally(() => progress.stop());
    },
  );

  const size = statSync(file).size;
  const digest = await sha256(file);
  const blobId = await phase(`Store ${basename(file)} (${formatBytes(size)})`, async () => {
    const [stored] = JSON.parse(
      await walrus('store', file, '--epochs', String(EPOCHS), '--force', '--json'),
    );
    const { blobObject, cost } = stored.blobStoreResult.newlyCreated;
    console.log(`  blob ID ${blobObject.blobId}, paid ${cost} FROST`);
    return blobObject.blobId;
  });

  const names = network.info.nodes.map(({ name }) => name).sort(() => Math.random() - 0.5);
  // The same share of the nodes in a network of another size.
  const victims = names.slice(0, Math.floor((names.length * KILLED) / NODES));
  await phase(`Kill ${victims.length} of ${names.length} storage nodes (kill -9)`, async () => {
    console.log(`  ${victims.join(', ')}`);
    await network.kill(...victims);
  });

  const copy = join(temporary, 'copy');
  const copyDigest = await phase('Read the blob back from the others', async () => {
    await walrus('read', blobId, '--out', copy);
    return sha256(copy);
  });
  const isEqual = digest === copyDigest;
  console.log(`  SHA-256 stored ${digest}`);
  console.log(`  SHA-256 read   ${copyDigest}  ${isEqual ? 'equal' : 'DIFFERENT'}`);

  await phase('Start the killed nodes again', () => network.start(...victims));
  exitCode = isEqual ? 0 : 1;

  console.log('\nWhat happened');
  for (const [name, seconds] of timings)
    console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${name}`);
  if (!isOnce) {
    console.log(`
The network is up: ${network.info.rpcUrl} (chain), ${network.info.faucetUrl} (faucet), ${dir}
Try in another terminal:
  npx walrus read ${blobId} --out copy
  npx walrus store README.md --epochs 5
  npx walrus health --committee
  npx walrus list-blobs
Ctrl-C stops the network; npm start or npx walrus up starts it again with everything it stored.`);
    const alive = setInterval(() => undefined, 1 << 30);
    await new Promise((done) => {
      if (interrupt.signal.aborted) done();
      interrupt.signal.addEventListener('abort', done);
    });
    clearInterval(alive);
  }
} catch (error) {
  if (interrupt.signal.aborted) {
    exitCode = 130;
  } else {
    console.error(`error: ${error.message}`);
    if (error.hint) console.error(`hint: ${error.hint}`);
  }
} finally {
  await network?.stop();
  await rm(temporary, { recursive: true, force: true });
}
process.exit(exitCode);
