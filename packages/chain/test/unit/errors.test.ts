import { describe, expect, it } from 'vitest';
import { abortOf, chainError, executionError } from '../../src/index.js';

describe('executionError', () => {
  it('names a known abort and gives a hint', () => {
    const error = executionError({
      message: 'MoveAbort',
      abort: { abortCode: '2', module: 'system_state_inner', functionName: 'reserve_space' },
    });
    expect(error.code).toBe('CHAIN_ABORTED');
    expect(error.message).toContain('EInvalidEpochsAhead');
    expect(error.data).toMatchObject({ module: 'system_state_inner', abortCode: '2' });
    expect(error.hint).toContain('walrus info');
  });

  it('states module and code of an unknown abort', () => {
    const error = executionError({
      abort: { abortCode: '77', module: 'somewhere', functionName: undefined },
    });
    expect(error.message).toBe('the contract aborted with code 77 in somewhere');
  });

  it('tells packages apart whose modules have the same name', () => {
    const at = (packageId: string) =>
      abortOf(
        executionError({
          abort: { abortCode: '0', packageId, module: 'table', functionName: undefined },
        }),
      );
    expect(at('0x2')).toMatchObject({ package: 'sui', module: 'table', code: 0n });
    expect(at('0x2')?.name).toBe('ETableNotEmpty');
    expect(at('0xabc')?.name).toBeUndefined();
  });

  it('takes the name and value of an error constant from the chain', () => {
    const error = executionError({
      abort: {
        abortCode: '9223372105574252544',
        module: 'shop',
        functionName: 'buy',
        clever: { lineNumber: 12, constantName: 'ETooPoor', value: 'the purse is empty' },
      },
    });
    expect(error.message).toBe('the contract refused: the purse is empty (shop::buy, ETooPoor)');
    expect(abortOf(error)).toMatchObject({ module: 'shop', functionName: 'buy', name: 'ETooPoor' });
    expect(error.data['line']).toBe(12);
  });

  it('reads the line out of the code of a bare assertion', () => {
    const abortCode = ((1n << 63n) | (42n << 32n) | 0xffff_ffffn).toString();
    const error = executionError({ abort: { abortCode, module: 'shop', functionName: 'buy' } });
    expect(error.message).toBe('the contract aborted in shop::buy, line 42');
  });

  it('gives no abort facts of other errors', () => {
    expect(abortOf(executionError({ message: 'InsufficientGas' }))).toBeUndefined();
    expect(abortOf(new Error('EInvalidEpochsAhead'))).toBeUndefined();
  });

  it('recognises missing funds', () => {
    expect(executionError({ message: 'InsufficientCoinBalance in command 1' }).code).toBe(
      'CHAIN_INSUFFICIENT_FUNDS',
    );
  });
});

describe('chainError', () => {
  const url = 'http://127.0.0.1:9000';
  const cases: [Error, string, boolean][] = [
    [
      new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
      'CHAIN_UNREACHABLE',
      true,
    ],
    [new DOMException('late', 'TimeoutError'), 'CHAIN_TIMEOUT', true],
    [
      new Error('Insufficient balance of 0x2::wal::WAL for owner 0x1. Required: 5'),
      'CHAIN_INSUFFICIENT_FUNDS',
      false,
    ],
    [
      new Error('object 0x5 version 3 is not available for consumption'),
      'CHAIN_OBJECT_STALE',
      true,
    ],
    [new Error('something%20odd'), 'CHAIN_RPC', false],
  ];

  it.each(cases)('turns %s into %s', (thrown, code, retryable) => {
    const error = chainError(thrown, url);
    expect(error).toMatchObject({ code, retryable });
  });

  it('lets an abort by the caller through', () => {
    const abort = new DOMException('stop', 'AbortError');
    expect(chainError(abort, url)).toBe(abort);
  });

  it('decodes percent-encoded messages', () => {
    expect(chainError(new Error('something%20odd'), url).message).toContain('something odd');
  });
});
