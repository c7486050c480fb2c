// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { call, object, pure, type ObjectArgument, type PureArgument } from '../../move/call.js';
import { bcs, datatype, string, vecMap } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Free-form texts of a node. Nothing in the protocol depends on them.
 *
 * Layout of `walrus::node_metadata::NodeMetadata`.
 */
export const NodeMetadata = /* @__PURE__ */ datatype('node_metadata::NodeMetadata', () =>
  bcs.struct('NodeMetadata', {
    imageUrl: string,
    projectUrl: string,
    description: string,
    extraFields: vecMap(string, string),
  }),
);

/**
 * Creates metadata without extra fields.
 *
 * Move: `public fun new(image_url: String, project_url: String, description: String): NodeMetadata`
 */
export function new_(
  tx: Transaction,
  packageId: string,
  args: {
    readonly imageUrl: PureArgument<string>;
    readonly projectUrl: PureArgument<string>;
    readonly description: PureArgument<string>;
  },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::new`, [
    pure(tx, string, args.imageUrl),
    pure(tx, string, args.projectUrl),
    pure(tx, string, args.description),
  ]);
}

/**
 * Sets the image address.
 *
 * Move: `public fun set_image_url(metadata: &mut NodeMetadata, image_url: String)`
 */
export function setImageUrl(
  tx: Transaction,
  packageId: string,
  args: { readonly metadata: ObjectArgument; readonly imageUrl: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::set_image_url`, [
    object(tx, args.metadata),
    pure(tx, string, args.imageUrl),
  ]);
}

/**
 * Sets the project address.
 *
 * Move: `public fun set_project_url(metadata: &mut NodeMetadata, project_url: String)`
 */
export function setProjectUrl(
  tx: Transaction,
  packageId: string,
  args: { readonly metadata: ObjectArgument; readonly projectUrl: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::set_project_url`, [
    object(tx, args.metadata),
    pure(tx, string, args.projectUrl),
  ]);
}

/**
 * Sets the description.
 *
 * Move: `public fun set_description(metadata: &mut NodeMetadata, description: String)`
 */
export function setDescription(
  tx: Transaction,
  packageId: string,
  args: { readonly metadata: ObjectArgument; readonly description: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::set_description`, [
    object(tx, args.metadata),
    pure(tx, string, args.description),
  ]);
}

/**
 * Replaces all extra fields.
 *
 * Move: `public fun set_extra_fields(metadata: &mut NodeMetadata, extra_fields: VecMap<String, String>)`
 */
export function setExtraFields(
  tx: Transaction,
  packageId: string,
  args: { readonly metadata: ObjectArgument; readonly extraFields: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::set_extra_fields`, [
    object(tx, args.metadata),
    object(tx, args.extraFields),
  ]);
}

/**
 * Returns the image address.
 *
 * Move: `public fun image_url(metadata: &NodeMetadata): String`
 */
export function imageUrl(
  tx: Transaction,
  packageId: string,
  args: { readonly metadata: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::image_url`, [object(tx, args.metadata)]);
}

/**
 * Returns the project address.
 *
 * Move: `public fun project_url(metadata: &NodeMetadata): String`
 */
export function projectUrl(
  tx: Transaction,
  packageId: string,
  args: { readonly metadata: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::project_url`, [object(tx, args.metadata)]);
}

/**
 * Returns the description.
 *
 * Move: `public fun description(metadata: &NodeMetadata): String`
 */
export function description(
  tx: Transaction,
  packageId: string,
  args: { readonly metadata: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::node_metadata::description`, [object(tx, args.metadata)]);
}
