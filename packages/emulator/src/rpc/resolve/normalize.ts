/** Normalisation of identifiers in requests: callers may send short addresses (sui-rpc.md a). */

import { normalizeAddress } from '@walrus-ts/core';

import { normalizeType } from '../../ledger/codec/type-tag.js';
import { base58ToDigest } from '../../ledger/digest.js';
import { invalidArgument } from '../status.js';

/** A type of the deepest nesting and longest names Move allows is shorter. */
const MAX_TYPE_CHARACTERS = 8192;

/**
 * Normalises an address or object id of a request.
 *
 * @param text - short or long form; undefined when the field is unset
 * @param field - name of the request field, for the error
 * @returns `0x` and 64 hex digits
 * @throws {RpcFailure} INVALID_ARGUMENT
 */
export function requireAddress(text: string | undefined, field: string): string {
  if (text === undefined || text === '') throw invalidArgument(`missing ${field}`);
  try {
    return normalizeAddress(text);
  } catch (error) {
    throw invalidArgument(`invalid ${field}: ${text.slice(0, 80)}`, error);
  }
}

/**
 * Normalises a Move type of a request.
 *
 * @param text - type with short or long addresses
 * @param field - name of the request field, for the error
 * @returns the canonical type
 * @throws {RpcFailure} INVALID_ARGUMENT
 */
export function requireType(text: string | undefined, field: string): string {
  if (text === undefined || text === '') throw invalidArgument(`missing ${field}`);
  if (text.length > MAX_TYPE_CHARACTERS) throw invalidArgument(`${field} is too long`);
  try {
    return normalizeType(text);
  } catch (error) {
    throw invalidArgument(`invalid ${field}: ${text.slice(0, 200)}`, error);
  }
}

/**
 * Checks a digest of a request.
 *
 * @param text - base58 text
 * @param field - name of the request field, for the error
 * @returns the same text
 * @throws {RpcFailure} INVALID_ARGUMENT
 */
export function requireDigest(text: string | undefined, field: string): string {
  if (text === undefined || text === '') throw invalidArgument(`missing ${field}`);
  try {
    base58ToDigest(text);
  } catch (error) {
    throw invalidArgument(`invalid ${field}: ${text.slice(0, 80)}`, error);
  }
  return text;
}

/**
 * Checks that a field of a request is set.
 *
 * @param value - the field
 * @param field - its name, for the error
 * @returns the value
 * @throws {RpcFailure} INVALID_ARGUMENT
 */
export function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw invalidArgument(`missing ${field}`);
  return value;
}
