/** The VM of one chain. */
import type { MoveVm, MoveVmComponents, Session, SessionInit } from './api.js';
import { PackageCache } from './package-loader.js';
import { PRODUCTION_NATIVES } from './natives/index.js';
import { createSession } from './session.js';

/**
 * Makes a VM. One per ledger: it caches decoded packages by storage id.
 *
 * @param components - a loaded BLS library
 */
export function createMoveVm(components: MoveVmComponents): MoveVm {
  const cache = new PackageCache();
  return {
    createSession(init: SessionInit): Session {
      if (cache.isFull) cache.clear();
      return createSession({ cache, natives: PRODUCTION_NATIVES, bls: components.bls }, init);
    },
    evictPackage: () => cache.clear(),
  };
}
