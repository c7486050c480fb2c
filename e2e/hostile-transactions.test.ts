/**
 * Transactions of an attacker against a deployed network: each must fail with the code that the specification names
 * (contracts.md §6 to §12, move-vm.md §6) and change nothing on the chain but the gas coin of who sent it. The state is
 * compared object by object, all of it, before and after.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { certificateAttacks, nodeStatementAttacks } from './hostile/certificates.js';
import { fundAttacks } from './hostile/funds.js';
import { versionAttacks, voteAttacks } from './hostile/governance.js';
import { limitAttacks } from './hostile/limits.js';
import { ownershipAttacks } from './hostile/ownership.js';
import { proofAttacks } from './hostile/proofs.js';
import { Stage } from './hostile/stage.js';
import { stakingAttacks } from './hostile/staking.js';
import { storageAttacks } from './hostile/storage.js';
import { typeAttacks } from './hostile/types.js';

describe('hostile transactions', () => {
  let current: Stage | undefined;
  const stage = (): Stage => {
    if (current === undefined) throw new Error('the stage is not set');
    return current;
  };

  beforeAll(async () => {
    current = await Stage.set();
  });
  afterAll(async () => {
    await current?.world.close();
  });

  certificateAttacks(stage);
  nodeStatementAttacks(stage);
  proofAttacks(stage);
  storageAttacks(stage);
  ownershipAttacks(stage);
  stakingAttacks(stage);
  typeAttacks(stage);
  limitAttacks(stage);
  fundAttacks(stage);
  voteAttacks(stage);
  // Last, because it ends the life of the package that the others call.
  versionAttacks(stage);
});
