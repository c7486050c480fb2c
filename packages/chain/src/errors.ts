import { WalrusError, errorMessage, isWalrusError, normalizeAddress } from '@walrus-ts/core';
import { describeAbort, lineOfAbort } from './aborts.js';

/** Where and why a transaction aborted inside Move. */
export interface AbortFacts {
  /** Name of the package, such as `walrus` or `sui`; undefined for packages that are not known. */
  readonly package: string | undefined;
  readonly packageId: string | undefined;
  readonly module: string;
  readonly functionName: string | undefined;
  readonly code: bigint;
  /** Name of the error constant, if the code is known. */
  readonly name: string | undefined;
  /** What the user can do, if it is known. */
  readonly hint: string | undefined;
}

/** What a failed execution status carries, as far as it is used here. */
export interface ExecutionFailure {
  readonly message?: string | undefined;
  readonly abort?:
    | {
        readonly abortCode: string;
        readonly packageId?: string | undefined;
        readonly module: string | undefined;
        readonly functionName: string | undefined;
        /** What the chain decoded of an abort of an `#[error]` constant or a bare assertion. */
        readonly clever?:
          | {
              readonly lineNumber?: number | undefined;
              readonly constantName?: string | undefined;
              readonly value?: string | undefined;
            }
          | undefined;
      }
    | undefined;
}

type AbortFailure = NonNullable<ExecutionFailure['abort']>;

function abortError(abort: AbortFailure, module: string): WalrusError {
  const code = BigInt(abort.abortCode);
  const packageId = abort.packageId ? normalizeAddress(abort.packageId) : undefined;
  const known = describeAbort(module, code, packageId);
  const at = `${module}${abort.functionName ? `::${abort.functionName}` : ''}`;
  const name = known?.name ?? abort.clever?.constantName;
  const text = known?.text ?? abort.clever?.value;
  const line = abort.clever?.lineNumber ?? lineOfAbort(code);
  const facts = {
    package: known?.package,
    packageId,
    module,
    function: abort.functionName,
    abortCode: code.toString(),
    name,
    line,
  };
  let message = `the contract aborted with code ${code} in ${at}`;
  if (line !== undefined) message = `the contract aborted in ${at}, line ${line}`;
  if (name !== undefined) message = `the contract refused: ${text ?? name} (${at}, ${name})`;
  return new WalrusError('CHAIN_ABORTED', message, {
    data: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
    retryable: known?.retryable ?? false,
    ...(known?.hint === undefined ? {} : { hint: known.hint }),
  });
}

/**
 * What is known of the abort behind an error; `undefined` if it is no abort.
 *
 * @param error - anything caught
 */
export function abortOf(error: unknown): AbortFacts | undefined {
  if (!isWalrusError(error, 'CHAIN_ABORTED')) return undefined;
  const { data, hint } = error;
  const { module, abortCode } = data;
  if (typeof module !== 'string' || typeof abortCode !== 'string') return undefined;
  const text = (key: string): string | undefined => {
    const value = data[key];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    package: text('package'),
    packageId: text('packageId'),
    module,
    functionName: text('function'),
    code: BigInt(abortCode),
    name: text('name'),
    hint,
  };
}

/**
 * Makes an error of a transaction that was executed and failed.
 *
 * @param failure - status of the effects, or of a simulation
 * @returns code CHAIN_ABORTED (`data` has package, packageId, module, function, abortCode, name and line, as far as
 *   they are known; see {@link abortOf}), CHAIN_OUT_OF_GAS, CHAIN_INSUFFICIENT_FUNDS or CHAIN_TRANSACTION_FAILED
 */
export function executionError(failure: ExecutionFailure): WalrusError {
  const text = failure.message ?? 'no details';
  const abort = failure.abort;
  if (abort?.module !== undefined) return abortError(abort, abort.module);
  if (/InsufficientGas/i.test(text)) {
    return new WalrusError('CHAIN_OUT_OF_GAS', `the gas budget was used up: ${text}`, {
      hint: 'leave --gas-budget out so that it is estimated, or get more SUI for this address',
    });
  }
  if (/insufficient/i.test(text)) return fundsError(text);
  return new WalrusError('CHAIN_TRANSACTION_FAILED', `the transaction failed: ${text}`);
}

function fundsError(text: string, cause?: unknown): WalrusError {
  return new WalrusError('CHAIN_INSUFFICIENT_FUNDS', `the wallet lacks funds: ${text}`, {
    hint: 'get SUI and WAL for this address, on a local network from its faucet',
    cause,
  });
}

/** gRPC status names after which the same request may succeed. */
const RETRYABLE_STATUS = new Set([
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'DEADLINE_EXCEEDED',
]);
const TRANSPORT_TEXT =
  /fetch failed|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|terminated|socket|network error|other side closed/i;

function causeTexts(error: unknown): string {
  const texts: string[] = [];
  for (let at: unknown = error, depth = 0; at !== undefined && at !== null && depth < 6; depth++) {
    texts.push(errorMessage(at));
    if (typeof at === 'object' && 'errors' in at && Array.isArray(at.errors)) {
      texts.push(...at.errors.map(errorMessage));
    }
    at = at instanceof Error ? at.cause : undefined;
  }
  return texts.join(' | ');
}

function statusOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/**
 * Turns anything thrown by the RPC client into a typed error.
 *
 * @param error - what was caught
 * @param rpcUrl - shown to the user
 * @returns codes CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_INSUFFICIENT_FUNDS, CHAIN_OBJECT_STALE,
 * CHAIN_NOT_FOUND, CHAIN_RPC; an abort by the caller and errors that are typed already are returned unchanged
 */
export function chainError(error: unknown, rpcUrl: string): Error {
  if (isWalrusError(error)) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const text = causeTexts(error);
  const status = statusOf(error);
  const message = decodeText(errorMessage(error));
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new WalrusError('CHAIN_TIMEOUT', `the chain at ${rpcUrl} did not answer in time`, {
      retryable: true,
      cause: error,
    });
  }
  if (
    /insufficient (sui )?balance|insufficient .*balance|no valid gas coins|gas selection/i.test(
      text,
    )
  ) {
    return fundsError(message, error);
  }
  if (STALE_OBJECT.test(text)) {
    return new WalrusError('CHAIN_OBJECT_STALE', `an object was used meanwhile: ${message}`, {
      retryable: true,
      cause: error,
    });
  }
  if (TRANSPORT_TEXT.test(text) || status === 'UNAVAILABLE') {
    return new WalrusError('CHAIN_UNREACHABLE', `cannot reach the chain at ${rpcUrl}`, {
      retryable: true,
      hint: 'check that the network is running; start a local one with: walrus up',
      cause: error,
    });
  }
  if (status === 'NOT_FOUND' || /notExists|not found|does not exist/i.test(text)) {
    return new WalrusError('CHAIN_NOT_FOUND', message, { cause: error });
  }
  return new WalrusError('CHAIN_RPC', `the chain refused the request: ${message}`, {
    data: status === undefined ? {} : { status },
    retryable: status !== undefined && RETRYABLE_STATUS.has(status),
    cause: error,
  });
}

const STALE_OBJECT =
  /not available for consumption|unavailable for consumption|is not the current version|stale|object version|locked|equivocat|reserved for another transaction/i;

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
