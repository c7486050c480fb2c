import type { Signer } from '@mysten/sui/cryptography';
import type { SuiClientTypes } from '@mysten/sui/client';
import { Transaction, TransactionDataBuilder } from '@mysten/sui/transactions';
import { isWalrusError, normalizeAddress, type Address, type WalrusError } from '@walrus-ts/core';
import { decodeEvents, type WalrusEvent } from './events.js';
import { executionError } from './errors.js';
import type { CallOptions, Rpc } from './rpc.js';

/** What an executed transaction did. */
export interface ExecutionResult {
  /** Base58. */
  readonly digest: string;
  /** Objects created, with their full Move types, in the order of the effects. */
  readonly created: readonly { readonly objectId: Address; readonly type: string }[];
  readonly events: readonly WalrusEvent[];
  /** Net gas paid, MIST; negative when the rebate was larger. */
  readonly gasCost: bigint;
}

/** What to execute. */
export interface ExecuteParameters {
  readonly signer: Signer;
  /** Adds the commands; called once per attempt, each time on a fresh transaction. */
  readonly build: (tx: Transaction) => void | Promise<void>;
  /** Fixed budget in MIST; estimated by simulation if absent. */
  readonly gasBudget?: bigint | undefined;
  /**
   * Told the signed transaction before it is sent, and waited for; once per attempt. Who writes it down can find out
   * later, with `resume`, whether it was executed.
   */
  readonly onSigned?: ((signed: SignedTransaction) => void | Promise<void>) | undefined;
}

/** A transaction ready to be sent; sending it twice executes it once. */
export interface SignedTransaction {
  /** Base58. */
  readonly digest: string;
  /** BCS of the transaction data. */
  readonly transaction: Uint8Array;
  /** Base64. */
  readonly signature: string;
}

const MAX_ATTEMPTS = 6;
/** Pauses double from 250 ms to this: some eight seconds in all, ms. */
const MAX_RESUBMIT_DELAY_MS = 4000;

/** Executes transactions; those of one sender go one after another, so that they never fight for a coin. */
export interface Executor {
  /**
   * Builds, signs and executes a transaction, and waits until it can be read.
   *
   * An attempt that lost an owned object to another process is built anew.
   *
   * @throws CHAIN_ABORTED, CHAIN_INSUFFICIENT_FUNDS, CHAIN_TRANSACTION_FAILED and those of every request
   */
  execute(parameters: ExecuteParameters, options?: CallOptions): Promise<ExecutionResult>;
  /**
   * Finds out what became of a transaction that was signed earlier: looks it up, and sends it if it is not known.
   *
   * @throws CHAIN_OBJECT_STALE when it was not and can never be executed; else as `execute`
   */
  resume(signed: SignedTransaction, options?: CallOptions): Promise<ExecutionResult>;
}

const INCLUDE = { effects: true, events: true, objectTypes: true } as const;
type Outcome = SuiClientTypes.TransactionResult<typeof INCLUDE>;

/**
 * Makes an executor.
 *
 * @param originalPackageId - package whose events are decoded
 */
export function createExecutor(rpc: Rpc, originalPackageId: () => Promise<Address>): Executor {
  const queues = new Map<string, Promise<unknown>>();

  const attempt = async (
    { signer, build, gasBudget, onSigned }: ExecuteParameters,
    options: CallOptions,
  ): Promise<ExecutionResult> => {
    const tx = new Transaction();
    tx.setSender(signer.toSuiAddress());
    if (gasBudget !== undefined) tx.setGasBudget(gasBudget);
    await build(tx);
    // Nothing is signed yet, so a short interruption of the chain is waited out.
    const bytes = await resubmitting(options, () =>
      rpc.call(() => tx.build({ client: rpc.sui }), options),
    ).catch((error: unknown) => {
      throw simulationError(error);
    });
    const { signature } = await signer.signTransaction(bytes);
    const signed = {
      digest: TransactionDataBuilder.getDigestFromBytes(bytes),
      transaction: bytes,
      signature,
    };
    await onSigned?.(signed);
    return describe(await send(signed, options), options);
  };

  // The same signed bytes may be sent again: the chain executes them once and answers the same.
  const send = (
    { transaction, signature }: SignedTransaction,
    options: CallOptions,
  ): Promise<Outcome> =>
    resubmitting(options, () =>
      rpc.call(
        (signal) =>
          rpc.sui.core.executeTransaction({
            transaction,
            signatures: [signature],
            include: INCLUDE,
            signal,
          }),
        options,
      ),
    );

  const lookUp = async (digest: string, options: CallOptions): Promise<Outcome | undefined> => {
    try {
      return await resubmitting(options, () =>
        rpc.call(
          (signal) => rpc.sui.core.getTransaction({ digest, include: INCLUDE, signal }),
          options,
        ),
      );
    } catch (error) {
      if (isWalrusError(error, 'CHAIN_NOT_FOUND')) return undefined;
      throw error;
    }
  };

  const describe = async (result: Outcome, options: CallOptions): Promise<ExecutionResult> => {
    const executed = result.Transaction ?? result.FailedTransaction;
    if (!executed.status.success) throw failureOf(executed.status.error);
    const { digest } = executed;
    await resubmitting(options, () =>
      rpc.call(
        (signal) => rpc.sui.core.waitForTransaction({ digest, timeout: 30_000, signal }),
        options,
      ),
    );
    const gas = executed.effects.gasUsed;
    return {
      digest,
      created: executed.effects.changedObjects
        .filter((object) => object.idOperation === 'Created')
        .map((object) => ({
          objectId: normalizeAddress(object.objectId),
          type: executed.objectTypes[object.objectId] ?? '',
        })),
      events: decodeEvents(
        await originalPackageId(),
        digest,
        executed.events.map((event) => ({ eventType: event.eventType, contents: event.bcs })),
      ),
      gasCost: BigInt(gas.computationCost) + BigInt(gas.storageCost) - BigInt(gas.storageRebate),
    };
  };

  const withRetries = async (
    parameters: ExecuteParameters,
    options: CallOptions,
  ): Promise<ExecutionResult> => {
    for (let count = 1; ; count++) {
      try {
        return await attempt(parameters, options);
      } catch (error) {
        // Only a lost race for an object is certain not to have been executed.
        if (!isWalrusError(error, 'CHAIN_OBJECT_STALE') || count >= MAX_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50 * count * (1 + Math.random())));
        options.signal?.throwIfAborted();
      }
    }
  };

  return {
    async execute(parameters, options = {}) {
      const sender = parameters.signer.toSuiAddress();
      const previous = queues.get(sender) ?? Promise.resolve();
      const current = previous.then(
        () => withRetries(parameters, options),
        () => withRetries(parameters, options),
      );
      queues.set(sender, current);
      try {
        return await current;
      } finally {
        if (queues.get(sender) === current) queues.delete(sender);
      }
    },
    async resume(signed, options = {}) {
      const known = await lookUp(signed.digest, options);
      if (known !== undefined) return describe(known, options);
      try {
        return await describe(await send(signed, options), options);
      } catch (error) {
        // Whoever sent it first may have got through in between, and spent its own inputs.
        const late = isWalrusError(error, 'CHAIN_OBJECT_STALE')
          ? await lookUp(signed.digest, options)
          : undefined;
        if (late === undefined) throw error;
        return describe(late, options);
      }
    },
  };
}

async function resubmitting<T>(options: CallOptions, submit: () => Promise<T>): Promise<T> {
  for (let delayMs = 250; ; delayMs *= 2) {
    try {
      return await submit();
    } catch (error) {
      const isLost =
        isWalrusError(error, 'CHAIN_UNREACHABLE') || isWalrusError(error, 'CHAIN_TIMEOUT');
      if (!isLost || delayMs > MAX_RESUBMIT_DELAY_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      options.signal?.throwIfAborted();
    }
  }
}

type ExecutionErrorLike = {
  readonly message: string;
  readonly $kind: string;
  readonly MoveAbort?: {
    readonly abortCode: string;
    readonly location?:
      | { readonly package?: string; readonly module?: string; readonly functionName?: string }
      | undefined;
    readonly cleverError?:
      | { readonly lineNumber?: number; readonly constantName?: string; readonly value?: string }
      | undefined;
  };
};

/** Makes the error of a failed status, see {@link executionError}. */
export function failureOf(error: ExecutionErrorLike): WalrusError {
  return executionError({
    message: error.message,
    abort:
      error.MoveAbort === undefined
        ? undefined
        : {
            abortCode: error.MoveAbort.abortCode,
            packageId: error.MoveAbort.location?.package,
            module: error.MoveAbort.location?.module,
            functionName: error.MoveAbort.location?.functionName,
            clever: error.MoveAbort.cleverError,
          },
  });
}

// A dry run that fails throws an error that holds the execution error, at some depth of causes.
function simulationError(error: unknown): unknown {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if ('executionError' in at && isExecutionError(at.executionError)) {
      return failureOf(at.executionError);
    }
  }
  return error;
}

function isExecutionError(value: unknown): value is ExecutionErrorLike {
  return typeof value === 'object' && value !== null && 'message' in value && '$kind' in value;
}
