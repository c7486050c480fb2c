import { shorten } from '@walrus-ts/core';
import { z } from 'zod';
import {
  API_STATUSES,
  GLOBAL_DOMAIN,
  NODE_DOMAIN,
  NodeApiError,
  errorCode,
  isRetryable,
} from './errors.js';

/** The JSON body of an answer that succeeded. */
export interface SuccessEnvelope {
  readonly success: { readonly code: number; readonly data: unknown };
}

/** The JSON body of an answer that failed. */
export interface ErrorEnvelope {
  readonly error: {
    readonly status: string;
    readonly code: number;
    readonly message: string;
    readonly details: readonly Readonly<Record<string, unknown>>[];
  };
}

/** Text that replaces the message of every internal error, so that nothing inside leaks. */
export const INTERNAL_ERROR_MESSAGE = 'an internal error has occurred, please report it';

/**
 * Wraps the value of a JSON answer.
 *
 * @param code - HTTP status
 * @param data - JSON-able value
 * @see spec node-api.md §2.4
 */
export function encodeSuccess(code: number, data: unknown): SuccessEnvelope {
  return { success: { code, data } };
}

const SuccessSchema = z.object({ success: z.object({ code: z.number(), data: z.unknown() }) });

/**
 * Takes the value out of a JSON answer.
 *
 * @param text - body
 * @returns the `data`, still unchecked
 * @throws NODE_API_INVALID_RESPONSE if the body is no success envelope
 */
export function decodeSuccess(text: string): unknown {
  const parsed = SuccessSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new NodeApiError('NODE_API_INVALID_RESPONSE', 'the answer is not a success envelope', {
      cause: parsed.error,
    });
  }
  return parsed.data.success.data;
}

/**
 * Writes any error as the envelope that goes over the wire.
 *
 * Errors that are not a {@link NodeApiError} with a known status become internal errors: fixed message,
 * a trace ID to find them in the log, nothing of their content.
 *
 * @param error - anything thrown by a service
 * @param traceId - ID of the request in the log
 * @see spec node-api.md §2.5
 */
export function encodeError(
  error: unknown,
  traceId: string,
): { readonly httpStatus: number; readonly envelope: ErrorEnvelope } {
  const status = error instanceof NodeApiError ? error.status : undefined;
  if (
    !(error instanceof NodeApiError) ||
    status === undefined ||
    status === 'INTERNAL' ||
    !Object.hasOwn(API_STATUSES, status)
  ) {
    return {
      httpStatus: 500,
      envelope: {
        error: {
          status: 'INTERNAL',
          code: 500,
          message: INTERNAL_ERROR_MESSAGE,
          details: [
            {
              '@type': 'ErrorInfo',
              reason: 'INTERNAL_ERROR',
              domain: GLOBAL_DOMAIN,
              metadata: {},
            },
            { '@type': 'DebugInfo', stackEntries: [], detail: `TraceID: ${traceId}` },
          ],
        },
      },
    };
  }
  const httpStatus = error.httpStatus ?? 500;
  return {
    httpStatus,
    envelope: {
      error: {
        status,
        code: httpStatus,
        message: error.message,
        details: [
          {
            '@type': 'ErrorInfo',
            reason: error.reason ?? 'INTERNAL_ERROR',
            domain: error.domain ?? NODE_DOMAIN,
            metadata: error.metadata,
          },
        ],
      },
    },
  };
}

const ErrorSchema = z.object({
  error: z.object({
    status: z.string(),
    code: z.number(),
    message: z.string(),
    details: z.array(z.record(z.string(), z.unknown())).max(64).optional(),
  }),
});

const ErrorInfoSchema = z.object({
  '@type': z.literal('ErrorInfo'),
  reason: z.string(),
  domain: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/**
 * Reads an answer that failed: the twin of {@link encodeError}.
 *
 * Never throws: plain text, other JSON and unknown reasons still give an error with the HTTP status.
 *
 * @param httpStatus - of the answer
 * @param text - body, untrusted; at most 80 characters of it get into a message
 */
export function decodeError(httpStatus: number, text: string): NodeApiError {
  const parsed = ErrorSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const said = text.trim() === '' ? '' : `: ${shorten(text.trim())}`;
    return new NodeApiError('NODE_API_ERROR_RESPONSE', `the node answered ${httpStatus}${said}`, {
      httpStatus,
      retryable: isRetryable(httpStatus, undefined),
    });
  }
  const { error } = parsed.data;
  let info: z.infer<typeof ErrorInfoSchema> | undefined;
  for (const detail of error.details ?? []) {
    const result = ErrorInfoSchema.safeParse(detail);
    if (result.success) {
      info = result.data;
      break;
    }
  }
  const reason = info === undefined ? undefined : info.reason.slice(0, 64);
  return new NodeApiError(
    errorCode(reason),
    `the node answered ${httpStatus}: ${shorten(error.message, 200)}`,
    {
      httpStatus,
      status: error.status.slice(0, 64),
      ...(reason === undefined ? {} : { reason }),
      ...(info?.domain === undefined ? {} : { domain: info.domain.slice(0, 64) }),
      ...(info?.metadata === undefined ? {} : { metadata: info.metadata }),
      retryable: isRetryable(httpStatus, reason),
    },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
