// node official-store.mjs NETWORK_DIR BYTES: stores random bytes with the official SDK on a local network and prints how
// long that took. A process of its own, so that its memory can be measured.
import { randomFillSync } from 'node:crypto';
import { SuiGrpcClient } from '@mysten/sui/grpc';
import { WalrusClient } from '@mysten/walrus';
import { readNetworkInfo } from '@walrus-ts/localnet';
import { readWallet } from '@walrus-ts/testkit';

const [dir, size] = process.argv.slice(2);
const { rpcUrl, systemObject, stakingObject } = await readNetworkInfo(dir);
const client = new WalrusClient({
  suiClient: new SuiGrpcClient({ network: 'localnet', baseUrl: rpcUrl }),
  packageConfig: { systemObjectId: systemObject, stakingPoolId: stakingObject },
  storageNodeUrlScheme: 'http',
});
const signer = await readWallet(dir);
const blob = randomFillSync(new Uint8Array(Number(size)));
const startMs = performance.now();
const { blobId } = await client.writeBlob({ blob, deletable: true, epochs: 2, signer });
process.stdout.write(JSON.stringify({ blobId, ms: performance.now() - startMs }));
process.exit(0);
