import type { CommandModule } from './command.js';
import { addMoveBuild, addMoveCall, addMovePublish } from './move-publish.js';
import { addMoveTest } from './move-test.js';

/** `walrus move …`: Move packages of one's own, without the Sui command line. */
export const moveCommands: CommandModule = (program, context) => {
  const move = program
    .command('move')
    .description('build, test, publish and call Move packages of your own');
  addMoveBuild(move, context);
  addMoveTest(move, context);
  addMovePublish(move, context);
  addMoveCall(move, context);
};
