/** Calls Move functions with arguments given as text. */
import type { SuiClientTypes } from '@mysten/sui/client';
import type { Signer } from '@mysten/sui/cryptography';
import { bcs } from '@mysten/sui/bcs';
import type { Transaction } from '@mysten/sui/transactions';
import { createExecutor, createRpc, type ExecutionResult } from '@walrus-ts/chain';
import {
  addressToBytes,
  concatBytes,
  errorMessage,
  isWalrusError,
  normalizeAddress,
} from '@walrus-ts/core';
import { LocalnetError } from '../errors.js';

/** What to call. */
export interface MoveCall {
  readonly rpcUrl: string;
  readonly signer: Signer;
  readonly packageId: string;
  readonly module: string;
  readonly function: string;
  readonly typeArguments: readonly string[];
  /** One text per parameter without the transaction context: see {@link describeArguments}. */
  readonly arguments: readonly string[];
  readonly gasBudget?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How arguments are written, for help texts. */
export const describeArguments =
  'numbers, true or false, addresses and texts as they are; vectors as JSON, e.g. [1,2]; options as the value or none; ' +
  'objects by their IDs, and the clock as 0x6';

type Body = SuiClientTypes.OpenSignatureBody;

const STRINGS = new Set(['0x1::string::String', '0x1::ascii::String']);
const OPTION = '0x1::option::Option';
const ID = '0x2::object::ID';
const CONTEXT = '0x2::tx_context::TxContext';

/** `0x1::string::String` for any spelling of the address. */
function shortName(typeName: string): string {
  const [address = '', ...rest] = typeName.split('<')[0]?.split('::') ?? [];
  return [address.replace(/^0x0*(?=.)/, '0x'), ...rest].join('::');
}

function invalid(call: MoveCall, text: string, hint: string): LocalnetError {
  const target = `${call.module}::${call.function}`;
  return new LocalnetError('LOCALNET_INVALID_CALL', `${target}: ${text}`, { hint });
}

/** Whether values of a type are written into the transaction; everything else is an object. */
function isPure(body: Body): boolean {
  switch (body.$kind) {
    case 'vector':
      return isPure(body.vector);
    case 'datatype': {
      const name = shortName(body.datatype.typeName);
      const [inner] = body.datatype.typeParameters;
      if (name === OPTION) return inner !== undefined && isPure(inner);
      return STRINGS.has(name) || name === ID;
    }
    case 'typeParameter':
    case 'unknown':
      return false;
    default:
      return true;
  }
}

function wholeNumber(text: string): string {
  if (!/^\d{1,80}$/.test(text)) throw new TypeError('it must be a whole number');
  return text;
}

/** BCS of the value that a text stands for. */
function encode(body: Body, text: string): Uint8Array {
  switch (body.$kind) {
    case 'u8':
      return bcs
        .u8()
        .serialize(Number(wholeNumber(text)))
        .toBytes();
    case 'u16':
      return bcs
        .u16()
        .serialize(Number(wholeNumber(text)))
        .toBytes();
    case 'u32':
      return bcs
        .u32()
        .serialize(Number(wholeNumber(text)))
        .toBytes();
    case 'u64':
      return bcs.u64().serialize(wholeNumber(text)).toBytes();
    case 'u128':
      return bcs.u128().serialize(wholeNumber(text)).toBytes();
    case 'u256':
      return bcs.u256().serialize(wholeNumber(text)).toBytes();
    case 'bool':
      if (text !== 'true' && text !== 'false') throw new TypeError('it must be true or false');
      return bcs
        .bool()
        .serialize(text === 'true')
        .toBytes();
    case 'vector': {
      const list: unknown = JSON.parse(text);
      if (!Array.isArray(list)) throw new TypeError('it must be a JSON list');
      const items = list.map((item: unknown) =>
        encode(body.vector, typeof item === 'string' ? item : JSON.stringify(item)),
      );
      return concatBytes(bcs.uleb128().serialize(items.length).toBytes(), ...items);
    }
    case 'datatype': {
      const name = shortName(body.datatype.typeName);
      const [inner] = body.datatype.typeParameters;
      if (STRINGS.has(name)) return bcs.string().serialize(text).toBytes();
      if (name !== OPTION || inner === undefined) return addressToBytes(normalizeAddress(text));
      return text === 'none'
        ? Uint8Array.of(0)
        : concatBytes(Uint8Array.of(1), encode(inner, text));
    }
    default:
      return addressToBytes(normalizeAddress(text));
  }
}

function addArgument(tx: Transaction, call: MoveCall, body: Body, text: string, index: number) {
  try {
    return isPure(body) ? tx.pure(encode(body, text)) : tx.object(normalizeAddress(text));
  } catch (error) {
    throw invalid(
      call,
      `argument ${index + 1} is '${text}': ${errorMessage(error)}`,
      `arguments are written so: ${describeArguments}`,
    );
  }
}

/**
 * Calls a function. What it returns is transferred to the caller if it is a struct.
 *
 * @throws LOCALNET_INVALID_CALL when there is no such function or the arguments do not fit; errors of the chain
 */
export async function callMove(call: MoveCall): Promise<ExecutionResult> {
  const { rpcUrl, signer, signal } = call;
  const rpc = createRpc(rpcUrl);
  const { function: found } = await rpc
    .call(
      (callSignal) =>
        rpc.sui.core.getMoveFunction({
          packageId: call.packageId,
          moduleName: call.module,
          name: call.function,
          signal: callSignal,
        }),
      { signal },
    )
    .catch((error: unknown) => {
      if (!isWalrusError(error, 'CHAIN_NOT_FOUND')) throw error;
      throw invalid(call, `package ${call.packageId} has no such function`, 'check the names');
    });
  const parameters = found.parameters.filter(
    ({ body }) => !(body.$kind === 'datatype' && shortName(body.datatype.typeName) === CONTEXT),
  );
  if (parameters.length !== call.arguments.length) {
    throw invalid(
      call,
      `${parameters.length} arguments are needed, ${call.arguments.length} were given`,
      `arguments are written so: ${describeArguments}`,
    );
  }
  if (found.typeParameters.length !== call.typeArguments.length) {
    throw invalid(
      call,
      `${found.typeParameters.length} type arguments are needed`,
      'give each with --type-arg',
    );
  }
  const executor = createExecutor(rpc, () => Promise.resolve(normalizeAddress('0x0')));
  return executor.execute(
    {
      signer,
      gasBudget: call.gasBudget,
      build: (tx) => {
        const results = tx.moveCall({
          target: `${call.packageId}::${call.module}::${call.function}`,
          typeArguments: [...call.typeArguments],
          arguments: parameters.map(({ body }, i) =>
            addArgument(tx, call, body, call.arguments[i] ?? '', i),
          ),
        });
        const kept = found.returns.flatMap(({ reference, body }, i) => {
          const result = results[i];
          const isStruct = reference === null && ['datatype', 'typeParameter'].includes(body.$kind);
          return isStruct && !isPure(body) && result !== undefined ? [result] : [];
        });
        if (kept.length > 0) tx.transferObjects(kept, signer.toSuiAddress());
      },
    },
    { signal },
  );
}
