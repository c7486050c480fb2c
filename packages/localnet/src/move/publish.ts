/** Builds and publishes Move packages of one's own. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signer } from '@mysten/sui/cryptography';
import { createExecutor, createRpc } from '@walrus-ts/chain';
import {
  compilePackage,
  linkPackage,
  listDependencies,
  locatePackage,
  type CompiledPackage,
  type LinkedPackage,
  type PackageIds,
} from '@walrus-ts/contracts';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import { z } from 'zod';
import { createdBy, publishPackage, publishedBy } from '../deploy/contracts.js';
import { LocalnetError } from '../errors.js';
import { readFileIfExists, writeFileAtomically } from '../files.js';

const PublicationSchema = z.object({
  packageId: z.string(),
  upgradeCap: z.string(),
  /** Base58, of the transaction. */
  digest: z.string(),
});

const PublicationsSchema = z.record(z.string(), PublicationSchema);

/** What publishing a package left on a chain. */
export type Publication = z.infer<typeof PublicationSchema>;

/** What to publish, and where. */
export interface PublishParameters {
  /** Path of the package. */
  readonly directory: string;
  readonly rpcUrl: string;
  readonly signer: Signer;
  /** IDs of packages that are published already, by the names of their folders. */
  readonly ids: Readonly<Record<string, PackageIds>>;
  readonly gasBudget?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a package keeps what was built and published of it. */
function buildFolder(directory: string): string {
  return join(directory, 'build');
}

function publicationsFile(directory: string): string {
  return join(buildFolder(directory), 'published.json');
}

/**
 * Compiles a package and writes the bytecode to `build/NAME.json` in its folder.
 *
 * @param nameOrDirectory - path of the package, or the name of one of the contracts
 * @returns the compiled package and the path of the file
 * @throws CONTRACTS_COMPILE_FAILED, CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST
 */
export async function buildMovePackage(
  nameOrDirectory: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<{ readonly compiled: CompiledPackage; readonly path: string }> {
  const { name, directory } = locatePackage(nameOrDirectory);
  const compiled = await compilePackage(directory, options);
  const path = join(buildFolder(directory), `${name}.json`);
  await mkdir(buildFolder(directory), { recursive: true });
  await writeFileAtomically(path, `${JSON.stringify(compiled)}\n`);
  return { compiled, path };
}

/** Identifier of the chain at a URL. */
async function chainIdOf(rpcUrl: string, signal: AbortSignal | undefined): Promise<string> {
  const rpc = createRpc(rpcUrl);
  const { chainIdentifier } = await rpc.call(
    (callSignal) => rpc.sui.core.getChainIdentifier({ signal: callSignal }),
    { signal },
  );
  return chainIdentifier;
}

async function readPublications(directory: string): Promise<Record<string, Publication>> {
  const path = publicationsFile(directory);
  const text = await readFileIfExists(path);
  if (text === undefined) return {};
  try {
    return PublicationsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LocalnetError('LOCALNET_NOT_PUBLISHED', `${path} cannot be read`, {
      cause,
      hint: 'delete it and publish the package again',
    });
  }
}

/**
 * Tells what was published last of a package on the chain at a URL.
 *
 * @param directory - path of the package
 * @throws LOCALNET_NOT_PUBLISHED
 */
export async function findPublication(
  directory: string,
  rpcUrl: string,
  signal?: AbortSignal,
): Promise<Publication> {
  const location = locatePackage(directory);
  const chainId = await chainIdOf(rpcUrl, signal);
  const known = (await readPublications(location.directory))[chainId];
  if (known !== undefined) return known;
  throw new LocalnetError(
    'LOCALNET_NOT_PUBLISHED',
    `${location.name} was not published on the chain at ${rpcUrl} from this folder`,
    { hint: `publish it with: walrus move publish ${directory}` },
  );
}

/**
 * Compiles a package and links it to the packages it depends on, which must be in `ids`, or have been published from their own
 * folders. The bytecode is what a transaction publishes; its digest is what an upgrade is voted for with.
 *
 * @throws LOCALNET_NOT_PUBLISHED naming a dependency, CONTRACTS_COMPILE_FAILED
 */
export async function linkMovePackage(
  parameters: Pick<PublishParameters, 'directory' | 'rpcUrl' | 'ids' | 'signal'>,
): Promise<LinkedPackage> {
  const { rpcUrl, signal } = parameters;
  const { directory } = locatePackage(parameters.directory);
  const { compiled } = await buildMovePackage(directory, signal === undefined ? {} : { signal });
  const ids: Record<string, PackageIds> = { ...parameters.ids };
  for (const dependency of await listDependencies(directory)) {
    if (!(dependency.name in compiled.placeholders) || dependency.name in ids) continue;
    const { packageId } = await findPublication(dependency.directory, rpcUrl, signal);
    const id: Address = normalizeAddress(packageId);
    ids[dependency.name] = { originalId: id, storageId: id };
  }
  return linkPackage(compiled, ids);
}

/**
 * Compiles a package, links it to what it depends on, and publishes it. The ID is remembered in its folder, per chain.
 *
 * @throws those of {@link linkMovePackage}, errors of the chain
 */
export async function publishMovePackage(parameters: PublishParameters): Promise<Publication> {
  const { rpcUrl, signer, signal } = parameters;
  const { directory } = locatePackage(parameters.directory);
  const linked = await linkMovePackage(parameters);
  const owner = signer.toSuiAddress();
  const executor = createExecutor(createRpc(rpcUrl), () =>
    Promise.resolve(normalizeAddress('0x0')),
  );
  const result = await executor.execute(
    {
      signer,
      gasBudget: parameters.gasBudget,
      build: (tx) => publishPackage(tx, owner, linked),
    },
    { signal },
  );
  const publication: Publication = {
    packageId: publishedBy(result),
    upgradeCap: createdBy(result, '::package::UpgradeCap'),
    digest: result.digest,
  };
  const all = await readPublications(directory);
  const chainId = await chainIdOf(rpcUrl, signal);
  await writeFileAtomically(
    publicationsFile(directory),
    `${JSON.stringify({ ...all, [chainId]: publication }, null, 2)}\n`,
  );
  return publication;
}
