import {
  normalizeAddress,
  parseBlobId,
  type Address,
  type BlobId,
  type SliverAxis,
} from '@walrus-ts/core';

/** Values of path parameters by name, as services and clients see them. */
export interface PathValues {
  readonly blobId: BlobId;
  /** Sliver pair, u16. */
  readonly pair: number;
  readonly axis: SliverAxis;
  /** Sui object. */
  readonly objectId: Address;
}

/** Name of a path parameter. */
export type PathName = keyof PathValues;

/** The names of the `:parameters` in a path template. */
export type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? (Name & PathName) | NamesIn<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name & PathName
    : never;

/** The parameters of a path template. */
export type PathParams<Path extends string> = Pick<PathValues, NamesIn<Path>>;

/** Parsers of path parameters; each throws for anything but the exact form. */
const PARSERS: { readonly [Name in PathName]: (text: string) => PathValues[Name] } = {
  blobId: parseBlobId,
  pair: parseU16,
  axis: parseAxis,
  objectId: (text) => {
    if (!text.startsWith('0x')) throw new RangeError('an object ID starts with 0x');
    return normalizeAddress(text);
  },
};

/**
 * Reads the parameters of a path.
 *
 * @param path - template with `:names`
 * @param raw - decoded text of each segment
 * @throws any error for malformed text; the caller answers 400
 */
export function parsePathParams<Path extends string>(
  path: Path,
  raw: Readonly<Record<string, string>>,
): PathParams<Path> {
  const values: Partial<Record<PathName, PathValues[PathName]>> = {};
  for (const name of namesIn(path)) values[name] = PARSERS[name](raw[name] ?? '');
  // Every name of the template has just been set.
  return values as PathParams<Path>;
}

/**
 * Writes a path with its parameters.
 *
 * @param path - template with `:names`
 * @param params - all values are made of characters that need no escaping
 */
export function formatPath<Path extends string>(path: Path, params: PathParams<Path>): string {
  const values: Readonly<Partial<Record<string, string | number>>> = params;
  return path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(String(values[name])),
  );
}

function namesIn(path: string): PathName[] {
  const names: PathName[] = [];
  for (const segment of path.split('/')) {
    if (segment.startsWith(':')) names.push(segment.slice(1) as PathName);
  }
  return names;
}

/**
 * Reads a decimal u16.
 *
 * @throws RangeError
 */
export function parseU16(text: string): number {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 0xffff)) throw new RangeError('not a number from 0 to 65535');
  return value;
}

/**
 * Reads a sliver type.
 *
 * @throws RangeError
 */
export function parseAxis(text: string): SliverAxis {
  if (text !== 'primary' && text !== 'secondary') {
    throw new RangeError('a sliver type is primary or secondary');
  }
  return text;
}
