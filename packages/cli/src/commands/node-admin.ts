import {
  collectCommission,
  createRpc,
  executeSlashing,
  setCommissionReceiver,
  setGovernanceAuthorized,
  updateNode,
  updatePrices,
  upgradeContracts,
  voteForSlashing,
  voteForUpgrade,
  type Authorized,
  type NodeAuthority,
} from '@walrus-ts/chain';
import {
  fromHex,
  isWalrusError,
  normalizeAddress,
  toBase64,
  toHex,
  type Address,
} from '@walrus-ts/core';
import type { Command } from 'commander';
import { CliError, UsageError } from '../errors.js';
import { formatCoin, parseAmount, parseCount, parseSize } from '../format.js';
import type { Session } from '../session.js';
import {
  sessionAction,
  transact,
  walletAddress,
  type CommandContext,
  type CommandModule,
} from './command.js';
import { showingCompilerOutput } from './move-support.js';
import { networkPackages } from './move-target.js';

const BASIS_POINTS = 10_000;
const DIGEST_BYTES = 32;

interface NodeFlags {
  readonly nodeId: string;
}

type Right = 'commissionReceiver' | 'governanceAuthorized';

/** Finds out who holds a right over a node, and how the wallet proves to be it. */
async function authority(session: Session, flags: NodeFlags, right: Right): Promise<NodeAuthority> {
  const { chain, signal } = session;
  const nodeId = normalizeAddress(flags.nodeId);
  const [[pool], wallet] = await Promise.all([
    chain.pools([nodeId], { signal }),
    walletAddress(session),
  ]);
  const holder = pool?.[right];
  if (holder === undefined || 'address' in holder) {
    if (holder?.address === wallet) return { nodeId, authentication: 'sender' };
    throw notAuthorized(nodeId, `belongs to the address ${holder?.address}`, wallet);
  }
  const { object: objectId } = holder;
  const rpc = createRpc(chain.rpcUrl);
  const found = await rpc
    .read((limited) => rpc.sui.core.getObject({ objectId, signal: limited }), { signal })
    .catch((error: unknown) => {
      // A chain that cannot be asked says nothing about the right.
      if (isWalrusError(error, 'CHAIN_NOT_FOUND')) return undefined;
      throw error;
    });
  const owner = found?.object.owner;
  if (found === undefined || owner?.$kind !== 'AddressOwner' || owner.AddressOwner !== wallet) {
    throw notAuthorized(nodeId, `belongs to whoever owns the object ${objectId}`, wallet);
  }
  return { nodeId, authentication: { object: objectId, type: found.object.type } };
}

const notAuthorized = (nodeId: Address, holder: string, wallet: Address): CliError =>
  new CliError('CLI_NOT_OWNED', `this right over node ${nodeId} ${holder}, not to the wallet`, {
    hint: "use the right wallet with --wallet; a node's key file is a wallet too",
    data: { wallet },
  });

async function capabilityOf(session: Session, nodeId: Address): Promise<Address> {
  const { chain, signal } = session;
  const owned = await chain.nodeCapabilities(await walletAddress(session), { signal });
  const match = owned.find((candidate) => candidate.nodeId === nodeId);
  if (match !== undefined) return match.capability;
  throw new CliError('CLI_NOT_OWNED', `the wallet has no capability of node ${nodeId}`, {
    hint: "use the node's own wallet with --wallet; its key file is a wallet too",
  });
}

function holderOf(flags: { address?: string; object?: string }): Authorized {
  if ((flags.address === undefined) === (flags.object === undefined)) {
    throw new UsageError('exactly one of --address and --object is needed');
  }
  return flags.object === undefined
    ? { address: normalizeAddress(flags.address ?? '') }
    : { object: normalizeAddress(flags.object) };
}

function objectOf(name: string, flag: string | undefined, configured: string | undefined): Address {
  const id = flag ?? configured;
  if (id === undefined) {
    throw new UsageError(
      `${name} is needed`,
      'the configuration does not name the object; look it up in the transaction that deployed the contracts',
    );
  }
  return normalizeAddress(id);
}

function parseDigest(text: string): Uint8Array {
  const digest = /^(0x)?[0-9a-fA-F]{64}$/.test(text) ? fromHex(text.replace(/^0x/, '')) : undefined;
  if (digest?.length === DIGEST_BYTES) return digest;
  throw new UsageError(
    `--digest must be ${DIGEST_BYTES} bytes in hexadecimal, not '${text}'`,
    'print it with: walrus node-admin package-digest --package-path DIR',
  );
}

function report(session: Session, json: Record<string, unknown>, text: string): void {
  session.output.json(json);
  session.output.text(text);
}

const withNode = (command: Command): Command => command.requiredOption('--node-id <id>', 'node');

/** Commission and authorisation: rights that need no capability. */
function authorisationCommands(admin: Command, context: CommandContext): void {
  withNode(admin.command('collect-commission'))
    .description('take out the commission of a node')
    .action(
      sessionAction(context, async (session, flags: NodeFlags) => {
        const { chain, signal } = session;
        const node = await authority(session, flags, 'commissionReceiver');
        const wallet = await walletAddress(session);
        const before = await chain.balances(wallet, { signal });
        const { digest } = await transact(session, (tx, refs, sender) => {
          tx.transferObjects([collectCommission(tx, refs, node)], sender);
        });
        const amount = (await chain.balances(wallet, { signal })).wal - before.wal;
        report(
          session,
          { nodeId: node.nodeId, amount, txDigest: digest },
          `Collected ${formatCoin(amount, 'WAL')}`,
        );
      }),
    );

  for (const [name, about, right, set] of [
    [
      'set-commission-authorized',
      'who may collect the commission',
      'commissionReceiver',
      setCommissionReceiver,
    ],
    [
      'set-governance-authorized',
      'who votes for the node',
      'governanceAuthorized',
      setGovernanceAuthorized,
    ],
  ] as const) {
    withNode(admin.command(name))
      .description(`name ${about}`)
      .option('--address <address>', 'an address')
      .option('--object <id>', 'whoever owns this object')
      .action(
        sessionAction(
          context,
          async (session, flags: NodeFlags & { address?: string; object?: string }) => {
            const holder = holderOf(flags);
            const node = await authority(session, flags, right);
            const { digest } = await transact(session, (tx, refs) => set(tx, refs, node, holder));
            report(
              session,
              { nodeId: node.nodeId, authorized: holder, txDigest: digest },
              `Set ${about} of node ${node.nodeId}`,
            );
          },
        ),
      );
  }
}

interface ParameterFlags {
  readonly nodeId: string;
  readonly commission?: string;
  readonly storagePrice?: string;
  readonly writePrice?: string;
  readonly capacity?: string;
}

/** What a node sets with its capability: commission, prices and capacity. */
function parameterCommands(admin: Command, context: CommandContext): void {
  admin
    .command('set-parameters')
    .description('set the commission of a node, and its votes for prices and capacity')
    .requiredOption('--node-id <id>', 'node; the wallet must hold its capability')
    .option('--commission <basis-points>', 'from the second next epoch on; 100 is one percent')
    .option('--storage-price <frost>', 'vote: price of a unit of storage for an epoch')
    .option('--write-price <frost>', 'vote: price of a unit of storage at registration')
    .option('--capacity <bytes>', 'vote: storage that this node offers, e.g. 10TiB')
    .addHelpText(
      'after',
      '\nExample:\n  $ walrus node-admin set-parameters --node-id 0x12…ef --storage-price 11000 --capacity 10TiB',
    )
    .action(
      sessionAction(context, async (session, flags: ParameterFlags) => {
        const optional = <T>(text: string | undefined, parse: (value: string) => T) =>
          text === undefined ? undefined : parse(text);
        const update = {
          commissionRate: optional(flags.commission, (text) =>
            parseCount('--commission', text, 0, BASIS_POINTS),
          ),
          storagePrice: optional(flags.storagePrice, (text) =>
            parseAmount('--storage-price', text),
          ),
          writePrice: optional(flags.writePrice, (text) => parseAmount('--write-price', text)),
          nodeCapacity: optional(flags.capacity, (text) => parseSize('--capacity', text)),
        };
        if (Object.values(update).every((value) => value === undefined)) {
          throw new UsageError('nothing to set was named', 'for example: --storage-price 11000');
        }
        const nodeId = normalizeAddress(flags.nodeId);
        const capability = await capabilityOf(session, nodeId);
        const { digest } = await transact(session, (tx, refs) =>
          updateNode(tx, refs, capability, update),
        );
        report(
          session,
          { nodeId, ...update, txDigest: digest },
          `Set parameters of node ${nodeId}`,
        );
      }),
    );

  admin
    .command('update-prices')
    .description('have the prices follow the votes now; anybody may')
    .action(
      sessionAction(context, async (session) => {
        const { digest } = await transact(session, (tx, refs) => updatePrices(tx, refs));
        const { storagePrice, writePrice } = await session.chain.system({ signal: session.signal });
        report(
          session,
          { storagePrice, writePrice, txDigest: digest },
          `Storage costs ${storagePrice} FROST per unit and epoch, registration ${writePrice} FROST per unit`,
        );
      }),
    );
}

interface UpgradeFlags {
  readonly upgradeManagerObjectId?: string;
  readonly packagePath?: string;
  readonly digest?: string;
}

/** Compiles the new version of the contracts, linked to what the network has. */
async function newContracts(session: Session, directory: string) {
  const { linkMovePackage } = await import('@walrus-ts/localnet/move');
  const { output, chain, signal } = session;
  const ids = await networkPackages(session);
  return showingCompilerOutput(output, () =>
    linkMovePackage({ directory, ids, rpcUrl: chain.rpcUrl, signal }),
  );
}

async function upgradeDigest(session: Session, flags: UpgradeFlags): Promise<Uint8Array> {
  if ((flags.packagePath === undefined) === (flags.digest === undefined)) {
    throw new UsageError('exactly one of --package-path and --digest is needed');
  }
  return flags.digest === undefined
    ? (await newContracts(session, flags.packagePath ?? '.')).digest
    : parseDigest(flags.digest);
}

interface SlashingFlags {
  readonly candidateNodeId: string;
  readonly slashingManagerObjectId?: string;
}

const managerOption = (command: Command, kind: 'upgrade' | 'slashing'): Command =>
  command.option(
    `--${kind}-manager-object-id <id>`,
    `shared object (default: ${kind}_manager_object of the configuration)`,
  );

/** Upgrades of the contracts: what to vote for, the votes, and carrying them out. */
function upgradeCommands(admin: Command, context: CommandContext): void {
  const PATH_HELP = 'directory of the new version of the package';
  admin
    .command('package-digest')
    .description('print the digest that an upgrade to a package is voted for with')
    .requiredOption('--package-path <dir>', PATH_HELP)
    .action(
      sessionAction(context, async (session, flags: { packagePath: string }) => {
        const { digest } = await newContracts(session, flags.packagePath);
        const [hex, base64] = [toHex(digest), toBase64(digest)];
        report(session, { digest: hex, base64 }, `${hex}\n${base64}`);
      }),
    );

  managerOption(withNode(admin.command('vote-for-upgrade')), 'upgrade')
    .description('vote for an upgrade of the contracts')
    .option('--package-path <dir>', PATH_HELP)
    .option('--digest <hex>', 'its digest, if it was compiled elsewhere')
    .action(
      sessionAction(context, async (session, flags: NodeFlags & UpgradeFlags) => {
        const manager = upgradeManager(session, flags);
        const digest = await upgradeDigest(session, flags);
        const node = await authority(session, flags, 'governanceAuthorized');
        const result = await transact(session, (tx, refs) =>
          voteForUpgrade(tx, refs, manager, node, digest),
        );
        report(
          session,
          { nodeId: node.nodeId, digest: toHex(digest), txDigest: result.digest },
          `Node ${node.nodeId} voted for the upgrade to ${toHex(digest)}`,
        );
      }),
    );

  managerOption(admin.command('execute-upgrade'), 'upgrade')
    .description('publish an upgrade that a quorum voted for; anybody may')
    .requiredOption('--package-path <dir>', PATH_HELP)
    .action(
      sessionAction(context, async (session, flags: UpgradeFlags & { packagePath: string }) => {
        const manager = upgradeManager(session, flags);
        const linked = await newContracts(session, flags.packagePath);
        const modules = linked.modules.map(({ bytes }) => bytes);
        const { digest, dependencies } = linked;
        const result = await transact(session, (tx, refs) =>
          upgradeContracts(tx, refs, { upgradeManager: manager, modules, dependencies, digest }),
        );
        const { newPackageId } = await session.chain.system({ signal: session.signal });
        report(
          session,
          { packageId: newPackageId ?? null, digest: toHex(digest), txDigest: result.digest },
          `Upgraded the contracts to ${newPackageId ?? 'the new package'}`,
        );
      }),
    );
}

const upgradeManager = (session: Session, flags: UpgradeFlags): Address =>
  objectOf(
    '--upgrade-manager-object-id',
    flags.upgradeManagerObjectId,
    session.config.upgradeManagerObject,
  );

/** Votes on slashing. */
function slashingCommands(admin: Command, context: CommandContext): void {
  managerOption(withNode(admin.command('vote-for-slashing')), 'slashing')
    .description('vote that a node loses its rewards and commission of this epoch')
    .requiredOption('--candidate-node-id <id>', 'node to be slashed')
    .action(
      sessionAction(context, async (session, flags: NodeFlags & SlashingFlags) => {
        const candidate = normalizeAddress(flags.candidateNodeId);
        const manager = slashingManager(session, flags);
        const node = await authority(session, flags, 'governanceAuthorized');
        const { digest } = await transact(session, (tx, refs) =>
          voteForSlashing(tx, refs, manager, node, candidate),
        );
        report(
          session,
          { nodeId: node.nodeId, candidateNodeId: candidate, txDigest: digest },
          `Node ${node.nodeId} voted for slashing ${candidate}`,
        );
      }),
    );

  managerOption(admin.command('execute-slashing'), 'slashing')
    .description('carry out a slashing that a quorum voted for; anybody may')
    .requiredOption('--candidate-node-id <id>', 'node to be slashed')
    .option(
      '--treasury-object-id <id>',
      'shared object (default: treasury_object of the configuration)',
    )
    .action(
      sessionAction(
        context,
        async (session, flags: SlashingFlags & { treasuryObjectId?: string }) => {
          const candidateNodeId = normalizeAddress(flags.candidateNodeId);
          const treasury = objectOf(
            '--treasury-object-id',
            flags.treasuryObjectId,
            session.config.treasuryObject,
          );
          const manager = slashingManager(session, flags);
          const { digest } = await transact(session, (tx, refs) =>
            executeSlashing(tx, refs, { slashingManager: manager, treasury, candidateNodeId }),
          );
          report(session, { candidateNodeId, txDigest: digest }, `Slashed node ${candidateNodeId}`);
        },
      ),
    );
}

const slashingManager = (session: Session, flags: SlashingFlags): Address =>
  objectOf(
    '--slashing-manager-object-id',
    flags.slashingManagerObjectId,
    session.config.slashingManagerObject,
  );

/** `walrus node-admin` (spec cli.md §9), with the votes that the official CLI lacks. */
export const nodeAdminCommands: CommandModule = (program, context) => {
  const admin = program
    .command('node-admin')
    .description('act for a storage node: commission, rights, votes')
    .addHelpText(
      'after',
      `
Examples:
  $ walrus node-admin collect-commission --node-id 0x12…ef --wallet node-0/wallet.key
  $ walrus node-admin vote-for-slashing --node-id 0x12…ef --candidate-node-id 0x34…ab`,
    );
  authorisationCommands(admin, context);
  parameterCommands(admin, context);
  upgradeCommands(admin, context);
  slashingCommands(admin, context);
};
