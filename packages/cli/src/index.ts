/** The `walrus` command; its parts for embedding and for the start script. */
export { createProgram } from './program.js';
export { showNetworkEvents } from './commands/up.js';
export { createOutput, type Output } from './output.js';
export type { ProgressView } from './progress.js';
export { formatBytes, formatDuration } from './format.js';
