import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  API_REASONS,
  API_STATUSES,
  NodeApiError,
  apiError,
  decodeError,
  encodeError,
  type ApiReason,
  type ApiStatus,
} from '../../src/index.js';

test('every error comes out of the envelope as it went in', () => {
  const statuses = (Object.keys(API_STATUSES) as ApiStatus[]).filter((s) => s !== 'INTERNAL');
  fc.assert(
    fc.property(
      fc.constantFrom(...statuses),
      fc.constantFrom(...(Object.keys(API_REASONS) as ApiReason[])),
      // An own key of that name is dropped on purpose when reading untrusted JSON.
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.string(),
      ),
      (status, reason, metadata) => {
        const error = apiError(status, reason, undefined, { metadata });
        const { httpStatus, envelope } = encodeError(error, 'trace');
        const decoded = decodeError(httpStatus, JSON.stringify(envelope));
        expect(decoded).toMatchObject({
          code: error.code,
          httpStatus: API_STATUSES[status],
          status,
          reason,
          domain: error.domain,
          retryable: error.retryable,
        });
        expect(JSON.stringify(decoded.metadata)).toBe(JSON.stringify({ ...metadata }));
      },
    ),
  );
});

test('reading an error never throws and never grows with its input', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 300, max: 599 }),
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((error) => JSON.stringify({ error })),
      ),
      (httpStatus, text) => {
        const error = decodeError(httpStatus, text);
        expect(error).toBeInstanceOf(NodeApiError);
        expect(error.httpStatus).toBe(httpStatus);
      },
    ),
  );
  const long = decodeError(500, 'x'.repeat(100_000));
  expect(long.message.length).toBeLessThan(200);
});

test('internal errors tell nothing but where to look', () => {
  for (const error of [
    new Error('password'),
    'password',
    apiError('INTERNAL', 'INTERNAL_ERROR', 'password'),
  ]) {
    const { httpStatus, envelope } = encodeError(error, 'req-7');
    expect(httpStatus).toBe(500);
    const text = JSON.stringify(envelope);
    expect(text).not.toContain('password');
    expect(text).toContain('TraceID: req-7');
  }
});
