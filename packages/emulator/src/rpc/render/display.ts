/**
 * How objects want to be shown: templates of `0x2::display::Display<T>`, found through the event that puts
 * a version of them in force.
 */

import { bcs as bcsTypes } from '@mysten/bcs';
import { GrpcTypes } from '@mysten/sui/grpc';

import type { Ledger, LedgerEvent, MoveData } from '../../ledger/api.js';
import { SUI_FRAMEWORK, parseStruct } from '../../ledger/codec/type-tag.js';
import { jsonValue, message } from './message.js';

const VERSION_UPDATED = ['display', 'VersionUpdated'] as const;
const PAGE = 256;
/** Types whose templates are kept; later ones push out the oldest. */
const MAX_TYPES = 10_000;
const ID_BYTES = 32;

const versionUpdated = bcsTypes.struct('VersionUpdated', {
  id: bcsTypes.bytes(ID_BYTES),
  version: bcsTypes.u16(),
  fields: bcsTypes.vector(
    bcsTypes.struct('Entry', { key: bcsTypes.string(), value: bcsTypes.string() }),
  ),
});

type Templates = ReadonlyMap<string, string>;

/** Templates in force of one chain, kept up to date by reading what is new before every look-up. */
class DisplayTemplates {
  readonly #ledger: Ledger;
  readonly #templates = new Map<string, Templates>();
  #next = { checkpoint: 0n, index: 0 };

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  of(type: string): Templates | undefined {
    this.#readOn();
    return this.#templates.get(type);
  }

  #readOn(): void {
    const to = { checkpoint: this.#ledger.status().checkpoint, index: 0xffff_ffff };
    const dimension = { kind: 'eventType', address: SUI_FRAMEWORK, path: VERSION_UPDATED } as const;
    let page;
    do {
      const range = { from: this.#next, to, isDescending: false, limit: PAGE };
      page = this.#ledger.transactionsBy(dimension, range);
      for (const { checkpoint, index } of page) {
        const digest = this.#ledger.checkpoint(checkpoint)?.contents[index]?.transaction;
        const record = digest === undefined ? undefined : this.#ledger.transaction(digest);
        for (const event of record?.events ?? []) this.#take(event);
        this.#next = { checkpoint, index: index + 1 };
      }
    } while (page.length === PAGE);
    this.#next = { checkpoint: to.checkpoint + 1n, index: 0 };
  }

  #take(event: LedgerEvent): void {
    const struct = parseStruct(event.type);
    const [type] = struct?.typeArguments ?? [];
    const isUpdate =
      struct?.address === SUI_FRAMEWORK &&
      struct.module === VERSION_UPDATED[0] &&
      struct.name === VERSION_UPDATED[1];
    if (!isUpdate || type === undefined) return;
    const { fields } = versionUpdated.parse(event.contents);
    this.#templates.delete(type);
    this.#templates.set(type, new Map(fields.map(({ key, value }) => [key, value])));
    if (this.#templates.size > MAX_TYPES) {
      for (const oldest of this.#templates.keys()) {
        this.#templates.delete(oldest);
        break;
      }
    }
  }
}

const known = new WeakMap<Ledger, DisplayTemplates>();

function templatesOf(ledger: Ledger, type: string): Templates | undefined {
  let templates = known.get(ledger);
  if (templates === undefined) known.set(ledger, (templates = new DisplayTemplates(ledger)));
  return templates.of(type);
}

/** Follows `a.b.c` into rendered fields; throws with the reason when it leads nowhere. */
function valueAt(json: unknown, path: string): string {
  let value = json;
  for (const name of path.split('.')) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || !Object.hasOwn(value as object, name)) {
      throw new TypeError(`there is no field ${path}`);
    }
    value = (value as Record<string, unknown>)[name];
  }
  if (value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new TypeError(`field ${path} is no single value`);
}

/** Puts field values in the place of `{path}`; a backslash takes the next character as it is. */
function fill(template: string, json: unknown): string {
  let text = '';
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    if (character === '\\') {
      at += 1;
      text += template.charAt(at);
    } else if (character === '{') {
      const end = template.indexOf('}', at);
      if (end < 0) throw new TypeError('a brace is not closed');
      text += valueAt(json, template.slice(at + 1, end).trim());
      at = end;
    } else if (character === '}') {
      throw new TypeError('a brace is not opened');
    } else {
      text += character;
    }
  }
  return text;
}

/**
 * Renders how an object wants to be shown.
 *
 * @param data - a Move object
 * @param ledger - holds the templates
 * @returns one text per template, or null and an error for those that cannot be filled; undefined for
 *   types without templates
 */
export function renderDisplay(data: MoveData, ledger: Ledger): GrpcTypes.Display | undefined {
  const templates = templatesOf(ledger, data.type);
  if (templates === undefined) return undefined;
  const json = ledger.renderJson(data.type, data.contents);
  const output: [string, string | null][] = [];
  const errors: [string, string][] = [];
  for (const [name, template] of templates) {
    try {
      output.push([name, fill(template, json)]);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      output.push([name, null]);
      errors.push([name, error.message]);
    }
  }
  return message(GrpcTypes.Display, {
    output: jsonValue(Object.fromEntries(output)),
    errors: errors.length === 0 ? undefined : jsonValue(Object.fromEntries(errors)),
  });
}
