/** Publish and Upgrade commands (move-vm.md section 7). */

import { equalBytes, type Address } from '@walrus-ts/core';
import {
  checkUpgrade,
  MoveVmError,
  newTypeOrigins,
  packageDigest,
  readModule,
  setSelfAddress,
  upgradeTypeOrigins,
  verifyPackage,
  type GasMeter,
  type ModuleSummary,
  type MovePackage,
  type MoveValue,
  type PackageStore,
  type Session,
  type UpgradePolicy,
} from '../../move/index.js';
import { PUBLISH_BYTE_COST, packageSize } from '../gas.js';
import { MAX_PACKAGE_BYTES } from '../limits.js';
import type { Command, PackageUpgradeErrorKind } from '../types.js';
import { ExecutionFailure, failure } from './failure.js';

const ZERO_ADDRESS = `0x${'0'.repeat(64)}`;

/** What publishing needs from the running transaction. */
export interface PublishContext {
  readonly session: Session;
  readonly packages: PackageStore;
  readonly meter: GasMeter;
  /** Called with each new package; makes it part of the transaction's writes. */
  addPackage(pkg: MovePackage): void;
}

interface ReadModule {
  readonly summary: ModuleSummary;
  readonly bytes: Uint8Array;
}

/**
 * Publishes modules as a new package, runs their `init` functions and makes the UpgradeCap.
 *
 * @throws {ExecutionFailure}
 */
export function publish(
  context: PublishContext,
  command: Extract<Command, { kind: 'publish' }>,
): MoveValue {
  const { session } = context;
  const modules = readModules(context, command.modules);
  const id = session.freshPackageId();
  const linkage = linkageOf(context, command.dependencies, modules);
  const pkg: MovePackage = {
    id,
    originalId: id,
    version: 1n,
    modules: addressed(modules, id),
    typeOrigins: newTypeOrigins(addressed(modules, id), id),
    linkage,
  };
  accept(context, pkg);
  for (const { summary } of modules) session.runInit(id, summary.name);
  return session.makeUpgradeCap(session.freshId(), id);
}

/**
 * Upgrades a package under a ticket and makes the UpgradeReceipt.
 *
 * @param ticketValue - the consumed UpgradeTicket
 * @throws {ExecutionFailure}
 */
export function upgrade(
  context: PublishContext,
  command: Extract<Command, { kind: 'upgrade' }>,
  ticketValue: MoveValue,
): MoveValue {
  const { session } = context;
  const ticket = session.readUpgradeTicket(ticketValue);
  if (ticket.package !== command.package) {
    throw upgradeFailure({
      kind: 'PackageIDDoesNotMatch',
      packageId: command.package,
      ticketId: ticket.package,
    });
  }
  const old = context.packages.getPackage(ticket.package);
  if (old === undefined)
    throw upgradeFailure({ kind: 'UnableToFetchPackage', packageId: command.package });
  const digest = packageDigest([...command.modules], command.dependencies as Address[]);
  if (!equalBytes(digest, ticket.digest))
    throw upgradeFailure({ kind: 'DigestDoesNotMatch', digest });
  const policy = asPolicy(ticket.policy);
  const modules = readModules(context, command.modules);
  // New modules with `init` would need it to run, which networks do not allow in upgrades.
  if (modules.some(({ summary }) => summary.hasInit && !old.modules.has(summary.name))) {
    throw failure('FeatureNotYetSupported');
  }
  const id = session.freshPackageId();
  const rewritten = addressed(modules, old.originalId);
  const linkage = linkageOf(context, command.dependencies, modules);
  // A version that linked another one of itself would have two of everything.
  if (linkage.has(old.originalId)) throw failure('InvalidLinkage');
  let next: MovePackage;
  try {
    next = {
      id,
      originalId: old.originalId,
      version: old.version + 1n,
      modules: rewritten,
      typeOrigins: upgradeTypeOrigins(old, rewritten, id),
      linkage,
    };
    checkUpgrade(old, next, policy);
  } catch (thrown) {
    if (thrown instanceof MoveVmError && thrown.status === 'INCOMPATIBLE_UPGRADE') {
      throw upgradeFailure({ kind: 'IncompatibleUpgrade' }, thrown);
    }
    throw verificationFailure(thrown);
  }
  accept(context, next);
  return session.makeUpgradeReceipt(ticket.cap, id);
}

function upgradeFailure(error: PackageUpgradeErrorKind, cause?: unknown): ExecutionFailure {
  return new ExecutionFailure({ kind: 'PackageUpgradeError', error }, cause);
}

function asPolicy(policy: number): UpgradePolicy {
  if (policy !== 0 && policy !== 128 && policy !== 192) {
    throw upgradeFailure({ kind: 'UnknownUpgradePolicy', policy });
  }
  return policy;
}

/** Reads modules and checks what must hold before they get an address. */
function readModules(context: PublishContext, modules: readonly Uint8Array[]): ReadModule[] {
  const total = modules.reduce((sum, bytes) => sum + bytes.length, 0);
  context.meter.charge(total * PUBLISH_BYTE_COST);
  if (total > MAX_PACKAGE_BYTES) throw tooBig(total);
  const names = new Set<string>();
  return modules.map((bytes) => {
    let summary: ModuleSummary;
    try {
      summary = readModule(bytes);
    } catch (thrown) {
      throw verificationFailure(thrown);
    }
    if (summary.selfAddress !== ZERO_ADDRESS) throw failure('PublishErrorNonZeroAddress');
    if (names.has(summary.name)) throw failure('VMVerificationOrDeserializationError');
    names.add(summary.name);
    return { summary, bytes };
  });
}

function tooBig(size: number): ExecutionFailure {
  return new ExecutionFailure({
    kind: 'MovePackageTooBig',
    size: BigInt(size),
    maxSize: BigInt(MAX_PACKAGE_BYTES),
  });
}

/** Modules with their address, in name order. */
function addressed(modules: readonly ReadModule[], address: Address): Map<string, Uint8Array> {
  const named = modules.map(({ summary, bytes }): [string, Uint8Array] => [
    summary.name,
    setSelfAddress(bytes, address),
  ]);
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Builds the linkage table from the listed dependencies (7.2, step 3). */
function linkageOf(
  context: PublishContext,
  dependencies: readonly string[],
  modules: readonly ReadModule[],
): Map<Address, { id: Address; version: bigint }> {
  const packages: MovePackage[] = [];
  const unsorted = new Map<Address, { id: Address; version: bigint }>();
  for (const id of dependencies) {
    const pkg = context.packages.getPackage(id as Address);
    if (pkg === undefined) throw failure('PublishUpgradeMissingDependency');
    if (unsorted.has(pkg.originalId)) throw failure('InvalidLinkage');
    unsorted.set(pkg.originalId, { id: pkg.id, version: pkg.version });
    packages.push(pkg);
  }
  for (const pkg of packages) {
    for (const [originalId, needed] of pkg.linkage) {
      const listed = unsorted.get(originalId);
      if (listed === undefined) throw failure('PublishUpgradeMissingDependency');
      if (listed.version < needed.version) throw failure('PublishUpgradeDependencyDowngrade');
    }
  }
  for (const { summary } of modules) {
    for (const address of summary.dependencies) {
      if (address !== ZERO_ADDRESS && !unsorted.has(address))
        throw failure('PublishUpgradeMissingDependency');
    }
  }
  return new Map([...unsorted].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Size limit, verification, and making the package visible to the rest of the transaction. */
function accept(context: PublishContext, pkg: MovePackage): void {
  const size = packageSize({ ...pkg, typeOrigins: pkg.typeOrigins, linkage: pkg.linkage });
  if (size > MAX_PACKAGE_BYTES) throw tooBig(size);
  try {
    verifyPackage(pkg, context.packages);
  } catch (thrown) {
    throw verificationFailure(thrown);
  }
  context.session.addPackage(pkg);
  context.addPackage(pkg);
}

function verificationFailure(thrown: unknown): unknown {
  if (!(thrown instanceof MoveVmError)) return thrown;
  if (thrown.kind === 'gas') return thrown;
  return failure(
    thrown.status === 'SUI_VERIFICATION_ERROR'
      ? 'SuiMoveVerificationError'
      : 'VMVerificationOrDeserializationError',
    thrown,
  );
}
