import {
  MAX_SYMBOL_SIZE,
  STORAGE_UNIT_BYTES,
  certificationWeight,
  encodedLength,
  encodingParameters,
  maxBlobSize,
  sliverDataLength,
  storageUnits,
  toBase64,
} from '@walrus-ts/core';
import { createRpc, type NodePool, type StakingState, type SystemState } from '@walrus-ts/chain';
import { formatBytes, formatCoin, formatDuration, formatTable } from '../format.js';
import type { Session } from '../session.js';
import { sessionAction, type CommandModule } from './command.js';

interface Facts {
  readonly system: SystemState;
  readonly staking: StakingState;
}

interface Part {
  readonly json: unknown;
  readonly text: readonly string[];
}

function epochPart({ system, staking }: Facts): Part {
  const state = staking.epochState;
  const start =
    state.kind === 'sync'
      ? { Message: 'the epoch change is in progress' }
      : { DateTime: new Date(Number(state.startMs)).toISOString() };
  const durationMs = Number(staking.epochDurationMs);
  return {
    json: {
      currentEpoch: system.epoch,
      startOfCurrentEpoch: start,
      epochDuration: { secs: Math.floor(durationMs / 1000), nanos: (durationMs % 1000) * 1e6 },
      maxEpochsAhead: system.maxEpochsAhead,
    },
    text: [
      'Epochs',
      `  Current epoch:          ${system.epoch}`,
      `  Started:                ${'DateTime' in start ? start.DateTime : start.Message}`,
      `  Epoch duration:         ${formatDuration(durationMs)}`,
      `  Epochs one can buy:     up to ${system.maxEpochsAhead}`,
    ],
  };
}

function storagePart({ system, staking }: Facts): Part {
  return {
    json: { nShards: system.nShards, nNodes: staking.committee.size },
    text: [
      'Storage',
      `  Storage nodes:          ${staking.committee.size}`,
      `  Shards:                 ${system.nShards}`,
    ],
  };
}

function sizePart({ system }: Facts): Part {
  const limit = maxBlobSize(system.nShards);
  const { primarySymbols } = encodingParameters(system.nShards);
  // The index of a quilt takes at least one column.
  const inQuilt = limit - primarySymbols * MAX_SYMBOL_SIZE;
  return {
    json: {
      storageUnitSize: STORAGE_UNIT_BYTES,
      maxBlobSize: limit,
      maxBlobSizeInQuilt: inQuilt,
    },
    text: [
      'Sizes',
      `  Unit of storage:        ${formatBytes(STORAGE_UNIT_BYTES)}`,
      `  Largest blob:           ${formatBytes(limit)}`,
    ],
  };
}

function pricePart({ system }: Facts): Part {
  const price = (size: number): bigint =>
    storageUnits(encodedLength(system.nShards, size)) * (system.storagePrice + system.writePrice);
  const metadataBytes = system.nShards * (64 * system.nShards + 32);
  const marginalSize = STORAGE_UNIT_BYTES;
  const { primarySymbols, secondarySymbols } = encodingParameters(system.nShards);
  const factor =
    (system.nShards * (primarySymbols + secondarySymbols)) / (primarySymbols * secondarySymbols);
  const marginalUnits = BigInt(Math.ceil((marginalSize * factor) / STORAGE_UNIT_BYTES));
  const examples = [16, 512, 100 * 1024]
    .map((kib) => kib * 1024)
    .filter((size) => size <= maxBlobSize(system.nShards))
    .map((size) => ({
      unencodedSize: size,
      encodedSize: encodedLength(system.nShards, size),
      price: price(size),
      encodingType: 'RS2',
    }));
  return {
    json: {
      storagePricePerUnitSize: system.storagePrice,
      writePricePerUnitSize: system.writePrice,
      encodingDependentPriceInfo: [
        {
          marginalSize,
          metadataPrice: storageUnits(metadataBytes) * system.storagePrice,
          marginalPrice: marginalUnits * system.storagePrice,
          exampleBlobs: examples,
          encodingType: 'RS2',
        },
      ],
    },
    text: [
      'Prices',
      `  Storage:                ${formatCoin(system.storagePrice, 'WAL')} per unit and epoch`,
      `  Registration:           ${formatCoin(system.writePrice, 'WAL')} per unit, once`,
      ...examples.map(
        (example) =>
          `  ${`${formatBytes(example.unencodedSize)} for one epoch:`.padEnd(25)}${formatCoin(example.price, 'WAL')} (encoded ${formatBytes(example.encodedSize)})`,
      ),
    ],
  };
}

function bftPart({ system, staking }: Facts): Part {
  const { nShards, maxFaulty } = encodingParameters(system.nShards);
  const quorum = certificationWeight(nShards);
  const weights = [...staking.committee.values()]
    .map((shards) => shards.length)
    .toSorted((a, b) => b - a);
  let above = 0;
  let minNodes = 0;
  for (const weight of weights) {
    if (above > maxFaulty) break;
    above += weight;
    minNodes++;
  }
  return {
    json: {
      maxFaultyShards: maxFaulty,
      minCorrectShards: nShards - maxFaulty,
      quorumThreshold: quorum,
      minNodesAbove: minNodes,
      shardsAbove: above,
    },
    text: [
      'Fault tolerance',
      `  Faulty shards tolerated: ${maxFaulty} of ${nShards}`,
      `  Quorum:                  ${quorum} shards`,
      `  Fewest nodes above that: ${minNodes}, with ${above} shards`,
    ],
  };
}

interface CommitteeFlags {
  readonly sortBy?: string;
  readonly desc?: boolean;
  readonly hideDetails?: boolean;
}

function nodeJson(pool: NodePool, shards: readonly number[]): Record<string, unknown> {
  return {
    name: pool.name,
    networkAddress: pool.networkAddress,
    publicKey: toBase64(pool.publicKey),
    ...(pool.nextEpochPublicKey ? { nextEpochPublicKey: toBase64(pool.nextEpochPublicKey) } : {}),
    networkPublicKey: toBase64(pool.networkPublicKey),
    nShards: shards.length,
    shardIds: shards,
    nodeId: pool.nodeId,
    stake: pool.stake,
    votingParams: pool.votes,
  };
}

function sortPools(pools: NodePool[], flags: CommitteeFlags): NodePool[] {
  const key = (pool: NodePool): string =>
    flags.sortBy === 'id' ? pool.nodeId : flags.sortBy === 'url' ? pool.networkAddress : pool.name;
  const sorted = pools.toSorted((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
  return flags.desc === true ? sorted.reverse() : sorted;
}

async function committeePart(session: Session, facts: Facts, flags: CommitteeFlags): Promise<Part> {
  const { system, staking } = facts;
  const { nShards, primarySymbols, secondarySymbols } = encodingParameters(system.nShards);
  const list = async (committee: ReadonlyMap<NodePool['nodeId'], readonly number[]>) =>
    sortPools(
      await session.chain.pools([...committee.keys()], { signal: session.signal }),
      flags,
    ).map((pool) => ({ pool, shards: committee.get(pool.nodeId) ?? [] }));
  const current = await list(staking.committee);
  const next = staking.nextCommittee ? await list(staking.nextCommittee) : [];
  const rows = current.map(({ pool, shards }) => [
    pool.name,
    String(shards.length),
    formatCoin(pool.stake, 'WAL'),
    pool.networkAddress,
    pool.nodeId,
  ]);
  const table = formatTable([['Name', 'Shards', 'Stake', 'Address', 'Node ID'], ...rows]);
  return {
    json: {
      nShards,
      nPrimarySourceSymbols: primarySymbols,
      nSecondarySourceSymbols: secondarySymbols,
      maxSliverSize: sliverDataLength(nShards, 'primary', MAX_SYMBOL_SIZE),
      metadataStorageSize: nShards * (64 * nShards + 32),
      maxEncodedBlobSize: encodedLength(nShards, maxBlobSize(nShards)),
      currentStorageNodes: current.map(({ pool, shards }) => nodeJson(pool, shards)),
      nextStorageNodes: next.map(({ pool, shards }) => nodeJson(pool, shards)),
    },
    text: [
      'Committee',
      ...(flags.hideDetails === true ? [] : table.split('\n').map((line) => `  ${line}`)),
    ],
  };
}

async function coinPart(session: Session): Promise<Part> {
  const { chain, signal } = session;
  const { walType } = await chain.refs({ signal });
  const rpc = createRpc(chain.rpcUrl);
  const { coinMetadata } = await rpc.read(
    (limited) => rpc.sui.core.getCoinMetadata({ coinType: walType, signal: limited }),
    { signal },
  );
  const { name = 'WAL', symbol = 'WAL', decimals = 9 } = coinMetadata ?? {};
  return {
    json: { coinType: walType, name, symbol, decimals },
    text: [
      'Coin',
      `  Name:                   ${name} (${symbol})`,
      `  Smallest unit:          1 ${symbol} is ${10 ** decimals} FROST`,
      `  Type:                   ${walType}`,
    ],
  };
}

async function readFacts(session: Session): Promise<Facts> {
  const [system, staking] = await Promise.all([
    session.chain.system({ signal: session.signal }),
    session.chain.staking({ signal: session.signal }),
  ]);
  // Before the first epoch there is no committee that could tell the number of shards.
  const nShards = system.nShards === 0 ? staking.nShards : system.nShards;
  return { system: { ...system, nShards }, staking };
}

const PARTS = {
  epoch: { key: 'epochInfo', make: epochPart, about: 'epochs' },
  storage: { key: 'storageInfo', make: storagePart, about: 'nodes and shards' },
  size: { key: 'sizeInfo', make: sizePart, about: 'sizes' },
  price: { key: 'priceInfo', make: pricePart, about: 'prices' },
  bft: { key: 'bftInfo', make: bftPart, about: 'fault tolerance' },
} as const;

function print(session: Session, parts: readonly Part[]): void {
  parts.forEach((part, i) => {
    if (i > 0) session.output.text();
    for (const line of part.text) session.output.text(line);
  });
}

/** `walrus info` with its parts (spec cli.md §4). */
export const infoCommand: CommandModule = (program, context) => {
  const info = program
    .command('info')
    .description('show facts of the network')
    .option('--rpc-url <url>', 'RPC URL of the chain')
    .addHelpText(
      'after',
      '\nExamples:\n  $ walrus info\n  $ walrus info committee\n  $ walrus info all --json',
    )
    .action(
      sessionAction(context, async (session) => {
        const facts = await readFacts(session);
        const shown = [PARTS.epoch, PARTS.storage, PARTS.size, PARTS.price];
        const parts = shown.map(({ key, make }) => ({ key, part: make(facts) }));
        session.output.json(Object.fromEntries(parts.map(({ key, part }) => [key, part.json])));
        print(
          session,
          parts.map(({ part }) => part),
        );
      }),
    );

  for (const [name, { make, about }] of Object.entries(PARTS)) {
    info
      .command(name)
      .description(`show ${about}`)
      .action(
        sessionAction(context, async (session) => {
          const part = make(await readFacts(session));
          session.output.json(part.json);
          print(session, [part]);
        }),
      );
  }

  info
    .command('coin')
    .description('show the coin that pays for storage')
    .action(
      sessionAction(context, async (session) => {
        const part = await coinPart(session);
        session.output.json(part.json);
        print(session, [part]);
      }),
    );

  const committeeOptions = (name: string, about: string) =>
    info
      .command(name)
      .description(about)
      .option('--sort-by <id|name|url>', 'order of the nodes', 'name')
      .option('--desc', 'descending order')
      .option('--hide-details', 'leave out the table of nodes');

  committeeOptions('committee', 'show the storage nodes').action(
    sessionAction(context, async (session, flags: CommitteeFlags) => {
      const part = await committeePart(session, await readFacts(session), flags);
      session.output.json(part.json);
      print(session, [part]);
    }),
  );
  committeeOptions('all', 'show everything').action(
    sessionAction(context, async (session, flags: CommitteeFlags) => {
      const facts = await readFacts(session);
      const parts = [
        ...Object.values(PARTS).map(({ key, make }) => ({ key, part: make(facts) })),
        { key: 'committeeInfo', part: await committeePart(session, facts, flags) },
      ];
      session.output.json(Object.fromEntries(parts.map(({ key, part }) => [key, part.json])));
      print(
        session,
        parts.map(({ part }) => part),
      );
    }),
  );
};
