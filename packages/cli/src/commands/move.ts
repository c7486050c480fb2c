import type { CommandModule } from './command.js';
import { addMoveTest } from './move-test.js';

/** `walrus move …`: Move packages of one's own, without the Sui command line. */
export const moveCommands: CommandModule = (program, context) => {
  const move = program
    .command('move')
    .description('build, test, publish and call Move packages of your own');
  addMoveTest(move, context);
};
