/** LedgerService: objects, transactions, checkpoints, epochs (sui-rpc.md b). */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { CheckpointRecord, Ledger, LedgerObject } from '../../ledger/api.js';
import type { FieldMaskLike, Selection } from '../mask.js';
import { applyMask, compileMask } from '../mask.js';
import { unary } from '../method.js';
import type { RpcMethod } from '../method.js';
import { renderCheckpoint, renderExecuted } from '../render/executed.js';
import { message, timestamp } from '../render/message.js';
import { renderObject } from '../render/object.js';
import { requireAddress, requireDigest, required } from '../resolve/normalize.js';
import { GrpcStatus, RpcFailure, invalidArgument, notFound } from '../status.js';

const {
  BatchGetObjectsRequest,
  BatchGetObjectsResponse,
  BatchGetTransactionsRequest,
  BatchGetTransactionsResponse,
  Checkpoint,
  Epoch,
  ExecutedTransaction,
  GetCheckpointRequest,
  GetCheckpointResponse,
  GetEpochRequest,
  GetEpochResponse,
  GetObjectRequest,
  GetObjectResponse,
  GetObjectResult,
  GetServiceInfoRequest,
  GetServiceInfoResponse,
  GetTransactionRequest,
  GetTransactionResponse,
  GetTransactionResult,
  LedgerService,
} = GrpcTypes;

/** Name and version reported by GetServiceInfo. */
export const SERVER_NAME = 'walrus-ts-emulator/0.1.0';

/** What callers get without a read mask. */
export const DEFAULT_PATHS = {
  object: ['object_id', 'version', 'digest'],
  transaction: ['digest'],
  checkpoint: ['sequence_number', 'digest'],
  epoch: [
    'epoch',
    'first_checkpoint',
    'last_checkpoint',
    'start',
    'end',
    'reference_gas_price',
    'protocol_config.protocol_version',
  ],
} as const;

/** Most entries of one batch request. */
const MAX_BATCH = 1000;

/** Length of an epoch shown in the system state: local epochs do not end by themselves. */
const EPOCH_DURATION_MS = 86_400_000n;

/** The `google.rpc.Status` of one entry of a batch. */
interface EntryError {
  oneofKind: 'error';
  error: { code: number; message: string; details: [] };
}

/**
 * Compiles a read mask of objects.
 *
 * @param mask - mask of the request
 * @param defaults - what is selected without one
 */
export function objectMask(
  mask: FieldMaskLike | undefined,
  defaults: readonly string[] = DEFAULT_PATHS.object,
): Selection {
  return compileMask(GrpcTypes.Object, mask, defaults);
}

/**
 * Compiles a read mask of transactions.
 *
 * @param mask - mask of the request
 */
export function transactionMask(mask: FieldMaskLike | undefined): Selection {
  return compileMask(ExecutedTransaction, mask, DEFAULT_PATHS.transaction);
}

/**
 * Compiles a read mask of checkpoints.
 *
 * @param mask - mask of the request
 */
export function checkpointMask(mask: FieldMaskLike | undefined): Selection {
  return compileMask(Checkpoint, mask, DEFAULT_PATHS.checkpoint);
}

/** Tells that what is missing may have been dropped from a bounded history; empty if nothing was. */
function pruned(lowest: bigint): string {
  return lowest === 0n ? '' : `: history before checkpoint ${lowest} has been pruned`;
}

function findObject(ledger: Ledger, request: GrpcTypes.GetObjectRequest): LedgerObject {
  const id = requireAddress(request.objectId, 'object_id');
  const object = ledger.getObject(id, request.version);
  if (object === undefined) {
    if (request.version === undefined) throw notFound(`Object ${id} not found`);
    const { lowestObjectsCheckpoint } = ledger.status();
    throw notFound(
      `Object ${id} not found at version ${request.version}${pruned(lowestObjectsCheckpoint)}`,
    );
  }
  return object;
}

/** Turns the failure of one entry of a batch into the entry's error; other errors pass. */
function entryError(error: unknown): EntryError {
  if (!(error instanceof RpcFailure)) throw error;
  return {
    oneofKind: 'error',
    error: { code: GrpcStatus[error.status], message: error.message, details: [] },
  };
}

function checkBatch(count: number): void {
  if (count > MAX_BATCH) throw invalidArgument(`more than ${MAX_BATCH} entries in one batch`);
}

function findCheckpoint(
  ledger: Ledger,
  id: GrpcTypes.GetCheckpointRequest['checkpointId'],
): CheckpointRecord {
  const { lowestCheckpoint } = ledger.status();
  switch (id.oneofKind) {
    case 'sequenceNumber': {
      const checkpoint = ledger.checkpoint(id.sequenceNumber);
      if (checkpoint === undefined) {
        const isPruned = id.sequenceNumber < lowestCheckpoint;
        throw notFound(
          `Checkpoint ${id.sequenceNumber} not found${isPruned ? pruned(lowestCheckpoint) : ''}`,
        );
      }
      return checkpoint;
    }
    case 'digest': {
      const checkpoint = ledger.checkpoint(requireDigest(id.digest, 'digest'));
      if (checkpoint === undefined)
        throw notFound(`Checkpoint ${id.digest} not found${pruned(lowestCheckpoint)}`);
      return checkpoint;
    }
    default:
      return required(ledger.checkpoint(), 'checkpoint');
  }
}

function renderEpoch(ledger: Ledger): GrpcTypes.Epoch {
  const info = ledger.epochInfo();
  return message(Epoch, {
    epoch: info.epoch,
    firstCheckpoint: info.firstCheckpoint,
    start: timestamp(info.startTimestampMs),
    referenceGasPrice: info.referenceGasPrice,
    protocolConfig: message(GrpcTypes.ProtocolConfig, {
      protocolVersion: info.protocolVersion,
    }),
    systemState: message(GrpcTypes.SystemState, {
      version: 2n,
      epoch: info.epoch,
      protocolVersion: info.protocolVersion,
      referenceGasPrice: info.referenceGasPrice,
      epochStartTimestampMs: info.startTimestampMs,
      safeMode: false,
      parameters: message(GrpcTypes.SystemParameters, { epochDurationMs: EPOCH_DURATION_MS }),
      storageFund: message(GrpcTypes.StorageFund, {
        totalObjectStorageRebates: 0n,
        nonRefundableBalance: 0n,
      }),
      stakeSubsidy: message(GrpcTypes.StakeSubsidy, {
        balance: 0n,
        distributionCounter: 0n,
        currentDistributionAmount: 0n,
        stakeSubsidyPeriodLength: 0n,
        stakeSubsidyDecreaseRate: 0,
      }),
    }),
  });
}

/**
 * Makes the methods of LedgerService.
 *
 * @param ledger - the chain
 * @returns GetServiceInfo, GetObject, BatchGetObjects, GetTransaction, BatchGetTransactions,
 *   GetCheckpoint, GetEpoch
 */
export function ledgerMethods(ledger: Ledger): RpcMethod[] {
  const getTransaction = (digestText: string | undefined, selection: Selection) => {
    const digest = requireDigest(digestText, 'digest');
    const record = ledger.transaction(digest);
    if (record === undefined)
      throw notFound(`Transaction ${digest} not found${pruned(ledger.status().lowestCheckpoint)}`);
    return renderExecuted(record, ledger, selection);
  };
  return [
    unary(LedgerService, 'GetServiceInfo', GetServiceInfoRequest, GetServiceInfoResponse, () => {
      const status = ledger.status();
      return message(GetServiceInfoResponse, {
        chainId: ledger.chainId,
        chain: 'unknown',
        epoch: status.epoch,
        checkpointHeight: status.checkpoint,
        timestamp: timestamp(status.timestampMs),
        lowestAvailableCheckpoint: status.lowestCheckpoint,
        lowestAvailableCheckpointObjects: status.lowestObjectsCheckpoint,
        server: SERVER_NAME,
      });
    }),
    unary(LedgerService, 'GetObject', GetObjectRequest, GetObjectResponse, (request) => {
      const selection = objectMask(request.readMask);
      const object = renderObject(findObject(ledger, request), ledger, selection);
      return message(GetObjectResponse, { object });
    }),
    unary(
      LedgerService,
      'BatchGetObjects',
      BatchGetObjectsRequest,
      BatchGetObjectsResponse,
      (request) => {
        checkBatch(request.requests.length);
        const selection = objectMask(request.readMask);
        return message(BatchGetObjectsResponse, {
          objects: request.requests.map((entry) => {
            try {
              const object = renderObject(findObject(ledger, entry), ledger, selection);
              return message(GetObjectResult, { result: { oneofKind: 'object', object } });
            } catch (error) {
              return message(GetObjectResult, { result: entryError(error) });
            }
          }),
        });
      },
    ),
    unary(
      LedgerService,
      'GetTransaction',
      GetTransactionRequest,
      GetTransactionResponse,
      (request) =>
        message(GetTransactionResponse, {
          transaction: getTransaction(request.digest, transactionMask(request.readMask)),
        }),
    ),
    unary(
      LedgerService,
      'BatchGetTransactions',
      BatchGetTransactionsRequest,
      BatchGetTransactionsResponse,
      (request) => {
        checkBatch(request.digests.length);
        const selection = transactionMask(request.readMask);
        return message(BatchGetTransactionsResponse, {
          transactions: request.digests.map((digest) => {
            try {
              const transaction = getTransaction(digest, selection);
              return message(GetTransactionResult, {
                result: { oneofKind: 'transaction', transaction },
              });
            } catch (error) {
              return message(GetTransactionResult, { result: entryError(error) });
            }
          }),
        });
      },
    ),
    unary(
      LedgerService,
      'GetCheckpoint',
      GetCheckpointRequest,
      GetCheckpointResponse,
      (request) => {
        const selection = checkpointMask(request.readMask);
        const checkpoint = findCheckpoint(ledger, request.checkpointId);
        return message(GetCheckpointResponse, {
          checkpoint: renderCheckpoint(checkpoint, ledger, selection),
        });
      },
    ),
    unary(LedgerService, 'GetEpoch', GetEpochRequest, GetEpochResponse, (request) => {
      const selection = compileMask(Epoch, request.readMask, DEFAULT_PATHS.epoch);
      const epoch = renderEpoch(ledger);
      if (request.epoch !== undefined && request.epoch !== epoch.epoch) {
        throw notFound(`Epoch ${request.epoch} not found`);
      }
      return message(GetEpochResponse, { epoch: applyMask(Epoch, epoch, selection) });
    }),
  ];
}
