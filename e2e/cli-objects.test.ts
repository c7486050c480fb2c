import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  runCli,
  runCliJson,
  startTestNetwork,
  testBytes,
  type CliOptions,
  type TestNetwork,
} from '@walrus-ts/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectUserError } from './support/cli-errors.js';

/** The commands for what a wallet owns besides stored bytes: attributes, shared blobs, storage, stakes, nodes. */

const ADDRESS = /^0x[0-9a-f]{64}$/;
const NOBODY = `0x${'9'.repeat(64)}`;
const WAL = 1_000_000_000;
const FIRST_EPOCH = 1;

interface BlobJson {
  readonly id: string;
  readonly blobId: string;
  readonly storage: { readonly endEpoch: number; readonly storageSize: number };
}
interface StorageJson {
  readonly id: string;
  readonly startEpoch: number;
  readonly endEpoch: number;
  readonly storageSize: number;
}

let network: TestNetwork;
let files: string;
let options: CliOptions;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'walrus-cli-objects-'));
  network = await startTestNetwork({ nNodes: 4, nShards: 10 });
  options = { networkDir: network.dir, cwd: files };
}, 120_000);

afterAll(async () => {
  await network?.close();
  await rm(files, { recursive: true, force: true });
}, 60_000);

const json = <T>(...args: string[]): Promise<T> => runCliJson<T>(args, options);

async function store(name: string): Promise<BlobJson> {
  const path = join(files, name);
  await writeFile(path, testBytes(name, 500));
  const [result] = await json<{ blobStoreResult: { newlyCreated: { blobObject: BlobJson } } }[]>(
    'store',
    path,
    '--epochs',
    '2',
  );
  if (result === undefined) throw new Error('nothing was stored');
  return result.blobStoreResult.newlyCreated.blobObject;
}

describe('attributes', () => {
  it('are set, shown and removed', async () => {
    const { id } = await store('attributes');
    expect(await json('get-blob-attribute', id)).toEqual({ objectId: id, attribute: null });
    expect(
      await json(
        'set-blob-attribute',
        id,
        '--attr',
        'type',
        'text/plain',
        '--attr',
        'author',
        'ada',
      ),
    ).toEqual({ objectId: id, attribute: { type: 'text/plain', author: 'ada' } });
    expect(await json('set-blob-attribute', id, '--attr', 'author', 'grace')).toEqual({
      objectId: id,
      attribute: { type: 'text/plain', author: 'grace' },
    });
    const shown = await runCli(['get-blob-attribute', id], options);
    expect(new TextDecoder().decode(shown.stdout)).toMatch(/author\s+grace/);

    expectUserError(
      await runCli(['remove-blob-attribute-fields', id, '--keys', 'type', 'colour'], options),
      { message: /no attribute 'colour'/, hint: /nothing was changed/ },
    );
    expect(await json('remove-blob-attribute-fields', id, '--keys', 'type')).toEqual({
      objectId: id,
      attribute: { author: 'grace' },
    });
    expect(await json('remove-blob-attribute', id)).toEqual({ objectId: id, attribute: null });
    expectUserError(await runCli(['remove-blob-attribute', id], options), {
      message: /has no attributes/,
      hint: /nothing was changed/,
    });
  }, 120_000);

  it('need pairs, and a blob', async () => {
    expectUserError(await runCli(['set-blob-attribute', NOBODY, '--attr', 'alone'], options), {
      code: 2,
      message: /'alone' stands alone/,
      hint: /--attr author ada/,
    });
    expectUserError(await runCli(['get-blob-attribute', NOBODY], options), {
      message: new RegExp(`no object ${NOBODY}`),
      hint: /./,
    });
  }, 60_000);
});

describe('shared blobs', () => {
  it('are shared with funds, funded, and extended from their funds', async () => {
    const { id } = await store('shared');
    const shared = await json<{ sharedBlobObjectId: string; amount: number }>(
      'share',
      '--blob-obj-id',
      id,
      '--amount',
      String(WAL),
    );
    expect(shared).toEqual({ sharedBlobObjectId: expect.stringMatching(ADDRESS), amount: WAL });
    const sharedId = shared.sharedBlobObjectId;
    expect(
      await json('fund-shared-blob', '--shared-blob-obj-id', sharedId, '--amount', '5000'),
    ).toEqual({ amount: 5000 });
    expect(
      await json('extend', '--shared', '--blob-obj-id', sharedId, '--epochs-extended', '3'),
    ).toEqual({ epochsExtended: 3 });
    expect((await json<BlobJson[]>('list-blobs')).map((blob) => blob.id)).not.toContain(id);
    expectUserError(
      await runCli(
        ['fund-shared-blob', '--shared-blob-obj-id', sharedId, '--amount', '0'],
        options,
      ),
      { code: 2, message: /--amount must be/, hint: /1 WAL is 1000000000 FROST/ },
    );
  }, 120_000);
});

describe('burn-blobs', () => {
  it('destroys the objects named, asks before, and finds those that have expired', async () => {
    const [first, second] = [await store('burn 1'), await store('burn 2')];
    expectUserError(await runCli(['burn-blobs', '--object-ids', first.id], options), {
      code: 2,
      message: /needs a confirmation/,
      hint: /--yes/,
    });
    expect(await json('burn-blobs', '--object-ids', first.id, second.id)).toEqual({
      burnedObjects: [first.id, second.id],
    });
    const left = (await json<BlobJson[]>('list-blobs')).map((blob) => blob.id);
    expect(left).not.toContain(first.id);
    expect(left).not.toContain(second.id);
    expect(await json('burn-blobs', '--all-expired')).toEqual({ burnedObjects: [] });
    expectUserError(await runCli(['burn-blobs', '--all', '--all-expired', '--yes'], options), {
      code: 2,
      message: /exactly one of/,
      hint: /--all-expired/,
    });
  }, 120_000);
});

describe('storage', () => {
  it('is bought, split, merged and transferred', async () => {
    const MIB = 1 << 20;
    const { storageId, cost } = await json<{ storageId: string; cost: number }>(
      'storage',
      'buy',
      '--size',
      '4MiB',
      '--epochs',
      '6',
    );
    expect(cost).toBeGreaterThan(0);
    const find = async (id: string): Promise<StorageJson | undefined> =>
      (await json<StorageJson[]>('storage', 'list')).find((resource) => resource.id === id);
    const end = FIRST_EPOCH + 6;
    const whole = { id: storageId, startEpoch: FIRST_EPOCH, endEpoch: end, storageSize: 4 * MIB };
    expect(await find(storageId)).toEqual(whole);

    const bySize = await json<{ newStorageId: string }>(
      'storage',
      'split',
      storageId,
      '--size',
      '1MiB',
    );
    expect(await find(storageId)).toEqual({ ...whole, storageSize: MIB });
    expect(await find(bySize.newStorageId)).toMatchObject({ storageSize: 3 * MIB, endEpoch: end });
    const byEpoch = await json<{ newStorageId: string }>(
      'storage',
      'split',
      storageId,
      '--epoch',
      '4',
    );
    expect(await find(storageId)).toMatchObject({ startEpoch: FIRST_EPOCH, endEpoch: 4 });
    expect(await find(byEpoch.newStorageId)).toMatchObject({ startEpoch: 4, endEpoch: end });

    await json('storage', 'merge', storageId, byEpoch.newStorageId, bySize.newStorageId);
    expect(await find(storageId)).toEqual(whole);
    expect(await json('storage', 'transfer', storageId, '--to', NOBODY)).toEqual({
      transferred: [storageId],
      to: NOBODY,
    });
    expect(await find(storageId)).toBeUndefined();
    expectUserError(await runCli(['storage', 'transfer', storageId, '--to', NOBODY], options), {
      message: /owns no storage resource/,
      hint: /storage list/,
    });
    expectUserError(await runCli(['storage', 'split', storageId, '--size', '1 parsec'], options), {
      code: 2,
      message: /must be a size/,
      hint: /10MiB/,
    });
  }, 180_000);
});

describe('stakes', () => {
  interface StakeJson {
    readonly id: string;
    readonly state: unknown;
    readonly nodeId: string;
    readonly principal: number;
  }
  const stakes = async (...flags: string[]): Promise<StakeJson[]> =>
    (await json<{ stakedWals: StakeJson[] }>('list-staked-wal', ...flags)).stakedWals;

  it('are made with several nodes, listed, and withdrawn before they count', async () => {
    const [first = '', second = ''] = network.local.info.nodes.map(({ id }) => id);
    expect(await stakes()).toEqual([]);
    const amounts = ['--amounts', String(2 * WAL), String(3 * WAL)];
    const { stakedWal } = await json<{ stakedWal: StakeJson[] }>(
      'stake',
      '--node-ids',
      first,
      second,
      ...amounts,
    );
    const byAmount = stakedWal.toSorted((a, b) => a.principal - b.principal);
    expect(byAmount.map(({ nodeId, principal, state }) => [nodeId, principal, state])).toEqual([
      [first, 2 * WAL, 'Staked'],
      [second, 3 * WAL, 'Staked'],
    ]);
    expect(await stakes('--staked-only')).toHaveLength(2);
    expect(await stakes('--withdrawing-only')).toEqual([]);

    await json('stake', '--node-id', first);
    const dry = await json<{ stakedWals: StakeJson[]; txDigest: string | null }>(
      'request-withdraw-stake',
      first,
    );
    // Two stakes and none named: nothing is done.
    expect(dry.txDigest).toBeNull();
    expect(dry.stakedWals).toHaveLength(2);

    // A stake that no committee counts on needs no request; asking for one is refused by the contract.
    const [stake] = byAmount;
    expectUserError(await runCli(['request-withdraw-stake', second], options), {
      message: /EWithdrawDirectly/,
      hint: /walrus withdraw-stake/,
    });
    expect(await json('withdraw-stake', stake?.id ?? '')).toMatchObject({
      stakedWalIds: [stake?.id],
    });
    expect((await stakes()).map(({ id }) => id)).not.toContain(stake?.id);
    expectUserError(await runCli(['withdraw-stake', stake?.id ?? ''], options), {
      message: /owns no stake/,
      hint: /list-staked-wal/,
    });
  }, 180_000);

  it('are of at least 1 WAL, with nodes that exist', async () => {
    const [node = ''] = network.local.info.nodes.map(({ id }) => id);
    expectUserError(await runCli(['stake', '--node-id', node, '--amounts', '999'], options), {
      code: 2,
      message: /at least 1000000000/,
      hint: /FROST/,
    });
    expectUserError(await runCli(['stake', '--node-id', NOBODY], options), {
      message: /no object|not found/i,
      hint: /./,
    });
  }, 60_000);
});

describe('facts', () => {
  it('of the coin, and of nodes that may be in the next committee', async () => {
    expect(await json('info', 'coin')).toMatchObject({
      coinType: network.local.info.walType,
      symbol: 'WAL',
      decimals: 9,
    });
    const { healthInfo } = await json<{ healthInfo: unknown[] }>('health', '--active-set');
    expect(healthInfo).toHaveLength(4);
  }, 60_000);
});

describe('node-admin', () => {
  const asNode = (i: number, ...args: string[]): string[] => [
    'node-admin',
    ...args,
    '--node-id',
    network.local.info.nodes[i]?.id ?? '',
    '--wallet',
    join(network.local.info.nodes[i]?.dataDir ?? '', 'wallet.key'),
  ];

  it('sets parameters, and prices follow the votes', async () => {
    const price = 12_345;
    for (let i = 0; i < 4; i++) {
      const votes = ['--storage-price', String(price), '--commission', '250', '--capacity', '1TiB'];
      expect(await json(...asNode(i, 'set-parameters', ...votes))).toMatchObject({
        nodeId: network.local.info.nodes[i]?.id,
        storagePrice: price,
        commissionRate: 250,
        nodeCapacity: 2 ** 40,
      });
    }
    expect(await json('node-admin', 'update-prices')).toMatchObject({ storagePrice: price });
    expect(await json('info', 'price')).toMatchObject({ storagePricePerUnitSize: price });
    expectUserError(
      await runCli(
        ['node-admin', 'set-parameters', '--node-id', NOBODY, '--write-price', '5'],
        options,
      ),
      { message: /no capability of node/, hint: /--wallet/ },
    );
  }, 180_000);

  it('hands over rights, which then are the only ones that count', async () => {
    const wallet = network.signer.toSuiAddress();
    expect(await json(...asNode(0, 'collect-commission'))).toMatchObject({ amount: 0 });
    await json(...asNode(0, 'set-governance-authorized', '--address', wallet));
    await json(...asNode(0, 'set-commission-authorized', '--address', wallet));
    expectUserError(await runCli(asNode(0, 'collect-commission'), options), {
      message: /belongs to the address/,
      hint: /--wallet/,
    });
    const [id = ''] = network.local.info.nodes.map((node) => node.id);
    expect(await json('node-admin', 'collect-commission', '--node-id', id)).toMatchObject({
      amount: 0,
    });
  }, 120_000);

  it('slashes by votes of a quorum', async () => {
    const candidate = network.local.info.nodes[3]?.id ?? '';
    const execute = ['node-admin', 'execute-slashing', '--candidate-node-id', candidate];
    const early = await runCli(execute, options);
    expect(early.code).toBe(1);
    // The wallet holds the right of node 0 since the test before.
    const [first = ''] = network.local.info.nodes.map((node) => node.id);
    const vote = ['vote-for-slashing', '--candidate-node-id', candidate];
    await json('node-admin', ...vote, '--node-id', first);
    for (const i of [1, 2]) await json(...asNode(i, ...vote));
    expect(await json(...execute)).toMatchObject({ candidateNodeId: candidate });
  }, 180_000);

  it('upgrades the contracts by votes of a quorum', async () => {
    const path = ['--package-path', fileURLToPath(new URL('../contracts/walrus', import.meta.url))];
    const { digest } = await json<{ digest: string }>('node-admin', 'package-digest', ...path);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    // The wallet holds the right of node 0.
    const [first = ''] = network.local.info.nodes.map((node) => node.id);
    const vote = ['vote-for-upgrade', '--digest', digest];
    await json('node-admin', ...vote, '--node-id', first);
    for (const i of [1, 2]) expect(await json(...asNode(i, ...vote))).toMatchObject({ digest });
    const upgraded = await json<{ packageId: string }>('node-admin', 'execute-upgrade', ...path);
    expect(upgraded).toMatchObject({ digest, packageId: expect.stringMatching(ADDRESS) as string });
    expect(upgraded.packageId).not.toBe(network.local.info.walrusPackage);
    expectUserError(await runCli(asNode(1, 'vote-for-upgrade', '--digest', 'abc'), options), {
      code: 2,
      message: /--digest must be 32 bytes/,
      hint: /package-digest/,
    });
  }, 180_000);
});

describe('wallets', () => {
  it('are made with a new key, funded by the faucet, and never overwritten', async () => {
    const path = join(files, 'ada.yaml');
    const { walletAddress } = await json<{ walletAddress: string }>(
      'generate-sui-wallet',
      '--path',
      path,
      '--sui-network',
      'localnet',
      '--use-faucet',
    );
    expect(walletAddress).toMatch(ADDRESS);
    expect((await stat(join(files, 'ada.keystore'))).mode & 0o777).toBe(0o600);
    const { storageId } = await json<{ storageId: string }>(
      'storage',
      'buy',
      '--size',
      '1MiB',
      '--epochs',
      '1',
      '--wallet',
      path,
    );
    expect(storageId).toMatch(ADDRESS);
    const before = await readFile(path, 'utf8');
    expectUserError(await runCli(['generate-sui-wallet', '--path', path], options), {
      message: /exists already/,
      hint: /nothing was overwritten/,
    });
    expect(await readFile(path, 'utf8')).toBe(before);
    expectUserError(await runCli(['generate-sui-wallet', '--sui-network', 'moonnet'], options), {
      code: 2,
      message: /unknown Sui network 'moonnet'/,
      hint: /localnet/,
    });
  }, 120_000);
});
