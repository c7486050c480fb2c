// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { address, bcs, bool, collection, datatype } from '../../move/layout.js';

/**
 * Holder of the displays, keyed by the names of their types, and of the publisher.
 *
 * Layout of `walrus::display::ObjectDisplay`.
 */
export const ObjectDisplay = /* @__PURE__ */ datatype('display::ObjectDisplay', () =>
  bcs.struct('ObjectDisplay', { id: address, inner: collection }),
);

/**
 * Key of the publisher.
 *
 * Layout of `walrus::display::PublisherKey`.
 */
export const PublisherKey = /* @__PURE__ */ datatype('display::PublisherKey', () =>
  bcs.struct('PublisherKey', { dummyField: bool }),
);
