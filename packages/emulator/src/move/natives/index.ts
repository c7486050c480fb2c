/** The table of natives of a production chain. */
import { CRYPTO_NATIVES } from './crypto.js';
import { STD_NATIVES } from './std.js';
import { SUI_NATIVES } from './sui.js';
import type { NativeTable } from './table.js';

/** Natives that published packages may link. @see spec move-vm.md 8 */
export const PRODUCTION_NATIVES: NativeTable = new Map([
  ...STD_NATIVES,
  ...SUI_NATIVES,
  ...CRYPTO_NATIVES,
]);
