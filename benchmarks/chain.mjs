// npm run bench -- chain [CASE …] [--members 12] [--shards 100] [--rounds 10] [--clients 20] [--seconds 10] [--transactions 100000]
// Speed of the emulator. Cases, all by default:
//   kinds    each kind of transaction inside the ledger: time of one alone, and per second with many at once
//   clients  payments per second through the API of an emulator process
//   restart  time from start to first answer of a chain with so many transactions, after kill -9
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchClients, benchRestart } from './support/chain-clients.mjs';
import { benchKinds } from './support/chain-kinds.mjs';
import { machineFacts } from './support/chain-world.mjs';

const CASES = { kinds: benchKinds, clients: benchClients, restart: benchRestart };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    members: { type: 'string', default: '12' },
    shards: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '10' },
    transactions: { type: 'string', default: '100000' },
  },
});
const wanted = positionals.length === 0 ? Object.keys(CASES) : positionals;
const unknown = wanted.filter((name) => CASES[name] === undefined);
if (unknown.length > 0) {
  console.error(`no such case: ${unknown.join(', ')}; there are ${Object.keys(CASES).join(', ')}`);
  process.exit(2);
}

const dir = await mkdtemp(join(tmpdir(), 'walrus-bench-'));
try {
  const rows = [];
  for (const name of wanted) {
    rows.push(
      ...(await CASES[name]({
        dir,
        members: Number(values.members),
        nShards: Number(values.shards),
        rounds: Number(values.rounds),
        clients: Number(values.clients),
        seconds: Number(values.seconds),
        transactions: Number(values.transactions),
      })),
    );
  }
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  console.log(
    JSON.stringify({ benchmark: 'chain', machine: machineFacts(), peakRssBytes, rows }, null, 2),
  );
} finally {
  await rm(dir, { recursive: true, force: true });
}
