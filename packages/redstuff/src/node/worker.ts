/** Entry point of a worker thread in Node. */
import { parentPort } from 'node:worker_threads';
import { startWorkerLoop } from '../threads/worker-loop.js';
import { fileIo } from './threads.js';

if (parentPort === null) throw new Error('this module is for worker threads only');
const port = parentPort;
port.on(
  'message',
  startWorkerLoop(fileIo, (response, transfer) => port.postMessage(response, transfer)),
);
