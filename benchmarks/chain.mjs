// npm run bench -- chain [--members 12] [--shards 100] [--rounds 20]
// How long the emulator takes to execute the transactions of a store: registering and certifying a blob.
// Every figure is the whole execution inside the ledger: admission, Move VM, effects, checkpoint, and flush to disk.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { certifyBlob, createChainClient, registerBlob, reserveSpace } from '@walrus-ts/chain';
import { loadCompiledPackage } from '@walrus-ts/contracts';
import {
  encodeStorageConfirmation,
  encodedLength,
  fromBase64,
  loadBls,
  normalizeAddress,
  signersToBitmap,
} from '@walrus-ts/core';
import { createEmulator } from '@walrus-ts/emulator';
import { deployContracts, loadNodeKeys, startFirstEpoch } from '@walrus-ts/localnet';
import { createCodec } from '@walrus-ts/redstuff';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '12' },
    shards: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '20' },
  },
});
const members = Number(values.members);
const nShards = Number(values.shards);
const rounds = Number(values.rounds);

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const round = (ms) => Math.round(ms * 100) / 100;

async function framework(name) {
  const { modules } = await loadCompiledPackage(name);
  return { name, modules: modules.map((m) => ({ name: m.name, bytes: fromBase64(m.bytes) })) };
}

const dir = await mkdtemp(join(tmpdir(), 'walrus-bench-'));
const deployer = new Ed25519Keypair();
const user = new Ed25519Keypair();
const emulator = await createEmulator({
  dataDir: join(dir, 'chain'),
  frameworkPackages: [await framework('std'), await framework('sui')],
  faucetSecretKey: deployer.getSecretKey(),
});
try {
  const parameters = {
    rpcUrl: emulator.rpcUrl,
    deployer,
    nShards,
    epochDurationMs: 86_400_000,
    maxEpochsAhead: 53,
  };
  const deployment = await deployContracts(parameters);
  const nodes = [];
  for (let i = 0; i < members; i++) {
    const keys = await loadNodeKeys(join(dir, `node-${i}`));
    nodes.push({ name: `node-${i}`, networkAddress: `127.0.0.1:${1000 + i}`, keys });
  }
  const nodeIds = await startFirstEpoch(parameters, deployment, nodes, user.toSuiAddress());
  const chain = createChainClient({ rpcUrl: emulator.rpcUrl, ...deployment });
  const [refs, system, committee] = await Promise.all([
    chain.refs(),
    chain.system(),
    chain.committee(),
  ]);
  const bls = await loadBls();
  const codec = await createCodec({ nShards });

  const execute = async (build) => {
    const tx = new Transaction();
    tx.setSender(user.toSuiAddress());
    build(tx);
    const bytes = await tx.build({ client: chain.sui });
    const { signature } = await user.signTransaction(bytes);
    const cpuStart = process.cpuUsage();
    const start = performance.now();
    const record = await emulator.ledger.execute(bytes, [fromBase64(signature)]);
    const wallMs = performance.now() - start;
    const cpu = process.cpuUsage(cpuStart);
    const { status } = record.effects;
    if (status.kind === 'failure' || status.success === false) {
      throw new Error(`the transaction failed: ${JSON.stringify(status)}`);
    }
    return { wallMs, cpuMs: (cpu.user + cpu.system) / 1000 };
  };

  const registerTimes = [];
  const certifyTimes = [];
  for (let i = 0; i < rounds; i++) {
    const blob = new TextEncoder().encode(`blob ${i}`);
    const { blobId, rootHash } = await codec.computeMetadata(blob);
    const encodedSize = encodedLength(nShards, blob.length);
    registerTimes.push(
      await execute((tx) => {
        const storage = reserveSpace(tx, refs, {
          encodedSize,
          epochs: 5,
          storagePrice: system.storagePrice,
        });
        const object = registerBlob(
          tx,
          refs,
          storage,
          { blobId, rootHash, size: blob.length, encodedSize, isDeletable: false },
          system.writePrice,
        );
        tx.transferObjects([object], user.toSuiAddress());
      }),
    );
    const owned = await chain.ownedBlobs(normalizeAddress(user.toSuiAddress()));
    const object = owned.find((candidate) => candidate.blobId === blobId);
    const message = encodeStorageConfirmation({
      epoch: committee.epoch,
      blobId,
      persistence: { kind: 'permanent' },
    });
    const signers = committee.members.map((_, index) => index);
    // One member does not sign, so that its key is subtracted, as in practice.
    if (signers.length > 3) signers.pop();
    const signatures = signers.map((index) => {
      const node = nodes[nodeIds.indexOf(committee.members[index].nodeId)];
      return bls.sign(node.keys.protocolSecret, message);
    });
    const certificate = {
      message,
      signature: bls.aggregateSignatures(signatures),
      signersBitmap: signersToBitmap(signers, committee.members.length),
    };
    certifyTimes.push(await execute((tx) => certifyBlob(tx, refs, object.id, certificate)));
  }
  const row = (op, times) => ({
    op,
    members,
    nShards,
    rounds,
    medianMs: round(median(times.map(({ wallMs }) => wallMs))),
    maxMs: round(Math.max(...times.map(({ wallMs }) => wallMs))),
    medianCpuMs: round(median(times.map(({ cpuMs }) => cpuMs))),
  });
  const rows = [row('register', registerTimes), row('certify', certifyTimes)];
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    // Not a checkout; the figures stand without it.
  }
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    commit,
  };
  console.log(
    JSON.stringify(
      { benchmark: 'chain', machine, peakRssBytes: process.resourceUsage().maxRSS * 1024, rows },
      null,
      2,
    ),
  );
} finally {
  await emulator.stop();
  await rm(dir, { recursive: true, force: true });
}
