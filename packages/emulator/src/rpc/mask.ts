/**
 * Read masks: which fields of a response message a caller wants (sui-rpc.md b, "Read-mask root per
 * method"). Works over the protobuf-ts reflection data, so every message type is covered.
 */

import type { FieldInfo, IMessageType } from '@protobuf-ts/runtime';

import { invalidArgument } from './status.js';

/**
 * The selected part of a message: `true` for all of it, otherwise the selected fields by their
 * camelCase name with the selection below each.
 */
export type Selection = true | ReadonlyMap<string, Selection>;

/** The `google.protobuf.FieldMask` shape. */
export interface FieldMaskLike {
  /** snake_case paths relative to the root message of the method. */
  paths: string[];
}

type MutableSelection = true | Map<string, MutableSelection>;

/** A mask of the deepest messages has about 300 distinct paths; more is abuse. */
const MAX_PATHS = 1000;
const MAX_DEPTH = 16;

function messageOfField(field: FieldInfo): IMessageType<object> | undefined {
  if (field.kind !== 'message') return undefined;
  const type: IMessageType<object> = field.T();
  // Timestamps and JSON values are selected as a whole, like scalars.
  return type.typeName.startsWith('google.protobuf.') ? undefined : type;
}

function addPath(root: MutableSelection, type: IMessageType<object>, path: string): void {
  const segments = path.split('.');
  if (segments.length > MAX_DEPTH) throw invalidArgument(`read mask path is too deep: ${path}`);
  let node = root;
  let current: IMessageType<object> | undefined = type;
  for (const [depth, segment] of segments.entries()) {
    const field: FieldInfo | undefined = current?.fields.find((f) => f.name === segment);
    if (field === undefined) throw invalidArgument(`unknown read mask path: ${path}`);
    current = messageOfField(field);
    // A shorter path already selected everything here; go on only to validate the rest.
    if (node === true) continue;
    const isLast = depth === segments.length - 1;
    const child: MutableSelection | undefined = node.get(field.localName);
    if (isLast) {
      node.set(field.localName, true);
    } else if (child === undefined) {
      const next: MutableSelection = new Map();
      node.set(field.localName, next);
      node = next;
    } else {
      node = child;
    }
  }
}

/**
 * Compiles a read mask and checks every path against the message type.
 *
 * Overlaps are allowed, the shorter path wins; `*` selects everything; paths step through repeated
 * fields and oneofs.
 *
 * @param type - root message of the method's mask
 * @param mask - the request's mask; absent or empty means `defaults`
 * @param defaults - paths selected without a mask
 * @returns the selection
 * @throws {RpcFailure} INVALID_ARGUMENT for an unknown path
 */
export function compileMask(
  type: IMessageType<object>,
  mask: FieldMaskLike | undefined,
  defaults: readonly string[],
): Selection {
  const paths = mask === undefined || mask.paths.length === 0 ? defaults : mask.paths;
  if (paths.length > MAX_PATHS) throw invalidArgument('read mask has too many paths');
  const root: MutableSelection = new Map();
  let isEverything = false;
  for (const path of paths) {
    if (path === '*') isEverything = true;
    else addPath(root, type, path);
  }
  return isEverything ? true : root;
}

/**
 * Looks up what is selected below a field path.
 *
 * @param selection - selection of the parent, undefined when the parent is not selected
 * @param path - camelCase field names from the parent down
 * @returns the selection there, or undefined when nothing below it is selected
 */
export function selectionAt(
  selection: Selection | undefined,
  ...path: readonly string[]
): Selection | undefined {
  let node = selection;
  for (const name of path) {
    if (node === true || node === undefined) return node;
    node = node.get(name);
  }
  return node;
}

/**
 * Tells whether any part of a field is selected, so that work for unselected fields is saved.
 *
 * @param selection - selection of the parent
 * @param path - camelCase field names from the parent down
 * @returns true if something at or below the path is selected
 */
export function isSelected(selection: Selection | undefined, ...path: readonly string[]): boolean {
  return selectionAt(selection, ...path) !== undefined;
}

/**
 * Copies the selected fields of a message.
 *
 * @param type - type of the message
 * @param message - complete or partly filled message; not changed
 * @param selection - what to keep
 * @returns the same message when everything is selected, else a new one sharing the kept values
 */
export function applyMask<T extends object>(
  type: IMessageType<T>,
  message: T,
  selection: Selection,
): T {
  if (selection === true) return message;
  const source = message as Record<string, unknown>;
  const target = type.create();
  const written = target as Record<string, unknown>;
  for (const field of type.fields) {
    const below = selection.get(field.localName);
    if (below === undefined) continue;
    if (field.oneof !== undefined) {
      const group = source[field.oneof] as Record<string, unknown> | undefined;
      if (group?.['oneofKind'] !== field.localName) continue;
      written[field.oneof] = {
        oneofKind: field.localName,
        [field.localName]: filterValue(field, group[field.localName], below),
      };
      continue;
    }
    const value = source[field.localName];
    if (value === undefined) continue;
    written[field.localName] = Array.isArray(value)
      ? value.map((entry) => filterValue(field, entry, below))
      : filterValue(field, value, below);
  }
  return target;
}

function filterValue(field: FieldInfo, value: unknown, selection: Selection): unknown {
  const type = messageOfField(field);
  if (type === undefined || selection === true) return value;
  return applyMask(type, value as object, selection);
}
