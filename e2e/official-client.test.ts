import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SuiGrpcClient } from '@mysten/sui/grpc';
import { WalrusClient as OfficialClient } from '@mysten/walrus';
import { normalizeAddress, parseBlobId } from '@walrus-ts/core';
import { createWalrusClient } from '@walrus-ts/sdk';
import { pinnedConnector } from '@walrus-ts/sdk/node';
import { runCliJson, startTestNetwork, testBytes, type TestNetwork } from '@walrus-ts/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const EPOCHS = 3;

let network: TestNetwork;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'walrus-official-'));
  network = await startTestNetwork({ nNodes: 12, nShards: 100 });
}, 120_000);

afterAll(async () => {
  await network?.close();
  await rm(files, { recursive: true, force: true });
}, 60_000);

function officialClient(): OfficialClient {
  const { rpcUrl, systemObject, stakingObject } = network.local.info;
  return new OfficialClient({
    suiClient: new SuiGrpcClient({ network: 'localnet', baseUrl: rpcUrl }),
    packageConfig: { systemObjectId: systemObject, stakingPoolId: stakingObject },
    storageNodeUrlScheme: 'http',
  });
}

interface Stored {
  readonly blobStoreResult: {
    readonly newlyCreated: {
      readonly blobObject: { readonly id: string; readonly blobId: string };
    };
  };
}

describe('the official client, unmodified', () => {
  it('writes a permanent blob, reads it back and learns its status', async () => {
    const client = officialClient();
    const blob = testBytes('permanent', 100_000);
    const { blobId, blobObject } = await client.writeBlob({
      blob,
      deletable: false,
      epochs: EPOCHS,
      signer: network.signer,
    });
    expect(blobObject.deletable).toBe(false);
    expect(blobObject.certified_epoch).toBe(1);
    expect(blobObject.storage.end_epoch).toBe(1 + EPOCHS);
    expect(blobObject.size).toBe(String(blob.length));

    expect(await client.readBlob({ blobId })).toEqual(blob);
    const status = await client.getVerifiedBlobStatus({ blobId });
    expect(status).toMatchObject({
      type: 'permanent',
      isCertified: true,
      endEpoch: 1 + EPOCHS,
      initialCertifiedEpoch: 1,
    });
    const event =
      status.type === 'permanent'
        ? await network.chain().event({
            txDigest: status.statusEvent.txDigest,
            eventSeq: Number(status.statusEvent.eventSeq),
          })
        : undefined;
    expect(event).toMatchObject({ type: 'BlobCertified', blobId, isDeletable: false });
  }, 60_000);

  it('writes a deletable blob with attributes, changes and extends it, and deletes it', async () => {
    const client = officialClient();
    const chain = network.chain();
    const { signer } = network;
    const { blobId, blobObject } = await client.writeBlob({
      blob: testBytes('deletable', 5_000),
      deletable: true,
      epochs: EPOCHS,
      signer,
      attributes: { colour: 'blue', shape: 'round' },
    });
    const blobObjectId = normalizeAddress(blobObject.id);
    expect(await client.readBlobAttributes({ blobObjectId })).toEqual({
      colour: 'blue',
      shape: 'round',
    });
    await client.executeWriteBlobAttributesTransaction({
      blobObjectId,
      signer,
      attributes: { colour: 'green', shape: null, size: 'small' },
    });
    expect(await client.readBlobAttributes({ blobObjectId })).toEqual({
      colour: 'green',
      size: 'small',
    });
    expect(await chain.blobAttributes(blobObjectId)).toEqual(
      new Map([
        ['colour', 'green'],
        ['size', 'small'],
      ]),
    );

    await client.executeExtendBlobTransaction({ blobObjectId, epochs: 2, signer });
    expect((await chain.blob(blobObjectId)).storage.endEpoch).toBe(1 + EPOCHS + 2);
    expect(await client.getVerifiedBlobStatus({ blobId })).toMatchObject({
      type: 'deletable',
      deletableCounts: { count_deletable_total: 1, count_deletable_certified: 1 },
    });

    await client.executeDeleteBlobTransaction({ blobObjectId, signer });
    await expect(chain.blob(blobObjectId)).rejects.toMatchObject({ code: 'CHAIN_NOT_FOUND' });
    // Nodes hear of the deletion a moment later.
    await expect
      .poll(async () => (await client.getVerifiedBlobStatus({ blobId })).type, { timeout: 15_000 })
      .toBe('nonexistent');
  }, 60_000);

  it('reads attributes that our client set first on a blob without any', async () => {
    const client = officialClient();
    const walrus = createWalrusClient(
      {},
      { chain: network.chain(), connect: pinnedConnector('http') },
    );
    try {
      const result = await walrus.store(testBytes('plain', 10), {
        signer: network.signer,
        epochs: 1,
      });
      const object =
        result.kind === 'newlyCreated' ? result.blobObject.id : normalizeAddress('0x0');
      expect(await walrus.attributes(object)).toBeUndefined();
      await walrus.setAttributes(object, new Map([['colour', 'red']]), { signer: network.signer });
      expect(await client.readBlobAttributes({ blobObjectId: object })).toEqual({ colour: 'red' });
    } finally {
      await walrus.close();
    }
  }, 60_000);

  it('knows nothing of a blob that was never stored', async () => {
    const client = officialClient();
    const blobId = parseBlobId('A'.repeat(42) + 'E');
    expect(await client.getVerifiedBlobStatus({ blobId })).toEqual({ type: 'nonexistent' });
    await expect(client.readBlob({ blobId })).rejects.toThrow(/not certified|not found|not exist/i);
  }, 60_000);
});

describe('our command line and the official client', () => {
  it.each([
    ['an empty blob', 0],
    ['one byte', 1],
    ['a megabyte', 1_000_000],
  ])(
    'read what the other one wrote: %s',
    async (name, size) => {
      const client = officialClient();
      const options = { networkDir: network.dir };
      const theirs = testBytes(`theirs ${size}`, size);
      const ours = testBytes(`ours ${size}`, size);

      // The blob ID of nothing is always the same, so nothing can be stored by one side only.
      const written = await client.writeBlob({
        blob: theirs,
        deletable: size % 2 === 0,
        epochs: EPOCHS,
        signer: network.signer,
      });
      const copy = join(files, `copy-${size}`);
      await runCliJson(['read', written.blobId, '--out', copy], options);
      expect(Uint8Array.from(await readFile(copy)), name).toEqual(theirs);

      const file = join(files, `ours-${size}`);
      await writeFile(file, ours);
      const [stored] = await runCliJson<Stored[]>(
        ['store', file, '--epochs', String(EPOCHS), '--permanent'],
        options,
      );
      const { blobId } = stored?.blobStoreResult.newlyCreated.blobObject ?? { blobId: '' };
      expect(await client.readBlob({ blobId }), name).toEqual(ours);
    },
    90_000,
  );

  it('compute the same blob ID', async () => {
    const client = officialClient();
    const blob = testBytes('same id', 12_345);
    const file = join(files, 'same-id');
    await writeFile(file, blob);
    const ours = await runCliJson<{ blobId: string }>(['blob-id', file], {
      networkDir: network.dir,
    });
    const theirs = await client.computeBlobMetadata({ bytes: blob });
    expect(ours.blobId).toBe(theirs.blobId);
  }, 30_000);
});
