/** ForkingService: control of time and checkpoints for tests (sui-rpc.md f). */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { Ledger } from '../../ledger/api.js';
import { unary } from '../method.js';
import type { RpcMethod } from '../method.js';
import { RpcFailure, invalidArgument } from '../status.js';

const {
  AdvanceCheckpointRequest,
  AdvanceCheckpointResponse,
  AdvanceClockRequest,
  AdvanceClockResponse,
  ForkingService,
  GetStatusRequest,
  GetStatusResponse,
} = GrpcTypes;

/** Without a duration the clock moves one millisecond. */
const DEFAULT_DURATION_MS = 1n;
/** Longest single step: a hundred years. */
const MAX_DURATION_MS = 100n * 365n * 86_400_000n;

/** The end of what a protobuf timestamp can tell: 9999-12-31. */
const MAX_TIMESTAMP_MS = 253_402_300_799_999n;

/**
 * Makes the methods of ForkingService.
 *
 * @param ledger - the chain
 * @returns AdvanceClock, AdvanceCheckpoint, GetStatus
 */
export function forkingMethods(ledger: Ledger): RpcMethod[] {
  return [
    unary(
      ForkingService,
      'AdvanceClock',
      AdvanceClockRequest,
      AdvanceClockResponse,
      async (request) => {
        const durationMs = request.durationMs ?? DEFAULT_DURATION_MS;
        if (durationMs > MAX_DURATION_MS) {
          throw invalidArgument(`duration_ms is above ${MAX_DURATION_MS}`);
        }
        if (ledger.status().timestampMs + durationMs > MAX_TIMESTAMP_MS) {
          throw new RpcFailure('OUT_OF_RANGE', 'the time would pass the year 9999');
        }
        const result = await ledger.advanceClock(Number(durationMs));
        return { timestampMs: BigInt(result.timestampMs), txDigest: result.txDigest };
      },
    ),
    unary(
      ForkingService,
      'AdvanceCheckpoint',
      AdvanceCheckpointRequest,
      AdvanceCheckpointResponse,
      async () => {
        const { summary } = await ledger.advanceCheckpoint();
        return {
          checkpointSequenceNumber: summary.sequenceNumber,
          timestampMs: summary.timestampMs,
        };
      },
    ),
    unary(ForkingService, 'GetStatus', GetStatusRequest, GetStatusResponse, () => {
      const status = ledger.status();
      return {
        epoch: status.epoch,
        checkpointSequenceNumber: status.checkpoint,
        timestampMs: status.timestampMs,
        forkedAtCheckpoint: 0n,
      };
    }),
  ];
}
