// Executes transactions as fast as it can, several at once, and prints each one only after it was
// acknowledged. Runs the compiled package: the build comes before the tests. Killed by its parent.

import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { fromBase64 } from '@walrus-ts/core';
import { coinOf, openLedger, SUI_TYPE } from '../../dist/ledger/index.js';

const LANES = 6;
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = Buffer.concat(chunks).toString();
const init = JSON.parse(input);
const user = Ed25519Keypair.fromSecretKey(new Uint8Array(32).fill(2));
const address = user.toSuiAddress();
const ledger = await openLedger({
  dataDir: init.dataDir,
  packages: init.packages.map((pkg) => ({
    ...pkg,
    modules: pkg.modules.map((m) => ({ name: m.name, bytes: fromBase64(m.bytes) })),
  })),
  allocations: init.allocations.map((a) => ({ ...a, coins: a.coins.map(BigInt) })),
});

async function run(gas, fill) {
  const tx = new Transaction();
  tx.setSender(address);
  tx.setGasPrice(1000);
  tx.setGasBudget(50_000_000);
  tx.setGasPayment([
    { objectId: gas.objectId, version: gas.version.toString(), digest: gas.digest },
  ]);
  fill(tx);
  const bytes = await tx.build();
  const { signature } = await user.signTransaction(bytes);
  const record = await ledger.execute(bytes, [fromBase64(signature)]);
  process.stdout.write(`${record.digest} ${record.effectsDigest}\n`);
}

const [first] = ledger.ownedObjects(address, { limit: 1, type: coinOf(SUI_TYPE) }).items;
await run(first, (tx) => {
  tx.transferObjects(
    [
      ...tx.splitCoins(
        tx.gas,
        Array.from({ length: LANES }, () => 1_000_000_000),
      ),
    ],
    address,
  );
});
const lanes = ledger
  .ownedObjects(address, { limit: 1000, type: coinOf(SUI_TYPE) })
  .items.filter((coin) => coin.objectId !== first.objectId)
  .slice(0, LANES);
await Promise.all(
  lanes.map(async ({ objectId }) => {
    for (;;) {
      await run(ledger.getObject(objectId), (tx) => {
        tx.transferObjects([tx.splitCoins(tx.gas, [1])[0]], address);
      });
    }
  }),
);
