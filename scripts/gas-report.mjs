// Usage: npm run gas-report            deploys the contracts at full size and writes docs/reference/gas.md
//        node scripts/gas-report.mjs --check    fails if the page is not of the present bytecode; runs nothing
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkPackage, loadCompiledPackage } from '@walrus-ts/contracts';
import { runScale } from '@walrus-ts/testkit/contract-world';
import { ROOT, ensureBuilt, ensureInstalled, runTool } from './steps.mjs';

const PAGE = 'docs/reference/gas.md';
const SIZE = { nShards: 1000, nodes: 100, epochs: 5 };
const GAS_PRICE = 1000n;
const PACKAGES = ['wal', 'walrus', 'wal_exchange', 'subsidies', 'walrus_subsidies', 'blob_bucket'];
const LIMITS = {
  'transaction, bytes': [128 * 1024, (record) => record.transactionBcs.length],
  'computation, gas units': [
    5_000_000,
    (record) => Number(record.effects.gasUsed.computationCost / GAS_PRICE),
  ],
  'effects, bytes': [512 * 1024, (record) => record.effectsBcs.length],
  events: [1024, (record) => record.events.length],
  'objects created': [
    2048,
    (record) => record.effects.changedObjects.filter((c) => c.idOperation === 'created').length,
  ],
  'objects deleted': [
    2048,
    (record) => record.effects.changedObjects.filter((c) => c.idOperation === 'deleted').length,
  ],
};
const OBJECT_LIMIT = 250 * 1024;

/** Names the bytecode of all packages. */
async function bytecodeDigest() {
  const hash = createHash('sha256');
  for (const name of PACKAGES) {
    const compiled = await loadCompiledPackage(name);
    // Linked to no addresses: the placeholders stand for them.
    const ids = Object.fromEntries(
      Object.entries(compiled.placeholders).map(([key, id]) => [
        key,
        { originalId: id, storageId: id },
      ]),
    );
    hash.update(linkPackage(compiled, ids).digest);
  }
  return hash.digest('hex').slice(0, 16);
}

const group = (number) => number.toLocaleString('en-US');
const sui = (mist) => {
  const sign = mist < 0n ? '-' : '';
  const size = mist < 0n ? -mist : mist;
  const rounded = (size + 5000n) / 10_000n;
  return `${sign}${rounded / 100_000n}.${(rounded % 100_000n).toString().padStart(5, '0')}`;
};
const net = ({ computationCost, storageCost, storageRebate }) =>
  computationCost + storageCost - storageRebate;

function table(head, rows) {
  const right = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [head, right, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** One line per kind of operation, with its most expensive transaction. */
function operations(executed) {
  const kinds = new Map();
  for (const { label, record } of executed) {
    const kind = kinds.get(label) ?? { count: 0, dearest: record };
    kind.count++;
    if (net(record.effects.gasUsed) > net(kind.dearest.effects.gasUsed)) kind.dearest = record;
    kinds.set(label, kind);
  }
  return [...kinds].map(([label, { count, dearest }]) => {
    const gas = dearest.effects.gasUsed;
    return [
      label,
      group(count),
      group(gas.computationCost / GAS_PRICE),
      sui(gas.storageCost),
      sui(gas.storageRebate),
      sui(net(gas)),
    ];
  });
}

function limits({ executed, objectSizes }) {
  const rows = Object.entries(LIMITS).map(([name, [limit, of]]) => {
    let most = { value: -1, label: '' };
    for (const { label, record } of executed) {
      const value = of(record);
      if (value > most.value) most = { value, label };
    }
    return [name, group(limit), group(most.value), most.label];
  });
  const [name, size] = [...objectSizes].sort((a, b) => b[1] - a[1])[0];
  return [...rows, ['object, bytes', group(OBJECT_LIMIT), group(size), name]];
}

function page(result, digest) {
  const { nShards, nodes, epochs, maxEpochsAhead } = result.parameters;
  const total = result.executed.reduce((sum, { record }) => sum + net(record.effects.gasUsed), 0n);
  return `# Gas

<!-- Written by \`npm run gas-report\` from bytecode ${digest}. Do not edit. -->

What the operations of the contracts cost, measured on the emulator: a network of ${group(nShards)} shards, ${nodes} nodes and
${maxEpochsAhead} epochs on sale, deployed from scratch and taken through ${epochs} epoch changes after the first by
${group(result.executed.length)} transactions (${sui(total)} SUI in all). A fifth of the nodes leaves and comes back, and stake
moves in every epoch. Certificates are signed by as few nodes as make a quorum, about ${Math.ceil((nodes * 2) / 3)} of ${nodes}.

- **Storage and rebate are exact**: the emulator computes them by Sui's formulas from the bytes of the objects.
- **Computation is an estimate** of the same order: the meter has Sui's tiers and prices, but not every charge. It is
  rounded to billing steps, with a minimum of 1,000 units. The price is ${group(GAS_PRICE)} MIST per unit, the emulator's
  reference price.
- Each row shows the dearest of its transactions. A negative sum is a refund. Storage is refunded to 99 % when the object
  is rewritten or deleted, which is why operations that rewrite a large object cost little in the end.

## Operations

${table(
  ['operation', 'times', 'computation, units', 'storage, SUI', 'rebate, SUI', 'net, SUI'],
  operations(result.executed),
)}

## Objects

The largest size of the contents in bytes, at the end of voting or after an epoch change.

${table(
  ['object', 'bytes'],
  [...result.objectSizes].sort((a, b) => b[1] - a[1]).map(([name, size]) => [name, group(size)]),
)}

The ring of future epochs in \`SystemStateInnerV1\` takes 20 bytes per epoch on sale, so the largest one allowed (1,000
epochs) adds ${group(20 * (1000 - maxEpochsAhead))} bytes to it.

## Limits

What came closest to each limit of Sui. The emulator enforces all of them.

${table(['limit', 'allowed', 'most', 'by'], limits(result))}

A transaction may touch 1,000 child objects. An epoch change touches a few for each node of the outgoing and of the
incoming committee, so this is the limit that the number of nodes meets first.
`;
}

ensureInstalled();
ensureBuilt();
const digest = await bytecodeDigest();
if (process.argv.includes('--check')) {
  if (!readFileSync(join(ROOT, PAGE), 'utf8').includes(`from bytecode ${digest}.`)) {
    console.error(`${PAGE} is not of the present contracts: run npm run gas-report`);
    process.exit(1);
  }
} else {
  const result = await runScale(SIZE);
  writeFileSync(join(ROOT, PAGE), page(result, digest));
  runTool('oxfmt', [PAGE]);
  console.log(`${PAGE}: ${result.executed.length} transactions`);
}
