import {
  QUIET_VIEW,
  createBars,
  createLines,
  type BarsView,
  type ProgressView,
} from './progress.js';

/** Where results and messages go; commands write nowhere else. */
export interface Output {
  readonly isJson: boolean;
  /** One JSON value on standard output; only with `--json`. */
  json(value: unknown): void;
  /** Text on standard output; nothing with `--json`. */
  text(line?: string): void;
  /** Raw bytes on standard output, waiting until they are taken. */
  bytes(data: Uint8Array): Promise<void>;
  /** A message on standard error, above the bar if there is one. */
  note(line: string): void;
  /**
   * Shows the progress of long work on standard error: bars on a terminal, else a line per step; nothing with `--json`.
   *
   * @param alone - `false` if `bytes` go to standard output meanwhile: no bar is drawn where they appear
   */
  progress(alone?: boolean): ProgressView;
}

/**
 * Makes the output of a process.
 *
 * @param isJson - results as JSON
 */
export function createOutput(isJson: boolean): Output {
  let bars: BarsView | undefined;
  const note = (line: string): void => {
    if (bars !== undefined) bars.above(line);
    else process.stderr.write(`${line}\n`);
  };
  return {
    isJson,
    json(value) {
      if (isJson) process.stdout.write(`${JSON.stringify(value, jsonValue, 2)}\n`);
    },
    text(line = '') {
      if (!isJson) process.stdout.write(`${line}\n`);
    },
    bytes: (data) =>
      new Promise((resolve, reject) => {
        process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
      }),
    note,
    progress(alone = true) {
      if (isJson) return QUIET_VIEW;
      if (!process.stderr.isTTY) return createLines(note);
      if (!alone && process.stdout.isTTY) return QUIET_VIEW;
      return (bars ??= createBars(process.stderr, process));
    },
  };
}

// Amounts stay exact: a bigint beyond the safe range becomes a decimal string.
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}
