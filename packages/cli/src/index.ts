/** The `walrus` command; its parts for embedding and for the start script. */
export { createProgram } from './program.js';
export { showNetworkEvents } from './commands/up.js';
export { createOutput, type Output, type ProgressView } from './output.js';
export { formatBytes, formatDuration } from './format.js';
