import type { EventEmitter } from 'node:events';
import { SingleBar } from 'cli-progress';

/** Progress of one command; `stop` must be called. */
export interface ProgressView {
  /**
   * Shows where the work is.
   *
   * @param label - name of the step; a new one completes the step before
   * @param done - of `total`
   * @param details - shown behind the bar, the most important first: narrow terminals do not show all
   */
  update(label: string, done: number, total: number, ...details: readonly string[]): void;
  /** Completes the last step. */
  finish(): void;
  /** Ends the view; a step that is not complete stays as far as it came. */
  stop(): void;
}

/** A view that other lines can be written beside. */
export interface BarsView extends ProgressView {
  /** Writes a line above the bar. */
  above(line: string): void;
}

/** What bars need of a terminal. */
export interface TerminalStream extends NodeJS.WritableStream {
  readonly columns?: number;
}

interface Step {
  readonly label: string;
  readonly bar: SingleBar;
  done: number;
  total: number;
  details: readonly string[];
}

const LABEL_WIDTH = 14;
const MAX_BAR_WIDTH = 30;
const MIN_BAR_WIDTH = 10;

/** Shows nothing. */
export const QUIET_VIEW: ProgressView = {
  update: () => undefined,
  finish: () => undefined,
  stop: () => undefined,
};

/**
 * Lays out one step: label, bar, percent and details; what does not fit is left out, first the bar, then details.
 *
 * @param share - done of all, 0 to 1
 * @param columns - of the terminal; three stay free: some terminals wrap at the last one, and Ctrl-C is shown as `^C`
 */
export function formatStep(
  label: string,
  share: number,
  details: readonly string[],
  columns: number,
): string {
  const width = Math.max(columns - 3, 0);
  const percent = `${Math.floor(Math.min(Math.max(share, 0), 1) * 100)}%`;
  const tail = [percent.padStart(4), details.join(', ')].join(' ').trimEnd();
  const barWidth = Math.min(width - LABEL_WIDTH - tail.length - 2, MAX_BAR_WIDTH);
  if (barWidth >= MIN_BAR_WIDTH) {
    const full = Math.floor(Math.min(Math.max(share, 0), 1) * barWidth);
    const bar = '='.repeat(full).padEnd(barWidth, '-');
    return `${label.padEnd(LABEL_WIDTH)} ${bar} ${tail}`;
  }
  for (let count = details.length; count >= 0; count--) {
    const line = `${label} ${percent} ${details.slice(0, count).join(' ')}`.trimEnd();
    if (line.length <= width) return line;
  }
  return `${label} ${percent}`.slice(0, width);
}

/**
 * Draws a bar for every step on a terminal. Nothing about the terminal is changed, neither cursor nor wrapping: however
 * the process ends, there is nothing to restore.
 *
 * @param stream - terminal
 * @param lifetime - emits `exit` when the process ends without having stopped the view
 */
export function createBars(stream: TerminalStream, lifetime: EventEmitter): BarsView {
  let step: Step | undefined;

  const draw = ({ label, done, total, details }: Step): string =>
    formatStep(label, done / total, details, stream.columns ?? 80);

  /** Takes the bar away; its line is empty then. */
  function erase(): Step | undefined {
    const erased = step;
    step?.bar.stop();
    step = undefined;
    lifetime.off('exit', stop);
    return erased;
  }

  function begin(label: string, done: number, total: number, details: readonly string[]): void {
    const bar = new SingleBar({
      stream,
      format: () => (step === undefined ? '' : draw(step)),
      fps: 8,
      clearOnComplete: true,
      // No control of wrapping: lines are short enough.
      linewrap: true,
    });
    step = { label, bar, done, total, details };
    lifetime.once('exit', stop);
    bar.start(total, done);
  }

  function finish(): void {
    if (step === undefined) return;
    step.done = step.total;
    stop();
  }

  function stop(): void {
    const last = erase();
    if (last !== undefined) stream.write(`${draw(last)}\n`);
  }

  return {
    update(label, done, total, ...details) {
      const known = Math.max(total, 1);
      if (step?.label !== label) {
        finish();
        begin(label, done, known, details);
        return;
      }
      Object.assign(step, { done, total: known, details });
      step.bar.update(done);
    },
    above(line) {
      const erased = erase();
      stream.write(`${line}\n`);
      if (erased !== undefined) begin(erased.label, erased.done, erased.total, erased.details);
    },
    finish,
    stop,
  };
}

/**
 * Writes a line when a step begins, for output that goes to a file.
 *
 * @param note - writes a line
 */
export function createLines(note: (line: string) => void): ProgressView {
  let current = '';
  return {
    ...QUIET_VIEW,
    update(label) {
      if (label === current) return;
      current = label;
      note(`${label} …`);
    },
  };
}
