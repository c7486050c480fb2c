import { SingleBar } from 'cli-progress';

/** Where results and messages go; commands write nowhere else. */
export interface Output {
  readonly isJson: boolean;
  /** Whether bars can be drawn. */
  readonly isTerminal: boolean;
  /** One JSON value on standard output; only with `--json`. */
  json(value: unknown): void;
  /** Text on standard output; nothing with `--json`. */
  text(line?: string): void;
  /** Raw bytes on standard output, waiting until they are taken. */
  bytes(data: Uint8Array): Promise<void>;
  /** A message on standard error. */
  note(line: string): void;
  /** Shows the progress of long work on standard error: a bar on a terminal, else a line per step (none with JSON). */
  progress(): ProgressView;
}

/** Progress of one command; `stop` must be called. */
export interface ProgressView {
  /**
   * Shows where the work is.
   *
   * @param label - name of the step; a new one starts a new line
   * @param done - of `total`
   * @param detail - shown behind the bar
   */
  update(label: string, done: number, total: number, detail?: string): void;
  stop(): void;
}

const QUIET: ProgressView = { update: () => undefined, stop: () => undefined };

function barView(): ProgressView {
  let bar: SingleBar | undefined;
  let current = '';
  return {
    update(label, done, total, detail = '') {
      if (label !== current) {
        bar?.stop();
        current = label;
        bar = new SingleBar({
          format: `${label.padEnd(14)} {bar} {percentage}% {detail}`,
          stream: process.stderr,
          barsize: 30,
          hideCursor: true,
          fps: 8,
        });
        bar.start(Math.max(total, 1), 0, { detail });
      }
      bar?.setTotal(Math.max(total, 1));
      bar?.update(done, { detail });
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function lineView(note: (line: string) => void): ProgressView {
  let current = '';
  return {
    update(label) {
      if (label === current) return;
      current = label;
      note(`${label} …`);
    },
    stop: () => undefined,
  };
}

/**
 * Makes the output of a process.
 *
 * @param isJson - results as JSON
 */
export function createOutput(isJson: boolean): Output {
  const isTerminal = process.stderr.isTTY === true;
  const note = (line: string): void => void process.stderr.write(`${line}\n`);
  return {
    isJson,
    isTerminal,
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
    progress: () => (isTerminal ? barView() : isJson ? QUIET : lineView(note)),
  };
}

// Amounts stay exact: a bigint beyond the safe range becomes a decimal string.
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}
