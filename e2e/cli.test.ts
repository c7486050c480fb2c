import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { decodeSuiPrivateKey } from '@mysten/sui/cryptography';
import { toBase64 } from '@walrus-ts/core';
import {
  runCli,
  runCliJson,
  startCli,
  startTestNetwork,
  testBytes,
  type CliOptions,
  type CliProcess,
  type CliResult,
  type TestNetwork,
} from '@walrus-ts/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectUserError, type ExpectedError } from './support/cli-errors.js';

const BLOB_ID = /^[\w-]{43}$/;
const ADDRESS = /^0x[0-9a-f]{64}$/;
/** Well formed, but nobody stored it. */
const UNKNOWN_ID = `${'A'.repeat(42)}E`;
/** What ten shards can hold: 4 × 7 symbols of 65534 bytes. */
const MAX_BLOB = 4 * 7 * 65_534;
const FIRST_EPOCH = 1;

interface BlobJson {
  readonly id: string;
  readonly blobId: string;
  readonly size: number;
  readonly storage: { readonly endEpoch: number };
}
interface StoreJson {
  readonly path: string;
  readonly blobStoreResult: {
    readonly newlyCreated?: { readonly blobObject: BlobJson; readonly cost: number };
    readonly alreadyCertified?: { readonly object: string };
  };
}

let network: TestNetwork;
let files: string;
let options: CliOptions;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'walrus-cli-'));
  network = await startTestNetwork({ nNodes: 4, nShards: 10 });
  options = { networkDir: network.dir, cwd: files };
}, 120_000);

afterAll(async () => {
  await network?.close();
  await rm(files, { recursive: true, force: true });
}, 60_000);

const text = (result: CliResult): string => new TextDecoder().decode(result.stdout);

async function makeFile(name: string, size: number): Promise<string> {
  const path = join(files, name);
  await writeFile(path, testBytes(name, size));
  return path;
}

async function store(name: string, size: number, ...flags: string[]): Promise<BlobJson> {
  const path = await makeFile(name, size);
  const [result] = await runCliJson<StoreJson[]>(
    ['store', path, '--epochs', '2', ...flags],
    options,
  );
  const blob = result?.blobStoreResult.newlyCreated?.blobObject;
  if (blob === undefined) throw new Error(`nothing was created: ${JSON.stringify(result)}`);
  return blob;
}

describe('with --json', () => {
  it('store tells what was created, and that it is there already the second time', async () => {
    const path = await makeFile('first', 1000);
    const results = await runCliJson<StoreJson[]>(['store', path, '--epochs', '2'], options);
    expect(results).toEqual([
      {
        path,
        blobStoreResult: {
          newlyCreated: {
            blobObject: {
              id: expect.stringMatching(ADDRESS),
              registeredEpoch: FIRST_EPOCH,
              blobId: expect.stringMatching(BLOB_ID),
              size: 1000,
              encodingType: 'RS2',
              certifiedEpoch: FIRST_EPOCH,
              storage: {
                id: expect.stringMatching(ADDRESS),
                startEpoch: FIRST_EPOCH,
                endEpoch: FIRST_EPOCH + 2,
                storageSize: expect.any(Number),
              },
              deletable: true,
            },
            resourceOperation: {
              registerFromScratch: { encodedLength: expect.any(Number), epochsAhead: 2 },
            },
            cost: expect.any(Number),
          },
        },
      },
    ]);
    const created = results[0]?.blobStoreResult.newlyCreated;
    expect(await runCliJson(['store', path, '--epochs', '2'], options)).toEqual([
      {
        path,
        blobStoreResult: {
          alreadyCertified: {
            blobId: created?.blobObject.blobId,
            object: created?.blobObject.id,
            endEpoch: FIRST_EPOCH + 2,
          },
        },
      },
    ]);
  }, 60_000);

  it('store takes several files, permanent ones, and prices without storing', async () => {
    const paths = await Promise.all([makeFile('one', 10), makeFile('two', 20)]);
    const dry = await runCliJson(['store', ...paths, '--epochs', 'max', '--dry-run'], options);
    expect(dry).toEqual(
      paths.map((path, i) => ({
        path,
        blobId: expect.stringMatching(BLOB_ID),
        unencodedSize: 10 * (i + 1),
        encodedSize: expect.any(Number),
        storageCost: expect.any(Number),
        encodingType: 'RS2',
      })),
    );
    const stored = await runCliJson<StoreJson[]>(
      ['store', ...paths, '--epochs', 'max', '--permanent'],
      options,
    );
    expect(stored.map(({ path }) => path)).toEqual(paths);
    for (const { blobStoreResult } of stored) {
      expect(blobStoreResult.newlyCreated).toMatchObject({
        blobObject: { deletable: false, storage: { endEpoch: FIRST_EPOCH + 53 } },
      });
    }
  }, 60_000);

  it('read gives the bytes to standard output, to a file, and as JSON', async () => {
    const bytes = testBytes('to read', 70_000);
    const { blobId } = await store('to read', bytes.length);
    const plain = await runCli(['read', blobId], options);
    expect(plain.code, plain.stderr).toBe(0);
    expect(plain.stdout).toEqual(bytes);

    const out = join(files, 'read back');
    expect(await runCliJson(['read', blobId, '--out', out], options)).toEqual({ out, blobId });
    expect(Uint8Array.from(await readFile(out))).toEqual(bytes);

    expect(await runCliJson(['read', blobId, '--strict-consistency-check'], options)).toEqual({
      blobId,
      blob: toBase64(bytes),
    });
  }, 60_000);

  it('blob-id and convert-blob-id agree with store, with and without a network', async () => {
    const { blobId } = await store('identified', 333);
    const file = join(files, 'identified');
    const expected = { blobId, file, unencodedLength: 333, encodingType: 'RS2' };
    expect(await runCliJson(['blob-id', file], options)).toEqual(expected);
    expect(
      await runCliJson(['blob-id', file, '--n-shards', '10'], { networkDir: files, cwd: files }),
    ).toEqual(expected);
    const decimal = BigInt(
      `0x${Buffer.from(blobId, 'base64url').reverse().toString('hex')}`,
    ).toString();
    expect(await runCliJson(['convert-blob-id', decimal], options)).toBe(blobId);
  }, 60_000);

  it('blob-status knows permanent, deletable and unknown blobs', async () => {
    const permanent = await store('permanent', 50, '--permanent');
    expect(await runCliJson(['blob-status', '--blob-id', permanent.blobId], options)).toEqual({
      blobId: permanent.blobId,
      status: {
        permanent: {
          endEpoch: FIRST_EPOCH + 2,
          isCertified: true,
          statusEvent: { txDigest: expect.stringMatching(/^\w{43,44}$/), eventSeq: '0' },
          deletableCounts: { count_deletable_total: 0, count_deletable_certified: 0 },
          initialCertifiedEpoch: FIRST_EPOCH,
        },
      },
      estimatedExpiryTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const deletable = await store('deletable', 51);
    const file = join(files, 'deletable');
    expect(await runCliJson(['blob-status', '--file', file], options)).toEqual({
      blobId: deletable.blobId,
      file,
      status: {
        deletable: {
          initialCertifiedEpoch: FIRST_EPOCH,
          deletableCounts: { count_deletable_total: 1, count_deletable_certified: 1 },
        },
      },
    });
    expect(await runCliJson(['blob-status', '--blob-id', UNKNOWN_ID], options)).toEqual({
      blobId: UNKNOWN_ID,
      status: 'nonexistent',
    });
  }, 60_000);

  it('info shows epochs, storage, sizes, prices, fault tolerance and committee', async () => {
    const all = await runCliJson<Record<string, Record<string, unknown>>>(['info', 'all'], options);
    expect(all).toMatchObject({
      epochInfo: {
        currentEpoch: FIRST_EPOCH,
        startOfCurrentEpoch: { DateTime: expect.any(String) },
        epochDuration: { secs: 86_400, nanos: 0 },
        maxEpochsAhead: 53,
      },
      storageInfo: { nShards: 10, nNodes: 4 },
      sizeInfo: { storageUnitSize: 1024 * 1024, maxBlobSize: MAX_BLOB },
      priceInfo: {
        storagePricePerUnitSize: expect.any(Number),
        writePricePerUnitSize: expect.any(Number),
        encodingDependentPriceInfo: [{ encodingType: 'RS2', exampleBlobs: expect.any(Array) }],
      },
      bftInfo: { maxFaultyShards: 3, minCorrectShards: 7, quorumThreshold: 7 },
      committeeInfo: { nShards: 10, nPrimarySourceSymbols: 4, nSecondarySourceSymbols: 7 },
    });
    const nodes = all['committeeInfo']?.['currentStorageNodes'];
    expect(nodes).toEqual(
      network.local.info.nodes.map(({ name, id, url, shards }) => ({
        name,
        networkAddress: url.replace('http://', ''),
        publicKey: expect.any(String),
        networkPublicKey: expect.any(String),
        nShards: shards.length,
        shardIds: expect.arrayContaining(shards),
        nodeId: id,
        stake: expect.any(Number),
        votingParams: expect.any(Object),
      })),
    );
    expect(await runCliJson(['info', 'bft'], options)).toEqual(all['bftInfo']);
  }, 60_000);

  it('health reports every node of the committee', async () => {
    const { healthInfo, latestSeq } = await runCliJson<{
      healthInfo: unknown[];
      latestSeq: number;
    }>(['health', '--committee', '--detail'], options);
    expect(latestSeq).toBeGreaterThan(0);
    expect(healthInfo).toEqual(
      network.local.info.nodes.map(({ name, id, url, shards }) => ({
        nodeId: id,
        nodeUrl: url,
        nodeName: name,
        networkPublicKey: expect.any(String),
        healthInfo: {
          Ok: expect.objectContaining({
            epoch: FIRST_EPOCH,
            nodeStatus: 'Active',
            shardSummary: {
              owned: shards.length,
              ownedShardStatus: { unknown: 0, ready: shards.length, inTransfer: 0, inRecovery: 0 },
              readOnly: 0,
            },
          }),
        },
      })),
    );
  }, 60_000);

  it('list-blobs, extend and delete manage the blobs of the wallet', async () => {
    const blob = await store('managed', 99);
    const list = (): Promise<BlobJson[]> => runCliJson<BlobJson[]>(['list-blobs'], options);
    expect((await list()).find(({ id }) => id === blob.id)).toEqual(blob);

    expect(
      await runCliJson(['extend', '--blob-obj-id', blob.id, '--epochs-extended', '3'], options),
    ).toEqual({ epochsExtended: 3 });
    const extended = (await list()).find(({ id }) => id === blob.id);
    expect(extended).toMatchObject({ storage: { endEpoch: FIRST_EPOCH + 5 } });

    expect(await runCliJson(['delete', '--blob-ids', blob.blobId, '--yes'], options)).toEqual([
      {
        blobIdentity: { blobId: blob.blobId, file: null, objectId: null },
        deletedBlobs: [extended],
        noBlobFound: false,
        aborted: false,
        postDeletionStatus: 'nonexistent',
      },
    ]);
    expect((await list()).some(({ id }) => id === blob.id)).toBe(false);
    expectUserError(await runCli(['read', blob.blobId], options), {
      message: /does not exist/,
      hint: /deleted/,
    });
  }, 60_000);
});

describe('a mistake gets one line, a hint and its exit code', () => {
  const fails = async (args: string[], expected: ExpectedError, extra = {}): Promise<void> =>
    expectUserError(await runCli(args, { ...options, ...extra }), expected);

  it('an unknown blob ID', async () => {
    await fails(['read', UNKNOWN_ID], { message: /does not exist/, hint: /check the ID/ });
  });

  it.each([
    ['too short', 'abc'],
    ['a wrong character', `${'A'.repeat(42)}!`],
    ['too long', 'A'.repeat(44)],
    ['set bits behind its end', `${'A'.repeat(42)}B`],
    ['a decimal number', '12345678901234567890'],
    ['a huge text', 'A'.repeat(100_000)],
  ])('a malformed blob ID: %s', async (_name, id) => {
    const result = await runCli(['read', id], options);
    expectUserError(result, { message: /blob ID/, hint: /43|is the blob ID/ });
    expect(result.stderr.length).toBeLessThan(1000);
  });

  it('a file over the size limit, however large', async () => {
    const path = join(files, 'large');
    await writeFile(path, '');
    for (const size of [MAX_BLOB + 1, 50 * 2 ** 30]) {
      await truncate(path, size);
      await fails(['store', path, '--epochs', '1'], {
        message: new RegExp(`${size} bytes, the limit is ${MAX_BLOB}`),
        hint: /split/,
      });
    }
    await rm(path);
  }, 30_000);

  it('no such file, or a directory', async () => {
    await fails(['store', join(files, 'nothing'), '--epochs', '1'], {
      message: /cannot read .*nothing: no such file/,
      hint: /check the path/,
    });
    await fails(['store', files, '--epochs', '1'], { message: /directory/, hint: /archive/ });
    const result = await runCli(['read', UNKNOWN_ID, '--out', '/'], options);
    expect(result.code).toBe(1);
  }, 30_000);

  it.each([
    ['0', 1, /1 to 53, not 0/],
    ['1000', 1, /1 to 53, not 1000/],
    ['abc', 2, /--epochs .*'abc'/],
    ['-1', 2, /--epochs/],
    ['1.5', 2, /--epochs .*'1\.5'/],
  ])('--epochs %s', async (epochs, code, message) => {
    const path = await makeFile('epochs', 10);
    await fails(['store', path, `--epochs=${epochs}`], { code, message, hint: /epochs/ });
  });

  it('a command, an option or an argument that is missing or unknown', async () => {
    for (const args of [
      ['stroe', 'x'],
      ['store'],
      ['store', 'x', '--frobnicate'],
      ['read'],
      ['extend', '--epochs-extended', '1'],
    ]) {
      const result = await runCli(args, options);
      expect(result.code, args.join(' ')).toBe(2);
      expect(result.stderr, args.join(' ')).toMatch(/^error: .+\n/);
      expect(result.stderr, args.join(' ')).toContain('--help');
      expect(result.stderr).not.toContain('    at ');
    }
    const path = await makeFile('epochs', 10);
    await fails(['store', path], { code: 2, message: /--epochs/, hint: /--epochs 5/ });
    await fails(['delete'], { code: 2, message: /nothing to delete/, hint: /--blob-ids/ });
    await fails(['health'], { code: 2, message: /exactly one/, hint: /--committee/ });
  }, 60_000);

  it('a wallet without funds', async () => {
    const wallet = new Ed25519Keypair();
    const keystore = join(files, 'poor.keystore');
    const path = join(files, 'poor.yaml');
    const { secretKey } = decodeSuiPrivateKey(wallet.getSecretKey());
    await writeFile(keystore, JSON.stringify([toBase64(Uint8Array.of(0, ...secretKey))]));
    await writeFile(
      path,
      JSON.stringify({ keystore: { File: keystore }, active_address: wallet.toSuiAddress() }),
    );
    const file = await makeFile('unpaid', 10);
    await fails(['store', file, '--epochs', '1', '--wallet', path], {
      message: /funds/,
      hint: /SUI and WAL/,
    });
  }, 30_000);

  it('no wallet, a broken one, no configuration, a broken one', async () => {
    const file = await makeFile('unpaid', 10);
    const broken = join(files, 'broken.yaml');
    await writeFile(broken, 'keystore: [');
    const flags = ['store', file, '--epochs', '1'];
    await fails([...flags, '--wallet', join(files, 'no-wallet')], {
      message: /no wallet/,
      hint: /--wallet/,
    });
    await fails([...flags, '--wallet', broken], {
      message: /no usable Sui wallet/,
      hint: /keystore/,
    });
    await fails(['info', '--config', join(files, 'none.yaml')], {
      message: /cannot read the configuration/,
      hint: /--config/,
    });
    await fails(['info', '--config', broken], {
      message: /no client configuration/,
      hint: /system_object/,
    });
    await fails(['info'], { message: /configuration/, hint: /walrus up/ }, { networkDir: files });
  }, 60_000);

  it('a permanent blob cannot be deleted, nor one of somebody else', async () => {
    const { id, blobId } = await store('kept', 5, '--permanent');
    await fails(['delete', '--object-ids', id], { message: /permanent/, hint: /--permanent/ });
    expect(await runCli(['read', blobId], options)).toMatchObject({ code: 0 });
    await fails(['delete', '--object-ids', `0x${'1'.repeat(64)}`], {
      message: /no object 0x1+ on this chain/,
      hint: /./,
    });
  }, 30_000);
});

describe('walrus up', () => {
  const up = (...args: string[]): CliProcess =>
    startCli(['up', '--dir', network.dir, '--json', ...args], options);
  const ready = (process: CliProcess): Promise<unknown> =>
    vi.waitUntil(
      () => {
        try {
          return JSON.parse(process.stdout) as unknown;
        } catch {
          return undefined;
        }
      },
      { timeout: 60_000, interval: 50 },
    );
  let blob: BlobJson;

  it('says what is wrong while the network is down', async () => {
    blob = await store('before the stop', 4321);
    await network.local.stop();
    const file = join(files, 'before the stop');
    for (const args of [
      ['store', file, '--epochs', '1'],
      ['read', blob.blobId],
      ['info'],
      ['list-blobs'],
      ['health', '--committee'],
    ]) {
      expectUserError(await runCli(args, options), {
        message: /cannot reach the chain/,
        hint: /walrus up/,
      });
    }
  }, 60_000);

  it('resumes the network with its blobs, and refuses to run it twice or with other settings', async () => {
    expectUserError(await runCli(['up', '--dir', network.dir, '--nodes', '5'], options), {
      message: /nodes 4, not 5/,
      hint: /--clean/,
    });
    const process = up();
    const info = await ready(process);
    expect(info).toMatchObject({
      rpcUrl: network.local.info.rpcUrl,
      chainId: network.local.info.chainId,
      systemObject: network.local.info.systemObject,
      nodes: network.local.info.nodes.map(({ name, id, url, shards, dataDir }) => ({
        name,
        id,
        url,
        shards,
        dataDir,
        pid: expect.any(Number),
      })),
    });
    const written: unknown = JSON.parse(await readFile(join(network.dir, 'network.json'), 'utf8'));
    expect(written).toEqual(info);

    const read = await runCli(['read', blob.blobId], options);
    expect(read.code, read.stderr).toBe(0);
    expect(read.stdout).toEqual(testBytes('before the stop', 4321));
    await store('after the start', 10);
    expectUserError(await runCli(['up', '--dir', network.dir], options), {
      message: /already running/,
      hint: /Ctrl-C/,
    });

    process.child.kill('SIGINT');
    const { code, stderr } = await process.exited;
    expect(code, stderr).toBe(0);
    const { nodes, supervisorPid } = JSON.parse(
      await readFile(join(network.dir, 'network.json'), 'utf8'),
    ) as { nodes: { pid: number | null }[]; supervisorPid: number | null };
    expect(supervisorPid).toBeNull();
    expect(nodes.map(({ pid }) => pid)).toEqual([null, null, null, null]);
  }, 120_000);

  it('prints plain lines without a terminal, help and version', async () => {
    const help = await runCli(['--help'], options);
    expect(help.code).toBe(0);
    for (const command of ['up', 'store', 'read', 'blob-id', 'blob-status', 'info', 'health']) {
      expect(text(help)).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
    const version = await runCli(['--version'], options);
    expect(version.code).toBe(0);
    expect(text(version)).toMatch(/^\d+\.\d+\.\d+\n$/);
  }, 30_000);
});
