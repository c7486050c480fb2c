/** Protocol limits a client can hit (move-vm.md section 11) and constants of admission (6.1). */

export const MAX_TRANSACTION_BYTES = 128 * 1024;
/** Exclusive. */
export const MAX_COMMANDS = 1024;
export const MAX_INPUT_OBJECTS = 2048;
/** Exclusive. */
export const MAX_ARGUMENTS = 512;
/** Exclusive. */
export const MAX_TYPE_ARGUMENTS = 16;
/** Exclusive. */
export const MAX_PURE_BYTES = 16 * 1024;
/** Exclusive. */
export const MAX_MODULES_PER_PUBLISH = 64;
export const MAX_PUBLISHES = 5;
export const MAX_GAS_COINS = 256;
export const MAX_PACKAGE_BYTES = 100 * 1024;
/** Contents of a Move object. */
export const MAX_OBJECT_BYTES = 250 * 1024;
/** All objects that one transaction writes. */
export const MAX_WRITTEN_BYTES = 5_000_000;
/** BCS of the effects. */
export const MAX_EFFECTS_BYTES = 512 * 1024;
/** Nesting of a type argument. Exclusive. */
export const MAX_TYPE_ARGUMENT_DEPTH = 16;
/** Packages that one package may list as its dependencies. */
export const MAX_PACKAGE_DEPENDENCIES = 32;
/** Gas units below which no budget is accepted. */
export const BASE_GAS_UNITS = 1000n;
/** 50 000 SUI in MIST. */
export const MAX_BUDGET = 50_000_000_000_000n;
/** MIST per gas unit. */
export const MAX_GAS_PRICE = 100_000n;
/** Budget used where a simulation does not name one: 50 SUI in MIST. */
export const DEFAULT_SIMULATION_BUDGET = 50_000_000_000n;
/** Balance of a made-up gas coin, MIST. */
export const MOCK_GAS_BALANCE = 1_000_000_000_000_000n;
