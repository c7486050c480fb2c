/**
 * Helpers for tests of the whole system: local networks in temporary directories, storage nodes that lie, the
 * command line as a process, and bytes to store.
 */
export {
  CLI_PATH,
  runCli,
  runCliJson,
  startCli,
  type CliOptions,
  type CliProcess,
  type CliResult,
} from './cli-process.js';
export {
  createFaultProxy,
  type Fault,
  type FaultProxy,
  type FaultProxyInit,
} from './fault-proxy.js';
export { readWallet, startTestNetwork, testBytes, type TestNetwork } from './network.js';
