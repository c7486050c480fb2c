import { SuiGrpcClient } from '@mysten/sui/grpc';
import { WalrusError, normalizeAddress, type Address } from '@walrus-ts/core';
import { chainError } from './errors.js';
import { u64 } from './move/layout.js';

/** Options of every call that may wait. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
}

/** Time limit of one request, ms. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** How often an object is asked for when the chain cannot be reached. */
const READ_ATTEMPTS = 3;

/** Contents of an object as the chain holds it. */
export interface ObjectContents {
  readonly objectId: string;
  readonly version: string;
  readonly digest: string;
  readonly type: string;
  readonly content: Uint8Array;
}

/** The Sui client with time limits and typed errors. */
export interface Rpc {
  readonly url: string;
  readonly sui: SuiGrpcClient;
  /**
   * Runs one request with a time limit and turns its errors into typed ones.
   *
   * @throws see `chainError`
   */
  call<T>(request: (signal: AbortSignal) => PromiseLike<T>, options?: CallOptions): Promise<T>;
  /** Like `call`, for requests that change nothing: a short interruption of the chain is bridged. */
  read<T>(request: (signal: AbortSignal) => PromiseLike<T>, options?: CallOptions): Promise<T>;
  /**
   * Reads objects, in the order asked.
   *
   * @throws CHAIN_NOT_FOUND naming the first that is missing
   */
  objects(ids: readonly string[], options?: CallOptions): Promise<ObjectContents[]>;
  /**
   * Reads the value of a dynamic field; `undefined` if there is none.
   *
   * @param name - Move type and BCS of the field's name
   */
  dynamicField(
    parentId: string,
    name: { readonly type: string; readonly bcs: Uint8Array },
    options?: CallOptions,
  ): Promise<Uint8Array | undefined>;
}

/**
 * Connects to a Sui RPC URL. Nothing is sent yet.
 *
 * @param url - base URL of a gRPC-web endpoint
 */
export function createRpc(url: string): Rpc {
  const sui = new SuiGrpcClient({ network: 'localnet', baseUrl: url });

  const call: Rpc['call'] = async (request, options = {}) => {
    const limit = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    options.signal?.throwIfAborted();
    try {
      return await request(signal);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw chainError(limit.aborted ? limit.reason : error, url);
    }
  };

  // Reading again is harmless, so a short interruption is bridged.
  const read: Rpc['read'] = async (request, options) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(request, options);
      } catch (error) {
        if (!(error instanceof WalrusError) || !error.retryable || attempt >= READ_ATTEMPTS)
          throw error;
        await new Promise((resolve) => setTimeout(resolve, 250 * attempt));
      }
    }
  };

  const objects: Rpc['objects'] = (ids, options) =>
    read(async (signal) => {
      const { objects: found } = await sui.core.getObjects({
        objectIds: [...ids],
        include: { content: true },
        signal,
      });
      return found.map((object, i) => {
        if (object instanceof Error) {
          throw new WalrusError('CHAIN_NOT_FOUND', `no object ${ids[i]} on this chain`, {
            cause: object,
            data: { objectId: ids[i] },
            hint: 'check the ID; the object may be deleted, or be on another network',
          });
        }
        return object;
      });
    }, options);

  const dynamicField: Rpc['dynamicField'] = async (parentId, name, options) => {
    try {
      return await read(async (signal) => {
        const { dynamicField: field } = await sui.core.getDynamicField({ parentId, name, signal });
        return field.value.bcs;
      }, options);
    } catch (error) {
      if (error instanceof WalrusError && error.code === 'CHAIN_NOT_FOUND') return undefined;
      throw error;
    }
  };

  return { url, sui, call, read, objects, dynamicField };
}

/**
 * Reads the state that a versioned object keeps under its version number.
 *
 * @throws CHAIN_NOT_FOUND if there is none
 */
export async function versionedState(
  rpc: Rpc,
  objectId: Address,
  version: bigint,
  options?: CallOptions,
): Promise<Uint8Array> {
  const name = { type: 'u64', bcs: u64.serialize(version).toBytes() };
  const value = await rpc.dynamicField(objectId, name, options);
  if (value === undefined) {
    throw new WalrusError(
      'CHAIN_NOT_FOUND',
      `object ${objectId} has no state of version ${version}`,
    );
  }
  return value;
}

/**
 * Reads an object that must be of a type.
 *
 * @param layout - of the type
 * @param noun - what the user knows it as
 * @returns its contents and the package that defines its type
 * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
 */
export async function readObject<T>(
  rpc: Rpc,
  objectId: Address,
  layout: { readonly typeName: string; parse(content: Uint8Array): T },
  noun: string,
  options?: CallOptions,
): Promise<{ readonly value: T; readonly originalPackageId: Address }> {
  const [object] = await rpc.objects([objectId], options);
  const [packageId, ...path] = object?.type.replace(/<.*/, '').split('::') ?? [];
  if (object === undefined || packageId === undefined || path.join('::') !== layout.typeName) {
    const article = /^[aeiou]/.test(noun) ? 'an' : 'a';
    throw new WalrusError('CHAIN_WRONG_OBJECT', `object ${objectId} is not ${article} ${noun}`, {
      data: { objectId, type: object?.type },
    });
  }
  return { value: layout.parse(object.content), originalPackageId: normalizeAddress(packageId) };
}
