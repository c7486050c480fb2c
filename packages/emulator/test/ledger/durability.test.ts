import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger, type CheckpointRecord, type Ledger } from '../../src/ledger/index.js';
import { need, readFixture, refOf, STRANGER, SUI, USER, World, worldInit } from './world.js';

/** Every checkpoint follows from the one before, and holds transactions that are there. */
function checkChain(ledger: Ledger): void {
  const newest = ledger.status().checkpoint;
  let previous: CheckpointRecord | undefined;
  let total = 0n;
  for (let n = 0n; n <= newest; n++) {
    const checkpoint = ledger.checkpoint(n);
    expect(checkpoint?.summary.sequenceNumber).toBe(n);
    expect(checkpoint?.summary.previousDigest).toBe(previous?.digest);
    expect(ledger.checkpoint(checkpoint?.digest ?? '')).toEqual(checkpoint);
    const records = ledger.checkpointTransactions(n) ?? [];
    records.forEach((record, i) => {
      expect(record.checkpoint).toBe(n);
      expect(record.effectsDigest).toBe(checkpoint?.contents[i]?.effects);
    });
    total += BigInt(records.length);
    expect(checkpoint?.summary.totalTransactions).toBe(total);
    if (previous !== undefined) {
      expect(checkpoint?.summary.timestampMs).toBeGreaterThanOrEqual(previous.summary.timestampMs);
    }
    previous = checkpoint;
  }
  expect(ledger.checkpoint(newest + 1n)).toBeUndefined();
}

describe('checkpoints', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it('start with genesis, whose digest is the chain id', () => {
    const genesis = world.ledger.checkpoint(0n);
    expect(genesis?.digest).toBe(world.ledger.chainId);
    expect(genesis?.contents).toHaveLength(1);
    const [record] = world.ledger.checkpointTransactions(0n) ?? [];
    expect(record?.transaction.kind.kind).toBe('genesis');
    expect(record?.effects.changedObjects.every((c) => c.idOperation === 'created')).toBe(true);
  });

  it('hold concurrent transactions together and are announced in order after they are readable', async () => {
    const seen: bigint[] = [];
    const stop = world.ledger.subscribeCheckpoints((checkpoint) => {
      expect(world.ledger.checkpoint()).toEqual(checkpoint);
      expect(world.ledger.checkpointTransactions(checkpoint.summary.sequenceNumber)).toHaveLength(
        checkpoint.contents.length,
      );
      seen.push(checkpoint.summary.sequenceNumber);
    });
    const coins = 40;
    const split = await world.must(USER, (tx) => {
      tx.transferObjects(
        [
          ...tx.splitCoins(
            tx.gas,
            Array.from({ length: coins }, () => SUI / 10n),
          ),
        ],
        USER.toSuiAddress(),
      );
    });
    const made = split.effects.changedObjects
      .filter((c) => c.idOperation === 'created')
      .map((c) => world.object(c.objectId));
    const built = await Promise.all(
      made.map((coin) =>
        world.build(
          USER,
          (tx) =>
            tx.transferObjects([need(tx.splitCoins(tx.gas, [1])[0])], STRANGER.toSuiAddress()),
          {
            gas: [coin],
            budget: 10_000_000n,
          },
        ),
      ),
    );
    const records = await Promise.all(
      built.map(({ bytes, signature }) => world.ledger.execute(bytes, [signature])),
    );
    expect(records.every((record) => record.effects.status.success)).toBe(true);
    expect(new Set(records.map((record) => record.checkpoint)).size).toBeLessThan(coins / 2);
    const heartbeat = await world.ledger.advanceCheckpoint();
    expect(heartbeat.contents).toEqual([]);
    stop();
    await world.ledger.advanceCheckpoint();
    expect(seen).toEqual(seen.map((_, i) => (seen[0] ?? 0n) + BigInt(i)));
    expect(seen.at(-1)).toBe(heartbeat.summary.sequenceNumber);
    checkChain(world.ledger);
  });

  it('and everything else are the same after a restart', async () => {
    const { record } = await world.publish(USER, await readFixture('sample'));
    const ids = record.effects.changedObjects.map((c) => c.objectId);
    const before = {
      status: world.ledger.status(),
      chainId: world.ledger.chainId,
      objects: ids.map((id) => world.ledger.getObject(id)),
      record: world.ledger.transaction(record.digest),
      owned: world.ledger.ownedObjects(USER.toSuiAddress(), { limit: 1000 }),
      balances: world.ledger.balances(USER.toSuiAddress(), { limit: 10 }),
    };
    await world.restart();
    expect({
      status: world.ledger.status(),
      chainId: world.ledger.chainId,
      objects: ids.map((id) => world.ledger.getObject(id)),
      record: world.ledger.transaction(record.digest),
      owned: world.ledger.ownedObjects(USER.toSuiAddress(), { limit: 1000 }),
      balances: world.ledger.balances(USER.toSuiAddress(), { limit: 10 }),
    }).toEqual(before);
    checkChain(world.ledger);
    await world.must(USER, () => {});
  });

  it('end with the ledger', async () => {
    const own = await World.open();
    const { bytes, signature } = await own.build(USER, () => {});
    const running = own.ledger.execute(bytes, [signature]);
    await Promise.all([own.ledger.close(), own.ledger.close()]);
    expect((await running).effects.status.success).toBe(true);
    await expect(own.ledger.execute(bytes, [signature])).rejects.toMatchObject({
      code: 'LEDGER_CLOSED',
      status: 'UNAVAILABLE',
    });
    await rm(own.dataDir, { recursive: true, force: true });
  });
});

describe('a ledger killed at any moment', () => {
  it('has every transaction it acknowledged', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'walrus-ledger-'));
    const writer = fileURLToPath(new URL('./durability-writer.mjs', import.meta.url));
    const acknowledged = new Map<string, string>();
    try {
      const { packages, allocations } = await worldInit(dataDir);
      const genesis = JSON.stringify({
        dataDir,
        packages: packages.map((p) => ({
          ...p,
          modules: p.modules.map((m) => ({
            name: m.name,
            bytes: Buffer.from(m.bytes).toString('base64'),
          })),
        })),
        allocations: allocations.map((a) => ({ ...a, coins: a.coins.map(String) })),
      });
      for (let round = 0; round < 4; round++) {
        const child = spawn(process.execPath, [writer], { stdio: ['pipe', 'pipe', 'inherit'] });
        child.stdin.end(genesis);
        const wanted = acknowledged.size + 20 + 17 * round;
        const exited = once(child, 'exit');
        for await (const line of createInterface({ input: child.stdout })) {
          const [digest = '', effects = ''] = line.split(' ');
          acknowledged.set(digest, effects);
          if (acknowledged.size >= wanted) child.kill('SIGKILL');
        }
        const [, signal] = (await exited) as [number | null, string | null];
        expect(signal).toBe('SIGKILL');
        const ledger = await openLedger({ ...(await worldInit(dataDir)) });
        try {
          for (const [digest, effects] of acknowledged) {
            expect(ledger.transaction(digest)?.effectsDigest, digest).toBe(effects);
          }
          checkChain(ledger);
          for (const coin of ledger.ownedObjects(USER.toSuiAddress(), { limit: 1000 }).items) {
            expect(ledger.getObject(coin.objectId)).toMatchObject(
              refOf(coin).digest === '' ? {} : { digest: coin.digest },
            );
          }
        } finally {
          await ledger.close();
        }
      }
      expect(acknowledged.size).toBeGreaterThanOrEqual(80);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 60_000);
});
