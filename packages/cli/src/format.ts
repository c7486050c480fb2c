import { UsageError } from './errors.js';

/** Largest amount on chain. */
const MAX_U64 = 2n ** 64n - 1n;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Formats bytes in binary units. */
export function formatBytes(bytes: number | bigint): string {
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${UNITS[unit]}`;
}

/**
 * Formats how many bytes were handled, and how fast.
 *
 * @param bytes - so far
 * @param startMs - when it began, by `Date.now()`
 */
export function formatRate(bytes: number, startMs: number): [bytes: string, rate: string] {
  const seconds = Math.max((Date.now() - startMs) / 1000, 0.001);
  return [formatBytes(Math.round(bytes)), `${formatBytes(Math.round(bytes / seconds))}/s`];
}

/** Formats an amount of the smallest unit: below 0.0001 coin as such, else as whole coins. */
export function formatCoin(amount: bigint, coin: 'WAL' | 'SUI'): string {
  if (amount < 100_000n) return `${amount} ${coin === 'WAL' ? 'FROST' : 'MIST'}`;
  const value = Number(amount) / 1e9;
  return `${value >= 1 ? value.toFixed(3) : value.toFixed(4)} ${coin}`;
}

/** Formats a duration. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  const minutes = seconds / 60;
  if (minutes < 120) return `${minutes.toFixed(1)} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
}

/**
 * Parses a duration such as `500ms`, `1s`, `10 min`, `2h`, `1d`; a bare number is seconds.
 *
 * @returns ms
 * @throws UsageError
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)?$/.exec(text.trim());
  const factor = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
  const unit = (match?.[2] ?? 's') as keyof typeof factor;
  const ms = Number(match?.[1]) * factor[unit];
  if (!match || !(ms > 0) || ms > 365 * 86_400_000) {
    throw new UsageError(`not a duration: '${text}'`, 'examples: 500ms, 10s, 5min, 1h, 1d');
  }
  return ms;
}

/**
 * Parses a whole number within bounds.
 *
 * @param name - of the option, for the message
 * @throws UsageError
 */
export function parseCount(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(
      `${name} must be a whole number from ${min} to ${max}, not '${text}'`,
      `for example: ${name} ${Math.min(Math.max(min, 5), max)}`,
    );
  }
  return value;
}

/**
 * Parses `--threads`.
 *
 * @throws UsageError
 */
export function parseThreads(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseCount('--threads', text, 0, 64);
}

/** Lays rows out in columns, the first row being the heading. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * Parses an amount of a coin in its smallest unit.
 *
 * @param name - of the option, for the message
 * @param min - smallest amount
 * @throws UsageError
 */
export function parseAmount(name: string, text: string, min = 1n): bigint {
  const isNumber = /^\d{1,20}$/.test(text.trim());
  const value = isNumber ? BigInt(text) : 0n;
  if (!isNumber || value < min || value > MAX_U64) {
    throw new UsageError(
      `${name} must be a whole number of at least ${min}, not '${text}'`,
      `amounts are in the smallest unit: 1 WAL is 1000000000 FROST; for example: ${name} 1000000000`,
    );
  }
  return value;
}

/**
 * Parses a number of bytes, such as `4096`, `10MiB` or `1 GiB`.
 *
 * @param name - of the option, for the message
 * @throws UsageError
 */
export function parseSize(name: string, text: string): bigint {
  const match = /^(\d{1,15})\s*(B|KiB|MiB|GiB|TiB)?$/.exec(text.trim());
  const unit = UNITS.findIndex((candidate) => candidate === (match?.[2] ?? 'B'));
  const bytes = BigInt(match?.[1] ?? 0) << BigInt(10 * unit);
  if (!match || bytes === 0n || bytes > MAX_U64) {
    throw new UsageError(
      `${name} must be a size, not '${text}'`,
      `for example: ${name} 4096 or ${name} 10MiB`,
    );
  }
  return bytes;
}
