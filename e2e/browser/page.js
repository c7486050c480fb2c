/**
 * The page of the browser test: does one of the runs below, with results in `window.result`; run.mjs looks at them.
 */
import { encodeRun } from './page-encode.js';
import { identityRun } from './page-identity.js';
import { operationsRun } from './page-operations.js';
import { leaveBehindRun, streamRun } from './page-stream.js';

const RUNS = {
  encode: encodeRun,
  identity: identityRun,
  operations: operationsRun,
  stream: streamRun,
  leaveBehind: leaveBehindRun,
};

const parameters = new URLSearchParams(location.search);
const input = JSON.parse(parameters.get('input') ?? '{}');

RUNS[parameters.get('run')](input).then(
  (result) => {
    window.result = { isIsolated: crossOriginIsolated, ...result };
  },
  (error) => {
    window.failure = `${error.stack ?? error} ${error.cause?.stack ?? error.cause ?? ''}`;
  },
);
