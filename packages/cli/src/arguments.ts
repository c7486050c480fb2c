/** One blob ID in 64 starts with a dash and would be taken for an option. */
const DASHED_BLOB_ID = /^-[A-Za-z0-9_-]{42}$/;
/** Options whose value may be a blob ID; their parser takes what follows, whatever it looks like. */
const BLOB_ID_OPTIONS: ReadonlySet<string> = new Set(['--blob-id', '--blob-ids']);

/**
 * Moves positional blob IDs that start with a dash behind `--`, where no options are looked for.
 *
 * @param args - command line without node and script
 */
export function protectBlobIds(args: readonly string[]): string[] {
  if (args.includes('--')) return [...args];
  const isPositionalId = (arg: string, i: number): boolean =>
    DASHED_BLOB_ID.test(arg) && !BLOB_ID_OPTIONS.has(args[i - 1] ?? '');
  const ids = args.filter(isPositionalId);
  if (ids.length === 0) return [...args];
  return [...args.filter((arg, i) => !isPositionalId(arg, i)), '--', ...ids];
}
